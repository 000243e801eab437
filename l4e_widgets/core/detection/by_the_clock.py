"""Relations in which the clock stands beside the other sensors, for those sensors that gain by it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.moments import Relations
from l4e_widgets.core.detection.rhythm import Rhythm, waves

__all__ = ["judged_by_the_clock", "residuals"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]


def judged_by_the_clock(without: Relations, plain: Relations, rhythm: Rhythm) -> Relations:
    """Relations in which some sensors are judged by the clock as well, for rows without their rhythm.

    Parameters
    ----------
    without : Relations
        Learned on rows without their rhythm.
    plain : Relations
        Learned on the rows as they are.
    rhythm : Rhythm
        What was taken off, and which sensors gain by it.

    Returns
    -------
    Relations
        Each sensor's weights from one or the other; `clock` gives back what the plain ones need.
    """
    weights = np.where(rhythm.follows[:, None], without.weights, plain.weights)
    clock = rhythm.weights @ plain.weights.T
    clock[0] += plain.weights @ (without.mean - plain.mean)
    clock[:, rhythm.follows] = 0.0
    return Relations(without.mean, without.precision, weights, clock)


def residuals(relations: Relations, z: Float64Array, timestamps: Int64Array) -> Float64Array:
    """Residual of every sensor given what it is judged by.

    Parameters
    ----------
    relations : Relations
        What each sensor is given the others, and perhaps the clock.
    z : (n_rows, n_sensors) float64
        Standardised rows, without their rhythm where there is one.
    timestamps : (n_rows,) int64
        Nanoseconds UTC.

    Returns
    -------
    (n_rows, n_sensors) float64
        Standardised units.
    """
    residual = z @ relations.weights.T
    residual -= relations.weights @ relations.mean
    if relations.clock is not None:
        residual += waves(timestamps)[:, : len(relations.clock)] @ relations.clock
    return np.asarray(residual)

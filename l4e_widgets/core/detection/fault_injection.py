"""Faults of a measuring channel put into normal rows, to see what a model makes of them."""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import UsageError

__all__ = ["ChannelFault", "injected"]


class ChannelFault(str, Enum):
    """What can be wrong with one sensor."""

    BIAS = "bias"
    RAMP = "ramp"
    NOISE = "noise"
    STUCK = "stuck"
    DECOUPLED = "decoupled"

    @property
    def has_size(self) -> bool:
        """Whether it comes in sizes: a stuck or decoupled sensor does not."""
        return self in (ChannelFault.BIAS, ChannelFault.RAMP, ChannelFault.NOISE)


def injected(
    values: npt.NDArray[np.floating],
    column: int,
    fault: ChannelFault,
    *,
    size: float = 0.0,
    rng: np.random.Generator,
    elsewhere: npt.NDArray[np.floating] | None = None,
) -> npt.NDArray[np.float64]:
    """Rows with a fault of one sensor from the first row on.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Normal rows in the sensors' units.
    column : int
        The sensor.
    fault : ChannelFault
        What goes wrong.
    size : float
        In the sensor's unit: what is added (bias), what is reached at the last row (ramp), the standard deviation of
        what is added (noise). The direction of bias and ramp is drawn.
    rng : Generator
        Draws directions and noise.
    elsewhere : (n_rows,) float, optional
        Values of the same sensor at another time, for a decoupled one.

    Returns
    -------
    (n_rows, n_sensors) float64
        A copy; missing values stay missing.

    Raises
    ------
    UsageError
        A decoupled sensor needs values of another time.
    """
    out = values.astype(np.float64)
    n_rows = len(out)
    sign = 1.0 if rng.random() < 0.5 else -1.0
    if fault is ChannelFault.BIAS:
        out[:, column] += sign * size
    elif fault is ChannelFault.RAMP:
        out[:, column] += sign * size * np.arange(1, n_rows + 1) / n_rows
    elif fault is ChannelFault.NOISE:
        out[:, column] += size * rng.normal(size=n_rows)
    elif fault is ChannelFault.STUCK:
        known = out[np.isfinite(out[:, column]), column]
        out[:, column] = np.where(np.isnan(out[:, column]), np.nan, known[0] if len(known) else np.nan)
    else:
        if elsewhere is None:
            raise UsageError("A decoupled sensor needs its values of another time.", fix="Pass `elsewhere`.")
        out[:, column] = np.where(np.isnan(out[:, column]), np.nan, elsewhere)
    return out

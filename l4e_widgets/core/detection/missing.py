"""Missing values: filled with what the other sensors of the same row let expect."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["fill_conditional"]

Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def fill_conditional(z: Float64Array, precision: Float64Array) -> tuple[Float64Array, BoolArray | None]:
    """Fill missing values by their conditional mean given the values the row has.

    Rows with the same sensors missing share one small solve. A row's filling depends on that row alone.

    Parameters
    ----------
    z : (n_rows, n_sensors) float64
        Standardised values (no unit); NaN is missing.
    precision : (n_sensors, n_sensors) float64
        Inverse of the shrunk covariance of `z`.

    Returns
    -------
    filled : (n_rows, n_sensors) float64
        `z` itself where nothing was missing, else a filled copy; a row without any value becomes zeros.
    observed : (n_rows, n_sensors) bool or None
        Where a value was there; None where nothing was missing.
    """
    if np.isfinite(z.sum()):
        return z, None
    observed = np.isfinite(z)
    if observed.all():
        return z, None
    filled = np.where(observed, z, 0.0)
    holed = np.flatnonzero(~observed.all(axis=1))
    packed = np.packbits(observed[holed], axis=1)
    _, first, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    cuts = np.searchsorted(group.ravel()[order], np.arange(1, len(first)))
    for pattern, members in zip(first, np.split(order, cuts), strict=True):
        seen = observed[holed[pattern]]
        if not seen.any():
            continue
        rows = holed[members]
        weights = -np.linalg.solve(precision[np.ix_(~seen, ~seen)], precision[np.ix_(~seen, seen)])
        filled[np.ix_(rows, ~seen)] = filled[np.ix_(rows, seen)] @ weights.T
    return filled, observed

"""Exponentially weighted means over rows, by doubling the length that each row has seen."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["ewma"]

FloatType = TypeVar("FloatType", np.float32, np.float64)

_NEGLIGIBLE = 1e-13


def ewma(values: npt.NDArray[FloatType], alpha: float, carried: npt.NDArray[FloatType]) -> npt.NDArray[FloatType]:
    """Exponentially weighted mean of every column, going on from a carried one.

    After step k each row holds the weighted sum of the 2^k rows up to it, so a few passes over whole arrays do what
    a loop over rows would; the passes end when the weight of what is still missing is below single digits of 1e-13.

    Parameters
    ----------
    values : (n_rows, n_columns) float
        Values in time order, at least one row, no NaN.
    alpha : float
        Weight of the newest row, in (0, 1].
    carried : (n_columns,) float
        Mean after the row before the first; zeros for a fresh start.

    Returns
    -------
    (n_rows, n_columns) float
        The mean after each row; its last row is what the next block carries on.

    References
    ----------
    Lowry et al., A multivariate exponentially weighted moving average control chart, Technometrics 1992;
    Hillis & Steele, Data parallel algorithms, Communications of the ACM 1986.
    """
    out = np.multiply(values, alpha, dtype=values.dtype)
    out[0] += (1 - alpha) * carried
    weight, seen = 1 - alpha, 1
    while seen < len(out) and weight > _NEGLIGIBLE:
        out[seen:] += weight * out[:-seen]
        weight, seen = weight * weight, 2 * seen
    return out

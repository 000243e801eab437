"""Exponentially weighted means over rows: triangular products for many columns, doubling for few."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["ewma"]

AnyArray = npt.NDArray[Any]
FloatType = TypeVar("FloatType", np.float32, np.float64)

_NEGLIGIBLE = 1e-13
_BLOCK = 32
_MANY_COLUMNS = 16
_LONGEST = 1024


def ewma(values: npt.NDArray[FloatType], alpha: float, carried: npt.NDArray[FloatType]) -> npt.NDArray[FloatType]:
    """Exponentially weighted mean of every column, going on from a carried one.

    With few columns: after step k each row holds the weighted sum of the 2^k rows up to it, so a few passes over whole
    arrays do what a loop over rows would; they end when the weight of what is still missing is below 1e-13. With many
    columns a block of 32 rows, and the mean before it, is one product with a triangular matrix.

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
    if values.shape[1] >= _MANY_COLUMNS and _BLOCK <= len(values) <= _LONGEST:
        return _by_blocks(values, alpha, carried)
    out = np.multiply(values, alpha, dtype=values.dtype)
    out[0] += (1 - alpha) * carried
    weight, seen = 1 - alpha, 1
    while seen < len(out) and weight > _NEGLIGIBLE:
        out[seen:] += weight * out[:-seen]
        weight, seen = weight * weight, 2 * seen
    return out


def _by_blocks(values: npt.NDArray[FloatType], alpha: float, carried: npt.NDArray[FloatType]) -> npt.NDArray[FloatType]:
    """The same by products: within blocks of rows, and between their ends for what each block starts from."""
    count, n_columns = len(values) // _BLOCK, values.shape[1]
    whole = count * _BLOCK
    within, between, fading = _triangles(alpha, count, values.dtype.char)
    padded = np.empty((count, _BLOCK + 1, n_columns), dtype=values.dtype)
    padded[:, 1:] = values[:whole].reshape(count, _BLOCK, n_columns)
    padded[0, 0] = carried
    if count > 1:
        ends = np.matmul(within[-1, 1:], padded[:-1, 1:])
        padded[1:, 0] = between @ ends
        padded[1:, 0] += fading[:, None] * carried
    out = np.empty(values.shape, dtype=values.dtype)
    np.matmul(within, padded, out=out[:whole].reshape(count, _BLOCK, n_columns))
    for row in range(whole, len(values)):
        out[row] = alpha * values[row] + (1 - alpha) * out[row - 1]
    return out


@lru_cache(maxsize=64)
def _triangles(alpha: float, count: int, dtype: str) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Weights within a block (what came before it first), between ends of blocks, and of what came before all."""
    ages = np.arange(_BLOCK)[:, None] - np.arange(_BLOCK)
    rows = np.where(ages >= 0, alpha * (1 - alpha) ** np.maximum(ages, 0), 0.0)
    within = np.column_stack([(1 - alpha) ** np.arange(1, _BLOCK + 1), rows])
    faded = (1 - alpha) ** _BLOCK
    ages = np.arange(count - 1)[:, None] - np.arange(count - 1)
    between = np.where(ages >= 0, faded ** np.maximum(ages, 0), 0.0)
    fading = faded ** np.arange(1, count)
    return within.astype(dtype), between.astype(dtype), fading.astype(dtype)

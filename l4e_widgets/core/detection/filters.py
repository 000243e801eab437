"""Exponentially weighted means over rows, in blocks small enough for one matrix product each."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["BLOCK", "ewma"]

Float64Array = npt.NDArray[np.float64]

BLOCK = 32


@lru_cache(maxsize=16)
def _weights(alpha: float) -> tuple[Float64Array, Float64Array]:
    """Lower triangular weights of one block and the weight of what was carried into each of its rows."""
    age = np.arange(BLOCK)[:, None] - np.arange(BLOCK)[None, :]
    inside = np.where(age >= 0, alpha * (1 - alpha) ** np.maximum(age, 0), 0.0)
    return inside, (1 - alpha) ** np.arange(1, BLOCK + 1.0)


def ewma(values: Float64Array, alpha: float, carried: Float64Array) -> Float64Array:
    """Exponentially weighted mean of every column, going on from a carried one.

    Parameters
    ----------
    values : (n_rows, n_columns) float64
        Values in time order, no NaN.
    alpha : float
        Weight of the newest row, in (0, 1].
    carried : (n_columns,) float64
        Mean after the row before the first; zeros for a fresh start.

    Returns
    -------
    (n_rows, n_columns) float64
        The mean after each row; its last row is what the next block carries on.

    References
    ----------
    Lowry et al., A multivariate exponentially weighted moving average control chart, Technometrics 1992.
    """
    inside, decay = _weights(alpha)
    n_rows, n_columns = values.shape
    if n_rows <= BLOCK:
        return np.asarray(inside[:n_rows, :n_rows] @ values + decay[:n_rows, None] * carried)
    whole = n_rows // BLOCK
    out = np.empty_like(values)
    blocks = out[: whole * BLOCK].reshape(whole, BLOCK, n_columns)
    np.matmul(inside, values[: whole * BLOCK].reshape(whole, BLOCK, n_columns), out=blocks)
    starts = np.empty((whole, n_columns))
    now = np.asarray(carried, dtype=np.float64)
    for index in range(whole):
        starts[index] = now
        now = blocks[index, -1] + decay[-1] * now
    blocks += decay[None, :, None] * starts[:, None, :]
    rest = values[whole * BLOCK :]
    if len(rest):
        out[whole * BLOCK :] = inside[: len(rest), : len(rest)] @ rest + decay[: len(rest), None] * now
    return out

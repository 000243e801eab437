"""Few rows instead of many, in stretches long enough that what happens from row to row stays as it was."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["stretches"]


def stretches(rows: npt.NDArray[np.integer], *, most: int, n_stretches: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Cut evenly spread stretches of neighbouring entries out of row numbers.

    Parameters
    ----------
    rows : (n,) int
        Row numbers, increasing.
    most : int
        Rows that are wanted in all.
    n_stretches : int
        How many stretches.

    Returns
    -------
    tuple of (m,) int64
        Row numbers of each stretch, in order, none twice; all rows as one stretch where there are no more than `most`.
    """
    numbers = np.asarray(rows, dtype=np.int64)
    if len(numbers) <= most:
        return (numbers,) if len(numbers) else ()
    length = most // n_stretches
    starts = np.linspace(0, len(numbers) - length, n_stretches).astype(np.int64)
    return tuple(numbers[start : start + length] for start in starts)

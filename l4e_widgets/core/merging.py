"""Rows of the same sensors that came one after another: the newer value wins where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.precision import widened

__all__ = ["Block", "Overlap", "merge_blocks", "overlap_of"]

Block = tuple[npt.NDArray[np.int64], npt.NDArray[np.floating]]
"""Timestamps (n_rows,) that increase strictly, and values (n_rows, n_sensors)."""
Overlap = tuple[int, int]
"""How many rows had a time that was there before, and how many values were replaced by another one."""


def merge_blocks(blocks: Sequence[Block], n_sensors: int) -> Block:
    """One block of several.

    Parameters
    ----------
    blocks : sequence of (timestamps, values)
        In order of arrival, the newest last; all with the same sensors.
    n_sensors : int
        Number of sensors, needed where there is no block.

    Returns
    -------
    tuple of array
        Every time once, in order; each value is that of the newest block that has one there. Single precision only
        where all blocks are.
    """
    filled = [block for block in blocks if len(block[0])]
    if not filled:
        return np.empty(0, np.int64), np.empty((0, n_sensors))
    dtype = np.result_type(*(values.dtype for _, values in filled))
    ordered = sorted(filled, key=lambda block: int(block[0][0]))
    if all(first[0][-1] < second[0][0] for first, second in pairwise(ordered)):
        times = np.concatenate([block[0] for block in ordered])
        return times, np.concatenate([_as(block[1], dtype) for block in ordered])
    times = np.unique(np.concatenate([block[0] for block in filled]))
    values = np.full((len(times), n_sensors), np.nan, dtype=dtype, order="F")
    for place, (moments, block_values) in enumerate(filled):
        rows = np.searchsorted(times, moments)
        known = _as(block_values, dtype)
        for column in range(n_sensors):
            new = known[:, column]
            where = slice(None) if place == 0 else ~np.isnan(new)
            values[rows[where], column] = new[where]
    return times, values


def _as(values: npt.NDArray[np.floating], dtype: np.dtype) -> npt.NDArray[np.floating]:
    return widened(values) if dtype == np.float64 else values


def overlap_of(before: Block, after: Block) -> Overlap:
    """Count what newer rows replace.

    Parameters
    ----------
    before, after : (timestamps, values)
        Rows that were there and rows that come; the same sensors.

    Returns
    -------
    tuple of int
        Rows of `after` whose time was there, and values that were there and become another.
    """
    _, old, new = np.intersect1d(before[0], after[0], assume_unique=True, return_indices=True)
    was, becomes = widened(before[1][old]), widened(after[1][new])
    replaced = ~np.isnan(was) & ~np.isnan(becomes) & (was != becomes)
    return len(new), int(replaced.sum())

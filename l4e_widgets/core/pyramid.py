"""Summaries of one sensor on a fixed time grid, level above level, from which wide windows are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detail import Window
from l4e_widgets.core.sensors import Sensor

__all__ = ["MOST_STATES", "Cells", "coarser", "draw_extremes", "draw_means", "joined_cells", "summarise"]

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.floating]

MOST_STATES = 64
"""States beyond this many are no longer told apart: the last bit stands for all of them."""


@dataclass(frozen=True, eq=False)
class Cells:
    """What the rows of each cell of the grid come to; cells without a row are left out.

    Parameters
    ----------
    cell : (n_cells,) int64
        Number of the cell: time divided by the width of a cell, rounded down; increasing.
    first, last : (n_cells,) int64
        First and last timestamp in it, nanoseconds UTC.
    low, high : (n_cells,) float64
        Lowest and highest value; NaN where the sensor has none.
    head, tail : (n_cells,) float64
        Value of its first and of its last row, NaN where missing.
    total : (n_cells,) float64
        Sum of its values.
    known : (n_cells,) int64
        How many values it has.
    states : (n_cells,) uint64
        Bit ``i`` is set where the whole number ``i`` occurs; 0 for sensors that are no states.
    """

    cell: Int64Array
    first: Int64Array
    last: Int64Array
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    head: npt.NDArray[np.float64]
    tail: npt.NDArray[np.float64]
    total: npt.NDArray[np.float64]
    known: Int64Array
    states: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        """Return the number of cells that hold rows."""
        return len(self.cell)

    def part(self, keep: slice | npt.NDArray[np.bool_]) -> Cells:
        """Return some of the cells.

        Parameters
        ----------
        keep : slice or (n_cells,) bool
            Which.

        Returns
        -------
        Cells
            Those, in the same order.
        """
        return Cells(*(getattr(self, field.name)[keep] for field in fields(self)))


def summarise(timestamps: Int64Array, values: FloatArray, width: int, *, with_states: bool = False) -> Cells:
    """Cells of rows.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing.
    values : (n_rows,) float
        One sensor in its unit; NaN is missing.
    width : int
        Width of a cell in nanoseconds.
    with_states : bool
        Whether to keep the set of whole numbers that occur.

    Returns
    -------
    Cells
        One a cell that holds a row.
    """
    column = values.astype(np.float64)
    states = np.zeros(len(column), dtype=np.uint64)
    if with_states:
        states = _bits(column)
    known = ~np.isnan(column)
    rows = Cells(
        timestamps // width,
        timestamps,
        timestamps,
        column,
        column,
        column,
        column,
        np.where(known, column, 0.0),
        known.astype(np.int64),
        states,
    )
    return _reduced(rows, rows.cell)


def _bits(column: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    """Return one bit a state; NaN has none."""
    known = ~np.isnan(column)
    place = np.clip(np.where(known, column, 0.0), 0, MOST_STATES - 1).astype(np.uint64)
    return np.asarray(np.where(known, np.left_shift(np.uint64(1), place), np.uint64(0)), dtype=np.uint64)


def coarser(cells: Cells, factor: int) -> Cells:
    """Cells of the level above.

    Parameters
    ----------
    cells : Cells
        One level.
    factor : int
        How many of its cells make one.

    Returns
    -------
    Cells
        The level above.
    """
    return _reduced(cells, cells.cell // factor)


def _reduced(cells: Cells, group: Int64Array) -> Cells:
    """Return one cell for each run of the same group."""
    if not len(cells):
        return cells
    begin = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    until = np.append(begin[1:], len(group))
    return Cells(
        group[begin],
        cells.first[begin],
        cells.last[until - 1],
        np.fmin.reduceat(cells.low, begin),
        np.fmax.reduceat(cells.high, begin),
        cells.head[begin],
        cells.tail[until - 1],
        np.add.reduceat(cells.total, begin),
        np.add.reduceat(cells.known, begin),
        np.bitwise_or.reduceat(cells.states, begin),
    )


def joined_cells(parts: Sequence[Cells]) -> Cells:
    """Cells one after another; those of the same number at a seam become one.

    Parameters
    ----------
    parts : sequence of Cells
        At least one, in order of time.

    Returns
    -------
    Cells
        All of them.
    """
    if len(parts) == 1:
        return parts[0]
    whole = Cells(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Cells)))
    return _reduced(whole, whole.cell)


def draw_extremes(
    columns: Sequence[Cells], sensors: tuple[Sensor, ...], start: int, end: int, pixels: int, *, gap_ns: int
) -> Window:
    """Two rows for each pixel that has cells, and one row of NaN for each gap that leaves a pixel empty.

    Parameters
    ----------
    columns : sequence of Cells
        Cells of each sensor, all of the same rows.
    sensors : tuple of Sensor
        Their records.
    start, end : int
        Nanoseconds UTC.
    pixels : int
        Width of the plot; a cell is drawn in the pixel of its first row.
    gap_ns : int
        Distance of rows from which on there is a gap, in nanoseconds.

    Returns
    -------
    Window
        At most ``2 * pixels`` rows that hold the lowest and the highest value of each pixel.
    """
    edges = _edges(start, end, pixels)
    times = columns[0]
    pixel = np.clip(np.searchsorted(edges, times.first, side="right") - 1, 0, pixels - 1)
    drawn = [_reduced(cells, pixel) for cells in columns]
    grid = drawn[0]
    pairs = np.empty((len(grid), 2, len(drawn)))
    for place, cells in enumerate(drawn):
        falls = cells.head > cells.tail
        pairs[:, 0, place] = np.where(falls, cells.high, cells.low)
        pairs[:, 1, place] = np.where(falls, cells.low, cells.high)
    keep = np.ones(2 * len(grid), dtype=bool)
    keep[1::2] = grid.last > grid.first
    moments = np.stack([grid.first, grid.last], axis=1).ravel()[keep]
    values = pairs.reshape(-1, len(drawn))[keep]
    empty = _empty_in_gaps(grid, gap_ns)
    middles = edges[empty] + (edges[empty + 1] - edges[empty]) // 2
    places = np.searchsorted(moments, middles)
    return Window(np.insert(moments, places, middles), np.insert(values, places, np.nan, axis=0), sensors, False)


def draw_means(
    columns: Sequence[Cells], sensors: tuple[Sensor, ...], start: int, end: int, bins: int, *, gap_ns: int
) -> Window:
    """Mean of each bin, for shares.

    Parameters
    ----------
    columns : sequence of Cells
        Cells of each sensor, all of the same rows.
    sensors : tuple of Sensor
        Their records.
    start, end : int
        Nanoseconds UTC.
    bins : int
        How many stretches of equal length; a cell counts in the bin of its first row.
    gap_ns : int
        Distance of rows from which on there is a gap, in nanoseconds.

    Returns
    -------
    Window
        One row for each bin with rows, at its middle, and one of NaN for each gap that leaves a bin empty.
    """
    edges = _edges(start, end, bins)
    place = np.clip(np.searchsorted(edges, columns[0].first, side="right") - 1, 0, bins - 1)
    drawn = [_reduced(cells, place) for cells in columns]
    means = np.column_stack([np.where(c.known > 0, c.total / np.maximum(c.known, 1), np.nan) for c in drawn])
    empty = _empty_in_gaps(drawn[0], gap_ns)
    order = np.concatenate([drawn[0].cell, empty])
    rows = np.concatenate([means, np.full((len(empty), means.shape[1]), np.nan)])
    sort = np.argsort(order, kind="stable")
    middles = edges[:-1] + (edges[1:] - edges[:-1]) // 2
    return Window(middles[order[sort]], rows[sort], sensors, False)


def _edges(start: int, end: int, pixels: int) -> Int64Array:
    return np.asarray(start + np.round(np.linspace(0, float(end - start), pixels + 1)).astype(np.int64))


def _empty_in_gaps(grid: Cells, gap_ns: int) -> Int64Array:
    """Return the first empty pixel of each gap that leaves one empty."""
    is_gap = (np.diff(grid.cell) > 1) & (grid.first[1:] - grid.last[:-1] > gap_ns)
    return np.asarray(grid.cell[:-1][is_gap] + 1)

"""Level of detail: what a chart needs of a stretch of time, at most two points a pixel and sensor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor

__all__ = ["Window", "gap_length", "mean_window", "window"]

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.floating]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Window:
    """Rows to draw of a stretch of time, on one time grid for all sensors.

    Parameters
    ----------
    timestamps : (m,) int64
        Nanoseconds since 1970-01-01 UTC, strictly increasing.
    values : (m, n_sensors) float
        Values in the sensors' units; NaN is a gap.
    sensors : tuple of Sensor
        Record of each column.
    is_raw : bool
        True where these are the rows themselves, False where they are the extremes of each pixel.
    """

    timestamps: Int64Array
    values: FloatArray
    sensors: tuple[Sensor, ...]
    is_raw: bool


def gap_length(timestamps: Int64Array) -> int:
    """Distance of rows from which on there is a gap between them.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds, strictly increasing.

    Returns
    -------
    int
        Nanoseconds: two and a half times the usual distance where the rows are regular, so that a single lost row
        is none; else half as much again as the distance that one in a hundred rows reaches.
    """
    if len(timestamps) < 3:
        return int(np.iinfo(np.int64).max)
    steps = np.diff(timestamps)
    usual = float(np.median(steps))
    is_regular = float(np.mean(np.abs(steps - usual) <= 0.1 * usual)) >= 0.6
    return int(2.5 * usual if is_regular else 1.5 * float(np.quantile(steps, 0.99)))


def window(frame: SensorFrame, start: int, end: int, pixels: int, *, gap_ns: int | None = None) -> Window:
    """Rows to draw of `[start, end)`: the rows themselves where they are few, else each pixel's extremes.

    Parameters
    ----------
    frame : SensorFrame
        All rows.
    start, end : int
        Nanoseconds since 1970-01-01 UTC.
    pixels : int
        Width of the plot.
    gap_ns : int, optional
        Distance of rows, in nanoseconds, from which on a gap is kept between them; found from the rows where absent.

    Returns
    -------
    Window
        At most ``2 * pixels`` rows. Every lowest and highest value of a pixel is in it; a gap longer than a pixel,
        and a pixel in which a sensor has no value, is NaN.

    Raises
    ------
    UsageError
        `pixels` is not positive or `end` is not after `start`.
    """
    rows = _rows_inside(frame, start, end, pixels, gap_ns)
    return rows.raw(2 * pixels) or Window(*_extremes(rows), frame.sensors, False)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows of a window and how they fall into pixels."""

    times: Int64Array
    values: FloatArray
    sensors: tuple[Sensor, ...]
    gap: int
    edges: Int64Array

    def raw(self, most: int) -> Window | None:
        """Return the rows themselves with their gaps, None where they are more than `most`."""
        gaps = np.flatnonzero(np.diff(self.times) > self.gap)
        if len(self.times) + len(gaps) > most:
            return None
        middles = self.times[gaps] + (self.times[gaps + 1] - self.times[gaps]) // 2 if len(gaps) else self.times[:0]
        times = np.insert(self.times, gaps + 1, middles)
        return Window(times, np.insert(self.values, gaps + 1, np.nan, axis=0), self.sensors, True)

    def pixels(self) -> tuple[Indices, Indices, Indices]:
        """Pixels that have rows, and the first row and the row after the last of each."""
        bounds = np.searchsorted(self.times, self.edges)
        bounds[-1] = len(self.times)
        filled = np.flatnonzero(bounds[1:] > bounds[:-1])
        return filled, bounds[filled], bounds[filled + 1]

    def empty_in_gaps(self, filled: Indices, begin: Indices, until: Indices) -> Indices:
        """First empty pixel of each gap that is long enough to leave one empty."""
        is_gap = (np.diff(filled) > 1) & (self.times[begin[1:]] - self.times[until[:-1] - 1] > self.gap)
        return filled[:-1][is_gap] + 1


def _rows_inside(frame: SensorFrame, start: int, end: int, pixels: int, gap_ns: int | None) -> _Rows:
    """Rows of `[start, end)`; refuses a window without extent."""
    if pixels < 1 or end <= start:
        raise UsageError(
            "There is no window to draw.",
            got=f"{pixels} pixels from {start} to {end}",
            expected="at least one pixel and an end after the start",
        )
    first, last = np.searchsorted(frame.timestamps, [start, end])
    edges = start + np.round(np.linspace(0, float(end - start), pixels + 1)).astype(np.int64)
    gap = gap_length(frame.timestamps) if gap_ns is None else gap_ns
    return _Rows(frame.timestamps[first:last], frame.values[first:last], frame.sensors, gap, edges)


def _extremes(rows: _Rows) -> tuple[Int64Array, FloatArray]:
    """Two rows for each pixel that has rows, and one NaN row for each gap that leaves a pixel empty."""
    times, values, edges = rows.times, rows.values, rows.edges
    filled, begin, until = rows.pixels()
    low = np.fmin.reduceat(values, begin, axis=0)
    high = np.fmax.reduceat(values, begin, axis=0)
    falls = values[begin] > values[until - 1]
    pairs = np.empty((len(filled), 2, values.shape[1]), dtype=values.dtype)
    pairs[:, 0], pairs[:, 1] = np.where(falls, high, low), np.where(falls, low, high)
    keep = np.ones(2 * len(filled), dtype=bool)
    keep[1::2] = until - begin > 1
    moments = np.stack([times[begin], times[until - 1]], axis=1).ravel()[keep]
    drawn = pairs.reshape(-1, values.shape[1])[keep]
    empty = rows.empty_in_gaps(filled, begin, until)
    middles = edges[empty] + (edges[empty + 1] - edges[empty]) // 2
    places = np.searchsorted(moments, middles)
    return np.insert(moments, places, middles), np.insert(drawn, places, np.nan, axis=0)


def mean_window(frame: SensorFrame, start: int, end: int, bins: int, *, gap_ns: int | None = None) -> Window:
    """Rows to draw of shares over `[start, end)`: the rows themselves where they are few, else the mean of each bin.

    Parameters
    ----------
    frame : SensorFrame
        All rows.
    start, end : int
        Nanoseconds since 1970-01-01 UTC.
    bins : int
        How many stretches of equal length.
    gap_ns : int, optional
        Distance of rows, in nanoseconds, from which on a gap is kept between them; found from the rows where absent.

    Returns
    -------
    Window
        At most ``2 * bins`` rows; a bin without values inside a gap is NaN, a bin between sparse rows is left out.

    Raises
    ------
    UsageError
        `bins` is not positive or `end` is not after `start`.
    """
    rows = _rows_inside(frame, start, end, bins, gap_ns)
    raw = rows.raw(2 * bins)
    if raw is not None:
        return raw
    filled, begin, until = rows.pixels()
    known = np.isfinite(rows.values)
    counts = np.add.reduceat(known.astype(np.int64), begin, axis=0)
    sums = np.add.reduceat(np.where(known, rows.values, 0.0), begin, axis=0, dtype=np.float64)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    middles = rows.edges[:-1] + (rows.edges[1:] - rows.edges[:-1]) // 2
    empty = rows.empty_in_gaps(filled, begin, until)
    order = np.concatenate([filled, empty])
    drawn = np.concatenate([means, np.full((len(empty), means.shape[1]), np.nan)])
    place = np.argsort(order, kind="stable")
    return Window(middles[order[place]], drawn[place], frame.sensors, False)

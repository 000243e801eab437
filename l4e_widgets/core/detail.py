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
        Nanoseconds: half as much again as the usual distance where the rows are regular, else as the distance that
        one in a hundred rows reaches.
    """
    if len(timestamps) < 3:
        return int(np.iinfo(np.int64).max)
    steps = np.diff(timestamps)
    usual = float(np.median(steps))
    is_regular = float(np.mean(np.abs(steps - usual) <= 0.1 * usual)) >= 0.6
    return int(1.5 * (usual if is_regular else float(np.quantile(steps, 0.99))))


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
    if pixels < 1 or end <= start:
        raise UsageError(
            "There is no window to draw.",
            got=f"{pixels} pixels from {start} to {end}",
            expected="at least one pixel and an end after the start",
        )
    first, last = np.searchsorted(frame.timestamps, [start, end])
    times, values = frame.timestamps[first:last], frame.values[first:last]
    gap = gap_length(frame.timestamps) if gap_ns is None else gap_ns
    gaps = np.flatnonzero(np.diff(times) > gap)
    if len(times) + len(gaps) <= 2 * pixels:
        middles = times[gaps] + (times[gaps + 1] - times[gaps]) // 2 if len(gaps) else times[:0]
        return Window(
            np.insert(times, gaps + 1, middles), np.insert(values, gaps + 1, np.nan, axis=0), frame.sensors, True
        )
    edges = start + np.round(np.linspace(0, float(end - start), pixels + 1)).astype(np.int64)
    bounds = np.searchsorted(times, edges)
    bounds[-1] = len(times)
    return Window(*_extremes(times, values, bounds, edges, gap), frame.sensors, False)


def _extremes(
    times: Int64Array, values: FloatArray, bounds: npt.NDArray[np.intp], edges: Int64Array, gap: int
) -> tuple[Int64Array, FloatArray]:
    """Two rows for each pixel that has rows, and one NaN row for each gap that leaves a pixel empty."""
    filled = np.flatnonzero(bounds[1:] > bounds[:-1])
    begin, until = bounds[filled], bounds[filled + 1]
    low = np.fmin.reduceat(values, begin, axis=0)
    high = np.fmax.reduceat(values, begin, axis=0)
    falls = values[begin] > values[until - 1]
    pairs = np.empty((len(filled), 2, values.shape[1]), dtype=values.dtype)
    pairs[:, 0], pairs[:, 1] = np.where(falls, high, low), np.where(falls, low, high)
    moments = np.stack([times[begin], times[until - 1]], axis=1).ravel()
    rows = pairs.reshape(-1, values.shape[1])
    is_single = until - begin == 1
    keep = np.ones(len(moments), dtype=bool)
    keep[1::2] = ~is_single
    is_gap = (np.diff(filled) > 1) & (times[begin[1:]] - times[until[:-1] - 1] > gap)
    empty = filled[:-1][is_gap] + 1
    middles = edges[empty] + (edges[empty + 1] - edges[empty]) // 2
    moments, rows = moments[keep], rows[keep]
    places = np.searchsorted(moments, middles)
    return np.insert(moments, places, middles), np.insert(rows, places, np.nan, axis=0)


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
    fine = window(frame, start, end, bins, gap_ns=gap_ns)
    if fine.is_raw:
        return fine
    first, last = np.searchsorted(frame.timestamps, [start, end])
    times, values = frame.timestamps[first:last], frame.values[first:last]
    edges = start + np.round(np.linspace(0, float(end - start), bins + 1)).astype(np.int64)
    bounds = np.searchsorted(times, edges)
    bounds[-1] = len(times)
    filled = np.flatnonzero(bounds[1:] > bounds[:-1])
    known = np.isfinite(values)
    counts = np.add.reduceat(known.astype(np.int64), bounds[filled], axis=0)
    sums = np.add.reduceat(np.where(known, values, 0.0), bounds[filled], axis=0, dtype=np.float64)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    middles = edges[:-1] + (edges[1:] - edges[:-1]) // 2
    gap = gap_length(frame.timestamps) if gap_ns is None else gap_ns
    ends, begins = times[bounds[filled + 1] - 1], times[bounds[filled]]
    is_gap = (np.diff(filled) > 1) & (begins[1:] - ends[:-1] > gap)
    order = np.concatenate([filled, filled[:-1][is_gap] + 1])
    rows = np.concatenate([means, np.full((int(is_gap.sum()), means.shape[1]), np.nan)])
    place = np.argsort(order, kind="stable")
    return Window(middles[order[place]], rows[place], frame.sensors, False)

"""Sensors of several clocks: which belong together, and how their rows are joined at one sampling rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sampling import resample
from l4e_widgets.core.times import NS_PER_SECOND

__all__ = ["at_times", "grouped_by_clock", "joined_at_rate"]

Int64Array = npt.NDArray[np.int64]

_SAME_STEP = 0.1
_SHARED_TIMES = 0.5


def grouped_by_clock(times: Sequence[Int64Array]) -> list[list[int]]:
    """Which series tick together.

    Parameters
    ----------
    times : sequence of (n_rows,) int64
        Times of each series, nanoseconds UTC, strictly increasing.

    Returns
    -------
    list of list of int
        Places of the series of each clock. Two series share one where their usual steps differ by at most a tenth
        and, as far as both reach, half of their times are the same.
    """
    clocks: list[list[int]] = []
    for place, moments in enumerate(times):
        for clock in clocks:
            if _tick_together(times[clock[0]], moments):
                clock.append(place)
                break
        else:
            clocks.append([place])
    return clocks


def _tick_together(first: Int64Array, second: Int64Array) -> bool:
    if min(len(first), len(second)) < 3:
        return True
    steps = float(np.median(np.diff(first))), float(np.median(np.diff(second)))
    if abs(steps[0] - steps[1]) > _SAME_STEP * max(steps):
        return False
    low, high = max(first[0], second[0]), min(first[-1], second[-1])
    inside = [moments[(moments >= low) & (moments <= high)] for moments in (first, second)]
    fewer = min(len(inside[0]), len(inside[1]))
    if not fewer:
        return True
    return len(np.intersect1d(inside[0], inside[1], assume_unique=True)) >= _SHARED_TIMES * fewer


def at_times(frame: SensorFrame, times: Int64Array, hold_ns: int) -> npt.NDArray[np.floating]:
    """Values of a slower clock at the times of another.

    Parameters
    ----------
    frame : SensorFrame
        Rows of the slower clock.
    times : (n_rows,) int64
        Nanoseconds UTC, strictly increasing.
    hold_ns : int
        How long a row counts, in nanoseconds: the length from which on a gap is one.

    Returns
    -------
    (n_rows, n_sensors) float
        The last row not after each time, NaN where it is `hold_ns` old or older: between two rows of the slower clock
        no gap is invented, and across a gap no value.
    """
    values = np.full((len(times), len(frame.sensors)), np.nan, dtype=frame.values.dtype)
    if len(frame):
        rows = np.searchsorted(frame.timestamps, times, side="right") - 1
        age = times - frame.timestamps[np.maximum(rows, 0)]
        valid = (rows >= 0) & (age < hold_ns)
        values[valid] = frame.values[rows[valid]]
    return values


def joined_at_rate(
    frames: Sequence[SensorFrame], rate_s: float, holds_ns: Sequence[int], *, start: int | None = None
) -> SensorFrame:
    """Rows of several clocks on one grid.

    Parameters
    ----------
    frames : sequence of SensorFrame
        Rows of each clock.
    rate_s : float
        Sampling rate of the result in seconds.
    holds_ns : sequence of int
        For each clock how long a row counts, in nanoseconds.
    start : int, optional
        Leave out what lies before the bin of this moment, nanoseconds UTC; earlier rows are only held.

    Returns
    -------
    SensorFrame
        One row for every bin `[t, t + rate)` in which a clock had a row; the sensors in the order of the frames. Each
        clock is resampled to the rate; a slower one is held from row to row, never across a gap of its own.
    """
    parts = [resample(frame, rate_s, step_s=0.0).frame for frame in frames]
    times = np.unique(np.concatenate([part.timestamps for part in parts]))
    if start is not None:
        rate_ns = round(rate_s * NS_PER_SECOND)
        times = times[times >= start // rate_ns * rate_ns]
    values = [at_times(part, times, hold) for part, hold in zip(parts, holds_ns, strict=True)]
    sensors = tuple(sensor for part in parts for sensor in part.sensors)
    return SensorFrame(times, np.column_stack(values) if sensors else np.empty((len(times), 0)), sensors)

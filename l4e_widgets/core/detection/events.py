"""Events: stretches of time that are one trouble, from the statistic, the release and the alarm line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import UsageError

__all__ = ["EventRules", "EventSpan", "find_events"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

_FIRST_PIECE = 256


@dataclass(frozen=True, kw_only=True)
class EventRules:
    """When an event begins and ends, and which belong together.

    Parameters
    ----------
    hysteresis : float
        An event that has begun at the alarm line lasts while the statistic is at most this much below it
        (unit of the statistic).
    release_drop : float
        An event is over where the release has stayed this much below what is typical of the event itself
        (unit of the statistic; 1.2 is a factor of 0.3 in amplitude).
    quiet_rows : int
        For so many rows in a row; what is left of the statistic then is the filter's memory.
    min_duration_s : float
        Shorter events are dropped, seconds.
    merge_s : float
        Events nearer to each other than this are one, seconds.
    gap_s : float
        An event ends where rows lie further apart than this, seconds.

    Raises
    ------
    UsageError
        A rule is negative, or there is no quiet row.
    """

    hysteresis: float = 0.1
    release_drop: float = 1.2
    quiet_rows: int = 10
    min_duration_s: float = 0.0
    merge_s: float = 0.0
    gap_s: float = float("inf")

    def __post_init__(self) -> None:
        """Refuse rules that cannot mean anything."""
        numbers = (self.hysteresis, self.release_drop, self.min_duration_s, self.merge_s, self.gap_s)
        if min(numbers) < 0 or self.quiet_rows < 1:
            raise UsageError("A rule for events is negative.", got=str(self), expected="0 or more, 1 quiet row or more")

    @classmethod
    def for_step(cls, step_s: float) -> EventRules:
        """Rules for a sampling rate.

        Events merge over 20 rows, and where rows come a minute apart or slower over at least six hours; they end at a
        gap of more than 20 rows, there of at least two hours.

        Parameters
        ----------
        step_s : float
            Time between two rows, seconds.

        Returns
        -------
        EventRules
            The defaults.
        """
        slow = step_s >= 60
        return cls(
            merge_s=max(20 * step_s, 6 * 3600.0 if slow else 0.0), gap_s=max(20 * step_s, 2 * 3600.0 if slow else 0.0)
        )


@dataclass(frozen=True)
class EventSpan:
    """One event.

    Parameters
    ----------
    first_row, last_row_exclusive : int
        Its rows, the second not included.
    start_ns, end_ns : int
        `[start, end)` in nanoseconds UTC; one step after its last row.
    max_statistic : float
        Highest statistic inside it.
    """

    first_row: int
    last_row_exclusive: int
    start_ns: int
    end_ns: int
    max_statistic: float


def find_events(
    statistic: Float64Array,
    release: Float64Array,
    timestamps: Int64Array,
    *,
    threshold: float,
    rules: EventRules,
    step_s: float,
) -> tuple[EventSpan, ...]:
    """Find the events in rows in time order.

    An event begins where the statistic reaches the threshold. It ends at the first of: the statistic falls below
    the threshold by more than the hysteresis; the release stays quiet; a gap in time. After a quiet end a new event
    begins only when the release is up again or the statistic has been below the threshold in between.

    Parameters
    ----------
    statistic, release : (n_rows,) float64
        As a detector scores them; NaN rows belong to an event that goes on around them.
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing.
    threshold : float
        The alarm line.
    rules : EventRules
        When events begin, end and merge.
    step_s : float
        Typical time between rows, seconds.

    Returns
    -------
    tuple of EventSpan
        In time order, without overlap.
    """
    with np.errstate(invalid="ignore"):
        high = np.flatnonzero(statistic >= threshold)
    if not len(high):
        return ()
    gaps = np.flatnonzero(np.diff(timestamps) > rules.gap_s * 1e9)
    ends = _stretch_ends(statistic, gaps, threshold - rules.hysteresis)
    stops = ends[np.searchsorted(ends, high, side="right")]
    begins = np.flatnonzero(np.diff(stops, prepend=-1))
    spans: list[tuple[int, int]] = []
    for row, stop in zip(high[begins].tolist(), stops[begins].tolist(), strict=True):
        spans.extend(_released(statistic, release, row, stop, threshold, rules))
    merged = _merged(spans, timestamps, gaps, rules.merge_s + step_s)
    step_ns = int(step_s * 1e9)
    found = (
        EventSpan(a, b, int(timestamps[a]), int(timestamps[b - 1]) + step_ns, float(np.nanmax(statistic[a:b])))
        for a, b in merged
    )
    return tuple(event for event in found if event.end_ns - event.start_ns >= rules.min_duration_s * 1e9)


def _stretch_ends(statistic: Float64Array, gaps: Int64Array, low: float) -> Int64Array:
    """Rows at which anything going on ends: below the low level, or the first after a gap; and the end."""
    with np.errstate(invalid="ignore"):
        below = statistic < low
    below[gaps + 1] = True
    return np.append(np.flatnonzero(below), len(statistic))


def _released(
    statistic: Float64Array, release: Float64Array, first: int, stop: int, threshold: float, rules: EventRules
) -> list[tuple[int, int]]:
    """Cut one stretch above the line where its release stays quiet."""
    if stop - first < rules.quiet_rows:
        return [(first, stop)]
    spans: list[tuple[int, int]] = []
    start = first
    while start < stop:
        run, level = _quiet_from(release, start, stop, rules)
        if run < 0:
            spans.append((start, stop))
            break
        if run > 0:
            spans.append((start, start + run))
        again = _loud_again(statistic, release, start + run + rules.quiet_rows, stop, level=level, threshold=threshold)
        if again < 0:
            break
        start = again
    return spans


def _quiet_from(release: Float64Array, start: int, stop: int, rules: EventRules) -> tuple[int, float]:
    """Rows until the release stays quiet (-1 where it does not before `stop`), and what was typical until then.

    It looks at pieces that double, so that many short events in a long stretch cost no more than one long one.
    """
    length = _FIRST_PIECE
    while True:
        end = min(start + length, stop)
        loud = np.nan_to_num(release[start:end], nan=-np.inf, neginf=-np.inf)
        known = np.isfinite(loud)
        count = np.maximum(np.cumsum(known), 1)
        level = np.cumsum(np.where(known, loud, 0.0)) / count - rules.release_drop
        lag = np.maximum(np.arange(len(loud)) - rules.quiet_rows, 0)
        run = _first_run(known & (loud < level[lag]), rules.quiet_rows)
        if run >= 0 or end == stop:
            return run, float(level[max(run - 1, 0)])
        length *= 2


def _loud_again(
    statistic: Float64Array, release: Float64Array, start: int, stop: int, *, level: float, threshold: float
) -> int:
    """First row from `start` on that is loud and above the line, -1 without any before `stop`."""
    length = _FIRST_PIECE
    while start < stop:
        rows = slice(start, min(start + length, stop))
        found = np.flatnonzero((release[rows] >= level) & (statistic[rows] >= threshold))
        if len(found):
            return start + int(found[0])
        start, length = rows.stop, length * 2
    return -1


def _first_run(flags: npt.NDArray[np.bool_], length: int) -> int:
    """Start of the first run of at least `length` true flags, -1 without any."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    starts, lengths = edges[::2], np.diff(edges)[::2]
    long = np.flatnonzero(lengths >= length)
    return int(starts[long[0]]) if len(long) else -1


def _merged(
    spans: list[tuple[int, int]], timestamps: Int64Array, gaps: Int64Array, reach_s: float
) -> list[tuple[int, int]]:
    """Join spans that lie near each other without a gap between them."""
    if not spans:
        return []
    first, last = np.array(spans, dtype=np.int64).T
    before = last[:-1] - 1
    near = (timestamps[first[1:]] - timestamps[before]) / 1e9 <= reach_s
    unbroken = np.searchsorted(gaps, before) == np.searchsorted(gaps, first[1:])
    begins = np.flatnonzero(np.concatenate([[True], ~(near & unbroken)]))
    return list(zip(first[begins].tolist(), last[np.append(begins[1:] - 1, len(last) - 1)].tolist(), strict=True))

"""Events held against labels: found, missed, false and how long before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from l4e_widgets.core.times import NS_PER_SECOND, TimeRange

__all__ = ["Accuracy", "hold_against_labels", "merged"]

DEFAULT_MERGE_GAP_S = 3_600.0
DEFAULT_EARLY_WARNING_S = 3_600.0


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """How the events agree with the labels.

    Parameters
    ----------
    labels : tuple of TimeRange
        Labels that were held against the events.
    found : tuple of bool
        For each label, whether an event belongs to it.
    forewarning_s : tuple of float
        For each found label, seconds from the start of its first event to its own start; 0 where the event
        began later.
    false_events : tuple of TimeRange
        Events, merged, that belong to no label.
    """

    labels: tuple[TimeRange, ...]
    found: tuple[bool, ...]
    forewarning_s: tuple[float, ...]
    false_events: tuple[TimeRange, ...]

    @property
    def n_found(self) -> int:
        """Labels found."""
        return sum(self.found)

    @property
    def n_missed(self) -> int:
        """Labels missed."""
        return len(self.found) - self.n_found


def merged(spans: Sequence[TimeRange], *, gap_s: float = 0.0) -> tuple[TimeRange, ...]:
    """Ranges in order, those that overlap or lie closer than a gap made one.

    Parameters
    ----------
    spans : sequence of TimeRange
        In any order.
    gap_s : float
        Two ranges at most this many seconds apart become one.

    Returns
    -------
    tuple of TimeRange
        In order of time, none closer than the gap to the next.
    """
    result: list[TimeRange] = []
    for span in sorted(spans):
        if result and span.start - result[-1].end <= gap_s * NS_PER_SECOND:
            result[-1] = TimeRange(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return tuple(result)


def hold_against_labels(
    events: Sequence[TimeRange],
    labels: Sequence[TimeRange],
    *,
    merge_gap_s: float = DEFAULT_MERGE_GAP_S,
    early_warning_s: float = DEFAULT_EARLY_WARNING_S,
) -> Accuracy:
    """Hold events against labels.

    An event belongs to a label when it overlaps it or ends less than the early-warning window before it.

    Parameters
    ----------
    events, labels : sequence of TimeRange
        `[start, end)`.
    merge_gap_s : float
        Events closer than this many seconds count as one.
    early_warning_s : float
        Window before a label, in seconds, in which the end of an event still counts.

    Returns
    -------
    Accuracy
        Found, missed, false and forewarning.
    """
    joined = merged(events, gap_s=merge_gap_s)
    early = int(early_warning_s * NS_PER_SECOND)
    found, forewarning, used = [], [], set()
    for label in labels:
        mine = [event for event in joined if event.start < label.end and label.start - early < event.end]
        used.update(mine)
        found.append(bool(mine))
        if mine:
            forewarning.append(max(0.0, (label.start - mine[0].start) / NS_PER_SECOND))
    return Accuracy(
        labels=tuple(labels),
        found=tuple(found),
        forewarning_s=tuple(forewarning),
        false_events=tuple(event for event in joined if event not in used),
    )

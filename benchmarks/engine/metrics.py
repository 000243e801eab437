"""What is counted of one record, and how records add up to a row of the table; never point-adjusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.engine.trials import Judged, Live, windows_of
from benchmarks.engine.vus import vus_pr
from l4e_widgets.core.detection.events import EventSpan
from l4e_widgets.core.detection.explain import event_shares

__all__ = ["Figures", "Outcome", "joined", "outcome_of", "pooled"]

_MONTH_NS = 30.4375 * 86_400e9


@dataclass(frozen=True)
class Outcome:
    """Counts of one judged record."""

    part: str
    hit: int
    false: int
    missed: int
    quiet: int
    windows: int
    delays: tuple[int, ...]
    true_events: int
    false_events: int
    months: float
    vus: float
    guilty: tuple[int, ...]
    place: int | None
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """One row of the table; NaN where a figure means nothing."""

    f1: float
    far: float
    mar: float
    delay_rows: float
    found: int
    windows: int
    event_precision: float
    event_recall: float
    false_events_a_month: float
    vus_pr: float
    first: float
    first_three: float


def joined(flags: npt.NDArray[np.bool_], rows: int) -> list[tuple[int, int]]:
    """Flagged stretches `[first, stop)`; those with at most `rows` unflagged rows between them are one."""
    out: list[tuple[int, int]] = []
    for first, stop in windows_of(flags):
        if out and first - out[-1][1] <= rows:
            out[-1] = (out[-1][0], stop)
        else:
            out.append((first, stop))
    return out


def outcome_of(live: Live, judged: Judged, *, join_rows: int) -> Outcome:
    """Count one record: rows, windows, delays, events, the area, and the place of the guilty sensor."""
    labels, flags = live.labels, judged.flags
    windows = windows_of(labels)
    first_rows = [np.flatnonzero(flags[first:stop]) for first, stop in windows]
    events = joined(flags, join_rows)
    true = [event for event in events if labels[event[0] : event[1]].any()]
    times = live.record.times
    return Outcome(
        part=live.part,
        hit=int((labels & flags).sum()),
        false=int((~labels & flags).sum()),
        missed=int((labels & ~flags).sum()),
        quiet=int((~labels & ~flags).sum()),
        windows=len(windows),
        delays=tuple(int(rows[0]) for rows in first_rows if len(rows)),
        true_events=len(true),
        false_events=len(events) - len(true),
        months=float(times[-1] - times[0]) / _MONTH_NS,
        vus=vus_pr(labels, judged.score),
        guilty=live.guilty,
        place=_place(live, judged, true),
        findings=judged.findings,
    )


def _place(live: Live, judged: Judged, events: list[tuple[int, int]]) -> int | None:
    """Place of the best guilty sensor (0 is first) in the longest event that touches the fault; None where unnamed."""
    if judged.shares is None or not live.guilty or not events:
        return None
    first, stop = max(events, key=lambda event: event[1] - event[0])
    share = event_shares(judged.shares, EventSpan(first, stop, 0, 1, 0.0))
    return int(min((share > share[sensor]).sum() for sensor in live.guilty))


def pooled(outcomes: Sequence[Outcome]) -> Figures:
    """Add up the records of a row: rows and events are pooled, the area is a mean over the records with a label."""
    hit, false, missed, quiet = (
        sum(getattr(one, name) for one in outcomes) for name in ("hit", "false", "missed", "quiet")
    )
    delays = [delay for one in outcomes for delay in one.delays]
    windows = sum(one.windows for one in outcomes)
    true_events, false_events = sum(one.true_events for one in outcomes), sum(one.false_events for one in outcomes)
    places = [one.place for one in outcomes if one.place is not None]
    areas = [one.vus for one in outcomes if np.isfinite(one.vus)]
    return Figures(
        f1=_ratio(2 * hit, 2 * hit + false + missed) if windows else float("nan"),
        far=_ratio(false, false + quiet),
        mar=_ratio(missed, hit + missed),
        delay_rows=float(np.median(delays)) if delays else float("nan"),
        found=len(delays),
        windows=windows,
        event_precision=_ratio(true_events, true_events + false_events) if windows else float("nan"),
        event_recall=_ratio(len(delays), windows),
        false_events_a_month=_ratio(false_events, sum(one.months for one in outcomes)),
        vus_pr=float(np.mean(areas)) if areas else float("nan"),
        first=_ratio(sum(place == 0 for place in places), len(places)),
        first_three=_ratio(sum(place < 3 for place in places), len(places)),
    )


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")

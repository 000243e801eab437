"""Explanations in figures: bands, first sensors, repair sets and cases, on the injected grid and on slow faults."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.engine.run import Row
from benchmarks.engine.sets.injected import PUMP_GRID, SEED, TEP_GRID, injected
from benchmarks.engine.trials import BenchmarkSet, Live, Record, Trial
from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.cases import CaseRules, group_events
from l4e_widgets.core.detection.contract import Detector
from l4e_widgets.core.detection.events import EventRules, EventSpan, find_events
from l4e_widgets.core.detection.explain import event_shares
from l4e_widgets.core.detection.registry import DEFAULT_DETECTOR, detector_factory
from l4e_widgets.core.detection.repair import EventRows, repair_set
from l4e_widgets.core.simulation import simulate_pump
from l4e_widgets.core.times import TimeRange

__all__ = ["Tally", "explained_rows", "slow_faults", "tallied"]

BUDGET = 1.0
MOST_REPAIRED = 40
SLOW_DAYS, DAY_ROWS, TRAIN_DAYS = 6, 288, 105
SLOW_SIZE = 2.0


@dataclass
class Tally:
    """What was counted: shares of normal values inside the band, places, sizes and seconds of repair sets, cases."""

    inside: list[float] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    enough: list[bool] = field(default_factory=list)
    named: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)
    faults: int = 0

    def note(self) -> str:
        """Everything in one line; a part without figures is left out."""
        said = []
        if self.inside:
            said.append(f"95 % band holds {100 * np.mean(self.inside):.1f} % of normal values")
        if self.places:
            places = np.array(self.places)
            said.append(
                f"{len(places)} of {self.faults} faults have an event, the guilty sensor is first in "
                f"{100 * (places == 0).mean():.0f} %, among three in {100 * (places < 3).mean():.0f} %"
            )
        if self.sizes:
            said.append(
                f"repair set of {np.median(self.sizes):.0f} (median), largest {max(self.sizes)}, holds the guilty one "
                f"in {100 * np.mean(self.named):.0f} %, ends the event in {100 * np.mean(self.enough):.0f} %, "
                f"{np.median(self.seconds):.2f} s median, {max(self.seconds):.2f} s longest"
            )
        if self.cases:
            cases, events = np.array(self.cases), np.array(self.events)
            said.append(
                f"one case in {(cases == 1).sum()} of {len(cases)} found, {(events > 1).sum()} of them in several "
                f"events, {((events > 1) & (cases == 1)).sum()} of these joined"
            )
        return "; ".join(said)

    def parts(self) -> dict[str, dict[str, float]]:
        """Means for the record."""
        lists = {"band": self.inside, "place": self.places, "repair_size": self.sizes, "repair_seconds": self.seconds}
        lists |= {"repair_enough": self.enough, "repair_names_guilty": self.named, "cases": self.cases}
        return {"all": {name: float(np.mean(values)) for name, values in lists.items() if values}}


def explained_rows(folder: Path, *, quick: bool) -> Iterator[Row]:
    """Rows of the table, one a grid whose data is there, and one of slow faults."""
    for one in (TEP_GRID, PUMP_GRID):
        if one.needs and not (folder / one.needs).is_dir():
            print(f"{'explained, ' + one.name:<30}  absent: L4E_BENCH_DATA names no folder with {one.needs}/")
            continue
        yield _row(f"explained, {one.name}", one, folder, quick=quick)
    began = time.perf_counter()
    tally = tallied(slow_faults(quick=quick), repaired=0)
    note = f"ramp of {SLOW_DAYS} days to {SLOW_SIZE:g} deviations: {tally.note()}"
    yield Row("explained, slow faults", "l4e_widgets", None, time.perf_counter() - began, 0.0, note, tally.parts())


def _row(title: str, one: BenchmarkSet, folder: Path, *, quick: bool) -> Row:
    """Row of one grid."""
    began = time.perf_counter()
    total = Tally()
    for trial in one.trials(folder, quick):
        total = tallied(trial, total, repaired=8 if quick else MOST_REPAIRED)
    return Row(title, "l4e_widgets", None, time.perf_counter() - began, 0.0, total.note(), total.parts())


def slow_faults(*, quick: bool) -> Trial:
    """Six days of a slowly growing bias in each sensor of the sample pump, which has learned 105 days before."""
    frame = simulate_pump(days=TRAIN_DAYS + SLOW_DAYS + 4, seed=SEED).frame
    cut, onset = TRAIN_DAYS * DAY_ROWS, DAY_ROWS
    train = Record(frame.values[:cut], frame.timestamps[:cut])
    base, clock = frame.values[cut : cut + (SLOW_DAYS + 1) * DAY_ROWS], frame.timestamps[cut:][: 7 * DAY_ROWS]
    faulty = np.arange(len(base)) >= onset
    live = []
    for sensor in np.flatnonzero(np.nanstd(train.values, axis=0) > 0)[:: 8 if quick else 1].tolist():
        rows = np.array(base, copy=True)
        rng = np.random.default_rng([SEED, sensor])
        rows[:, sensor] = injected(base[:, sensor], onset, "ramp", SLOW_SIZE, train.values[:, sensor], rng)
        live.append(Live(Record(rows, clock), faulty, "slow", (sensor,)))
    return Trial(train, tuple(live))


def tallied(trial: Trial, tally: Tally | None = None, *, repaired: int) -> Tally:
    """Learn from a trial and count what is said of each of its records; `repaired` events get a repair set."""
    counts = tally or Tally()
    detector = detector_factory(DEFAULT_DETECTOR)()
    detector.fit(trial.train.values, timestamps=trial.train.times)
    threshold = Calibration.from_evidence(detector.evidence).threshold(BUDGET)
    faulty = [live for live in trial.live if live.guilty]
    chosen = set(range(0, len(faulty), max(1, len(faulty) // repaired))) if repaired else set()
    for live in trial.live:
        if not live.guilty:
            counts.inside.append(_inside_band(detector, live.record))
    for place, live in enumerate(faulty):
        _count(counts, detector, live, threshold, repaired=place in chosen)
    return counts


def _inside_band(detector: Detector, record: Record) -> float:
    """Share of the values of a sound record inside their band."""
    expected = detector.expected(record.values, timestamps=record.times, state=None)
    known = np.isfinite(record.values) & np.isfinite(expected.value) & (expected.half_band > 0)
    off = np.abs(record.values - expected.value) <= expected.half_band
    return float(off[known].mean())


def _count(counts: Tally, detector: Detector, live: Live, threshold: float, *, repaired: bool) -> None:
    """Count what is said of one fault."""
    record, guilty = live.record, live.guilty[0]
    scores = detector.score(record.values, timestamps=record.times, state=None)
    found = find_events(
        scores.statistic,
        scores.release,
        record.times,
        threshold=threshold,
        rules=EventRules.for_step(record.step_s),
        step_s=record.step_s,
    )
    mine = [event for event in found if live.labels[event.first_row : event.last_row_exclusive].any()]
    counts.faults += 1
    if not mine:
        return
    shares = np.array([event_shares(scores.contributions, event) for event in mine])
    longest = max(range(len(mine)), key=lambda number: mine[number].last_row_exclusive - mine[number].first_row)
    counts.places.append(int((np.argsort(-shares[longest], kind="stable") == guilty).argmax()))
    spans = [TimeRange(event.start_ns, event.end_ns) for event in mine]
    counts.events.append(len(mine))
    counts.cases.append(len(group_events(spans, shares, CaseRules.for_step(record.step_s))))
    if repaired:
        _repair(counts, detector, record, mine[longest], threshold, shares[longest], guilty)


def _repair(
    counts: Tally,
    detector: Detector,
    record: Record,
    event: EventSpan,
    threshold: float,
    shares: np.ndarray,
    guilty: int,
) -> None:
    """Count the repair set of one event."""
    began = time.perf_counter()
    last = event.last_row_exclusive
    rows = EventRows(detector, record.values[:last], record.times[:last], None, event.first_row)
    repair = repair_set(rows, threshold=threshold, shares=shares)
    counts.seconds.append(time.perf_counter() - began)
    columns = [step.column for step in repair.steps]
    counts.sizes.append(len(columns))
    counts.enough.append(repair.is_enough)
    counts.named.append(guilty in columns)

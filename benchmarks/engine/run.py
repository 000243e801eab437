"""One set, one peer: learn, judge, count."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.engine.cost import Cost, Meter
from benchmarks.engine.metrics import Figures, Outcome, outcome_of, pooled
from benchmarks.engine.trials import BenchmarkSet, Peer, Trial

__all__ = ["Measured", "Row", "measured", "rows_of"]


@dataclass(frozen=True)
class Measured:
    """Everything a peer did on a set."""

    outcomes: tuple[Outcome, ...]
    cost: Cost


@dataclass(frozen=True)
class Row:
    """A row of the table: figures where it was judged, a note, and figures by part for the record.

    `cases` holds every injected fault: part, columns of the guilty sensors, share of its rows flagged, place of the
    best guilty sensor (0 is first; None where it was not found or not named).
    """

    set: str
    peer: str
    figures: Figures | None
    seconds: float
    megabytes: float
    note: str
    parts: dict[str, dict[str, float]]
    cases: tuple[tuple[str, tuple[int, ...], float, int | None], ...] = ()

    def as_dict(self) -> dict:
        """Plain values for JSON."""
        return asdict(self)


def measured(trials: list[Trial], one: BenchmarkSet, make) -> Measured:
    """Learn from and judge every trial; the seconds are those of the peer alone, not of the counting."""
    outcomes, cost = [], Cost(0.0, 0.0)
    for trial in trials:
        peer: Peer = make()
        with Meter() as meter:
            peer.fit(trial.train, trial.exclude)
            judged = [peer.judge(live.record, explain=one.explain) for live in trial.live]
        join_rows = round(one.joined_s / trial.train.step_s)
        outcomes += [outcome_of(live, said, join_rows=join_rows) for live, said in zip(trial.live, judged, strict=True)]
        cost.seconds += meter.cost.seconds
        cost.megabytes = max(cost.megabytes, meter.cost.megabytes)
    return Measured(tuple(outcomes), cost)


def trials_of(one: BenchmarkSet, folder: Path, *, quick: bool) -> list[Trial] | None:
    """Return the trials of a set, None where its data is absent."""
    if one.needs and not (folder / one.needs).is_dir():
        return None
    return list(one.trials(folder, quick))


def rows_of(one: BenchmarkSet, peer: str, done: Measured) -> list[Row]:
    """Table rows of a set for one peer."""
    out = []
    for title, parts in one.rows.items():
        chosen = [outcome for outcome in done.outcomes if not parts or outcome.part in parts]
        if not chosen:
            continue
        by_part = {
            part: pooled([o for o in chosen if o.part == part]) for part in dict.fromkeys(o.part for o in chosen)
        }
        figures = pooled(chosen)
        plain = {part: asdict(one_part) for part, one_part in by_part.items()}
        note = _NOTES[one.told](by_part, chosen)
        cases = tuple(
            (one.part, one.guilty, one.hit / max(one.hit + one.missed, 1), one.place) for one in chosen if one.guilty
        )
        out.append(Row(title, peer, figures, done.cost.seconds, done.cost.megabytes, note, plain, cases))
    return out


def _caught(by_part: dict[str, Figures], outcomes: list[Outcome]) -> str:
    """Percent of the rows (one window) or of the windows (several) that were flagged, by part and size.

    "nothing" is how many of the records without a fault were alarmed all the same: what chance alone finds.
    """
    grouped: dict[str, list[str]] = {}
    for part, figures in by_part.items():
        value = 1 - figures.mar if figures.windows == 1 else figures.event_recall
        if part == "nothing":
            sound = [outcome for outcome in outcomes if outcome.part == part]
            value = sum(outcome.false_events > 0 for outcome in sound) / len(sound)
        kind, _, size = part.rpartition(" ")
        if kind and _is_number(size):
            grouped.setdefault(kind, []).append(f"{100 * value:.0f}")
        elif figures.windows or part == "nothing":
            grouped.setdefault(part, []).append(f"{100 * value:.0f}")
    told = ", ".join(f"{kind} {'/'.join(values)}" for kind, values in grouped.items())
    return f"%: {told}" if len(by_part) > 1 else ""


def _months(by_part: dict[str, Figures], outcomes: list[Outcome]) -> str:
    del outcomes
    return "by seed " + " ".join(f"{figures.false_events_a_month:.2f}" for figures in by_part.values())


def _precision(by_part: dict[str, Figures], outcomes: list[Outcome]) -> str:
    del by_part
    told = sum("precision_changed" in outcome.findings for outcome in outcomes)
    return f"said so in {told} of {len(outcomes)} records" if told else ""


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


_NOTES = {"caught": _caught, "months": _months, "precision": _precision}

"""The engine with one part at a time switched off, on all data sets by the same protocol, in one table."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.engine.metrics import Figures
from benchmarks.engine.peers import OURS, PEERS
from benchmarks.engine.run import Row, measured, rows_of, trials_of
from benchmarks.engine.sets import SETS
from benchmarks.engine.sets.made import DAILY, FOULED, GAPS, HOURLY
from benchmarks.engine.switches import SWITCHES, Switch, switched
from benchmarks.engine.trials import BenchmarkSet, Trial

__all__ = ["COLUMNS", "WHOLE", "Column", "ablation_lines", "ablation_rows", "idle", "prepared"]

WHOLE = "nothing (as it comes)"


@dataclass(frozen=True)
class Column:
    """One column of the table: heading, set, the figures shown, and whether the set is taken in its quick form."""

    heading: str
    one: BenchmarkSet
    shown: tuple[str, ...]
    small: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("SKAB F1/FAR/MAR", SETS["skab"], ("f1", "far", "mar")),
    Column("TEP F1/FAR", SETS["tep"], ("f1", "far")),
    Column("BATADAL F1/FAR", SETS["batadal"], ("f1", "far")),
    Column("NAB found, false/mo", SETS["nab"], ("found", "false_events_a_month")),
    Column("TEP inj. F1/1st", SETS["tep-grid"], ("f1", "first"), small=True),
    Column("pump inj. F1/1st", SETS["pump-grid"], ("f1", "first"), small=True),
    Column("pump faults F1/1st", SETS["pump-faults"], ("f1", "first")),
    Column("drift false/mo", SETS["drift"], ("false_events_a_month",)),
    Column("TEP 3 dig. F1/FAR", SETS["tep-3-digits"], ("f1", "far")),
    Column("SKAB 2 dec. F1/FAR", SETS["skab-2-decimals"], ("f1", "far")),
    Column("fouled TEP F1/FAR", FOULED, ("f1", "far")),
    Column("holed TEP F1/FAR", GAPS, ("f1", "far")),
    Column("day F1, false/mo", DAILY, ("f1", "false_events_a_month")),
    Column("hourly F1, false/mo", HOURLY, ("f1", "false_events_a_month")),
)
_DIGITS = {"found": 0, "far": 3, "false_events_a_month": 2}


def prepared(folder: Path, columns: Sequence[Column] = COLUMNS, *, quick: bool) -> dict[str, list[Trial]]:
    """Trials of every set that is there, by heading; made once, since each switch judges the same."""
    made = {column.heading: trials_of(column.one, folder, quick=quick or column.small) for column in columns}
    return {heading: trials for heading, trials in made.items() if trials is not None}


def ablation_rows(trials: dict[str, list[Trial]], switch: Switch) -> list[Row]:
    """Figures of every set with one part switched off; the first title of a set alone."""
    rows = []
    with switched(switch):
        for column in COLUMNS:
            if column.heading in trials:
                done = measured(trials[column.heading], column.one, PEERS[OURS].make)
                rows.append(rows_of(column.one, switch.name, done)[0])
    return rows


def ablation_lines(
    folder: Path, *, quick: bool, switches: Sequence[Switch] = SWITCHES, columns: Sequence[Column] = COLUMNS
) -> Iterator[tuple[str, list[Row]]]:
    """Give the lines of the table as they come, in Markdown, each with its rows."""
    trials = prepared(folder, columns, quick=quick)
    absent = [column for column in columns if column.heading not in trials]
    columns = [column for column in columns if column.heading in trials]
    for column in absent:
        yield f"{column.heading}: absent ({column.one.published})", []
    yield "| switched off | " + " | ".join(column.heading for column in columns) + " | s |", []
    yield "|---" * (len(columns) + 2) + "|", []
    whole: list[str] = []
    for switch in (Switch(WHOLE, ()), *switches):
        began = time.perf_counter()
        rows = ablation_rows(trials, switch)
        told = [_cell(row.figures, column.shown) for row, column in zip(rows, columns, strict=True)]
        whole = whole or told
        cells = ["=" if switch.places and cell == full else cell for cell, full in zip(told, whole, strict=True)]
        yield f"| {switch.name} | " + " | ".join(cells) + f" | {time.perf_counter() - began:.0f} |", rows


def idle(rows: list[Row]) -> list[str]:
    """Names of the switches under which no figure of any set moved at all."""
    full = {row.set: _plain(row) for row in rows if row.peer == WHOLE}
    names = dict.fromkeys(row.peer for row in rows if row.peer != WHOLE)
    return [name for name in names if all(_plain(row) == full[row.set] for row in rows if row.peer == name)]


def _plain(row: Row) -> str:
    return repr(None if row.figures is None else asdict(row.figures))


def _cell(figures: Figures | None, shown: tuple[str, ...]) -> str:
    if figures is None:
        return "–"
    values = [(getattr(figures, name), _DIGITS.get(name, 3)) for name in shown]
    return " / ".join("–" if math.isnan(value) else f"{value:.{digits}f}" for value, digits in values)

"""Print one table and keep it as JSON: ``python -m benchmarks.engine [--only SETS] [--peers NAMES] [--ablation]``."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.engine.ablation import ablation_lines, idle
from benchmarks.engine.explained import explained_rows
from benchmarks.engine.peers import OURS, PEERS
from benchmarks.engine.run import Row, measured, rows_of, trials_of
from benchmarks.engine.sets import SETS
from benchmarks.engine.speed import speed_rows
from benchmarks.engine.store import RESULTS, circumstances, stored
from benchmarks.engine.table import head, line

_CHOICES = (*SETS, "explained", "speed")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description="Benchmarks of the engine.")
    parser.add_argument("--only", default="", help=f"sets, with commas between them: {', '.join(_CHOICES)}")
    parser.add_argument("--peers", default="", help="methods beside ours, with commas between them; parts of names do")
    parser.add_argument("--quick", action="store_true", help="fewer files, sensors, seeds and rows; under two minutes")
    parser.add_argument("--out", type=Path, help="the JSON file; default: benchmarks/results/<time>.json")
    parser.add_argument("--ablation", action="store_true", help="ours alone, with one part at a time switched off")
    chosen = parser.parse_args()
    chosen.only = [name.strip() for name in chosen.only.split(",") if name.strip()] or list(_CHOICES)
    unknown = sorted(set(chosen.only) - set(_CHOICES))
    if unknown:
        parser.error(f"there is no set called {', '.join(unknown)}; there are {', '.join(_CHOICES)}")
    return chosen


def _shown(row: Row, *, monthly: bool = False) -> Row:
    print(line(row, monthly=monthly), flush=True)
    return row


def _of_a_set(name: str, folder: Path, peers: dict, *, quick: bool) -> Iterator[Row]:
    """Rows of one set, peer by peer."""
    one = SETS[name]
    trials = trials_of(one, folder, quick=quick)
    if trials is None:
        print(f"{next(iter(one.rows)):<30}  absent: L4E_BENCH_DATA names no folder with {one.needs}/ ({one.published})")
        return
    makers = {label: entry.make for label, entry in peers.items()}
    makers = {OURS: makers.pop(OURS), **one.extra, **makers}
    by_row: dict[str, list[Row]] = {}
    for label, make in makers.items():
        for row in rows_of(one, label, measured(trials, one, make)):
            by_row.setdefault(row.set, []).append(row)
    for rows in by_row.values():
        for row in rows:
            yield _shown(row, monthly=one.monthly)


def _ablation(folder: Path, *, quick: bool) -> list[Row]:
    """Table of the engine with one part at a time switched off; "=" is the figure of the whole engine."""
    rows: list[Row] = []
    for text, told in ablation_lines(folder, quick=quick):
        print(text, flush=True)
        rows += told
    print(f"\nWithout any effect on a figure: {', '.join(idle(rows)) or 'none'}.")
    return rows


def _kept(rows: list[Row], about: dict, began: float, out: Path | None) -> None:
    """Store a run and say where."""
    about["seconds"] = time.perf_counter() - began
    path = out or RESULTS / f"{datetime.now(timezone.utc):%Y-%m-%dT%H-%M-%S}.json"
    stored(rows, about, path)
    print(f"{about['seconds']:.0f} s; every figure, by part, is in {path}")


def main() -> None:
    """Run what there is data for."""
    chosen = _options()
    began, about = time.perf_counter(), circumstances(quick=chosen.quick)
    folder = Path(os.environ.get("L4E_BENCH_DATA") or "no folder is named")
    if chosen.ablation:
        _kept(_ablation(folder, quick=chosen.quick), about, began, chosen.out)
        return
    wanted = [word.strip().lower() for word in chosen.peers.split(",") if word.strip()]
    named = {
        name: entry
        for name, entry in PEERS.items()
        if name == OURS or not wanted or any(word in name.lower() for word in wanted)
    }
    peers = {name: entry for name, entry in named.items() if entry.here()}
    for name in (name for name in named if name not in peers):
        print(f"{name}: absent. {named[name].missing}")
    print(
        f"l4e_widgets at {about['git'][:10] or 'no revision'}, {about['machine']['cores']} cores, no point adjustment\n"
    )
    print(head())
    rows: list[Row] = []
    for name in chosen.only:
        if name == "speed":
            rows += [_shown(row) for row in speed_rows(quick=chosen.quick)]
        elif name == "explained":
            rows += [_shown(row) for row in explained_rows(folder, quick=chosen.quick)]
        else:
            rows += _of_a_set(name, folder, peers, quick=chosen.quick)
        print(flush=True)
    _kept(rows, about, began, chosen.out)


if __name__ == "__main__":
    main()

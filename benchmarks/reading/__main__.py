"""Print one table and keep it as JSON: ``python -m benchmarks.reading [--sensors N] [--rows N] [--gigabytes N]``."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.engine.store import RESULTS, circumstances, installed
from benchmarks.reading.bare import BARE, missing
from benchmarks.reading.clock import EXPORT, LOOK, OURS, clocked
from benchmarks.reading.files import SEED
from benchmarks.reading.table import streams, targets

ROWS, SENSORS = 1_051_200, 30


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description="Benchmark of the reading.")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the file")
    parser.add_argument("--sensors", type=int, default=SENSORS, help="sensors of the file")
    parser.add_argument(
        "--gigabytes", type=float, default=0.0, help="so large a file instead of so many rows; ours alone"
    )
    parser.add_argument("--rounds", type=int, default=2, help="times that each is done; the best of them counts")
    parser.add_argument("--folder", type=Path, help="where the file and the project are made, and removed afterwards")
    parser.add_argument("--out", type=Path, help="the JSON file; default: benchmarks/results/reading-<time>.json")
    return parser.parse_args()


def _streams(source: Path, room: Path, *, bare: bool, rounds: int) -> dict[str, dict | None]:
    """Figures of ours and of the bare streams in turn, the best of the rounds; the file was just written."""
    names = [OURS, *(BARE if bare else ())]
    told: dict[str, dict | None] = dict.fromkeys(names)
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            if name == OURS:
                shutil.rmtree(room / "workspace", ignore_errors=True)
            elif missing(name):
                continue
            again = clocked(name, source, room / ("workspace" if name == OURS else "bare"))
            seconds = [*(told[name] or {"all_seconds": []})["all_seconds"], again["seconds"]]
            told[name] = {**again, "seconds": min(seconds), "all_seconds": seconds}
    return told


def _written(source: Path, chosen: argparse.Namespace) -> int:
    """Write the file in a process of its own, whose memory nobody inherits; how many rows it has."""
    sizes = [str(chosen.sensors), str(0 if chosen.gigabytes else chosen.rows), str(chosen.gigabytes)]
    command = [sys.executable, "-m", "benchmarks.reading.files", str(source), *sizes]
    return int(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def main() -> None:
    """Make the file, put everything on the clock, print, keep."""
    chosen = _options()
    about = circumstances(quick=False)
    about["versions"] |= {name: installed(name) for name in ("polars", "pyarrow", "duckdb")}
    about["load"] = list(os.getloadavg()) if hasattr(os, "getloadavg") else None
    whole = not chosen.gigabytes
    with tempfile.TemporaryDirectory(prefix="l4e-benchmark-", dir=chosen.folder) as place:
        room = Path(place)
        source = room / "plant.csv"
        n_rows = _written(source, chosen)
        run = {"rows": n_rows, "sensors": chosen.sensors, "gigabytes": chosen.gigabytes, "seed": SEED}
        run["csv_bytes"] = source.stat().st_size
        load = ", ".join(f"{value:.1f}" for value in about["load"] or ())
        print(f"l4e_widgets at {about['git'][:10] or 'no revision'}, {about['machine']['cores']} cores, load {load}")
        print(f"{n_rows:,} rows x {chosen.sensors} sensors, {run['csv_bytes'] / 1e6:,.0f} MB of CSV\n", flush=True)
        run["streams"] = _streams(source, room, bare=whole, rounds=chosen.rounds if whole else 1)
        print("\n".join(streams(run["streams"], run["csv_bytes"])), flush=True)
        run["look"] = clocked(LOOK, source, room / "workspace")
        if whole:
            run["export"] = clocked(EXPORT, source, room / "workspace")
    print("\n" + "\n".join(targets(run)))
    path = chosen.out or RESULTS / f"reading-{datetime.now(timezone.utc):%Y-%m-%dT%H-%M-%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"about": about, **run}, indent=1) + "\n", encoding="utf-8")
    print(f"\nevery figure is in {path}")


if __name__ == "__main__":
    main()

"""Print one table and write it as JSON: ``python -m benchmarks.engine [--out FILE] [--no-speed]``."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from benchmarks.engine.datasets import PUBLISHED
from benchmarks.engine.methods import METHODS
from benchmarks.engine.runs import RUNS
from benchmarks.engine.speed import run_speed


def _shown(figures):
    parts = [
        f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}" for name, value in figures.items()
    ]
    return "  ".join(parts)


def main():
    """Run what there is data for."""
    parser = argparse.ArgumentParser(description="Benchmarks of the detection engine.")
    parser.add_argument("--out", type=Path, help="write the figures as JSON to this file")
    parser.add_argument("--no-speed", action="store_true", help="leave out what is measured on the clock")
    options = parser.parse_args()
    place = os.environ.get("L4E_BENCH_DATA", "")
    results = {}
    print("No point adjustment anywhere. FAR is the share of normal rows that were flagged.")
    for name, run in RUNS.items():
        print(f"\n{name}: {PUBLISHED[name]}")
        if not place or not (Path(place) / name).is_dir():
            print("  absent (L4E_BENCH_DATA names no folder with it)")
            results[name] = None
            continue
        results[name] = {}
        for label, method in METHODS.items():
            results[name][label] = run(Path(place), method)
            print(f"  {label:22s}{_shown(results[name][label])}", flush=True)
    if not options.no_speed:
        results["speed"] = run_speed()
        print(f"\nspeed: 1,051,200 rows of 30 sensors\n  {_shown(results['speed'])}")
    if options.out:
        options.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""One method on the clock, in a process of its own: ``python -m benchmarks.engine.clock NAME ROWS SENSORS``."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np

from benchmarks.engine.cost import Meter
from benchmarks.engine.peers import OURS, PEERS
from l4e_widgets.core.detection.relations import RelationDetector

__all__ = ["GROWTH", "clocked"]

GROWTH = "growth"

_STEP_NS = 60 * 10**9


def clocked(name: str, n_rows: int, n_sensors: int) -> dict[str, float]:
    """Figures of one method from a fresh process, so that nothing of another counts as its memory."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.engine.clock", name, str(n_rows), str(n_sensors)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout.splitlines()[-1])


def simulated(n_rows: int, n_sensors: int) -> np.ndarray:
    """Rows in float32: six rhythms mixed into all sensors, with noise."""
    rng = np.random.default_rng(0)
    mix = rng.normal(size=(6, n_sensors)).astype(np.float32)
    out = np.empty((n_rows, n_sensors), dtype=np.float32)
    for start in range(0, n_rows, 65_536):
        stop = min(start + 65_536, n_rows)
        load = np.sin(np.arange(start, stop)[:, None] / np.array([1440, 700, 300, 10_080, 97, 51])).astype(np.float32)
        out[start:stop] = load @ mix + 0.3 * rng.standard_normal((stop - start, n_sensors), dtype=np.float32)
    return out


def _seconds(work, times=1):
    best = np.inf
    for _ in range(times):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def _floor(rows):
    """Mean, covariance, inverse and one product: no method of this kind can do with less."""
    mean = rows.mean(axis=0)
    covariance = rows.T @ rows / len(rows) - np.outer(mean, mean)
    return rows @ np.linalg.inv(covariance + 1e-3 * np.eye(rows.shape[1], dtype=rows.dtype))


def _ours(rows):
    times = np.arange(len(rows), dtype=np.int64) * _STEP_NS
    with Meter() as meter:
        detector = RelationDetector().fit(rows, timestamps=times)
        detector.score(rows, timestamps=times, explain=False)
    # Measured round about the engine's own rounds: the floor of a shared machine changes from second to second.
    floor = _seconds(lambda: _floor(rows), 3)
    fit = _seconds(lambda: detector.fit(rows, timestamps=times), 2)
    score = _seconds(lambda: detector.score(rows, timestamps=times, explain=False), 2)
    explained = _seconds(lambda: detector.score(rows, timestamps=times))
    floor = min(floor, _seconds(lambda: _floor(rows), 3))
    state = detector.score(rows[:1000], timestamps=times[:1000]).state
    one = rows[1000:1001]
    live = _seconds(lambda: detector.score(one, timestamps=times[1000:1001], state=state), 200)
    growth = {
        str(n_rows): _microseconds_a_row(rows[:n_rows], times[:n_rows]) for n_rows in (10_000, 100_000, len(rows))
    }
    return {
        "seconds": fit + score,
        "megabytes": meter.cost.megabytes,
        "floor": floor,
        "fit_x_floor": fit / floor,
        "score_x_floor": score / floor,
        "explained_x_floor": explained / floor,
        "memory_x_data": 1 + meter.cost.megabytes * 2**20 / rows.nbytes,
        "live_row_ms": 1000 * live,
        "microseconds_per_row": growth,
    }


def _microseconds_a_row(rows, times):
    """Learn and score with contributions."""
    return (
        1e6 * _seconds(lambda: RelationDetector().fit(rows, timestamps=times).score(rows, timestamps=times)) / len(rows)
    )


def _growth(n_rows, n_sensors):
    """Fit and score without contributions on the clock, for one size."""
    rows = simulated(n_rows, n_sensors)
    times = np.arange(n_rows, dtype=np.int64) * _STEP_NS
    with Meter() as meter:
        detector = RelationDetector().fit(rows, timestamps=times)
        detector.score(rows, timestamps=times, explain=False)
    return {"seconds": meter.cost.seconds, "megabytes": meter.cost.megabytes, "data": rows.nbytes / 2**20}


def _peer(entry, rows):
    z = ((rows - rows.mean(axis=0)) / rows.std(axis=0)).astype(np.float64)
    entry.model().fit(z[:500]).score(z[:500])
    with Meter() as meter:
        entry.model().fit(z).score(z)
    return {"seconds": meter.cost.seconds, "megabytes": meter.cost.megabytes}


def main() -> None:
    """Measure what the command line names and print it as JSON."""
    name, n_rows, n_sensors = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if name == GROWTH:
        print(json.dumps(_growth(n_rows, n_sensors)))
        return
    rows = simulated(n_rows, n_sensors)
    print(json.dumps(_ours(rows) if name == OURS else _peer(PEERS[name], rows)))


if __name__ == "__main__":
    main()

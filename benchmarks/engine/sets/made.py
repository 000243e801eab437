"""Plants made for parts of the engine that no published record asks for: faults in training, gaps, days, few rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.engine.sets.public import CLASSICAL, TEP, tep_runs, tep_trial
from benchmarks.engine.trials import BenchmarkSet, Live, Record, Trial
from l4e_widgets.core.detection.events import EventRules

__all__ = ["DAILY", "FOULED", "GAPS", "HOURLY"]

_SEED = 21
_HOUR_NS = 3_600 * 10**9
_CLASSICAL = ("normal", *CLASSICAL)


def fouled(folder: Path, quick: bool) -> Iterator[Trial]:
    """TEP, learned from a run that holds 30 rows of fault 1 without a label."""
    del quick
    train, runs = tep_runs(folder)
    train = np.array(train)
    train[300:330] = runs[1][400:430]
    yield tep_trial(train, runs)


def gaps(folder: Path, quick: bool) -> Iterator[Trial]:
    """TEP with a fifth of the values missing, in stretches of ten rows of a sensor, in training and live."""
    del quick
    train, runs = tep_runs(folder)
    rng = np.random.default_rng(_SEED)

    def holed(rows):
        pieces = rng.random((-(-len(rows) // 10), rows.shape[1])) < 0.2
        return np.where(np.repeat(pieces, 10, axis=0)[: len(rows)], np.nan, rows)

    yield tep_trial(holed(train), {number: holed(rows) for number, rows in runs.items()})


def daily(folder: Path, quick: bool) -> Iterator[Trial]:
    """One temperature with a strong day, ten minutes apart: learn from eight weeks, find jumps of ten hours."""
    del folder
    for seed in range(1 if quick else 2):
        rng = np.random.default_rng([_SEED, seed])
        hours = np.arange(112 * 144) / 6
        values = 20 + 5 * np.sin(2 * np.pi * hours / 24) + 0.4 * rng.standard_normal(len(hours))
        labels = np.zeros(len(hours), dtype=bool)
        for first in range(60 * 144, 110 * 144, 5 * 144 + 37):
            values[first : first + 60] += 4.0
            labels[first : first + 60] = True
        times, cut = (hours * _HOUR_NS).astype(np.int64), 56 * 144
        live = Live(Record(values[cut:, None], times[cut:]), labels[cut:], f"seed {seed}")
        yield Trial(Record(values[:cut, None], times[:cut]), (live,))


def hourly(folder: Path, quick: bool) -> Iterator[Trial]:
    """Sixty sensors of eight causes, 600 hourly rows to learn from; biases of 3 sd in single sensors later."""
    del folder
    for seed in range(1 if quick else 3):
        rng = np.random.default_rng([_SEED, 60, seed])
        mix, n_rows = rng.normal(size=(8, 60)), 600 + 4 * 720
        slow = np.zeros((n_rows, 8))
        for row in range(1, n_rows):
            slow[row] = 0.9 * slow[row - 1] + rng.standard_normal(8)
        values = slow @ mix + rng.standard_normal((n_rows, 60))
        labels = np.zeros(n_rows, dtype=bool)
        for sensor, first in enumerate(range(800, n_rows - 60, 240)):
            values[first : first + 48, sensor] += 3.0 * values[:600, sensor].std()
            labels[first : first + 48] = True
        times = np.arange(n_rows, dtype=np.int64) * _HOUR_NS
        live = Live(Record(values[600:], times[600:]), labels[600:], f"seed {seed}")
        yield Trial(Record(values[:600], times[:600]), (live,))


FOULED = BenchmarkSet(
    name="tep-fouled",
    published="TEP with a fault in its training",
    trials=fouled,
    rows={"TEP, fault in training": _CLASSICAL},
    needs="tep",
    joined_s=TEP.joined_s,
)
GAPS = BenchmarkSet(
    name="tep-gaps",
    published="TEP with a fifth of its values missing",
    trials=gaps,
    rows={"TEP, a fifth missing": _CLASSICAL},
    needs="tep",
    joined_s=TEP.joined_s,
)
DAILY = BenchmarkSet(
    name="daily",
    published="simulated by this package",
    trials=daily,
    rows={"one sensor with a day": ()},
    joined_s=EventRules.for_step(600).merge_s,
    monthly=True,
)
HOURLY = BenchmarkSet(
    name="hourly",
    published="simulated by this package",
    trials=hourly,
    rows={"60 sensors, 600 hourly rows": ()},
    joined_s=EventRules.for_step(3_600).merge_s,
    monthly=True,
)

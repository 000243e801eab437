"""The injected-fault grid: each kind of sensor fault, at each size, in each sensor of a normal record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.engine.sets.public import tep_runs, tep_times
from benchmarks.engine.trials import BenchmarkSet, Live, Record, Trial
from l4e_widgets.core.simulation import simulate_pump

__all__ = ["FAULTS", "PUMP_GRID", "SEED", "TEP_GRID", "injected"]

SEED = 20
_SIZES = (1.0, 2.0, 4.0)
FAULTS = (
    *((kind, size) for kind in ("bias", "ramp", "noise") for size in _SIZES),
    ("stuck", 0.0),
    ("decoupled", 0.0),
)
_TEP_LEAD, _TEP_LENGTH = 160, 400
_PUMP_DAYS, _PUMP_STARTS, _PUMP_LEAD, _PUMP_ROWS = 105, 8, 96, 288


def injected(values: np.ndarray, onset: int, kind: str, size: float, own: np.ndarray, rng) -> np.ndarray:
    """One sensor's values with a fault from row `onset` on.

    `size` counts in standard deviations of `own`, the sensor's training values, which a decoupled sensor also shows
    instead of its own: a stretch of them from elsewhere.
    """
    out = np.array(values, copy=True)
    n_rows = len(out) - onset
    spread = float(np.nanstd(own))
    if kind == "bias":
        out[onset:] += size * spread
    elif kind == "ramp":
        out[onset:] += size * spread * np.linspace(0.0, 1.0, n_rows)
    elif kind == "noise":
        out[onset:] += size * spread * rng.standard_normal(n_rows)
    elif kind == "stuck":
        out[onset:] = out[onset - 1] if np.isfinite(out[onset - 1]) else np.nanmedian(out[:onset])
    elif kind == "decoupled":
        first = int(rng.integers(0, max(len(own) - n_rows, 1)))
        out[onset:] = np.resize(own[first : first + n_rows], n_rows)
    else:
        raise ValueError(f"There is no fault called {kind}.")
    return out


def _cases(train, sound, times, onset, quick):
    """Live records of all kinds, sizes and sensors; each sensor has its own of the sound stretches, once untouched."""
    sensors = np.flatnonzero(np.nanstd(train, axis=0) > 0)
    for sensor in sensors[:: 8 if quick else 1].tolist():
        base, clock = sound[sensor % len(sound)], times[sensor % len(sound)]
        labels = np.zeros(len(base), dtype=bool)
        yield Live(Record(base, clock), labels, "nothing")
        for number, (kind, size) in enumerate(FAULTS):
            rng = np.random.default_rng([SEED, sensor, number])
            rows = np.array(base, copy=True)
            rows[:, sensor] = injected(base[:, sensor], onset, kind, size, train[:, sensor], rng)
            faulty = np.arange(len(base)) >= onset
            yield Live(Record(rows, clock), faulty, f"{kind} {size:g}" if size else kind, (sensor,))


def tep_grid(folder: Path, quick: bool) -> Iterator[Trial]:
    """Faults in stretches of TEP's normal test run, learned from its normal training run."""
    train, runs = tep_runs(folder)
    length = _TEP_LEAD + _TEP_LENGTH
    starts = range(0, len(runs[0]) - length + 1, 50)
    sound = [runs[0][start : start + length] for start in starts]
    times = [tep_times(length, after_days=5)] * len(sound)
    yield Trial(Record(train, tep_times(len(train))), tuple(_cases(train, sound, times, _TEP_LEAD, quick)))


def pump_grid(folder: Path, quick: bool) -> Iterator[Trial]:
    """Faults of one day in sound days of the sample pump after 105 days of training; days with a stop are left out."""
    del folder
    record = simulate_pump(days=_PUMP_DAYS + 150, seed=SEED)
    frame = record.frame
    cut = _PUMP_DAYS * _PUMP_ROWS
    sound, times = [], []
    for first in range(cut + 3 * _PUMP_ROWS, len(frame.values) - 2 * _PUMP_ROWS, 5 * _PUMP_ROWS + 61):
        rows = slice(first, first + _PUMP_LEAD + _PUMP_ROWS)
        stopped = any(
            span.start <= frame.timestamps[rows][-1] and span.end + 6 * 3600 * 10**9 >= frame.timestamps[rows][0]
            for span in record.off_time
        )
        if not stopped and np.isfinite(frame.values[rows]).mean() > 0.995 and len(sound) < _PUMP_STARTS:
            sound.append(frame.values[rows])
            times.append(frame.timestamps[rows])
    train = Record(frame.values[:cut], frame.timestamps[:cut])
    yield Trial(train, tuple(_cases(train.values, sound, times, _PUMP_LEAD, quick)))


TEP_GRID = BenchmarkSet(
    name="tep-grid",
    published="faults injected into the normal run of the Tennessee Eastman process",
    trials=tep_grid,
    rows={"injected, TEP": ()},
    needs="tep",
    joined_s=20 * 180,
    explain=True,
)
PUMP_GRID = BenchmarkSet(
    name="pump-grid",
    published="faults injected into sound days of the sample pump, simulated by this package",
    trials=pump_grid,
    rows={"injected, sample pump": ()},
    joined_s=20 * 300,
    explain=True,
)

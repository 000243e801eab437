"""The sample pump: its faults by name, which reach other sensors through the physics, and sound years of wear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.engine.peers.ours import Ours
from benchmarks.engine.trials import BenchmarkSet, Live, Record, Trial
from l4e_widgets.core.detection.events import EventRules
from l4e_widgets.core.simulation import Fault, FaultKind, simulate_pump
from l4e_widgets.core.times import NS_PER_SECOND, to_ns

__all__ = ["DRIFT_YEARS", "PUMP_FAULTS"]

_START, _STEP_S, _ROWS_A_DAY = "2025-01-01", 300, 288
_TRAIN_DAYS, _LEAD_DAYS = 105, 2.0
_SIZES = (0.5, 1.0, 2.0)
_DAYS_OF = {
    FaultKind.BEARING_WEAR: 7.0,
    FaultKind.CAVITATION: 0.35,
    FaultKind.SEAL_LEAK: 3.0,
    FaultKind.FOULING: 10.0,
    FaultKind.SENSOR_DRIFT: 6.0,
    FaultKind.SENSOR_STUCK: 2.0,
    FaultKind.DECOUPLED_SENSOR: 1.0,
}
_UNSIZED = (FaultKind.SENSOR_STUCK, FaultKind.DECOUPLED_SENSOR)
_DRIFT_TRAIN_DAYS, _DRIFT_DAYS = 61, 365


def pump_faults(folder: Path, quick: bool) -> Iterator[Trial]:
    """Every named fault at half, whole and twice its size, on seeds of their own; 105 days of training."""
    del folder
    for seed in (30,) if quick else (30, 31, 32):
        cut = _TRAIN_DAYS * _ROWS_A_DAY
        live = []
        for number, kind in enumerate(FaultKind):
            for size in (1.0,) if kind in _UNSIZED else _SIZES:
                begin = _TRAIN_DAYS + 9.45 + 3 * number
                live.append(_faulty(kind, size, seed, begin))
        frame = simulate_pump(start=_START, days=_TRAIN_DAYS, step_s=_STEP_S, seed=seed).frame
        yield Trial(Record(frame.values[:cut], frame.timestamps[:cut]), tuple(live))


def _faulty(kind, size, seed, begin):
    days = begin + _DAYS_OF[kind]
    first, last = (to_ns(_START) + round(day * 86_400) * NS_PER_SECOND for day in (begin, days))
    record = simulate_pump(
        start=_START, days=days, step_s=_STEP_S, seed=seed, faults=[Fault(kind, first, last, size=size)]
    )
    rows = slice(round((begin - _LEAD_DAYS) * _ROWS_A_DAY), None)
    times = record.frame.timestamps[rows]
    names = [sensor.id for sensor in record.frame.sensors]
    guilty = tuple(names.index(name) for name in record.faults[0].guilty)
    part = kind.value if kind in _UNSIZED else f"{kind.value} {size:g}"
    return Live(Record(record.frame.values[rows], times), times >= first, part, guilty)


def drift_years(folder: Path, quick: bool) -> Iterator[Trial]:
    """Sound years with wear, seasons, starts and stops: learn from two months, judge the ten months after."""
    del folder
    for seed in (10, 11) if quick else (10, 11, 12, 13, 14):
        frame = simulate_pump(start=_START, days=_DRIFT_DAYS, step_s=_STEP_S, seed=seed).frame
        cut = _DRIFT_TRAIN_DAYS * _ROWS_A_DAY
        rest = Record(frame.values[cut:], frame.timestamps[cut:])
        live = Live(rest, np.zeros(len(rest.times), dtype=bool), f"seed {seed}")
        yield Trial(Record(frame.values[:cut], frame.timestamps[:cut]), (live,))


PUMP_FAULTS = BenchmarkSet(
    name="pump-faults",
    published="named faults of the sample pump, simulated by this package",
    trials=pump_faults,
    rows={"sample pump, named faults": ()},
    joined_s=EventRules.for_step(_STEP_S).merge_s,
    explain=True,
)
DRIFT_YEARS = BenchmarkSet(
    name="drift",
    published="sound years of the sample pump, simulated by this package",
    trials=drift_years,
    rows={"drift years (budget 1 a month)": ()},
    joined_s=EventRules.for_step(_STEP_S).merge_s,
    monthly=True,
    told="months",
    extra={
        "l4e_widgets, budget 0.5": lambda: Ours(budget=0.5),
        "l4e_widgets, budget 4": lambda: Ours(budget=4.0),
    },
)

"""What is measured: a registry of data sets with their protocols."""

from __future__ import annotations

from benchmarks.engine.sets.injected import PUMP_GRID, TEP_GRID
from benchmarks.engine.sets.precision import SKAB_COARSE, TEP_COARSE
from benchmarks.engine.sets.public import BATADAL, NAB, SKAB, TEP
from benchmarks.engine.sets.pump import DRIFT_YEARS, PUMP_FAULTS
from benchmarks.engine.trials import BenchmarkSet

__all__ = ["SETS"]

SETS: dict[str, BenchmarkSet] = {
    one.name: one
    for one in (SKAB, TEP, BATADAL, NAB, TEP_GRID, PUMP_GRID, PUMP_FAULTS, DRIFT_YEARS, TEP_COARSE, SKAB_COARSE)
}

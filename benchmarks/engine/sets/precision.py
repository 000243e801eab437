"""The record's precision changes between training and live: normal rows look strange to whoever does not notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.engine.peers.ours import Ours
from benchmarks.engine.sets.public import CLASSICAL, SKAB, TEP, skab_trials, tep_runs, tep_trial
from benchmarks.engine.trials import Trial

__all__ = ["SKAB_COARSE", "TEP_COARSE", "significant"]

_UNCHANGED = "l4e_widgets, never refitted"
_EXTRA = {_UNCHANGED: lambda: Ours(refit=False)}


def significant(values: np.ndarray, digits: int) -> np.ndarray:
    """Values rounded to so many significant digits."""
    size = np.floor(np.log10(np.maximum(np.abs(values), 1e-300)))
    step = 10.0 ** (size - digits + 1)
    return np.where(values == 0, 0.0, np.round(values / step) * step)


def tep_coarse(folder: Path, quick: bool) -> Iterator[Trial]:
    """TEP with live rows of three significant digits."""
    del quick
    train, runs = tep_runs(folder)
    yield tep_trial(train, {number: significant(rows, 3) for number, rows in runs.items()})


def skab_coarse(folder: Path, quick: bool) -> Iterator[Trial]:
    """SKAB with live rows of two decimals."""
    for trial in skab_trials(folder, quick):
        coarse = tuple(
            replace(live, record=replace(live.record, values=np.round(live.record.values, 2))) for live in trial.live
        )
        yield replace(trial, live=coarse)


TEP_COARSE = replace(
    TEP,
    name="tep-3-digits",
    trials=tep_coarse,
    rows={"TEP live to 3 digits": ("normal", *CLASSICAL)},
    told="precision",
    extra=_EXTRA,
)
SKAB_COARSE = replace(
    SKAB,
    name="skab-2-decimals",
    trials=skab_coarse,
    rows={"SKAB live to 2 decimals": ()},
    told="precision",
    extra=_EXTRA,
)

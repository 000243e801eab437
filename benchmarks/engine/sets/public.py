"""Public measurements in the folder that L4E_BENCH_DATA names, with the protocol each is counted by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.engine.trials import BenchmarkSet, Live, Record, Trial
from l4e_widgets.core.detection.events import EventRules
from l4e_widgets.core.times import TimeRange, to_ns

__all__ = ["BATADAL", "CLASSICAL", "NAB", "SKAB", "TEP", "tep_runs", "tep_times"]

CLASSICAL = tuple(f"fault {number}" for number in (1, 2, 4, 5, 6, 7, 8, 10))
_SKAB_TRAIN, _BATADAL_TRAIN, _NAB_TRAIN, _TEP_ONSET = 400, 8_761, 0.15, 160
_TEP_STEP_S = 180


def _ns(times):
    return pd.DatetimeIndex(times).to_numpy().astype("datetime64[ns]").astype(np.int64)


def skab_trials(folder: Path, quick: bool) -> Iterator[Trial]:
    """Each file of valve1 and valve2: learn from its first 400 rows, judge the rest."""
    files = sorted(folder.glob("skab/valve[12]/*.csv"), key=lambda path: (path.parent.name, int(path.stem)))
    for path in files[::4] if quick else files:
        table = pd.read_csv(path, sep=";")
        times = _ns(pd.to_datetime(table["datetime"]))
        values = table.drop(columns=["datetime", "anomaly", "changepoint"]).to_numpy(dtype=np.float64)
        cut, labels = _SKAB_TRAIN, table["anomaly"].to_numpy() > 0
        live = Live(Record(values[cut:], times[cut:]), labels[cut:], path.parent.name)
        yield Trial(Record(values[:cut], times[:cut]), (live,))


def tep_runs(folder: Path) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Training rows, and the test run of each fault by number (0 is normal)."""
    runs = {number: np.loadtxt(folder / "tep" / f"d{number:02d}_te.dat") for number in range(11)}
    return np.loadtxt(folder / "tep" / "d00.dat").T, runs


def tep_times(n_rows: int, *, after_days: float = 0.0) -> np.ndarray:
    """Times of a run, which the files do not give: three minutes apart."""
    return np.arange(n_rows, dtype=np.int64) * (_TEP_STEP_S * 10**9) + int(after_days * 86_400) * 10**9


def tep_trials(folder: Path, quick: bool) -> Iterator[Trial]:
    """Learn from the normal run; the fault of each test run begins at its row 160."""
    del quick
    train, runs = tep_runs(folder)
    yield tep_trial(train, runs)


def tep_trial(train, runs):
    live = []
    for number, rows in runs.items():
        labels = np.zeros(len(rows), dtype=bool)
        labels[_TEP_ONSET:] = number > 0
        part = f"fault {number}" if number else "normal"
        live.append(Live(Record(rows, tep_times(len(rows), after_days=5)), labels, part))
    return Trial(Record(train, tep_times(len(train))), tuple(live))


def batadal_trials(folder: Path, quick: bool) -> Iterator[Trial]:
    """Learn from the normal year, judge the rest."""
    del quick
    table = pd.read_csv(folder / "batadal" / "water_network.csv")
    table.columns = [name.strip() for name in table.columns]
    times = _ns(pd.to_datetime(table.iloc[:, 0], format="%d/%m/%y %H"))
    labels, cut = table["ATT_FLAG"].to_numpy() > 0, _BATADAL_TRAIN
    values = table.iloc[:, 1:].drop(columns="ATT_FLAG").to_numpy(dtype=np.float64)
    yield Trial(
        Record(values[:cut], times[:cut]), (Live(Record(values[cut:], times[cut:]), labels[cut:], "after the year"),)
    )


def nab_trials(folder: Path, quick: bool) -> Iterator[Trial]:
    """Learn from the first 15 % without the label window inside it, judge the rest."""
    del quick
    table = pd.read_csv(folder / "nab" / "machine_temperature_system_failure.csv").drop_duplicates("timestamp")
    spans = pd.read_csv(folder / "nab" / "labels.csv", header=None, names=["start", "end"])
    windows = tuple(TimeRange(to_ns(start), to_ns(end)) for start, end in spans.to_numpy())
    times = _ns(pd.to_datetime(table["timestamp"]))
    values, cut = table[["value"]].to_numpy(dtype=np.float64), int(_NAB_TRAIN * len(table))
    labels = np.zeros(len(times), dtype=bool)
    for window in windows:
        labels |= (times >= window.start) & (times <= window.end)
    live = Live(Record(values[cut:], times[cut:]), labels[cut:], "after 15 %")
    yield Trial(Record(values[:cut], times[:cut]), (live,), exclude=windows)


SKAB = BenchmarkSet(
    name="skab",
    published="Skoltech Anomaly Benchmark v0.9, github.com/waico/SKAB",
    trials=skab_trials,
    rows={"SKAB valve1 + valve2": (), "SKAB valve1": ("valve1",), "SKAB valve2": ("valve2",)},
    needs="skab",
    joined_s=20,
)
TEP = BenchmarkSet(
    name="tep",
    published="Tennessee Eastman process (Chiang, Russell & Braatz), University of Illinois",
    trials=tep_trials,
    rows={"TEP faults 1, 2, 4-8, 10": ("normal", *CLASSICAL), "TEP faults 3, 9": ("normal", "fault 3", "fault 9")},
    needs="tep",
    joined_s=20 * _TEP_STEP_S,
)
BATADAL = BenchmarkSet(
    name="batadal",
    published="Battle of the Attack Detection Algorithms, batadal.net",
    trials=batadal_trials,
    rows={"BATADAL": ()},
    needs="batadal",
    joined_s=EventRules.for_step(3_600).merge_s,
    monthly=True,
)
NAB = BenchmarkSet(
    name="nab",
    published="Numenta Anomaly Benchmark, machine_temperature_system_failure, github.com/numenta/NAB",
    trials=nab_trials,
    rows={"NAB machine temperature": ()},
    needs="nab",
    joined_s=EventRules.for_step(300).merge_s,
    monthly=True,
)

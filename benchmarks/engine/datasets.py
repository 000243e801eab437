"""Public data in the folder that L4E_BENCH_DATA names: where each set is published, and how it is read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from l4e_widgets.core.times import TimeRange, to_ns

__all__ = ["PUBLISHED", "batadal", "nab", "skab", "tep"]

PUBLISHED = {
    "skab": "Skoltech Anomaly Benchmark v0.9, github.com/waico/SKAB",
    "tep": "Tennessee Eastman process, Chiang, Russell & Braatz, University of Illinois",
    "batadal": "Battle of the Attack Detection Algorithms, batadal.net",
    "nab": "Numenta Anomaly Benchmark, github.com/numenta/NAB",
}


def _ns(times):
    return pd.DatetimeIndex(times).to_numpy().astype("datetime64[ns]").astype(np.int64)


def skab(folder):
    """Give rows, times and labels of each file of valve1 and valve2."""
    for path in sorted(folder.glob("skab/valve[12]/*.csv")):
        table = pd.read_csv(path, sep=";")
        values = table.drop(columns=["datetime", "anomaly", "changepoint"]).to_numpy(dtype=np.float64)
        yield values, _ns(pd.to_datetime(table["datetime"])), table["anomaly"].to_numpy() > 0


def tep(folder):
    """Training rows, and the test run of each fault by number (0 is normal)."""
    runs = {number: np.loadtxt(folder / "tep" / f"d{number:02d}_te.dat") for number in range(11)}
    return np.loadtxt(folder / "tep" / "d00.dat").T, runs


def batadal(folder):
    """Rows, times and labels of the water network."""
    table = pd.read_csv(folder / "batadal" / "water_network.csv")
    table.columns = [name.strip() for name in table.columns]
    times = _ns(pd.to_datetime(table.iloc[:, 0], format="%d/%m/%y %H"))
    values = table.iloc[:, 1:].drop(columns="ATT_FLAG").to_numpy(dtype=np.float64)
    return values, times, table["ATT_FLAG"].to_numpy() > 0


def nab(folder):
    """Rows, times and label windows of the machine temperature."""
    table = pd.read_csv(folder / "nab" / "machine_temperature_system_failure.csv").drop_duplicates("timestamp")
    spans = pd.read_csv(folder / "nab" / "labels.csv", header=None, names=["start", "end"])
    windows = [TimeRange(to_ns(start), to_ns(end)) for start, end in spans.to_numpy()]
    return table[["value"]].to_numpy(dtype=np.float64), _ns(pd.to_datetime(table["timestamp"])), windows

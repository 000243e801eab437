"""One function a benchmark: a method in, a row of the table out."""

from __future__ import annotations

import numpy as np

from benchmarks.engine.datasets import batadal, nab, skab, tep
from benchmarks.engine.measures import counted, windows_of

__all__ = ["RUNS"]

_CLASSICAL = (1, 2, 4, 5, 6, 7, 8, 10)
_MONTH_NS = 30.4375 * 86_400e9


def run_skab(folder, method):
    """Fit on the first 400 rows of each file, pool all others."""
    labels, flags = [], []
    for values, times, truth in skab(folder):
        flags.append(method(values[:400], values[400:], times))
        labels.append(truth[400:])
    result = counted(np.concatenate(labels), np.concatenate(flags))
    return {"F1": result.f1, "FAR": result.far, "MAR": result.mar}


def run_tep(folder, method):
    """Fit on the normal run; detection from row 160 on, false alarms before it and in the normal test run."""
    train, runs = tep(folder)
    normal, found = [], {}
    for number, rows in runs.items():
        times = np.arange(len(train) + len(rows), dtype=np.int64) * 180 * 10**9
        times[len(train) :] += 86_400 * 10**9
        flags = method(train, rows, times)
        normal.append(flags if number == 0 else flags[:160])
        if number:
            found[number] = float(flags[160:].mean())
    return {
        "FDR": float(np.mean([found[number] for number in _CLASSICAL])),
        "FAR": float(np.concatenate(normal).mean()),
        "FDR fault 3": found[3],
        "FDR fault 9": found[9],
    }


def run_batadal(folder, method):
    """Fit on the normal year, score the rest."""
    values, times, truth = batadal(folder)
    flags, labels = method(values[:8761], values[8761:], times), truth[8761:]
    result = counted(labels, flags)
    attacks = windows_of(labels)
    months = float(times[-1] - times[8761]) / _MONTH_NS
    false = sum(not labels[first:last].any() for first, last in windows_of(flags))
    return {
        "attacks": f"{sum(bool(flags[a:b].any()) for a, b in attacks)} of {len(attacks)}",
        "F1": result.f1,
        "FAR": result.far,
        "false events a month": false / months,
    }


def run_nab(folder, method):
    """Fit on the first 15 %, without the label window inside it."""
    values, times, windows = nab(folder)
    n = int(0.15 * len(values))
    flags, live = method(values[:n], values[n:], times, exclude=windows), times[n:]
    later = [window for window in windows if window.start >= live[0]]
    touched = sum(bool(flags[(live >= window.start) & (live <= window.end)].any()) for window in later)
    false = [
        (first, last)
        for first, last in windows_of(flags)
        if not any(live[first] <= window.end and live[last - 1] >= window.start for window in later)
    ]
    months = float(live[-1] - live[0]) / _MONTH_NS
    return {"windows": f"{touched} of {len(later)}", "false events a month": len(false) / months}


RUNS = {"skab": run_skab, "tep": run_tep, "batadal": run_batadal, "nab": run_nab}

"""The engine on the clock, as ratios to a floor measured in the same run."""

from __future__ import annotations

import time

import numpy as np
from sklearn.ensemble import IsolationForest

from l4e_widgets.core.detection.relations import RelationDetector

__all__ = ["run_speed"]

_STEP_NS = 60 * 10**9


def _rows(n_rows, n_sensors):
    rng = np.random.default_rng(0)
    mix = rng.normal(size=(6, n_sensors)).astype(np.float32)
    out = np.empty((n_rows, n_sensors), dtype=np.float32)
    for start in range(0, n_rows, 65_536):
        stop = min(start + 65_536, n_rows)
        load = np.sin(np.arange(start, stop)[:, None] / np.array([1440, 700, 300, 10_080, 97, 51])).astype(np.float32)
        out[start:stop] = load @ mix + 0.3 * rng.standard_normal((stop - start, n_sensors), dtype=np.float32)
    return out


def _clocked(work, times=1):
    best = np.inf
    for _ in range(times):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def _floor(rows):
    """Mean, covariance, inverse and one product."""
    mean = rows.mean(axis=0)
    covariance = rows.T @ rows / len(rows) - np.outer(mean, mean)
    return rows @ np.linalg.inv(covariance + 1e-3 * np.eye(rows.shape[1], dtype=rows.dtype))


def run_speed(n_rows=1_051_200, n_sensors=30):
    """Fit and score all rows; score one live row; the same on a tenth of the rows for growth."""
    rows = _rows(n_rows, n_sensors)
    times = np.arange(n_rows, dtype=np.int64) * _STEP_NS
    floor = _clocked(lambda: _floor(rows), 3)
    detector = RelationDetector()
    fit = _clocked(lambda: detector.fit(rows, timestamps=times))
    plain = _clocked(lambda: detector.score(rows, timestamps=times, explain=False), 2)
    shares = _clocked(lambda: detector.score(rows, timestamps=times))
    tenth = _clocked(lambda: detector.score(rows[: n_rows // 10], timestamps=times[: n_rows // 10]), 2)
    state = detector.score(rows[:1000], timestamps=times[:1000]).state
    one = rows[1000:1001]
    live = _clocked(lambda: detector.score(one, timestamps=times[1000:1001], state=state), 200)
    forest = _clocked(lambda: IsolationForest(random_state=0).fit(rows[:50_000]).predict(rows[:50_000]))
    return {
        "floor s": floor,
        "fit × floor": fit / floor,
        "score × floor": plain / floor,
        "score with contributions × floor": shares / floor,
        "time per row, all rows over a tenth": shares / tenth / 10,
        "isolation forest per row × ours": forest / 50_000 / ((fit + plain) / n_rows),
        "one live row ms": 1000 * live,
    }

"""Volume under the precision-recall surface: an area that needs no alarm line and forgives a few rows at the edges."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.engine.trials import windows_of

__all__ = ["BUFFERS", "softened", "vus_pr"]

BUFFERS = (0, 5, 10, 15, 20)


def vus_pr(labels: npt.NDArray[np.bool_], score: npt.NDArray[np.float64], buffers: tuple[int, ...] = BUFFERS) -> float:
    """Mean over buffer lengths of the area under the range-based precision-recall curve.

    Around every labelled window a buffer of half the length on each side carries weights that fall from 1 to 0 as
    the square root of the distance. At a threshold, precision is the flagged weight over the flagged rows, and recall
    is the flagged weight over the mean of labelled rows and all weight (1 at most), times the share of windows with
    their buffers that hold a flagged row. The area is summed from the highest score down, one step a distinct score.

    Parameters
    ----------
    labels : (n_rows,) bool
        True where something was wrong.
    score : (n_rows,) float
        Higher is more abnormal; NaN counts as lowest.
    buffers : tuple of int
        Buffer lengths in rows.

    Returns
    -------
    float
        In [0, 1]; NaN without a labelled row.

    References
    ----------
    Paparrizos et al., Volume under the surface: a new accuracy evaluation measure for time-series anomaly detection,
    VLDB 2022.
    """
    if not labels.any():
        return float("nan")
    known = np.where(np.isnan(score), -np.inf, score)
    order = np.argsort(-known, kind="stable")
    ranked = known[order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    return float(np.mean([_area(labels, known, order, last, buffer) for buffer in buffers]))


def softened(labels: npt.NDArray[np.bool_], buffer: int) -> npt.NDArray[np.float64]:
    """Weights of the rows: 1 inside a window, falling to both sides, added up and limited to 1 between windows."""
    weights = labels.astype(np.float64)
    half = buffer // 2
    steps = np.sqrt(1 - np.arange(1, half + 1) / max(buffer, 1))
    for first, stop in windows_of(labels):
        before, after = min(half, first), min(half, len(labels) - stop)
        weights[first - before : first] += steps[:before][::-1]
        weights[stop : stop + after] += steps[:after]
    return np.minimum(weights, 1.0)


def _area(labels, score, order, last, buffer):
    weights = softened(labels, buffer)
    found = np.cumsum(weights[order])[last]
    precision = found / (last + 1)
    peaks = np.sort([score[first:stop].max() for first, stop in windows_of(weights > 0)])
    touched = 1 - np.searchsorted(peaks, score[order][last], side="left") / len(peaks)
    recall = np.minimum(found / ((labels.sum() + weights.sum()) / 2), 1.0) * touched
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))

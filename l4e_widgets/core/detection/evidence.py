"""Evidence for the calibration: declustered peaks of the held-out statistic, and which stretches are gross."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.contract import Evidence

__all__ = ["decluster", "evidence_from", "gross_rows"]

Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_TAIL_SHARE = 0.05
_MOST_PEAKS = 300
_LEAST_PEAKS = 10
_GROSS_SD = 6.0
_GROSS_FACTOR = float(np.log(2.0))
_GROSS_EPISODES = 2
_GROSS_SHARE = 0.10
_GROSS_BLOCKS = 100
_LEAST_TAIL = 0.02


def decluster(statistic: Float64Array, above: float, spacing: int) -> Float64Array:
    """Highest value of each cluster of rows above a level; clusters lie at least `spacing` lower rows apart.

    Parameters
    ----------
    statistic : (n_rows,) float64
        Values in time order; NaN is below.
    above : float
        The level.
    spacing : int
        Rows below the level that separate two clusters.

    Returns
    -------
    (n_clusters,) float64
        The peaks, largest first.
    """
    high = np.flatnonzero(statistic > above)
    if not len(high):
        return np.empty(0)
    starts = np.flatnonzero(np.diff(high, prepend=high[0] - spacing - 2) > spacing)
    return np.asarray(np.sort(np.maximum.reduceat(statistic[high], starts))[::-1])


def evidence_from(
    statistics: Sequence[Float64Array], *, seconds: float, spacing: int, warnings: tuple[str, ...]
) -> Evidence:
    """Evidence averaged over several cross-validations of the same rows.

    Parameters
    ----------
    statistics : sequence of (n_rows,) float64
        Held-out statistic under each cutting into folds.
    seconds : float
        Time the rows cover.
    spacing : int
        Rows between two peaks that count as two.
    warnings : tuple of str
        What the training cannot promise.

    Returns
    -------
    Evidence
        Peaks are averaged rank by rank; the smallest of them is where the tail begins.
    """
    peaks, centres, spreads = [], [], []
    for statistic in statistics:
        known = statistic[np.isfinite(statistic)]
        low, middle, high = np.quantile(known, [0.15865, 0.5, 1 - _TAIL_SHARE])
        centres.append(middle)
        spreads.append(max(middle - low, 1e-6))
        peaks.append(decluster(statistic, float(high), spacing))
    count = min(min(len(found) for found in peaks), _MOST_PEAKS)
    ranked = np.mean([found[:count] for found in peaks], axis=0)
    tail = float((ranked[:-1] - ranked[-1]).mean()) if count >= _LEAST_PEAKS else float(np.mean(spreads)) / 2
    return Evidence(
        peaks=ranked,
        rows=float(len(statistics[0])),
        seconds=float(seconds),
        centre=float(np.mean(centres)),
        spread=float(np.mean(spreads)),
        tail_scale=max(tail, _LEAST_TAIL),
        warnings=warnings,
    )


def gross_rows(statistics: Sequence[Float64Array]) -> BoolArray:
    """Rows of training blocks whose held-out peak or median lies far above all others: anomalies inside the training.

    The peak shows short anomalies and the edges of long ones, the median what lies between the edges. What comes back
    more than twice is how the machine runs (starts, stops) and stays.

    Parameters
    ----------
    statistics : sequence of (n_rows,) float64
        Held-out statistic under each cutting into folds.

    Returns
    -------
    (n_rows,) bool
        True for rows to take out: never more than a tenth of the blocks.
    """
    typical = np.median(np.stack(statistics), axis=0) if len(statistics) > 1 else statistics[0]
    n_rows = len(typical)
    n_blocks = int(np.clip(n_rows // 8, 10, _GROSS_BLOCKS))
    bounds = np.linspace(0, n_rows, n_blocks + 1).round().astype(np.int64)
    filled = np.where(np.isfinite(typical), typical, -np.inf)
    tops = np.maximum.reduceat(filled, bounds[:-1])
    middles = np.array([np.median(filled[first:last]) for first, last in pairwise(bounds)])
    gross = _far_above(tops) | _far_above(middles)
    if np.count_nonzero(np.diff(gross.astype(np.int8), prepend=0) == 1) > _GROSS_EPISODES:
        return np.zeros(n_rows, dtype=bool)
    most = int(_GROSS_SHARE * n_blocks)
    if gross.sum() > most:
        gross = np.isin(np.arange(n_blocks), np.argsort(tops)[n_blocks - most :])
    return np.asarray(np.repeat(gross, np.diff(bounds)))


def _far_above(values: Float64Array) -> BoolArray:
    """Where a value lies above the median by six robust standard deviations and by a factor of two in amplitude."""
    known = values[np.isfinite(values)]
    middle = float(np.median(known))
    spread = 1.4826 * float(np.median(np.abs(known - middle)))
    return np.asarray(values > middle + max(_GROSS_SD * spread, _GROSS_FACTOR))

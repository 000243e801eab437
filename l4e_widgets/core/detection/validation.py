"""Blocked cross-validation: what residuals and channels do on training rows the relations have not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.by_the_clock import residuals
from l4e_widgets.core.detection.channels import Channels, ChannelScale, Memory, fused_by, run_channels
from l4e_widgets.core.detection.missing import leaning
from l4e_widgets.core.detection.moments import (
    SHRINKAGES,
    Moments,
    Relations,
    relations_from,
)
from l4e_widgets.core.detection.training import TrainingRows

__all__ = ["HeldOut", "choose_shrinkage", "fold_relations", "held_out", "held_out_statistic"]

Float64Array = npt.NDArray[np.float64]

_SAMPLE_ROWS = 40_000
_STRETCHES = 64


@dataclass(frozen=True)
class HeldOut:
    """Held-out residuals and channels of one cross-validation, or of stretches of it where it is long.

    Parameters
    ----------
    residual, level, log_power : (n_rows, n_sensors) float64
        Residual, smoothed residual and logarithm of the innovation power, standardised units; missing values count 0.
    fold : (n_rows,) int64
        Number of the fold of each row.
    """

    residual: Float64Array
    level: Float64Array
    log_power: Float64Array
    fold: npt.NDArray[np.int64]


def fold_relations(moments: Moments, n_folds: int, shrinkage: float) -> list[tuple[int, int, Relations]]:
    """Relations learned without each fold.

    Parameters
    ----------
    moments : Moments
        Segment moments of the training rows.
    n_folds : int
        Number of contiguous folds.
    shrinkage : float
        Share of the unit matrix in the shrunk covariance.

    Returns
    -------
    list of tuple
        First row of the fold, row after its last, relations.
    """
    n_rows = int(moments.cuts[-1])
    bounds = np.linspace(0, n_rows, n_folds + 1).round().astype(np.int64)
    folds = []
    for first, last in pairwise(bounds):
        others = (moments.cuts[:-1] < first) | (moments.cuts[:-1] >= last)
        _, mean, covariance = moments.covariance(others)
        folds.append((int(first), int(last), relations_from(mean, covariance, shrinkage)))
    return folds


def choose_shrinkage(moments: Moments, n_folds: int) -> float:
    """Shrinkage with the least held-out residual power (mean logarithm over sensors).

    Parameters
    ----------
    moments : Moments
        Segment moments of the training rows.
    n_folds : int
        Number of contiguous folds.

    Returns
    -------
    float
        The best of a short list; the stronger one where two are equal.
    """
    best, chosen = np.inf, SHRINKAGES[-1]
    for shrinkage in reversed(SHRINKAGES):
        power = np.zeros(moments.sums.shape[1])
        for first, last, relations in fold_relations(moments, n_folds, shrinkage):
            inside = (moments.cuts[:-1] >= first) & (moments.cuts[:-1] < last)
            rows, mean, covariance = moments.covariance(inside)
            off = relations.weights @ (mean - relations.mean)
            power += rows * (((relations.weights @ covariance) * relations.weights).sum(axis=1) + off**2)
        cost = float(np.log(np.maximum(power / moments.cuts[-1], 1e-12)).mean())
        if cost < best - 1e-6:
            best, chosen = cost, shrinkage
    return chosen


def _streams(
    training: TrainingRows,
    first: int,
    last: int,
    relations: Relations,
    *,
    alpha: float,
    residual_sd: Float64Array,
    innovation_sd: Float64Array,
) -> Iterator[tuple[int, Float64Array, Channels]]:
    """Channels of the rows `[first, last)` with a run-in before, broken where time is."""
    n_sensors = training.n_sensors
    run_in = min(first, int(np.ceil(3 / alpha)))
    memory = Memory.fresh(n_sensors)
    for start, z, observed in training.blocks(first - run_in, last):
        residual = residuals(relations, z, training.clock(start, start + len(z)))
        inside = training.breaks[(training.breaks > start) & (training.breaks < start + len(z))] - start
        if np.any(training.breaks == start):
            memory = Memory.fresh(n_sensors)
        leans = None if observed is None else leaning(observed, training.precision)
        edges = [0, *inside.tolist(), len(z)]
        for index, (a, b) in enumerate(pairwise(edges)):
            memory = Memory.fresh(n_sensors) if index else memory
            seen = None if observed is None else observed[a:b]
            channels = run_channels(
                residual[a:b],
                seen,
                memory,
                alpha=alpha,
                residual_sd=residual_sd,
                innovation_sd=innovation_sd,
                leans=None if leans is None else leans[a:b],
            )
            memory = channels.memory
            skip = max(first - start - a, 0)
            if skip >= b - a:
                continue
            kept = Channels(channels.level[skip:], channels.log_power[skip:], memory)
            shown = residual[a:b] if seen is None else np.where(seen, residual[a:b], 0.0)
            yield start + a + skip, shown[skip:], kept


def _stretches(first: int, last: int, n_rows: int) -> list[tuple[int, int]]:
    """Whole fold, or evenly spread stretches of it where the training is long."""
    if n_rows <= _SAMPLE_ROWS:
        return [(first, last)]
    count = max(2, round(_STRETCHES * (last - first) / n_rows))
    length = _SAMPLE_ROWS // _STRETCHES
    starts = np.linspace(first, max(last - length, first), count).round().astype(np.int64)
    return [(int(start), int(min(start + length, last))) for start in starts]


def held_out(
    training: TrainingRows,
    folds: list[tuple[int, int, Relations]],
    *,
    alpha: float,
    residual_sd: Float64Array,
    innovation_sd: Float64Array,
) -> HeldOut:
    """Residuals and channels of rows that their relations have not seen.

    Parameters
    ----------
    training : TrainingRows
        Rows to learn from.
    folds : list
        As `fold_relations` gives them.
    alpha : float
        Weight of the newest row in both channels.
    residual_sd, innovation_sd : (n_sensors,) float64
        Normal sizes, for the clipping and the unit of the powers.

    Returns
    -------
    HeldOut
        All rows, or about 40,000 of them in 64 stretches.
    """
    cut = [_stretches(first, last, training.n_rows) for first, last, _ in folds]
    total = sum(stop - start for stretches in cut for start, stop in stretches)
    out = np.empty((3, total, training.n_sensors))
    numbers, row = np.empty(total, dtype=np.int64), 0
    for number, ((_, _, relations), stretches) in enumerate(zip(folds, cut, strict=True)):
        for start, stop in stretches:
            for _, residual, channels in _streams(
                training, start, stop, relations, alpha=alpha, residual_sd=residual_sd, innovation_sd=innovation_sd
            ):
                rows = slice(row, row + len(residual))
                out[0, rows], out[1, rows], out[2, rows] = residual, channels.level, channels.log_power
                numbers[rows] = number
                row = rows.stop
    return HeldOut(out[0], out[1], out[2], numbers)


def held_out_statistic(
    training: TrainingRows,
    folds: list[tuple[int, int, Relations]],
    *,
    alpha: float,
    scales: Sequence[Sequence[ChannelScale]],
) -> Float64Array:
    """Statistic of every training row under the relations learned without it, for each of several scales.

    Parameters
    ----------
    training : TrainingRows
        Rows to learn from.
    folds : list
        As `fold_relations` gives them.
    alpha : float
        Weight of the newest row in both channels.
    scales : sequence of sequence of ChannelScale
        Scales for the rows of each fold, all with the same sizes of residuals and innovations.

    Returns
    -------
    (n_scales, n_rows) float64
        The statistics.
    """
    out = np.full((len(scales[0]), training.n_rows), np.nan)
    sizes = {"residual_sd": scales[0][0].residual_sd, "innovation_sd": scales[0][0].innovation_sd}
    for (first, last, relations), own in zip(folds, scales, strict=True):
        for start, _, channels in _streams(training, first, last, relations, alpha=alpha, **sizes):
            for place, statistic in enumerate(fused_by(channels, own)):
                out[place, start : start + len(statistic)] = statistic
    return out

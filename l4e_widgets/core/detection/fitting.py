"""The fit: relations of all training rows, scales and evidence from blocked cross-validation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.by_the_clock import judged_by_the_clock
from l4e_widgets.core.detection.channels import CLIP, ChannelScale
from l4e_widgets.core.detection.columns import Columns, describe_columns
from l4e_widgets.core.detection.contract import Evidence
from l4e_widgets.core.detection.evidence import evidence_from, gross_rows
from l4e_widgets.core.detection.moments import Moments, Relations, effective_rows, relations_from, segment_moments
from l4e_widgets.core.detection.rhythm import Rhythm, learn_rhythm, no_rhythm, sampled_rows
from l4e_widgets.core.detection.scaling import channel_scale, fold_scales, robust_scale
from l4e_widgets.core.detection.training import TrainingRows
from l4e_widgets.core.detection.validation import (
    HeldOut,
    choose_shrinkage,
    fold_relations,
    held_out,
    held_out_statistic,
)
from l4e_widgets.core.errors import DataError

__all__ = ["Learned", "learn"]

Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Int64Array = npt.NDArray[np.int64]

_FOLDS = (5, 7, 9, 11, 13)
_FOLDS_LONG = (7,)
_LEAST_FOLD_ROWS = 4
_LONG_ROWS = 20_000
_GROSS_ROUNDS = 2
_SPACING = 3.0
_FEW_ROWS = 4_000
_PROMISING_S = 14 * 86_400.0
_RHYTHM_SHRINKAGE = 0.01


@dataclass(frozen=True, eq=False)
class Learned:
    """Everything a fit found out.

    Parameters
    ----------
    columns : Columns
        Roles and scales of the sensors.
    relations : Relations
        Of all training rows that were kept.
    scale : ChannelScale
        From residuals to the statistic.
    evidence : Evidence
        For the calibration.
    sample : HeldOut
        Held-out residuals and channels, for what explanations are measured against.
    training : TrainingRows
        The rows that were kept.
    """

    columns: Columns
    relations: Relations
    scale: ChannelScale
    evidence: Evidence
    sample: HeldOut
    training: TrainingRows


def learn(
    values: npt.NDArray[np.floating],
    rows: Int64Array,
    timestamps: Int64Array,
    *,
    alpha: float,
    gap_ns: float,
    least_step: Float64Array,
    seconds_per_row: float,
    counters: tuple[int, ...],
    warnings: tuple[str, ...],
) -> Learned:
    """Learn relations, scales and evidence; gross stretches inside the training are left out on the way.

    Parameters
    ----------
    values : (n_all, n_sensors) float
        Data in the sensors' units, NaN for missing.
    rows : (n_rows,) int64
        Rows to learn from, ascending.
    timestamps : (n_all,) int64
        Nanoseconds UTC.
    alpha : float
        Weight of the newest row in both channels.
    gap_ns : float
        Rows further apart than this (ns) do not follow on each other.
    least_step : (n_sensors,) float64
        Step of the record of each sensor in its unit, 0 where it has none.
    seconds_per_row : float
        Typical time between two rows.
    counters : tuple of int
        Columns known to be counters.
    warnings : tuple of str
        What the training cannot promise.

    Returns
    -------
    Learned
        Everything found out.
    """
    for round_number in range(_GROSS_ROUNDS + 1):
        learned, statistics = _learn_once(
            _training(values, rows, timestamps, gap_ns, counters),
            alpha=alpha,
            least_step=least_step,
            seconds_per_row=seconds_per_row,
            warnings=warnings,
        )
        gross = gross_rows(statistics)
        if round_number == _GROSS_ROUNDS or not gross.any():
            break
        rows = rows[~gross]
    return learned


def _training(
    values: npt.NDArray[np.floating],
    rows: Int64Array,
    timestamps: Int64Array,
    gap_ns: float,
    counters: tuple[int, ...],
) -> TrainingRows:
    """Training rows with their columns, breaks, and the precision that fills what is missing."""
    whole = len(rows) == len(values)
    columns = describe_columns(values, counters, None if whole else rows)
    if not len(columns.modelled):
        raise DataError(
            "No sensor moves in the training range, so there is nothing to learn from.",
            got=f"{len(columns.constant)} constant, {len(columns.counting)} counting and {len(columns.empty)} empty "
            "sensors",
            expected="at least one sensor with several values",
            fix="Choose another training range or other sensors.",
        )
    steps = np.diff(timestamps if whole else timestamps[rows])
    breaks = np.flatnonzero(steps > gap_ns) + 1
    n = len(columns.modelled)
    training = TrainingRows(
        values, None if whole else rows, breaks, columns, np.eye(n), times=timestamps, rhythm=no_rhythm(n)
    )
    training = replace(training, rhythm=_rhythm(training))
    return training.with_precision() if training.has_missing() else training


def _rhythm(training: TrainingRows) -> Rhythm:
    """Rhythm of the training rows, learned on a sample of them."""
    places = sampled_rows(training.n_rows)
    rows = places if training.rows is None else training.rows[places]
    chosen = training.columns.modelled
    z = (training.values[np.ix_(rows, chosen)].astype(np.float64) - training.columns.centre[chosen]) * (
        1.0 / training.columns.scale[chosen]
    )
    return learn_rhythm(z, training.times[rows], _RHYTHM_SHRINKAGE)


def _learn_once(
    training: TrainingRows,
    *,
    alpha: float,
    least_step: Float64Array,
    seconds_per_row: float,
    warnings: tuple[str, ...],
) -> tuple[Learned, list[Float64Array]]:
    """One fit and the held-out statistic of its rows in robust units under each cutting into folds."""
    counts: tuple[int, ...] = _FOLDS_LONG if training.n_rows > _LONG_ROWS else _FOLDS
    counts = tuple(count for count in counts if count * _LEAST_FOLD_ROWS <= training.n_rows) or (2,)
    moments = segment_moments(training, counts)
    shrinkage = choose_shrinkage(moments, counts[0])
    plain = _plain_moments(training, counts)
    relations = _whole(moments, shrinkage)
    folds = [fold_relations(moments, count, shrinkage) for count in counts]
    worth = effective_rows(moments, relations.weights, training.n_rows)
    if plain is not None:
        own_shrinkage = choose_shrinkage(plain, counts[0])
        ordinary = _whole(plain, own_shrinkage)
        worth = np.where(training.rhythm.follows, worth, effective_rows(plain, ordinary.weights, training.n_rows))
        relations = judged_by_the_clock(relations, ordinary, training.rhythm)
        folds = [
            _both(fold, fold_relations(plain, count, own_shrinkage), training.rhythm)
            for fold, count in zip(folds, counts, strict=True)
        ]
    least_sd = _rounding_sd(training.columns, relations, least_step)
    samples, residual_sd, innovation_sd = _samples(training, folds, least_sd, alpha)
    scale = channel_scale(samples, worth, residual_sd=residual_sd, innovation_sd=innovation_sd, least_sd=least_sd)
    robust = robust_scale(samples, residual_sd=residual_sd, innovation_sd=innovation_sd)
    sizes = {"residual_sd": residual_sd, "innovation_sd": innovation_sd, "least_sd": least_sd}
    is_short = training.n_rows <= _FEW_ROWS and training.n_rows * seconds_per_row >= _PROMISING_S
    both = []
    for sample, fold in zip(samples, folds, strict=True):
        own = fold_scales(sample, worth, **sizes) if is_short else [scale] * len(fold)
        both.append(held_out_statistic(training, fold, alpha=alpha, scales=[(one, robust) for one in own]))
    evidence = evidence_from(
        [statistic for statistic, _ in both],
        seconds=training.n_rows * seconds_per_row,
        spacing=int(np.ceil(_SPACING / alpha)),
        warnings=warnings,
    )
    kept = replace(training, precision=relations.precision)
    return Learned(training.columns, relations, scale, evidence, samples[0], kept), [statistic for _, statistic in both]


def _whole(moments: Moments, shrinkage: float) -> Relations:
    """Relations of all training rows."""
    _, mean, covariance = moments.covariance(np.ones(len(moments.sums), dtype=bool))
    return relations_from(mean, covariance, shrinkage)


def _plain_moments(training: TrainingRows, counts: tuple[int, ...]) -> Moments | None:
    """Moments of the rows with their rhythm, where some sensors are judged by the clock and others are not."""
    if not training.rhythm.is_on or training.rhythm.follows.all():
        return None
    return segment_moments(replace(training, puts_back=True), counts)


def _both(
    without: list[tuple[int, int, Relations]], plain: list[tuple[int, int, Relations]], rhythm: Rhythm
) -> list[tuple[int, int, Relations]]:
    """Relations of each fold, with the clock for those sensors that gain by it."""
    return [
        (first, last, judged_by_the_clock(one, other, rhythm))
        for (first, last, one), (_, _, other) in zip(without, plain, strict=True)
    ]


def _samples(
    training: TrainingRows,
    folds: list[list[tuple[int, int, Relations]]],
    least_sd: Float64Array,
    alpha: float,
) -> tuple[list[HeldOut], Float64Array, Float64Array]:
    """Held-out samples of every cutting, and the normal sizes of residuals and innovations."""
    wide = np.full(training.n_sensors, 1e6)
    unit = np.ones(training.n_sensors)
    draft = held_out(training, folds[0], alpha=alpha, residual_sd=wide, innovation_sd=unit)
    residual_sd = np.sqrt(np.maximum(np.square(draft.residual).mean(axis=0), np.maximum(least_sd, 1e-6) ** 2))
    innovation = draft.residual[1:] - draft.level[:-1]
    del draft
    np.minimum(np.abs(innovation, out=innovation), CLIP * residual_sd, out=innovation)
    innovation_sd = np.sqrt(np.maximum(np.square(innovation, out=innovation).mean(axis=0), 1e-4 * residual_sd**2))
    del innovation
    samples = [
        held_out(training, fold, alpha=alpha, residual_sd=residual_sd, innovation_sd=innovation_sd) for fold in folds
    ]
    return samples, residual_sd, innovation_sd


def _rounding_sd(columns: Columns, relations: Relations, least_step: Float64Array) -> Float64Array:
    """Standard deviation that rounding of the record alone gives each residual, standardised units."""
    chosen = columns.modelled
    step = least_step[chosen] / columns.scale[chosen]
    return np.asarray(np.sqrt(np.square(relations.weights) @ np.square(step) / 12))

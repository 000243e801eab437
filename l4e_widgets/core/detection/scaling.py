"""From held-out residuals to the scale of the statistic: discount, tail scale, channel norms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.channels import (
    Channels,
    ChannelScale,
    Memory,
    channel_norms,
    log_norm,
)
from l4e_widgets.core.detection.validation import HeldOut

__all__ = ["channel_scale", "fold_scales", "robust_scale"]

Float64Array = npt.NDArray[np.float64]

_NORMAL_QUANTILES = ((0.99, 2.5758), (0.999, 3.2905))
_ROWS_BEYOND = 8
_ONE_SD_SHARE = 0.6827
_HIGH_SHARE, _HIGH_NORMAL = 0.99, 2.3263
_WORTH = 30.0
_LEAST_SD = 1e-6
_PARTS = 3


def tail_factor(size: Float64Array) -> Float64Array:
    """How much wider the tail of each column is than a normal one's, at least 1.

    Parameters
    ----------
    size : (n_rows, n_sensors) float64
        Absolute values in units of their standard deviation.

    Returns
    -------
    (n_sensors,) float64
        Largest ratio of a high quantile to the normal one, over those with at least 8 rows beyond.
    """
    told = [(share, normal) for share, normal in _NORMAL_QUANTILES if len(size) * (1 - share) >= _ROWS_BEYOND]
    if not told:
        return np.ones(size.shape[1])
    shares, normals = np.array(told).T
    return np.asarray(np.maximum((np.quantile(size, shares, axis=0) / normals[:, None]).max(axis=0), 1.0))


def _fold_mean_power(values: Float64Array, fold: npt.NDArray[np.int64]) -> Float64Array:
    """Mean over the folds of the squared mean of each column within the fold."""
    means = [values[fold == number].mean(axis=0) for number in np.unique(fold)]
    return np.asarray(np.square(means).mean(axis=0))


def channel_scale(
    samples: Sequence[HeldOut],
    worth: Float64Array,
    *,
    residual_sd: Float64Array,
    innovation_sd: Float64Array,
    least_sd: Float64Array,
) -> ChannelScale:
    """Scale of both channels, averaged over several cross-validations.

    A smoothed residual counts for the less the less it is known: by its power on held-out rows, by how far whole
    held-out blocks lie off, and by how few independent rows its mean was learned from.

    Parameters
    ----------
    samples : sequence of HeldOut
        One for each number of folds.
    worth : (n_sensors,) float64
        Effective rows of each residual.
    residual_sd, innovation_sd : (n_sensors,) float64
        Normal sizes that the samples were clipped and counted by.
    least_sd : (n_sensors,) float64
        What rounding of the record alone makes of a residual, standardised units.

    Returns
    -------
    ChannelScale
        Ready for `fused`.
    """
    levels, means, spreads = [], [], []
    for sample in samples:
        power = np.square(sample.level).mean(axis=0) + 2 * _fold_mean_power(sample.residual, sample.fold)
        power = np.maximum(power, least_sd**2) * (1 + (_WORTH / worth) ** 2)
        level_sd = np.sqrt(np.maximum(power, _LEAST_SD**2))
        levels.append(level_sd * tail_factor(np.abs(sample.level) / level_sd))
        logs = sample.log_power
        means.append(logs.mean(axis=0))
        spread = np.sqrt(logs.var(axis=0) + 2 * _fold_mean_power(logs - logs.mean(axis=0), sample.fold) + 1e-4)
        spreads.append(spread * tail_factor(np.abs(logs - logs.mean(axis=0)) / spread))
    draft = ChannelScale(
        residual_sd,
        innovation_sd,
        np.mean(levels, axis=0),
        np.mean(means, axis=0),
        np.mean(spreads, axis=0),
        np.zeros(2),
        np.ones(2),
        0.0,
    )
    return _with_norms(draft, samples)


def fold_scales(
    sample: HeldOut,
    worth: Float64Array,
    *,
    residual_sd: Float64Array,
    innovation_sd: Float64Array,
    least_sd: Float64Array,
) -> list[ChannelScale]:
    """Scale for the rows of each fold, learned on the other two thirds of the folds alone.

    A scale learned on the rows it then judges has fitted their luck: on few rows for many sensors the statistic of new
    rows lies above what it showed.

    Parameters
    ----------
    sample : HeldOut
        Of one cross-validation.
    worth, residual_sd, innovation_sd, least_sd : (n_sensors,) float64
        As for `channel_scale`.

    Returns
    -------
    list of ChannelScale
        One for each fold.
    """
    n_folds = int(sample.fold.max()) + 1
    third_of = np.arange(n_folds) * min(_PARTS, n_folds) // n_folds
    sizes = {"residual_sd": residual_sd, "innovation_sd": innovation_sd, "least_sd": least_sd}
    scales = []
    for third in range(third_of[-1] + 1):
        others = third_of[sample.fold] != third
        part = HeldOut(sample.residual[others], sample.level[others], sample.log_power[others], sample.fold[others])
        scales.append(channel_scale([part], worth, **sizes))
    return [scales[third] for third in third_of]


def robust_scale(samples: Sequence[HeldOut], *, residual_sd: Float64Array, innovation_sd: Float64Array) -> ChannelScale:
    """Scale that a tenth of abnormal rows hardly moves: what gross stretches of the training are seen with.

    Parameters
    ----------
    samples : sequence of HeldOut
        One for each number of folds.
    residual_sd, innovation_sd : (n_sensors,) float64
        Normal sizes that the samples were clipped and counted by.

    Returns
    -------
    ChannelScale
        Ready for `fused`; not for the threshold, as it knows no tails.
    """
    level = np.quantile(np.abs(samples[0].level), _ONE_SD_SHARE, axis=0)
    logs = samples[0].log_power
    low, middle, high = np.quantile(logs, [(1 - _ONE_SD_SHARE) / 2, 0.5, (1 + _ONE_SD_SHARE) / 2], axis=0)
    draft = ChannelScale(
        residual_sd,
        innovation_sd,
        np.maximum(level, _LEAST_SD),
        middle,
        np.maximum((high - low) / 2, 0.05),
        np.zeros(2),
        np.ones(2),
        0.0,
    )
    return _with_norms(draft, samples)


def _middle_and_spread(logs: Float64Array) -> tuple[float, float]:
    """Median, and standard deviation as the upper half shows it: the lower tail of a logarithm says nothing."""
    middle, high = np.quantile(logs, [0.5, _HIGH_SHARE])
    return float(middle), float(high - middle) / _HIGH_NORMAL


def _with_norms(draft: ChannelScale, samples: Sequence[HeldOut]) -> ChannelScale:
    """Complete a scale by the mean and spread of the channels' logarithms on the samples."""
    rows = []
    for sample in samples:
        nothing = Memory.fresh(sample.level.shape[1])
        level, variance = channel_norms(Channels(sample.level, sample.log_power, nothing), draft)
        raw = log_norm(np.square(sample.residual / draft.residual_sd))
        rows.append((*_middle_and_spread(level), *_middle_and_spread(variance), float(np.median(raw))))
    mean = np.mean(rows, axis=0)
    return ChannelScale(
        draft.residual_sd,
        draft.innovation_sd,
        draft.level_sd,
        draft.power_mean,
        draft.power_sd,
        mean[[0, 2]],
        np.maximum(mean[[1, 3]], 0.05),
        float(mean[4]),
    )

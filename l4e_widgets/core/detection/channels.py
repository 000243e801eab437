"""Two channels over the residuals, level and variance, and their fusion into one statistic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.filters import ewma

__all__ = [
    "CLIP",
    "ChannelScale",
    "Channels",
    "Memory",
    "fused",
    "fused_by",
    "log_norm",
    "raw_amplitude",
    "run_channels",
]

Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CLIP = 8.0
_LEAST_POWER = 1e-3
_DEVIATION_LIMIT = 1e3
_LOWEST_LOG, _HIGHEST_LOG = float(np.log(_LEAST_POWER)), float(np.log(CLIP**2))


@dataclass(frozen=True)
class Memory:
    """What the two channels carry from row to row.

    Parameters
    ----------
    level : (n_sensors,) float64
        Smoothed residual, in standardised units.
    power : (n_sensors,) float64
        Smoothed squared innovation over its normal value.
    """

    level: Float64Array
    power: Float64Array

    @classmethod
    def fresh(cls, n_sensors: int) -> Memory:
        """Memory of a stream that has just begun.

        Parameters
        ----------
        n_sensors : int
            Number of modelled sensors.

        Returns
        -------
        Memory
            No deviation, normal power.
        """
        return cls(np.zeros(n_sensors), np.ones(n_sensors))


@dataclass(frozen=True)
class Channels:
    """Smoothed residuals and innovation powers of a block.

    Parameters
    ----------
    level : (n_rows, n_sensors) float64
        Smoothed residual, standardised units.
    log_power : (n_rows, n_sensors) float64
        Logarithm of the smoothed squared innovation over its normal value, that at least 0.001.
    memory : Memory
        After the last row.
    """

    level: Float64Array
    log_power: Float64Array
    memory: Memory


@dataclass(frozen=True)
class ChannelScale:
    """What turns residuals into the statistic, all learned on held-out rows.

    Parameters
    ----------
    residual_sd, innovation_sd : (n_sensors,) float64
        Typical size of a residual and of an innovation, standardised units.
    level_sd : (n_sensors,) float64
        Size of the smoothed residual, discounted by how little it is known.
    power_mean, power_sd : (n_sensors,) float64
        Mean and spread of the logarithm of the innovation power.
    log_mean, log_sd : (2,) float64
        Mean and spread of the logarithm of each channel's norm: level, variance.
    raw_mean : float
        Mean logarithm of the norm of the unsmoothed residuals.
    """

    residual_sd: Float64Array
    innovation_sd: Float64Array
    level_sd: Float64Array
    power_mean: Float64Array
    power_sd: Float64Array
    log_mean: Float64Array
    log_sd: Float64Array
    raw_mean: float


def run_channels(
    residual: Float64Array,
    observed: BoolArray | None,
    memory: Memory,
    *,
    alpha: float,
    residual_sd: Float64Array,
    innovation_sd: Float64Array,
    leans: BoolArray | None = None,
) -> Channels:
    """Smooth residuals and innovation powers over a block without breaks.

    Parameters
    ----------
    residual : (n_rows, n_sensors) float64
        Residual of each sensor given all the others, standardised units.
    observed : (n_rows, n_sensors) bool or None
        Where the sensor had a value; elsewhere it counts as normal.
    memory : Memory
        After the row before.
    alpha : float
        Weight of the newest row.
    residual_sd, innovation_sd : (n_sensors,) float64
        Normal sizes; both are clipped at eight of them.
    leans : (n_rows, n_sensors) bool, optional
        Where the residual leans on filled values; a small innovation there is no sign of anything and counts as normal.

    Returns
    -------
    Channels
        Both channels and the memory after the block.
    """
    limit = CLIP * residual_sd
    clipped = np.minimum(residual, limit)
    np.maximum(clipped, -limit, out=clipped)
    if observed is not None:
        clipped = np.where(observed, clipped, 0.0)
    level = ewma(clipped, alpha, memory.level)
    innovation = clipped
    innovation[0] -= memory.level
    innovation[1:] -= level[:-1]
    innovation *= 1.0 / innovation_sd
    np.square(innovation, out=innovation)
    np.minimum(innovation, CLIP**2, out=innovation)
    if observed is not None:
        innovation[~observed] = 1.0
    if leans is not None:
        innovation[leans] = np.maximum(innovation[leans], 1.0)
    power = ewma(innovation, alpha, memory.power)
    carried = Memory(level[-1].copy(), power[-1].copy())
    np.maximum(power, _LEAST_POWER, out=power)
    return Channels(level, np.log(power, out=power), carried)


def log_norm(squares: Float64Array) -> Float64Array:
    """Logarithm of the 4-norm over sensors.

    Parameters
    ----------
    squares : (n_rows, n_sensors) float64
        Squared values, no unit.

    Returns
    -------
    (n_rows,) float64
        Logarithm of the fourth root of the mean fourth power.
    """
    fourth = np.einsum("ij,ij->i", squares, squares) / max(squares.shape[1], 1)
    return np.asarray(0.25 * np.log(fourth + 1e-30))


def channel_norms(channels: Channels, scale: ChannelScale) -> tuple[Float64Array, Float64Array]:
    """Logarithm of the norm of each channel.

    Parameters
    ----------
    channels : Channels
        Of a block of rows.
    scale : ChannelScale
        Learned on held-out rows.

    Returns
    -------
    tuple of (n_rows,) float64
        Level and variance, no unit.
    """
    fourth = np.square(channels.level)
    np.square(fourth, out=fourth)
    return _log_norm_of(fourth, scale.level_sd), _variance_norm(channels.log_power, scale)


def _log_norm_of(fourth: Float64Array, size: Float64Array) -> Float64Array:
    """As `log_norm`, from fourth powers that are not yet measured by their normal size."""
    mean = fourth @ (size**-4.0 / max(len(size), 1))
    mean += 1e-30
    return np.asarray(0.25 * np.log(mean, out=mean))


def _variance_norm(log_power: Float64Array, scale: ChannelScale) -> Float64Array:
    """Logarithm of the norm of the variance channel."""
    unit = 1.0 / scale.power_sd
    deviation = log_power - scale.power_mean
    deviation *= unit
    if (np.maximum(_HIGHEST_LOG - scale.power_mean, scale.power_mean - _LOWEST_LOG) * unit).max() > _DEVIATION_LIMIT:
        np.clip(deviation, -_DEVIATION_LIMIT, _DEVIATION_LIMIT, out=deviation)
    return log_norm(np.square(deviation, out=deviation))


def fused(channels: Channels, scale: ChannelScale) -> Float64Array:
    """One statistic from both channels: the larger of their log z-scores, in units of the level's logarithm.

    Parameters
    ----------
    channels : Channels
        Of a block of rows.
    scale : ChannelScale
        Learned on held-out rows.

    Returns
    -------
    (n_rows,) float64
        Natural logarithm of the amplitude over its normal value: 0 typical, 1 is 2.7 times the typical.
    """
    return fused_by(channels, [scale])[0]


def fused_by(channels: Channels, scales: Sequence[ChannelScale]) -> list[Float64Array]:
    """Statistic of the same rows by each of several scales.

    Parameters
    ----------
    channels : Channels
        Of a block of rows.
    scales : sequence of ChannelScale
        Learned on held-out rows.

    Returns
    -------
    list of (n_rows,) float64
        As `fused` gives it, one for each scale.
    """
    fourth = np.square(channels.level)
    np.square(fourth, out=fourth)
    told = []
    for scale in scales:
        level = (_log_norm_of(fourth, scale.level_sd) - scale.log_mean[0]) / scale.log_sd[0]
        variance = (_variance_norm(channels.log_power, scale) - scale.log_mean[1]) / scale.log_sd[1]
        told.append(np.asarray(scale.log_sd[0] * np.maximum(level, variance)))
    return told


def raw_amplitude(residual: Float64Array, observed: BoolArray | None, scale: ChannelScale) -> Float64Array:
    """Unsmoothed, unclipped amplitude of each row.

    Parameters
    ----------
    residual : (n_rows, n_sensors) float64
        Residuals, standardised units.
    observed : (n_rows, n_sensors) bool or None
        Where a value was there; None for everywhere.
    scale : ChannelScale
        Learned on held-out rows.

    Returns
    -------
    (n_rows,) float64
        In the unit of the statistic: logarithm of the amplitude over its typical value.
    """
    fourth = np.square(residual)
    np.square(fourth, out=fourth)
    if observed is not None:
        fourth[~observed] = 0.0
    return _log_norm_of(fourth, scale.residual_sd) - scale.raw_mean

"""The share of each sensor in a row: level, variance of its steps, variance of its residual's steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.filters import ewma

__all__ = ["ShareScale", "learn_shares", "row_shares"]

Float64Array = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ShareScale:
    """Normal sizes that shares are measured against.

    Parameters
    ----------
    level_sd : (n_sensors,) float64
        Size of the smoothed residual without the discount for few effective rows, standardised units.
    step_power, residual_step_power : (n_sensors,) float64
        Mean square of the steps of each sensor and of its residual from row to row, standardised units.
    mean : (3, n_sensors) float64
        Normal mean of the three terms.
    """

    level_sd: Float64Array
    step_power: Float64Array
    residual_step_power: Float64Array
    mean: Float64Array


def _terms(
    level: Float64Array,
    steps: npt.NDArray[np.floating],
    residual_steps: npt.NDArray[np.floating],
    scale: ShareScale,
) -> Float32Array:
    """Log-damped likelihood ratios of the three kinds of change, `(3, n_rows, n_sensors)`."""
    out = np.empty((3, *level.shape), dtype=np.float32)
    np.multiply(level, 1.0 / scale.level_sd, out=out[0], casting="same_kind")
    np.square(out[0], out=out[0])
    for place, power in ((1, steps), (2, residual_steps)):
        out[place] = power
        part = np.maximum(out[place], np.float32(1e-4), out=out[place])
        part -= np.float32(1.0) + np.log(part)
        np.maximum(part, np.float32(0.0), out=part)
    out += np.float32(1.0)
    return np.log(out, out=out)


def learn_shares(residual: Float64Array, z: Float64Array, *, alpha: float, level_sd: Float64Array) -> ShareScale:
    """Normal sizes from normal rows.

    Parameters
    ----------
    residual, z : (n_rows, n_sensors) float64
        Residuals and standardised values of consecutive normal rows.
    alpha : float
        Weight of the newest row.
    level_sd : (n_sensors,) float64
        Size of the smoothed residual.

    Returns
    -------
    ShareScale
        For `row_shares`.
    """
    floor = 1e-9
    level = ewma(residual, alpha, np.zeros(residual.shape[1]))
    steps = np.square(np.diff(z, axis=0)).astype(np.float64)
    residual_steps = np.square(np.diff(residual, axis=0)).astype(np.float64)
    draft = ShareScale(
        level_sd,
        np.maximum(steps.mean(axis=0), floor),
        np.maximum(residual_steps.mean(axis=0), floor),
        np.ones((3, level.shape[1])),
    )
    ones: Float64Array = np.ones(level.shape[1])
    steps /= draft.step_power
    residual_steps /= draft.residual_step_power
    power = ewma(steps, alpha, ones)
    residual_power = ewma(residual_steps, alpha, ones)
    terms = _terms(level[1:], power, residual_power, draft)
    mean = np.maximum(terms.mean(axis=1, dtype=np.float64), 0.02)
    return ShareScale(draft.level_sd, draft.step_power, draft.residual_step_power, mean)


def row_shares(
    level: Float64Array,
    z: Float64Array,
    residual: Float64Array,
    observed: BoolArray | None,
    state: Mapping[str, Float64Array],
    *,
    alpha: float,
    scale: ShareScale,
) -> tuple[Float32Array, dict[str, Float64Array]]:
    """Shares of the sensors in each row of a block without breaks, as the squares of their terms' sums.

    Parameters
    ----------
    level, z, residual : (n_rows, n_sensors) float64
        Smoothed residuals, standardised values, residuals.
    observed : (n_rows, n_sensors) bool or None
        Where a value was there; a sensor without one has no share.
    state : mapping of str to (n_sensors,) float64
        ``z_before``, ``residual_before`` (NaN at a fresh start), ``steps``, ``residual_steps``.
    alpha : float
        Weight of the newest row.
    scale : ShareScale
        Normal sizes.

    Returns
    -------
    shares : (n_rows, n_sensors) float32
        Rows sum to 1.
    state : dict
        After the last row.

    References
    ----------
    Alcala & Qin, Reconstruction-based contribution for process monitoring, Automatica 2009.
    """
    after: dict[str, Float64Array] = {}
    powers = []
    sources = (
        ("steps", "z_before", z, scale.step_power),
        ("residual_steps", "residual_before", residual, scale.residual_step_power),
    )
    for name, key, values, normal in sources:
        steps = np.empty(values.shape, dtype=np.float32)
        np.subtract(values[1:], values[:-1], out=steps[1:], casting="same_kind")
        steps[0] = values[0] - state[key]
        steps *= (1.0 / np.sqrt(normal)).astype(np.float32)
        np.square(steps, out=steps)
        if observed is not None:
            steps[~observed] = 1.0
        if np.isnan(steps[0, 0]):
            steps[0] = 1.0
        power = ewma(steps, alpha, state[name].astype(np.float32))
        powers.append(power)
        after[key], after[name] = values[-1].copy(), power[-1].astype(np.float64)
    terms = _terms(level, powers[0], powers[1], scale)
    terms *= (1.0 / scale.mean[:, None, :]).astype(np.float32)
    total = terms[0]
    total += terms[1]
    total += terms[2]
    if observed is not None:
        total[~observed] = 0.0
    np.square(total, out=total)
    total += np.float32(1e-12)
    total /= total.sum(axis=1, keepdims=True)
    return total, after

"""The share of each sensor in a row: what repairing it would explain, and how its steps have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.filters import ewma
from l4e_widgets.core.detection.moments import Relations

__all__ = ["ShareScale", "learn_shares", "repair_gain", "row_shares"]

Float64Array = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


_CANDIDATES = 8
_PIECE_VALUES = 8192
_LARGEST = np.float32(1e8)
_LEAST_RATIO = np.float32(1e-4)
_LEAST_TOTAL = np.float32(1e-3)


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


def repair_gain(level: Float64Array, level_sd: Float64Array, relations: Relations) -> Float32Array:
    """How much of the surprise of a row goes away when one sensor is replaced by what the others let expect.

    The surprise of a row is the sum over sensors of log(1 + (smoothed residual / its size)²): the logarithm keeps one
    drifting sensor from hiding another. A faulty sensor disturbs the residuals of its neighbours as well; putting it
    right puts them right too, while putting a neighbour right leaves the cause.

    Parameters
    ----------
    level : (n_rows, n_sensors) float64
        Smoothed residuals, standardised units.
    level_sd : (n_sensors,) float64
        Their normal sizes.
    relations : Relations
        What each sensor is given all the others.

    Returns
    -------
    (n_rows, n_sensors) float32
        The gain, no unit; 0 but for the eight sensors of each row that lie furthest off given the others. It fades
        to 0 towards the ninth.
    """
    unit = (1.0 / level_sd).astype(np.float32)
    reach = np.ascontiguousarray((relations.weights * unit[:, None]).T.astype(np.float32))
    diagonal = relations.precision.diagonal()
    gain = np.zeros(level.shape, dtype=np.float32)
    step = max(_PIECE_VALUES // level.shape[1], 16)
    for first in range(0, len(level), step):
        _write_gain(gain[first : first + step], level[first : first + step], unit, reach, diagonal)
    return gain


def _write_gain(
    gain: Float32Array, level: Float64Array, unit: Float32Array, reach: Float32Array, diagonal: Float64Array
) -> None:
    """Gain of a few rows, written in place: few enough for the candidates of all of them to stay in the cache."""
    size = (level * unit).astype(np.float32)
    off_by = np.square(level) * diagonal
    n_rows, n_sensors = level.shape
    count = min(_CANDIDATES, n_sensors)
    order = np.argpartition(-off_by, count, axis=1)[:, : count + 1] if count < n_sensors else None
    columns = np.tile(np.arange(count), (n_rows, 1)) if order is None else order[:, :count]
    own = np.take_along_axis(level, columns, axis=1).astype(np.float32)
    repaired = reach[columns]
    repaired *= -own[:, :, None]
    repaired += size[:, None, :]
    gained = _surprise(size)[:, None] - _surprise(repaired)
    if order is not None:
        surest = np.take_along_axis(off_by, order, axis=1)
        gained *= 1 - surest[:, count:] / np.maximum(surest[:, :count], 1e-30)
    np.put_along_axis(gain, columns, gained, axis=1)


def _surprise(size: Float32Array) -> Float32Array:
    """Sum over sensors of log(1 + size²)."""
    squares = np.square(size)
    np.minimum(squares, _LARGEST, out=squares)
    squares += np.float32(1.0)
    return np.asarray(np.log(squares, out=squares) @ np.ones(squares.shape[-1], dtype=np.float32))


def _terms(
    gain: Float32Array, steps: npt.NDArray[np.floating], residual_steps: npt.NDArray[np.floating], alpha: float
) -> Float32Array:
    """Gain, and log-damped likelihood ratios of both changes of variance, `(3, n_rows, n_sensors)`."""
    out = np.empty((3, *gain.shape), dtype=np.float32)
    out[0] = gain
    half_rows = np.float32((2 - alpha) / alpha / 2)
    for place, power in ((1, steps), (2, residual_steps)):
        out[place] = power
        part = np.maximum(out[place], _LEAST_RATIO, out=out[place])
        part -= np.float32(1.0) + np.log(part)
        part *= half_rows
        part += np.float32(1.0)
        np.log(np.maximum(part, np.float32(1.0), out=part), out=part)
    return out


def learn_shares(
    residual: Float64Array, z: Float64Array, *, alpha: float, level_sd: Float64Array, relations: Relations
) -> ShareScale:
    """Normal sizes from normal rows.

    Parameters
    ----------
    residual, z : (n_rows, n_sensors) float64
        Residuals and standardised values of consecutive normal rows.
    alpha : float
        Weight of the newest row.
    level_sd : (n_sensors,) float64
        Size of the smoothed residual.
    relations : Relations
        What each sensor is given all the others.

    Returns
    -------
    ShareScale
        For `row_shares`.
    """
    floor = 1e-9
    level = ewma(residual, alpha, np.zeros(residual.shape[1]))
    steps = np.square(np.diff(z, axis=0)).astype(np.float64)
    residual_steps = np.square(np.diff(residual, axis=0)).astype(np.float64)
    step_power = np.maximum(steps.mean(axis=0), floor)
    residual_step_power = np.maximum(residual_steps.mean(axis=0), floor)
    ones: Float64Array = np.ones(level.shape[1])
    steps /= step_power
    power = ewma(steps, alpha, ones).astype(np.float32)
    del steps
    residual_steps /= residual_step_power
    residual_power = ewma(residual_steps, alpha, ones).astype(np.float32)
    del residual_steps
    terms = _terms(repair_gain(level[1:], level_sd, relations), power, residual_power, alpha)
    return ShareScale(level_sd, step_power, residual_step_power, terms.mean(axis=1, dtype=np.float64))


def row_shares(
    z: Float64Array,
    residual: Float64Array,
    observed: BoolArray | None,
    state: Mapping[str, Float64Array],
    *,
    alpha: float,
    scale: ShareScale,
    relations: Relations,
    level: Float64Array | None = None,
) -> tuple[Float32Array, dict[str, Float64Array]]:
    """Shares of the sensors in each row of a block without breaks.

    What the three terms of a sensor exceed their normal mean by is squared and shared out.

    Parameters
    ----------
    z, residual : (n_rows, n_sensors) float64
        Standardised values, residuals.
    observed : (n_rows, n_sensors) bool or None
        Where a value was there; a sensor without one has no share.
    state : mapping of str to (n_sensors,) float64
        ``z_before``, ``residual_before`` (NaN at a fresh start), ``steps``, ``residual_steps``, and
        ``share_level``: the smoothed residual as the channel has it but for its clipping, which would make a gross
        fault look the same in the faulty sensor and in its neighbours.
    alpha : float
        Weight of the newest row.
    scale : ShareScale
        Normal sizes.
    relations : Relations
        What each sensor is given all the others.
    level : (n_rows, n_sensors) float64, optional
        The smoothed residual going on from ``share_level``, where it is known already.

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
    if level is None:
        shown = residual if observed is None else np.where(observed, residual, 0.0)
        level = ewma(shown, alpha, state["share_level"])
    after: dict[str, Float64Array] = {"share_level": level[-1].copy()}
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
        if np.isnan(state[key]).any():
            steps[0] = 1.0
        power = ewma(steps, alpha, state[name].astype(np.float32))
        powers.append(power)
        after[key], after[name] = values[-1].copy(), power[-1].astype(np.float64)
    terms = _terms(repair_gain(level, scale.level_sd, relations), powers[0], powers[1], alpha)
    total = terms[0]
    total += terms[1]
    total += terms[2]
    total -= scale.mean.sum(axis=0).astype(np.float32)
    np.maximum(total, _LEAST_TOTAL, out=total)
    if observed is not None:
        total[~observed] = np.float32(1e-6)
    np.square(total, out=total)
    total /= total.sum(axis=1, keepdims=True)
    return total, after

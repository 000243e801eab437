"""The daily and weekly rhythm of sensors whose values the clock lets expect and the other sensors do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["Rhythm", "learn_rhythm", "no_rhythm", "sampled_rows", "waves"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_DAY_NS = 86_400 * 10**9
_WEEK_NS = 7 * _DAY_NS
_DAY_WAVES, _WEEK_WAVES = 4, 3
_LEAST_CYCLES = 4
_SAMPLE_ROWS = 8192
_GOLDEN = 0.6180339887498949
_FOLDS = 7
_GAIN = float(np.log(1.25))
_SURE = 3.0
_RIDGE = 1e-6


@dataclass(frozen=True)
class Rhythm:
    """What the time of day and of the week alone lets expect of each sensor.

    Parameters
    ----------
    weights : (n_waves, n_sensors) float64
        Standardised deviation for each wave of `waves`; no row where the plant has no rhythm worth learning.
    follows : (n_sensors,) bool
        Sensors that are judged by the clock as well as by the others.
    """

    weights: Float64Array
    follows: BoolArray

    @property
    def is_on(self) -> bool:
        """Whether there is anything to take off."""
        return len(self.weights) > 0

    def at(self, timestamps: Int64Array) -> Float64Array:
        """Return what the clock lets expect at some times.

        Parameters
        ----------
        timestamps : (n_rows,) int64
            Nanoseconds UTC.

        Returns
        -------
        (n_rows, n_sensors) float64
            Deviation from the mean, standardised units.
        """
        if not self.is_on:
            return np.zeros((len(timestamps), self.weights.shape[1]))
        return np.asarray(waves(timestamps)[:, : len(self.weights)] @ self.weights)


def no_rhythm(n_sensors: int) -> Rhythm:
    """Rhythm of a plant that has none.

    Parameters
    ----------
    n_sensors : int
        Number of modelled sensors.

    Returns
    -------
    Rhythm
        Switched off.
    """
    return Rhythm(np.zeros((0, n_sensors)), np.zeros(n_sensors, dtype=bool))


def waves(timestamps: Int64Array) -> Float64Array:
    """Cosines and sines of the time of day and of the week, behind a column of ones.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC.

    Returns
    -------
    (n_rows, 15) float64
        Ones; 24, 12, 8 and 6 hours; 7, 3.5 and 2.33 days.
    """
    out = np.ones((len(timestamps), 1 + 2 * (_DAY_WAVES + _WEEK_WAVES)))
    place = 1
    for period, count in ((_DAY_NS, _DAY_WAVES), (_WEEK_NS, _WEEK_WAVES)):
        base = np.exp(2j * np.pi * (timestamps % period) / period)
        turning = base
        for _ in range(count):
            out[:, place], out[:, place + 1] = turning.real, turning.imag
            turning, place = turning * base, place + 2
    return out


def sampled_rows(n_rows: int) -> Int64Array:
    """Rows spread evenly over a training, at steps that no clock shares.

    Parameters
    ----------
    n_rows : int
        Rows of the training.

    Returns
    -------
    (n_sampled,) int64
        Ascending; all rows where there are at most 8,192.
    """
    if n_rows <= _SAMPLE_ROWS:
        return np.arange(n_rows)
    number = np.arange(_SAMPLE_ROWS)
    return np.unique(((number + number * _GOLDEN % 1.0) * (n_rows / _SAMPLE_ROWS)).astype(np.int64))


def learn_rhythm(z: Float64Array, timestamps: Int64Array, shrinkage: float) -> Rhythm:
    """Learn the rhythm where it makes a sensor's residual on held-out rows clearly smaller; nothing elsewhere.

    Relations between sensors without their rhythms are the same as a regression on all other sensors and the clock.
    A sensor is judged so if it gains by it: the power of its residual on held-out contiguous folds falls by a fifth or
    more, and by three standard errors over the folds. The week is added to the day under the same condition.

    Parameters
    ----------
    z : (n_rows, n_sensors) float64
        Standardised rows, NaN for missing; a spread sample of the training does.
    timestamps : (n_rows,) int64
        Their times, nanoseconds UTC.
    shrinkage : float
        Share of the unit matrix in the shrunk covariance.

    Returns
    -------
    Rhythm
        Switched off where fewer than four cycles are there or no sensor gains.

    References
    ----------
    Frisch & Waugh, Partial time regressions as compared with individual trends, Econometrica 1933.
    """
    there = np.isfinite(z)
    known = np.where(there, z, 0.0)
    h = waves(timestamps)
    span = int(timestamps[-1] - timestamps[0])
    best = _held_out_power(known, there, h[:, :1], shrinkage)
    chosen, gaining = 0, np.zeros(z.shape[1], dtype=bool)
    for period, count in ((_DAY_NS, 1 + 2 * _DAY_WAVES), (_WEEK_NS, h.shape[1])):
        if span < _LEAST_CYCLES * period or len(z) < _FOLDS * count:
            continue
        power = _held_out_power(known, there, h[:, :count], shrinkage)
        gain = _log_ratio(best, power)
        better = _is_sure(gain) & (gain.mean(axis=0) > _GAIN)
        if better.any():
            best, chosen, gaining = power, count, gaining | better
    if not chosen:
        return no_rhythm(z.shape[1])
    return Rhythm(_fitted(known, there, h[:, :chosen]), gaining)


def _log_ratio(before: Float64Array, after: Float64Array) -> Float64Array:
    """By how much a power fell, as a logarithm."""
    return np.asarray(np.log(np.maximum(before, 1e-12) / np.maximum(after, 1e-12)))


def _is_sure(gain: Float64Array) -> BoolArray:
    """Where the mean over the folds (rows) lies above 0 by three standard errors."""
    return np.asarray(gain.mean(axis=0) > _SURE * gain.std(axis=0) / np.sqrt(len(gain) - 1))


def _fitted(known: Float64Array, there: BoolArray, h: Float64Array) -> Float64Array:
    """Least-squares weights of the waves for each sensor, from the rows in which it has a value."""
    cross = h.T @ known
    if there.all():
        gram = h.T @ h
        return np.asarray(np.linalg.solve(gram + _RIDGE * len(h) * np.eye(len(gram)), cross))
    size = h.shape[1]
    pairs = (h[:, :, None] * h[:, None, :]).reshape(len(h), -1)
    gram = (there.T.astype(np.float64) @ pairs).reshape(-1, size, size) + _RIDGE * len(h) * np.eye(size)
    return np.asarray(np.linalg.solve(gram, cross.T[:, :, None])[:, :, 0].T)


def _held_out_power(known: Float64Array, there: BoolArray, h: Float64Array, shrinkage: float) -> Float64Array:
    """Mean squared residual given all other sensors, `(n_folds, n_sensors)`, with some waves taken off before."""
    bounds: Sequence[int] = np.linspace(0, len(known), _FOLDS + 1).round().astype(int).tolist()
    out = np.ones((_FOLDS, known.shape[1]))
    for number, (first, last) in enumerate(pairwise(bounds)):
        learned = np.r_[0:first, last : len(known)]
        weights = _fitted(known[learned], there[learned], h[learned])
        off = np.where(there, known - h @ weights, 0.0)
        covariance = off[learned].T @ off[learned] / len(learned)
        shrunk = (1 - shrinkage) * covariance + shrinkage * np.eye(len(covariance))
        precision = np.linalg.inv(shrunk)
        residual = off[first:last] @ (precision / precision.diagonal())
        seen = np.maximum(there[first:last].sum(axis=0), 1)
        out[number] = np.where(there[first:last], np.square(residual), 0.0).sum(axis=0) / seen
    return out

"""A peer that scores rows one by one, brought to the table: same preparation and same way to its alarm line for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from benchmarks.engine.trials import Judged, Record
from l4e_widgets.core.times import TimeRange

__all__ = ["BLOCKS", "QUANTILE", "PointModel", "PointPeer", "filled"]

BLOCKS = 5
QUANTILE = 0.995
Rows = npt.NDArray[np.float64]


class PointModel(Protocol):
    """Learns from standardised rows and scores rows; `shares` is None where it names no sensor."""

    def fit(self, z: Rows) -> PointModel:
        """Learn from `(n_rows, n_sensors)` standardised values."""

    def score(self, z: Rows) -> Rows:
        """Score rows, higher is more abnormal."""

    def shares(self, z: Rows) -> Rows | None:
        """Share of each sensor in each row, where the model has such a thing."""


class PointPeer:
    """A point model with what every one of them needs.

    Sensors that are constant in training are left out, missing values take the value before (else the training mean),
    values are standardised by the training. The alarm line is the 99.5 % quantile of the scores of five contiguous
    training blocks, each scored by a model learned from the other four. `most_rows` thins the training evenly.
    """

    def __init__(self, make: Callable[[], PointModel], *, most_rows: int = 0) -> None:
        self._make, self._most_rows = make, most_rows

    def fit(self, train: Record, exclude: tuple[TimeRange, ...] = ()) -> PointPeer:
        """Learn, and find the alarm line on held-out blocks of the training."""
        keep = np.ones(len(train.values), dtype=bool)
        for span in exclude:
            keep &= ~((train.times >= span.start) & (train.times < span.end))
        rows = train.values[keep]
        self._centre = np.nanmean(rows, axis=0)
        scale = np.nanstd(rows, axis=0)
        self._moving = np.flatnonzero(scale > 1e-12 * np.maximum(np.abs(self._centre), 1e-300))
        self._scale = np.where(scale > 0, scale, 1.0)
        z = self._prepared(rows)
        blocks = np.array_split(np.arange(len(z)), BLOCKS)
        held_out = [self._learned(np.delete(z, block, axis=0)).score(z[block]) for block in blocks]
        self._line = float(np.quantile(np.concatenate(held_out), QUANTILE))
        self._model = self._learned(z)
        return self

    def judge(self, live: Record, *, explain: bool) -> Judged:
        """Flag the rows above the line."""
        z = self._prepared(live.values)
        score = np.asarray(self._model.score(z), dtype=np.float64)
        shares = None
        named = self._model.shares(z) if explain else None
        if named is not None:
            shares = np.zeros(live.values.shape)
            shares[:, self._moving] = named / np.maximum(named.sum(axis=1, keepdims=True), 1e-300)
        return Judged(score, score > self._line, shares)

    def _prepared(self, values):
        return ((filled(values, self._centre) - self._centre) / self._scale)[:, self._moving]

    def _learned(self, z):
        step = -(-len(z) // self._most_rows) if self._most_rows else 1
        return self._make().fit(z[::step])


def filled(values: Rows, centre: Rows) -> Rows:
    """Values without gaps: each missing one takes the one before it, at the beginning the centre."""
    missing = ~np.isfinite(values)
    if not missing.any():
        return values
    place = np.where(missing, -1, np.arange(len(values))[:, None])
    before = np.maximum.accumulate(place, axis=0)
    return np.where(before < 0, centre, np.take_along_axis(values, np.maximum(before, 0), axis=0))

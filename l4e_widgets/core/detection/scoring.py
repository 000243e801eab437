"""Scoring rows in time order: chunks of a fixed grid of the stream, with everything that is carried between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.by_the_clock import residuals
from l4e_widgets.core.detection.channels import CLIP, Channels, ChannelScale, Memory, fused, raw_amplitude, run_channels
from l4e_widgets.core.detection.columns import Columns
from l4e_widgets.core.detection.missing import fill_conditional, leaning
from l4e_widgets.core.detection.moments import Relations
from l4e_widgets.core.detection.rhythm import Rhythm
from l4e_widgets.core.detection.sharing import ShareScale, row_shares
from l4e_widgets.core.detection.standstill import Standstill

__all__ = ["ScoredChunk", "Scorer", "chunk_rows"]

Float64Array = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_LONGEST_CHUNK = 1024
_CENTRE_CLIP = 3.0
_SLOW = 0.1


def chunk_rows(centre_rows: float) -> int:
    """Rows between two moves of the centre.

    Parameters
    ----------
    centre_rows : float
        Time constant of the recentring, rows.

    Returns
    -------
    int
        A 32nd of the time constant, between 1 and 1,024.
    """
    return int(np.clip(centre_rows // 32, 1, _LONGEST_CHUNK))


@dataclass(frozen=True, eq=False)
class ScoredChunk:
    """What the scorer says of a few consecutive rows.

    Parameters
    ----------
    rows : slice
        Rows of the block.
    statistic, release : (n_rows,) float64
        In units of the logarithm of the amplitude; NaN where a row has no value at all.
    shares : (n_rows, n_modelled) float32 or None
        Shares of the modelled sensors.
    residual, z : (n_rows, n_modelled) float64
        Recentred residuals and filled standardised values without their rhythm.
    """

    rows: slice
    statistic: Float64Array
    release: Float64Array
    shares: Float32Array | None
    residual: Float64Array
    z: Float64Array


@dataclass(frozen=True, eq=False)
class Scorer:
    """The learned numbers and how rows run through them.

    Parameters
    ----------
    columns : Columns
        Roles and scales.
    relations : Relations
        What each sensor is given the others.
    scale : ChannelScale
        From residuals to the statistic.
    shares : ShareScale
        For the contributions.
    alpha : float
        Weight of the newest row in both channels.
    centre_rows : float
        Time constant of the slow recentring, rows.
    slow_level : float
        Statistic above which recentring runs at a tenth; fixed at fit.
    rhythm : Rhythm
        What the clock lets expect, taken off before the relations.
    standstill : Standstill
        How long a sensor that never rests may stand still.
    """

    columns: Columns
    relations: Relations
    scale: ChannelScale
    shares: ShareScale
    alpha: float
    centre_rows: float
    slow_level: float
    rhythm: Rhythm
    standstill: Standstill

    @property
    def n_modelled(self) -> int:
        """Number of modelled sensors."""
        return len(self.columns.modelled)

    def fresh(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the state of a stream that has just begun."""
        n = self.n_modelled
        return {
            "rows": np.zeros(1, dtype=np.int64),
            "last_ns": np.full(1, np.iinfo(np.int64).min),
            "centre": np.zeros(n),
            "centre_sum": np.zeros(n),
            **self._fresh_channels(),
        }

    def _fresh_channels(self) -> dict[str, npt.NDArray[np.generic]]:
        n = self.n_modelled
        return {
            "level": np.zeros(n),
            "power": np.ones(n),
            "steps": np.ones(n),
            "residual_steps": np.ones(n),
            "z_before": np.full(n, np.nan),
            "residual_before": np.full(n, np.nan),
            "share_level": np.full(n, np.nan),
            **self.standstill.fresh(),
        }

    def _bounds(self, rows_before: int, fresh: BoolArray) -> list[int]:
        """Starts of chunks, and the end."""
        n_rows, chunk = len(fresh), chunk_rows(self.centre_rows)
        grid = np.arange((-rows_before) % chunk, n_rows, chunk)
        starts = np.unique(np.concatenate([[0], grid, np.flatnonzero(fresh), [n_rows]]))
        return [int(start) for start in starts]

    def _begin(self, now: dict[str, npt.NDArray[np.generic]], *, with_level: bool) -> None:
        """Start the channels afresh, the level channel too or not; how often a sensor rested is kept."""
        kept = ("rests",) if with_level else ("rests", "level", "share_level")
        now.update({name: array for name, array in self._fresh_channels().items() if name not in kept})

    def walk(
        self,
        values: npt.NDArray[np.floating],
        timestamps: Int64Array,
        state: Mapping[str, npt.NDArray[np.generic]],
        *,
        after_gap: BoolArray,
        slow: BoolArray,
        explain: bool,
    ) -> Iterator[tuple[ScoredChunk, dict[str, npt.NDArray[np.generic]]]]:
        """Give the rows chunk by chunk, each with the state after it.

        Parameters
        ----------
        values : (n_rows, n_sensors) float
            At least one row in the sensors' units, NaN for missing.
        timestamps : (n_rows,) int64
            Nanoseconds UTC, increasing.
        state : mapping of str to array
            As `fresh` or an earlier walk gave it.
        after_gap : (n_rows,) bool
            Rows that do not follow on the row before in time: the channels start afresh there.
        slow : (n_rows,) bool
            Rows of a slower pace than the training had: how they scatter says nothing then, their level does.
        explain : bool
            Whether shares are wanted.

        Returns
        -------
        iterator of (ScoredChunk, dict)
            In time order.
        """
        now: dict[str, npt.NDArray[np.generic]] = dict(state)
        rows = int(now["rows"][0])
        chunk = chunk_rows(self.centre_rows)
        for first, last in pairwise(self._bounds(rows, after_gap | slow)):
            if after_gap[first] or slow[first]:
                self._begin(now, with_level=bool(after_gap[first]))
            scored = self._chunk(values[first:last], timestamps[first:last], slice(first, last), now, explain=explain)
            rows += last - first
            if rows % chunk == 0:
                now["centre"] = now["centre"] + now["centre_sum"] / self.centre_rows  # type: ignore[operator]
                now["centre_sum"] = np.zeros(self.n_modelled)
            now["rows"] = np.array([rows], dtype=np.int64)
            now["last_ns"] = np.array([timestamps[last - 1]], dtype=np.int64)
            yield scored, now

    def _chunk(
        self,
        values: npt.NDArray[np.floating],
        timestamps: Int64Array,
        rows: slice,
        now: dict[str, npt.NDArray[np.generic]],
        *,
        explain: bool,
    ) -> ScoredChunk:
        """Score rows between two moves of the centre and write what they carry on into `now`."""
        chosen = self.columns.modelled
        part = values if len(chosen) == values.shape[1] else values[:, chosen]
        z = part.astype(np.float64)
        z -= self.columns.centre[chosen]
        z *= 1.0 / self.columns.scale[chosen]
        if self.rhythm.is_on:
            z -= self.rhythm.at(timestamps)
        z, observed = fill_conditional(z, self.relations.precision)
        residual = residuals(self.relations, z, timestamps)
        residual -= np.asarray(now["centre"], dtype=np.float64)
        memory = Memory(np.asarray(now["level"], np.float64), np.asarray(now["power"], np.float64))
        channels = run_channels(
            residual,
            observed,
            memory,
            alpha=self.alpha,
            residual_sd=self.scale.residual_sd,
            innovation_sd=self.scale.innovation_sd,
            leans=None if observed is None else leaning(observed, self.relations.precision),
        )
        statistic = fused(channels, self.scale)
        release = raw_amplitude(residual, observed, self.scale)
        if self.standstill.is_on:
            excess, stood = self.standstill.excess(part, now)
            now.update(stood)
            if excess is not None:
                statistic = np.maximum(statistic, self.slow_level + excess)
                release = np.maximum(release, self.slow_level + excess)
        self._recentre(residual, observed, statistic, now)
        now["level"], now["power"] = channels.memory.level, channels.memory.power
        shares = None
        if explain:
            carried = {
                name: np.asarray(now[name], np.float64)
                for name in ("steps", "residual_steps", "z_before", "residual_before")
            }
            known = np.asarray(now.get("share_level", memory.level), np.float64)
            carried["share_level"] = np.where(np.isnan(known), memory.level, known)
            shares, after = row_shares(
                z,
                residual,
                observed,
                carried,
                alpha=self.alpha,
                scale=self.shares,
                relations=self.relations,
                level=self._unclipped(residual, carried["share_level"], memory, channels),
            )
            now.update(after)
        if observed is not None:
            blind = ~observed.any(axis=1)
            statistic[blind], release[blind] = np.nan, np.nan
            if shares is not None:
                shares[blind] = np.nan
        return ScoredChunk(rows, statistic, release, shares, residual, z)

    def _unclipped(
        self, residual: Float64Array, carried: Float64Array, memory: Memory, channels: Channels
    ) -> Float64Array | None:
        """Smoothed residual of the level channel where its clipping touched nothing: it need not be made again."""
        if not np.array_equal(carried, memory.level):
            return None
        limit = CLIP * self.scale.residual_sd
        return channels.level if bool((np.abs(residual) <= limit).all()) else None

    def _recentre(
        self,
        residual: Float64Array,
        observed: BoolArray | None,
        statistic: Float64Array,
        now: dict[str, npt.NDArray[np.generic]],
    ) -> None:
        """Add the clipped residuals to what moves the centre next, at a tenth where the row is abnormal."""
        limit = _CENTRE_CLIP * self.scale.residual_sd
        pull = np.minimum(residual, limit)
        np.maximum(pull, -limit, out=pull)
        if observed is not None:
            pull = np.where(observed, pull, 0.0)
        weight = np.where(statistic > self.slow_level, _SLOW, 1.0)
        now["centre_sum"] = now["centre_sum"] + weight @ pull

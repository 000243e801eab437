"""Watching for sensors that go on in another unit: told once, and missing for the score from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.by_the_clock import residuals
from l4e_widgets.core.detection.contract import Finding
from l4e_widgets.core.detection.missing import fill_conditional
from l4e_widgets.core.detection.scoring import Scorer
from l4e_widgets.core.detection.units import UnitMap, is_named, map_of
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange, minute_text

__all__ = ["UNIT_CHANGED", "UnitWatch"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[np.generic]]

UNIT_CHANGED = "unit_changed"
_EVERY = 2
_PIECE = 1024
_AWAY = 8.0
_NEAR = 4.0
_BEYOND = 12.0
_BREAK = 4
_FIRST, _AGAIN, _LONGEST = 32, 16, 1024
_CALM = 0.25
_CALM_ROWS = 8


@dataclass(frozen=True, eq=False)
class _Looked:
    """Looked rows, standardised: what was read, what it lies above what is expected, and how many sd that is."""

    reading: Float64Array
    above: Float64Array
    size: Float64Array
    times: Int64Array

    @property
    def away(self) -> BoolArray:
        """Where a reading lies far from what is expected."""
        return self.size > _AWAY


@dataclass(frozen=True, eq=False)
class _Run:
    """Rows of a sensor that lie far away, few rows apart: sums up to each, when they began, and whether by a jump."""

    rows: npt.NDArray[np.intp]
    sums: Float64Array
    began: int
    jumped: bool


@dataclass(frozen=True, eq=False)
class _Turn:
    """A sensor goes on in another unit, or in its own again where there is no map."""

    row: int
    column: int
    unit_map: UnitMap | None
    surprise: float = 0.0


@dataclass(frozen=True, eq=False)
class UnitWatch:
    """Every second row beside the score: a sensor far from what the others let expect, but along with them.

    Parameters
    ----------
    scorer : Scorer
        Says what the other sensors let expect.
    sensors : tuple of Sensor
        Records of all columns.
    """

    scorer: Scorer
    sensors: tuple[Sensor, ...]

    def fresh(self) -> Arrays:
        """Return the state of a stream that has just begun."""
        n = self.scorer.n_modelled
        return {
            "unit_sums": np.zeros((n, 6)),
            "unit_last": np.full(n, -_BREAK - 2, dtype=np.int64),
            "unit_began": np.zeros(n, dtype=np.int64),
            "unit_jumped": np.zeros(n, dtype=bool),
            "unit_size": np.full((_CALM_ROWS, n), np.nan),
            "unit_seen": np.zeros(1, dtype=np.int64),
            "unit_rows": np.full((_FIRST, n), np.nan),
            "unit_times": np.zeros(_FIRST, dtype=np.int64),
            "unit_map": np.zeros((n, 2)),
            "unit_back": np.zeros(n, dtype=np.int64),
        }

    def screen(
        self, values: npt.NDArray[np.floating], timestamps: Int64Array, state: Mapping[str, npt.NDArray[np.generic]]
    ) -> tuple[npt.NDArray[np.floating], tuple[Finding, ...], Arrays]:
        """Rows to be scored: without the values of sensors that are in another unit.

        Parameters
        ----------
        values : (n_rows, n_sensors) float
            Rows in the sensors' units, NaN for missing.
        timestamps : (n_rows,) int64
            Nanoseconds UTC, increasing.
        state : mapping of str to array
            As `fresh` or an earlier call gave it, and in ``rows`` the number of rows before.

        Returns
        -------
        tuple
            The rows (the array itself where no sensor is left out), findings in time order, and the new state.
        """
        now = {name: state[name].copy() for name in self.fresh()}
        if self.scorer.n_modelled < 2:
            return values, (), now
        rows = np.arange((-int(np.asarray(state["rows"])[0])) % _EVERY, len(values), _EVERY)
        out, found, first = values, [], 0
        left_out = _left_out(now)
        for start in range(0, len(rows), _PIECE):
            piece = rows[start : start + _PIECE]
            taken = slice(int(piece[0]), int(piece[-1]) + 1, _EVERY)
            for place, finding in self._piece(values[taken], timestamps[taken], now):
                last = int(piece[place]) + 1
                out = self._without(out, values, slice(first, last), left_out)
                first, left_out = last, _left_out(now)
                found.append(finding)
        out = self._without(out, values, slice(first, len(values)), left_out)
        return out, tuple(found), now

    def _without(
        self,
        out: npt.NDArray[np.floating],
        values: npt.NDArray[np.floating],
        rows: slice,
        left_out: BoolArray,
    ) -> npt.NDArray[np.floating]:
        """Blank the columns that are left out, in a copy made once."""
        if not left_out.any() or rows.start >= rows.stop:
            return out
        out = values.copy() if out is values else out
        out[rows, self.scorer.columns.modelled[left_out]] = np.nan
        return out

    def _piece(self, values: npt.NDArray[np.floating], times: Int64Array, now: Arrays) -> Iterator[tuple[int, Finding]]:
        """Give the turns of looked rows in time order, each with its place, and write the state on."""
        chosen = self.scorer.columns.modelled
        z = (values if len(chosen) == values.shape[1] else values[:, chosen]).astype(np.float64)
        z -= self.scorer.columns.centre[chosen]
        z *= 1.0 / self.scorer.columns.scale[chosen]
        first = 0
        while first < len(z):
            looked = self._looked(z[first:], times[first:], _left_out(now))
            columns = np.flatnonzero(looked.away.any(axis=0) | _left_out(now)).tolist()
            turns = [turn for column in columns for turn in self._turn(looked, column, now)]
            turn = min(turns, key=lambda one: (one.row, one.surprise), default=None)
            stop = len(looked.times) if turn is None else turn.row + 1
            self._carry(looked, stop, now)
            first += stop
            if turn is not None:
                yield first - 1, self._told(turn, int(times[first - 1]), now)

    def _looked(self, z: Float64Array, times: Int64Array, left_out: BoolArray) -> _Looked:
        """What the sensors that are not left out, nor beyond all reason, let expect of every sensor."""
        scorer = self.scorer
        by_clock = scorer.rhythm.at(times) if scorer.rhythm.is_on else None
        known = z if by_clock is None else z - by_clock
        is_plain = bool(known.max(initial=0.0) <= _BEYOND and known.min(initial=0.0) >= -_BEYOND) and not left_out.any()
        filled = known
        if not is_plain:
            filled, _ = fill_conditional(
                np.where(left_out | (np.abs(known) > _BEYOND), np.nan, known), scorer.relations.precision
            )
        above = residuals(scorer.relations, filled, times)
        if not is_plain:
            above += known - filled
        return _Looked(z, above, np.abs(above) * (1.0 / scorer.scale.residual_sd), times)

    def _turn(self, looked: _Looked, column: int, now: Arrays) -> list[_Turn]:
        """The first row, if any, at which a sensor turns to another unit or back."""
        if now["unit_map"][column, 0]:
            back = np.flatnonzero(self._back(looked, column, now) >= _FIRST)
            return [_Turn(int(back[0]), column, None)] if len(back) else []
        scorer = self.scorer
        place = scorer.columns.modelled[column]
        for run in self._runs(looked, column, now):
            count = run.sums[:, 0] if run.jumped else np.zeros(len(run.rows))
            for at in np.flatnonzero((count >= _FIRST) & (count % _AGAIN == 0) & (count <= _LONGEST)):
                found = map_of(
                    run.sums[at],
                    centre=float(scorer.columns.centre[place]),
                    scale=float(scorer.columns.scale[place]),
                    residual_sd=float(scorer.scale.residual_sd[column]),
                    unit=self.sensors[place].unit,
                )
                surprise = np.inf if found is None else self._surprise(looked, int(run.rows[at]), column, now)
                if found is not None and np.isfinite(surprise):
                    return [_Turn(int(run.rows[at]), column, found, surprise)]
        return []

    def _surprise(self, looked: _Looked, row: int, column: int, now: Arrays) -> float:
        """How surprising the last rows are without a sensor; infinite where another sensor is still far away."""
        z = np.vstack([now["unit_rows"], looked.reading[: row + 1]])[-_FIRST:]
        times = np.concatenate([now["unit_times"], looked.times[: row + 1]])[-_FIRST:]
        without = _left_out(now)
        without[column] = True
        rest = self._looked(z, times, without)
        others = ~without
        if rest.away[:, others].mean(axis=0).max(initial=0.0) > _CALM:
            return float(np.inf)
        return float(np.nansum(np.log1p(np.square(rest.size[:, others]))))

    def _runs(self, looked: _Looked, column: int, now: Arrays) -> Iterator[_Run]:
        """Give runs of rows that lie far away; a ramp begins none that counts, since it does not jump there."""
        before_size = np.concatenate([now["unit_size"][:, column], looked.size[:, column]])
        rows = np.flatnonzero(looked.size[:, column] > _AWAY)
        if not len(rows):
            return
        number = rows + int(now["unit_seen"][0])
        before = np.concatenate([[now["unit_last"][column]], number[:-1]])
        cuts = np.flatnonzero(number - before > _BREAK)
        for start, stop in pairwise([*([0] if not len(cuts) or cuts[0] else []), *cuts.tolist(), len(rows)]):
            part = rows[start:stop]
            goes_on = start == 0 and not (len(cuts) and cuts[0] == 0)
            y = looked.reading[part, column]
            x = y - looked.above[part, column]
            each = np.stack([np.ones(len(part)), x, y, x * x, x * y, y * y], axis=1)
            carried = now["unit_sums"][column] if goes_on else np.zeros(6)
            began = int(now["unit_began"][column]) if goes_on else int(looked.times[part[0]])
            calm = not (before_size[part[0] : part[0] + _CALM_ROWS] > _NEAR).any()
            jumped = bool(now["unit_jumped"][column]) if goes_on else calm
            yield _Run(part, np.cumsum(np.vstack([carried, each]), axis=0)[1:], began, jumped)

    def _back(self, looked: _Looked, column: int, now: Arrays) -> Int64Array:
        """How many rows up to each one spoke for the old unit without one that spoke against it."""
        place = self.scorer.columns.modelled[column]
        centre, scale = self.scorer.columns.centre[place], self.scorer.columns.scale[place]
        sd = self.scorer.scale.residual_sd[column]
        size = looked.size[:, column]
        factor, offset = now["unit_map"][column]
        reading = looked.reading[:, column]
        expected = reading - looked.above[:, column]
        mapped = ((centre + scale * reading - offset) / factor - centre) / scale
        near = size <= _NEAR
        speaks = near & (np.abs(mapped - expected) > _AWAY * sd)
        total = np.cumsum(speaks) + int(now["unit_back"][column])
        return np.asarray(total - np.maximum.accumulate(np.where(near | np.isnan(reading), 0, total)))

    def _carry(self, looked: _Looked, stop: int, now: Arrays) -> None:
        """Write the state after the first rows."""
        done = _Looked(looked.reading[:stop], looked.above[:stop], looked.size[:stop], looked.times[:stop])
        left_out = _left_out(now)
        for column in np.flatnonzero(left_out).tolist():
            now["unit_back"][column] = self._back(done, column, now)[-1]
        for column in np.flatnonzero(done.away.any(axis=0) & ~left_out).tolist():
            *_, run = self._runs(done, column, now)
            now["unit_sums"][column], now["unit_began"][column] = run.sums[-1], run.began
            now["unit_last"][column] = int(run.rows[-1]) + int(now["unit_seen"][0])
            now["unit_jumped"][column] = run.jumped
        now["unit_size"] = np.vstack([now["unit_size"], done.size])[-_CALM_ROWS:].copy()
        now["unit_seen"] = now["unit_seen"] + stop
        now["unit_rows"] = np.vstack([now["unit_rows"], done.reading])[-_FIRST:].copy()
        now["unit_times"] = np.concatenate([now["unit_times"], done.times])[-_FIRST:].copy()

    def _told(self, turn: _Turn, moment: int, now: Arrays) -> Finding:
        """The finding of a turn; writes the map into the state and begins all runs anew."""
        sensor = self.sensors[self.scorer.columns.modelled[turn.column]]
        began = int(now["unit_began"][turn.column]) if turn.unit_map else moment
        now["unit_sums"][:] = 0.0
        now["unit_last"][:] = int(now["unit_seen"][0]) - _BREAK - 2
        now["unit_back"][turn.column] = 0
        now["unit_map"][turn.column] = (turn.unit_map.factor, turn.unit_map.offset) if turn.unit_map else 0.0
        return Finding(UNIT_CHANGED, TimeRange(began, moment + 1), (sensor.id,), _sentence(sensor, turn, began, moment))


def _left_out(now: Arrays) -> BoolArray:
    """Sensors that are in another unit."""
    return np.asarray(now["unit_map"][:, 0] != 0)


def _sentence(sensor: Sensor, turn: _Turn, began: int, moment: int) -> str:
    """What is the case, for people."""
    if turn.unit_map is None:
        return f"{sensor.label} reads in the unit of the training again at {minute_text(moment)} and is judged again."
    one = turn.unit_map
    such_as = "" if is_named(one, sensor.unit) else ", for example,"
    pair = f" That fits{such_as} a change from {one.old} to {one.new}."
    guess = pair if one.old else " It fits no pair of units known here."
    return (
        f"From {minute_text(began)} {sensor.label} reads in another unit: its values are {one.words}, and it still "
        f"goes with the other sensors.{guess} It counts as missing from {minute_text(moment)}, and the others go "
        "on being judged. Bring its rows to the old unit, or train again on rows of the new one."
    )

"""What is no anomaly score: first movements of constant sensors, a coarser record, a model that does not hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.contract import Finding
from l4e_widgets.core.detection.pace import Pace
from l4e_widgets.core.detection.record import EVIDENCE_LINE, SENSOR_LINE, RecordGrid, evidence_of
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange, minute_text

__all__ = ["HOLD_ROWS", "SENSOR_PRECISION", "Watcher"]

FloatArray = npt.NDArray[np.floating]
Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[np.generic]]

HOLD_ROWS = 50
SENSOR_PRECISION = "sensor_precision_changed"
_MOST_MOVES = 5
_EVERY = 8
_PIECE = 1024


@dataclass(frozen=True, eq=False)
class Watcher:
    """Looks at raw rows beside the model.

    Parameters
    ----------
    sensors : tuple of Sensor
        Records of all columns.
    constant : (n_constant,) int64
        Columns that were constant in training.
    constant_value : (n_constant,) float64
        Their values, in the sensors' units.
    grid : RecordGrid
        Decimal grids of the training.
    alarm_level : float
        Statistic above which a row counts for "the model does not hold"; fixed at fit.
    pace : Pace
        Clock of the training.
    """

    sensors: tuple[Sensor, ...]
    constant: Int64Array
    constant_value: Float64Array
    grid: RecordGrid
    alarm_level: float
    pace: Pace

    def fresh(self) -> Arrays:
        """Return the state of a stream that has just begun."""
        return {
            "moved_values": np.full((len(self.constant), _MOST_MOVES), np.nan),
            "record_evidence": np.zeros(1),
            "record_before": np.full(len(self.sensors), np.nan),
            "record_told": np.zeros(1, dtype=np.int64),
            "record_alone": np.zeros(len(self.sensors)),
            "record_alone_told": np.zeros(len(self.sensors), dtype=np.int64),
            "hold": np.zeros(3, dtype=np.int64),
            **self.pace.fresh(),
        }

    def look(
        self, values: FloatArray, timestamps: Int64Array, statistic: Float64Array, state: Arrays, rows_before: int
    ) -> tuple[tuple[Finding, ...], Arrays]:
        """Findings of a block and the state after it.

        Parameters
        ----------
        values : (n_rows, n_sensors) float
            Rows in the sensors' units.
        timestamps : (n_rows,) int64
            Nanoseconds UTC.
        statistic : (n_rows,) float64
            What the model says of the rows.
        state : dict of arrays
            As `fresh` or an earlier call gave it.
        rows_before : int
            Rows of the stream before this block.

        Returns
        -------
        tuple
            Findings in time order, and the new state.
        """
        now = {name: state[name].copy() for name in self.fresh()}
        found = [
            *self._moves(values, timestamps, now),
            *self._record(values, timestamps, now, rows_before),
            *self._hold(timestamps, statistic, now),
        ]
        return tuple(sorted(found, key=lambda finding: finding.span.start)), now

    def _span(self, first_ns: int, last_ns: int) -> TimeRange:
        return TimeRange(int(first_ns), int(last_ns) + max(round(self.pace.step_ns), 1))

    def _moves(self, values: FloatArray, timestamps: Int64Array, now: Arrays) -> list[Finding]:
        """Each new value of a sensor that was constant in training, five of them at most."""
        found: list[Finding] = []
        for place, column in enumerate(self.constant):
            held = self.constant_value[place]
            grain = 2e-7 * max(abs(held), 1e-30)
            new = np.isfinite(values[:, column]) & (np.abs(values[:, column] - held) > grain)
            known = now["moved_values"][place]
            for row in np.flatnonzero(new):
                free = np.flatnonzero(np.isnan(known))
                value = float(values[row, column])
                if not len(free):
                    break
                if np.any(np.abs(known[: free[0]] - value) <= grain):
                    continue
                known[free[0]] = value
                found.append(self._move(column, value, held, int(timestamps[row]), last=len(free) == 1))
        return found

    def _move(self, column: int, value: float, held: float, moment: int, *, last: bool) -> Finding:
        sensor = self.sensors[column]
        unit = f" {sensor.unit}" if sensor.unit else ""
        more = " Further new values of it are not reported." if last else ""
        sentence = (
            f"{sensor.label} moved to {value:.6g}{unit} at {minute_text(moment)}; "
            f"it was always {held:.6g}{unit} in training.{more}"
        )
        return Finding("first_movement", self._span(moment, moment), (sensor.id,), sentence)

    def _record(self, values: FloatArray, timestamps: Int64Array, now: Arrays, rows_before: int) -> list[Finding]:
        """One finding when the values come on a coarser decimal grid than in training."""
        rows = np.arange((-rows_before) % _EVERY, len(values), _EVERY)
        if now["record_told"][0] or not len(rows) or not np.isfinite(self.grid.watched_step).any():
            return []
        looked = values[rows].astype(np.float64)
        before = np.vstack([np.asarray(now["record_before"], dtype=np.float64), looked[:-1]])
        now["record_before"] = looked[-1].copy()
        found: list[Finding] = []
        for first in range(0, len(rows), _PIECE):
            piece = slice(first, first + _PIECE)
            evidence, own, fits = evidence_of(looked[piece], before[piece], self.grid)
            moments = timestamps[rows[piece]]
            over = np.flatnonzero(_summed(evidence[:, None], now, "record_evidence") > EVIDENCE_LINE)
            last = over[0] if len(over) else len(evidence)
            found += self._alone(own[:last], moments[:last], now)
            if len(over):
                now["record_told"] = np.ones(1, dtype=np.int64)
                found.append(self._coarser(int(moments[last]), np.flatnonzero(fits[last])))
                break
        return found

    def _alone(self, own: Float64Array, moments: Int64Array, now: Arrays) -> list[Finding]:
        """A finding for each sensor whose values alone come on a coarser grid, told once a sensor."""
        over = _summed(own, now, "record_alone") > SENSOR_LINE
        told = np.asarray(now["record_alone_told"]).astype(bool)
        found = []
        for column in np.flatnonzero(over.any(axis=0) & ~told):
            moment, sensor = int(moments[int(over[:, column].argmax())]), self.sensors[column]
            sentence = (
                f"From about {minute_text(moment)} the values of {sensor.label}, but not of all sensors, carry fewer "
                "digits than in training. Train again on rows of the new precision; until then normal rows may be "
                "alarmed."
            )
            found.append(Finding(SENSOR_PRECISION, self._span(moment, moment), (sensor.id,), sentence))
        now["record_alone_told"] = (told | over.any(axis=0)).astype(np.int64)
        return found

    def _coarser(self, moment: int, columns: npt.NDArray[np.intp]) -> Finding:
        names = ", ".join(self.sensors[column].label for column in columns[:3])
        more = f" and {len(columns) - 3} more" if len(columns) > 3 else ""
        sentence = (
            f"From about {minute_text(moment)} the values of {names}{more} carry fewer digits than in training. "
            "Train again on rows of the new precision; until then normal rows may be alarmed."
        )
        ids = tuple(self.sensors[column].id for column in columns)
        return Finding("precision_changed", self._span(moment, moment), ids, sentence)

    def _hold(self, timestamps: Int64Array, statistic: Float64Array, now: Arrays) -> list[Finding]:
        """One finding when more than half of the first 50 rows are alarmed."""
        rows, alarms, began = (int(number) for number in now["hold"])
        if rows >= HOLD_ROWS or not len(timestamps):
            return []
        began = began if rows else int(timestamps[0])
        head = statistic[: HOLD_ROWS - rows]
        rows, alarms = rows + len(head), alarms + int((head > self.alarm_level).sum())
        now["hold"] = np.array([rows, alarms, began], dtype=np.int64)
        if rows < HOLD_ROWS or 2 * alarms <= HOLD_ROWS:
            return []
        sentence = (
            f"The model does not hold for this record: {alarms} of its first {HOLD_ROWS} rows lie beyond the alarm "
            "line. Check units, precision and the order of the sensors, or train on this record."
        )
        return [Finding("model_does_not_hold", self._span(began, int(timestamps[len(head) - 1])), (), sentence)]


def _summed(evidence: Float64Array, now: Arrays, name: str) -> Float64Array:
    """Running sums of the columns that never fall below 0, going on from the state and written back into it."""
    if not len(evidence):
        return evidence
    total = np.cumsum(evidence, axis=0)
    start = np.asarray(now[name], dtype=np.float64)
    summed = total + np.maximum(start, -np.minimum.accumulate(np.minimum(total, 0.0), axis=0))
    now[name] = summed[-1].copy()
    return summed

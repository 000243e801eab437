"""The repair set of an event: the fewest sensors whose replacement by the expected value ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.contract import Detector, DetectorState

__all__ = ["LEAD_ROWS", "EventRows", "RepairSet", "RepairStep", "repair_set", "without"]

LEAD_ROWS = 25
"""Rows before an event that are replaced too: what a smoothed statistic still remembers when the event begins."""
_WINDOW = 400
_SHORTLIST = 12
_MOST_SENSORS = 8
_EXHAUSTIVE = 3


@dataclass(frozen=True, eq=False)
class EventRows:
    """Rows of an event with a run-up, and the detector's state before them.

    Parameters
    ----------
    detector : Detector
        Fitted.
    values : (n_rows, n_sensors) float
        Run-up and event, in the sensors' units, NaN for missing.
    timestamps : (n_rows,) int64
        Nanoseconds UTC.
    state : DetectorState or None
        After the rows before; None for a fresh stream.
    lead : int
        Rows of the run-up.
    """

    detector: Detector
    values: npt.NDArray[np.floating]
    timestamps: npt.NDArray[np.int64]
    state: DetectorState | None
    lead: int

    def statistic(self, columns: Sequence[int] = ()) -> npt.NDArray[np.float64]:
        """Statistic of the event's rows with some sensors replaced by their expected value, scored again.

        Parameters
        ----------
        columns : sequence of int
            Sensors to replace; none where empty.

        Returns
        -------
        (n_event_rows,) float64
            NaN where a row cannot be judged.
        """
        values = without(self.values, columns) if columns else self.values
        scores = self.detector.score(values, timestamps=self.timestamps, state=self.state, explain=False)
        return scores.statistic[self.lead :]

    def peak(self, columns: Sequence[int] = ()) -> float:
        """Highest statistic of the event with some sensors replaced; infinite where no row can be judged.

        Parameters
        ----------
        columns : sequence of int
            Sensors to replace.

        Returns
        -------
        float
            In the statistic's unit.
        """
        statistic = self.statistic(columns)
        known = statistic[np.isfinite(statistic)]
        return float(known.max()) if len(known) else float("inf")

    def window(self, row: int) -> EventRows:
        """Stretch of the event around a row, with the state before it.

        Parameters
        ----------
        row : int
            Row of the event, counted from its first.

        Returns
        -------
        EventRows
            At most some hundreds of rows.
        """
        first = max(self.lead + row - _WINDOW // 2, self.lead)
        last = min(first + _WINDOW, len(self.values))
        begin = max(first - LEAD_ROWS, 0)
        state = self.state
        if begin:
            state = self.detector.score(
                self.values[:begin], timestamps=self.timestamps[:begin], state=state, explain=False
            ).state
        rows = slice(begin, last)
        return EventRows(self.detector, self.values[rows], self.timestamps[rows], state, first - begin)


@dataclass(frozen=True)
class RepairStep:
    """One sensor of a repair set.

    Parameters
    ----------
    column : int
        Its place among the detector's sensors.
    peak : float
        Highest statistic of the event once this and the sensors before it are replaced.
    """

    column: int
    peak: float


@dataclass(frozen=True)
class RepairSet:
    """The fewest sensors whose replacement brings the event below the alarm line.

    Parameters
    ----------
    peak_before : float
        Highest statistic of the event as it was.
    threshold : float
        Alarm line of the statistic.
    steps : tuple of RepairStep
        The sensor that helps most first.
    is_enough : bool
        Whether the event, scored again with all of them replaced, stays below the line.
    adds_nothing : tuple of int
        Sensors that looked involved and are not needed.
    """

    peak_before: float
    threshold: float
    steps: tuple[RepairStep, ...]
    is_enough: bool
    adds_nothing: tuple[int, ...]


def without(values: npt.NDArray[np.floating], columns: Sequence[int]) -> npt.NDArray[np.floating]:
    """Rows in which some sensors are unknown, so that the detector puts its expected value in their place.

    A detector fills what is missing with what the sensors that stay let expect, and judges it as normal. The expected
    value written in as if measured would not do: it has no scatter, and a sensor without scatter is stuck.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Rows in the sensors' units.
    columns : sequence of int
        Sensors to replace.

    Returns
    -------
    (n_rows, n_sensors) float
        A copy.
    """
    blanked: npt.NDArray[np.floating] = values.copy()
    blanked[:, list(columns)] = np.nan
    return blanked


def repair_set(rows: EventRows, *, threshold: float, shares: npt.NDArray[np.floating]) -> RepairSet:
    """Find the repair set of an event.

    Sensors are added one after another, each time the one that lowers the event most; where that does not do, all
    that might help are taken. What turns out not to be needed is taken out again, and then every smaller set of up to
    three of the sensors that help most is tried. Long
    events are searched at their worst stretches; every set is proved on the whole event.

    Parameters
    ----------
    rows : EventRows
        Run-up and event.
    threshold : float
        Alarm line of the statistic.
    shares : (n_sensors,) float
        Share of each sensor in the event.

    Returns
    -------
    RepairSet
        Of at most twelve sensors; the steps of one that is not enough lead to the lowest peak reached.
    """
    search = _Search(rows, threshold, shares)
    grown = search.greedy()
    whole = grown if search.holds(grown) else search.shortlist[: rows.values.shape[1] - 1]
    chosen = search.smaller(search.pruned(whole) if search.holds(whole) else grown)
    is_enough = search.holds(chosen)
    chosen = search.ordered(chosen)
    steps = tuple(RepairStep(column, rows.peak(chosen[:count])) for count, column in enumerate(chosen, start=1))
    if not is_enough:
        steps = steps[: 1 + min(range(len(steps)), key=lambda place: steps[place].peak)] if steps else ()
    involved = [int(column) for column in np.argsort(-shares) if shares[column] >= 1.5 / len(shares)]
    spare = tuple(column for column in involved[:_SHORTLIST] if column not in chosen)
    return RepairSet(search.peak_before, threshold, steps, is_enough, spare)


class _Search:
    """Search of one event: the stretches that are looked at, and what each sensor alone does there."""

    def __init__(self, rows: EventRows, threshold: float, shares: npt.NDArray[np.floating]) -> None:
        statistic = rows.statistic()
        self.rows, self.threshold = rows, threshold
        self.peak_before = float(np.nanmax(statistic))
        self.is_long = len(statistic) > _WINDOW
        self.windows = [rows.window(int(np.nanargmax(statistic)))] if self.is_long else [rows]
        self.most = min(_MOST_SENSORS, rows.values.shape[1] - 1)
        alone = {column: self.cost((column,)) for column in range(rows.values.shape[1])}
        by_help = sorted(alone, key=lambda column: (*alone[column], -shares[column]))
        by_share = np.argsort(-shares).tolist()
        mixed = [column for pair in zip(by_help, by_share, strict=True) for column in pair]
        self.shortlist = list(dict.fromkeys(mixed))[:_SHORTLIST]

    def peak(self, columns: Sequence[int]) -> float:
        """Highest statistic of the stretches that are looked at, with some sensors replaced."""
        return max(window.peak(columns) for window in self.windows)

    def cost(self, columns: Sequence[int]) -> tuple[float, float]:
        """Statistic above the line, summed over the stretches that are looked at, and its peak there."""
        total, peak = 0.0, -float("inf")
        for window in self.windows:
            statistic = window.statistic(columns)
            known = statistic[np.isfinite(statistic)]
            total += float(np.maximum(known - self.threshold, 0.0).sum()) if len(known) else float("inf")
            peak = max(peak, float(known.max()) if len(known) else float("inf"))
        return total, peak

    def holds(self, columns: Sequence[int]) -> bool:
        """Tell whether a set brings the whole event below the line; where it does not, look there too from now on."""
        if self.peak(columns) >= self.threshold:
            return False
        if not self.is_long:
            return True
        statistic = self.rows.statistic(columns)
        if not np.isfinite(statistic).any():
            return False
        if float(np.nanmax(statistic)) < self.threshold:
            return True
        self.windows.append(self.rows.window(int(np.nanargmax(statistic))))
        return False

    def greedy(self) -> list[int]:
        """Add the sensor that helps most until the event is below the line, or there are eight."""
        chosen: list[int] = []
        left = list(self.shortlist)
        while left and len(chosen) < self.most and not (chosen and self.holds(chosen)):
            best = min(left, key=lambda column: self.cost((*chosen, column)))
            chosen.append(best)
            left.remove(best)
        return chosen

    def pruned(self, chosen: Sequence[int]) -> list[int]:
        """Take out what is not needed."""
        kept = list(chosen)
        for column in reversed(chosen):
            fewer = [other for other in kept if other != column]
            if fewer and self.holds(fewer):
                kept = fewer
        return kept

    def smaller(self, chosen: list[int]) -> list[int]:
        """Return a set of fewer sensors, up to three, where one is enough; the given one otherwise."""
        for size in range(1, min(len(chosen) - 1, _EXHAUSTIVE) + 1):
            for columns in combinations(self.shortlist, size):
                if self.holds(columns):
                    return list(columns)
        return chosen

    def ordered(self, chosen: list[int]) -> list[int]:
        """Put the sensors in the order in which they help."""
        left = list(chosen)
        order: list[int] = []
        while left:
            best = min(left, key=lambda column: self.cost((*order, column)))
            order.append(best)
            left.remove(best)
        return order

"""The same configuration trained at several cut-offs of the past, so that one lucky range convinces nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.accuracy import Accuracy
from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.contract import Detector, DetectorState
from l4e_widgets.core.detection.recount import Past, recount
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.ranges import rows_inside, rows_needed
from l4e_widgets.core.times import TimeRange

__all__ = ["BacktestFold", "backtest_fold", "cut_offs"]

_BLOCK = 16_384


@dataclass(frozen=True, kw_only=True)
class BacktestFold:
    """What the configuration made of the past after one cut-off.

    Parameters
    ----------
    training : TimeRange
        What it learned from.
    watched : TimeRange
        What it looked at.
    n_rows_trained : int
        Rows it learned from.
    budget : float
        False alarms promised a month.
    events : tuple of TimeRange
        What it raised.
    months : float
        Length of what it looked at.
    share_of_time : float
        Share of the watched rows inside an event, 0 to 1.
    accuracy : Accuracy or None
        Events held against the labels inside what it looked at; None without any.
    """

    training: TimeRange
    watched: TimeRange
    n_rows_trained: int
    budget: float
    events: tuple[TimeRange, ...]
    months: float
    share_of_time: float
    accuracy: Accuracy | None

    @property
    def events_a_month(self) -> float:
        """Events a month, real and false ones alike."""
        return len(self.events) / self.months if self.months > 0 else 0.0

    @property
    def false_a_month(self) -> float:
        """Events without a label a month; all of them without labels."""
        false = len(self.accuracy.false_events) if self.accuracy else len(self.events)
        return false / self.months if self.months > 0 else 0.0


def cut_offs(
    timestamps: npt.NDArray[np.int64], *, n_sensors: int, labels: Sequence[TimeRange] = (), most: int = 4
) -> tuple[int, ...]:
    """Past cut-offs to train at: evenly spread from a quarter of the history to five sixths of it.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing.
    n_sensors : int
        Sensors to learn from.
    labels : sequence of TimeRange
        Stretches that are not learned from.
    most : int
        How many are wanted.

    Returns
    -------
    tuple of int
        Nanoseconds UTC, in order; cut-offs inside a label are moved to its end.

    Raises
    ------
    DataError
        The history is too short to be cut.
    """
    first, last = int(timestamps[0]), int(timestamps[-1])
    clear = np.flatnonzero(rows_inside(timestamps, TimeRange(first, last + 1), labels))
    needed = rows_needed(n_sensors)
    if len(clear) <= 2 * needed:
        raise DataError(
            "The history is too short for a back-test.",
            got=f"{len(clear)} rows",
            expected=f"more than {2 * needed}",
            fix="Add more data, or use fewer sensors.",
        )
    least = int(timestamps[clear[needed]])
    chosen = []
    for share in np.linspace(0.25, 5 / 6, most):
        moment = max(first + int((last - first) * float(share)), least)
        for label in sorted(labels):
            moment = label.end if label.start < moment < label.end else moment
        if moment < last and moment not in chosen:
            chosen.append(moment)
    return tuple(chosen)


def backtest_fold(
    detector: Detector,
    frame: SensorFrame,
    *,
    training: TimeRange,
    watched: TimeRange,
    step_s: float,
    budget: float,
    exclude: Sequence[TimeRange] = (),
    labels: Sequence[TimeRange] = (),
) -> BacktestFold:
    """Train at one cut-off and look at what follows.

    Parameters
    ----------
    detector : Detector
        Not yet fitted, with the configuration to test.
    frame : SensorFrame
        Rows at the model's sampling rate.
    training, watched : TimeRange
        Before and after the cut-off.
    step_s : float
        Seconds between rows.
    budget : float
        False alarms promised a month.
    exclude : sequence of TimeRange
        Stretches that are not learned from besides the labels.
    labels : sequence of TimeRange
        Known faults.

    Returns
    -------
    BacktestFold
        Events of what was watched, held against its labels.

    Raises
    ------
    DataError
        There is too little to learn from.
    """
    out = (*exclude, *labels)
    learned = frame.between(training)
    detector.fit(learned.values, timestamps=learned.timestamps, exclude=out, sensors=learned.sensors)
    count = recount(_past(detector, frame, training, watched, step_s=step_s, labels=labels), budget)
    return BacktestFold(
        training=training,
        watched=watched,
        n_rows_trained=int(rows_inside(learned.timestamps, training, out).sum()),
        budget=budget,
        events=count.events,
        months=count.months,
        share_of_time=count.share_of_time,
        accuracy=count.accuracy,
    )


def _past(
    detector: Detector,
    frame: SensorFrame,
    training: TimeRange,
    watched: TimeRange,
    *,
    step_s: float,
    labels: Sequence[TimeRange],
) -> Past:
    """Score the training rows for their state and the watched rows for their statistic, in blocks."""
    rows = frame.between(TimeRange(training.start, watched.end))
    statistic, release = [], []
    state: DetectorState | None = None
    for first in range(0, len(rows), _BLOCK):
        part = slice(first, first + _BLOCK)
        scores = detector.score(rows.values[part], timestamps=rows.timestamps[part], state=state, explain=False)
        state = scores.state
        statistic.append(scores.statistic)
        release.append(scores.release)
    begin = int(np.searchsorted(rows.timestamps, watched.start))
    return Past(
        timestamps=rows.timestamps[begin:],
        statistic=np.concatenate(statistic)[begin:],
        release=np.concatenate(release)[begin:],
        step_s=step_s,
        calibration=Calibration.from_evidence(detector.evidence),
        labels=tuple(label for label in labels if label.overlaps(watched)),
    )

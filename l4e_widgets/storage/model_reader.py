"""Reading a model's results: events by budget, and contributions and expected values scored again from a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.accuracy import Accuracy, hold_against_labels
from l4e_widgets.core.detection.contract import Expected, Finding, Scores
from l4e_widgets.core.detection.events import EventRules, EventSpan, find_events
from l4e_widgets.core.detection.explain import event_deviations, event_shares
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.off_time import judged_labels
from l4e_widgets.core.release import VERSION
from l4e_widgets.core.results import ExplainedEvent, ModelResults, SensorShare
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.explained import keep_events, kept_events
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.model_rows import model_rows, off_stretches_of
from l4e_widgets.storage.models import StoredModel, read_model
from l4e_widgets.storage.project_series import ProjectSeries
from l4e_widgets.storage.records import DatasetRecord
from l4e_widgets.storage.replaced import ReplacedDetector

__all__ = ["ModelReader", "ScoredRows"]


@dataclass(frozen=True)
class ScoredRows:
    """Rows scored again with everything a detector says of them.

    Parameters
    ----------
    frame : SensorFrame
        Rows at the model's sampling rate.
    scores : Scores
        Of those rows.
    expected : Expected
        Of those rows.
    """

    frame: SensorFrame
    scores: Scores
    expected: Expected


TOLD_FROM = 0.5
"""Mean deviations below this part of the normal range's half width are no level shift worth telling."""


def _shifted(event: EventSpan, rows: int) -> EventSpan:
    """Return an event with its row numbers counted from elsewhere."""
    return replace(event, first_row=event.first_row + rows, last_row_exclusive=event.last_row_exclusive + rows)


class ModelReader:
    """Results of one stored model.

    Parameters
    ----------
    documents : Documents
        Where the project lies.
    project : ProjectKeys
        Keys of the project.
    name : str
        Name of the model.
    """

    def __init__(self, documents: Documents, project: ProjectKeys, name: str) -> None:
        self._documents = documents
        self._project = project
        self.stored: StoredModel = read_model(documents, project, name)
        self.request = self.stored.record.request

    @cached_property
    def series(self) -> ProjectSeries:
        """Stored rows of the project."""
        return ProjectSeries(self._documents, self._project, self.dataset)

    @cached_property
    def dataset(self) -> DatasetRecord:
        """Document of the project's data set."""
        return self._documents.get(self._project.dataset, DatasetRecord).value

    @cached_property
    def off_time(self) -> tuple[TimeRange, ...]:
        """When the machine was off, in order of time; empty where nothing says so."""
        rate_s, step_s = self.request.sampling_rate_s, self.dataset.median_step_s
        return off_stretches_of(self.series, self.request.off_time, rate_s=rate_s, step_s=step_s)

    @cached_property
    def judged_labels(self) -> tuple[TimeRange, ...]:
        """Labels that can be found or missed: the machine did not stand still all through them."""
        return judged_labels(self.request.labels, self.off_time)

    @property
    def replaced(self) -> str:
        """Sentence that says why the model cannot score rows any more, empty where it can."""
        detector = self.stored.detector
        return str(detector.error) if isinstance(detector, ReplacedDetector) else ""

    @property
    def step_ns(self) -> int:
        """Nanoseconds between rows of the model."""
        return round(self.request.sampling_rate_s * NS_PER_SECOND)

    def budget(self, budget: float | None) -> float:
        """Budget to use: the one given, else the one in force.

        Parameters
        ----------
        budget : float or None
            False alarms a month.

        Returns
        -------
        float
            False alarms a month.
        """
        return self.stored.alarm_budget if budget is None else budget

    def score(self, budget: float | None = None) -> npt.NDArray[np.float64]:
        """Anomaly score of every row, 0 to 1, NaN where a row could not be judged.

        Parameters
        ----------
        budget : float, optional
            False alarms a month; the budget in force where absent.

        Returns
        -------
        (n_rows,) float64
            Training rows included, in order of time; 0.5 is the alarm line.

        Raises
        ------
        UsageError
            The budget is not above 0.
        """
        return self.stored.calibration.anomaly_score(self.stored.track.statistic, self.budget(budget))

    def events(self, budget: float | None = None) -> tuple[EventSpan, ...]:
        """Events inside the evaluation range, in order of time.

        Parameters
        ----------
        budget : float, optional
            False alarms a month; the budget in force where absent.

        Returns
        -------
        tuple of EventSpan
            Their row numbers count from the first row of the model; empty where there is no evaluation range.

        Raises
        ------
        UsageError
            The budget is not above 0.
        """
        span = self.request.evaluation_range
        return self._events_inside(span, budget) if span else ()

    def prediction(self, budget: float | None = None) -> npt.NDArray[np.int8]:
        """Prediction of every row, training included: 1 inside an event, else 0.

        Parameters
        ----------
        budget : float, optional
            False alarms a month; the budget in force where absent.

        Returns
        -------
        (n_rows,) int8
            In order of time.

        Raises
        ------
        UsageError
            The budget is not above 0.
        """
        times = self.stored.track.timestamps
        flags = np.zeros(len(times), dtype=np.int8)
        cut = self.request.evaluation_range.start if self.request.evaluation_range else int(times[-1]) + 1
        before = TimeRange(int(times[0]), max(cut, int(times[0]) + 1))
        after = TimeRange(cut, max(int(times[-1]) + 1, cut + 1))
        for event in (*self._events_inside(before, budget), *self._events_inside(after, budget)):
            flags[event.first_row : event.last_row_exclusive] = 1
        return flags

    def _events_inside(self, span: TimeRange, budget: float | None) -> tuple[EventSpan, ...]:
        """Return the events found on the rows of a range alone; their row numbers count from the first row of all."""
        track = self.stored.track
        first, last = (int(row) for row in np.searchsorted(track.timestamps, [span.start, span.end]))
        found = find_events(
            track.statistic[first:last],
            track.release[first:last],
            track.timestamps[first:last],
            threshold=self.stored.calibration.threshold(self.budget(budget)),
            rules=EventRules.for_step(self.request.sampling_rate_s),
            step_s=self.request.sampling_rate_s,
        )
        return tuple(_shifted(event, first) for event in found)

    def rows(self, first: int, last: int) -> ScoredRows:
        """Rows `[first, last)` of the model scored again from the nearest state before them.

        Parameters
        ----------
        first, last : int
            Row numbers at the model's sampling rate.

        Returns
        -------
        ScoredRows
            Of exactly those rows.
        """
        track = self.stored.track
        place = int(np.searchsorted(track.checkpoint_rows, first, side="right")) - 1
        begin = int(track.checkpoint_rows[place])
        state = track.checkpoints[place]
        end = int(track.timestamps[last - 1]) + self.step_ns
        frame = self._frame(int(track.timestamps[begin]), end).between(TimeRange(0, end))
        detector = self.stored.detector
        scores = detector.score(frame.values, timestamps=frame.timestamps, state=state)
        expected = detector.expected(frame.values, timestamps=frame.timestamps, state=state)
        keep = slice(first - begin, last - begin)
        return ScoredRows(
            frame=SensorFrame(frame.timestamps[keep], frame.values[keep], frame.sensors),
            scores=Scores(
                scores.statistic[keep],
                scores.release[keep],
                scores.contributions[keep],
                scores.findings,
                scores.state,
            ),
            expected=Expected(expected.value[keep], expected.half_band),
        )

    def _frame(self, start: int, end: int) -> SensorFrame:
        """Return the model's sensors of `[start, end)` at its sampling rate."""
        digits, step_s = self.stored.record.digits, self.dataset.median_step_s
        frame = model_rows(self.series, self.request, step_s=step_s, digits=digits, start=start, end=end)
        times = self.stored.track.timestamps
        low, high = np.searchsorted(times, [start, end])
        known = np.isin(frame.timestamps, times[low:high], assume_unique=True)
        if int(known.sum()) != high - low:
            raise DataError(
                "The data at these times has changed since the model was trained.",
                where=self.request.model,
                fix="Train a model again on the data of now.",
            )
        return SensorFrame(frame.timestamps[known], frame.values[known], frame.sensors)

    def is_explained(self, budget: float | None = None) -> bool:
        """Tell whether the sensors behind the events are kept, so that `explained` reads and scores nothing.

        Parameters
        ----------
        budget : float, optional
            False alarms a month; the budget in force where absent.

        Returns
        -------
        bool
            True too where there is no event, or none can be explained any more.

        Raises
        ------
        UsageError
            The budget is not above 0.
        """
        spans = self.events(budget)
        return (
            not spans or bool(self.replaced) or kept_events(self._documents, *self.made_from(spans, budget)) is not None
        )

    def explained(self, budget: float | None = None) -> tuple[ExplainedEvent, ...]:
        """Events of the evaluation range with the sensors behind each.

        Parameters
        ----------
        budget : float, optional
            False alarms a month; the budget in force where absent.

        Returns
        -------
        tuple of ExplainedEvent
            In order of time; the sensors of each by their share, largest first; none where the detector was
            replaced since the training.

        Raises
        ------
        UsageError
            The budget is not above 0.
        StorageError
            A part of the stored series is missing or damaged.
        """
        spans = self.events(budget)
        if not spans:
            return ()
        folder, parts = self.made_from(spans, budget)
        kept = kept_events(self._documents, folder, parts)
        if kept is not None:
            return kept
        events = tuple(self._explained(event, budget) for event in spans)
        if not self.replaced:
            keep_events(self._documents, folder, parts, events)
        return events

    def made_from(self, spans: tuple[EventSpan, ...], budget: float | None) -> tuple[str, tuple[str, ...]]:
        """Tell what is said of events is made from.

        Parameters
        ----------
        spans : tuple of EventSpan
            The events.
        budget : float or None
            False alarms a month; the budget in force where None.

        Returns
        -------
        tuple of (str, tuple of str)
            Folder of the model version, and the parts as texts.
        """
        keys = self._project.model(self.stored.record.name, self.stored.record.version)
        store = self._documents.store
        documents = [store.read(keys.manifest), store.read(f"{self._project.series()}/manifest.json")]
        return keys.folder, (
            VERSION,
            repr(self.budget(budget)),
            repr(spans),
            *(text.decode() for text in documents),
        )

    def _explained(self, event: EventSpan, budget: float | None) -> ExplainedEvent:
        """Return one event with its sensors, largest share first."""
        peak = self.stored.calibration.anomaly_score(np.array([event.max_statistic]), self.budget(budget))
        span, max_score = TimeRange(event.start_ns, event.end_ns), float(peak[0])
        if self.replaced:
            return ExplainedEvent(span=span, max_score=max_score, shares=())
        rows = self.rows(event.first_row, event.last_row_exclusive)
        own = _shifted(event, -event.first_row)
        shares = event_shares(rows.scores.contributions, own)
        deviations = event_deviations(rows.frame.values, rows.expected.value, own)
        told = np.abs(deviations) >= TOLD_FROM * rows.expected.half_band
        order = np.argsort(-shares, kind="stable")
        return ExplainedEvent(
            span=span,
            max_score=max_score,
            shares=tuple(
                SensorShare(
                    sensor=rows.frame.sensors[index],
                    share=float(shares[index]),
                    deviation=float(deviations[index]) if told[index] else None,
                )
                for index in order
            ),
        )

    def findings(self) -> tuple[Finding, ...]:
        """What is no anomaly score, over all rows."""
        return tuple(
            Finding(finding.kind, finding.span, finding.sensors, finding.sentence)
            for finding in self.stored.record.findings
        )

    def accuracy(self, events: Sequence[ExplainedEvent]) -> Accuracy | None:
        """Events held against the labels that reach into the evaluation range; None where there are none.

        Parameters
        ----------
        events : sequence of ExplainedEvent
            Events of the evaluation range.

        Returns
        -------
        Accuracy or None
            Labels found and missed, false events and forewarning in seconds.
        """
        evaluation = self.request.evaluation_range
        if not self.request.labels or evaluation is None:
            return None
        labels = [label for label in self.judged_labels if label.overlaps(evaluation)]
        return hold_against_labels([event.span for event in events], labels) if labels else None

    def results(self, budget: float | None = None) -> ModelResults:
        """Return everything the model says of its evaluation range.

        Parameters
        ----------
        budget : float, optional
            False alarms a month; the budget in force where absent.

        Returns
        -------
        ModelResults
            In numbers.
        """
        events = self.explained(budget)
        record = self.stored.record
        return ModelResults(
            model=record.name,
            budget=self.budget(budget),
            training_range=self.request.training_range,
            evaluation_range=self.request.evaluation_range,
            sampling_rate_s=self.request.sampling_rate_s,
            sensors=self.stored.detector.sensors,
            events=events,
            findings=self.findings(),
            accuracy=self.accuracy(events),
            reasons=record.reasons,
            warnings=(self.replaced, *record.warnings) if self.replaced else record.warnings,
        )

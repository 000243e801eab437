"""Results of a model: events in sentences, scores, contributions and expected values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.accuracy import Accuracy
from l4e_widgets.core.detection.contract import Finding
from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.results import ExplainedEvent, ModelResults
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import FrameSource, SeriesSource
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.figures.answers import event_words, results_detail, results_sentence
from l4e_widgets.services.cases import case_of, list_cases
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.explanations import ToldCase, cases_told, start_explain
from l4e_widgets.services.jobs import JobView
from l4e_widgets.services.told import CaseTold, EventRecord, FindingWords
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.models import read_record
from l4e_widgets.storage.records import CaseRecord, ModelRecord

__all__ = [
    "CaseTold",
    "EventRecord",
    "ExpectedFrame",
    "FindingWords",
    "Results",
    "choose_event",
    "contribution_frame",
    "expected_frame",
    "explained_frames",
    "explained_results",
    "model_record",
    "open_model",
    "results",
    "score_frame",
    "score_source",
]

SCORE = Sensor(id="anomaly_score", name="anomaly_score", display_name="Anomaly score")


@dataclass(frozen=True, kw_only=True)
class Results:
    """What a model says of its evaluation range, in words and numbers.

    Parameters
    ----------
    model : str
        Name of the model.
    sentence, detail : str
        The answer, and the line below it.
    training_range : TimeRange
        What was learned from.
    evaluation_range : TimeRange or None
        What was looked at.
    sampling_rate_s : float
        Seconds between rows of the model.
    budget : float
        False alarms a month.
    sensors : tuple of Sensor
        Sensors of the model.
    events : tuple of EventRecord
        In order of time.
    findings : tuple of FindingWords
        What is no anomaly score.
    accuracy : Accuracy or None
        None without labels.
    reasons, warnings : tuple of str
        Why the model was made so, and what it cannot promise.
    cases : tuple of CaseTold
        Events of one trouble told as one, in order of time.
    off_time : tuple of TimeRange
        When the machine was off, which is neither learned from nor judged; empty where nothing said so.
    """

    model: str
    sentence: str
    detail: str
    training_range: TimeRange
    evaluation_range: TimeRange | None
    sampling_rate_s: float
    budget: float
    sensors: tuple[Sensor, ...]
    events: tuple[EventRecord, ...]
    findings: tuple[FindingWords, ...]
    accuracy: Accuracy | None
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    cases: tuple[CaseTold, ...] = ()
    off_time: tuple[TimeRange, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the results as plain values; times are ISO texts with Z."""
        return {
            "model": self.model,
            "sentence": self.sentence,
            "budget": self.budget,
            "sampling_rate_seconds": self.sampling_rate_s,
            "training_range": self.training_range.to_iso(),
            "evaluation_range": self.evaluation_range.to_iso() if self.evaluation_range else None,
            "cases": [case.to_dict() for case in self.cases],
            "events": [event.to_dict() for event in self.events],
            "findings": [finding.to_dict() for finding in self.findings],
            "assumed": list(self.reasons),
            "warnings": list(self.warnings),
            "off_time": [span.to_iso() for span in self.off_time],
            **({"accuracy": _accuracy_plain(self.accuracy)} if self.accuracy else {}),
        }


def _accuracy_plain(accuracy: Accuracy) -> dict[str, Any]:
    """Return how events and labels agree as plain values."""
    return {
        "found": accuracy.n_found,
        "missed": accuracy.n_missed,
        "false": len(accuracy.false_events),
        "forewarning_seconds": list(accuracy.forewarning_s),
        "labels": [
            {**label.to_iso(), "found": found} for label, found in zip(accuracy.labels, accuracy.found, strict=True)
        ],
    }


@dataclass(frozen=True)
class ExpectedFrame:
    """What sensors would have read, judged by the others.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC.
    value : (n_rows, n_sensors) float
        Expected value in the sensor's unit.
    half_band : (n_sensors,) float
        Half width of the band that holds 95 % of normal rows.
    sensors : tuple of Sensor
        Record of each column.
    """

    timestamps: npt.NDArray[np.int64]
    value: npt.NDArray[np.floating]
    half_band: npt.NDArray[np.floating]
    sensors: tuple[Sensor, ...]


def open_model(context: Context, project: str, model: str) -> ModelReader:
    """Read a model once, for several looks at it.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.

    Returns
    -------
    ModelReader
        To be handed to `results`, `score_source` and `explained_frames`; it sees no later change of the budget.

    Raises
    ------
    NotFound
        There is no such project or model.
    """
    return ModelReader(context.documents, project_keys(context, project), model)


def results(
    context: Context, project: str, model: str, *, budget: float | None = None, opened: ModelReader | None = None
) -> Results:
    """Return what a model says of its evaluation range.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    budget : float, optional
        False alarms a month; the budget in force where absent. No stored series changes with it.
    opened : ModelReader, optional
        The model, where it was read already.

    Returns
    -------
    Results
        Events, findings, accuracy.

    Raises
    ------
    NotFound
        There is no such project or model.
    """
    reader = opened or open_model(context, project, model)
    found, answers = reader.results(budget), list_cases(context, project)
    told = cases_told(context, project, reader, found.events, budget)
    return replace(_in_words(found, answers, tuple(_case(case, answers) for case in told)), off_time=reader.off_time)


def explained_results(
    context: Context,
    project: str,
    model: str,
    *,
    budget: float | None = None,
    watch: Callable[[JobView], None] | None = None,
) -> Results:
    """Return what a model says, and look at the rows of its cases again where nobody did at this budget.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    budget : float, optional
        False alarms a month; the budget in force where absent.
    watch : callable, optional
        Called with the job while it is waited for.

    Returns
    -------
    Results
        With every case explained.

    Raises
    ------
    NotFound
        There is no such project or model.
    L4EError
        The rows could not be looked at.
    """
    found = results(context, project, model, budget=budget)
    if all(case.is_explained for case in found.cases):
        return found
    start_explain(context, project, model, budget=budget, wait=True, watch=watch)
    return results(context, project, model, budget=budget)


def _in_words(found: ModelResults, cases: Sequence[CaseRecord], told: tuple[CaseTold, ...]) -> Results:
    """Return results with their sentences, and what people said of the events."""
    labels = {sensor.id: sensor.name for sensor in found.sensors}
    return Results(
        model=found.model,
        sentence=results_sentence(found),
        detail=results_detail(found),
        training_range=found.training_range,
        evaluation_range=found.evaluation_range,
        sampling_rate_s=found.sampling_rate_s,
        budget=found.budget,
        sensors=found.sensors,
        events=tuple(_event(event, cases) for event in found.events),
        findings=tuple(_finding(finding, labels) for finding in found.findings),
        accuracy=found.accuracy,
        reasons=found.reasons,
        warnings=found.warnings,
        cases=told,
    )


def _case(told: ToldCase, answers: Sequence[CaseRecord]) -> CaseTold:
    """Return a case with the answer to it where there is one."""
    answer = case_of(answers, told.span, tuple(share.sensor.id for share in told.sensors))
    return CaseTold(
        span=told.span,
        severity=told.severity,
        sentence=told.sentence,
        sensors=told.sensors,
        events=told.numbers,
        alike=told.alike,
        repair=told.repair,
        is_explained=told.is_explained,
        case=answer.id if answer else "",
        verdict=answer.verdict if answer else "open",
        note=answer.note if answer else "",
        answered_by=answer.answered_by if answer else "",
        answered_ns=answer.answered_ns if answer else 0,
    )


def _event(event: ExplainedEvent, cases: Sequence[CaseRecord]) -> EventRecord:
    """Return an event with its sentence, and with the answer to it where there is one."""
    case = case_of(cases, event.span, tuple(share.sensor.id for share in event.shares))
    return EventRecord(
        span=event.span,
        max_score=event.max_score,
        severity=event.severity,
        sentence=event_words(event),
        sensors=event.shares,
        case=case.id if case else "",
        verdict=case.verdict if case else "open",
        note=case.note if case else "",
    )


def choose_event(found: Results, which: str) -> EventRecord:
    """Return one event of the results by what a person types of it.

    Parameters
    ----------
    found : Results
        What a model found.
    which : str
        Its number in order of time, from 1, or a moment inside it.

    Returns
    -------
    EventRecord
        The event.

    Raises
    ------
    NotFound
        There is no such event; the number of those there are is told.
    DataError
        It is neither a number nor a time.
    """
    number = int(which) - 1 if which.isdecimal() and len(which) < 7 else None
    if number is not None:
        match = [event for place, event in enumerate(found.events) if place == number]
    else:
        moment = to_ns(which)
        match = [event for event in found.events if event.span.start <= moment < event.span.end]
    if not match:
        raise NotFound(
            f'There is no event "{which}".',
            where=f"model {found.model}",
            expected=f"a number from 1 to {len(found.events)}, or a time inside an event"
            if found.events
            else "another alarm budget: at this one there is no event",
            fix="Look at the events first, at the same alarm budget.",
        )
    return match[0]


def _finding(finding: Finding, labels: dict[str, str]) -> FindingWords:
    """Return a finding with names instead of ids."""
    names = tuple(labels.get(sensor, sensor) for sensor in finding.sensors)
    return FindingWords(span=finding.span, sensors=names, sentence=finding.sentence)


def model_record(context: Context, project: str, model: str) -> ModelRecord:
    """Return the document of a model.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.

    Returns
    -------
    ModelRecord
        What it was trained with.

    Raises
    ------
    NotFound
        There is no such project or model; the models there are get named.
    """
    return read_record(context.documents, project_keys(context, project), model)


def score_frame(
    context: Context, project: str, model: str, *, span: TimeRange | None = None, budget: float | None = None
) -> SensorFrame:
    """Return the anomaly score of every row of the model.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    span : TimeRange, optional
        `[start, end)`; everything where absent.
    budget : float, optional
        False alarms a month.

    Returns
    -------
    SensorFrame
        One column, `anomaly_score`, 0 to 1.
    """
    reader = open_model(context, project, model)
    frame = SensorFrame(reader.stored.track.timestamps, reader.score(budget)[:, None], (SCORE,))
    return frame.between(span) if span else frame


def score_source(
    context: Context, project: str, model: str, *, budget: float | None = None, opened: ModelReader | None = None
) -> SeriesSource:
    """Return the anomaly score as a source that a chart can draw from.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    budget : float, optional
        False alarms a month.
    opened : ModelReader, optional
        The model, where it was read already.

    Returns
    -------
    SeriesSource
        One sensor, `anomaly_score`.
    """
    reader = opened or open_model(context, project, model)
    return FrameSource(SensorFrame(reader.stored.track.timestamps, reader.score(budget)[:, None], (SCORE,)))


def contribution_frame(context: Context, project: str, model: str, *, span: TimeRange | None = None) -> SensorFrame:
    """Return the share of every sensor in every row, scored again from the nearest stored state.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    span : TimeRange, optional
        `[start, end)`; everything where absent.

    Returns
    -------
    SensorFrame
        One column a sensor of the model; rows sum to 1.
    """
    reader = open_model(context, project, model)
    times = reader.stored.track.timestamps
    return explained_frames(reader, span or TimeRange(int(times[0]), int(times[-1]) + 1))[0]


def _sensors(reader: ModelReader) -> tuple[Sensor, ...]:
    """Return the sensors of a model."""
    return reader.stored.detector.sensors


def _row_numbers(reader: ModelReader, span: TimeRange) -> tuple[int, int]:
    """Return the rows of the model inside a range as `[first, last)`."""
    first, last = np.searchsorted(reader.stored.track.timestamps, [span.start, span.end])
    return int(first), int(last)


def expected_frame(
    context: Context, project: str, model: str, *, sensors: tuple[str, ...] | None = None, span: TimeRange
) -> ExpectedFrame:
    """Return what sensors would have read, judged by the others.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    sensors : tuple of str, optional
        Ids or names; all of the model where absent.
    span : TimeRange
        `[start, end)`.

    Returns
    -------
    ExpectedFrame
        Values and bands in each sensor's unit.
    """
    return explained_frames(open_model(context, project, model), span, sensors=sensors)[1]


def explained_frames(
    opened: ModelReader, span: TimeRange, *, sensors: tuple[str, ...] | None = None
) -> tuple[SensorFrame, ExpectedFrame]:
    """Return shares and expected values of a stretch from one look at its rows.

    Parameters
    ----------
    opened : ModelReader
        As `open_model` gives it.
    span : TimeRange
        `[start, end)`.
    sensors : tuple of str, optional
        Ids or names whose expected values are wanted; all of the model where absent.

    Returns
    -------
    tuple of (SensorFrame, ExpectedFrame)
        As `contribution_frame` and `expected_frame` give them.
    """
    first, last = _row_numbers(opened, span)
    known = _sensors(opened)
    wanted = [place for place, s in enumerate(known) if sensors is None or s.id in sensors or s.name in sensors]
    chosen = tuple(known[place] for place in wanted)
    if first == last:
        times, nothing = np.empty(0, np.int64), np.empty((0, len(chosen)), dtype=np.float32)
        expected = ExpectedFrame(times, nothing, np.full(len(chosen), np.nan), chosen)
        return SensorFrame(times, np.empty((0, len(known))), known), expected
    rows = opened.rows(first, last)
    value, half_band = rows.expected.value[:, wanted], rows.expected.half_band[wanted]
    times = rows.frame.timestamps
    return SensorFrame(times, rows.scores.contributions, known), ExpectedFrame(times, value, half_band, chosen)

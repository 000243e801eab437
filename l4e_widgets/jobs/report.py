"""Report: gathers what a model found and draws it as one self-contained HTML file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from l4e_widgets.core.accuracy import Accuracy, hold_against_labels
from l4e_widgets.core.quality import QualityReport
from l4e_widgets.core.results import ExplainedEvent, ModelResults
from l4e_widgets.core.times import TimeRange, duration_text, minute_text
from l4e_widgets.figures.answers import accuracy_sentence, budget_text, event_words, results_sentence
from l4e_widgets.figures.case_words import answer_words, case_sentence, repair_words
from l4e_widgets.figures.report import render_report
from l4e_widgets.figures.report_content import (
    Accuracy as ReportAccuracy,
)
from l4e_widgets.figures.report_content import (
    Card,
    ReportCase,
    ReportContent,
    ReportEvent,
    ReportFinding,
    ReportLabel,
    SensorGrade,
    Timeline,
)
from l4e_widgets.figures.wording import count_text, listed, number_text, period_text, share_text
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.case_facts import case_facts
from l4e_widgets.storage.case_records import case_of, read_cases
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.records import DatasetRecord, ProjectRecord, QualityRecord

__all__ = ["ReportArguments", "run"]

LABELLED = "labelled"
CONTEXT_ROWS = 60
MAX_EVENT_ROWS = 2_500
MAX_EVENTS_IN_DETAIL = 60


@dataclass(frozen=True, kw_only=True)
class ReportArguments:
    """What to report on.

    Parameters
    ----------
    model : str
        Name of the model.
    title : str
        What the report is on; the project's name where empty.
    """

    model: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class _Material:
    """Everything a report is made from."""

    project: ProjectRecord
    dataset: DatasetRecord
    quality: QualityReport
    reader: ModelReader
    results: ModelResults
    cases: tuple[ReportCase, ...]


def run(work: Work) -> dict[str, Any]:
    """Make the report of a model.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are a `ReportArguments`.

    Returns
    -------
    dict
        Key of the file.
    """
    arguments = from_plain(work.request.arguments, ReportArguments)
    work.plan({"Gather the results": 2, "Draw the report": 2})
    with work.step("Gather the results"):
        content = _content(_material(work, arguments.model), arguments.title, work)
    with work.step("Draw the report"):
        key = f"{work.project.model(arguments.model).root}/report.html"
        work.documents.store.write(key, render_report(content).encode())
    return {"report": key}


def _material(work: Work, model: str) -> _Material:
    """Read everything a report is made from."""
    documents = work.documents
    reader = ModelReader(documents, work.project, model)
    results = reader.results()
    return _Material(
        project=documents.get(work.project.project, ProjectRecord).value,
        dataset=documents.get(work.project.dataset, DatasetRecord).value,
        quality=QualityReport.from_dict(documents.get(work.project.quality, QualityRecord).value.quality),
        reader=reader,
        results=results,
        cases=_cases(work, reader, results),
    )


def _cases(work: Work, reader: ModelReader, results: ModelResults) -> tuple[ReportCase, ...]:
    """Return the cases with their sentences and the answers to them."""
    if reader.replaced:
        return ()
    answers = read_cases(work.documents, work.project)
    told = []
    for facts in case_facts(work.documents, work.project, reader):
        longest, repair = results.events[facts.longest], facts.repair
        answer = case_of(answers, facts.span, tuple(share.sensor.id for share in longest.shares))
        names = [sensor.label for sensor in repair.sensors] if repair else []
        others = len(results.sensors) - len(names)
        is_critical = any(results.events[number].severity == "critical" for number in facts.events)
        told.append(
            ReportCase(
                span=facts.span,
                severity="critical" if is_critical else "warning",
                sentence=case_sentence(results.events, facts),
                events=facts.events,
                repair=repair_words(names, is_enough=repair.is_enough, others=others) if repair else "",
                answer=answer_words(answer.verdict, answer.answered_by, answer.note) if answer else "",
            )
        )
    return tuple(told)


def _content(material: _Material, title: str, work: Work) -> ReportContent:
    """Return what the report says."""
    results, dataset = material.results, material.dataset
    evaluation = results.evaluation_range or results.training_range
    accuracy = results.accuracy
    return ReportContent(
        title=f"Report on {title or material.project.name}",
        project=title or material.project.name,
        description=material.project.description,
        model=results.model,
        created_ns=work.documents.clock(),
        sentence=results_sentence(results),
        detail=tuple(sentence for sentence in (accuracy_sentence(results), *results.warnings[:1]) if sentence),
        evaluation=evaluation,
        training=results.training_range,
        timeline=_whole(material),
        events=tuple(_event(material, place) for place in range(len(results.events))),
        cases=material.cases,
        off_time=material.reader.off_time,
        labels=tuple(ReportLabel(span=label, fault_code=LABELLED) for label in material.reader.request.labels),
        findings=tuple(
            ReportFinding(span=finding.span, sensors=_names(dataset, finding.sensors), sentence=finding.sentence)
            for finding in results.findings
        ),
        grades=_grades(material),
        cards=_cards(material),
        assumed=(*dataset.sentences, *results.reasons),
        warnings=tuple(dict.fromkeys((*material.quality.warnings, *results.warnings))),
        accuracy=_accuracy(accuracy) if accuracy else None,
    )


def _names(dataset: DatasetRecord, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return names for people of some sensors."""
    labels = {sensor.id: sensor.label for sensor in dataset.sensors}
    return tuple(labels.get(sensor, sensor) for sensor in ids)


def _accuracy(accuracy: Accuracy) -> ReportAccuracy:
    """Return how events and labels agree."""
    return ReportAccuracy(
        found=accuracy.n_found,
        missed=accuracy.n_missed,
        false=len(accuracy.false_events),
        forewarning_s=accuracy.forewarning_s,
    )


def _whole(material: _Material) -> Timeline:
    """Return all rows of the model with their scores and contributions."""
    reader = material.reader
    track = reader.stored.track
    ends = [*track.checkpoint_rows[1:], len(track.timestamps)]
    blocks = [reader.rows(int(first), int(last)) for first, last in zip(track.checkpoint_rows, ends, strict=True)]
    return Timeline(
        timestamps=track.timestamps,
        sensors=reader.stored.detector.sensors,
        values=np.concatenate([block.frame.values for block in blocks]),
        score=reader.score(),
        contributions=np.concatenate([block.scores.contributions for block in blocks]),
    )


def _event(material: _Material, place: int) -> ReportEvent:
    """Return one event with the rows around it."""
    event = material.results.events[place]
    label, forewarning = _label_of(event, material.reader.request.labels)
    return ReportEvent(
        span=event.span,
        severity=event.severity,
        score=event.max_score,
        sentence=event_words(event),
        detail=_event_detail(event),
        shares=tuple((share.sensor.id, share.share) for share in event.shares),
        label=label,
        forewarning_s=forewarning,
        timeline=_around(material.reader, event.span) if place < MAX_EVENTS_IN_DETAIL else None,
    )


def _event_detail(event: ExplainedEvent) -> tuple[str, ...]:
    """Return what else is known of an event."""
    others = [f"{share.sensor.label} {share_text(share.share)}" for share in event.shares[:3]]
    return (f"Lasted {duration_text(event.span.seconds)}; sensors by share: {listed(others)}.",)


def _label_of(event: ExplainedEvent, labels: tuple[TimeRange, ...]) -> tuple[str | None, float | None]:
    """Return the label an event belongs to and the seconds between the two."""
    for label in labels:
        held = hold_against_labels([event.span], [label])
        if held.n_found:
            return LABELLED, held.forewarning_s[0]
    return None, None


def _around(reader: ModelReader, span: TimeRange) -> Timeline:
    """Return the rows of an event and as many before and after it, thinned where there are very many."""
    times = reader.stored.track.timestamps
    inside = (int(row) for row in np.searchsorted(times, [span.start, span.end]))
    first, last = inside
    margin = max(CONTEXT_ROWS, last - first)
    begin, end = max(0, first - margin), min(len(times), last + margin)
    rows = reader.rows(begin, end)
    stride = slice(None, None, max(1, -(-(end - begin) // MAX_EVENT_ROWS)))
    return Timeline(
        timestamps=rows.frame.timestamps[stride],
        sensors=rows.frame.sensors,
        values=rows.frame.values[stride],
        score=reader.score()[begin:end][stride],
        contributions=rows.scores.contributions[stride],
        expected=rows.expected.value[stride],
        half_band=rows.expected.half_band,
    )


def _grades(material: _Material) -> tuple[SensorGrade, ...]:
    """Return the grade of every sensor of the data."""
    used = set(material.reader.request.sensors)
    return tuple(
        SensorGrade(
            name=sensor.label,
            unit=sensor.unit,
            grade=grade.grade,
            reasons=grade.reasons,
            is_used=sensor.id in used,
        )
        for sensor, grade in zip(material.dataset.sensors, material.quality.sensors, strict=True)
    )


def _cards(material: _Material) -> tuple[Card, ...]:
    """Return the facts on data, model and budget."""
    dataset, results, record = material.dataset, material.results, material.reader.stored.record
    data = (
        ("Sensors", f"{len(dataset.sensors)}, {len(results.sensors)} used"),
        ("Rows", f"{number_text(dataset.n_rows, 0)}, {duration_text(dataset.median_step_s)}"),
        ("From", f"{minute_text(dataset.span.start)} UTC"),
        ("To", f"{minute_text(dataset.span.end)} UTC"),
        ("Missing", share_text(dataset.missing_share)),
    )
    model = (
        ("Trained on", period_text(results.training_range)),
        ("Rows used", number_text(record.n_rows_trained, 0)),
        ("Sampling", duration_text(results.sampling_rate_s)),
        ("Labels", f"{count_text(len(record.request.labels), 'label')}, kept out"),
        *_off_time(material),
        ("Trained", f"{minute_text(record.trained_ns)} UTC"),
    )
    budget = [("Asked for", f"at most {budget_text(results.budget)}"), ("Events", number_text(len(results.events), 0))]
    if results.accuracy:
        budget += [
            ("Found", f"{results.accuracy.n_found} of {len(results.accuracy.labels)} labelled"),
            ("Without label", number_text(len(results.accuracy.false_events), 0)),
        ]
    return (
        Card(title="Data", pairs=data),
        Card(title=f"Model {results.model}", pairs=model),
        Card(title="Alarm budget", pairs=tuple(budget)),
    )


def _off_time(material: _Material) -> tuple[tuple[str, str], ...]:
    """Return the fact on off-time, none where nothing was said of it."""
    off_time = material.reader.request.off_time
    if off_time is None:
        return ()
    stretches = count_text(len(material.reader.off_time), "stretch", "stretches")
    return (("Off while", f"{off_time.to_text(material.dataset.sensors)}, {stretches} not judged"),)

"""Cases of a model in numbers: events of one trouble, how they departed, what they are like; made once and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from l4e_widgets.core.detection.alike import AlikeStretch, Signatures, likeness
from l4e_widgets.core.detection.cases import CaseRules, group_events
from l4e_widgets.core.detection.events import EventSpan
from l4e_widgets.core.detection.patterns import departure
from l4e_widgets.core.detection.repair import RepairSet, repair_set
from l4e_widgets.core.labels import Label, Rating
from l4e_widgets.core.results import AlikePast, CaseFacts, ExplainedEvent, RepairFacts
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.explained import keep_document, kept_document
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.model_past import event_rows, make_signatures, model_frame, read_signatures
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.records import LabelGroupRecord

__all__ = [
    "LEAST_LIKENESS",
    "KeptCases",
    "case_facts",
    "event_departure",
    "event_repair",
    "grouped",
    "kept_facts",
    "labelled",
    "named",
    "past_alike",
    "signatures_of",
]

STILL_ROWS = 5_000
LEAST_LIKENESS = 0.3
MOST_REPAIRED = 30
"""Cases whose repair set is found ahead, the longest ones; the others are asked for one by one."""


@dataclass(frozen=True, kw_only=True)
class KeptCases:
    """Cases of one model version at one alarm line.

    Parameters
    ----------
    made_from : str
        Digest of the events, the learned arrays, the stored rows and the labels.
    cases : tuple of CaseFacts
        In order of time.
    """

    SCHEMA: ClassVar[str] = "kept_cases"
    SCHEMA_VERSION: ClassVar[int] = 1

    made_from: str
    cases: tuple[CaseFacts, ...]


def grouped(reader: ModelReader, events: Sequence[ExplainedEvent]) -> tuple[CaseFacts, ...]:
    """Group events of one trouble, from what is known of them without looking at any row again.

    Parameters
    ----------
    reader : ModelReader
        The model.
    events : sequence of ExplainedEvent
        Its events in order of time.

    Returns
    -------
    tuple of CaseFacts
        In order of time; not explained yet.
    """
    columns = {sensor.id: place for place, sensor in enumerate(reader.stored.detector.sensors)}
    shares = np.zeros((len(events), len(columns)))
    for number, event in enumerate(events):
        for share in event.shares:
            shares[number, columns[share.sensor.id]] = share.share
    spans = [event.span for event in events]
    groups = group_events(spans, shares, CaseRules.for_step(reader.request.sampling_rate_s))
    return tuple(
        CaseFacts(
            events=group,
            longest=max(group, key=lambda number: spans[number].seconds),
            span=TimeRange(spans[group[0]].start, max(spans[number].end for number in group)),
        )
        for group in groups
    )


def kept_facts(
    documents: Documents, project: ProjectKeys, reader: ModelReader, budget: float | None = None
) -> tuple[CaseFacts, ...] | None:
    """Return the cases that were kept for exactly these events, rows and labels.

    Parameters
    ----------
    documents : Documents
        Where they lie.
    project : ProjectKeys
        Keys of the project.
    reader : ModelReader
        The model.
    budget : float, optional
        False alarms a month; the budget in force where absent.

    Returns
    -------
    tuple of CaseFacts or None
        None where they have to be made.
    """
    spans = reader.events(budget)
    if not spans:
        return ()
    folder, parts = _made_from(documents, project, reader, spans, budget)
    kept = kept_document(documents, folder, parts, KeptCases)
    return kept.cases if kept else None


def case_facts(
    documents: Documents,
    project: ProjectKeys,
    reader: ModelReader,
    budget: float | None = None,
    *,
    progress: Callable[[float], None] | None = None,
) -> tuple[CaseFacts, ...]:
    """Return the cases of a model, made and kept where they were not.

    Parameters
    ----------
    documents : Documents
        Where they lie.
    project : ProjectKeys
        Keys of the project.
    reader : ModelReader
        The model.
    budget : float, optional
        False alarms a month; the budget in force where absent.
    progress : callable, optional
        Called with the share of the work that is done, 0 to 1.

    Returns
    -------
    tuple of CaseFacts
        In order of time.

    Raises
    ------
    DataError
        The stored rows have changed since the training.
    StorageError
        A part of the stored series is missing or damaged.
    """
    kept = kept_facts(documents, project, reader, budget)
    if kept is not None:
        return kept
    spans, events = reader.events(budget), reader.explained(budget)
    groups = grouped(reader, events)
    if reader.replaced:
        return groups
    longest = sorted(range(len(groups)), key=lambda place: -groups[place].span.seconds)[:MOST_REPAIRED]
    found = []
    for place, group in enumerate(groups):
        found.append(_explained(documents, project, reader, spans, events, group, budget, repaired=place in longest))
        if progress:
            progress((place + 1) / len(groups))
    folder, parts = _made_from(documents, project, reader, spans, budget)
    keep_document(documents, folder, parts, lambda digest: KeptCases(made_from=digest, cases=tuple(found)))
    return tuple(found)


def _made_from(
    documents: Documents,
    project: ProjectKeys,
    reader: ModelReader,
    spans: tuple[EventSpan, ...],
    budget: float | None,
) -> tuple[str, tuple[str, ...]]:
    """Return the folder of the model version and what its cases are made from, as texts."""
    folder, parts = reader.made_from(spans, budget)
    return folder, ("cases", *parts, repr(labelled(documents, project, reader)))


def _explained(
    documents: Documents,
    project: ProjectKeys,
    reader: ModelReader,
    spans: Sequence[EventSpan],
    events: Sequence[ExplainedEvent],
    group: CaseFacts,
    budget: float | None,
    *,
    repaired: bool,
) -> CaseFacts:
    """Return one case with how its longest event departed and what came before its first that is like it."""
    longest, first = group.longest, group.events[0]
    pattern, ratio = event_departure(reader, spans[longest], events[longest])
    past = past_alike(documents, project, reader, [*spans[:first], spans[longest]], first, 1)
    repair = event_repair(reader, spans[longest], events[longest], budget) if repaired else None
    return CaseFacts(
        events=group.events,
        longest=longest,
        span=group.span,
        pattern=pattern,
        ratio=ratio,
        alike=past[0] if past else None,
        repair=repair,
    )


def event_departure(reader: ModelReader, span: EventSpan, event: ExplainedEvent) -> tuple[str, float | None]:
    """Return how the first sensor of an event departed.

    Parameters
    ----------
    reader : ModelReader
        The model.
    span : EventSpan
        Rows of the event.
    event : ExplainedEvent
        Its sensors.

    Returns
    -------
    tuple of (str, float or None)
        As `departure` names it, and for a noisy sensor its scatter as a multiple of the usual one.
    """
    first = event.shares[0].sensor
    column = next(place for place, sensor in enumerate(reader.stored.detector.sensors) if sensor.id == first.id)
    rows = reader.rows(span.first_row, span.last_row_exclusive)
    training = reader.request.training_range
    end = min(training.end, training.start + STILL_ROWS * reader.step_ns)
    usual = model_frame(reader, training.start, end).values[:, column]
    still = float((np.diff(usual) == 0).mean()) if len(usual) > 1 else 0.0
    pattern, ratio = departure(
        rows.frame.values[:, column],
        rows.expected.value[:, column],
        float(rows.expected.half_band[column]),
        usual_still=still,
    )
    if pattern == "unknown" and event.shares[0].deviation is not None:
        return "level", None
    return pattern, ratio if np.isfinite(ratio) else None


def event_repair(reader: ModelReader, span: EventSpan, event: ExplainedEvent, budget: float | None) -> RepairFacts:
    """Return the fewest sensors behind an event.

    Parameters
    ----------
    reader : ModelReader
        The model.
    span : EventSpan
        Rows of the event.
    event : ExplainedEvent
        Its sensors.
    budget : float or None
        False alarms a month; the budget in force where None.

    Returns
    -------
    RepairFacts
        In scores.
    """
    sensors, asked = reader.stored.detector.sensors, reader.budget(budget)
    by_id = {share.sensor.id: share.share for share in event.shares}
    shares = np.array([by_id.get(sensor.id, 0.0) for sensor in sensors])
    calibration = reader.stored.calibration
    found: RepairSet = repair_set(event_rows(reader, span), threshold=calibration.threshold(asked), shares=shares)
    peaks = np.array([found.peak_before, *(step.peak for step in found.steps)])
    scores = calibration.anomaly_score(peaks, asked)
    return RepairFacts(
        sensors=tuple(sensors[step.column] for step in found.steps),
        score_before=float(scores[0]),
        scores_after=tuple(float(score) for score in scores[1:]),
        is_enough=found.is_enough,
        adds_nothing=tuple(sensors[column] for column in found.adds_nothing),
    )


def signatures_of(documents: Documents, project: ProjectKeys, reader: ModelReader) -> Signatures:
    """Return the signatures of a model's history, made now where they are absent.

    Parameters
    ----------
    documents : Documents
        Where they lie.
    project : ProjectKeys
        Keys of the project.
    reader : ModelReader
        The model.

    Returns
    -------
    Signatures
        Of all rows.
    """
    record = reader.stored.record
    keys = project.model(record.name, record.version)
    return read_signatures(documents, keys) or make_signatures(documents, keys, reader)


def labelled(documents: Documents, project: ProjectKeys, reader: ModelReader) -> tuple[Label, ...]:
    """Return every known fault: those of the model and of all label groups.

    Parameters
    ----------
    documents : Documents
        Where they lie.
    project : ProjectKeys
        Keys of the project.
    reader : ModelReader
        The model.

    Returns
    -------
    tuple of Label
        Those with a fault code first.
    """
    own = [Label(span=span) for span in reader.request.labels]
    files = sorted(documents.store.children(project.labels))
    groups = [documents.get(f"{project.labels}/{file}", LabelGroupRecord).value for file in files]
    faults = [*(label for group in groups for label in group.labels), *own]
    known = [label for label in faults if label.rating is Rating.ANOMALY]
    return tuple(sorted(known, key=lambda label: not label.fault_code))


def named(labels: Sequence[Label], found: Sequence[AlikeStretch]) -> tuple[AlikePast, ...]:
    """Return stretches with the labels they overlap.

    Parameters
    ----------
    labels : sequence of Label
        Known faults, those with a code first.
    found : sequence of AlikeStretch
        The stretches.

    Returns
    -------
    tuple of AlikePast
        In the same order.
    """
    told = []
    for stretch in found:
        mine = next((label for label in labels if label.span.overlaps(stretch.span)), None)
        told.append(
            AlikePast(
                span=stretch.span,
                likeness=stretch.likeness,
                label=mine.fault_code if mine else "",
                is_labelled=mine is not None,
            )
        )
    return tuple(told)


def past_alike(
    documents: Documents,
    project: ProjectKeys,
    reader: ModelReader,
    spans: Sequence[EventSpan],
    place: int,
    most: int,
) -> tuple[AlikePast, ...]:
    """Return the earlier events and known faults that are most like one.

    Parameters
    ----------
    documents : Documents
        Where they lie.
    project : ProjectKeys
        Keys of the project.
    reader : ModelReader
        The model.
    spans : sequence of EventSpan
        Events in order of time.
    place : int
        Which of them; those before it count.
    most : int
        How many are wanted.

    Returns
    -------
    tuple of AlikePast
        Most alike first, none below a likeness worth telling.
    """
    start = spans[place].start_ns
    labels = labelled(documents, project, reader)
    ranges = [TimeRange(event.start_ns, event.end_ns) for event in spans[:place]]
    whole = TimeRange(int(reader.stored.track.timestamps[0]), max(start, int(reader.stored.track.timestamps[0]) + 1))
    ranges += [
        label.span
        for label in labels
        if label.span.end <= start and label.span.overlaps(whole) and not any(label.span.overlaps(r) for r in ranges)
    ]
    if not ranges:
        return ()
    seen = signatures_of(documents, project, reader)
    one = seen.pattern(TimeRange(start, spans[place].end_ns))
    values = likeness(one, np.stack([seen.pattern(span) for span in ranges]))
    order = [number for number in np.argsort(-values, kind="stable")[:most] if values[number] >= LEAST_LIKENESS]
    return named(labels, [AlikeStretch(ranges[number], float(values[number])) for number in order])

"""Explanations: the fewest sensors behind an event, what it looks like, and one sentence a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from l4e_widgets.core.detection.alike import AlikeStretch, Signatures, find_alike, likeness
from l4e_widgets.core.detection.cases import CaseRules, group_events
from l4e_widgets.core.detection.events import EventSpan
from l4e_widgets.core.detection.patterns import component_shares, departure
from l4e_widgets.core.detection.repair import RepairSet, repair_set
from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.labels import Label, Rating
from l4e_widgets.core.results import ExplainedEvent
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange, range_text
from l4e_widgets.figures.case_words import alike_words, case_words, repair_words
from l4e_widgets.figures.wording import Pattern
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.jobs import JobView, start_job, wait_for_job
from l4e_widgets.services.labels import label_groups
from l4e_widgets.storage.model_past import event_rows, make_signatures, model_frame, read_signatures
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.models import read_record

__all__ = [
    "AlikeTold",
    "EventExplanation",
    "RepairTold",
    "ToldCase",
    "alike_stretches",
    "explain_event",
    "prepare_alike",
    "told_cases",
]

STILL_ROWS = 5_000
LEAST_LIKENESS = 0.3


@dataclass(frozen=True, kw_only=True)
class RepairTold:
    """The fewest sensors behind an event.

    Parameters
    ----------
    sensors : tuple of Sensor
        The one that helps most first.
    score_before : float
        Highest anomaly score of the event, 0 to 1.
    scores_after : tuple of float
        The same once each sensor and those before it are replaced; 0.5 is the alarm line.
    is_enough : bool
        Whether the event is gone with all of them replaced.
    adds_nothing : tuple of Sensor
        Sensors that looked involved and need not be replaced.
    sentence : str
        The same in words.
    """

    sensors: tuple[Sensor, ...]
    score_before: float
    scores_after: tuple[float, ...]
    is_enough: bool
    adds_nothing: tuple[Sensor, ...]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class AlikeTold:
    """A stretch of the past that looks like another.

    Parameters
    ----------
    span : TimeRange
        `[start, end)`.
    likeness : float
        0 to 1.
    label : str
        Fault code of the label it overlaps, empty where there is none.
    is_labelled : bool
        Whether it overlaps a label of a fault.
    sentence : str
        The same in words.
    """

    span: TimeRange
    likeness: float
    label: str
    is_labelled: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class EventExplanation:
    """Why an event.

    Parameters
    ----------
    event : ExplainedEvent
        With the share of each sensor.
    pattern : str
        How its first sensor departed: ``level``, ``noisy``, ``stuck`` or ``unknown``.
    components : dict of str to float
        Share of each component, largest first; they sum to 1.
    repair : RepairTold
        The fewest sensors behind it.
    nearest : tuple of AlikeTold
        Earlier events, most alike first.
    sentence : str
        What it was and what it is most like.
    """

    event: ExplainedEvent
    pattern: str
    components: dict[str, float]
    repair: RepairTold
    nearest: tuple[AlikeTold, ...]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ToldCase:
    """Events of one trouble.

    Parameters
    ----------
    span : TimeRange
        From its first event to its last.
    events : tuple of ExplainedEvent
        In order of time.
    sentence : str
        Made from its longest event.
    """

    span: TimeRange
    events: tuple[ExplainedEvent, ...]
    sentence: str


def explain_event(
    context: Context, project: str, model: str, span: TimeRange, *, budget: float | None = None, most: int = 5
) -> EventExplanation:
    """Explain the event that shares most time with a range.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    span : TimeRange
        A range inside or around it.
    budget : float, optional
        False alarms a month; the budget in force where absent.
    most : int
        How many past events are named.

    Returns
    -------
    EventExplanation
        Everything that is known of it.

    Raises
    ------
    NotFound
        There is no such project or model, or no event in the range.
    """
    reader = _reader(context, project, model)
    spans = reader.events(budget)
    place = _event_at(spans, span)
    explained = reader.explained(budget)[place]
    past = _past_events(context, project, reader, spans, place, most)
    pattern, ratio = _departure(reader, spans[place], explained)
    told = past[0].sentence if past else ""
    return EventExplanation(
        event=explained,
        pattern=pattern,
        components=_components(explained),
        repair=_repair(reader, spans[place], explained, budget),
        nearest=past,
        sentence=case_words(explained, pattern=Pattern(pattern), ratio=ratio, alike=told),
    )


def told_cases(context: Context, project: str, model: str, *, budget: float | None = None) -> tuple[ToldCase, ...]:
    """Return the cases of a model's evaluation range: events of one trouble are one.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    budget : float, optional
        False alarms a month; the budget in force where absent.

    Returns
    -------
    tuple of ToldCase
        In order of time.

    Raises
    ------
    NotFound
        There is no such project or model.
    """
    reader = _reader(context, project, model)
    events = reader.explained(budget)
    if not events:
        return ()
    spans = reader.events(budget)
    columns = {sensor.id: place for place, sensor in enumerate(reader.stored.detector.sensors)}
    shares = np.zeros((len(events), len(columns)))
    for number, event in enumerate(events):
        for share in event.shares:
            shares[number, columns[share.sensor.id]] = share.share
    rules = CaseRules.for_step(reader.request.sampling_rate_s)
    groups = group_events([event.span for event in events], shares, rules)
    return tuple(_case(context, project, reader, spans, events, group) for group in groups)


def alike_stretches(
    context: Context, project: str, model: str, span: TimeRange, *, most: int = 10
) -> tuple[AlikeTold, ...]:
    """Find the stretches of the whole history that look most like one.

    The first search looks at every row and keeps what it saw; `prepare_alike` does so ahead, in a process of its own.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    span : TimeRange
        The stretch.
    most : int
        How many are wanted.

    Returns
    -------
    tuple of AlikeTold
        Most alike first; none where nothing in the stretch departed from what was expected.

    Raises
    ------
    NotFound
        There is no such project or model.
    """
    reader = _reader(context, project, model)
    found = find_alike(_signatures(context, project, reader), span, most=most, least=LEAST_LIKENESS)
    return _told(context, project, reader, found)


def prepare_alike(
    context: Context,
    project: str,
    model: str,
    *,
    wait: bool = False,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Look at every row ahead of the first search for what is alike, in a process of its own.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    wait : bool
        Return when it is done, else at once.
    watch : callable, optional
        Called with the job while waiting.

    Returns
    -------
    JobView
        The job.

    Raises
    ------
    NotFound
        There is no such project or model.
    L4EError
        It failed, while waiting for it.
    """
    keys = project_keys(context, project)
    read_record(context.documents, keys, model)
    started = start_job(context, keys, "signatures", {"model": model})
    return wait_for_job(context, keys, started.id, watch=watch) if wait else started


def _reader(context: Context, project: str, model: str) -> ModelReader:
    """Return the reader of a model."""
    return ModelReader(context.documents, project_keys(context, project), model)


def _signatures(context: Context, project: str, reader: ModelReader) -> Signatures:
    """Return the stored signatures, made now where they are absent."""
    record = reader.stored.record
    keys = project_keys(context, project).model(record.name, record.version)
    return read_signatures(context.documents, keys) or make_signatures(context.documents, keys, reader)


def _event_at(spans: Sequence[EventSpan], span: TimeRange) -> int:
    """Return the number of the event that shares most time with a range."""
    shared = [min(event.end_ns, span.end) - max(event.start_ns, span.start) for event in spans]
    best = max(range(len(shared)), key=shared.__getitem__, default=-1)
    if best < 0 or shared[best] <= 0:
        raise NotFound(
            f"There is no event in {range_text(span)} UTC.",
            expected=f"one of {len(spans)} events of the evaluation range",
            fix="Choose one of them, or another alarm budget.",
        )
    return best


def _labels(context: Context, project: str, reader: ModelReader) -> tuple[Label, ...]:
    """Return every known fault: those of the model and of all label groups, those with a code first."""
    own = [Label(span=span) for span in reader.request.labels]
    groups = [label for group in label_groups(context, project) for label in group.labels]
    faults = [label for label in (*groups, *own) if label.rating is Rating.ANOMALY]
    return tuple(sorted(faults, key=lambda label: not label.fault_code))


def _told(context: Context, project: str, reader: ModelReader, found: Sequence[AlikeStretch]) -> tuple[AlikeTold, ...]:
    """Return stretches with the labels they overlap."""
    labels = _labels(context, project, reader)
    told = []
    for stretch in found:
        mine = next((label for label in labels if label.span.overlaps(stretch.span)), None)
        code, known = (mine.fault_code if mine else ""), mine is not None
        told.append(
            AlikeTold(
                span=stretch.span,
                likeness=stretch.likeness,
                label=code,
                is_labelled=known,
                sentence=alike_words(stretch.span, stretch.likeness, code, is_labelled=known),
            )
        )
    return tuple(told)


def _past_events(
    context: Context, project: str, reader: ModelReader, spans: Sequence[EventSpan], place: int, most: int
) -> tuple[AlikeTold, ...]:
    """Return the earlier events and known faults that are most like one, none below a likeness worth telling."""
    start = spans[place].start_ns
    ranges = [TimeRange(event.start_ns, event.end_ns) for event in spans[:place]]
    whole = TimeRange(int(reader.stored.track.timestamps[0]), max(start, int(reader.stored.track.timestamps[0]) + 1))
    ranges += [
        label.span
        for label in _labels(context, project, reader)
        if label.span.end <= start and label.span.overlaps(whole) and not any(label.span.overlaps(r) for r in ranges)
    ]
    if not ranges:
        return ()
    seen = _signatures(context, project, reader)
    one = seen.pattern(TimeRange(start, spans[place].end_ns))
    values = likeness(one, np.stack([seen.pattern(span) for span in ranges]))
    order = [number for number in np.argsort(-values, kind="stable")[:most] if values[number] >= LEAST_LIKENESS]
    return _told(context, project, reader, [AlikeStretch(ranges[number], float(values[number])) for number in order])


def _components(event: ExplainedEvent) -> dict[str, float]:
    """Return the share of each component."""
    shares = np.array([share.share for share in event.shares])
    return component_shares(shares, tuple(share.sensor.component for share in event.shares))


def _departure(reader: ModelReader, span: EventSpan, event: ExplainedEvent) -> tuple[str, float | None]:
    """Return how the first sensor of an event departed."""
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


def _repair(reader: ModelReader, span: EventSpan, event: ExplainedEvent, budget: float | None) -> RepairTold:
    """Return the repair set of an event in scores and words."""
    sensors, asked = reader.stored.detector.sensors, reader.budget(budget)
    by_id = {share.sensor.id: share.share for share in event.shares}
    shares = np.array([by_id.get(sensor.id, 0.0) for sensor in sensors])
    calibration = reader.stored.calibration
    found: RepairSet = repair_set(event_rows(reader, span), threshold=calibration.threshold(asked), shares=shares)
    peaks = np.array([found.peak_before, *(step.peak for step in found.steps)])
    scores = calibration.anomaly_score(peaks, asked)
    chosen = tuple(sensors[step.column] for step in found.steps)
    return RepairTold(
        sensors=chosen,
        score_before=float(scores[0]),
        scores_after=tuple(float(score) for score in scores[1:]),
        is_enough=found.is_enough,
        adds_nothing=tuple(sensors[column] for column in found.adds_nothing),
        sentence=repair_words(
            [sensor.label for sensor in chosen], is_enough=found.is_enough, others=len(sensors) - len(chosen)
        ),
    )


def _case(
    context: Context,
    project: str,
    reader: ModelReader,
    spans: Sequence[EventSpan],
    events: Sequence[ExplainedEvent],
    group: Sequence[int],
) -> ToldCase:
    """Return one case, told by its longest event and by what came before its first."""
    longest = max(group, key=lambda number: events[number].span.seconds)
    whole = TimeRange(events[group[0]].span.start, max(events[number].span.end for number in group))
    pattern, ratio = _departure(reader, spans[longest], events[longest])
    past = _past_events(context, project, reader, [*spans[: group[0]], spans[longest]], group[0], 1)
    sentence = case_words(
        events[longest],
        pattern=Pattern(pattern),
        ratio=ratio,
        span=whole,
        n_events=len(group),
        alike=past[0].sentence if past else "",
    )
    return ToldCase(span=whole, events=tuple(events[number] for number in group), sentence=sentence)

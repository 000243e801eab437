"""Explanations: the fewest sensors behind an event, what it looks like, and one sentence a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from l4e_widgets.core.detection.alike import find_alike
from l4e_widgets.core.detection.events import EventSpan
from l4e_widgets.core.detection.patterns import component_shares
from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.results import AlikePast, CaseFacts, ExplainedEvent, RepairFacts, SensorShare
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange, range_text
from l4e_widgets.figures.case_words import alike_words, case_sentence, case_words, repair_words
from l4e_widgets.figures.wording import Pattern
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.jobs import JobView, start_job, wait_for_job
from l4e_widgets.storage.case_facts import (
    LEAST_LIKENESS,
    case_facts,
    event_departure,
    event_repair,
    grouped,
    kept_facts,
    labelled,
    named,
    past_alike,
    signatures_of,
)
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.models import read_record

__all__ = [
    "AlikeTold",
    "EventExplanation",
    "RepairTold",
    "ToldCase",
    "alike_stretches",
    "cases_told",
    "explain_event",
    "prepare_alike",
    "start_explain",
    "told_cases",
]


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
    numbers : tuple of int
        Places of its events among all events of the model, from 0.
    alike : AlikeTold or None
        Earlier event or known fault that is most like it.
    repair : RepairTold or None
        The fewest sensors behind its longest event; None where nobody looked yet.
    is_explained : bool
        Whether its rows were looked at again; until then the sentence says less.
    """

    span: TimeRange
    events: tuple[ExplainedEvent, ...]
    sentence: str
    numbers: tuple[int, ...] = ()
    alike: AlikeTold | None = None
    repair: RepairTold | None = None
    is_explained: bool = True

    @property
    def severity(self) -> str:
        """``critical`` where one of its events is, else ``warning``."""
        return "critical" if any(event.severity == "critical" for event in self.events) else "warning"

    @property
    def sensors(self) -> tuple[SensorShare, ...]:
        """Sensors of its longest event, largest share first."""
        return max(self.events, key=lambda event: event.span.seconds).shares


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
    keys = project_keys(context, project)
    past = tuple(map(_told_past, past_alike(context.documents, keys, reader, spans, place, most)))
    pattern, ratio = event_departure(reader, spans[place], explained)
    told = past[0].sentence if past else ""
    return EventExplanation(
        event=explained,
        pattern=pattern,
        components=_components(explained),
        repair=_told_repair(reader, event_repair(reader, spans[place], explained, budget)),
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
    if not events or reader.replaced:
        return ()
    facts = case_facts(context.documents, project_keys(context, project), reader, budget)
    return tuple(_told_case(reader, events, case) for case in facts)


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
    keys = project_keys(context, project)
    seen = signatures_of(context.documents, keys, reader)
    found = find_alike(seen, span, most=most, least=LEAST_LIKENESS)
    return tuple(map(_told_past, named(labelled(context.documents, keys, reader), found)))


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


def start_explain(
    context: Context,
    project: str,
    model: str,
    *,
    budget: float | None = None,
    wait: bool = False,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Look at the rows of every case again and keep what is found, in a process of its own.

    Training does so for its own budget; this is for another budget, for new labels and for models of older releases.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    budget : float, optional
        False alarms a month; the budget in force where absent.
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
    started = start_job(context, keys, "explain", {"model": model, "budget": budget})
    return wait_for_job(context, keys, started.id, watch=watch) if wait else started


def cases_told(
    context: Context, project: str, reader: ModelReader, events: Sequence[ExplainedEvent], budget: float | None
) -> tuple[ToldCase, ...]:
    """Return the cases of events as far as they are known, without looking at any row again.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    reader : ModelReader
        The model.
    events : sequence of ExplainedEvent
        Its events in order of time.
    budget : float or None
        False alarms a month; the budget in force where None.

    Returns
    -------
    tuple of ToldCase
        In order of time.
    """
    if not events or reader.replaced:
        return ()
    kept = kept_facts(context.documents, project_keys(context, project), reader, budget)
    facts = grouped(reader, events) if kept is None else kept
    return tuple(_told_case(reader, events, case) for case in facts)


def _reader(context: Context, project: str, model: str) -> ModelReader:
    """Return the reader of a model."""
    return ModelReader(context.documents, project_keys(context, project), model)


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


def _told_past(past: AlikePast) -> AlikeTold:
    """Return a stretch of the past in words."""
    words = alike_words(past.span, past.likeness, past.label, is_labelled=past.is_labelled)
    return AlikeTold(
        span=past.span, likeness=past.likeness, label=past.label, is_labelled=past.is_labelled, sentence=words
    )


def _components(event: ExplainedEvent) -> dict[str, float]:
    """Return the share of each component."""
    shares = np.array([share.share for share in event.shares])
    return component_shares(shares, tuple(share.sensor.component for share in event.shares))


def _told_repair(reader: ModelReader, facts: RepairFacts) -> RepairTold:
    """Return a repair set in words."""
    others = len(reader.stored.detector.sensors) - len(facts.sensors)
    words = repair_words([sensor.label for sensor in facts.sensors], is_enough=facts.is_enough, others=others)
    return RepairTold(
        sensors=facts.sensors,
        score_before=facts.score_before,
        scores_after=facts.scores_after,
        is_enough=facts.is_enough,
        adds_nothing=facts.adds_nothing,
        sentence=words,
    )


def _told_case(reader: ModelReader, events: Sequence[ExplainedEvent], case: CaseFacts) -> ToldCase:
    """Return one case in words."""
    return ToldCase(
        span=case.span,
        events=tuple(events[number] for number in case.events),
        sentence=case_sentence(events, case),
        numbers=case.events,
        alike=_told_past(case.alike) if case.alike else None,
        repair=_told_repair(reader, case.repair) if case.repair else None,
        is_explained=case.is_explained,
    )

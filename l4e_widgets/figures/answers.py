"""The words of a model's results, the same through every door."""

from __future__ import annotations

from l4e_widgets.core.results import ExplainedEvent, ModelResults
from l4e_widgets.core.times import duration_text
from l4e_widgets.figures.wording import (
    Deviation,
    EventFact,
    Pattern,
    answer_sentence,
    count_text,
    event_sentence,
    listed,
    period_text,
    share_text,
    span_text,
)

__all__ = ["accuracy_sentence", "budget_text", "event_words", "involved", "results_detail", "results_sentence"]

NAMED = 3


def event_words(event: ExplainedEvent) -> str:
    """Sentence of an event.

    Parameters
    ----------
    event : ExplainedEvent
        The event.

    Returns
    -------
    str
        When, which sensor, how far and which way.
    """
    if not event.shares:
        return f"{span_text(event.span)}: its sensors cannot be told any more, the model must be trained again."
    first = event.shares[0]
    deviation = Deviation(
        sensor=first.sensor.label,
        unit=first.sensor.unit,
        amount=first.deviation,
        pattern=Pattern.LEVEL if first.deviation is not None else Pattern.UNKNOWN,
        others=len(event.shares) - 1,
    )
    return event_sentence(event.span, deviation)


def involved(event: ExplainedEvent, limit: int = NAMED) -> str:
    """Sensors of an event with their shares.

    Parameters
    ----------
    event : ExplainedEvent
        The event.
    limit : int
        How many are named.

    Returns
    -------
    str
        For example ``flow 41 %, speed 20 %``.
    """
    return ", ".join(f"{share.sensor.label} {share_text(share.share)}" for share in event.shares[:limit])


def results_sentence(results: ModelResults) -> str:
    """Answer of a model in one sentence.

    Parameters
    ----------
    results : ModelResults
        What it found.

    Returns
    -------
    str
        How many events, the longest, the sensors most involved.
    """
    if results.evaluation_range is None:
        return "Nothing was looked at: the training range takes up all the data."
    facts = [
        EventFact(span=event.span, sensors=tuple((share.sensor.label, share.share) for share in event.shares[:NAMED]))
        for event in results.events
    ]
    return answer_sentence(facts, results.evaluation_range)


def results_detail(results: ModelResults) -> str:
    """Line below the answer.

    Parameters
    ----------
    results : ModelResults
        What the model found.

    Returns
    -------
    str
        Accuracy where there are labels, else what was learned from; then the budget and the findings.
    """
    parts = [accuracy_sentence(results) or f"Learned from {period_text(results.training_range)} before."]
    parts.append(f"Alarm budget: {budget_text(results.budget)}.")
    if results.findings:
        parts.append(f"{count_text(len(results.findings), 'finding')} besides.")
    return " ".join(parts)


def budget_text(budget: float) -> str:
    """Alarm budget in words.

    Parameters
    ----------
    budget : float
        False alarms a month.

    Returns
    -------
    str
        For example ``1 false alarm a month``.
    """
    number = f"{budget:g}"
    return f"{number} false {'alarm' if number == '1' else 'alarms'} a month"


def accuracy_sentence(results: ModelResults) -> str:
    """How events and labels agree, in a sentence.

    Parameters
    ----------
    results : ModelResults
        What the model found.

    Returns
    -------
    str
        Empty where there are no labels.
    """
    accuracy = results.accuracy
    if accuracy is None:
        return ""
    missed = [label for label, found in zip(accuracy.labels, accuracy.found, strict=True) if not found]
    words = [f"{accuracy.n_found} of {count_text(len(accuracy.labels), 'labelled fault')} found"]
    if missed:
        words.append(f"{len(missed)} missed")
    words.append(f"{count_text(len(accuracy.false_events), 'event')} without a label")
    early = sorted(seconds for seconds in accuracy.forewarning_s if seconds > 0)
    if early:
        words.append(f"longest forewarning {duration_text(early[-1])}")
    return f"{listed(words, limit=len(words))}."

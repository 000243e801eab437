"""The words of a case, a repair set, a sensitivity card, a budget and a drift, the same through every door."""

from __future__ import annotations

from collections.abc import Sequence

from l4e_widgets.core.detection.drift_guard import DriftReport, SensorDrift
from l4e_widgets.core.detection.recount import BudgetCount
from l4e_widgets.core.results import CaseFacts, ExplainedEvent
from l4e_widgets.core.times import TimeRange, duration_text, minute_text
from l4e_widgets.figures.wording import (
    Deviation,
    Pattern,
    count_text,
    event_sentence,
    listed,
    number_text,
    quantity_text,
    share_text,
)

__all__ = [
    "alike_words",
    "answer_words",
    "budget_words",
    "case_sentence",
    "case_words",
    "caught_words",
    "drift_words",
    "estimate_words",
    "repair_words",
]


def case_words(
    event: ExplainedEvent,
    *,
    pattern: Pattern | None = None,
    ratio: float | None = None,
    span: TimeRange | None = None,
    n_events: int = 1,
    alike: str = "",
) -> str:
    """Sentence of a case: when, which sensor, how much and which way, and what it is most like.

    Parameters
    ----------
    event : ExplainedEvent
        Its longest event.
    pattern : Pattern, optional
        How the first sensor departs; by its mean deviation where absent.
    ratio : float, optional
        Scatter of a noisy sensor as a multiple of the usual one.
    span : TimeRange, optional
        From its first event to its last; the event's own where absent.
    n_events : int
        Events it is made of.
    alike : str
        As `alike_words` gives it.

    Returns
    -------
    str
        One or two sentences.
    """
    first = event.shares[0]
    known = Pattern.LEVEL if first.deviation is not None else Pattern.UNKNOWN
    deviation = Deviation(
        sensor=first.sensor.label,
        unit=first.sensor.unit,
        amount=first.deviation,
        pattern=pattern or known,
        ratio=ratio,
        others=len(event.shares) - 1,
    )
    sentence = event_sentence(span or event.span, deviation)
    if n_events > 1:
        sentence = f"{sentence.removesuffix('.')}, in {count_text(n_events, 'event')}."
    return f"{sentence} {alike}".strip()


def case_sentence(events: Sequence[ExplainedEvent], case: CaseFacts) -> str:
    """Sentence of a case from its numbers.

    Parameters
    ----------
    events : sequence of ExplainedEvent
        All events of the model.
    case : CaseFacts
        The case.

    Returns
    -------
    str
        One or two sentences.
    """
    past = case.alike
    return case_words(
        events[case.longest],
        pattern=Pattern(case.pattern) if case.pattern else None,
        ratio=case.ratio,
        span=case.span,
        n_events=len(case.events),
        alike=alike_words(past.span, past.likeness, past.label, is_labelled=past.is_labelled) if past else "",
    )


def alike_words(span: TimeRange, likeness: float, label: str = "", *, is_labelled: bool = False) -> str:
    """Sentence on the stretch that a case is most like.

    Parameters
    ----------
    span : TimeRange
        When that was.
    likeness : float
        0 to 1.
    label : str
        What it was called, empty where it has no name.
    is_labelled : bool
        Whether somebody labelled it at all.

    Returns
    -------
    str
        For example ``Most alike: 2025-03-12 04:10, labelled valve (87 %).``
    """
    named = f", labelled {label}" if label else ", labelled as a fault" if is_labelled else ""
    return f"Most alike: {minute_text(span.start)} UTC{named} ({share_text(likeness)})."


def answer_words(verdict: str, by: str = "", note: str = "") -> str:
    """What people said of a case.

    Parameters
    ----------
    verdict : str
        ``real``, ``false`` or ``open``.
    by : str
        Who said so, empty where unknown.
    note : str
        What else was said.

    Returns
    -------
    str
        For example ``Real fault, says anna: seal worn.``; empty where nothing was said.
    """
    said = {"real": "Real fault", "false": "False alarm"}.get(verdict, "Note" if note else "")
    if not said:
        return ""
    return f"{said}{f', says {by}' if by else ''}{f': {note}' if note else ''}".rstrip(".") + "."


def repair_words(names: Sequence[str], *, is_enough: bool, others: int) -> str:
    """Sentence on the fewest sensors behind an event.

    Parameters
    ----------
    names : sequence of str
        Sensors of the repair set, the one that helps most first.
    is_enough : bool
        Whether replacing them ends the event.
    others : int
        Sensors that stay as they were measured.

    Returns
    -------
    str
        For people.
    """
    if not names:
        return "No sensor can be replaced by what others imply: there is none besides."
    told = listed(list(names), limit=4)
    stays = "the other sensor implies" if others == 1 else f"the other {others} sensors imply"
    if is_enough:
        return f"Had {told} read what {stays}, there would have been no event."
    return f"More than a few sensors are behind it: even had {told} read what {stays}, the event would have stayed."


def budget_words(count: BudgetCount) -> str:
    """Sentence on what a budget would have raised on the past.

    Parameters
    ----------
    count : BudgetCount
        The count.

    Returns
    -------
    str
        For people.
    """
    promise = f"{number_text(count.budget)} false {'alarm' if count.budget == 1 else 'alarms'} a month"
    past = duration_text(count.months * 30.4375 * 86_400)
    said = f"With {promise} this past of {past} would have raised {count_text(len(count.events), 'event')}"
    if count.accuracy is None:
        return f"{said}, {number_text(count.events_a_month, 1)} a month, whether real or false."
    total = len(count.accuracy.labels)
    return f"{said}: {count.n_found} of {count_text(total, 'label')} found, {count.n_false} without a label."


def estimate_words(
    budget: float,
    events_a_month: float,
    *,
    rows: int,
    found: int | None = None,
    false: int | None = None,
    n_labels: int = 0,
) -> str:
    """Sentence on what a budget would raise, before anything was trained.

    Parameters
    ----------
    budget : float
        False alarms a month.
    events_a_month : float
        Events of the quick fit a month.
    rows : int
        Rows the quick fit learned from.
    found, false : int, optional
        Labels found and events without a label; absent without labels.
    n_labels : int
        Known faults in the past.

    Returns
    -------
    str
        Begins with ``Estimate``.
    """
    promise = f"{number_text(budget)} false {'alarm' if budget == 1 else 'alarms'} a month"
    said = (
        f"Estimate from a quick fit on {number_text(rows, 0)} rows: with {promise} the past would have raised about "
        f"{number_text(events_a_month, 1)} events a month"
    )
    if found is None or false is None:
        return f"{said}, real or false."
    return f"{said}: {found} of {count_text(n_labels, 'label')} found, {count_text(false, 'event')} without a label."


def caught_words(sensor: str, unit: str, fault: str, *, smallest: float | None, within_s: float) -> str:
    """Sentence on the smallest fault that is caught.

    Parameters
    ----------
    sensor, unit : str
        Name for people and unit.
    fault : str
        Kind of the fault.
    smallest : float or None
        Smallest size that is caught, in the unit; 0 for a fault without size, None where none is.
    within_s : float
        Time within which, seconds.

    Returns
    -------
    str
        For people.
    """
    time = duration_text(within_s)
    sized = {"bias": "a bias of", "ramp": "a drift that reaches", "noise": "added noise of"}
    named = {"bias": "no bias", "ramp": "no drift", "noise": "no added noise"}
    if fault not in sized:
        state = "stuck" if fault == "stuck" else "decoupled from the others"
        return f"{sensor}: when {state}, it is {'not ' if smallest is None else ''}caught within {time}."
    if smallest is None:
        return f"{sensor}: {named[fault]} of the sizes tried is caught within {time}."
    return f"{sensor}: {sized[fault]} {quantity_text(float(f'{smallest:.2g}'), unit)} is caught within {time}."


def drift_words(report: DriftReport) -> tuple[str, ...]:
    """Sentences on live data that has left what was learned.

    Parameters
    ----------
    report : DriftReport
        What was seen.

    Returns
    -------
    tuple of str
        One a sensor, farthest first; one sentence where all is well.
    """
    if not report.n_rows:
        return ("There are no rows to look at.",)
    if not report.has_left:
        return (f"The last {count_text(report.n_rows, 'row')} lie within what the model learned.",)
    return tuple(_drift_text(drift) for drift in report.drifted)


def _drift_text(drift: SensorDrift) -> str:
    """Return what one sensor does."""
    name, unit = drift.sensor.label, drift.sensor.unit
    said = []
    if drift.beyond:
        way = "above" if drift.beyond > 0 else "below"
        size = quantity_text(float(f"{abs(drift.beyond):.2g}"), unit)
        said.append(f"{share_text(drift.outside_share)} of its rows lie outside what was learned, by {size} {way}")
    if abs(drift.shift_in_bands) >= 0.5:
        way = "above" if drift.shift > 0 else "below"
        size = quantity_text(float(f"{abs(drift.shift):.2g}"), unit)
        said.append(f"it reads {size} {way} what the others imply")
    return f"{name}: {' and '.join(said) or 'it has left what was learned'}. Train again with newer rows."

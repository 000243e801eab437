"""Answers to the open case: what it was, a note, and a label of it in one click."""

from __future__ import annotations

from l4e_widgets.core.times import minute_text
from l4e_widgets.figures.case_words import answer_words
from l4e_widgets.services.event_labels import ANSWERED_GROUP
from l4e_widgets.widgets.parts.blocks import button
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.results.model import ResultsModel

__all__ = ["answer_buttons", "answer_row"]


def answer_buttons(model: ResultsModel) -> list[Html]:
    """Buttons that say what the open case was, or take an answer back.

    Parameters
    ----------
    model : ResultsModel
        State of the page.

    Returns
    -------
    list of Html
        Empty while no event is open.
    """
    told = model.case or model.event
    if told is None:
        return []
    real = button("Real fault", "answer", "real", kind="small", off="answered so" if told.verdict == "real" else "")
    false = button("False alarm", "answer", "false", kind="small", off="answered so" if told.verdict == "false" else "")
    undo = [button("Undo answer", "answer", "open", kind="small quiet")] if told.verdict != "open" else []
    return [real, false, *undo]


def answer_row(model: ResultsModel) -> Html:
    """Note, label group and what was answered.

    Parameters
    ----------
    model : ResultsModel
        State of the page.

    Returns
    -------
    Html
        One row; nothing while no event is open.
    """
    told = model.case or model.event
    if told is None:
        return element("div")
    groups = sorted({*model.groups, ANSWERED_GROUP})
    options = [element("option", name, value=name, selected=name == model.group or None) for name in groups]
    case = model.case
    when = f" {minute_text(case.answered_ns)} UTC." if case and case.answered_ns and case.verdict != "open" else ""
    answer = answer_words(told.verdict, case.answered_by if case else "", told.note) + when
    return element(
        "div.l4e-row.l4e-answers",
        element(
            "input.l4e-in",
            type="text",
            value=model.note,
            data_act="note",
            placeholder="Note that goes with the answer or the label",
            aria_label="Note",
            maxlength=2560,
        ),
        element("select.l4e-in", options, data_act="group", aria_label="Label group"),
        button("Label this case" if model.whole_case else "Label this event", "label", kind="small"),
        element("span.l4e-s.l4e-2", model.said or answer, role="status"),
    )

"""Events of a model as a table, what else it noticed, and both as a file."""

from __future__ import annotations

import csv
import io

from l4e_widgets.core.times import duration_text, iso_z, minute_text, range_text
from l4e_widgets.figures.wording import count_text, share_text
from l4e_widgets.services.results import EventRecord
from l4e_widgets.services.results import Results as Found
from l4e_widgets.services.told import CaseTold
from l4e_widgets.widgets.parts.blocks import Column, banner, empty_place, table
from l4e_widgets.widgets.parts.glyphs import glyph
from l4e_widgets.widgets.parts.markup import Html, element, together

__all__ = ["events_csv", "events_section", "notes_section"]

COLOURS = ("c1", "c5", "c3")
"""By rank, as the contributions of the open event are coloured in the chart."""
COLUMNS = (
    Column("Severity"),
    Column("Start, UTC"),
    Column("End"),
    Column("Lasted", "l4e-num"),
    Column("Score", "l4e-num"),
    Column("Sensors by share", "flex"),
    Column("Answer"),
)
ANSWERS = {"real": "real fault", "false": "false alarm"}


def events_section(found: Found, chosen: int, *, whole_case: bool = False) -> Html:
    """Table of the cases with their events, newest first.

    Parameters
    ----------
    found : Results
        What the model found.
    chosen : int
        Place of the open event in order of time, -1 for none.
    whole_case : bool
        Whether the open event stands for its whole case.

    Returns
    -------
    Html
        The section; an empty place where there is no event.
    """
    if not found.events:
        return element(
            "section.l4e-sec",
            empty_place("No event", "Nothing left what the model learned as normal for long enough to be one."),
        )
    cases = found.cases
    rows = [row for place in reversed(range(len(cases))) for row in _case_rows(found, place, chosen, whole_case)]
    if not cases:
        rows = [_row(found.events[index], index, index == chosen) for index in reversed(range(len(found.events)))]
    title = f"{count_text(len(cases), 'case')}" if cases else "Events"
    words = f"{count_text(len(found.events), 'event')}, newest first"
    return element(
        "section.l4e-below",
        element("div.l4e-row.base", element("h2.l4e-h2", title), element("span.l4e-s.l4e-2", words)),
        table(COLUMNS, rows, label="Cases and their events", classes="tight l4e-events"),
    )


def _case_rows(found: Found, place: int, chosen: int, whole_case: bool) -> list[Html]:
    """Row of a case, and below it its events where there are several."""
    case = found.cases[place]
    if len(case.events) == 1:
        number = case.events[0]
        return [_row(found.events[number], number, number == chosen)]
    is_chosen = whole_case and chosen in case.events
    score = max(found.events[number].max_score for number in case.events)
    row = element(
        "tr",
        _cells(case, count_text(len(case.events), "event"), score),
        class_="on" if is_chosen else "",
        tabindex=0,
        data_act="case",
        data_value=place,
        aria_selected="true" if is_chosen else "false",
        title=case.sentence,
    )
    inside = [
        _row(found.events[number], number, number == chosen and not whole_case, inside=True)
        for number in reversed(case.events)
    ]
    return [row, *inside]


def _row(event: EventRecord, index: int, is_chosen: bool, *, inside: bool = False) -> Html:
    """One event, which may lie inside a case."""
    classes = " ".join(name for name, given in (("on", is_chosen), ("l4e-inside", inside)) if given)
    return element(
        "tr",
        _cells(event, "", event.max_score),
        class_=classes,
        tabindex=0,
        data_act="event",
        data_value=index,
        aria_selected="true" if is_chosen else "false",
        title=event.sentence,
    )


def _cells(told: EventRecord | CaseTold, beside: str, score: float) -> list[Html]:
    """Cells of an event or a case."""
    tone = "anomaly" if told.severity == "critical" else "warn"
    state = element("span.l4e-row", glyph(told.severity), told.severity, class_=f"l4e-tone {tone}")
    number = element("span.l4e-2.l4e-s", f" {beside}") if beside else None
    return [
        element("td", state),
        element("td", minute_text(told.span.start)),
        element("td", _end_text(told)),
        element("td.l4e-num", duration_text(told.span.seconds)),
        element("td.l4e-num.l4e-m", f"{score:.2f}"),
        element("td.flex", _shares(told), number),
        element("td", ANSWERS.get(told.verdict) or element("span.l4e-3", "open")),
    ]


def _end_text(event: EventRecord | CaseTold) -> str:
    """End of an event: the time alone, with the days that lie between."""
    start, end = minute_text(event.span.start), minute_text(event.span.end)
    days = event.span.end // 86_400_000_000_000 - event.span.start // 86_400_000_000_000
    return f"{end[11:]} +{days} d" if days else end[11:] if start[:10] == end[:10] else end


def _shares(event: EventRecord | CaseTold) -> Html:
    """Largest shares as a bar and in words."""
    largest = event.sensors[: len(COLOURS)]
    bar = element(
        "span.l4e-parts",
        [
            element("i", style=f"width:{100 * share.share:.1f}%;background:var(--l4e-{colour})")
            for share, colour in zip(largest, COLOURS, strict=False)
        ],
    )
    words: list[Html] = []
    for place, share in enumerate(largest):
        dot = " · " if place else ""
        text = together(dot, share.sensor.label, " ", element("span.l4e-2", share_text(share.share)))
        words.append(text if place == 0 else element("span.l4e-3", text))
    return together(bar, words)


def notes_section(found: Found) -> Html:
    """What is no event but worth knowing, and what the model cannot promise.

    Parameters
    ----------
    found : Results
        What the model found.

    Returns
    -------
    Html
        The section; nothing where there is nothing to say.
    """
    findings = [
        element("li", element("span.l4e-2", f"{range_text(finding.span)} UTC: "), finding.sentence)
        for finding in found.findings
    ]
    noticed = (
        element("section.l4e-sec", element("h2.l4e-h2", "Also noticed"), element("ul.l4e-list", findings))
        if findings
        else None
    )
    return together(noticed, banner(" ".join(found.warnings), kind="warn"))


def events_csv(found: Found) -> bytes:
    """Events as a CSV file.

    Parameters
    ----------
    found : Results
        What the model found.

    Returns
    -------
    bytes
        UTF-8 text with a head; one row an event, in order of time.
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["start", "end", "max_score", "severity", "sentence", "sensors", "verdict", "note"])
    for event in found.events:
        shares = "; ".join(f"{share.sensor.label} {share.share:.3f}" for share in event.sensors)
        rows.writerow(
            [
                iso_z(event.span.start),
                iso_z(event.span.end),
                f"{event.max_score:.4f}",
                event.severity,
                event.sentence,
                shares,
                event.verdict,
                event.note,
            ]
        )
    return text.getvalue().encode()

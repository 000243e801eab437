"""Events of a model as a table, what else it noticed, and both as a file."""

from __future__ import annotations

import csv
import io

from l4e_widgets.core.times import duration_text, iso_z, minute_text, range_text
from l4e_widgets.figures.wording import share_text
from l4e_widgets.services.results import EventRecord
from l4e_widgets.services.results import Results as Found
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
)


def events_section(found: Found, chosen: int) -> Html:
    """Table of the events, newest first.

    Parameters
    ----------
    found : Results
        What the model found.
    chosen : int
        Place of the open event in order of time, -1 for none.

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
    order = reversed(range(len(found.events)))
    rows = [_row(found.events[index], index, index == chosen) for index in order]
    return element(
        "section.l4e-below",
        element("div.l4e-row.base", element("h2.l4e-h2", "Events"), element("span.l4e-s.l4e-2", "newest first")),
        table(COLUMNS, rows, label="Events", classes="tight l4e-events"),
    )


def _row(event: EventRecord, index: int, is_chosen: bool) -> Html:
    """One event."""
    tone = "anomaly" if event.severity == "critical" else "warn"
    return element(
        "tr",
        element("td", element("span.l4e-row", glyph(event.severity), event.severity, class_=f"l4e-tone {tone}")),
        element("td", minute_text(event.span.start)),
        element("td", _end_text(event)),
        element("td.l4e-num", duration_text(event.span.seconds)),
        element("td.l4e-num.l4e-m", f"{event.max_score:.2f}"),
        element("td.flex", _shares(event)),
        class_="on" if is_chosen else "",
        tabindex=0,
        data_act="event",
        data_value=index,
        aria_selected="true" if is_chosen else "false",
        title=event.sentence,
    )


def _end_text(event: EventRecord) -> str:
    """End of an event: the time alone, with the days that lie between."""
    start, end = minute_text(event.span.start), minute_text(event.span.end)
    days = event.span.end // 86_400_000_000_000 - event.span.start // 86_400_000_000_000
    return f"{end[11:]} +{days} d" if days else end[11:] if start[:10] == end[:10] else end


def _shares(event: EventRecord) -> Html:
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
    rows.writerow(["start", "end", "max_score", "severity", "sentence", "sensors"])
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
            ]
        )
    return text.getvalue().encode()

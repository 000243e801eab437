"""The report: one HTML file that opens from disk, needs no network and prints."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from l4e_widgets.core.detail import window
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import duration_text
from l4e_widgets.figures.escape import script_json
from l4e_widgets.figures.report_content import (
    Accuracy,
    Card,
    ReportCase,
    ReportContent,
    ReportEvent,
    ReportFinding,
    ReportLabel,
    SensorGrade,
    Timeline,
)
from l4e_widgets.figures.report_data import Detail, report_data, report_size, whole_range
from l4e_widgets.figures.static_files import static_text
from l4e_widgets.figures.svg import score_strip, share_bar
from l4e_widgets.figures.wording import (
    count_text,
    moment_text,
    number_text,
    period_text,
    share_text,
    span_text,
)

__all__ = [
    "LARGEST_BYTES",
    "Accuracy",
    "Card",
    "ReportCase",
    "ReportContent",
    "ReportEvent",
    "ReportFinding",
    "ReportLabel",
    "SensorGrade",
    "Timeline",
    "render_report",
]

LARGEST_BYTES = 3_000_000
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
MOST_CASES = 20
SIZE_MARK = "\ue000size\ue000"
LEVELS = (
    Detail(pixels=1600, event_pixels=4000, event_sensors=6),
    Detail(pixels=1200, event_pixels=1600, event_sensors=5),
    Detail(pixels=1000, event_pixels=800, event_sensors=4),
    Detail(pixels=800, event_pixels=400, event_sensors=3),
    Detail(pixels=400, event_pixels=200, event_sensors=3),
    Detail(pixels=150, event_pixels=100, event_sensors=3),
)


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event as the table shows it.

    Parameters
    ----------
    number : int
        Its place in time, from 1.
    event : ReportEvent
        The event.
    start, lasted, score, sensors, forewarning, short : str
        What stands in the cells, and its date for the head.
    bar : Markup
        Its share bar.
    """

    number: int
    event: ReportEvent
    start: str
    lasted: str
    score: str
    sensors: str
    forewarning: str
    short: str
    bar: Markup


def render_report(content: ReportContent) -> str:
    """Report as one self-contained HTML file.

    Parameters
    ----------
    content : ReportContent
        What it says.

    Returns
    -------
    str
        HTML without any reference to a network, at most about 3 MB: the traces are thinned as far as that needs,
        those inside events last.

    Raises
    ------
    NotFound
        The front end was not built.
    """
    script, style = static_text("report.js"), static_text("l4e.css")
    data = _fitting_data(content, LARGEST_BYTES - len(script) - len(style))
    rows = _event_rows(content)
    environment = Environment(
        loader=PackageLoader("l4e_widgets.figures"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = count_text
    environment.filters["reasons"] = _reasons_text
    text = environment.get_template("report.html").render(
        content=content,
        rows=rows[::-1],
        worst=_worst(content),
        made=moment_text(content.created_ns, content.zone),
        accuracy=_accuracy_text(content),
        watched=period_text(content.evaluation),
        findings=[(finding, span_text(finding.span, content.zone)) for finding in content.findings],
        script=Markup(script),  # noqa: S704 - built by us, no text from data
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style=Markup(style),  # noqa: S704 - built by us, no text from data
        foot=Markup(_css_text(", ".join(part for part in (content.project or content.title, content.model) if part))),  # noqa: S704
        data=Markup(data),  # noqa: S704 - escaped by script_json
        strip=_fallback(content),
        places={name: place for place, s in enumerate(content.timeline.sensors) for name in (s.id, s.name, s.label)},
        size=SIZE_MARK,
        most_cases=MOST_CASES,
    )
    return text.replace(SIZE_MARK, _size_text(len(text.encode())), 1)


def _fitting_data(content: ReportContent, room: int) -> str:
    """Packed data at the finest level that leaves the file small enough."""
    room -= 2500 * len(content.events) + 400 * len(content.grades) + 50_000
    text = ""
    for level in LEVELS:
        if level is not LEVELS[-1] and report_size(content, level) > room:
            continue
        text = script_json(report_data(content, level))
        if len(text) <= room:
            break
    return text


def _size_text(size: int) -> str:
    """Size of a file in words."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def _event_rows(content: ReportContent) -> list[EventRow]:
    """Events in the order of time, as texts."""
    names = {sensor.id: sensor.label for sensor in content.timeline.sensors}
    rows = []
    for number, event in enumerate(sorted(content.events, key=lambda event: event.span.start), 1):
        shares = [(names.get(name, name), share) for name, share in event.shares]
        told = [
            f"{name} {share_text(share)}"
            for place, (name, share) in enumerate(shares[:3])
            if not place or share >= 0.05
        ]
        ahead = duration_text(event.forewarning_s) if event.forewarning_s else "–"
        rows.append(
            EventRow(
                number=number,
                event=event,
                start=moment_text(event.span.start, content.zone),
                lasted=duration_text(event.span.seconds),
                score=number_text(event.score, 2),
                sensors=", ".join(told),
                forewarning=ahead,
                short=_short_text(event, content),
                bar=Markup(share_bar(shares)),  # noqa: S704 - escaped in figures.svg
            )
        )
    return rows


def _short_text(event: ReportEvent, content: ReportContent) -> str:
    """Day of an event, with its time where another event begins on the same day."""
    start = moment_text(event.span.start, content.zone)
    day = f"{int(start[8:10])} {MONTHS[int(start[5:7]) - 1]}"
    others = [moment_text(other.span.start, content.zone)[:10] for other in content.events if other is not event]
    return f"{day} {start[11:]}" if start[:10] in others else day


def _reasons_text(reasons: tuple[str, ...]) -> str:
    """Reasons one after the other, be they sentences or phrases."""
    return " ".join(part if part.endswith(".") or part is reasons[-1] else f"{part};" for part in reasons)


def _worst(content: ReportContent) -> str:
    """Severity that the whole report stands for."""
    severities = {event.severity for event in content.events}
    return "critical" if "critical" in severities else "warning" if severities else "normal"


def _accuracy_text(content: ReportContent) -> str:
    """Line beside the heading of the events."""
    length = period_text(content.evaluation)
    if content.accuracy is None:
        return f"{number_text(len(content.events), 0)} in {length}"
    told = content.accuracy
    labelled = told.found + told.missed
    text = f"{number_text(len(content.events), 0)} in {length}: "
    text += f"{told.found} of {count_text(labelled, 'labelled fault')} found"
    text += f", {told.missed} missed" if told.missed else ""
    text += f", {told.false} without a label" if told.false else ""
    early = [seconds for seconds in told.forewarning_s if seconds > 0]
    if early:
        text += f"; median forewarning {duration_text(float(np.median(early)))}"
    return text


def _fallback(content: ReportContent) -> Markup:
    """Score over time for readers whose browser runs no script."""
    whole, timeline = whole_range(content), content.timeline
    if timeline.score is None or not len(timeline.timestamps):
        return Markup("")
    frame = SensorFrame(timeline.timestamps, timeline.score.reshape(-1, 1), (Sensor(id="score", name="score"),))
    rows = window(frame, whole.start, whole.end, 500)
    length = whole.end - whole.start
    marks = [((e.span.start - whole.start) / length, (e.span.end - whole.start) / length) for e in content.events]
    ends = tuple(f"{moment_text(ns, content.zone)} {content.zone}" for ns in (whole.start, whole.end))
    places = (rows.timestamps - whole.start) / length
    return Markup(score_strip(places, rows.values[:, 0], marks, ends=(ends[0], ends[1])))  # noqa: S704 - escaped in figures.svg


def _css_text(text: str) -> str:
    """Text as the inside of a CSS string: everything but plain letters and digits as a code."""
    return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text[:200] if c >= " ")

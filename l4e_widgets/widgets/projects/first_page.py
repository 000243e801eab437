"""What someone sees who has no project yet: what this is for, two ways in, the path, and what a file must hold."""

from __future__ import annotations

from collections.abc import Sequence

from l4e_widgets.widgets.parts.glyphs import glyph
from l4e_widgets.widgets.parts.markup import Html, element, together
from l4e_widgets.widgets.projects.picture import welcome_picture

__all__ = ["first_page"]

STEPS = (
    ("Load data", "CSV, Parquet, several files", True),
    ("Review", "each sensor graded, with reasons", True),
    ("Label", "mark the faults you know", False),
    ("Train", "range proposed, budget chosen", True),
    ("Results", "events, guilty sensors, report", True),
    ("Deploy", "not in this release yet", False),
    ("Monitor", "not in this release yet", False),
)
ROWS = (
    ("timestamp", "flow", "discharge_pr", "bearing_temp"),
    ("2026-11-24 10:05:00", "186.4", "9.81", "58.2"),
    ("2026-11-24 10:06:00", "186.9", "9.79", "58.2"),
    ("2026-11-24 10:07:00", "empty", "9.80", "58.3"),
)
AMOUNT = (
    ("done", "6–12 months is ideal, so that seasons and loads are covered"),
    ("done", "14 days is the least worth trusting; less is taken, with a warning"),
    ("done", "one row every 1 s to 1 h"),
    ("optional", "labels of known faults help, but are not needed"),
)
MACHINES = (
    ("done", "rotating: pumps, compressors, fans, motors, turbines, gearboxes"),
    ("done", "process: mills, heat exchangers, extruders, boilers"),
    ("cross", "not vehicles, robots, or anything whose conditions change all the time"),
)


def first_page(buttons: Sequence[Html], note: str) -> Html:
    """The page of someone who has no project yet.

    Parameters
    ----------
    buttons : sequence of Html
        The ways in.
    note : str
        What to know of them.

    Returns
    -------
    Html
        The page.
    """
    words = element(
        "div.l4e-welcome",
        element("h1", "Know which machine drifts, and which sensor says so"),
        element(
            "p.l4e-2",
            "l4e learns from your sensor history how a machine behaves when it is healthy. It marks the stretches that "
            "do not fit, names the sensors that point there, and shows what they should have read. "
            "Nothing leaves this computer.",
        ),
        element("div.l4e-row.l4e-wrap.l4e-ways", buttons),
        element("p.l4e-2.l4e-s", note),
    )
    return together(
        element("div.l4e-hero", words, element("div", welcome_picture())),
        element(
            "section.l4e-sec",
            element("h2.l4e-h2", "From file to monitoring"),
            element("ol.l4e-path", [_step(n, *step) for n, step in enumerate(STEPS, start=1)]),
        ),
        element(
            "section.l4e-sec.l4e-advice",
            element("div", element("h2.l4e-h2", "Your file"), _file()),
            element("div", element("h2.l4e-h2", "How much data"), _list(AMOUNT)),
            element("div", element("h2.l4e-h2", "Which machines"), _list(MACHINES)),
        ),
    )


def _step(number: int, title: str, words: str, is_required: bool) -> Html:
    """One step of the path; one that nobody has to take is dashed."""
    optional = None if is_required else element("span.l4e-2", " optional")
    return element(
        "li",
        element("span.l4e-dot", number, class_="" if is_required else "optional"),
        element("b.l4e-b", title, optional),
        element("span.l4e-2", words),
    )


def _file() -> Html:
    """A small example of a file."""
    heads = element("tr", [element("th", name, class_="l4e-num" if n else "") for n, name in enumerate(ROWS[0])])
    rows = [
        element("tr", [element("td", cell, class_=("l4e-num" if n else "")) for n, cell in enumerate(row)])
        for row in ROWS[1:]
    ]
    table = element(
        "table.l4e-t.raw.tight", element("thead", heads), element("tbody", rows), aria_label="Example of a file"
    )
    words = (
        "A time in the first column, one number per sensor after it. The delimiter, decimal mark and time format are "
        "found out and shown before anything is stored."
    )
    return together(table, element("p.l4e-2.l4e-s", words))


def _list(lines: Sequence[tuple[str, str]]) -> Html:
    """Sentences with their signs."""
    tones = {"done": "normal", "cross": "anomaly"}
    return element(
        "ul.l4e-why",
        [
            element("li.l4e-row.base", glyph(sign, tone=tones.get(sign, "quiet")), element("span", words))
            for sign, words in lines
        ],
    )

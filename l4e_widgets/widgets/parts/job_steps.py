"""A job while it runs: its bar, its time and its steps."""

from __future__ import annotations

from l4e_widgets.core.times import duration_text
from l4e_widgets.services.jobs import JobView
from l4e_widgets.widgets.parts.blocks import Column, table
from l4e_widgets.widgets.parts.glyphs import glyph
from l4e_widgets.widgets.parts.markup import Html, element, together

__all__ = ["job_steps"]

COLUMNS = (Column("State"), Column("Step", "flex"), Column("Time", "l4e-num"))
SIGNS = {"done": "done", "running": "running", "waiting": "ready"}


def job_steps(view: JobView, label: str) -> Html:
    """Progress of a job.

    Parameters
    ----------
    view : JobView
        The job.
    label : str
        What is done, for screen readers.

    Returns
    -------
    Html
        Bar, times and steps.
    """
    share = round(100 * view.progress)
    left = f"about {duration_text(view.seconds_left)} left" if view.seconds_left else ""
    rows = [
        element(
            "tr",
            element("td", element("span.l4e-row", glyph(SIGNS.get(step.state, "ready")), step.state)),
            element("td.l4e-m.flex", step.name),
            element("td.l4e-num", f"{step.seconds:.1f} s" if step.state == "done" else "–"),
        )
        for step in view.steps
    ]
    bar = element(
        "div.l4e-bar.l4e-sec",
        element("i", style=f"width:{share}%"),
        role="progressbar",
        aria_valuenow=share,
        aria_valuemin=0,
        aria_valuemax=100,
        aria_label=label,
    )
    told = element(
        "div.l4e-row.l4e-between.l4e-2.l4e-s",
        element("span", f"{share} %, {duration_text(round(view.seconds))} gone"),
        element("span", left),
    )
    return together(bar, told, table(COLUMNS, rows, label=f"Steps: {label}", classes="l4e-sec") if rows else None)

"""A job while it runs: its bar, its time and its steps, for every page that waits for one."""

from __future__ import annotations

from l4e_widgets.core.times import duration_text
from l4e_widgets.services.jobs import JobView
from l4e_widgets.widgets.parts.blocks import Column, table
from l4e_widgets.widgets.parts.glyphs import glyph
from l4e_widgets.widgets.parts.markup import Html, element, together

__all__ = ["job_bar", "job_steps", "progress_bar", "steps_table"]

COLUMNS = (Column("State"), Column("Step", "flex"), Column("Time", "l4e-num"))
SIGNS = {"done": "done", "running": "running", "waiting": "ready"}


def progress_bar(view: JobView, label: str) -> Html:
    """How far a job is, as a bar.

    Parameters
    ----------
    view : JobView
        The job.
    label : str
        What is done, for screen readers.

    Returns
    -------
    Html
        The bar.
    """
    share = round(100 * view.progress)
    return element(
        "div.l4e-bar.l4e-sec",
        element("i", style=f"width:{share}%"),
        role="progressbar",
        aria_valuenow=share,
        aria_valuemin=0,
        aria_valuemax=100,
        aria_label=label,
    )


def steps_table(view: JobView, label: str, *, classes: str = "") -> Html:
    """Steps of a job, each with its state and its time.

    Parameters
    ----------
    view : JobView
        The job.
    label : str
        What the table holds, for screen readers.
    classes : str
        Further classes of the table.

    Returns
    -------
    Html
        The table.
    """
    rows = [
        element(
            "tr",
            element("td", element("span.l4e-row", glyph(SIGNS.get(step.state, "ready")), step.state)),
            element("td.l4e-m.flex", step.name),
            element("td.l4e-num", f"{step.seconds:.1f} s" if step.state == "done" else "–"),
        )
        for step in view.steps
    ]
    return table(COLUMNS, rows, label=label, classes=classes)


def job_bar(view: JobView, *, words: str = "") -> Html:
    """A job in a bar and one line, where its steps say too much.

    Parameters
    ----------
    view : JobView
        The job.
    words : str
        What it does; its own message where empty.

    Returns
    -------
    Html
        Bar and line.
    """
    left = f", about {duration_text(max(round(view.seconds_left), 1))} left" if view.seconds_left else ""
    said = f"{words or view.message or 'About to start'}: {round(100 * view.progress)} %{left}"
    return together(progress_bar(view, words or "Progress"), element("span.l4e-s.l4e-2", said))


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
    left = f"about {duration_text(view.seconds_left)} left" if view.seconds_left else ""
    told = element(
        "div.l4e-row.l4e-between.l4e-2.l4e-s",
        element("span", f"{round(100 * view.progress)} %, {duration_text(round(view.seconds))} gone"),
        element("span", left),
    )
    steps = steps_table(view, f"Steps: {label}", classes="l4e-sec") if view.steps else None
    return together(progress_bar(view, label), told, steps)

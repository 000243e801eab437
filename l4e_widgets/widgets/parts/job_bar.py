"""A job that runs, as a bar with its step, its share and the time left."""

from __future__ import annotations

from l4e_widgets.core.times import duration_text
from l4e_widgets.services.jobs import JobView
from l4e_widgets.widgets.parts.markup import Html, element

__all__ = ["job_bar"]


def job_bar(view: JobView, *, words: str = "") -> Html:
    """Bar of a job.

    Parameters
    ----------
    view : JobView
        The job.
    words : str
        What it does; its own message where empty.

    Returns
    -------
    Html
        For a screen reader as well.
    """
    share = round(100 * view.progress)
    left = f", about {duration_text(max(round(view.seconds_left), 1))} left" if view.seconds_left else ""
    return element(
        "div.l4e-sec",
        element(
            "div.l4e-bar",
            element("i", style=f"width:{share}%"),
            role="progressbar",
            aria_valuenow=share,
            aria_label=words or "Progress",
        ),
        element("span.l4e-s.l4e-2", f"{words or view.message or 'About to start'}: {share} %{left}"),
    )

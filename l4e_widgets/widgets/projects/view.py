"""The list of projects as a page."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from l4e_widgets.core.times import minute_text
from l4e_widgets.figures.wording import number_text
from l4e_widgets.services.projects import ProjectSummary
from l4e_widgets.widgets.parts.blocks import Column, banner, button, empty_place, head, sentence, table
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.glyphs import badge
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.projects.model import ProjectsModel

__all__ = ["Welcome", "status_badge"]

COLUMNS = (
    Column("Project", "flex"),
    Column("Data"),
    Column("Sensors", "l4e-num"),
    Column("Rows", "l4e-num"),
    Column("First row, UTC"),
    Column("Last row, UTC"),
    Column("Models", "l4e-num"),
)
STEPS = (
    ("Load data", "a CSV file, or several"),
    ("Review", "each sensor graded, with reasons"),
    ("Train", "the range is proposed"),
    ("Results", "events, sensors behind them, report"),
)


class Welcome(Page):
    """Projects of a workspace, or how to get the first one.

    Parameters
    ----------
    workspace : Workspace, Context, str, Path or None
        Where the projects are; the user's default place where None.
    open_project : callable, optional
        Called with the name of a project when it is chosen.
    new_project : callable, optional
        Called when a new project is wanted.
    """

    def __init__(
        self,
        workspace: Place = None,
        *,
        open_project: Callable[[str], None] | None = None,
        new_project: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(ProjectsModel(context_of(workspace)))
        self.model: ProjectsModel
        self._open = open_project
        self._new = new_project

    def build(self) -> list[ipywidgets.Widget]:
        """Make the one panel of the page.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        self._panel = Panel(self._chosen)
        self.watch(self._draw, ["projects", "error"])
        return [self._panel]

    def _chosen(self, act: str, value: str) -> None:
        if act == "open" and self._open is not None:
            self._open(value)
        elif act == "new" and self._new is not None:
            self._new()
        elif act == "refresh":
            answered(self.model, self.model.refresh)

    def _draw(self) -> None:
        model = self.model
        if model.projects:
            again = [button("Look again", "refresh", kind="small")]
            rows = [self._row(project) for project in model.projects]
            self._panel.show(
                banner(model.error),
                head("Projects", actions=[button("New project", "new", kind="primary")] if self._new else []),
                sentence(model.sentence, actions=again),
                table(COLUMNS, rows, label="Projects", classes="l4e-sec"),
            )
        else:
            self._panel.show(banner(model.error), _first_words(), _path(), _first_steps())

    def _row(self, project: ProjectSummary) -> Html:
        span = project.span
        name = element(
            "td.flex", element("span.l4e-m", project.name), element("span.l4e-3", f"  {project.description}")
        )
        act = {"data_act": "open", "data_value": project.name, "tabindex": 0} if self._open else {}
        return element(
            "tr",
            name,
            element("td", status_badge(project)),
            element("td.l4e-num", number_text(project.n_sensors, 0)),
            element("td.l4e-num", number_text(project.n_rows, 0)),
            element("td", minute_text(span.start) if span else "–"),
            element("td", minute_text(span.end) if span else "–"),
            element("td.l4e-num", number_text(len(project.models), 0)),
            **act,
        )


def status_badge(project: ProjectSummary) -> Html:
    """State of the data of a project.

    Parameters
    ----------
    project : ProjectSummary
        The project.

    Returns
    -------
    Html
        A badge with sign and word.
    """
    if project.status == "ready":
        return badge("data ready", "eval")
    if project.status == "failed":
        return badge("not loaded", "crit")
    return badge("loading", "run")


def _first_words() -> Html:
    """What this is for."""
    return element(
        "div.l4e-welcome",
        element("h1", "Know which machine drifts, and which sensor says so"),
        element(
            "p.l4e-2",
            "l4e learns from your sensor history how a machine behaves when it is healthy. It marks the stretches that "
            "do not fit, names the sensors that point there, and shows what they should have read.",
        ),
    )


def _path() -> Html:
    """The way from a file to results."""
    steps = [
        element("li", element("span.l4e-dot", number), element("b.l4e-b", title), element("span.l4e-2", words))
        for number, (title, words) in enumerate(STEPS, start=1)
    ]
    return element("section.l4e-sec", element("h2.l4e-h2", "From file to results"), element("ol.l4e-path", steps))


def _first_steps() -> Html:
    """What to do now: the two ways to a first project."""
    sample = element(
        "div.l4e-start",
        element("span", "The sample pump, in under a minute:"),
        element("code", "l4e demo"),
        element("span", "Your own file, in a notebook:"),
        element("code", 'l4e.Workspace().create_project("pump-7", data="pump-7.csv")'),
        element("span", "An answer without a project:"),
        element("code", "l4e assess pump-7.csv --report report.html"),
    )
    again = element("div.l4e-row.l4e-center", button("Look again", "refresh", kind="small"))
    return element(
        "section.l4e-sec",
        empty_place("No project yet", "A time in the first column, one number per sensor after it. ", sample, again),
    )

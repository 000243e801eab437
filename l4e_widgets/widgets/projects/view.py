"""The list of projects as a page."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from l4e_widgets.core.times import minute_text
from l4e_widgets.figures.wording import number_text
from l4e_widgets.services.projects import ProjectSummary
from l4e_widgets.services.samples import SAMPLE_PROJECT
from l4e_widgets.widgets.parts.blocks import Column, banner, button, head, sentence, table
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.glyphs import badge
from l4e_widgets.widgets.parts.job_steps import job_steps
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.projects.first_page import first_page
from l4e_widgets.widgets.projects.model import ProjectsModel
from l4e_widgets.widgets.projects.sample import STAY, SampleModel

SAMPLE_DRAWN = ["is_making", "view", "error"]

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
        self.sample = SampleModel(self.model.context)
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
        self.sample.observe(self._draw, names=SAMPLE_DRAWN)
        self.sample.observe(self._sample_made, names=["made"])
        return [self._panel]

    def close(self) -> None:
        """Take the page away; a sample that is being made goes on while the kernel lives."""
        self.sample.unobserve_all()
        super().close()

    def _sample_made(self, _: object) -> None:
        """Open the sample when it is ready."""
        answered(self.model, self.model.refresh)
        if self._open is not None and self.sample.made:
            self._open(self.sample.made)

    def _chosen(self, act: str, value: str) -> None:
        if act == "open" and self._open is not None:
            self._open(value)
        elif act == "new" and self._new is not None:
            self._new()
        elif act == "sample":
            answered(self.model, self.sample.start)
        elif act == "refresh":
            answered(self.model, self.model.refresh)

    def _draw(self, _: object = None) -> None:
        model = self.model
        failed = model.error or self.sample.error
        if self.sample.is_making:
            self._panel.show(*self._sample())
        elif model.projects:
            again = [button("Look again", "refresh", kind="small")]
            rows = [self._row(project) for project in model.projects]
            self._panel.show(
                banner(failed),
                head("Projects", actions=self._ways()),
                sentence(model.sentence, actions=again),
                table(COLUMNS, rows, label="Projects", classes="l4e-sec"),
            )
        else:
            self._panel.show(banner(failed), first_page(self._first_ways(), self._note()))

    def _ways(self) -> list[Html]:
        """Ways to one more project."""
        has_sample = any(project.name == SAMPLE_PROJECT for project in self.model.projects)
        sample = [] if has_sample else [button("Try the sample pump", "sample")]
        return [*sample, *([button("New project", "new", kind="primary")] if self._new else [])]

    def _first_ways(self) -> list[Html]:
        """The two ways to a first project."""
        load = button("Load data and build your first model", "new", kind="primary big")
        sample = button("Try it with the sample pump", "sample", kind="big")
        return [load, sample] if self._new is not None else [sample, button("Look again", "refresh", kind="quiet big")]

    def _note(self) -> str:
        """What to know of the ways in."""
        own = "" if self._new is not None else " Your own file: l4e.CreateProject() in a cell."
        return f"The sample is ready in about a minute.{own}"

    def _sample(self) -> list[Html]:
        """The sample while it is made."""
        view = self.sample.view
        return [
            head("Sample pump", badge("loading", "run")),
            element("p.l4e-lede", self.sample.sentence, role="status"),
            *([job_steps(view, "Making the sample pump")] if view is not None else []),
            element("p.l4e-2.l4e-sec", STAY),
        ]

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

"""State of the frame: which page of which project is open, and what its link says."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import traitlets

from l4e_widgets.core.errors import L4EError
from l4e_widgets.services.context import Context
from l4e_widgets.services.projects import ProjectSummary, Step, list_projects, project_summary
from l4e_widgets.widgets.parts.events import PageState, answered

__all__ = ["FREE_PAGES", "STEP_PAGES", "TITLES", "DashboardModel", "Place"]

TITLES = {
    "projects": "Projects",
    "create": "New project",
    "overview": "Overview",
    "add": "Add data",
    "review": "Review",
    "label": "Label",
    "train": "Train",
    "results": "Results",
}
FREE_PAGES = ("projects", "create")
"""Pages that need no project."""

STEP_PAGES = ("overview", "review", "label", "train", "results")
"""Pages of a project; the key of a step is the name of its page."""


@dataclass(frozen=True)
class Place:
    """What is open.

    Parameters
    ----------
    page : str
        A key of `TITLES`.
    project : str
        Name of the project; empty on the list of projects.
    model : str
        Name of the model; empty for the newest.
    event : str
        Start of the open event as a time; empty for none.
    group : str
        Label group that is edited; empty for the first.
    """

    page: str = "projects"
    project: str = ""
    model: str = ""
    event: str = ""
    group: str = ""

    def to_query(self) -> str:
        """Return the place as the query of a link."""
        if self.page == "projects":
            return ""
        parts = {
            "project": self.project,
            "page": self.page,
            "model": self.model,
            "event": self.event,
            "group": self.group,
        }
        return urlencode({name: value for name, value in parts.items() if value})

    @classmethod
    def from_query(cls, query: str) -> Place:
        """Read the place from the query of a link; what is unknown is left out.

        Parameters
        ----------
        query : str
            For example ``project=pump-7&page=results``.

        Returns
        -------
        Place
            The place; the list of projects where no project is named.
        """
        parts = dict(parse_qsl(query.lstrip("?")))
        project = parts.get("project", "")
        if parts.get("page") == "create":
            return cls(page="create", project=project)
        if not project:
            return cls()
        page = parts.get("page", "overview")
        page = page if page in (*STEP_PAGES, "add") else "overview"
        if page == "label":
            return cls(page=page, project=project, group=parts.get("group", ""))
        if page != "results":
            return cls(page=page, project=project)
        return cls(page=page, project=project, model=parts.get("model", ""), event=parts.get("event", ""))


class DashboardModel(PageState):
    """The frame's state; a page of its own opens for each place.

    Parameters
    ----------
    context : Context
        The workspace.
    query : str
        Query of the link the page was opened with.
    """

    place: Place = traitlets.Instance(Place, ())
    projects: tuple[ProjectSummary, ...] = traitlets.Tuple()
    summary: ProjectSummary | None = traitlets.Any(None, allow_none=True)

    def __init__(self, context: Context, query: str = "") -> None:
        super().__init__()
        self.context = context
        answered(self, lambda: self.open(Place.from_query(query)))

    def open(self, place: Place) -> None:
        """Open a page; where its project is gone the list of projects opens, and the error says so.

        Parameters
        ----------
        place : Place
            What to open.

        Raises
        ------
        L4EError
            The project is not there.
        """
        self.projects = list_projects(self.context)
        is_free = place.page in FREE_PAGES
        try:
            summary = project_summary(self.context, place.project) if place.project and not is_free else None
        except L4EError:
            self.summary, self.place = None, Place()
            raise
        self.summary, self.place = summary, place

    def note(self, model: str, event: str) -> None:
        """Remember what a page of results shows, for the link.

        Parameters
        ----------
        model : str
            Name of the model.
        event : str
            Start of the open event, empty for none.
        """
        if self.place.page == "results":
            self.place = Place(page="results", project=self.place.project, model=model, event=event)

    def note_creation(self, project: str) -> None:
        """Remember which project is being made, for the link; the list of projects follows.

        Parameters
        ----------
        project : str
            Its name; empty where it was taken back.
        """
        if self.place.page == "create":
            self.open(Place(page="create", project=project))

    def note_group(self, group: str) -> None:
        """Remember which label group is edited, for the link.

        Parameters
        ----------
        group : str
            Name of the group.
        """
        if self.place.page == "label":
            self.place = Place(page="label", project=self.place.project, group=group)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Steps of the open project."""
        return self.summary.steps if self.summary else ()

    @property
    def neighbours(self) -> tuple[Step | None, Step | None]:
        """Steps with a page before and after the open one; None past an end."""
        shown = [step for step in self.steps if step.key in STEP_PAGES]
        pages = [step.key for step in shown]
        if self.place.page not in pages:
            return None, None
        here = pages.index(self.place.page)
        before = shown[here - 1] if here else None
        after = shown[here + 1] if here + 1 < len(shown) else None
        return before, after

    @property
    def title(self) -> str:
        """Title of the browser's tab."""
        if self.place.page in FREE_PAGES:
            return f"{TITLES[self.place.page]} · l4e"
        return f"{self.place.project} · {TITLES[self.place.page]} · l4e"

"""The frame: path on top, projects and steps on the left, the page, and the way back and on below it."""

from __future__ import annotations

import ipywidgets

from l4e_widgets.widgets.add_data.view import AddData
from l4e_widgets.widgets.create.view import CreateProject
from l4e_widgets.widgets.dashboard.model import STEP_PAGES, DashboardModel
from l4e_widgets.widgets.dashboard.model import Place as Opened
from l4e_widgets.widgets.dashboard.navigation import foot, side, top
from l4e_widgets.widgets.labeling.model import LabelingModel
from l4e_widgets.widgets.labeling.view import Labeling
from l4e_widgets.widgets.overview.view import ProjectDashboard
from l4e_widgets.widgets.parts.blocks import banner
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.page_link import PageLink
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.projects.view import Welcome
from l4e_widgets.widgets.results.model import ResultsModel
from l4e_widgets.widgets.results.view import Results
from l4e_widgets.widgets.review.view import SensorReview
from l4e_widgets.widgets.training.view import Training

__all__ = ["Dashboard"]


class Dashboard(Page):
    """All pages in one frame.

    Parameters
    ----------
    workspace : Workspace, Context, str, Path or None
        Where the projects are; the user's default place where None.
    query : str
        Query of the link it is opened with, for example ``project=pump-7&page=results``.
    is_page : bool
        True where it is the whole page of a browser and may write its address.
    """

    def __init__(self, workspace: Place = None, *, query: str = "", is_page: bool = False) -> None:
        super().__init__(DashboardModel(context_of(workspace), query))
        self.model: DashboardModel
        self._is_page = is_page
        self._page: Page | None = None
        self._page_of: tuple[str, ...] = ()
        self._labels: dict[str, LabelingModel] = {}

    @property
    def outer_classes(self) -> tuple[str, ...]:
        """Classes of the frame: the page of the browser carries the tokens, a notebook's cell does not."""
        return ("l4e-app",) if self._is_page else ("l4e-app", "l4e", "l4e-framed")

    def build(self) -> list[ipywidgets.Widget]:
        """Make the frame, and the page it opens with.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        self._top = Panel(self._chosen, classes="l4e-top")
        self._side = Panel(self._chosen, classes="l4e-side")
        self._message = Panel(classes="l4e-message")
        self._foot = Panel(self._chosen, classes="l4e-foot")
        self._content = ipywidgets.VBox()
        self._content.add_class("l4e-content")
        main = ipywidgets.VBox([self._message, self._content, self._foot])
        main.add_class("l4e-main")
        self._link = PageLink(self._came_back) if self._is_page else None
        self.watch(self._draw, ["place", "projects", "summary"])
        self.watch(lambda: self._message.show(banner(self.model.error)), ["error"])
        return [self._top, self._side, main, *((self._link,) if self._link else ())]

    def close(self) -> None:
        """Take frame and page away."""
        if self._page is not None:
            self._page.close()
            self._page = None
        super().close()

    def go(self, page: str, project: str = "", model: str = "", event: str = "") -> None:
        """Open a page.

        Parameters
        ----------
        page : str
            projects, create, overview, add, review, label, train or results.
        project : str
            Name of the project.
        model : str
            Name of the model; the newest where empty.
        event : str
            Start of an event as a time; none where empty.
        """
        answered(self.model, lambda: self.model.open(Opened(page, project, model, event)))

    def _chosen(self, act: str, value: str) -> None:
        project = self.model.place.project
        if act in ("projects", "create"):
            self.go(act)
        elif act == "project":
            self.go("overview", value)
        elif act == "step" and value in STEP_PAGES:
            self.go(value, project)
        elif act == "model":
            self.go("results", project, value)

    def _came_back(self, query: str) -> None:
        answered(self.model, lambda: self.model.open(Opened.from_query(query)))
        self._page_of = ()
        self._draw()

    def _draw(self) -> None:
        is_step = self._wanted() != self._page_of
        if is_step:
            self._page_of = self._wanted()
            self._exchange(self._make())
        model, place = self.model, self.model.place
        self._top.show(top(place))
        self._side.show(side(model))
        self._foot.show(foot(*model.neighbours))
        if self._link is not None:
            self._link.is_step = is_step and bool(self._link.title)
            self._link.title, self._link.query = model.title, place.to_query()

    def _wanted(self) -> tuple[str, ...]:
        """What decides whether the page in the frame is still the right one."""
        place = self.model.place
        if place.page == "create":
            return (place.page,)
        return (place.page, place.project, place.model) if place.page == "results" else (place.page, place.project)

    def _exchange(self, page: Page) -> None:
        """Put a page into the frame and close the one before it."""
        old, self._page = self._page, page
        self._content.children = page.parts
        if old is not None:
            old.close()

    def _make(self) -> Page:
        """Page for the place that is open."""
        context, place = self.model.context, self.model.place
        if place.page == "create":
            return self._creating()
        if place.page == "add":
            return self._adding()
        if place.page == "review":
            return SensorReview(context, project=place.project)
        if place.page == "label":
            return self._labeling()
        if place.page == "train":
            training = Training(
                context, project=place.project, open_results=lambda name: self.go("results", place.project, name)
            )
            training.model.observe(lambda _: self._look_again(), names=["trained"])
            return training
        if place.page == "results":
            page = Results(context, project=place.project, model=place.model, event=place.event)
            page.model.observe(lambda _: self._note(page.model), names=["model", "chosen"])
            self._note(page.model)
            return page
        if place.page == "overview":
            return self._overview()
        return Welcome(
            context, open_project=lambda name: self.go("overview", name), new_project=lambda: self.go("create")
        )

    def _creating(self) -> CreateProject:
        """Page that makes a project; the link follows the one that is being made."""
        page = CreateProject(
            self.model.context,
            project=self.model.place.project,
            open_project=lambda name: self.go("overview", name),
            leave=lambda: self.go("projects"),
        )
        page.model.observe(
            lambda _: answered(self.model, lambda: self.model.note_creation(page.model.project)), names=["project"]
        )
        return page

    def _adding(self) -> AddData:
        """Page that adds data; what was added changes the steps beside it."""
        project = self.model.place.project
        page = AddData(self.model.context, project=project, leave=lambda: self.go("overview", project))
        page.model.observe(lambda _: self._look_again(), names=["told"])
        return page

    def _overview(self) -> ProjectDashboard:
        """Page of one project; when its data is loaded its steps are read again."""
        project = self.model.place.project
        page = ProjectDashboard(
            self.model.context,
            project=project,
            open_step=self._open_step,
            has_page=STEP_PAGES.__contains__,
            correct=lambda: self.go("create", project),
            add_data=lambda: self.go("add", project),
            deleted=lambda: self.go("projects"),
        )
        page.model.observe(lambda _: self._look_again(), names=["status"])
        return page

    def _labeling(self) -> Labeling:
        """Page of the labels; the link follows the group, and a saved group changes the step beside it."""
        place = self.model.place
        kept = self._labels.get(place.project)
        page = Labeling(self.model.context, project=place.project, group=place.group, model=kept)
        if kept is None:
            page.model.observe(lambda _: self.model.note_group(page.model.group), names=["group"])
            page.model.observe(lambda _: self._look_again(), names=["groups"])
        self._labels = {place.project: page.model}
        self.model.note_group(page.model.group)
        return page

    def _open_step(self, key: str) -> None:
        self._chosen("step", key)

    def _look_again(self) -> None:
        """Read projects and models again, so that a model just trained is offered; the page in the frame stays."""
        answered(self.model, lambda: self.model.open(self.model.place))

    def _note(self, results: ResultsModel) -> None:
        """Keep the link in step with the page of results."""
        self._page_of = ("results", results.project, results.model)
        self.model.note(results.model, results.event_link)

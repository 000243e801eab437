"""State of the page that adds data to a project."""

from __future__ import annotations

import traitlets

from l4e_widgets.core.times import duration_text, minute_text
from l4e_widgets.figures.wording import count_text
from l4e_widgets.services.adding import add_data
from l4e_widgets.services.context import Context
from l4e_widgets.services.creating import settle_uploads
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.jobs import JobView, cancel_job, job, list_jobs
from l4e_widgets.services.projects import ProjectSummary, project_summary
from l4e_widgets.widgets.add_data.sheet import SheetModel
from l4e_widgets.widgets.parts.chosen_files import ChosenFiles
from l4e_widgets.widgets.parts.events import PageState, answered
from l4e_widgets.widgets.parts.latest import Latest
from l4e_widgets.widgets.parts.reading_model import ReadingModel

__all__ = ["AddDataModel"]

KEPT = "The data is as it was, and your files are kept: correct what is wrong and add them again."


class AddDataModel(PageState):
    """Files that are to be added to a project, and their adding.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    summary: ProjectSummary | None = traitlets.Any(None, allow_none=True)
    is_starting: bool = traitlets.Bool(False)
    job: JobView | None = traitlets.Any(None, allow_none=True)
    failure: str = traitlets.Unicode(help="Why the last files were not added.")
    told: tuple[str, ...] = traitlets.Tuple(help="What came of the last files.")

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project
        self.files = ChosenFiles(context)
        self.reading = ReadingModel(context, project)
        self.sheet = SheetModel(context, project)
        self._latest = Latest(self._start)
        self.files.observe(lambda _: self.reading.set_sources(self.files.sources), names=["files"])
        answered(self, self._begin)

    def _begin(self) -> None:
        """Look what the project holds, and follow an adding that is under way."""
        self.summary = project_summary(self.context, self.project)
        self.files.refresh()
        keys = project_keys(self.context, self.project)
        running = [view for view in list_jobs(self.context, keys) if view.kind == "append" and view.is_active]
        self.job = running[-1] if running else None

    def close(self) -> None:
        """Read files no more; an adding that runs goes on."""
        self.reading.close()
        self._latest.settle()

    @property
    def why_not(self) -> str:
        """Why nothing can be added yet, to follow "ready"; empty where it can."""
        if self.summary is None or self.summary.status != "ready":
            return "when the project has its first data"
        if self.job is not None or self.is_starting:
            return "when these files are added"
        return self.reading.why_not

    @property
    def sentence(self) -> str:
        """What the page says first."""
        if self.is_starting:
            return "About to start."
        if self.job is not None:
            left = f", about {duration_text(self.job.seconds_left)} left" if self.job.seconds_left else ""
            return f"{self.job.message or 'About to start'}{left}."
        if self.why_not:
            return f"Add data becomes ready {self.why_not}."
        return "Check what was understood, then add the files."

    @property
    def detail(self) -> str:
        """What the project holds, and what wins where times repeat."""
        if self.summary is None or self.summary.span is None:
            return ""
        span = self.summary.span
        return (
            f"{self.project} holds {count_text(self.summary.n_rows, 'row')} from {minute_text(span.start)} to "
            f"{minute_text(span.end)} UTC. Where a time is there already the new values win, and the count is told."
        )

    def add(self) -> None:
        """Begin to add the files, beside the kernel's own thread; it goes on without the page."""
        if self.why_not:
            return
        self.failure, self.told, self.is_starting = "", (), True
        self._latest.ask()

    def settle(self) -> None:
        """Wait until the adding has begun, or was refused."""
        self._latest.settle()

    def _start(self) -> None:
        look = self.reading.look
        options = look.options if look else self.reading.options
        started = answered(
            self, lambda: add_data(self.context, self.project, list(self.files.sources), options=options, wait=False)
        )
        self.job, self.is_starting = started, False

    def look(self) -> bool:
        """Look how the adding stands, and tell whether it goes on.

        Returns
        -------
        bool
            False where it has ended, well or not.
        """
        if self.is_starting:
            return True
        if self.job is None:
            return False
        view = job(self.context, project_keys(self.context, self.project), self.job.id)
        if view.is_active and not view.stale:
            self.job = view
            return True
        self.job = None
        if view.status == "SUCCESS":
            self._added(view)
        else:
            why = str(view.error) if view.error else "The adding was cancelled."
            self.failure = f"{why} {KEPT}"
        return False

    def _added(self, view: JobView) -> None:
        """Tell what came of the files and forget them."""
        settle_uploads(self.context, self.project)
        self.summary = project_summary(self.context, self.project)
        added, there = int(view.result.get("rows_added", 0)), int(view.result.get("rows_repeated", 0))
        replaced = int(view.result.get("values_replaced", 0))
        self.files.files = ()
        self.files.refresh()
        there_words = f", {there} of them at times that were there already" if there else ""
        self.told = (
            f"{count_text(added, 'row')} added{there_words}; {count_text(replaced, 'value')} replaced.",
            *(words for words in view.result.get("notices", ()) if "time that was there already" not in words),
        )

    def cancel(self) -> None:
        """Ask the adding to stop."""
        if self.job is not None:
            cancel_job(self.context, project_keys(self.context, self.project), self.job.id)

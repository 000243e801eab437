"""State of the page that makes a project."""

from __future__ import annotations

from collections.abc import Callable

import traitlets

from l4e_widgets.core.errors import NameRefused, NotFound
from l4e_widgets.core.times import duration_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.creating import (
    ProjectDraft,
    creation_job,
    free_project_name,
    refuse_taken_name,
    settle_uploads,
    start_creation,
    take_back,
)
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.jobs import JobView, cancel_job
from l4e_widgets.services.names import check_description
from l4e_widgets.services.projects import project_summary
from l4e_widgets.widgets.parts.chosen_files import ChosenFiles
from l4e_widgets.widgets.parts.events import PageState, answered
from l4e_widgets.widgets.parts.latest import Latest
from l4e_widgets.widgets.parts.reading_model import ReadingModel

__all__ = ["CreateProjectModel"]

KEPT = "Nothing was stored, and your files are kept: correct what is wrong and create it again."
GOES_ON = "This goes on when you close the page. You find it again under its project."


class CreateProjectModel(PageState):
    """A project as it is about to be made, and its making.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Project whose making is followed, or taken back where it failed; empty for a new one.
    """

    name: str = traitlets.Unicode()
    name_refused: str = traitlets.Unicode()
    description: str = traitlets.Unicode()
    description_refused: str = traitlets.Unicode()
    is_starting: bool = traitlets.Bool(False)
    failure: str = traitlets.Unicode(help="Why the last one was not made.")
    job: JobView | None = traitlets.Any(None, allow_none=True)
    project: str = traitlets.Unicode(help="Name of the project that is being made.")
    created: str = traitlets.Unicode(help="Name of the project that was made.")
    filled: int = traitlets.Int(0, help="Counts how often the fields were filled in for the user.")

    def __init__(self, context: Context, project: str = "") -> None:
        super().__init__()
        self.context = context
        self.files = ChosenFiles(context)
        self.reading = ReadingModel(context)
        self._has_own_name = False
        self._latest = Latest(self._start)
        self.files.observe(self._files_changed, names=["files"])
        answered(self, lambda: self._begin(project))

    def _begin(self, project: str) -> None:
        """Look what waits in the inbox, and follow a project that is being made."""
        self.files.refresh()
        if not project:
            return
        try:
            status = project_summary(self.context, project).status
        except NotFound:
            return
        if status == "ready":
            self.created = project
            return
        self.project, self.job = project, creation_job(self.context, project)
        self.look()

    def close(self) -> None:
        """Read files no more; a project that is being made goes on."""
        self.reading.close()
        self._latest.settle()

    def _files_changed(self, _: object = None) -> None:
        """Read other files, and suggest a name where the user has typed none."""
        self.reading.set_sources(self.files.sources)
        if not self._has_own_name and self.files.files:
            self._fill(free_project_name(self.context, self.files.files[0].name), self.description)

    def _fill(self, name: str, description: str) -> None:
        """Fill in the fields."""
        self.name, self.name_refused = name, _refused(lambda: refuse_taken_name(self.context, name))
        self.description, self.description_refused = description, _refused(lambda: check_description(description))
        self.filled += 1

    def set_name(self, name: str) -> None:
        """Take a name as it is typed; an empty one has a free one suggested.

        Parameters
        ----------
        name : str
            As typed.
        """
        self._has_own_name = bool(name.strip())
        self.name = name.strip()
        self.name_refused = _refused(lambda: refuse_taken_name(self.context, self.name)) if self.name else ""
        if not self.name:
            self._files_changed()

    def set_description(self, description: str) -> None:
        """Take a description as it is typed.

        Parameters
        ----------
        description : str
            As typed.
        """
        self.description = description.strip()
        self.description_refused = _refused(lambda: check_description(self.description))

    @property
    def why_not(self) -> str:
        """Why the project cannot be made yet, to follow "ready"; empty where it can."""
        if self.job is not None or self.is_starting:
            return "when this one is loaded"
        if not self.files.files:
            return "when a file is chosen"
        if not self.name:
            return "when it has a name"
        if self.name_refused:
            return "when its name can be used"
        if self.description_refused:
            return "when its description can be used"
        return self.reading.why_not

    @property
    def sentence(self) -> str:
        """What the page says first."""
        view = self.job
        if self.is_starting:
            return "About to start."
        if view is None:
            if self.why_not:
                return f"Create project becomes ready {self.why_not}."
            return "Check what was understood, correct what is wrong, then create the project."
        if view.stale:
            return "The process that loads the data has not been heard of for a minute."
        left = f", about {duration_text(view.seconds_left)} left" if view.seconds_left else ""
        return f"{view.message or 'About to start'}{left}."

    def create(self) -> None:
        """Begin to make the project, beside the kernel's own thread; it goes on without the page."""
        if self.why_not:
            return
        self.failure, self.is_starting = "", True
        self._latest.ask()

    def settle(self) -> None:
        """Wait until the making has begun, or was refused."""
        self._latest.settle()

    def _start(self) -> None:
        draft = ProjectDraft(
            name=self.name,
            description=self.description,
            sources=self.files.sources,
            options=self.reading.look.options if self.reading.look else self.reading.options,
        )
        started = answered(self, lambda: start_creation(self.context, draft))
        self.project, self.job = (draft.name, started) if started else ("", None)
        self.is_starting = False

    def look(self) -> bool:
        """Look how the making stands, and tell whether it goes on.

        Returns
        -------
        bool
            False where it has ended, well or not.
        """
        if self.is_starting:
            return True
        if not self.project:
            return False
        try:
            view = creation_job(self.context, self.project)
        except NotFound:
            return self._gone()
        if view is not None and view.is_active:
            self.job = view
            return True
        if view is not None and view.status == "SUCCESS":
            made = self.project
            settle_uploads(self.context, made)
            self.project, self.job = "", None
            self.created = made
            return False
        told = "The loading was cancelled." if view is not None and view.status == "CANCELED" else ""
        self.take_back(told or (str(view.error) if view is not None and view.error else ""))
        return False

    def take_back(self, why: str) -> None:
        """Take a project back that was not made, and fill its fields in again.

        Parameters
        ----------
        why : str
            What went wrong.

        Raises
        ------
        Blocked
            It is being made.
        """
        draft = take_back(self.context, self.project)
        self.project, self.job = "", None
        self._has_own_name = True
        self._fill(draft.name, draft.description)
        self.reading.options = draft.options
        self.files.add_all(draft.sources)
        self.reading.set_sources(self.files.sources, draft.options)
        self.failure = f"{why} {KEPT}".strip()

    def _gone(self) -> bool:
        """Say that the project was deleted or taken back from elsewhere."""
        name, self.project, self.job = self.project, "", None
        self.failure = f"{name} is not there any more: it was deleted, or taken back on another page."
        return False

    def cancel(self) -> None:
        """Ask the making to stop; a worker that is gone is not waited for."""
        if self.job is None:
            return
        if self.job.stale:
            self.take_back("The loading was given up.")
            return
        cancel_job(self.context, project_keys(self.context, self.project), self.job.id)


def _refused(check: Callable[[], None]) -> str:
    """Return why a text is refused, empty where it is not."""
    try:
        check()
    except NameRefused as error:
        return str(error)
    return ""

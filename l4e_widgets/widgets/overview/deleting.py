"""State of the dialog that deletes a project."""

from __future__ import annotations

import traitlets

from l4e_widgets.core.errors import Blocked
from l4e_widgets.figures.wording import count_text, listed
from l4e_widgets.services.context import Context
from l4e_widgets.services.labels import label_groups
from l4e_widgets.services.projects import delete_project, project_summary, refuse_while_busy
from l4e_widgets.widgets.parts.events import PageState, sentence_of
from l4e_widgets.widgets.parts.latest import Latest

__all__ = ["DeletingModel"]

NAMES = 6
"""Names of models or label groups that are listed before the rest is counted."""


class DeletingModel(PageState):
    """What goes with a project, and its name typed again.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    is_open: bool = traitlets.Bool(False)
    is_deleting: bool = traitlets.Bool(False)
    typed: str = traitlets.Unicode()
    blocked: str = traitlets.Unicode(help="Why it cannot be deleted now.")
    goes: tuple[tuple[str, str], ...] = traitlets.Tuple()
    deleted: bool = traitlets.Bool(False)

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project
        self._latest = Latest(self._delete)

    def open(self) -> None:
        """Ask whether the project is to be deleted: what goes with it, and whether it can be.

        Raises
        ------
        NotFound
            There is no such project.
        """
        summary = project_summary(self.context, self.project)
        groups = label_groups(self.context, self.project) if summary.status == "ready" else ()
        labels = [f"{group.name} ({count_text(len(group.labels), 'label')})" for group in groups]
        data = f"{count_text(summary.n_rows, 'row')}, {count_text(summary.n_sensors, 'sensor')}"
        self.goes = (
            ("Data", data if summary.n_rows else "nothing was read"),
            ("Label groups", listed(labels, NAMES) or "none"),
            ("Models", listed(list(summary.models), NAMES) or "none"),
            ("Not touched", "your own files and saved reports"),
        )
        self.typed, self.blocked = "", self._busy()
        self.is_open = True

    def _busy(self) -> str:
        """Return why the project cannot be deleted now, empty where it can."""
        try:
            refuse_while_busy(self.context, self.project)
        except Blocked as error:
            return str(error)
        return ""

    @property
    def why_not(self) -> str:
        """Why the last button is off; empty where it is on."""
        if self.is_deleting:
            return "is being deleted"
        if self.blocked:
            return "the project is at work"
        return "" if self.typed == self.project else "waits for the whole name"

    def keep(self) -> None:
        """Leave the project as it is."""
        if not self.is_deleting:
            self.is_open, self.typed = False, ""

    def delete(self) -> None:
        """Delete the project with all that goes with it, beside the kernel's own thread."""
        if self.is_open and not self.why_not:
            self.is_deleting = True
            self._latest.ask()

    def settle(self) -> None:
        """Wait until it is deleted, or was refused."""
        self._latest.settle()

    def _delete(self) -> None:
        _, failed = sentence_of(lambda: delete_project(self.context, self.project, confirm_name=self.typed))
        self.is_deleting = False
        self.blocked = failed
        if not failed:
            self.is_open = False
            self.deleted = True

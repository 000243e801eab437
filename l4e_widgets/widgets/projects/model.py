"""State of the list of projects."""

from __future__ import annotations

import traitlets

from l4e_widgets.figures.wording import count_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.projects import ProjectSummary, list_projects
from l4e_widgets.widgets.parts.events import PageState, answered

__all__ = ["ProjectsModel"]


class ProjectsModel(PageState):
    """The projects of a workspace.

    Parameters
    ----------
    context : Context
        The workspace.
    """

    projects: tuple[ProjectSummary, ...] = traitlets.Tuple()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        answered(self, self.refresh)

    def refresh(self) -> None:
        """Look again what is there."""
        self.projects = list_projects(self.context)

    @property
    def sentence(self) -> str:
        """What the list says, in one sentence."""
        count, trained = len(self.projects), sum(bool(project.models) for project in self.projects)
        if not count:
            return "No project yet."
        if not trained:
            return f"{count_text(count, 'project')}, no model trained yet."
        if trained == count:
            return f"{count_text(count, 'project')}, {'each ' if count > 1 else ''}with a trained model."
        return f"{count_text(count, 'project')}, {trained} with a trained model."

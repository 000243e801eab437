"""State of the page of one project."""

from __future__ import annotations

import traitlets

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.figures.wording import count_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.creating import creation_job, settle_uploads
from l4e_widgets.services.datasets import edge_rows, project_keys, quality
from l4e_widgets.services.jobs import JobView, cancel_job
from l4e_widgets.services.projects import ProjectSummary, project_summary
from l4e_widgets.services.results import results
from l4e_widgets.widgets.parts.events import PageState, answered

__all__ = ["OverviewModel"]

ROWS = 20


class OverviewModel(PageState):
    """What one project holds and where it stands.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    summary: ProjectSummary | None = traitlets.Any(None, allow_none=True)
    status: str = traitlets.Unicode()
    job: JobView | None = traitlets.Any(None, allow_none=True)
    edge: str = traitlets.Enum(("first", "last"), default_value="first")
    sentence: str = traitlets.Unicode()
    detail: str = traitlets.Unicode()
    warning: str = traitlets.Unicode()
    severity: str = traitlets.Enum(("", "warning", "critical"), default_value="")

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project
        self._edges: tuple[SensorFrame, SensorFrame] | None = None
        answered(self, self._begin)

    def _begin(self) -> None:
        """Read the project."""
        self.refresh()
        self._settle()

    def _settle(self) -> None:
        """Clear uploads that were read while no page was open."""
        if self.summary is not None and self.summary.status == "ready":
            settle_uploads(self.context, self.project)

    def look(self) -> bool:
        """Look how the loading stands, and tell whether it goes on.

        Returns
        -------
        bool
            False where the data is there, or cannot be read.
        """
        self.job = creation_job(self.context, self.project)
        if project_summary(self.context, self.project).status == "ingesting":
            return True
        self.refresh()
        self._settle()
        return False

    def cancel(self) -> None:
        """Ask the loading to stop."""
        if self.job is not None:
            cancel_job(self.context, project_keys(self.context, self.project), self.job.id)

    @property
    def can_be_corrected(self) -> bool:
        """Whether the loading failed and can be taken back to be corrected."""
        summary = self.summary
        if summary is None or summary.status != "failed" or summary.n_rows:
            return False
        return self.job is not None and (self.job.stale or not self.job.is_active)

    def refresh(self) -> None:
        """Ask the services again."""
        summary = project_summary(self.context, self.project)
        self._edges = edge_rows(self.context, self.project, count=ROWS) if summary.status == "ready" else None
        self.sentence, self.severity = self._sentence(summary)
        self.detail, self.warning = self._detail(summary)
        self.job = creation_job(self.context, self.project) if summary.status != "ready" else None
        self.summary, self.status = summary, summary.status

    @property
    def rows(self) -> SensorFrame | None:
        """First or last rows of the data, as chosen."""
        if self._edges is None:
            return None
        return self._edges[0] if self.edge == "first" else self._edges[1]

    def show_edge(self, edge: str) -> None:
        """Show the first or the last rows.

        Parameters
        ----------
        edge : str
            ``first`` or ``last``.
        """
        self.edge = edge

    def _sentence(self, summary: ProjectSummary) -> tuple[str, str]:
        """Sentence of the newest model, else what the state of the data is; and how grave its gravest event is."""
        if summary.status == "failed":
            return summary.error or "The loading was cancelled. Nothing of it is stored.", ""
        if summary.status == "ingesting":
            return "The data is being loaded. This goes on when you close the page.", ""
        if summary.models:
            found = results(self.context, self.project, summary.models[-1])
            severities = {event.severity for event in found.events}
            return found.sentence, "critical" if "critical" in severities else "warning" if severities else ""
        return "The data is loaded. Train a model to see what does not fit.", ""

    def _detail(self, summary: ProjectSummary) -> tuple[str, str]:
        """How far the data can be trusted, and what to know before trusting it."""
        if summary.status != "ready":
            return "", ""
        report = quality(self.context, self.project)
        good = sum(sensor.grade != "Low" for sensor in report.sensors)
        graded = f"{good} of {count_text(len(report.sensors), 'sensor')} are graded High or Medium."
        return graded, " ".join(report.warnings)

"""State of the page of one project."""

from __future__ import annotations

import traitlets

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.figures.wording import count_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import edge_rows, quality
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
        answered(self, self.refresh)

    def refresh(self) -> None:
        """Ask the services again."""
        summary = project_summary(self.context, self.project)
        self._edges = edge_rows(self.context, self.project, count=ROWS) if summary.status == "ready" else None
        self.sentence, self.severity = self._sentence(summary)
        self.detail, self.warning = self._detail(summary)
        self.summary = summary

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
            return summary.error or "The data could not be loaded.", ""
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

"""The page of one project."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.times import duration_text, minute_text
from l4e_widgets.figures.wording import number_text
from l4e_widgets.services.projects import ProjectSummary, Step
from l4e_widgets.widgets.overview.deleting import DeletingModel
from l4e_widgets.widgets.overview.dialog import DeleteDialog
from l4e_widgets.widgets.overview.model import OverviewModel
from l4e_widgets.widgets.parts.blocks import Column, banner, button, choice, fact, head, sentence, table
from l4e_widgets.widgets.parts.column_decimals import column_decimals
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.glyphs import STEPS, glyph
from l4e_widgets.widgets.parts.job_steps import job_steps
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.parts.shares import missing_text
from l4e_widgets.widgets.parts.ticker import Ticker
from l4e_widgets.widgets.projects.view import status_badge

__all__ = ["ProjectDashboard"]

WIDTH = 126
"""Characters of the table of rows that fit into a window of 1280 pixels."""
STEP_COLUMNS = (Column("State"), Column("Step"), Column("How it stands"), Column("Why", "flex"), Column("", "l4e-num"))


class ProjectDashboard(Page):
    """What a project holds, where it stands and what comes next.

    Parameters
    ----------
    workspace : Workspace, Context, str, Path or None
        Where the project is; the user's default place where None.
    project : str
        Name of the project.
    open_step : callable, optional
        Called with the key of a step when it is chosen; without it steps are text.
    has_page : callable, optional
        Tells of the key of a step whether it has a page to open.
    correct : callable, optional
        Called when a loading that failed is to be corrected.
    add_data : callable, optional
        Called when more data is wanted.
    deleted : callable, optional
        Called when the project is gone.
    """

    def __init__(
        self,
        workspace: Place = None,
        *,
        project: str,
        open_step: Callable[[str], None] | None = None,
        has_page: Callable[[str], bool] | None = None,
        correct: Callable[[], None] | None = None,
        add_data: Callable[[], None] | None = None,
        deleted: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(OverviewModel(context_of(workspace), project))
        self.model: OverviewModel
        self._open = open_step
        self._has_page = has_page or (lambda _: False)
        self._acts = {"correct": correct, "add": add_data}
        self._deleted = deleted
        self.deleting = DeletingModel(self.model.context, project)
        self._ticker = Ticker(self._look)

    def build(self) -> list[ipywidgets.Widget]:
        """Make the panels: what it holds, and its first rows.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        self._panel = Panel(self._chosen)
        self._rows = Panel(self._chosen)
        self._dialog = DeleteDialog(self.deleting)
        self.deleting.observe(self._gone, names=["deleted"])
        self.watch(self._draw, ["summary", "error", "sentence", "job"])
        self.watch(self._draw_rows, ["edge", "summary"])
        if self.model.status == "ingesting":
            self._ticker.start()
        return [self._panel, self._rows, self._dialog.widget]

    def close(self) -> None:
        """Look no more and take the page away; a loading that runs goes on."""
        self._ticker.stop()
        if self._parts is not None:
            self._dialog.close()
        self.deleting.unobserve_all()
        super().close()

    def _look(self) -> bool:
        return bool(answered(self.model, self.model.look))

    def _gone(self, _: object) -> None:
        """Leave the page of a project that is deleted."""
        self.model.error = f"{self.model.project} is deleted."
        if self._deleted is not None:
            self._deleted()

    def _chosen(self, act: str, value: str) -> None:
        if act == "step" and self._open is not None:
            self._open(value)
        elif act == "cancel":
            answered(self.model, self.model.cancel)
        elif act == "delete":
            answered(self.model, self.deleting.open)
        elif act in self._acts and (action := self._acts[act]) is not None:
            action()
        elif act == "edge":
            answered(self.model, lambda: self.model.show_edge(value))

    def _draw(self) -> None:
        model, summary = self.model, self.model.summary
        if summary is None:
            self._panel.show(banner(model.error), head(model.project))
            return
        calm = "normal" if summary.models else "ready"
        sign = "blocked" if summary.status == "failed" else model.severity or calm
        self._panel.show(
            banner(model.error),
            head(
                summary.name,
                status_badge(summary),
                element("span.l4e-2.l4e-s.l4e-cut", summary.description),
                actions=[*self._secondary(summary), *self._primary(summary)],
            ),
            sentence(model.sentence, model.detail, sign=sign),
            job_steps(model.job, "Loading the data") if model.job is not None and model.status == "ingesting" else None,
            _facts(summary) if summary.n_rows else None,
            banner(model.warning, kind="warn"),
            _understood(summary),
            element("h2.l4e-h2.l4e-sec", "Steps"),
            table(STEP_COLUMNS, [self._step(step) for step in summary.steps], label="Steps", classes="l4e-bare-head"),
        )

    def _secondary(self, summary: ProjectSummary) -> list[Html]:
        """Buttons beside the one that leads on."""
        if summary.status == "ingesting":
            return [button("Cancel loading", "cancel")]
        add = [button("Add data", "add")] if self._acts["add"] and summary.status == "ready" else []
        return [button("Delete project", "delete", kind="quiet"), *add]

    def _primary(self, summary: ProjectSummary) -> list[Html]:
        """The one button that leads on."""
        if self._acts["correct"] is not None and self.model.can_be_corrected:
            return [button("Correct and try again", "correct", kind="primary")]
        if self._open is None or summary.status != "ready":
            return []
        if summary.models and self._has_page("results"):
            return [button("Open results", "step", "results", kind="primary")]
        return [button("Review sensors", "step", "review", kind="primary")] if self._has_page("review") else []

    def _step(self, step: Step) -> Html:
        state = step.state
        opens = self._open is not None and self._has_page(step.key) and state != "blocked" and step.key != "overview"
        return element(
            "tr",
            element("td", element("span.l4e-row", glyph(state), state, class_=f"l4e-tone {STEPS[state]}")),
            element("td.l4e-m", step.title),
            element("td", step.fact),
            element("td.l4e-2.flex", step.reason),
            element(
                "td.l4e-num",
                element(
                    "button.l4e-a", f"Open {step.title.lower()}", type="button", data_act="step", data_value=step.key
                )
                if opens
                else None,
            ),
        )

    def _draw_rows(self) -> None:
        rows = self.model.rows
        if rows is None:
            self._rows.show()
            return
        edges = choice("edge", (("first", "First 20"), ("last", "Last 20")), self.model.edge, label="Rows")
        self._rows.show(
            element(
                "div.l4e-row.l4e-sec",
                element("h2.l4e-h2", "Rows of the data"),
                element("span.l4e-grow"),
                edges,
            ),
            _raw_rows(rows),
        )


def _facts(summary: ProjectSummary) -> Html:
    """The data in numbers."""
    span, rate = summary.span, summary.sampling_rate_s
    return element(
        "div.l4e-facts.l4e-between.l4e-ruled",
        fact("Sensors", number_text(summary.n_sensors, 0)),
        fact("Rows", number_text(summary.n_rows, 0)),
        fact("First", f"{minute_text(span.start)} UTC" if span else "–"),
        fact("Last", f"{minute_text(span.end)} UTC" if span else "–"),
        fact("Average sampling", duration_text(rate) if rate else "–"),
        fact("Missing values", missing_text(summary.missing_share)),
    )


def _understood(summary: ProjectSummary) -> Html | None:
    """What was read out of the files."""
    if not summary.sentences:
        return None
    lines = [element("li", words) for words in summary.sentences]
    return element("details.l4e-more", element("summary", "What was understood of the data"), element("ul", lines))


def _raw_rows(frame: SensorFrame) -> Html:
    """Some rows of the data, as many sensors as fit."""
    shown = frame.sensors[: _fitting([len(sensor.name) for sensor in frame.sensors])]
    more = len(frame.sensors) - len(shown)
    columns = [Column("timestamp, UTC"), *(Column(sensor.name, "l4e-num") for sensor in shown)]
    columns += [Column(f"{more} more", "l4e-num l4e-3")] if more > 0 else []
    decimals = [column_decimals(frame.values[:, column]) for column in range(len(shown))]
    rows = [
        element(
            "tr",
            element("td", minute_text(int(moment))),
            [element("td.l4e-num", number_text(float(v), digits)) for v, digits in zip(values, decimals, strict=False)],
            element("td") if more > 0 else None,
        )
        for moment, values in zip(frame.timestamps, frame.values, strict=True)
    ]
    return element("div.l4e-across", table(columns, rows, label="Rows of the data", classes="raw"), tabindex=0)


def _fitting(lengths: list[int]) -> int:
    """Number of columns that fit beside the time, by the length of their names; at least one."""
    left, count = WIDTH - 28, 0
    for length in lengths:
        left -= max(length, 8) + 2
        if left < 0:
            break
        count += 1
    return max(count, 1)

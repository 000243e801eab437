"""The page that shows every sensor with its grade, and the chosen ones over time."""

from __future__ import annotations

from typing import Any

import ipywidgets

from l4e_widgets.core.quality import QualityReport
from l4e_widgets.core.times import TimeRange
from l4e_widgets.figures.wording import number_text, span_text
from l4e_widgets.widgets.parts.blocks import banner, button, choice, empty_place, head, sentence
from l4e_widgets.widgets.parts.chart_place import ChartPlace
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.latest import Latest
from l4e_widgets.widgets.parts.markup import element
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.parts.sensor_table import SensorTable, graded_columns
from l4e_widgets.widgets.review.chart import review_panels
from l4e_widgets.widgets.review.model import GRADE_ORDER, ReviewModel
from l4e_widgets.widgets.review.ranges import RangePlace

__all__ = ["SensorReview"]


class SensorReview(Page):
    """Every sensor of a project with its grade, the reasons for it, and its values over time.

    Parameters
    ----------
    workspace : Workspace, Context, str, Path or None
        Where the project is; the user's default place where None.
    project : str
        Name of the project.
    """

    def __init__(self, workspace: Place = None, *, project: str) -> None:
        super().__init__(ReviewModel(context_of(workspace), project))
        self.model: ReviewModel

    def build(self) -> list[ipywidgets.Widget]:
        """Make head, table and chart.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        self._head = Panel(self._chosen)
        self._table = SensorTable(graded_columns(QualityReport(()), ()))
        self._table.hidden = ["gap", "modes", "with", "correlation"]
        nothing = empty_place("Nothing drawn", "Choose a sensor in the table to see its values over time.")
        self._chart = ChartPlace("Sensors over time", nothing=nothing, on_select=self._selected)
        self._compared = RangePlace()
        self._reading = Latest(lambda: answered(self.model, self.model.compare))
        self.watch(self._draw_head, ["report", "error", "grade", "selection"])
        self.watch(self._draw_table, ["report", "grade"])
        self.watch(self._draw_chart, ["drawn"])
        self.watch(self._reading.ask, ["drawn", "selection"])
        self.watch(self._draw_compared, ["compared"])
        self._table.observe(self._table_chose, names=["selected", "query"])
        below = ipywidgets.HBox([self._chart.widget, self._compared.widget])
        below.add_class("l4e-review-below")
        return [self._head, self._table, below]

    def settle(self) -> None:
        """Wait until the values of the chosen range are drawn."""
        self._reading.settle()

    def close(self) -> None:
        """Take the page away with all of its widgets."""
        if self._parts is not None:
            self._reading.stop()
            self._table.unobserve(self._table_chose, names=["selected", "query"])
        super().close()

    def _chosen(self, act: str, value: str) -> None:
        model = self.model
        if act == "grade":
            answered(model, lambda: model.choose_grade(value))
        elif act == "clear":
            self._chart.select(None)
        elif act == "save":
            self._head.download(f"{model.project}-grades.csv", model.grades_csv(), "text/csv")

    def _draw_head(self) -> None:
        model = self.model
        if model.report is None:
            self._head.show(banner(model.error), head("Review sensors"))
            return
        counts = model.counts
        grades = [(grade, f"{grade} {number_text(counts[grade], 0)}") for grade in ("All", *GRADE_ORDER)]
        self._head.show(
            banner(model.error),
            head("Review sensors", actions=[button("Save grades as CSV", "save")]),
            sentence(model.sentence, model.detail, sign="normal"),
            element(
                "div.l4e-row.l4e-tools-row",
                choice("grade", grades, model.grade, label="Grade"),
                element("span.l4e-grow"),
                element("span.l4e-s.l4e-2", self._hint()),
                button("Clear range", "clear", kind="quiet small") if model.selection else None,
            ),
        )

    def _hint(self) -> str:
        """What can be done with the table and the chart, or which range is chosen."""
        span = self.model.selection
        if span is None:
            return "Choose up to four rows to draw; select a range of the chart to compare it with the rest"
        return f"{span_text(span)} against the rest"

    def _selected(self, span: TimeRange | None) -> None:
        answered(self.model, lambda: self.model.select(span))

    def _table_chose(self, change: Any) -> None:
        model = self.model
        if change["name"] == "query":
            answered(model, lambda: model.look_for(self._table.query))
            return
        shown = set(self._table.keys_of_rows)
        hidden = [name for name in model.drawn if name not in shown]
        answered(model, lambda: model.draw_only([*hidden, *self._table.selected]))
        self._mark_drawn()

    def _mark_drawn(self) -> None:
        """Choose in the table what is drawn."""
        if set(self._table.selected) != set(self.model.drawn) & set(self._table.keys_of_rows):
            self._table.selected = list(self.model.drawn)

    def _draw_table(self) -> None:
        report = self.model.report
        grade = self.model.grade
        kept = [row for row in report.sensors if grade in ("All", row.grade)] if report else []
        self._table.unobserve(self._table_chose, names=["selected", "query"])
        self._table.show(graded_columns(QualityReport(tuple(kept)), self.model.sensors))
        self._table.observe(self._table_chose, names=["selected", "query"])
        self._mark_drawn()

    def _draw_compared(self) -> None:
        self._compared.show(self.model.compared)

    def _draw_chart(self) -> None:
        self._mark_drawn()
        self._chart.show(answered(self.model, lambda: review_panels(self.model)) or [], keep_view=True)

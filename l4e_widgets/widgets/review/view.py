"""The page that shows every sensor with its grade, and the chosen ones over time."""

from __future__ import annotations

import ipywidgets

from l4e_widgets.core.quality import SensorQuality
from l4e_widgets.figures.wording import number_text
from l4e_widgets.widgets.parts.blocks import Column, banner, button, choice, empty_place, head, sentence, table
from l4e_widgets.widgets.parts.chart_place import ChartPlace
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.glyphs import GRADES, glyph
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.parts.shares import missing_text
from l4e_widgets.widgets.review.chart import review_panels
from l4e_widgets.widgets.review.model import GRADE_ORDER, ReviewModel

__all__ = ["SensorReview"]

COLUMNS = (
    Column("Sensor"),
    Column("Unit"),
    Column("Grade"),
    Column("Why", "flex"),
    Column("Days", "l4e-num"),
    Column("Missing", "l4e-num"),
)


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
        self._table = Panel(self._chosen)
        nothing = empty_place("Nothing drawn", "Choose a sensor in the table to see its values over time.")
        self._chart = ChartPlace("Sensors over time", nothing=nothing)
        self.watch(self._draw_head, ["report", "error", "grade"])
        self.watch(self._draw_table, ["report", "grade", "looked_for", "drawn"])
        self.watch(self._draw_chart, ["drawn"])
        return [self._head, self._table, self._chart.widget]

    def _chosen(self, act: str, value: str) -> None:
        model = self.model
        if act == "grade":
            answered(model, lambda: model.choose_grade(value))
        elif act == "find":
            answered(model, lambda: model.look_for(value))
        elif act == "draw":
            answered(model, lambda: model.draw(value))
        elif act == "save":
            self._head.download(f"{model.project}-grades.csv", model.grades_csv(), "text/csv")

    def _draw_head(self) -> None:
        model = self.model
        if model.report is None:
            self._head.show(banner(model.error), head("Review sensors"))
            return
        counts = model.counts
        grades = [(grade, f"{grade} {number_text(counts[grade], 0)}") for grade in ("All", *GRADE_ORDER)]
        find = element(
            "label.l4e-field-find",
            glyph("find"),
            element("input", type="search", placeholder="Filter sensors", aria_label="Filter sensors", data_act="find"),
        )
        self._head.show(
            banner(model.error),
            head("Review sensors", actions=[button("Save grades as CSV", "save")]),
            sentence(model.sentence, model.detail, sign="normal"),
            element(
                "div.l4e-row.l4e-tools-row",
                find,
                choice("grade", grades, model.grade, label="Grade"),
                element("span.l4e-grow"),
                element("span.l4e-s.l4e-2", "Choose a row to draw it, up to four at once"),
            ),
        )

    def _draw_table(self) -> None:
        model = self.model
        if model.report is None:
            self._table.show()
            return
        units = {sensor.name: sensor.unit for sensor in model.sensors}
        rows = [self._row(row, units.get(row.name, "")) for row in model.rows]
        if not rows:
            self._table.show(empty_place("No sensor fits", "Clear the filter or choose another grade."))
            return
        self._table.show(element("div.l4e-scroll", table(COLUMNS, rows, label="Sensors", classes="tight"), tabindex=0))

    def _row(self, row: SensorQuality, unit: str) -> Html:
        is_drawn = row.name in self.model.drawn
        box = element("span.l4e-box", glyph("check", size=10), class_="on" if is_drawn else "")
        grade = element(
            "span.l4e-row.l4e-m", glyph(row.grade.lower()), row.grade, class_=f"l4e-tone {GRADES[row.grade]}"
        )
        return element(
            "tr",
            element("td", box, row.name),
            element("td.l4e-2", unit or "–"),
            element("td", grade),
            element("td.l4e-2.flex", " ".join(row.reasons), title=" ".join(row.reasons)),
            element("td.l4e-num", f"{row.days:.0f}"),
            element("td.l4e-num", missing_text(row.missing_share)),
            class_="on" if is_drawn else "",
            tabindex=0,
            data_act="draw",
            data_value=row.name,
            aria_selected="true" if is_drawn else "false",
        )

    def _draw_chart(self) -> None:
        self._chart.show(answered(self.model, lambda: review_panels(self.model)) or [], keep_view=True)

"""State of the page that shows every sensor with its grade."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import traitlets

from l4e_widgets.core.quality import QualityReport, SensorQuality
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import SeriesSource
from l4e_widgets.core.times import TimeRange
from l4e_widgets.figures.wording import count_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import quality, sensors, series_source
from l4e_widgets.services.ranges import RangeValues, range_values
from l4e_widgets.widgets.parts.events import PageState, answered

__all__ = ["GRADE_ORDER", "ReviewModel"]

GRADE_ORDER = ("High", "Medium", "Low")
DRAWN_AT_MOST = 4
DRAWN_AT_FIRST = 2


class ReviewModel(PageState):
    """The sensors of a project, their grades, and which of them are drawn.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    report: QualityReport | None = traitlets.Any(None, allow_none=True)
    grade: str = traitlets.Enum(("All", *GRADE_ORDER), default_value="All")
    looked_for: str = traitlets.Unicode()
    drawn: tuple[str, ...] = traitlets.Tuple()
    selection: TimeRange | None = traitlets.Any(None, allow_none=True)
    compared: tuple[RangeValues, ...] = traitlets.Tuple()

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project
        self.sensors: tuple[Sensor, ...] = ()
        self.source: SeriesSource | None = None
        answered(self, self.refresh)

    def refresh(self) -> None:
        """Ask the services again."""
        report = quality(self.context, self.project)
        self.sensors = sensors(self.context, self.project)
        self.source = series_source(self.context, self.project)
        self.report = report
        self.drawn = tuple(sensor.name for sensor in report.sensors[:DRAWN_AT_FIRST])

    @property
    def rows(self) -> tuple[SensorQuality, ...]:
        """Sensors that fit the chosen grade and the text looked for."""
        if self.report is None:
            return ()
        text = self.looked_for.casefold()
        return tuple(
            row
            for row in self.report.sensors
            if self.grade in ("All", row.grade) and (text in row.name.casefold() or text in " ".join(row.reasons))
        )

    @property
    def counts(self) -> dict[str, int]:
        """Number of sensors of each grade, and of all."""
        graded = self.report.sensors if self.report else ()
        by_grade = {grade: sum(row.grade == grade for row in graded) for grade in GRADE_ORDER}
        return {"All": len(graded), **by_grade}

    @property
    def sentence(self) -> str:
        """What the grades say, in one sentence."""
        counts = self.counts
        if not counts["All"]:
            return "No sensor has been graded yet."
        good = counts["High"] + counts["Medium"]
        return f"{good} of {count_text(counts['All'], 'sensor')} can be trained on."

    @property
    def detail(self) -> str:
        """What the rest suffers from."""
        counts = self.counts
        low = f"{counts['Low']} graded Low: the table says why." if counts["Low"] else ""
        return " ".join((low, *(self.report.warnings if self.report else ()))).strip()

    @property
    def drawn_sensors(self) -> tuple[Sensor, ...]:
        """Records of the sensors that are drawn, in the order they were chosen."""
        known = {sensor.name: sensor for sensor in self.sensors}
        return tuple(known[name] for name in self.drawn if name in known)

    def choose_grade(self, grade: str) -> None:
        """Show the sensors of one grade, or all.

        Parameters
        ----------
        grade : str
            All, High, Medium or Low.
        """
        self.grade = grade

    def look_for(self, text: str) -> None:
        """Show the sensors with a text in their name or in their reasons.

        Parameters
        ----------
        text : str
            Part of a name; capitals do not count.
        """
        self.looked_for = text.strip()

    def draw(self, name: str) -> None:
        """Draw a sensor, or take it away where it is drawn; the oldest goes where there are too many.

        Parameters
        ----------
        name : str
            Name of a sensor of the project; another one changes nothing.
        """
        if name in self.drawn:
            self.drawn = tuple(other for other in self.drawn if other != name)
        elif any(sensor.name == name for sensor in self.sensors):
            self.drawn = (*self.drawn, name)[-DRAWN_AT_MOST:]

    def draw_only(self, names: Sequence[str]) -> None:
        """Draw these sensors; those drawn before come first, and the oldest go where there are too many.

        Parameters
        ----------
        names : sequence of str
            Names of sensors of the project; another one is left out.
        """
        known = {sensor.name for sensor in self.sensors}
        wanted = [name for name in names if name in known]
        kept = [name for name in self.drawn if name in wanted]
        self.drawn = tuple([*kept, *(name for name in wanted if name not in kept)][-DRAWN_AT_MOST:])

    def select(self, span: TimeRange | None) -> None:
        """Choose a range to compare with the rest, or none.

        Parameters
        ----------
        span : TimeRange or None
            The range.
        """
        self.selection = span

    def compare(self) -> None:
        """Read the values of the drawn sensors, in the chosen range and outside; takes a moment for long data."""
        names = [sensor.id for sensor in self.drawn_sensors]
        self.compared = range_values(self.context, self.project, names, self.selection) if self.source else ()

    def grades_csv(self) -> bytes:
        """Grades of all sensors as a CSV file.

        Returns
        -------
        bytes
            UTF-8 text with a head.
        """
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(["sensor", "grade", "reasons", "missing_share", "days"])
        for row in self.report.sensors if self.report else ():
            table.writerow([row.name, row.grade, "; ".join(row.reasons), f"{row.missing_share:.6g}", f"{row.days:.6g}"])
        return text.getvalue().encode()

"""A table of sensors as one widget: sorted, filtered, chosen from and copied in the browser."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import pandas as pd
import traitlets

from l4e_widgets.core.errors import NotFound, UsageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.quality import QualityReport, assess_quality
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.figures.wording import number_text
from l4e_widgets.widgets.parts.fallback import Bundle, with_fallback
from l4e_widgets.widgets.parts.shares import missing_text

__all__ = ["SensorTable", "TableColumn", "graded_columns"]

STATIC = Path(__file__).resolve().parents[2] / "static"
GRADE_PLACES = {"High": 1, "Medium": 2, "Low": 3}
MOST_CELLS = 200_000


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """One column of the table.

    Parameters
    ----------
    key : str
        Its name for the program.
    title : str
        Its head, with the unit where it has one.
    values : sequence of str, float or None
        What is sorted and copied, a row each; None is missing.
    texts : sequence of str, optional
        What is shown; the values where absent.
    kind : str
        ``name``, ``text``, ``number``, ``grade``, or ``flex`` for the one that may be shortened.
    """

    key: str
    title: str
    values: Sequence[str | float | None]
    texts: Sequence[str] | None = None
    kind: str = "text"

    def describe(self) -> dict[str, Any]:
        """Return the column as the browser is told of it; what is no number is missing."""
        values = [
            None if value is None or (isinstance(value, float) and not math.isfinite(value)) else value
            for value in self.values
        ]
        told = {"key": self.key, "title": self.title, "kind": self.kind, "values": values}
        return told if self.texts is None else {**told, "texts": list(self.texts)}


class SensorTable(anywidget.AnyWidget):
    """Sensors in rows: sort by a head, filter by typing, choose by click or key, copy as CSV.

    Parameters
    ----------
    data : DataFrame, SensorFrame or sequence of TableColumn
        Rows over time, whose sensors are graded; or a table with one row a sensor, named by its index or by its
        first column of texts; or finished columns, the first of which names the rows.
    selected : sequence of str
        Names of the rows that are chosen at first.
    hidden : sequence of str
        Keys of the columns that are not shown at first.
    title : str
        Name for screen readers.

    Attributes
    ----------
    selected : list of str
        Names of the chosen rows; can be set and observed.
    query : str
        What the rows are filtered by.

    Raises
    ------
    UsageError
        There is no column, columns differ in length, or two rows share a name.
    NotFound
        The front end was not built.
    """

    _esm = STATIC / "sensor-table.js"
    _css = STATIC / "l4e.css"
    columns = traitlets.List(help="Heads and values, by column.").tag(sync=True)
    keys_of_rows = traitlets.List(trait=traitlets.Unicode(), help="Names of the rows.").tag(sync=True)
    selected = traitlets.List(trait=traitlets.Unicode(), help="Names of the chosen rows.").tag(sync=True)
    hidden = traitlets.List(trait=traitlets.Unicode(), help="Keys of columns that are not shown.").tag(sync=True)
    order = traitlets.Dict({"key": "", "direction": 0}, help="Column and direction of sorting.").tag(sync=True)
    query = traitlets.Unicode(help="Text the rows are filtered by.").tag(sync=True)
    title = traitlets.Unicode("Sensors", help="Name for screen readers.").tag(sync=True)

    def __init__(
        self,
        data: pd.DataFrame | SensorFrame | Sequence[TableColumn],
        *,
        selected: Sequence[str] = (),
        hidden: Sequence[str] = (),
        title: str = "Sensors",
    ) -> None:
        if not STATIC.joinpath("sensor-table.js").is_file():
            raise NotFound(
                "The front end of l4e_widgets is not built.",
                where="static/sensor-table.js",
                fix='Run "npm ci && npm run build" in js/, or install the package with pip.',
            )
        super().__init__(title=title, hidden=list(hidden))
        self.show(_columns(data))
        self.selected = list(selected)

    def show(self, columns: Sequence[TableColumn]) -> None:
        """Show other rows in the same place; rows that are still there stay chosen.

        Parameters
        ----------
        columns : sequence of TableColumn
            The first names the rows.

        Raises
        ------
        UsageError
            There is no column, columns differ in length, two rows share a name, or there are over 200 000 cells.
        """
        lengths = {len(column.values) for column in columns}
        if len(lengths) != 1:
            raise UsageError(
                "A table needs columns of one length.", got=f"lengths {sorted(lengths)}", fix="Fill the gaps."
            )
        names = [str(value) for value in columns[0].values]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise UsageError("Two rows of a table have one name.", got=f'"{twice}" twice', fix="Rename one.")
        if len(names) * len(columns) > MOST_CELLS:
            raise UsageError("The table is too large to look at.", got=f"{len(names)} rows", fix="Choose fewer.")
        with self.hold_sync():
            self.keys_of_rows = names
            self.columns = [column.describe() for column in columns]
            self.selected = [name for name in self.selected if name in set(names)]

    @traitlets.validate("selected")
    def _known(self, proposal: Any) -> list[str]:
        """Keep the names of rows that are there."""
        known = set(self.keys_of_rows)
        return list(dict.fromkeys(name for name in proposal["value"] if name in known))

    def lines(self) -> list[str]:
        """Return the rows as lines of text."""
        columns = [column for column in self.columns if column["key"] not in self.hidden]
        rows = zip(*(column.get("texts") or column["values"] for column in columns), strict=True)
        head = " | ".join(column["title"] for column in columns)
        told = [" | ".join("–" if cell in (None, "") else str(cell) for cell in row) for row in rows]
        return [f"{self.title}: {len(told)} rows", head, *told]

    def _repr_mimebundle_(self, **options: Any) -> Bundle:
        """Bundle of the widget, with its rows where no widget can be shown."""
        return with_fallback(super()._repr_mimebundle_, options, self.lines(), "")


def graded_columns(report: QualityReport, sensors: Sequence[Sensor]) -> list[TableColumn]:
    """Columns of graded sensors.

    Parameters
    ----------
    report : QualityReport
        The grades.
    sensors : sequence of Sensor
        Records, for their units.

    Returns
    -------
    list of TableColumn
        Name, unit, grade, reasons, days, missing values, gaps, modes, and what each sensor moves with.
    """
    rows = report.sensors
    units = {sensor.id: sensor.unit for sensor in sensors}
    modes = [len(row.statistics.modes) if row.multiple_operating_modes else None for row in rows]
    return [
        TableColumn(key="name", title="Sensor", values=[row.name for row in rows], kind="name"),
        TableColumn(key="unit", title="Unit", values=[units.get(row.id, "") for row in rows]),
        TableColumn(
            key="grade",
            title="Grade",
            values=[GRADE_PLACES[row.grade] for row in rows],
            texts=[row.grade for row in rows],
            kind="grade",
        ),
        TableColumn(key="why", title="Why", values=[" ".join(row.reasons) for row in rows], kind="flex"),
        _number("days", "Days", [row.days for row in rows], 0),
        TableColumn(
            key="missing",
            title="Missing",
            values=[row.missing_share for row in rows],
            texts=[missing_text(row.missing_share) for row in rows],
            kind="number",
        ),
        _number("gap", "Largest gap, days", [row.max_gap_days or None for row in rows], 1),
        _number("modes", "Modes", modes, 0),
        TableColumn(key="with", title="Moves with", values=[row.correlated_with for row in rows]),
        _number("correlation", "Correlation", [row.correlation if row.correlated_with else None for row in rows], 2),
    ]


def _number(key: str, title: str, values: Sequence[float | None], decimals: int | None) -> TableColumn:
    """Column of numbers with the same digits after the point."""
    texts = [number_text(value, decimals) for value in values]
    return TableColumn(key=key, title=title, values=values, texts=texts, kind="number")


def _columns(data: pd.DataFrame | SensorFrame | Sequence[TableColumn]) -> Sequence[TableColumn]:
    """Columns of whatever was given."""
    if isinstance(data, pd.DataFrame) and isinstance(data.index, pd.DatetimeIndex):
        data = SensorFrame.from_dataframe(data)
    if isinstance(data, SensorFrame):
        return graded_columns(assess_quality(data), data.sensors)
    return _plain_columns(data) if isinstance(data, pd.DataFrame) else data


def _plain_columns(table: pd.DataFrame) -> list[TableColumn]:
    """Columns of a table with one row a sensor."""
    if isinstance(table.index, pd.RangeIndex) and len(table.columns) and table.iloc[:, 0].is_unique:
        table = table.set_index(table.columns[0])
    columns = [
        TableColumn(
            key="name", title=str(table.index.name or "Sensor"), values=list(map(str, table.index)), kind="name"
        )
    ]
    for place, title in enumerate(table.columns):
        column = table.iloc[:, place]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
            columns.append(_number(f"c{place}", str(title), [float(value) for value in numbers], None))
        else:
            values = [None if missing else str(value) for value, missing in zip(column, column.isna(), strict=True)]
            columns.append(TableColumn(key=f"c{place}", title=str(title), values=values))
    return columns

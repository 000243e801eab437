"""The matrix of what moves together with bqplot, from which a pair can be chosen."""

from __future__ import annotations

from typing import Any

import bqplot
import numpy as np
import pandas as pd
import traitlets

from l4e_widgets.core.correlation import Correlations, correlations
from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.figures.plots import WEAKEST, correlation_matrix
from l4e_widgets.figures.wording import count_text, number_text
from l4e_widgets.widgets.parts.markup import element
from l4e_widgets.widgets.parts.plots import Plot, _figure, _token

__all__ = ["CorrelationMatrix"]

CELL = 24
NAMES_PX = 150
MOST_SENSORS = 100
SHORT = 22


class CorrelationMatrix(Plot):
    """Half a matrix of correlations, sensors that are alike side by side; size is how strong.

    Parameters
    ----------
    data : DataFrame, SensorFrame or Correlations
        The rows, a column a sensor, or what was found in them.

    Attributes
    ----------
    pair : tuple of str
        The two sensors that were clicked last, empty at first; can be set and observed.

    Raises
    ------
    UsageError
        There are fewer than two sensors, or more than a hundred.
    """

    pair: tuple[str, ...] = traitlets.Tuple(help="Names of the two sensors that are looked at.")

    def __init__(self, data: pd.DataFrame | SensorFrame | Correlations) -> None:
        self.found = _found(data)
        n = len(self.found.names)
        if not 2 <= n <= MOST_SENSORS:
            raise UsageError("This is no matrix to look at.", got=f"{n} sensors", expected=f"2 to {MOST_SENSORS}")
        self._rows, self._columns = np.tril_indices(n, -1)
        values = self.found.matrix[self._rows, self._columns]
        strength = np.abs(values)
        self._places = [np.flatnonzero((values >= 0) | (strength < WEAKEST)), None]
        self._places[1] = np.setdiff1d(np.arange(len(values)), self._places[0])
        x, y = bqplot.LinearScale(min=-0.5, max=n - 0.5), bqplot.LinearScale(min=-0.5, max=n - 0.5, reverse=True)
        marks = [self._mark(x, y, side, strength) for side in (0, 1)]
        self._frame = bqplot.Scatter(
            x=[0.0],
            y=[0.0],
            scales={"x": x, "y": y},
            marker="square",
            default_size=CELL * CELL,
            colors=["transparent"],
            stroke=_token("accent"),
            stroke_width=2,
            visible=False,
        )
        short = {place: _short(name) for place, name in enumerate(self.found.names)}
        names = bqplot.Axis(
            scale=y,
            side="left",
            tick_values=np.arange(n),
            tick_labels={str(place): name for place, name in short.items()},
            grid_lines="none",
        )
        margin = {"left": NAMES_PX, "right": 4, "bottom": 4}
        super().__init__(
            _figure(height=n * CELL + 8, scale_x=x, scale_y=y, margin=margin, marks=[*marks, self._frame], axes=[names])
        )
        self.figure.layout.width = f"{n * CELL + NAMES_PX + 4}px"
        self.figure.layout.max_width = "100%"
        self.observe(self._tell, names=["pair"])
        self._tell()

    def _mark(self, x: bqplot.Scale, y: bqplot.Scale, side: int, strength: np.ndarray) -> bqplot.Scatter:
        """Squares of one sign."""
        places = self._places[side]
        size = np.where(strength < WEAKEST, 0.01, (0.25 + 0.75 * strength) ** 2)
        colour = _token("c2" if side else "c1")
        mark = bqplot.Scatter(
            x=self._columns[places].astype(np.float64),
            y=self._rows[places].astype(np.float64),
            size=size[places],
            scales={"x": x, "y": y, "size": bqplot.LinearScale(min=0, max=1)},
            marker="square",
            default_size=(CELL - 5) ** 2,
            colors=["transparent" if side else colour],
            stroke=colour,
            stroke_width=2 if side else 1,
            opacities=list(0.45 + 0.55 * strength[places]),
        )
        mark.on_element_click(lambda _, told, side=side: self._clicked(side, told))
        return mark

    def _clicked(self, side: int, told: Any) -> None:
        """Choose the pair of a square."""
        index = told.get("data", {}).get("index") if isinstance(told, dict) else None
        places = self._places[side]
        if isinstance(index, int) and 0 <= index < len(places):
            place = places[index]
            names = self.found.names
            self.pair = (names[int(self._columns[place])], names[int(self._rows[place])])

    @traitlets.validate("pair")
    def _known(self, proposal: Any) -> tuple[str, ...]:
        """Refuse a pair that is none."""
        pair = tuple(proposal["value"])
        if pair and (len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= set(self.found.names)):
            raise UsageError(
                "A pair is two sensors of the matrix.", got=", ".join(map(str, pair)), fix="Name two of them."
            )
        return pair

    def _tell(self, _: object = None) -> None:
        """Frame the chosen pair and say its number."""
        said = f"{len(self.found.names)} sensors in {count_text(len(self.found.groups), 'group')}, ordered by likeness"
        if self.pair:
            low, high = sorted(self.found.names.index(name) for name in self.pair)
            self._frame.x, self._frame.y = [float(low)], [float(high)]
            said = f"{self.pair[0]} and {self.pair[1]}: r = {number_text(self.found.of(*self.pair), 2)}"
        self._frame.visible = bool(self.pair)
        legend = [
            element("span", element("i.l4e-swatch.c1"), "rise together"),
            element("span", element("i.l4e-swatch.c2.hollow"), "one rises, one falls"),
            element("span", "size: how strongly"),
        ]
        self._head.show(
            element("div.l4e-plot-head", element("span.l4e-name", said, title=said)),
            element("div.l4e-plot-legend", legend),
        )

    def lines(self) -> list[str]:
        """Return the groups of sensors and the strongest pairs."""
        told = [f"  together: {', '.join(group)}" for group in self.found.groups if len(group) > 1]
        values = self.found.matrix[self._rows, self._columns]
        names = self.found.names
        for place in np.argsort(-np.abs(values), kind="stable")[:10]:
            one, other = names[self._columns[place]], names[self._rows[place]]
            told.append(f"  {one} and {other}: r = {number_text(float(values[place]), 2)}")
        return [f"Correlations of {len(names)} sensors", *told]

    def picture(self) -> str:
        """Return the matrix as an SVG element."""
        return correlation_matrix(self.found)


def _found(data: pd.DataFrame | SensorFrame | Correlations) -> Correlations:
    """Correlations of whatever was given."""
    if isinstance(data, Correlations):
        return data
    if isinstance(data, SensorFrame):
        return correlations([sensor.label for sensor in data.sensors], data.values)
    numbers = data.select_dtypes("number")
    return correlations([str(name) for name in numbers.columns], numbers.to_numpy(dtype=np.float64, na_value=np.nan))


def _short(name: str) -> str:
    return name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"

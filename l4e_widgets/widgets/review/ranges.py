"""The values of the drawn sensors beside their chart: the chosen range against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ipywidgets

from l4e_widgets.figures.plots import titled_histogram
from l4e_widgets.services.ranges import RangeValues
from l4e_widgets.widgets.parts.markup import Html
from l4e_widgets.widgets.parts.panel import Panel

if TYPE_CHECKING:
    from l4e_widgets.widgets.parts.plots import Histogram

__all__ = ["RangePlace"]

WORKED_ON = 2
"""So many histograms are drawn by bqplot, whose figures are eleven widgets each; further ones are pictures."""


class RangePlace:
    """Histograms, one below the other; those that are there take the new values."""

    def __init__(self) -> None:
        self._plots: list[Histogram] = []
        self._others = Panel()
        self.widget = ipywidgets.VBox([self._others])
        self.widget.add_class("l4e-review-ranges")

    def show(self, compared: Sequence[RangeValues]) -> None:
        """Show the values of some sensors.

        Parameters
        ----------
        compared : sequence of RangeValues
            One a sensor.
        """
        # Loaded with the first values, so that the pages before it open without bqplot.
        from l4e_widgets.widgets.parts.plots import Histogram

        first, others = compared[:WORKED_ON], compared[WORKED_ON:]
        for place, one in enumerate(first):
            told = {"name": one.sensor.label, "unit": one.sensor.unit}
            if place < len(self._plots):
                self._plots[place].show(one.groups, **told)
            else:
                self._plots.append(Histogram(one.groups, **told))
        spare = self._plots[len(first) :]
        del self._plots[len(first) :]
        self._others.show(
            *(Html(titled_histogram(one.groups, name=one.sensor.label, unit=one.sensor.unit)) for one in others)
        )
        self.widget.children = (*self._plots, self._others)
        for plot in spare:
            plot.close()

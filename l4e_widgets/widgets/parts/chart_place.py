"""Place of a chart on a page: one chart that is drawn anew, or what to do to get one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets

from l4e_widgets.core.times import TimeRange
from l4e_widgets.widgets.parts.chart import ChartPanel, TimeSeriesChart
from l4e_widgets.widgets.parts.markup import Html, together
from l4e_widgets.widgets.parts.page import close_all
from l4e_widgets.widgets.parts.panel import Panel

__all__ = ["ChartPlace"]


class ChartPlace:
    """Keeps one chart, so that other panels appear without the page moving.

    Parameters
    ----------
    title : str
        Name of the chart for screen readers.
    nothing : Html, optional
        Shown while there is nothing to draw.
    on_select : callable, optional
        Called with the selected `TimeRange`, or None when the selection was taken away.
    """

    def __init__(
        self,
        title: str,
        *,
        nothing: Html | None = None,
        on_select: Callable[[TimeRange | None], None] | None = None,
    ) -> None:
        self._on_select = on_select
        self._title = title
        self._nothing = nothing or together()
        self._chart: TimeSeriesChart | None = None
        self.widget = ipywidgets.VBox()
        self.widget.add_class("l4e-chart-place")

    def show(self, panels: Sequence[ChartPanel], **options: Any) -> None:
        """Draw panels, or say what to do where there are none.

        Parameters
        ----------
        panels : sequence of ChartPanel
            From top to bottom.
        **options
            What `TimeSeriesChart.show` takes.
        """
        if panels and self._chart is not None:
            self._chart.show(panels, **options)
            return
        old = self.widget.children
        options.pop("keep_view", None)
        if panels:
            self._chart = TimeSeriesChart(panels, title=self._title, on_select=self._on_select, **options)
            self.widget.children = (self._chart,)
        else:
            self._chart = None
            place = Panel()
            place.show(self._nothing)
            self.widget.children = (place,)
        for child in old:
            close_all(child)

    def select(self, span: TimeRange | None) -> None:
        """Select a range of the chart, or none; without a chart nothing happens.

        Parameters
        ----------
        span : TimeRange or None
            The range.
        """
        if self._chart is not None:
            self._chart.select(span)

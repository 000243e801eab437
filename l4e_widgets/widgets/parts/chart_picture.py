"""What a chart says where it cannot run: each sensor's range in words, and the window as a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from l4e_widgets.core.times import TimeRange, minute_text
from l4e_widgets.figures.series import SeriesPanel, series_picture
from l4e_widgets.figures.wording import number_text, quantity_text
from l4e_widgets.widgets.parts.chart_wire import ChartPanel

__all__ = ["chart_lines", "chart_picture"]

PIXELS = 330


def _read(panels: Sequence[ChartPanel], span: TimeRange) -> list[SeriesPanel]:
    """Rows of the panels at the detail of a picture."""
    read = []
    for number, panel in enumerate(panels):
        part = panel.source.window(panel.sensors, span.start, span.end, PIXELS)
        told = panel.describe(number)
        read.append(SeriesPanel(name=told["name"], unit=told["unit"], timestamps=part.timestamps, values=part.values))
    return read


def chart_lines(title: str, panels: Sequence[ChartPanel], span: TimeRange) -> list[str]:
    """Lowest and highest value of each panel.

    Parameters
    ----------
    title : str
        Name of the chart.
    panels : sequence of ChartPanel
        From top to bottom.
    span : TimeRange
        The window.

    Returns
    -------
    list of str
        One line a panel below the title.
    """
    lines = [f"{title}, {minute_text(span.start)} to {minute_text(span.end)} UTC"]
    for panel in _read(panels, span):
        finite = panel.values[np.isfinite(panel.values)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (None, None)
        said = f"{number_text(low)} to {quantity_text(high, panel.unit)}" if len(finite) else "no values"
        lines.append(f"  {panel.name}: {said}")
    return lines


def chart_picture(panels: Sequence[ChartPanel], span: TimeRange, *, marks: Sequence[tuple[TimeRange, str]] = ()) -> str:
    """Draw the window of a chart.

    Parameters
    ----------
    panels : sequence of ChartPanel
        From top to bottom.
    span : TimeRange
        The window.
    marks : sequence of (TimeRange, str)
        Ranges to tint, and the colour token of each.

    Returns
    -------
    str
        An SVG element.
    """
    return series_picture(_read(panels, span), span, marks=marks)

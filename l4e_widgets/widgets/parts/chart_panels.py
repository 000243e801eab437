"""What a chart is given, in whichever form, as panels."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.series_source import FrameSource, SeriesSource
from l4e_widgets.widgets.parts.chart_wire import ChartPanel

__all__ = ["Drawable", "panels_of", "source_of"]

Drawable = pd.DataFrame | SensorFrame | SeriesSource | Sequence[ChartPanel]


def source_of(data: pd.DataFrame | SensorFrame | SeriesSource) -> SeriesSource:
    """Rows of a table as a source.

    Parameters
    ----------
    data : DataFrame, SensorFrame or SeriesSource
        The rows; a DataFrame needs a time index.

    Returns
    -------
    SeriesSource
        The same rows.

    Raises
    ------
    DataError
        The DataFrame has no time index, or its times do not increase.
    """
    if isinstance(data, pd.DataFrame):
        return FrameSource(SensorFrame.from_dataframe(data))
    return FrameSource(data) if isinstance(data, SensorFrame) else data


def panels_of(data: Drawable, *, overlay: Sequence[Sequence[str]] = ()) -> tuple[ChartPanel, ...]:
    """Panels to draw: one for each sensor of a table, but one for all that share it.

    Parameters
    ----------
    data : DataFrame, SensorFrame, SeriesSource or sequence of ChartPanel
        What to draw; finished panels are left as they are.
    overlay : sequence of sequence of str
        Names or ids of the sensors that share a panel.

    Returns
    -------
    tuple of ChartPanel
        From top to bottom; a shared panel stands where the first of its sensors would.

    Raises
    ------
    UsageError
        Sensors of different units would share one axis.
    DataError
        A DataFrame has no time index, or its times do not increase.
    """
    if not isinstance(data, (pd.DataFrame, SensorFrame)) and isinstance(data, Sequence):
        return tuple(data)
    source = source_of(data)
    shared = {name: tuple(names) for names in overlay for name in names}
    panels: list[ChartPanel] = []
    done: set[tuple[str, ...]] = set()
    for sensor in source.sensors:
        names = shared.get(sensor.id) or shared.get(sensor.name) or (sensor.id,)
        if names not in done:
            done.add(names)
            panels.append(ChartPanel(source=source, sensors=names))
    return tuple(panels)

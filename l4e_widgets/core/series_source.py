"""Where a chart's rows come from: a stored series, a DataFrame and live data are all one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from l4e_widgets.core.detail import Window, gap_length, window
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = ["FrameSource", "SeriesSource"]


@runtime_checkable
class SeriesSource(Protocol):
    """Rows of some sensors over time, whole or at the detail of a screen."""

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Records of all its sensors."""

    @property
    def span(self) -> TimeRange:
        """Range from its first row to just after its last."""

    def read(self, sensors: Sequence[str], start: int, end: int) -> SensorFrame:
        """Every row of `[start, end)` of the named sensors.

        Parameters
        ----------
        sensors : sequence of str
            Ids or names.
        start, end : int
            Nanoseconds since 1970-01-01 UTC.

        Returns
        -------
        SensorFrame
            The rows, one column a named sensor.
        """

    def window(self, sensors: Sequence[str], start: int, end: int, pixels: int) -> Window:
        """Rows to draw of `[start, end)` of the named sensors.

        Parameters
        ----------
        sensors : sequence of str
            Ids or names.
        start, end : int
            Nanoseconds since 1970-01-01 UTC.
        pixels : int
            Width of the plot.

        Returns
        -------
        Window
            At most ``2 * pixels`` rows, one column a named sensor.
        """


class FrameSource:
    """A `SensorFrame` as a source of rows.

    Parameters
    ----------
    frame : SensorFrame
        All its rows.
    """

    def __init__(self, frame: SensorFrame) -> None:
        self._frame = frame
        self._gap = gap_length(frame.timestamps)

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Records of all its sensors."""
        return self._frame.sensors

    @property
    def span(self) -> TimeRange:
        """Range from its first row to just after its last."""
        return self._frame.span

    def read(self, sensors: Sequence[str], start: int, end: int) -> SensorFrame:
        """Every row of `[start, end)`.

        Parameters
        ----------
        sensors : sequence of str
            Ids or names.
        start, end : int
            Nanoseconds since 1970-01-01 UTC.

        Returns
        -------
        SensorFrame
            The rows, one column a named sensor.

        Raises
        ------
        NotFound
            A name is none of its sensors.
        """
        return self._frame.select(sensors).between(TimeRange(start, end))

    def window(self, sensors: Sequence[str], start: int, end: int, pixels: int) -> Window:
        """Rows to draw of `[start, end)`.

        Parameters
        ----------
        sensors : sequence of str
            Ids or names.
        start, end : int
            Nanoseconds since 1970-01-01 UTC.
        pixels : int
            Width of the plot.

        Returns
        -------
        Window
            At most ``2 * pixels`` rows, one column a named sensor.

        Raises
        ------
        NotFound
            A name is none of its sensors.
        """
        chosen = self._frame.select(sensors)
        return window(chosen, start, end, pixels, gap_ns=self._gap)

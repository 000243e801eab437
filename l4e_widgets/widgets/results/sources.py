"""Rows that a model computes for a stretch of time, as sources that a chart can draw from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detail import Window, gap_length, mean_window
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import FrameSource, SeriesSource
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.results import ExpectedFrame

__all__ = ["Explained", "Shares", "expected_id"]

EXPECTED = "expected of "


def expected_id(sensor: str) -> str:
    """Id of the column that holds what a sensor would have read.

    Parameters
    ----------
    sensor : str
        Id of the sensor.

    Returns
    -------
    str
        Id of the column.
    """
    return EXPECTED + sensor


class Explained:
    """Measured rows, and beside them what the model expected where that was computed.

    Parameters
    ----------
    measured : SeriesSource
        Rows of the project.
    expected : ExpectedFrame
        What some sensors would have read over a stretch of time.
    """

    def __init__(self, measured: SeriesSource, expected: ExpectedFrame) -> None:
        self._measured = measured
        self._expected = expected
        self._columns = {expected_id(sensor.id): place for place, sensor in enumerate(expected.sensors)}
        times = expected.timestamps
        self._step = int(np.median(np.diff(times))) if len(times) > 1 else 0

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Records of all its sensors, the expected ones last."""
        extra = (
            Sensor(id=expected_id(sensor.id), name=f"{sensor.name}, expected", unit=sensor.unit)
            for sensor in self._expected.sensors
        )
        return (*self._measured.sensors, *extra)

    @property
    def span(self) -> TimeRange:
        """Range of the measured rows."""
        return self._measured.span

    def read(self, sensors: Sequence[str], start: int, end: int) -> SensorFrame:
        """Every measured row of `[start, end)` with what was expected at its time.

        Parameters
        ----------
        sensors : sequence of str
            Ids, measured and expected ones.
        start, end : int
            Nanoseconds since 1970-01-01 UTC.

        Returns
        -------
        SensorFrame
            One column a named sensor.
        """
        frame = self._measured.read([name for name in sensors if name not in self._columns], start, end)
        values, records = self._beside(sensors, frame.timestamps, frame.values, frame.sensors, self._step)
        return SensorFrame(frame.timestamps, values, records)

    def window(self, sensors: Sequence[str], start: int, end: int, pixels: int) -> Window:
        """Rows to draw of `[start, end)` with what was expected at their times.

        Parameters
        ----------
        sensors : sequence of str
            Ids, measured and expected ones.
        start, end : int
            Nanoseconds since 1970-01-01 UTC.
        pixels : int
            Width of the plot.

        Returns
        -------
        Window
            One column a named sensor; NaN where nothing was expected.
        """
        rows = self._measured.window([name for name in sensors if name not in self._columns], start, end, pixels)
        reach = max(self._step, (end - start) // max(pixels, 1))
        values, records = self._beside(sensors, rows.timestamps, rows.values, rows.sensors, reach)
        return Window(timestamps=rows.timestamps, values=values, sensors=records, is_raw=rows.is_raw)

    def _beside(
        self,
        names: Sequence[str],
        times: npt.NDArray[np.int64],
        values: npt.NDArray[np.floating],
        measured: tuple[Sensor, ...],
        reach: int,
    ) -> tuple[npt.NDArray[np.floating], tuple[Sensor, ...]]:
        """Columns in the order asked for: the measured ones as they are, the expected ones of the nearest row."""
        records = {sensor.id: sensor for sensor in self.sensors}
        nearest, is_near = nearest_rows(self._expected.timestamps, times, reach)
        columns, place = [], 0
        for name in names:
            if name in self._columns:
                column = np.full(len(times), np.nan)
                column[is_near] = self._expected.value[nearest[is_near], self._columns[name]]
            else:
                column, place = values[:, place], place + 1
            columns.append(column)
        joined = np.column_stack(columns) if columns else np.empty((len(times), 0))
        known = {sensor.name: sensor for sensor in measured} | {sensor.id: sensor for sensor in measured}
        return joined, tuple(known.get(name) or records[name] for name in names)


def nearest_rows(
    times: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64], reach: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Row nearest to each wanted time, and whether it is near enough.

    Parameters
    ----------
    times : (n,) int64
        Times of the rows in nanoseconds, strictly increasing.
    wanted : (m,) int64
        Times asked for.
    reach : int
        Largest distance that counts, in nanoseconds.

    Returns
    -------
    rows : (m,) int
        Row numbers; 0 where there are no rows.
    is_near : (m,) bool
        Whether that row lies within `reach`.
    """
    if not len(times):
        return np.zeros(len(wanted), dtype=np.intp), np.zeros(len(wanted), dtype=bool)
    after = np.clip(np.searchsorted(times, wanted), 0, len(times) - 1)
    before = np.maximum(after - 1, 0)
    rows = np.where(np.abs(times[after] - wanted) <= np.abs(wanted - times[before]), after, before)
    return rows, np.abs(times[rows] - wanted) <= reach


class Shares(FrameSource):
    """Contributions of the sensors; wide windows show their mean.

    Parameters
    ----------
    contributions : SensorFrame
        One column a sensor of the model; rows sum to 1.
    """

    def __init__(self, contributions: SensorFrame) -> None:
        super().__init__(contributions)
        self._shares = contributions

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._shares)

    def window(self, sensors: Sequence[str], start: int, end: int, pixels: int) -> Window:
        """Mean shares of `[start, end)`.

        Parameters
        ----------
        sensors : sequence of str
            Ids.
        start, end : int
            Nanoseconds since 1970-01-01 UTC.
        pixels : int
            Width of the plot.

        Returns
        -------
        Window
            One column a named sensor.
        """
        chosen = self._shares.select(sensors)
        return mean_window(chosen, start, end, pixels, gap_ns=gap_length(chosen.timestamps))

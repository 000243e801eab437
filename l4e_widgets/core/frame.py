"""The table every room passes on: timestamps, values and the records of the sensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from l4e_widgets.core.errors import DataError, NotFound
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = ["SensorFrame", "timestamps_ns"]


def timestamps_ns(index: pd.DatetimeIndex | pd.Series) -> npt.NDArray[np.int64]:
    """Nanoseconds UTC of a pandas time index, whatever unit the pandas at hand stores.

    Parameters
    ----------
    index : DatetimeIndex or Series
        Times; without a zone they are UTC.

    Returns
    -------
    (n_rows,) int64
        Nanoseconds since 1970-01-01 UTC; a missing time is the smallest int64.
    """
    times = pd.DatetimeIndex(index)
    if times.tz is not None:
        times = times.tz_convert("UTC").tz_localize(None)
    return np.asarray(times.to_numpy().astype("datetime64[ns]").astype(np.int64))


@dataclass(frozen=True, eq=False)
class SensorFrame:
    """Sensor values over time.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds since 1970-01-01 UTC, strictly increasing.
    values : (n_rows, n_sensors) float32 or float64
        One column a sensor in the sensor's unit; NaN is a missing value.
    sensors : tuple of Sensor
        Record of each column.

    Raises
    ------
    DataError
        The three do not fit together, or the timestamps do not increase.
    """

    timestamps: npt.NDArray[np.int64]
    values: npt.NDArray[np.floating]
    sensors: tuple[Sensor, ...]

    def __post_init__(self) -> None:
        """Refuse shapes that do not fit and times that do not increase."""
        if self.values.ndim != 2 or self.values.shape != (len(self.timestamps), len(self.sensors)):
            raise DataError(
                "Times, values and sensors do not fit together.",
                got=f"{len(self.timestamps)} times, values of shape {self.values.shape}, {len(self.sensors)} sensors",
                expected="values of shape (number of times, number of sensors)",
            )
        if len(self.timestamps) > 1 and not bool(np.all(np.diff(self.timestamps) > 0)):
            raise DataError("The timestamps do not increase strictly.", fix="Sort the rows and drop repeated times.")

    @classmethod
    def from_dataframe(cls, data: pd.DataFrame, sensors: Sequence[Sensor] | None = None) -> SensorFrame:
        """Frame from a DataFrame with a time index and one numeric column a sensor.

        Parameters
        ----------
        data : DataFrame
            Time index (UTC where it has no zone); columns are sensors.
        sensors : sequence of Sensor, optional
            Records of the columns; plain ones with the column's name where absent.

        Returns
        -------
        SensorFrame
            The same values, the times as nanoseconds.

        Raises
        ------
        DataError
            The index holds no times, or they do not increase.
        """
        if not isinstance(data.index, pd.DatetimeIndex):
            raise DataError(
                "The DataFrame has no time index.",
                got=f"an index of {data.index.dtype}",
                expected="a DatetimeIndex",
                fix="Use data.set_index(<timestamp column>) with a column of times.",
            )
        records = tuple(sensors) if sensors else tuple(Sensor(id=str(c), name=str(c).strip()) for c in data.columns)
        return cls(timestamps_ns(data.index), data.to_numpy(dtype=np.float64, na_value=np.nan), records)

    def to_dataframe(self) -> pd.DataFrame:
        """Return a DataFrame with a UTC time index and one column a sensor, by name."""
        index = pd.DatetimeIndex(self.timestamps.view("datetime64[ns]"), tz="UTC", name="timestamp")
        names = [sensor.name for sensor in self.sensors]
        table: pd.DataFrame = pd.DataFrame(self.values, index=index, columns=names)
        return table

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.timestamps)

    @property
    def span(self) -> TimeRange:
        """Range from the first row to just after the last."""
        if not len(self):
            raise DataError(
                "There are no rows, so there is no time range.",
                expected="at least one row",
                fix="Choose a range in which there is data.",
            )
        return TimeRange(int(self.timestamps[0]), int(self.timestamps[-1]) + 1)

    def between(self, span: TimeRange) -> SensorFrame:
        """Return the rows inside `[start, end)`.

        Parameters
        ----------
        span : TimeRange
            The range, `[start, end)`; it may reach beyond the rows.

        Returns
        -------
        SensorFrame
            The rows in it with all sensors, perhaps none; it looks at the same memory.
        """
        first, last = np.searchsorted(self.timestamps, [span.start, span.end])
        return SensorFrame(self.timestamps[first:last], self.values[first:last], self.sensors)

    def select(self, names: Sequence[str]) -> SensorFrame:
        """Return only the named sensors, in the order given.

        Parameters
        ----------
        names : sequence of str
            Ids or names of sensors.

        Returns
        -------
        SensorFrame
            The chosen columns.

        Raises
        ------
        NotFound
            A name is none of the frame's; all unknown ones are listed.
        """
        place = {sensor.name: index for index, sensor in enumerate(self.sensors)}
        place.update({sensor.id: index for index, sensor in enumerate(self.sensors)})
        unknown = [name for name in names if name not in place]
        if unknown:
            known = ", ".join(sensor.name for sensor in self.sensors[:10])
            raise NotFound(
                f"There is no sensor called {', '.join(unknown)}.",
                expected=f"names such as {known}",
                fix="Check the spelling; capitals count.",
            )
        columns = [place[name] for name in names]
        return SensorFrame(self.timestamps, self.values[:, columns], tuple(self.sensors[i] for i in columns))

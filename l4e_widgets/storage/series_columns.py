"""The rows of a stored series, read sensor by sensor in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.columns import ROWS_A_CHUNK
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.storage.series import StoredSeries

__all__ = ["StoredColumns"]


class StoredColumns:
    """Columns of one clock of a project.

    Parameters
    ----------
    series : StoredSeries
        The series.
    """

    def __init__(self, series: StoredSeries) -> None:
        self._series = series

    @cached_property
    def timestamps(self) -> npt.NDArray[np.int64]:
        """Nanoseconds UTC, (n_rows,), strictly increasing."""
        return self._series.read([]).timestamps

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Record of every column."""
        return self._series.sensors

    def chunks(self, place: int) -> Iterator[npt.NDArray[np.floating]]:
        """Values of one sensor in order of time.

        Parameters
        ----------
        place : int
            Place of the sensor.

        Yields
        ------
        (n_chunk,) float
            The next values.
        """
        name, times = self.sensors[place].id, self.timestamps
        for start in range(0, len(times), ROWS_A_CHUNK):
            last = min(start + ROWS_A_CHUNK, len(times)) - 1
            yield self._series.read([name], int(times[start]), int(times[last]) + 1).values[:, 0]

"""Rows of any number, read one sensor after another in chunks, so that no more than a chunk is held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor

__all__ = ["ROWS_A_CHUNK", "Columns", "FrameColumns"]

ROWS_A_CHUNK = 1_048_576


class Columns(Protocol):
    """Rows of one clock whose values are read sensor by sensor."""

    @property
    def timestamps(self) -> npt.NDArray[np.int64]:
        """Nanoseconds UTC, (n_rows,), strictly increasing."""

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Record of every column."""

    def chunks(self, place: int) -> Iterator[npt.NDArray[np.floating]]:
        """Values of one sensor in order of time.

        Parameters
        ----------
        place : int
            Place of the sensor in `sensors`.

        Yields
        ------
        (n_chunk,) float
            The next values in the sensor's unit, NaN for missing; together as many as there are timestamps.
        """


@dataclass(frozen=True)
class FrameColumns:
    """The columns of a frame in memory.

    Parameters
    ----------
    frame : SensorFrame
        The rows.
    """

    frame: SensorFrame

    @property
    def timestamps(self) -> npt.NDArray[np.int64]:
        """Nanoseconds UTC, (n_rows,)."""
        return self.frame.timestamps

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Record of every column."""
        return self.frame.sensors

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
        for start in range(0, len(self.frame), ROWS_A_CHUNK):
            yield np.ascontiguousarray(self.frame.values[start : start + ROWS_A_CHUNK, place])

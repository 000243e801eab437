"""Rows of one clock out of files that were read: a table's rows where any sensor of the clock has a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.columns import ROWS_A_CHUNK
from l4e_widgets.core.reading.combine import Combined
from l4e_widgets.core.sensors import Sensor

__all__ = ["ClockColumns", "columns_by_clock"]

FloatArray = npt.NDArray[np.floating]
Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClockColumns:
    """Rows of the sensors of one clock.

    Parameters
    ----------
    table : Combined
        Everything that was read.
    names : tuple of str
        Names of the columns.
    sensors : tuple of Sensor
        Their records.
    recoded : mapping of str to (n_words,) float
        By name of a column of words, the number that each of its numbers becomes.
    kept : (n_rows,) bool, optional
        Rows of the table that are this clock's; all where absent.
    """

    table: Combined
    names: tuple[str, ...]
    sensors: tuple[Sensor, ...]
    recoded: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    kept: npt.NDArray[np.bool_] | None = None

    @property
    def timestamps(self) -> Int64Array:
        """Nanoseconds UTC, (n_rows,), strictly increasing."""
        times = self.table.timestamps
        return times if self.kept is None else times[self.kept]

    def only(self, ids: Sequence[str]) -> ClockColumns:
        """Some of the sensors, with the rows in which any of them has a value.

        Parameters
        ----------
        ids : sequence of str
            Ids of the sensors.

        Returns
        -------
        ClockColumns
            Their rows.
        """
        places = [place for place, sensor in enumerate(self.sensors) if sensor.id in ids]
        names = tuple(self.names[place] for place in places)
        kept = _filled_rows(self.table, names)
        sensors = tuple(self.sensors[place] for place in places)
        return ClockColumns(self.table, names, sensors, self.recoded, kept if self.kept is None else kept & self.kept)

    def chunks(self, place: int) -> Iterator[FloatArray]:
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
        for start in range(0, len(self.table.timestamps), ROWS_A_CHUNK):
            yield self._read(self.names[place], start, start + ROWS_A_CHUNK)

    def blocks(self, rows: int) -> Iterator[tuple[Int64Array, dict[str, FloatArray]]]:
        """Rows of all sensors in order of time.

        Parameters
        ----------
        rows : int
            Rows of the table in a block; a clock with rows of its own may have fewer of them.

        Yields
        ------
        times : (n,) int64
            Nanoseconds UTC, at least one.
        columns : dict of str to (n,) float
            Values by id of the sensor, each in its own precision.
        """
        for start in range(0, len(self.table.timestamps), rows):
            times = self.table.timestamps[start : start + rows]
            if self.kept is not None:
                times = times[self.kept[start : start + rows]]
            if len(times):
                yield (
                    times,
                    {
                        sensor.id: self._read(name, start, start + rows)
                        for name, sensor in zip(self.names, self.sensors, strict=True)
                    },
                )

    def _read(self, name: str, start: int, stop: int) -> FloatArray:
        stop = min(stop, len(self.table.timestamps))
        columns = self.table.columns
        values = columns.read(name, start, stop, columns.dtype(name))
        if self.kept is not None:
            values = values[self.kept[start:stop]]
        if name in self.recoded:
            filled = ~np.isnan(values)
            values = np.array(values)
            values[filled] = self.recoded[name][values[filled].astype(np.int64)]
        return values


def columns_by_clock(
    table: Combined, sensors: tuple[Sensor, ...], recoded: Mapping[str, npt.NDArray[np.float64]] | None = None
) -> tuple[ClockColumns, ...]:
    """Rows of each clock.

    Parameters
    ----------
    table : Combined
        Everything that was read.
    sensors : tuple of Sensor
        Records of its columns, perhaps with other ids and names than in the table.
    recoded : mapping of str to (n_words,) float, optional
        By name of a column of words, the number that each of its numbers becomes.

    Returns
    -------
    tuple of ClockColumns
        Those that have a row.
    """
    words = recoded or {}
    if len(table.clocks) < 2:
        return (ClockColumns(table, tuple(sensor.name for sensor in table.sensors), sensors, words),)
    found = []
    for ids in table.clocks:
        places = [place for place, sensor in enumerate(table.sensors) if sensor.id in ids]
        names = tuple(table.sensors[place].name for place in places)
        kept = _filled_rows(table, names)
        if kept.any():
            found.append(ClockColumns(table, names, tuple(sensors[place] for place in places), words, kept))
    return tuple(found)


def _filled_rows(table: Combined, names: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    kept = np.zeros(len(table.timestamps), dtype=np.bool_)
    for name in names:
        start = 0
        for chunk in table.columns.chunks(name):
            kept[start : start + len(chunk)] |= ~np.isnan(chunk)
            start += len(chunk)
    return kept

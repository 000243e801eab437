"""Stored series: the rows of the sensors of one clock, in immutable parts listed by a manifest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detail import Window, gap_length, mean_window, window
from l4e_widgets.core.errors import NotFound, StorageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.merging import Block, merge_blocks
from l4e_widgets.core.pyramid import Cells, draw_extremes, draw_means
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.records import SeriesManifest, SeriesPart
from l4e_widgets.storage.series_detail import ReadBlock, SeriesDetail
from l4e_widgets.storage.series_parts import part_sources, read_part
from l4e_widgets.storage.series_writing import (
    ROWS_A_PART,
    Appended,
    append_rows,
    compact_series,
    drop_unfinished,
    grid_width,
    needs_compaction,
    remove_retired,
    remove_unlisted,
    write_series,
)

__all__ = [
    "ROWS_A_PART",
    "Appended",
    "StoredSeries",
    "append_rows",
    "chosen_sensors",
    "compact_series",
    "drop_unfinished",
    "needs_compaction",
    "remove_retired",
    "remove_unlisted",
    "write_series",
]

Result = TypeVar("Result")

CELLS_A_PIXEL = 4
_SHORT = 8
_ROWS_FOR_GAP = 65_536
_TRIES = 5


def chosen_sensors(sensors: Sequence[Sensor], names: Sequence[str] | None) -> tuple[Sensor, ...]:
    """Records of the named sensors.

    Parameters
    ----------
    sensors : sequence of Sensor
        Records of all.
    names : sequence of str or None
        Ids or names; all where None.

    Returns
    -------
    tuple of Sensor
        In the order of the names.

    Raises
    ------
    NotFound
        A sensor is unknown.
    """
    if names is None:
        return tuple(sensors)
    known = {sensor.name: sensor for sensor in sensors} | {sensor.id: sensor for sensor in sensors}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise NotFound(
            f"There is no sensor called {', '.join(unknown)}.",
            expected="names such as " + ", ".join(sensor.name for sensor in sensors[:10]),
            fix="Check the spelling; capitals count.",
        )
    return tuple(known[name] for name in names)


class StoredSeries:
    """A stored series as a source of rows; it shows what was there when it was opened.

    Parameters
    ----------
    documents : Documents
        Where it lies.
    prefix : str
        Folder of the series.
    sensors : sequence of Sensor
        Records of the sensors.
    revision : int, optional
        Newest append to see; all where absent.
    """

    def __init__(
        self, documents: Documents, prefix: str, sensors: Sequence[Sensor], *, revision: int | None = None
    ) -> None:
        self._documents = documents
        self._prefix = prefix
        self._revision = revision
        self.sensors = tuple(sensors)
        self._manifest = self._opened()
        self._detail = SeriesDetail(documents.store, prefix)

    def _opened(self) -> SeriesManifest:
        return self._documents.get(f"{self._prefix}/manifest.json", SeriesManifest).value

    @property
    def parts(self) -> tuple[SeriesPart, ...]:
        """Parts it sees, in order of arrival."""
        if self._revision is None:
            return self._manifest.parts
        until = max(self._revision, self._manifest.compacted_to)
        return tuple(part for part in self._manifest.parts if part.revision <= until)

    @property
    def n_rows(self) -> int:
        """Rows, each time counted once."""
        return len(self.read([]))

    def read(
        self, sensors: Sequence[str] | None = None, start: int | None = None, end: int | None = None
    ) -> SensorFrame:
        """Return the rows of `[start, end)`.

        Parameters
        ----------
        sensors : sequence of str, optional
            Ids or names; all where absent.
        start, end : int, optional
            Nanoseconds UTC; open where absent.

        Returns
        -------
        SensorFrame
            Every time once; where several appends brought a value for it, the newest one. Single precision only
            where all the chosen sensors are stored so throughout.

        Raises
        ------
        NotFound
            A sensor is unknown.
        StorageError
            A part is missing or damaged.
        """
        chosen = chosen_sensors(self.sensors, sensors)
        low = start if start is not None else int(np.iinfo(np.int64).min)
        high = end if end is not None else int(np.iinfo(np.int64).max)
        ids = [sensor.id for sensor in chosen]
        times, values = self._again(lambda: self._block(ids, low, high))
        return SensorFrame(times, values, chosen)

    def _block(self, ids: Sequence[str], low: int, high: int) -> Block:
        parts = self._inside(low, high)
        single = self._is_single(ids)
        store = self._documents.store
        blocks = [read_part(store, self._prefix, part, ids, low=low, high=high, single=single) for part in parts]
        return merge_blocks(blocks, len(ids))

    def _is_single(self, ids: Sequence[str]) -> bool:
        return bool(ids) and all(part.columns and part.columns.get(i, True) for part in self.parts for i in ids)

    def _inside(self, low: int, high: int) -> list[SeriesPart]:
        return [part for part in self.parts if part.last_ns >= low and part.first_ns < high]

    def _again(self, look: Callable[[], Result]) -> Result:
        """Look, and look again with the manifest of now where a part was merged into another meanwhile."""
        for _ in range(_TRIES):
            try:
                return look()
            except NotFound as error:
                now = self._opened()
                if now == self._manifest:
                    raise _missing(error.where) from error
                self._manifest = now
        raise _missing(self._prefix)

    def sources(self, start: int, end: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.str_]]:
        """Return which source each row of `[start, end)` came from, the newest where there were several.

        Parameters
        ----------
        start, end : int
            Nanoseconds UTC.

        Returns
        -------
        tuple of array
            Timestamps (n_rows,), and names (n_rows,), an empty text for rows of files.
        """
        return self._again(lambda: self._sources(start, end))

    def _sources(self, start: int, end: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.str_]]:
        store = self._documents.store
        times = self._block([], start, end)[0]
        names = np.full(len(times), "", dtype=object)
        for part in self._inside(start, end):
            moments, _ = read_part(store, self._prefix, part, [], low=start, high=end, single=False)
            names[np.searchsorted(times, moments)] = part_sources(store, self._prefix, part, low=start, high=end)
        return times, names.astype(np.str_)

    @cached_property
    def gap_ns(self) -> int:
        """Distance of rows in nanoseconds from which on there is a gap."""
        if not self.parts:
            return gap_length(np.empty(0, np.int64))
        largest = max(self.parts, key=lambda part: part.n_rows)
        share = min(1.0, _ROWS_FOR_GAP / largest.n_rows)
        reach = largest.first_ns + max(1, int((largest.last_ns - largest.first_ns) * share)) + 1
        return gap_length(self.read([], largest.first_ns, reach).timestamps)

    def window(self, sensors: Sequence[str], start: int, end: int, pixels: int) -> Window:
        """Rows to draw of `[start, end)`: from the stored detail where the window is wide, else from the rows.

        Parameters
        ----------
        sensors : sequence of str
            Ids or names.
        start, end : int
            Nanoseconds UTC.
        pixels : int
            Width of the plot.

        Returns
        -------
        Window
            At most two points a pixel and sensor, gaps kept.

        Raises
        ------
        NotFound
            A sensor is unknown.
        """
        columns = self._cells(sensors, start, end, pixels)
        if columns is None:
            return window(self.read(sensors, start, end), start, end, pixels, gap_ns=self.gap_ns)
        chosen = chosen_sensors(self.sensors, sensors)
        return draw_extremes(columns, chosen, start, end, pixels, gap_ns=self.gap_ns)

    def mean_window(self, sensors: Sequence[str], start: int, end: int, bins: int) -> Window:
        """Mean of each of `bins` stretches of `[start, end)`, for shares.

        Parameters
        ----------
        sensors : sequence of str
            Ids or names.
        start, end : int
            Nanoseconds UTC.
        bins : int
            How many stretches of equal length.

        Returns
        -------
        Window
            At most two rows a stretch; the rows themselves where they are few.

        Raises
        ------
        NotFound
            A sensor is unknown.
        """
        columns = self._cells(sensors, start, end, bins)
        if columns is None:
            return mean_window(self.read(sensors, start, end), start, end, bins, gap_ns=self.gap_ns)
        return draw_means(columns, chosen_sensors(self.sensors, sensors), start, end, bins, gap_ns=self.gap_ns)

    def states(self, sensor: str, start: int, end: int, bins: int) -> tuple[frozenset[int], ...]:
        """Which states a categorical or two-valued sensor took in each of `bins` stretches of `[start, end)`.

        Parameters
        ----------
        sensor : str
            Id or name.
        start, end : int
            Nanoseconds UTC.
        bins : int
            How many stretches of equal length.

        Returns
        -------
        tuple of frozenset of int
            One a stretch, empty where it has no value. States from 63 on are told as 63.

        Raises
        ------
        NotFound
            The sensor is unknown.
        """
        chosen = chosen_sensors(self.sensors, [sensor])
        width = max(self._grid_ns, 1)
        cells = self._again(lambda: self._detail.cells(self._block, self.parts, chosen[0], width, start, end, 0))
        edges = start + np.round(np.linspace(0, float(end - start), bins + 1)).astype(np.int64)
        place = np.clip(np.searchsorted(edges, cells.first, side="right") - 1, 0, bins - 1)
        found = np.zeros(bins, dtype=np.uint64)
        np.bitwise_or.at(found, place, cells.states)
        return tuple(frozenset(bit for bit in range(64) if int(bits) >> bit & 1) for bits in found)

    @property
    def _grid_ns(self) -> int:
        if self._manifest.grid_ns or not self.parts:
            return self._manifest.grid_ns
        largest = max(self.parts, key=lambda part: part.n_rows)
        return grid_width((largest.last_ns - largest.first_ns) / max(largest.n_rows - 1, 1))

    def _cells(self, sensors: Sequence[str], start: int, end: int, pixels: int) -> list[Cells] | None:
        """Return cells of detail, at least four a pixel; None where the rows are few enough to be read."""
        widest = (end - start) // max(pixels * CELLS_A_PIXEL, 1)
        if not sensors or self._grid_ns <= 0 or widest < self._grid_ns:
            return None
        chosen = chosen_sensors(self.sensors, sensors)

        def all_cells() -> list[Cells]:
            read = self._read_together([sensor.id for sensor in chosen], end - start)
            return [
                self._detail.cells(read, self.parts, sensor, self._grid_ns, start, end, widest) for sensor in chosen
            ]

        return self._again(all_cells)

    def _read_together(self, ids: Sequence[str], span_ns: int) -> ReadBlock:
        """Return a reader of one sensor that reads short stretches of all `ids` at once: they ask for the same ones."""
        held: dict[tuple[int, int], Block] = {}

        def read(wanted: Sequence[str], low: int, high: int) -> Block:
            if len(ids) == 1 or (high - low) * _SHORT > span_ns:
                return self._block(wanted, low, high)
            if (low, high) not in held:
                held[low, high] = self._block(ids, low, high)
            times, values = held[low, high]
            precision = np.float32 if self._is_single(wanted) else np.float64
            return times, values[:, [ids.index(sensor) for sensor in wanted]].astype(precision, copy=False)

        return read

    @property
    def span(self) -> TimeRange:
        """Range from the first row to just after the last."""
        return TimeRange(min(part.first_ns for part in self.parts), max(part.last_ns for part in self.parts) + 1)


def _missing(where: str) -> StorageError:
    return StorageError(
        "A part of the stored data is missing or damaged.",
        where=where,
        fix="Restore the project from a backup, or create it again from its files.",
    )

"""Stored series: immutable Parquet parts listed by a manifest."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

import numpy as np
import polars as pl

from l4e_widgets.core.detail import Window, window
from l4e_widgets.core.errors import NotFound, StorageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.records import SeriesManifest, SeriesPart

__all__ = ["StoredSeries", "write_series"]

ROWS_A_PART = 1_048_576
ROWS_A_GROUP = 65_536
TIME_COLUMN = "timestamp"


def write_series(documents: Documents, prefix: str, frame: SensorFrame) -> SeriesManifest:
    """Store a frame as the series of one clock.

    Parameters
    ----------
    documents : Documents
        Where it goes.
    prefix : str
        Folder of the series.
    frame : SensorFrame
        Rows in time order.

    Returns
    -------
    SeriesManifest
        What was written; parts that it does not list are never read.
    """
    parts = []
    for first in range(0, len(frame), ROWS_A_PART):
        rows = slice(first, first + ROWS_A_PART)
        parts.append(_write_part(documents, prefix, frame, rows))
    manifest = SeriesManifest(sensors=tuple(sensor.id for sensor in frame.sensors), parts=tuple(parts))
    documents.put(f"{prefix}/manifest.json", manifest)
    return manifest


def _write_part(documents: Documents, prefix: str, frame: SensorFrame, rows: slice) -> SeriesPart:
    """Write one part and return its entry."""
    times = frame.timestamps[rows]
    columns: dict[str, object] = {TIME_COLUMN: times}
    columns |= {sensor.id: frame.values[rows, index] for index, sensor in enumerate(frame.sensors)}
    table = pl.DataFrame(columns, nan_to_null=True)
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd", row_group_size=ROWS_A_GROUP, statistics=True)
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    name = f"part-{digest[:16]}.parquet"
    documents.store.write(f"{prefix}/{name}", data)
    return SeriesPart(name=name, n_rows=len(times), first_ns=int(times[0]), last_ns=int(times[-1]), sha256=digest)


class StoredSeries:
    """A stored series as a source of rows.

    Parameters
    ----------
    documents : Documents
        Where it lies.
    prefix : str
        Folder of the series.
    sensors : sequence of Sensor
        Records of the sensors.
    """

    def __init__(self, documents: Documents, prefix: str, sensors: Sequence[Sensor]) -> None:
        self._documents = documents
        self._prefix = prefix
        self.sensors = tuple(sensors)
        self._manifest = documents.get(f"{prefix}/manifest.json", SeriesManifest).value

    @property
    def n_rows(self) -> int:
        """Rows of all parts."""
        return sum(part.n_rows for part in self._manifest.parts)

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
            Every stored row in the range.

        Raises
        ------
        NotFound
            A sensor is unknown.
        StorageError
            A part is missing or damaged.
        """
        chosen = self._chosen(sensors)
        low = start if start is not None else np.iinfo(np.int64).min
        high = end if end is not None else np.iinfo(np.int64).max
        parts = [part for part in self._manifest.parts if part.last_ns >= low and part.first_ns < high]
        blocks = [self._read_part(part, chosen, low, high) for part in parts]
        if not blocks:
            return SensorFrame(np.empty(0, np.int64), np.empty((0, len(chosen))), chosen)
        times = np.concatenate([times for times, _ in blocks])
        return SensorFrame(times, np.concatenate([values for _, values in blocks]), chosen)

    def _chosen(self, sensors: Sequence[str] | None) -> tuple[Sensor, ...]:
        """Return the records of the named sensors."""
        if sensors is None:
            return self.sensors
        known = {sensor.name: sensor for sensor in self.sensors} | {sensor.id: sensor for sensor in self.sensors}
        unknown = [name for name in sensors if name not in known]
        if unknown:
            raise NotFound(
                f"There is no sensor called {', '.join(unknown)}.",
                expected="names such as " + ", ".join(sensor.name for sensor in self.sensors[:10]),
                fix="Check the spelling; capitals count.",
            )
        return tuple(known[name] for name in sensors)

    def _read_part(
        self, part: SeriesPart, chosen: tuple[Sensor, ...], low: int, high: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return timestamps and values of one part inside `[low, high)`."""
        path = self._documents.store.local_path(f"{self._prefix}/{part.name}")
        try:
            rows = pl.scan_parquet(path)
            if low > part.first_ns or high <= part.last_ns:
                rows = rows.filter((pl.col(TIME_COLUMN) >= low) & (pl.col(TIME_COLUMN) < high))
            table = rows.select([TIME_COLUMN, *(sensor.id for sensor in chosen)]).collect()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise StorageError(
                "A part of the stored data is missing or damaged.",
                where=str(path),
                fix="Restore the project from a backup, or create it again from its files.",
            ) from error
        columns = [table[sensor.id].to_numpy() for sensor in chosen]
        values = np.column_stack(columns) if columns else np.empty((table.height, 0))
        return table[TIME_COLUMN].to_numpy(), values

    def window(self, sensors: Sequence[str], start: int, end: int, pixels: int) -> Window:
        """Return at most two points a pixel and sensor of `[start, end)`, gaps kept."""
        return window(self.read(sensors, start, end), start, end, pixels)

    @property
    def span(self) -> TimeRange:
        """Range from the first row to just after the last."""
        return TimeRange(self._manifest.parts[0].first_ns, self._manifest.parts[-1].last_ns + 1)

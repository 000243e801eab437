"""Writing a series from rows that are read block by block: parts as they come, then the manifest, then the detail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.columns import Columns
from l4e_widgets.core.precision import widened
from l4e_widgets.core.reading.clock_columns import ClockColumns
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.objects import ObjectStore
from l4e_widgets.storage.records import SeriesManifest, SeriesPart
from l4e_widgets.storage.series_detail import write_detail
from l4e_widgets.storage.series_parts import read_part, write_columns
from l4e_widgets.storage.series_writing import Appended, grid_of, rows_a_part, stored_parts, take_parts

__all__ = ["append_columns", "write_columns_detail", "write_columns_series"]

FloatArray = npt.NDArray[np.floating]
Int64Array = npt.NDArray[np.int64]
Progress = Callable[[float], None]


def write_columns_series(
    documents: Documents, prefix: str, rows: ClockColumns, *, progress: Progress | None = None
) -> SeriesManifest:
    """Store rows as the series of one clock, in place of what was there.

    Parameters
    ----------
    documents : Documents
        Where it goes.
    prefix : str
        Folder of the series.
    rows : ClockColumns
        The rows, read block by block.
    progress : callable, optional
        Takes the share that is written, 0 to 1; it may stop the work.

    Returns
    -------
    SeriesManifest
        What was written; parts that it does not list are never read.

    Raises
    ------
    StorageError
        It could not be written; then no file of it is left.
    """
    sensors = tuple(sensor.id for sensor in rows.sensors)
    with _removed_where_stopped(documents.store, prefix) as written:
        for times, columns, share in _blocks(rows, rows_a_part(len(sensors))):
            written.append(write_columns(documents.store, prefix, times, columns))
            if progress:
                progress(share)
        manifest = SeriesManifest(sensors=sensors, parts=tuple(written), grid_ns=grid_of(rows.timestamps))
        documents.put(f"{prefix}/manifest.json", manifest)
    return manifest


def append_columns(
    documents: Documents, prefix: str, rows: ClockColumns, *, revision: int, progress: Progress | None = None
) -> Appended:
    """Add rows to a series; where a time is there already, the new values win wherever there is one.

    Parameters
    ----------
    documents : Documents
        Where the series lies.
    prefix : str
        Folder of the series; one without a manifest begins with these rows.
    rows : ClockColumns
        The rows, read block by block; sensors are matched by id, and new ones are added.
    revision : int
        Which append it is; rows of an unfinished one of the same or a later number are dropped.
    progress : callable, optional
        Takes the share that is written, 0 to 1; it may stop the work.

    Returns
    -------
    Appended
        How many rows and values met others.

    Raises
    ------
    StorageError
        It could not be written; then nothing has changed.
    """
    store = documents.store
    ids = [sensor.id for sensor in rows.sensors]
    settled = stored_parts(documents, prefix, before=revision)
    counts = np.zeros(3, dtype=np.int64)
    with _removed_where_stopped(store, prefix) as written:
        for times, columns, share in _blocks(rows, rows_a_part(len(ids))):
            counts += (len(times), *_met(store, prefix, settled, times, columns))
            written.append(write_columns(store, prefix, times, columns, revision=revision))
            if progress:
                progress(share)
        if written:
            take_parts(documents, prefix, written, ids, revision=revision, grid_ns=grid_of(rows.timestamps))
    return Appended(n_rows=int(counts[0]), n_repeated=int(counts[1]), n_replaced=int(counts[2]))


def _blocks(rows: ClockColumns, size: int) -> Iterator[tuple[Int64Array, Mapping[str, FloatArray], float]]:
    """Yield blocks of rows with the share of the rows that is done after each."""
    done, whole = 0, max(len(rows.timestamps), 1)
    for times, columns in rows.blocks(size):
        done += len(times)
        yield times, columns, done / whole


@contextmanager
def _removed_where_stopped(store: ObjectStore, prefix: str) -> Iterator[list[SeriesPart]]:
    """Take the parts that are written, and remove them where the work ends before a manifest lists them."""
    written: list[SeriesPart] = []
    there = set(store.children(prefix))
    done = False
    try:
        yield written
        done = True
    finally:
        if not done:
            for part in written:
                if part.name not in there:
                    store.delete(f"{prefix}/{part.name}")


def _met(
    store: ObjectStore, prefix: str, parts: Sequence[SeriesPart], times: Int64Array, columns: Mapping[str, FloatArray]
) -> tuple[int, int]:
    """Count the rows whose time is in the parts already, and the values that become another."""
    repeated = np.zeros(len(times), dtype=np.bool_)
    held = []
    for part in parts:
        low, high = np.searchsorted(times, [part.first_ns, part.last_ns + 1])
        if low == high:
            continue
        reach = int(times[low]), int(times[high - 1]) + 1
        moments, _ = read_part(store, prefix, part, [], low=reach[0], high=reach[1], single=False)
        at = np.searchsorted(moments, times[low:high])
        same = np.flatnonzero(moments[np.minimum(at, len(moments) - 1)] == times[low:high]) if len(moments) else at[:0]
        if len(same):
            repeated[low + same] = True
            held.append((part, reach, at[same], low + same))
    if not held:
        return 0, 0
    replaced = 0
    for name, column in columns.items():
        old = np.full(len(times), np.nan)
        for part, reach, at, rows in held:
            _, values = read_part(store, prefix, part, [name], low=reach[0], high=reach[1], single=False)
            there = values[at, 0]
            filled = ~np.isnan(there)
            old[rows[filled]] = there[filled]
        new = widened(column)
        replaced += int(np.count_nonzero(~np.isnan(old) & ~np.isnan(new) & (old != new)))
    return int(repeated.sum()), replaced


def write_columns_detail(
    store: ObjectStore, prefix: str, rows: Columns, manifest: SeriesManifest, *, progress: Progress | None = None
) -> None:
    """Store the level of detail of rows that were just written as a series of their own.

    Parameters
    ----------
    store : ObjectStore
        Where it goes.
    prefix : str
        Folder of the series.
    rows : Columns
        All rows of the series.
    manifest : SeriesManifest
        What was written.
    progress : callable, optional
        Takes the share of the sensors that are done, 0 to 1; it may stop the work.
    """
    for place, sensor in enumerate(rows.sensors):
        write_detail(store, prefix, sensor, manifest, rows.timestamps, rows.chunks(place))
        if progress:
            progress((place + 1) / len(rows.sensors))

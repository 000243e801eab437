"""The immutable Parquet parts of a series: written once, named by their content, read in part."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.errors import NotFound, StorageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.merging import Block
from l4e_widgets.core.precision import fits_single, widened
from l4e_widgets.storage.objects import ObjectStore
from l4e_widgets.storage.records import SeriesPart

__all__ = ["part_sources", "read_part", "write_columns", "write_part"]

ROWS_A_GROUP = 16_384
"""So few that the ends of a window that is drawn from the level of detail cost little to read."""
TIME_COLUMN = "_timestamp"
SOURCE_COLUMN = "_source"
FIRST_TIME_COLUMN = "timestamp"
"""Column of the times in parts of the first version; a sensor may be called so, therefore no longer."""


def write_part(
    store: ObjectStore,
    prefix: str,
    frame: SensorFrame,
    *,
    revision: int = 0,
    sources: npt.NDArray[np.str_] | None = None,
) -> SeriesPart:
    """Write rows as one part.

    Parameters
    ----------
    store : ObjectStore
        Where it goes.
    prefix : str
        Folder of the series.
    frame : SensorFrame
        At least one row. A sensor is stored in single precision only where its digits come back from it.
    revision : int
        Which append brings it.
    sources : (n_rows,) str, optional
        Which source each row came from, an empty text for files.

    Returns
    -------
    SeriesPart
        Its entry in the manifest; until a manifest lists it, nobody reads it.

    Raises
    ------
    StorageError
        It could not be written.
    """
    columns: dict[str, npt.NDArray[np.floating]] = {}
    for place, sensor in enumerate(frame.sensors):
        column = np.ascontiguousarray(frame.values[:, place])
        columns[sensor.id] = column.astype(np.float32 if fits_single(column) else np.float64, copy=False)
    return write_columns(store, prefix, frame.timestamps, columns, revision=revision, sources=sources)


def write_columns(
    store: ObjectStore,
    prefix: str,
    timestamps: npt.NDArray[np.int64],
    columns: Mapping[str, npt.NDArray[np.floating]],
    *,
    revision: int = 0,
    sources: npt.NDArray[np.str_] | None = None,
) -> SeriesPart:
    """Write columns, each in the precision it comes in, as one part.

    Parameters
    ----------
    store : ObjectStore
        Where it goes.
    prefix : str
        Folder of the series.
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing, at least one.
    columns : mapping of str to (n_rows,) float32 or float64
        Values by id of the sensor; single precision only where no digit is lost.
    revision : int
        Which append brings it.
    sources : (n_rows,) str, optional
        Which source each row came from, an empty text for files.

    Returns
    -------
    SeriesPart
        Its entry in the manifest; until a manifest lists it, nobody reads it.

    Raises
    ------
    StorageError
        It could not be written.
    """
    told: dict[str, object] = {TIME_COLUMN: timestamps, **columns}
    if sources is not None and bool((sources != "").any()):
        told[SOURCE_COLUMN] = pl.Series(sources.tolist(), dtype=pl.String)
    buffer = io.BytesIO()
    table = pl.DataFrame(told, nan_to_null=True)
    table.write_parquet(buffer, compression="zstd", row_group_size=ROWS_A_GROUP, statistics=True)
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    name = f"part-{digest[:16]}-{revision}.parquet" if revision else f"part-{digest[:16]}.parquet"
    store.write(f"{prefix}/{name}", data)
    return SeriesPart(
        name=name,
        n_rows=len(timestamps),
        first_ns=int(timestamps[0]),
        last_ns=int(timestamps[-1]),
        sha256=digest,
        columns={name: column.dtype == np.float32 for name, column in columns.items()},
        revision=revision,
    )


def read_part(
    store: ObjectStore, prefix: str, part: SeriesPart, sensors: Sequence[str], *, low: int, high: int, single: bool
) -> Block:
    """Read the rows of `[low, high)` of one part.

    Parameters
    ----------
    store : ObjectStore
        Where it lies.
    prefix : str
        Folder of the series.
    part : SeriesPart
        Its entry in the manifest.
    sensors : sequence of str
        Ids; one that the part does not hold is missing in all its rows.
    low, high : int
        Nanoseconds UTC.
    single : bool
        Return single precision; else double, with the digits of the source.

    Returns
    -------
    tuple of array
        Timestamps (n_rows,) and values (n_rows, n_sensors).

    Raises
    ------
    NotFound
        The file is not there.
    StorageError
        It is damaged.
    """
    held = [sensor for sensor in sensors if not part.columns or sensor in part.columns]
    time_column = TIME_COLUMN if part.columns else FIRST_TIME_COLUMN
    table = _table(store, prefix, part, [time_column, *dict.fromkeys(held)], low=low, high=high)
    values = np.full((table.height, len(sensors)), np.nan, dtype=np.float32 if single else np.float64, order="F")
    for place, sensor in enumerate(sensors):
        if sensor in held:
            column = table[sensor].to_numpy()
            values[:, place] = column if single else widened(column)
    return table[time_column].to_numpy(), values


def part_sources(store: ObjectStore, prefix: str, part: SeriesPart, *, low: int, high: int) -> npt.NDArray[np.str_]:
    """Return the name of the source of each row of `[low, high)` of one part.

    Parameters
    ----------
    store : ObjectStore
        Where it lies.
    prefix : str
        Folder of the series.
    part : SeriesPart
        Its entry in the manifest.
    low, high : int
        Nanoseconds UTC.

    Returns
    -------
    (n_rows,) str
        An empty text for rows of files.
    """
    time_column = TIME_COLUMN if part.columns else FIRST_TIME_COLUMN
    table = _table(store, prefix, part, [time_column], low=low, high=high, optional=SOURCE_COLUMN)
    if SOURCE_COLUMN not in table.columns:
        return np.full(table.height, "", dtype="U1")
    return table[SOURCE_COLUMN].fill_null("").to_numpy().astype(np.str_)


def _table(
    store: ObjectStore, prefix: str, part: SeriesPart, columns: list[str], *, low: int, high: int, optional: str = ""
) -> pl.DataFrame:
    """Return some columns and rows of a part."""
    key = f"{prefix}/{part.name}"
    path = store.local_path(key)
    try:
        rows = pl.scan_parquet(path)
        if optional and optional in rows.collect_schema().names():
            columns = [*columns, optional]
        if low > part.first_ns or high <= part.last_ns:
            rows = rows.filter((pl.col(columns[0]) >= low) & (pl.col(columns[0]) < high))
        return rows.select(columns).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        if not store.exists(key):
            raise NotFound(
                "A part of the stored data is missing.", where=key, fix="Restore the project from a backup."
            ) from error
        raise _damaged(key) from error


def _damaged(key: str) -> StorageError:
    return StorageError(
        "A part of the stored data is missing or damaged.",
        where=key,
        fix="Restore the project from a backup, or create it again from its files.",
    )

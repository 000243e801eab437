"""What users hand over as data: files and tables, as the arguments of the job that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import pandas as pd
import polars as pl

from l4e_widgets.core.errors import DataError, NotFound, UsageError
from l4e_widgets.core.frame import SensorFrame, timestamps_ns
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.sensors import Sensor, told_sensors
from l4e_widgets.services.context import Context
from l4e_widgets.services.inbox import from_inbox, given_to_project
from l4e_widgets.storage.documents import to_plain
from l4e_widgets.storage.layout import ProjectKeys

__all__ = ["TABLE_NAME", "Sources", "existing_files", "source_arguments"]

Sources: TypeAlias = str | Path | Sequence[str | Path] | pd.DataFrame | SensorFrame
TABLE_NAME = "the table you handed over"


def existing_files(context: Context, sources: Sources) -> tuple[Path, ...]:
    """Return the paths of files that are there; none for a table.

    Parameters
    ----------
    context : Context
        The workspace, in whose inbox uploads lie.
    sources : path, sequence of paths, DataFrame or SensorFrame
        The data; ``inbox:`` and an id name a finished upload.

    Returns
    -------
    tuple of Path
        Absolute paths.

    Raises
    ------
    NotFound
        A file is not there.
    UsageError
        No file was given.
    """
    if isinstance(sources, (pd.DataFrame, SensorFrame)):
        return ()
    given = [sources] if isinstance(sources, (str, Path)) else list(sources)
    if not given:
        raise UsageError("No file was given.", fix="Give at least one CSV or Parquet file.")
    paths = tuple(Path(from_inbox(context, source)).expanduser().resolve() for source in given)
    for path, source in zip(paths, given, strict=True):
        if not path.exists():
            raise NotFound("There is no such file.", where=str(source), fix="Check the path and its spelling.")
    return paths


def source_arguments(
    context: Context,
    keys: ProjectKeys,
    sources: Sources,
    paths: tuple[Path, ...],
    options: ReadingOptions,
    told: tuple[Sensor, ...] = (),
) -> dict[str, object]:
    """Return the arguments of the job that reads the sources; a table from memory is laid down as a file first.

    Parameters
    ----------
    context : Context
        The workspace.
    keys : ProjectKeys
        Keys of the project.
    sources : path, sequence of paths, DataFrame or SensorFrame
        The data.
    paths : tuple of Path
        What `existing_files` returned for it.
    options : ReadingOptions
        What is known of the files.
    told : tuple of Sensor
        What is known of the sensors.

    Returns
    -------
    dict
        Plain values of an `IngestArguments`.

    Raises
    ------
    DataError
        The table has no times or no numbers, or a name twice.
    """
    sensors = told
    given = [given_to_project(context, keys, path) for path in paths]
    paths, shown = tuple(path for path, _ in given), tuple(name for _, name in given)
    if isinstance(sources, (pd.DataFrame, SensorFrame)):
        if isinstance(sources, SensorFrame):
            sensors = told_sensors(sources.sensors, told)[0] if told else sources.sensors
        paths, shown = (_handed_over(context, keys, sources),), (TABLE_NAME,)
    return {
        "sources": [str(path) for path in paths],
        "shown_as": list(shown),
        "options": to_plain(options),
        "sensors": [to_plain(sensor) for sensor in sensors],
    }


def _handed_over(context: Context, keys: ProjectKeys, table: pd.DataFrame | SensorFrame) -> Path:
    """Lay a table from memory down as Parquet and return its file; repeated times stay, so that they are told."""
    columns = _columns_of_frame(table) if isinstance(table, SensorFrame) else _columns_of_table(table)
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        raise DataError("Two columns of the table carry the same name.", fix="Rename one of them.")
    key = keys.handed_over("table")
    with context.store.writing(key) as path:
        pl.DataFrame(columns).write_parquet(path)
    return context.store.local_path(key)


def _columns_of_frame(frame: SensorFrame) -> list[pl.Series]:
    """Return times and sensors of a frame."""
    times = pl.Series("timestamp", frame.timestamps).cast(pl.Datetime("ns"))
    return [times, *(pl.Series(sensor.name, frame.values[:, i]) for i, sensor in enumerate(frame.sensors))]


def _columns_of_table(table: pd.DataFrame) -> list[pl.Series]:
    """Return times, from the index or the first column of times, and numbers of a DataFrame, in order of time."""
    if not isinstance(table.index, pd.DatetimeIndex):
        times = [name for name in table.columns if pd.api.types.is_datetime64_any_dtype(table[name])]
        if not times:
            raise DataError(
                "The table has no times.",
                got=f"an index of {table.index.dtype} and no column of times",
                expected="a time index, or a column of times",
                fix="Use pandas.to_datetime on the column of times.",
            )
        table = table.set_index(times[0])
    numeric = table.select_dtypes("number").astype("float64")
    if numeric.shape[1] == 0 or not len(numeric):
        raise DataError(
            "The table has no numbers.",
            expected="at least one numeric column and one row",
            fix="Convert the columns with pandas.to_numeric, or give more rows.",
        )
    ordered = numeric[~numeric.index.isna()].sort_index(kind="stable")
    stamps = pl.Series("timestamp", timestamps_ns(ordered.index)).cast(pl.Datetime("ns"))
    return [stamps, *(pl.Series(str(name), column.to_numpy()) for name, column in ordered.items())]

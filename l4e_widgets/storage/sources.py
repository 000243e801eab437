"""Reads what users bring: CSV, packed CSV and Parquet files, one or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import timestamps_ns
from l4e_widgets.core.reading.combine import SourceData, combine_parts
from l4e_widgets.core.reading.csv_reading import ignored_names
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.part import Keep, Part
from l4e_widgets.core.reading.report import NOT_THERE
from l4e_widgets.core.sensors import nearest_names
from l4e_widgets.storage.source_bytes import GZIP_MARK, head_of, open_source
from l4e_widgets.storage.source_csv import read_csv
from l4e_widgets.storage.source_files import SourceFile, find_files
from l4e_widgets.storage.source_parquet import read_parquet, read_table

__all__ = ["PARQUET_MARK", "ReadingOptions", "SourceData", "read_dataframe", "read_file", "read_sources"]

Progress = Callable[[float, str], None]
PARQUET_MARK = b"PAR1"


def read_sources(
    paths: Sequence[Path], options: ReadingOptions | None = None, *, progress: Progress | None = None
) -> SourceData:
    """Read one or several files into one frame.

    Parameters
    ----------
    paths : sequence of Path
        CSV (plain or packed by gzip) or Parquet files, folders and zip archives of them. Files of the same columns
        are stacked by time, files of different columns are joined by time; a sub-folder is a component.
    options : ReadingOptions, optional
        Answers given in advance; everything else is found out.
    progress : callable, optional
        Takes the share done, 0 to 1, and what is being done.

    Returns
    -------
    SourceData
        The frame and the report of what was understood, kept, set aside and lost.

    Raises
    ------
    NotFound
        A file is not there.
    DataError
        A file cannot be understood or nothing in it can be kept.
    """
    chosen = options or ReadingOptions()
    files, passed = find_files([Path(path) for path in paths])
    parts: list[Part] = []
    for number, file in enumerate(files):
        told = share_of(progress, number, len(files), file.name)
        parts.append(read_file(file, chosen, progress=told))
    if progress:
        progress(0.97, "Putting the rows in order")
    data = combine_parts(parts, notices=(*passed, *columns_not_found(parts, chosen)))
    if progress:
        progress(1.0, "Read")
    return data


def read_dataframe(data: pd.DataFrame, options: ReadingOptions | None = None, *, name: str = "DataFrame") -> SourceData:
    """Read a pandas DataFrame the way a file is read.

    Parameters
    ----------
    data : DataFrame
        A time index or a column of times; the other columns are sensors.
    options : ReadingOptions, optional
        Answers given in advance.
    name : str
        Name for messages.

    Returns
    -------
    SourceData
        The frame and the report.

    Raises
    ------
    DataError
        It holds no times or no values.
    """
    if not data.columns.is_unique:
        twice = data.columns[data.columns.duplicated()][0]
        raise DataError(f'Two columns have the same name "{twice}".', where=name, fix="Rename one of them.")
    columns: list[pl.Series] = []
    if isinstance(data.index, pd.DatetimeIndex):
        columns.append(_time_series(str(data.index.name or "timestamp"), data.index))
    for label in data.columns:
        series = data[label]
        if pd.api.types.is_datetime64_any_dtype(series):
            columns.append(_time_series(str(label), series))
        elif pd.api.types.is_numeric_dtype(series):
            columns.append(pl.Series(str(label), series.to_numpy(dtype="float64", na_value=float("nan"))))
        else:
            cells = [None if value is None or value is pd.NA or value != value else str(value) for value in series]
            columns.append(pl.Series(str(label), cells, dtype=pl.String))
    chosen = options or ReadingOptions()
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        raise DataError("Two columns have the same name.", where=name, fix="Rename one of them.")
    part = read_table(pl.DataFrame(columns), chosen, file=name)
    return combine_parts([part], notices=columns_not_found([part], chosen))


def _time_series(name: str, times: pd.DatetimeIndex | pd.Series) -> pl.Series:
    ns = pl.Series(name, timestamps_ns(times))
    cells = ns.cast(pl.Datetime("ns"))
    aware = pd.DatetimeIndex(times).tz is not None
    stamps: pl.Series = cells.dt.replace_time_zone("UTC") if aware else cells
    return stamps


def read_file(
    source: SourceFile,
    options: ReadingOptions,
    *,
    progress: Callable[[float], None] | None = None,
    keep: Keep | None = None,
) -> Part:
    """Read one file.

    Parameters
    ----------
    source : SourceFile
        The file.
    options : ReadingOptions
        Answers given in advance.
    progress : callable, optional
        Takes the share of the file that was read, 0 to 1.
    keep : callable, optional
        Takes numbers and returns what stands for them, for example their place on disk.

    Returns
    -------
    Part
        The file, its sensors named with their component where it has one.

    Raises
    ------
    DataError
        The file cannot be understood, or nothing in it can be kept.
    """
    with open_source(source) as content:
        parquet = head_of(content, 4) == PARQUET_MARK
    read = read_parquet if parquet else read_csv
    try:
        part = read(source, options, progress=progress, keep=keep)
    except DataError as error:
        raise _misnamed(source, error) if not parquet else error from error
    return part.in_component(source.component)


def _misnamed(source: SourceFile, error: DataError) -> DataError:
    """Return what to say of a file that cannot be read and is not what its name says; else the error as it was."""
    name = source.name.lower()
    with open_source(source) as content:
        head = head_of(content, 200)
    with source.path.open("rb") as raw:
        packed = bool(source.member) or raw.read(2) == GZIP_MARK
    called = "Parquet" if name.endswith((".parquet", ".pq")) else "packed by gzip" if name.endswith(".gz") else ""
    if error.question or not called or (called == "packed by gzip" and packed):
        return error
    text = head.decode("utf-8", "replace").strip().splitlines()
    printable = bool(text) and sum(letter.isprintable() for letter in text[0]) > 0.9 * len(text[0])
    return DataError(
        f"The name says that the file is {called}, and it is not.",
        where=source.name,
        got=f'text that begins with "{text[0][:60]}"' if printable else "bytes of another kind, or nothing",
        expected=f"a file that is {called}",
        fix="Export or copy it again, or give it the name of what it is.",
    )


def share_of(progress: Progress | None, number: int, n_files: int, name: str) -> Callable[[float], None] | None:
    """Progress of one of several files.

    Parameters
    ----------
    progress : callable or None
        Takes the share of all files, 0 to 1, and what is being done.
    number, n_files : int
        Place of the file from 0, and how many there are.
    name : str
        What to call it.

    Returns
    -------
    callable or None
        Takes the share of the file, 0 to 1.
    """
    if progress is None:
        return None
    return lambda share: progress(0.95 * (number + share) / n_files, f"Reading {name}")


def columns_not_found(parts: Sequence[Part], options: ReadingOptions) -> list[str]:
    """Sentences on columns to ignore that no file has.

    Parameters
    ----------
    parts : sequence of Part
        The files.
    options : ReadingOptions
        What to ignore.

    Returns
    -------
    list of str
        One for each such name.
    """
    known = {
        name
        for part in parts
        for name in (*part.columns, *(column.name for column in part.understanding.columns_set_aside))
    }
    missing = [name for name in options.ignore if not ignored_names(known, replace(options, ignore=(name,)))]
    return [f'{NOT_THERE}"{name.strip()}" to ignore{nearest_names(name.strip(), sorted(known))}' for name in missing]

"""Reads one Parquet file, or any table already in memory, into the same typed columns as a CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.cells import ColumnCells, NumberStyle
from l4e_widgets.core.reading.csv_reading import ignored_names
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.part import Keep, Part, Reading, settle_part
from l4e_widgets.core.reading.row_log import RowLog
from l4e_widgets.core.reading.settle_times import read_times
from l4e_widgets.core.reading.time_columns import find_time_columns
from l4e_widgets.core.reading.understanding import IGNORED, ColumnSetAside, Understanding
from l4e_widgets.storage.source_bytes import open_source
from l4e_widgets.storage.source_files import SourceFile

__all__ = ["read_parquet", "read_table"]


def read_parquet(
    source: SourceFile,
    options: ReadingOptions,
    *,
    progress: Callable[[float], None] | None = None,
    keep: Keep | None = None,
) -> Part:
    """Read one Parquet file.

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
        The file as typed columns.

    Raises
    ------
    DataError
        The file is damaged or nothing in it can be kept.
    """
    try:
        with open_source(source) as content:
            table = pl.read_parquet(content.read() if source.member else source.path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError("The Parquet file is damaged.", where=source.name, fix="Write or copy it again.") from error
    if progress:
        progress(0.5)
    part = read_table(table, options, file=source.name, encoding="parquet", keep=keep)
    if progress:
        progress(1.0)
    return part


def read_table(
    table: pl.DataFrame, options: ReadingOptions, *, file: str, encoding: str = "table", keep: Keep | None = None
) -> Part:
    """Read a table in memory.

    Parameters
    ----------
    table : DataFrame
        One column of times; the others are sensors.
    options : ReadingOptions
        Answers given in advance.
    file : str
        Name for messages.
    encoding : str
        What the understanding says of the source.
    keep : callable, optional
        Takes numbers and returns what stands for them, for example their place on disk.

    Returns
    -------
    Part
        The table as typed columns.

    Raises
    ------
    DataError
        It has no rows, no column of times, or a name twice.
    """
    names = {column: " ".join(column.split()) for column in table.columns}
    twice = [name for name, count in Counter(names.values()).items() if count > 1]
    if twice:
        raise DataError(f'Two columns have the same name "{twice[0]}".', where=file, fix="Rename one of them.")
    if not table.height:
        raise DataError("The file has no rows.", where=file, expected="rows of data", fix="Export it again.")
    ignored = ignored_names(names.values(), options)
    time_column = _time_column(table, names, options, file=file)
    log = RowLog(file)
    rows = np.arange(1, table.height + 1, dtype=np.int64)
    ns, pattern, notices = _times(table[time_column], names[time_column], rows, options, log, file=file)
    style = NumberStyle(options.decimal or ".", "", options.all_missing_words)
    columns = {}
    for column, name in names.items():
        if column != time_column and name not in ignored:
            columns[name] = ColumnCells(style, keep=keep)
            columns[name].add(table[column])
    understanding = Understanding(
        encoding=encoding,
        timestamp_column=names[time_column],
        timestamp_format=pattern,
        zone=options.time_zone or "UTC",
        columns_set_aside=tuple(ColumnSetAside(name, IGNORED) for name in names.values() if name in ignored),
        missing_words=style.missing_words,
    )
    told = Reading(
        file=file,
        timestamps=ns,
        rows=rows,
        columns=columns,
        log=log,
        rows_read=table.height,
        understanding=understanding,
        notices=notices,
    )
    return settle_part(told, options, keep=keep)


def _time_column(table: pl.DataFrame, names: dict[str, str], options: ReadingOptions, *, file: str) -> str:
    if options.timestamp_column is None:
        for column, kind in table.schema.items():
            if isinstance(kind, pl.Datetime) or kind == pl.Date:
                return column
    sample = table.head(200).select(pl.all().cast(pl.String, strict=False).fill_null(""))
    body = [tuple(row) for row in sample.rows()]
    place, _ = find_time_columns(tuple(names.values()), body, options, decimal=".", where=file)
    return table.columns[place]


def _times(
    cells: pl.Series, name: str, rows: np.ndarray, options: ReadingOptions, log: RowLog, *, file: str
) -> tuple[np.ndarray, str, tuple[str, ...]]:
    if cells.dtype == pl.Date:
        cells = cells.cast(pl.Datetime("us"))
    if cells.dtype == pl.String:
        cells = cells.str.strip_chars()
    read = read_times(
        cells, rows, options=options, log=log, file=file, header=name, missing_words=options.all_missing_words
    )
    return read.ns, read.pattern, read.notices

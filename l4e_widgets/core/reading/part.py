"""One file as typed columns: rows settled, each row that is set aside with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.cells import ColumnCells
from l4e_widgets.core.reading.long_table import LongColumns, Pivoted, find_long, pivot
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import Example, SetAside
from l4e_widgets.core.reading.row_log import RowLog
from l4e_widgets.core.reading.time_columns import is_row_number
from l4e_widgets.core.reading.time_shapes import looks_like_time
from l4e_widgets.core.reading.times import NO_TIME
from l4e_widgets.core.reading.understanding import ColumnSetAside, Understanding

__all__ = ["Keep", "LostCells", "Part", "Reading", "settle_part"]

FloatArray = npt.NDArray[np.floating]
Keep = Callable[[FloatArray], Any]
Int64Array = npt.NDArray[np.int64]
MOST_WORDS = 20


@dataclass(frozen=True)
class LostCells:
    """Cells of a column that are no numbers.

    Parameters
    ----------
    count : int
        How many, in rows that were kept.
    examples : tuple of Example
        The first three.
    """

    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file as typed columns, sorted by time.

    Parameters
    ----------
    file : str
        Name of the file.
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing.
    columns : tuple of str
        Names of the columns that are sensors, in the order of the file.
    numbers : mapping of str to (n_rows,) float32 or float64
        Columns of numbers by name; NaN is missing.
    words : mapping of str to Series of str
        Columns of words by name; null is missing.
    rows_read : int
        Rows of data found; each is kept or set aside.
    set_aside : tuple of SetAside
        Rows set aside.
    lost : mapping of str to LostCells
        Cells that are no numbers, by column.
    out_of_order : int
        Rows whose time was before that of the row above.
    understanding : Understanding
        How the file was read.
    notices : tuple of str
        Further sentences.
    units : mapping of str to str
        Units by column, where the file has them apart from the names.
    component : str
        Group of sensors that the file holds, empty for none.
    rows_kept : int
        Rows of data whose values are in the columns.
    """

    file: str
    timestamps: Int64Array
    columns: tuple[str, ...]
    numbers: Mapping[str, FloatArray]
    words: Mapping[str, pl.Series]
    rows_read: int
    set_aside: tuple[SetAside, ...]
    lost: Mapping[str, LostCells]
    out_of_order: int
    understanding: Understanding
    notices: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    component: str = ""
    rows_kept: int = 0

    def in_component(self, component: str) -> Part:
        r"""Return the same file with its sensors called ``component\sensor``.

        Parameters
        ----------
        component : str
            Name of the group; without effect where empty.

        Returns
        -------
        Part
            The file.
        """
        if not component:
            return self
        named = {name: f"{component}\\{name}" for name in self.columns}
        return replace(
            self,
            columns=tuple(named.values()),
            numbers={named[name]: values for name, values in self.numbers.items()},
            words={named[name]: words for name, words in self.words.items()},
            lost={named[name]: lost for name, lost in self.lost.items() if name in named},
            units={named[name]: unit for name, unit in self.units.items() if name in named},
            component=component,
        )


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read of a file before its rows are settled.

    Parameters
    ----------
    file : str
        Name of the file.
    timestamps : (n_rows,) int64
        Nanoseconds UTC in file order; the smallest int64 for rows already set aside.
    rows : (n_rows,) int64
        Line in the file of every row.
    columns : mapping of str to ColumnCells
        The columns that may be sensors.
    log : RowLog
        Rows set aside so far; settling adds repeated times.
    rows_read : int
        Rows of data found in the file.
    understanding : Understanding
        How the file was read so far.
    units : mapping of str to str
        Units by column, where the file has them apart from the names.
    notices : tuple of str
        Sentences so far.
    """

    file: str
    timestamps: Int64Array
    rows: Int64Array
    columns: Mapping[str, ColumnCells]
    log: RowLog
    rows_read: int
    understanding: Understanding
    units: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Settled:
    """What became of one column: numbers, words, or the reason it is set aside."""

    numbers: FloatArray | None = None
    words: pl.Series | None = None
    lost: LostCells | None = None
    reason: str = ""


def settle_part(read: Reading, options: ReadingOptions, *, keep: Keep | None = None) -> Part:
    """Sort, drop repeated times, and settle what each column holds.

    Parameters
    ----------
    read : Reading
        The file.
    options : ReadingOptions
        Answers given in advance.
    keep : callable, optional
        Takes a finished column and returns what stands for it, for example its place on disk.

    Returns
    -------
    Part
        The file, settled.

    Raises
    ------
    DataError
        No row is left, most rows repeat a time, or no column holds numbers.
    """
    long = find_long(read.timestamps, read.columns, options, where=read.file)
    if long is not None:
        return _settle_long(read, long, keep)
    kept, out_of_order = _kept_rows(read.timestamps, read.rows, read.log, file=read.file)
    found = {
        name: _settle_column(name, cells, kept, read.rows, file=read.file, keep=keep)
        for name, cells in _drained(read.columns)
    }
    return _part(read, found, read.timestamps[kept], out_of_order, len(kept))


def _drained(columns: Mapping[str, ColumnCells]) -> Iterator[tuple[str, ColumnCells]]:
    """Give the columns one by one and forget the cells of each when the next is asked for, so that memory is freed."""
    for name, cells in columns.items():
        yield name, cells
        cells.forget()


def _settle_long(read: Reading, long: LongColumns, keep: Keep | None) -> Part:
    """Settle a table of one value a row."""
    table: Pivoted = pivot(long, read.timestamps, read.rows, read.columns, read.log)
    every = np.arange(len(table.timestamps))
    found = {
        name: _settle_column(name, cells, every, table.rows[name], file=read.file, keep=keep)
        for name, cells in table.columns.items()
    }
    aside = tuple(
        ColumnSetAside(name, "is not needed in a table of one value a row")
        for name in read.columns
        if name not in (long.sensor, long.value) and (not long.unit or name != long.unit)
    )
    understanding = replace(
        read.understanding,
        sensor_column=long.sensor,
        value_column=long.value,
        columns_set_aside=(*read.understanding.columns_set_aside, *aside),
    )
    said = (
        f'{read.file}: the table has one value a row; column "{long.sensor}" names the sensor and column '
        f'"{long.value}" holds its value.'
    )
    told = replace(read, understanding=understanding, units=table.units, notices=(*read.notices, said))
    return _part(told, found, table.timestamps, table.out_of_order, table.rows_kept)


def _part(
    read: Reading,
    found: Mapping[str, _Settled],
    timestamps: Int64Array,
    out_of_order: int,
    rows_kept: int,
) -> Part:
    unnamed = "sensor" if "sensor" not in found else "sensor_without_a_name"
    aside = [ColumnSetAside(name, column.reason) for name, column in found.items() if column.reason]
    found = {name or unnamed: column for name, column in found.items() if not column.reason}
    numbers = {name: column.numbers for name, column in found.items() if column.numbers is not None}
    words = {name: column.words for name, column in found.items() if column.words is not None}
    if not numbers and not words:
        told = (*read.understanding.columns_set_aside, *aside)
        raise DataError(
            "No column holds sensor values.",
            where=read.file,
            got="; ".join(f'"{column.name}" {column.reason}' for column in told[:5]) or "a timestamp alone",
            expected="at least one column of numbers",
            fix="Choose a file with sensor values, or say the decimal mark with --decimal.",
        )
    every = (*read.understanding.columns_set_aside, *aside)
    return Part(
        file=read.file,
        timestamps=timestamps,
        columns=tuple(name for name in found if name in numbers or name in words),
        numbers=numbers,
        words=words,
        rows_read=read.rows_read,
        set_aside=read.log.entries(),
        lost={name: column.lost for name, column in found.items() if column.lost is not None},
        out_of_order=out_of_order,
        understanding=replace(read.understanding, columns_set_aside=every),
        notices=read.notices,
        units=read.units,
        rows_kept=rows_kept,
    )


def _kept_rows(timestamps: Int64Array, rows: Int64Array, log: RowLog, *, file: str) -> tuple[Int64Array, int]:
    """Places of the rows to keep, sorted by time; the last row of a repeated time is kept."""
    valid = np.flatnonzero(timestamps != NO_TIME)
    if not len(valid):
        raise _nothing_kept(log, file=file)
    times = timestamps[valid]
    steps = np.diff(times)
    out_of_order = int((steps < 0).sum())
    if out_of_order:
        valid = valid[np.argsort(times, kind="stable")]
        steps = np.diff(timestamps[valid])
    if not (steps == 0).any():
        return valid, out_of_order
    last = np.concatenate((steps != 0, [True]))
    dropped = np.sort(valid[~last])
    if len(dropped) > 0.5 * len(valid) and len(valid) > 3:
        raise DataError(
            f"{len(dropped)} of {len(valid)} rows have a time that another row has too.",
            where=f"{file}, row {rows[dropped[0]]}",
            expected="one row for every time",
            fix="A date without its time of day needs the time too; rows of several machines must be told apart first.",
        )
    moments = [str(np.datetime64(int(ns), "ns"))[:19].replace("T", " ") for ns in timestamps[dropped[:3]]]
    log.add_many("duplicate_timestamp", rows[dropped], moments)
    return valid[last], out_of_order


def _nothing_kept(log: RowLog, *, file: str) -> DataError:
    told = [
        f'{entry.count} of reason "{entry.reason.replace("_", " ")}"'
        + (f' (row {entry.examples[0].row}: "{entry.examples[0].text}")' if entry.examples else "")
        for entry in log.entries()
    ]
    return DataError(
        "No row could be kept.",
        where=file,
        got="; ".join(told) or "no rows",
        expected="rows with a time and as many cells as the header has names",
        fix="Say the format with --timestamp-format, or what separates the cells with --delimiter.",
    )


def _settle_column(
    name: str, cells: ColumnCells, kept: Int64Array, rows: Int64Array, *, file: str, keep: Keep | None = None
) -> _Settled:
    numbers = cells.numbers()
    if len(kept) != len(numbers) or (len(kept) and (kept[0] != 0 or (np.diff(kept) != 1).any())):
        numbers = numbers[kept]
    n_numbers = int(len(numbers) - np.isnan(numbers).sum())
    places, text = cells.words()
    if len(places):
        inside = np.isin(places, kept)
        places, text = places[inside], text.filter(pl.Series(inside))
    if n_numbers == 0 and len(places):
        return _settle_words(cells, kept, text)
    if is_row_number(name, [f"{value:.0f}" for value in numbers[:200] if np.isfinite(value)]):
        return _Settled(reason="counts the rows")
    if n_numbers == 0 and not name:
        return _Settled(reason="has neither a name nor values")
    if len(places) > 9 * n_numbers:
        return _Settled(reason=f"is mostly text: {len(places)} of {len(places) + n_numbers} cells are no numbers")
    examples = tuple(
        Example(file, int(rows[place]), cell[:80])
        for place, cell in zip(places[:3].tolist(), text.head(3).to_list(), strict=True)
    )
    lost = LostCells(len(places), examples) if len(places) else None
    return _Settled(numbers=keep(numbers) if keep else numbers, lost=lost)


def _settle_words(cells: ColumnCells, kept: Int64Array, text: pl.Series) -> _Settled:
    if text.head(50).map_elements(looks_like_time, return_dtype=pl.Boolean).all():
        return _Settled(reason="is another column of times")
    places, every = cells.all_words()
    blank = [word for word in cells.style.missing_words if word != "off"]
    present = ~every.str.to_lowercase().is_in(blank).to_numpy()
    whole = pl.Series([None], dtype=pl.String).new_from_index(0, cells.n_rows)
    whole = whole.scatter(places[present], every.filter(pl.Series(present)))
    words = whole.gather(kept)
    distinct = words.drop_nulls().n_unique()
    if distinct == 1:
        return _Settled(reason=f'holds the word "{words.drop_nulls()[0][:40]}" and nothing else')
    if distinct > MOST_WORDS or 2 * distinct > len(words.drop_nulls()):
        return _Settled(reason=f'is text of {distinct} different words, such as "{text[0][:40]}"')
    return _Settled(words=words)

"""One file as typed columns: rows settled, each row that is set aside with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.cells import ColumnCells
from l4e_widgets.core.reading.report import Example, SetAside
from l4e_widgets.core.reading.time_columns import is_row_number
from l4e_widgets.core.reading.time_shapes import looks_like_time
from l4e_widgets.core.reading.times import NO_TIME
from l4e_widgets.core.reading.understanding import ColumnSetAside, Understanding

__all__ = ["LostCells", "Part", "RowLog", "settle_part"]

Float64Array = npt.NDArray[np.float64]
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


@dataclass
class RowLog:
    """Rows that are set aside while a file is read, by reason.

    Parameters
    ----------
    file : str
        Name of the file.
    counts : dict of str to int
        How many, by reason.
    examples : dict of str to list of Example
        The first three, by reason.
    """

    file: str
    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[Example]] = field(default_factory=dict)

    def add(self, reason: str, row: int, text: str) -> None:
        """Count one row and keep it as an example while there are few.

        Parameters
        ----------
        reason : str
            Why it is set aside.
        row : int
            Line in the file.
        text : str
            What stands there.
        """
        self.counts[reason] = self.counts.get(reason, 0) + 1
        found = self.examples.setdefault(reason, [])
        if len(found) < 3:
            found.append(Example(self.file, int(row), text[:80]))

    def add_many(self, reason: str, rows: Int64Array, texts: Sequence[str]) -> None:
        """Count several rows.

        Parameters
        ----------
        reason : str
            Why they are set aside.
        rows : (n_rows,) int64
            Lines in the file.
        texts : sequence of str
            What stands in the first three of them.
        """
        for row, text in zip(rows[:3].tolist(), texts, strict=False):
            self.add(reason, row, text)
        rest = len(rows) - min(3, len(texts), len(rows))
        if rest:
            self.counts[reason] = self.counts.get(reason, 0) + rest

    def entries(self) -> tuple[SetAside, ...]:
        """Return what was counted."""
        return tuple(SetAside(r, count, tuple(self.examples.get(r, ()))) for r, count in self.counts.items())


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
    numbers : mapping of str to (n_rows,) float64
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
    """

    file: str
    timestamps: Int64Array
    columns: tuple[str, ...]
    numbers: Mapping[str, Float64Array]
    words: Mapping[str, pl.Series]
    rows_read: int
    set_aside: tuple[SetAside, ...]
    lost: Mapping[str, LostCells]
    out_of_order: int
    understanding: Understanding
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Settled:
    """What became of one column: numbers, words, or the reason it is set aside."""

    numbers: Float64Array | None = None
    words: pl.Series | None = None
    lost: LostCells | None = None
    reason: str = ""


def settle_part(
    *,
    file: str,
    timestamps: Int64Array,
    rows: Int64Array,
    columns: Mapping[str, ColumnCells],
    log: RowLog,
    rows_read: int,
    understanding: Understanding,
    notices: Sequence[str] = (),
) -> Part:
    """Sort, drop repeated times, and settle what each column holds.

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
        Rows set aside so far; repeated times are added.
    rows_read : int
        Rows of data found in the file.
    understanding : Understanding
        How the file was read; columns set aside are added.
    notices : sequence of str
        Sentences so far.

    Returns
    -------
    Part
        The file.

    Raises
    ------
    DataError
        No row is left, most rows repeat a time, or no column holds numbers.
    """
    _refuse_one_value_a_row(timestamps, rows, columns, file=file)
    kept, out_of_order = _kept_rows(timestamps, rows, log, file=file)
    numbers: dict[str, Float64Array] = {}
    words: dict[str, pl.Series] = {}
    lost: dict[str, LostCells] = {}
    aside = list(understanding.columns_set_aside)
    for name, cells in columns.items():
        settled = _settle_column(name, cells, kept, rows, file=file)
        if settled.numbers is not None:
            numbers[name] = settled.numbers
        elif settled.words is not None:
            words[name] = settled.words
        else:
            aside.append(ColumnSetAside(name, settled.reason))
        if settled.lost is not None:
            lost[name] = settled.lost
    if not numbers and not words:
        reasons = "; ".join(f'"{column.name}" {column.reason}' for column in aside[:5])
        raise DataError(
            "No column holds sensor values.",
            where=file,
            got=reasons or "a timestamp alone",
            expected="at least one column of numbers",
            fix="Choose a file with sensor values, or say the decimal mark with --decimal.",
        )
    return Part(
        file=file,
        timestamps=timestamps[kept],
        columns=tuple(name for name in columns if name in numbers or name in words),
        numbers=numbers,
        words=words,
        rows_read=rows_read,
        set_aside=log.entries(),
        lost=lost,
        out_of_order=out_of_order,
        understanding=_with_aside(understanding, aside),
        notices=tuple(notices),
    )


def _with_aside(understanding: Understanding, aside: Sequence[ColumnSetAside]) -> Understanding:
    parts = {**understanding.__dict__, "columns_set_aside": tuple(aside)}
    return Understanding(**parts)


def _refuse_one_value_a_row(
    timestamps: Int64Array, rows: Int64Array, columns: Mapping[str, ColumnCells], *, file: str
) -> None:
    """Refuse a table in which times repeat because a column of names says which sensor each row is of."""
    valid = timestamps != NO_TIME
    n_valid, n_times = int(valid.sum()), len(np.unique(timestamps[valid]))
    if n_valid - n_times < 0.1 * n_valid or n_valid < 2:
        return
    for name, cells in columns.items():
        places, words = cells.words()
        if len(places) < 0.9 * n_valid or words.n_unique() > 3000 or words.n_unique() < 2:
            continue
        pairs = pl.DataFrame({"time": timestamps[places], "word": words}).n_unique()
        if len(places) - pairs < 0.1 * (n_valid - n_times):
            raise DataError(
                f'The table has one value a row, with the sensor named in column "{name}".',
                where=f"{file}, row {rows[0]}",
                got=", ".join(words.unique(maintain_order=True).head(3).to_list()),
                expected="one column a sensor and one row for every time",
                fix="Turn it into one column a sensor first.",
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


def _settle_column(name: str, cells: ColumnCells, kept: Int64Array, rows: Int64Array, *, file: str) -> _Settled:
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
    return _Settled(numbers=numbers, lost=LostCells(len(places), examples) if len(places) else None)


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

"""Which column of a table holds the time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.time_shapes import looks_like_time, shape_of
from l4e_widgets.core.reading.times import EPOCH_UNITS, epoch_unit, is_excel, parse_with_pattern

__all__ = ["find_time_columns", "is_row_number", "is_time_cell"]

_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s*[AaPp][Mm])?\Z")
_TIME_NAME = re.compile(r"time|date|stamp|zeit|datum|heure|fecha|hora|\bts\b|epoch", re.IGNORECASE)
DATE_NAME = re.compile(r"date|datum|fecha|jour", re.IGNORECASE)
"""Names under which whole numbers may be days as Excel counts them."""
_SHARE = 0.6


def find_time_columns(
    head: Sequence[str],
    body: Sequence[Sequence[str]],
    options: ReadingOptions,
    *,
    decimal: str,
    where: str,
) -> tuple[int, int | None]:
    """Places of the timestamp and, where the date stands alone, of the time of day.

    Parameters
    ----------
    head : sequence of str
        Cells of the first row, names or values.
    body : sequence of sequence of str
        Cells of some rows below it.
    options : ReadingOptions
        The name of the column and the format, where the user said them.
    decimal : str
        Decimal mark of the numbers.
    where : str
        File name for messages.

    Returns
    -------
    place : int
        Column of the timestamp, from 0.
    clock : int or None
        Column of the time of day, from 0.

    Raises
    ------
    DataError
        No column holds times, or the named column is not there.
    """
    columns = [[row[place] for row in body] or [cell] for place, cell in enumerate(head)]
    named = options.timestamp_column if options.header_row != 0 else None
    place = _named(head, named, where=where) if named else None
    if place is None:
        place = next((p for p, cells in enumerate(columns) if _share(cells, options) >= _SHARE), None)
    if place is None:
        place = _epoch_place(head, columns, decimal)
    if place is None:
        raise _no_time_column(head, body, where=where)
    if options.time_column:
        return place, _named(head, options.time_column, where=where)
    dates_only = [cell for cell in columns[place] if looks_like_time(cell) or cell.isdigit()]
    if dates_only and all(len(cell) <= 12 and ":" not in cell and " " not in cell for cell in dates_only[:100]):
        for other, cells in enumerate(columns):
            filled = [cell for cell in cells if cell]
            if other != place and filled and sum(bool(_CLOCK.match(c)) for c in filled) >= _SHARE * len(filled):
                return place, other
    return place, None


def is_time_cell(cell: str, body: Sequence[Sequence[str]], place: int, options: ReadingOptions) -> bool:
    """Tell whether the first row's cell in the timestamp column is a time as the rows below have.

    Parameters
    ----------
    cell : str
        The cell.
    body : sequence of sequence of str
        Cells of rows below it.
    place : int
        The timestamp column.
    options : ReadingOptions
        The format, where the user said it.

    Returns
    -------
    bool
        True where the first row holds data.
    """
    pattern = options.timestamp_format
    if pattern and "%" in pattern:
        return bool(parse_with_pattern(pl.Series([cell]), pattern).valid[0])
    if shape_of(cell) is not None:
        return True
    numeric = cell.replace(".", "", 1).isdigit()
    return numeric and all(not row[place] or row[place].replace(".", "", 1).isdigit() for row in body)


def is_row_number(name: str, cells: Sequence[str]) -> bool:
    """Tell whether a column only counts the rows.

    Parameters
    ----------
    name : str
        Name of the column.
    cells : sequence of str
        First cells of it.

    Returns
    -------
    bool
        True for whole numbers that rise by one, in a column without a name or with a name such as ``index``.
    """
    if name.strip().lower() not in ("", "index", "unnamed: 0", "row", "row_number", "no", "no.", "#", "id"):
        return False
    if len(cells) < 2 or not all(cell.isdigit() for cell in cells):
        return False
    return all(int(b) - int(a) == 1 for a, b in pairwise(cells))


def _named(head: Sequence[str], wanted: str, *, where: str) -> int:
    name = wanted.strip().lower()
    for place, cell in enumerate(head):
        if cell.strip().lower() == name:
            return place
    raise DataError(
        f'There is no column "{wanted}" for the timestamps.',
        where=where,
        got=", ".join(head[:8]),
        expected="the name of one of the columns",
        fix="Correct --timestamp-column.",
    )


def _share(cells: Sequence[str], options: ReadingOptions) -> float:
    filled = [cell for cell in cells if cell]
    if not filled:
        return 0.0
    pattern = options.timestamp_format
    if pattern and "%" in pattern:
        return float(parse_with_pattern(pl.Series(filled), pattern).valid.mean())
    times = sum(looks_like_time(cell) for cell in filled)
    digits = sum(cell.isdigit() and len(cell) in (10, 12, 14) and shape_of(cell) is not None for cell in filled)
    return max(times, digits if digits == len(filled) else 0) / len(filled)


def _epoch_place(head: Sequence[str], columns: Sequence[Sequence[str]], decimal: str) -> int | None:
    for place, cells in enumerate(columns):
        timely = bool(_TIME_NAME.search(head[place]))
        if not (timely or place == 0):
            continue
        if timely and cells and all(len(cell) == 8 and shape_of(cell) is not None for cell in cells if cell):
            return place
        text = pl.Series([cell.replace(",", ".") if decimal == "," else cell for cell in cells], dtype=pl.String)
        numbers = text.cast(pl.Float64, strict=False)
        if numbers.null_count() > 0.4 * len(numbers):
            continue
        if timely and is_excel(numbers, dates=bool(DATE_NAME.search(head[place]))):
            return place
        if epoch_unit(numbers) not in EPOCH_UNITS:
            continue
        if timely or len(numbers) < 2 or float((numbers.diff().drop_nulls() > 0).mean() or 0) > _SHARE:
            return place
    return None


def _no_time_column(head: Sequence[str], body: Sequence[Sequence[str]], *, where: str) -> DataError:
    first = body[0] if body else head
    shown = ", ".join(f'{name or "(no name)"} = "{cell}"' for name, cell in list(zip(head, first, strict=False))[:6])
    return DataError(
        "No column holds timestamps.",
        where=where,
        got=shown,
        expected="a column of dates with times, such as 2020-01-31 00:05:00, or of seconds since 1970",
        fix="Name the column with --timestamp-column and its format with --timestamp-format, or add one.",
    )

"""The layout of a CSV from its first lines: delimiter, decimal mark, header and where the time stands."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.naming import is_unit
from l4e_widgets.core.reading.number_marks import COMMA, POINT, find_decimal
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.time_columns import find_time_columns, is_time_cell
from l4e_widgets.core.reading.time_shapes import looks_like_time

__all__ = ["Layout", "find_layout"]

DELIMITERS = (",", ";", "\t", "|")
_WHOLE = re.compile(r"[+-]?\d+(?:[eE][+-]?\d+)?\Z")
_SAMPLE_ROWS = 300
_MOST_LINES_OF_A_NAME = 2
_MOST_HEADER_ROWS = 3
_ANNOTATIONS = ("#group", "#datatype", "#default")
"""First cells of the lines that InfluxDB writes above the names."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where things stand in a CSV.

    Parameters
    ----------
    delimiter, decimal, thousands : str
        Characters between cells, before fractions, and between groups of three digits (empty for none).
    decimal_seen : bool
        Whether the sample held a fraction at all; where not, the decimal mark is a supposition.
    names : tuple of str
        Names of the columns, numbered ones where the file has none.
    header_row : int
        Line of the names from 1; 0 where there is none.
    first_row : int
        Line of the first data from 1.
    time_column : int
        Place of the column with the timestamp, from 0.
    clock_column : int or None
        Place of the column with the time of day, where it stands alone.
    preamble : int
        Lines before the names that are neither names nor data.
    width : int
        Cells of a line.
    units : tuple of str
        Unit of every column where a row below the names holds them, else empty.
    units_row : int
        Line of that row from 1; 0 where there is none.
    """

    delimiter: str
    decimal: str
    thousands: str
    decimal_seen: bool
    names: tuple[str, ...]
    header_row: int
    first_row: int
    time_column: int
    clock_column: int | None = None
    preamble: int = 0
    width: int = 0
    units: tuple[str, ...] = ()
    units_row: int = 0


@dataclass(frozen=True)
class _Row:
    line: int
    next_line: int
    cells: tuple[str, ...]


def find_layout(text: str, options: ReadingOptions, *, where: str) -> Layout:
    """Layout of a CSV from its beginning.

    Parameters
    ----------
    text : str
        The first lines of the file; whole lines only.
    options : ReadingOptions
        Answers given in advance.
    where : str
        File name for messages.

    Returns
    -------
    Layout
        What stands where.

    Raises
    ------
    DataError
        Nothing but a header, a single column, names that do not fit the rows, or no timestamp column.
    """
    if not text.strip("\r\n\t ,;|\ufeff"):
        raise DataError("The file is empty.", where=where, expected="a header and rows of data", fix="Export it again.")
    delimiter, rows = _delimiter(text, options, where=where)
    width = _width(rows)
    top = _top(rows, width, options, where=where)
    _refuse_open_quote(rows[: top + 1], where=where)
    if options.header_row is None:
        _refuse_lost_header(rows[:top], rows[top], width, where=where)
    regular = [row for row in rows[top + 1 :] if len(row.cells) == width]
    head = rows[top].cells
    more = 0 if options.header_row == 0 else _rows_of_units(head, regular, options)
    body = [row.cells for row in regular[more:]]
    decimal, thousands, seen = find_decimal([*body, head], delimiter, options, where=where)
    if not body and not any(looks_like_time(cell) for cell in head):
        raise DataError(
            "The file has a header and no rows.", where=where, expected="rows of data", fix="Export it again."
        )
    place, clock = find_time_columns(head, body, options, decimal=decimal, where=where)
    has_header = bool(options.header_row) or (options.header_row is None and _is_header(head, body, place, options))
    names = _names(head, has_header=has_header)
    last = regular[more - 1] if more and has_header else rows[top]
    units = _units(regular[:more]) if has_header else None
    return Layout(
        delimiter=delimiter,
        decimal=decimal,
        thousands=thousands,
        decimal_seen=seen,
        names=names,
        header_row=rows[top].line if has_header else 0,
        first_row=last.next_line if has_header else rows[top].line,
        time_column=place,
        clock_column=clock,
        preamble=rows[top].line - 1,
        width=width,
        units=tuple(_bare_unit(cell) for cell in units.cells) if units else (),
        units_row=units.line if units else 0,
    )


def _top(rows: Sequence[_Row], width: int, options: ReadingOptions, *, where: str) -> int:
    """Place of the first row of the table: of its names, or of its data."""
    if not options.header_row:
        return next(p for p, row in enumerate(rows) if len(row.cells) == width and row.cells[0] not in _ANNOTATIONS)
    for place, row in enumerate(rows):
        if row.line == options.header_row and len(row.cells) == width:
            return place
    raise DataError(
        f"Line {options.header_row} holds no names.",
        where=where,
        expected=f"a line of {width} names, as many as the rows have cells",
        fix="Correct --header-row.",
    )


def _rows_of_units(head: Sequence[str], rows: Sequence[_Row], options: ReadingOptions) -> int:
    """Count the rows below the names that belong to the header, the last of which holds units."""
    found = 0
    for number, row in enumerate(rows[: min(_MOST_HEADER_ROWS, len(rows) - 1)], start=1):
        filled = [cell for cell in row.cells if cell and cell.lower() not in options.all_missing_words]
        if any(_is_value(cell, "") for cell in filled) or row.cells == tuple(head):
            break
        if 2 * sum(is_unit(cell) for cell in filled) >= max(len(filled), 1):
            found = number
    return found


def _units(rows: Sequence[_Row]) -> _Row | None:
    return rows[-1] if rows else None


def _bare_unit(cell: str) -> str:
    bare = cell[1:-1].strip() if cell[:1] + cell[-1:] in ("[]", "()") else cell
    return "" if bare.lower() in ("-", "--", "none", "n/a", "na") else bare


def _rows(text: str, delimiter: str) -> list[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    found, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                stripped = tuple(cell.strip(" \t\r\n\ufeff\u00a0") for cell in cells)
                found.append(_Row(line, reader.line_num + 1, stripped))
            line = reader.line_num + 1
            if len(found) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        return found
    return found


def _width(rows: Sequence[_Row]) -> int:
    return Counter(len(row.cells) for row in rows).most_common(1)[0][0]


def _delimiter(text: str, options: ReadingOptions, *, where: str) -> tuple[str, list[_Row]]:
    choices = (options.delimiter,) if options.delimiter else DELIMITERS
    best: tuple[float, int, str, list[_Row]] | None = None
    for delimiter in choices:
        rows = _rows(text, delimiter)
        if not rows:
            continue
        width = _width(rows)
        if width < 2:
            continue
        regular = [row.cells for row in rows if len(row.cells) == width]
        body = regular[1:] or regular
        read = sum(_is_value(cell, delimiter) for cells in body for cell in cells) / (len(body) * width)
        score = (len(regular) / len(rows)) * (0.05 + read)
        if best is None or (score, width) > (best[0], best[1]):
            best = (score, width, delimiter, rows)
    if best is None:
        raise DataError(
            "The file has a single column.",
            where=where,
            got=f'"{text.strip().splitlines()[0][:60]}"',
            expected="a timestamp and at least one sensor, separated by comma, semicolon, tab or pipe",
            fix="Say what separates the cells with --delimiter, or export the timestamp too.",
        )
    return best[2], best[3]


def _is_value(cell: str, delimiter: str) -> bool:
    if not cell or _WHOLE.match(cell) or POINT.match(cell) or looks_like_time(cell):
        return True
    return delimiter != "," and (COMMA.match(cell) is not None)


def _refuse_lost_header(before: Sequence[_Row], first: _Row, width: int, *, where: str) -> None:
    for row in before:
        if len(row.cells) > max(1.0, width / 2) and not row.cells[0].startswith(("#", "sep=")):
            names, cells = len(row.cells), len(first.cells)
            raise DataError(
                f"The header and the rows do not fit: {names} names, {cells} cells a row.",
                where=f"{where}, row {row.line}",
                expected="one name for every cell",
                fix="Add the missing name to the header or remove the extra delimiter from the rows.",
            )


def _refuse_open_quote(rows: Sequence[_Row], *, where: str) -> None:
    """Refuse a quote in the first lines that takes further lines with it: data would vanish in it."""
    for row in rows:
        if row.next_line - row.line > _MOST_LINES_OF_A_NAME * len(row.cells):
            raise DataError(
                "A quote does not close.",
                where=f"{where}, row {row.line}",
                got=f"a cell of {row.next_line - row.line} lines",
                expected="a closing quote in the same line",
                fix="Close or remove the quote.",
            )


def _is_header(head: Sequence[str], body: Sequence[Sequence[str]], place: int, options: ReadingOptions) -> bool:
    if is_time_cell(head[place], body, place, options):
        return False
    others = [cell for column, cell in enumerate(head) if column != place]
    fractions = sum(bool(POINT.match(cell) or COMMA.match(cell)) for cell in others)
    return not (others and fractions == len(others))


def _names(head: Sequence[str], *, has_header: bool) -> tuple[str, ...]:
    if not has_header:
        return ()
    return tuple(" ".join(name.split()) for name in head)

"""A block of CSV bytes to lines: how many cells each has, and which cannot be taken."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Block", "read_block"]

Int64Array = npt.NDArray[np.int64]

_NEWLINE, _QUOTE, _RETURN = 10, 34, 13


@dataclass(frozen=True)
class Block:
    """Lines of one block that have the right width, as text.

    Parameters
    ----------
    cells : DataFrame
        One text column a cell, in file order; empty cells are null.
    rows : (n_rows,) int64
        Line in the file of every row, from 1.
    bad : tuple of (reason, line, text)
        Lines that cannot be taken: ``wrong_width``, ``open_quote`` or ``zero_byte``, with the line in the file and
        its text.
    n_lines : int
        Lines in the block, blank ones included.
    """

    cells: pl.DataFrame
    rows: Int64Array
    bad: tuple[tuple[str, int, str], ...]
    n_lines: int


def read_block(data: bytes, *, delimiter: str, width: int, first_line: int) -> Block:
    """Split a block of whole lines into cells.

    Parameters
    ----------
    data : bytes
        Whole lines in UTF-8; the last may lack its newline.
    delimiter : str
        One character between cells.
    width : int
        Cells that a line must have.
    first_line : int
        Line in the file of the first line, from 1.

    Returns
    -------
    Block
        Rows of the right width, and every other line that is not blank.
    """
    if data and not data.endswith(b"\n"):
        data += b"\n"
    quoted = b'"' in data
    if quoted:
        data = _tight_quotes(data, delimiter.encode())
    ends, widths, open_quote = _measure(data, ord(delimiter), quoted=quoted)
    fits = (widths == width) & ~open_quote
    zero = np.zeros(len(ends), dtype=np.bool_)
    if b"\x00" in data:
        zero[np.searchsorted(ends, np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 0))] = True
        fits &= ~zero
    lines = np.arange(first_line, first_line + len(ends), dtype=np.int64)
    if fits.all():
        return Block(_cells(data, delimiter, width, quoted=quoted, n_rows=len(ends)), lines, (), len(ends))
    starts = np.concatenate(([0], ends[:-1] + 1))
    bad = []
    for place in np.flatnonzero(~fits):
        text = data[starts[place] : ends[place]].decode("utf-8", "replace").strip("\r\n")
        if text.strip():
            reason = "zero_byte" if zero[place] else "open_quote" if open_quote[place] else "wrong_width"
            bad.append((reason, int(lines[place]), text.replace("\x00", "\\x00")))
    kept = _join_lines(data, starts, ends, fits)
    cells = _cells(kept, delimiter, width, quoted=quoted, n_rows=int(fits.sum()))
    return Block(cells, lines[fits], tuple(bad), len(ends))


def _tight_quotes(data: bytes, delimiter: bytes) -> bytes:
    """Remove spaces between a delimiter and a quote, which a CSV parser would take as part of an unquoted cell."""
    for loose, tight in ((delimiter + b' "', delimiter + b'"'), (b'" ' + delimiter, b'"' + delimiter)):
        while loose in data:
            data = data.replace(loose, tight)
    return data


def _measure(data: bytes, delimiter: int, *, quoted: bool) -> tuple[Int64Array, Int64Array, npt.NDArray[np.bool_]]:
    """Place of every newline, cells before it, and whether a quote stays open in the line."""
    buffer = np.frombuffer(data, dtype=np.uint8)
    if not quoted:
        separators = np.flatnonzero((buffer == delimiter) | (buffer == _NEWLINE))
        newline = np.flatnonzero(buffer[separators] == _NEWLINE)
        return separators[newline], np.diff(newline, prepend=-1), np.zeros(len(newline), dtype=np.bool_)
    marks = np.flatnonzero((buffer == delimiter) | (buffer == _NEWLINE) | (buffer == _QUOTE))
    kinds = buffer[marks]
    newline = np.flatnonzero(kinds == _NEWLINE)
    quotes = np.cumsum(kinds == _QUOTE, dtype=np.int32)
    before_line = np.concatenate(([0], quotes[newline[:-1]])).astype(np.int32)
    open_quote = (quotes[newline] - before_line) % 2 == 1
    inside = (quotes - np.repeat(before_line, np.diff(newline, prepend=-1))) % 2 == 1
    cells = np.cumsum((kinds == delimiter) & ~inside, dtype=np.int64)[newline]
    return marks[newline], np.diff(cells, prepend=0) + 1, open_quote


def _join_lines(data: bytes, starts: Int64Array, ends: Int64Array, fits: npt.NDArray[np.bool_]) -> bytes:
    change = np.flatnonzero(np.diff(np.concatenate(([False], fits, [False])).astype(np.int8)))
    return b"".join(data[starts[a] : ends[b - 1] + 1] for a, b in change.reshape(-1, 2))


def _cells(data: bytes, delimiter: str, width: int, *, quoted: bool, n_rows: int) -> pl.DataFrame:
    schema = {f"c{place}": pl.String for place in range(width)}
    if not n_rows:
        return pl.DataFrame(schema=schema)
    try:
        cells = pl.read_csv(
            data,
            has_header=False,
            separator=delimiter,
            quote_char='"' if quoted else None,
            schema=schema,
            infer_schema=False,
        )
        if cells.shape == (n_rows, width):
            return cells
    except pl.exceptions.PolarsError:
        return _cells_slowly(data, delimiter, schema)
    return _cells_slowly(data, delimiter, schema)


def _cells_slowly(data: bytes, delimiter: str, schema: dict[str, type[pl.String]]) -> pl.DataFrame:
    """Cells of lines that the fast parser splits otherwise than measured; a row without cells where unsure."""
    text = io.StringIO(data.decode("utf-8", "replace"))
    width = len(schema)
    split = (next(csv.reader([line.replace("\r", " ")], delimiter=delimiter)) for line in text)
    columns = zip(*(row if len(row) == width else [""] * width for row in split), strict=True)
    return pl.DataFrame(
        {
            name: pl.Series([cell or None for cell in column], dtype=pl.String)
            for name, column in zip(schema, columns, strict=True)
        }
    )

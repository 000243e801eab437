"""Rows of a file as they stand in it, first and last, for people to compare with what was understood of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from l4e_widgets.core.reading.understanding import Understanding
from l4e_widgets.storage.source_bytes import GZIP_MARK, head_of, open_source
from l4e_widgets.storage.source_files import SourceFile

__all__ = ["RowsAsWritten", "rows_as_written"]

_HEAD_BYTES = 256 * 1024
_TAIL_BYTES = 64 * 1024
_MOST_CELL = 40

Cells = tuple[str, ...]


@dataclass(frozen=True)
class RowsAsWritten:
    """Rows of a text file, cell by cell, with nothing made of them.

    Parameters
    ----------
    names : tuple of str
        The line of names; empty where the file has none.
    first, last : tuple of tuple of str
        Rows of data, at most as many as were asked for; no last ones where they cannot be reached at once.
    """

    names: Cells
    first: tuple[Cells, ...]
    last: tuple[Cells, ...]


def rows_as_written(file: SourceFile, understood: Understanding, count: int) -> RowsAsWritten | None:
    """Return the first and last rows of a file as they stand in it.

    Parameters
    ----------
    file : SourceFile
        The file.
    understood : Understanding
        How it is read.
    count : int
        Rows at each end.

    Returns
    -------
    RowsAsWritten or None
        None where the file is no text.
    """
    if not understood.delimiter:
        return None
    with open_source(file) as content:
        data = head_of(content, _HEAD_BYTES)
    lines = _lines(data, understood)
    names = lines[understood.header_row - 1 : understood.header_row] if understood.header_row else []
    body = lines[understood.first_row - 1 :]
    if len(data) < _HEAD_BYTES:
        last = body[max(len(body) - count, count) :]
    else:
        body, last = body[:-1], _last_lines(file, understood, count)
    cut = _cells(names, understood)
    return RowsAsWritten(cut[0] if cut else (), _cells(body[:count], understood), _cells(last, understood))


def _last_lines(file: SourceFile, understood: Understanding, count: int) -> list[str]:
    """Return the last lines of a file that is not packed; none of a packed one."""
    if file.member or understood.encoding.lower().startswith("utf-16"):
        return []
    with file.path.open("rb") as raw:
        if raw.read(2) == GZIP_MARK:
            return []
        raw.seek(max(file.path.stat().st_size - _TAIL_BYTES, 0))
        return _lines(raw.read(), understood)[1:][-count:]


def _lines(data: bytes, understood: Understanding) -> list[str]:
    """Return lines of text without the empty one at the end."""
    text = data.decode(understood.encoding, errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")
    return text.rstrip("\n").split("\n")


def _cells(lines: Sequence[str], understood: Understanding) -> tuple[Cells, ...]:
    """Return lines cut into cells, long ones shortened."""
    rows = csv.reader(lines, delimiter=understood.delimiter)
    return tuple(tuple(cell[:_MOST_CELL] for cell in row) for row in rows)

"""Reads one CSV file."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.csv_reading import CsvReading
from l4e_widgets.core.reading.layout import Layout, find_layout
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.part import Part
from l4e_widgets.core.reading.text import detect_encoding, refuse_binary
from l4e_widgets.storage.source_bytes import head_of, open_source, text_blocks
from l4e_widgets.storage.source_files import SourceFile

__all__ = ["read_csv"]

_HEAD_BYTES = 1024 * 1024


def read_csv(source: SourceFile, options: ReadingOptions, *, progress: Callable[[float], None] | None = None) -> Part:
    """Read one CSV, plain or packed by gzip.

    Parameters
    ----------
    source : SourceFile
        The file.
    options : ReadingOptions
        Answers given in advance.
    progress : callable, optional
        Takes the share of the file that was read, 0 to 1.

    Returns
    -------
    Part
        The file as typed columns.

    Raises
    ------
    DataError
        The file cannot be understood, or nothing in it can be kept.
    """
    with open_source(source) as content:
        head = head_of(content, _HEAD_BYTES)
        if not head.strip():
            raise DataError(
                "The file is empty.", where=source.name, expected="a header and rows of data", fix="Export it again."
            )
        refuse_binary(head, where=source.name)
        encoding = options.encoding or detect_encoding(head)
        layout = find_layout(_whole_lines(head, encoding), options, where=source.name)
        size = source.size
        told = (lambda read: progress(min(1.0, read / max(size, 1)))) if progress else None
        reading, last_line = _read_blocks(content, layout, options, encoding=encoding, file=source.name, told=told)
        if not layout.decimal_seen and layout.delimiter != "," and reading.decimal_commas():
            content.seek(0)
            layout = replace(layout, decimal=",", decimal_seen=True)
            reading, last_line = _read_blocks(content, layout, options, encoding=encoding, file=source.name, told=told)
        return reading.finish(last_line)


def _whole_lines(head: bytes, encoding: str) -> str:
    try:
        "a".encode(encoding)
        text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    except LookupError as error:
        raise DataError(
            f'"{encoding}" is no text encoding.', expected="a name such as utf-8 or latin-1", fix="Correct --encoding."
        ) from error
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return text[: text.rfind("\n") + 1] if len(head) >= _HEAD_BYTES and "\n" in text else text


def _read_blocks(
    content: BinaryIO,
    layout: Layout,
    options: ReadingOptions,
    *,
    encoding: str,
    file: str,
    told: Callable[[int], None] | None,
) -> tuple[CsvReading, str | None]:
    reading = CsvReading(layout, options, file=file, encoding=encoding.removesuffix("-sig"))
    line, data = 1, b""
    for data, read in text_blocks(content, encoding):
        lines = data.count(b"\n") + (not data.endswith(b"\n"))
        skip = layout.first_row - line
        if skip < lines:
            body = data if skip <= 0 else _after_lines(data, skip)
            reading.add(body, max(line, layout.first_row))
        line += lines
        if told:
            told(read)
    cut = bool(data) and not data.endswith(b"\n")
    return reading, data.rsplit(b"\n", 1)[-1].decode("utf-8", "replace") if cut else None


def _after_lines(data: bytes, count: int) -> bytes:
    place = 0
    for _ in range(count):
        place = data.index(b"\n", place) + 1
    return data[place:]

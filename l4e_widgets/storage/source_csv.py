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
from l4e_widgets.core.reading.part import Keep, Part
from l4e_widgets.core.reading.text import detect_encoding, refuse_binary
from l4e_widgets.storage.source_bytes import head_of, open_source, text_blocks
from l4e_widgets.storage.source_files import SourceFile

__all__ = ["read_csv", "read_csv_head", "read_csv_tail"]

_HEAD_BYTES = 1024 * 1024


def read_csv(
    source: SourceFile,
    options: ReadingOptions,
    *,
    progress: Callable[[float], None] | None = None,
    keep: Keep | None = None,
) -> Part:
    """Read one CSV, plain or packed by gzip.

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
        The file cannot be understood, or nothing in it can be kept.
    """
    with open_source(source) as content:
        layout, encoding = _begin(content, source, options, _HEAD_BYTES)
        size = source.size
        shared = {"encoding": encoding, "file": source.name}
        told = (lambda read: progress(min(1.0, read / max(size, 1)))) if progress else None
        reading, last_line = _read_blocks(content, layout, options, **shared, told=told, keep=keep)
        if not layout.decimal_seen and layout.delimiter != "," and reading.decimal_commas():
            content.seek(0)
            layout = replace(layout, decimal=",", decimal_seen=True)
            reading, last_line = _read_blocks(content, layout, options, **shared, told=told, keep=keep)
        return reading.finish(last_line)


def read_csv_head(source: SourceFile, options: ReadingOptions, *, size: int) -> tuple[Part, bool]:
    """Read the beginning of a CSV.

    Parameters
    ----------
    source : SourceFile
        The file.
    options : ReadingOptions
        Answers given in advance.
    size : int
        Bytes to read; whole lines only.

    Returns
    -------
    part : Part
        The rows read.
    whole : bool
        Whether that is all of the file.

    Raises
    ------
    DataError
        The file cannot be understood, or nothing in it can be kept.
    """
    with open_source(source) as content:
        layout, encoding = _begin(content, source, options, size)
        data = head_of(content, size)
        content.seek(len(data))
        whole = not content.read(1)
        text = _whole_lines(data, encoding, 0 if not whole else len(data) + 1).encode()
        lines = text.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
        body = _after_lines(lines, layout.first_row - 1)
        reading = CsvReading(layout, options, file=source.name, encoding=encoding.removesuffix("-sig"))
        reading.add(body, layout.first_row)
        if not layout.decimal_seen and layout.delimiter != "," and reading.decimal_commas():
            layout = replace(layout, decimal=",", decimal_seen=True)
            reading = CsvReading(layout, options, file=source.name, encoding=encoding.removesuffix("-sig"))
            reading.add(body, layout.first_row)
        cut = whole and not lines.endswith(b"\n")
        part = reading.finish(lines.rsplit(b"\n", 1)[-1].decode() if cut else None)
        return part.in_component(source.component), whole


def read_csv_tail(source: SourceFile, options: ReadingOptions, *, head_size: int, size: int) -> Part:
    """Read the end of a CSV; its rows are counted from 1, because how many are above them is not known.

    Parameters
    ----------
    source : SourceFile
        A file that is not packed, and larger than both sizes.
    options : ReadingOptions
        Answers given in advance.
    head_size, size : int
        Bytes to learn the layout from at the beginning, and to read at the end.

    Returns
    -------
    Part
        The rows read.

    Raises
    ------
    DataError
        The file cannot be understood, or nothing in it can be kept.
    """
    with open_source(source) as content:
        layout, encoding = _begin(content, source, options, head_size)
        content.seek(max(0, source.size - size))
        text = content.read().decode(encoding.removesuffix("-sig"), "replace").replace("\r\n", "\n").replace("\r", "\n")
        lines = text[text.find("\n") + 1 :]
        reading = CsvReading(layout, options, file=source.name, encoding=encoding.removesuffix("-sig"))
        reading.add(lines.encode(), 1)
        part = reading.finish(None if lines.endswith("\n") else lines.rsplit("\n", 1)[-1])
        return part.in_component(source.component)


def _begin(content: BinaryIO, source: SourceFile, options: ReadingOptions, size: int) -> tuple[Layout, str]:
    """Layout and encoding of a file by its beginning."""
    head = head_of(content, size)
    if not head.strip():
        raise DataError(
            "The file is empty.", where=source.name, expected="a header and rows of data", fix="Export it again."
        )
    refuse_binary(head, where=source.name)
    encoding = options.encoding or detect_encoding(head)
    lines = _whole_lines(head, encoding, size).replace("\x00", "\ufffd")
    return find_layout(lines, options, where=source.name), encoding


def _whole_lines(head: bytes, encoding: str, size: int = 0) -> str:
    try:
        "a".encode(encoding)
        text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    except LookupError as error:
        raise DataError(
            f'"{encoding}" is no text encoding.', expected="a name such as utf-8 or latin-1", fix="Correct --encoding."
        ) from error
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return text[: text.rfind("\n") + 1] if len(head) >= size and "\n" in text else text


def _read_blocks(
    content: BinaryIO,
    layout: Layout,
    options: ReadingOptions,
    *,
    encoding: str,
    file: str,
    told: Callable[[int], None] | None,
    keep: Keep | None,
) -> tuple[CsvReading, str | None]:
    reading = CsvReading(layout, options, file=file, encoding=encoding.removesuffix("-sig"), keep=keep)
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

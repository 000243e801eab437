"""Reads a file of labels: start and end of each known trouble, one a line, without a header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.date_order import ORDERS, parse_deciding_order
from l4e_widgets.core.reading.text import detect_encoding, refuse_binary
from l4e_widgets.core.reading.times import (
    NO_TIME,
    NUMBER_FORMATS,
    ParsedTimes,
    epoch_unit,
    parse_epoch,
    parse_with_order,
    parse_with_pattern,
)
from l4e_widgets.core.times import TimeRange, range_text
from l4e_widgets.storage.source_bytes import head_of, open_source

__all__ = ["LabelLine", "LabelsRead", "label_lines", "read_labels"]

_MOST_BYTES = 20_000_000
_NAMES = re.compile(r"start|begin|from|von|end|stop|to\b|bis", re.IGNORECASE)
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class LabelsRead:
    """Labels of a file.

    Parameters
    ----------
    ranges : tuple of TimeRange
        Sorted by start; none overlaps another.
    notices : tuple of str
        Sentences on what was merged or passed over.
    """

    ranges: tuple[TimeRange, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelLine:
    """One line of a file of labels.

    Parameters
    ----------
    number : int
        Its place in the file, from 1.
    text : str
        What stands there.
    span : TimeRange or None
        Its stretch; None where it cannot be read.
    problem : str
        Why it cannot be read; empty where it can.
    """

    number: int
    text: str
    span: TimeRange | None = None
    problem: str = ""


def label_lines(content: bytes, name: str, *, timestamp_format: str | None = None) -> tuple[LabelLine, ...]:
    """Lines of a file of labels, the bad ones with their reason.

    Parameters
    ----------
    content : bytes
        The file; a header is tolerated, further columns are passed over.
    name : str
        Its name, for sentences.
    timestamp_format : str, optional
        A strptime pattern, ``day-first``, ``month-first`` or an epoch unit; found out where None.

    Returns
    -------
    tuple of LabelLine
        In the order of the file.

    Raises
    ------
    DataError
        The file holds no labels, or its times can be read in two ways.
    """
    rows = _rows(content, name)
    if rows and _is_header(rows[0][1], timestamp_format):
        if len(rows) == 1 and not _NAMES.search(" ".join(rows[0][1][:2])):
            number, words = rows[0]
            return (LabelLine(number, ",".join(words), problem=f'The start "{words[0][:40]}" is not a time.'),)
        rows = rows[1:]
    if not rows:
        raise DataError("The file holds no labels.", where=name, expected="lines of start,end", fix="Fill it.")
    lines = {
        number: LabelLine(number, ",".join(cells), problem=f"The line has {len(cells)} cell.")
        for number, cells in rows
        if len(cells) < 2
    }
    whole = [(number, cells) for number, cells in rows if len(cells) >= 2]
    numbers = np.array([number for number, _ in whole for _ in range(2)], dtype=np.int64)
    cells = pl.Series([cell for _, row in whole for cell in row[:2]], dtype=pl.String)
    ns = _parse(cells, numbers, timestamp_format, where=name).ns.reshape(-1, 2)
    for (number, row), (start, end) in zip(whole, ns.tolist(), strict=True):
        text = ",".join(row[:2])
        if NO_TIME in (start, end):
            column, cell = ("start", row[0]) if start == NO_TIME else ("end", row[1])
            lines[number] = LabelLine(number, text, problem=f'The {column} "{cell}" is not a time.')
        elif end <= start:
            lines[number] = LabelLine(number, text, problem="The end is not after the start.")
        else:
            lines[number] = LabelLine(number, text, span=TimeRange(start, end))
    return tuple(lines[number] for number in sorted(lines))


def read_labels(path: Path, *, timestamp_format: str | None = None) -> LabelsRead:
    """Labels from a CSV of start and end.

    Parameters
    ----------
    path : Path
        The file; a header is tolerated, further columns are passed over.
    timestamp_format : str, optional
        A strptime pattern, ``day-first``, ``month-first`` or an epoch unit; found out where None.

    Returns
    -------
    LabelsRead
        The ranges, overlapping ones merged.

    Raises
    ------
    NotFound
        There is no such file.
    DataError
        A line has no two times, or an end that is not after its start; the first such line is named, the number of
        others is told.
    """
    with open_source(path) as content:
        data = head_of(content, _MOST_BYTES)
    lines = label_lines(data, path.name, timestamp_format=timestamp_format)
    problems = [(line.number, line.problem, line.text) for line in lines if line.span is None]
    if problems:
        raise _refusal(problems, path.name)
    return _merged([line.span for line in lines if line.span is not None], path.name)


def _rows(data: bytes, name: str) -> list[tuple[int, list[str]]]:
    refuse_binary(data, where=name)
    text = data.decode(detect_encoding(data), "replace").replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    rows = []
    for row in reader:
        cells = [cell.strip(" \t\r\"'\ufeff") for cell in row]
        if any(cells):
            rows.append((reader.line_num, cells))
    return rows


def _is_header(cells: Sequence[str], timestamp_format: str | None) -> bool:
    """Tell whether no cell of the first line holds a digit, as names do and times do not."""
    return timestamp_format is None and not any(character.isdigit() for cell in cells[:2] for character in cell)


def _parse(cells: pl.Series, lines: np.ndarray, wanted: str | None, *, where: str) -> ParsedTimes:
    if wanted in NUMBER_FORMATS:
        return parse_epoch(cells, str(wanted))
    if wanted in ORDERS:
        return parse_with_order(cells, str(wanted))
    if wanted:
        return parse_with_pattern(cells, wanted)
    numbers = cells.cast(pl.Float64, strict=False)
    unit = epoch_unit(numbers)
    if unit and not numbers.null_count():
        return parse_epoch(cells, unit)
    return parse_deciding_order(cells, where=where, rows=lines)


def _refusal(problems: Sequence[tuple[int, str, str]], file: str) -> DataError:
    line, what, text = problems[0]
    others = len(problems) - 1
    more = f" (and {others} more such line{'s' if others > 1 else ''})" if others else ""
    return DataError(
        what + more,
        where=f"{file}, row {line}",
        got=f'"{text[:80]}"',
        expected="start,end such as 2024-03-01 10:00:00,2024-03-01 12:30:00",
        fix="Correct the line or remove it.",
    )


def _merged(ranges: Sequence[TimeRange], file: str) -> LabelsRead:
    merged: list[TimeRange] = []
    notices = []
    for span in sorted(ranges):
        if merged and span.start < merged[-1].end:
            joined = TimeRange(merged[-1].start, max(merged[-1].end, span.end))
            notices.append(
                f"{file}: the labels {range_text(merged[-1])} and {range_text(span)} overlap and were merged."
            )
            merged[-1] = joined
        else:
            merged.append(span)
    return LabelsRead(tuple(merged), tuple(notices))

"""A look at files before anything is stored: first and last rows, and what was understood, at once at any size."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.questions import Question
from l4e_widgets.core.reading.combine import combine_parts
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.part import Part
from l4e_widgets.core.reading.report import CellLoss, ReadingReport, SetAside
from l4e_widgets.core.reading.understanding import Understanding
from l4e_widgets.core.sampling import median_step_s
from l4e_widgets.storage.source_bytes import GZIP_MARK, head_of, open_source
from l4e_widgets.storage.source_csv import read_csv_head, read_csv_tail
from l4e_widgets.storage.source_files import SourceFile, find_files
from l4e_widgets.storage.source_parquet import read_table
from l4e_widgets.storage.sources import PARQUET_MARK, columns_not_found, read_file

__all__ = ["FilePreview", "Preview", "parquet_head", "preview", "with_questions"]

Found = TypeVar("Found")

HEAD_BYTES = 1024 * 1024
TAIL_BYTES = 256 * 1024
_MOST_FILES = 8
_PARQUET_ROWS = 5_000


@dataclass(frozen=True, kw_only=True)
class FilePreview:
    """One file before it is stored.

    Parameters
    ----------
    name : str
        Name of the file.
    size : int
        Its bytes.
    whole : bool
        Whether the counts are over the whole file, or over its first megabyte only.
    first : SensorFrame
        First rows in order of time.
    last : SensorFrame or None
        Last rows; None where they cannot be reached at once, as in a packed file.
    report : ReadingReport
        What was understood, kept, set aside and lost in the part that was read.
    questions : tuple of Question
        What has to be answered before the file can be stored; while one is open, its first reading is shown.
    """

    name: str
    size: int
    whole: bool
    first: SensorFrame
    last: SensorFrame | None
    report: ReadingReport
    questions: tuple[Question, ...] = ()

    @property
    def understanding(self) -> Understanding:
        """How the file was read."""
        return self.report.understanding

    def to_dict(self) -> dict[str, Any]:
        """Return what was understood as plain JSON values, under the names that options have."""
        understood = self.understanding
        return {
            "file": self.name,
            "whole_file": self.whole,
            "encoding": understood.encoding,
            "delimiter": understood.delimiter,
            "decimal": understood.decimal,
            "thousands": understood.thousands,
            "header_row": understood.header_row,
            "timestamp_column": understood.timestamp_column,
            "time_column": understood.time_column,
            "timestamp_format": understood.timestamp_format,
            "time_zone": understood.zone,
            "sampling_rate_seconds": median_step_s(self.first.timestamps) if len(self.first) > 1 else None,
            "sensors": [{"name": sensor.name, "unit": sensor.unit} for sensor in self.first.sensors],
            "columns_set_aside": [{"name": c.name, "reason": c.reason} for c in understood.columns_set_aside],
            "rows_in": self.report.rows_read,
            "rows_kept": self.report.rows_kept,
            "rows_set_aside": [{"reason": entry.reason, **_counted(entry)} for entry in self.report.set_aside],
            "cells_set_missing": [{"sensor": entry.sensor, **_counted(entry)} for entry in self.report.cells_lost],
            "questions": [
                {
                    "about": question.about,
                    "where": question.where,
                    "option": question.option,
                    "readings": [
                        {"value": r.value, "cells": dict(zip(question.cells, r.meanings, strict=True))}
                        for r in question.readings
                    ],
                }
                for question in self.questions
            ],
        }


def _counted(entry: SetAside | CellLoss) -> dict[str, Any]:
    examples = [{"file": e.file, "row": e.row, "text": e.text} for e in entry.examples]
    return {"count": entry.count, "examples": examples}


@dataclass(frozen=True)
class Preview:
    """Files before they are stored.

    Parameters
    ----------
    files : tuple of FilePreview
        The first files, at most eight.
    n_files : int
        How many there are.
    notices : tuple of str
        Sentences on files that were passed over.
    """

    files: tuple[FilePreview, ...]
    n_files: int
    notices: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """What has to be answered before anything can be stored, of all files."""
        return tuple(question for file in self.files for question in file.questions)


def preview(paths: Sequence[Path], options: ReadingOptions | None = None, *, rows: int = 20) -> Preview:
    """Look at files: first and last rows and what was understood, at once whatever their size.

    Parameters
    ----------
    paths : sequence of Path
        Files, folders and zip archives.
    options : ReadingOptions, optional
        Answers given in advance.
    rows : int
        Rows at each end.

    Returns
    -------
    Preview
        What was understood.

    Raises
    ------
    NotFound
        A file is not there.
    DataError
        A file cannot be understood, other than for an open question.
    """
    chosen = options or ReadingOptions()
    files, passed = find_files([Path(path) for path in paths])
    if not files:
        raise DataError("No file was given.", expected="at least one CSV or Parquet file", fix="Name a file.")
    return Preview(tuple(_look(file, chosen, rows) for file in files[:_MOST_FILES]), len(files), passed)


def _look(file: SourceFile, options: ReadingOptions, rows: int) -> FilePreview:
    (head, tail, whole), questions = with_questions(file, options, lambda said: _ends(file, said))
    data = combine_parts([head], notices=columns_not_found([head], options))
    last = combine_parts([tail]).frame if tail else data.frame if whole else None
    return FilePreview(
        name=file.name,
        size=file.size,
        whole=whole,
        first=_rows(data.frame, slice(0, rows)),
        last=_rows(last, slice(-rows, None)) if last is not None else None,
        report=data.report,
        questions=questions,
    )


def with_questions(
    file: SourceFile, options: ReadingOptions, read: Callable[[ReadingOptions], Found]
) -> tuple[Found, tuple[Question, ...]]:
    """Read a file as if every question it leaves open were answered by its first reading.

    Parameters
    ----------
    file : SourceFile
        The file.
    options : ReadingOptions
        Answers given in advance.
    read : callable
        Reads the file under some options.

    Returns
    -------
    found : object
        What `read` gave.
    questions : tuple of Question
        The open questions, in the order they came up.

    Raises
    ------
    DataError
        The file cannot be understood, other than for an open question.
    """
    questions: list[Question] = []
    for _ in range(3):
        try:
            return read(options), tuple(questions)
        except DataError as error:
            if error.question is None:
                raise
            decided = _decided_by_tail(file, options)
            if decided is None:
                questions.append(error.question)
                decided = error.question.readings[0].value
            answer: dict[str, Any] = {error.question.option: decided}
            options = replace(options, **answer)
    return read(options), tuple(questions)


def _ends(file: SourceFile, options: ReadingOptions) -> tuple[Part, Part | None, bool]:
    """Beginning and end of a file, and whether the beginning is all of it."""
    with open_source(file) as content:
        if head_of(content, 4) == PARQUET_MARK:
            return _parquet_ends(file, options)
    with file.path.open("rb") as raw:
        packed = bool(file.member) or raw.read(2) == GZIP_MARK
    if file.size <= 2 * HEAD_BYTES and not packed:
        return read_file(file, options), None, True
    head, whole = read_csv_head(file, options, size=HEAD_BYTES)
    if whole or packed:
        return head, None, whole
    return head, _tail(file, options, head.understanding), False


def _tail(file: SourceFile, options: ReadingOptions, understood: Understanding) -> Part | None:
    if codecs.lookup(understood.encoding).name.startswith("utf-16"):
        return None
    known = ReadingOptions.from_understanding(understood, ignore=options.ignore)
    try:
        return read_csv_tail(file, known, head_size=HEAD_BYTES, size=TAIL_BYTES)
    except DataError:
        return None


def _decided_by_tail(file: SourceFile, options: ReadingOptions) -> str | None:
    """Order of the date that the last rows of a large file allow alone, where the first allow several."""
    if file.size <= 2 * HEAD_BYTES or file.member or options.timestamp_format:
        return None
    try:
        tail = read_csv_tail(file, options, head_size=HEAD_BYTES, size=TAIL_BYTES)
    except DataError:
        return None
    return ReadingOptions.from_understanding(tail.understanding).timestamp_format


def _parquet_ends(file: SourceFile, options: ReadingOptions) -> tuple[Part, Part | None, bool]:
    try:
        with open_source(file) as content:
            table = pl.scan_parquet(content.read() if file.member else file.path)
            n_rows = int(table.select(pl.len()).collect().item())
            head = table.head(_PARQUET_ROWS).collect()
            tail = table.tail(200).collect() if n_rows > _PARQUET_ROWS else None
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError("The Parquet file is damaged.", where=file.name, fix="Write or copy it again.") from error
    first = read_table(head, options, file=file.name, encoding="parquet").in_component(file.component)
    last = read_table(tail, options, file=file.name, encoding="parquet") if tail is not None else None
    return first, last.in_component(file.component) if last else None, tail is None


def parquet_head(file: SourceFile, options: ReadingOptions) -> tuple[Part, bool]:
    """Read the first rows of a Parquet file.

    Parameters
    ----------
    file : SourceFile
        The file.
    options : ReadingOptions
        Answers given in advance.

    Returns
    -------
    part : Part
        The rows.
    whole : bool
        Whether that is all of the file.

    Raises
    ------
    DataError
        The file is damaged or cannot be understood.
    """
    head, _, whole = _parquet_ends(file, options)
    return head, whole


def _rows(frame: SensorFrame, rows: slice) -> SensorFrame:
    return SensorFrame(frame.timestamps[rows], frame.values[rows], frame.sensors)

"""Files read for their understanding alone: every count over the whole of them up to 64 MB, and nothing stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.byte_sizes import size_text
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.questions import Question
from l4e_widgets.core.reading.combine import combine_parts
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.part import Part
from l4e_widgets.core.reading.report import CellLoss, ReadingReport, SetAside
from l4e_widgets.core.sampling import median_step_s
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import NS_PER_SECOND
from l4e_widgets.storage.source_bytes import head_of, open_source
from l4e_widgets.storage.source_csv import read_csv_head
from l4e_widgets.storage.source_files import SourceFile, find_files
from l4e_widgets.storage.source_preview import parquet_head, with_questions
from l4e_widgets.storage.sources import PARQUET_MARK, columns_not_found, read_file

__all__ = ["Inspection", "inspect_sources"]

MOST_BYTES = 64 * 1024 * 1024
_LEAST_BYTES = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What was understood of some files.

    Parameters
    ----------
    report : ReadingReport
        What was understood, kept, set aside and lost.
    sensors : tuple of Sensor
        The sensors found.
    sampling_rate_s : float or None
        Usual step from row to row in seconds; None where there is one row only.
    questions : tuple of Question
        What has to be answered before anything can be stored; while one is open, its first reading is shown.
    counted_over : str
        The part that was read, in words; empty where it was everything.
    missing_share : float
        Share of values that are missing in the part that was read, 0 to 1.
    longest_gap_s : float
        Longest step from row to row in seconds.
    """

    report: ReadingReport
    sensors: tuple[Sensor, ...]
    sampling_rate_s: float | None
    questions: tuple[Question, ...] = ()
    counted_over: str = ""
    missing_share: float = 0.0
    longest_gap_s: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return what was understood as plain JSON values, under the names that options have."""
        understood = self.report.understanding
        aside = {c.name: c.reason for file in self.report.files for c in file.understanding.columns_set_aside}
        told = {
            "encoding": understood.encoding,
            "delimiter": understood.delimiter,
            "decimal": understood.decimal,
            "header_row": understood.header_row,
            "timestamp_column": understood.timestamp_column,
            "timestamp_format": understood.timestamp_format.replace("%.f", ".%f").replace("%#z", "%z"),
            "time_zone": understood.zone,
            "sampling_rate_seconds": self.sampling_rate_s,
            "sensors": [{"name": sensor.name, "unit": sensor.unit} for sensor in self.sensors],
            "columns_set_aside": [{"name": name, "reason": reason} for name, reason in aside.items()],
            "rows_in": self.report.rows_read,
            "rows_kept": self.report.rows_kept,
            "rows_set_aside": [{"reason": entry.reason, **_counted(entry)} for entry in self.report.set_aside],
            "cells_set_missing": [{"sensor": entry.sensor, **_counted(entry)} for entry in self.report.cells_lost],
            "questions": [_asked(question) for question in self.questions],
        }
        return {**told, "counted_over": self.counted_over} if self.counted_over else told


def _counted(entry: SetAside | CellLoss) -> dict[str, Any]:
    examples = [{"file": e.file, "row": e.row, "text": e.text} for e in entry.examples]
    return {"count": entry.count, "examples": examples}


def _asked(question: Question) -> dict[str, Any]:
    readings = [
        {"value": reading.value, "cells": dict(zip(question.cells, reading.meanings, strict=True))}
        for reading in question.readings
    ]
    where = f"{question.where}: " if question.where else ""
    return {"about": f"{where}{question.about} Answer with {question.argument}.", "readings": readings}


def inspect_sources(paths: Sequence[Path], options: ReadingOptions | None = None) -> Inspection:
    """Read files for their understanding and quality; nothing is stored.

    Parameters
    ----------
    paths : sequence of Path
        Files, folders and zip archives; above 64 MB the beginning of each file is read.
    options : ReadingOptions, optional
        Answers given in advance.

    Returns
    -------
    Inspection
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
    total = sum(file.size for file in files)
    share = max(MOST_BYTES // len(files), _LEAST_BYTES)
    parts: list[Part] = []
    questions: list[Question] = []
    cut = 0
    for file in files:
        limit = max(share, file.size if total <= MOST_BYTES else 0)
        (part, whole), asked = with_questions(file, chosen, partial(_part, file, limit))
        parts.append(part)
        questions.extend(asked)
        cut += not whole
    data = combine_parts(parts, notices=(*passed, *columns_not_found(parts, chosen)))
    step = next((median_step_s(frame.timestamps) for frame in data.frames() if len(frame) > 1), None)
    steps = [int(np.diff(frame.timestamps).max()) for frame in data.frames() if len(frame) > 1]
    over = ""
    if cut:
        over = f"the beginning of {cut} of {len(files)} files" if len(files) > 1 else "the beginning of the file"
        over = f"{over}, at most {size_text(MOST_BYTES)} in all (on disk: {size_text(total)})"
    return Inspection(
        report=data.report,
        sensors=data.frame.sensors,
        sampling_rate_s=step,
        questions=tuple(questions),
        counted_over=over,
        missing_share=_missing_share([frame.values for frame in data.frames()]),
        longest_gap_s=max(steps, default=0) / NS_PER_SECOND,
    )


def _missing_share(blocks: Sequence[npt.NDArray[np.floating]]) -> float:
    """Return the share of values that are missing, each clock counted by its own rows."""
    total = sum(block.size for block in blocks)
    return sum(int(np.isnan(block).sum()) for block in blocks) / total if total else 0.0


def _part(file: SourceFile, limit: int, options: ReadingOptions) -> tuple[Part, bool]:
    """Return a file, or its beginning where it is longer than the limit, and whether it is all of it."""
    with open_source(file) as content:
        parquet = head_of(content, 4) == PARQUET_MARK
        long = file.size > limit if parquet else len(head_of(content, limit + 1)) > limit
    if not long:
        return read_file(file, options), True
    return parquet_head(file, options) if parquet else read_csv_head(file, options, size=limit)

"""A look at files for a page: what was understood, rows as written and as read, and what speaks for which answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.questions import Question
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.times import NS_PER_SECOND, duration_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record
from l4e_widgets.services.reading_again import read_as_before
from l4e_widgets.services.sources import existing_files
from l4e_widgets.storage.source_files import SourceFile, find_files
from l4e_widgets.storage.source_inspection import Inspection, inspect_sources
from l4e_widgets.storage.source_preview import FilePreview, preview
from l4e_widgets.storage.source_rows import RowsAsWritten, rows_as_written

__all__ = ["AnswerTried", "Asked", "SourceLook", "look_at_sources"]

ROWS_SHOWN = 4
_ROWS_TRIED = 20_000


@dataclass(frozen=True, kw_only=True)
class AnswerTried:
    """What the rows are like when a question is answered in one way.

    Parameters
    ----------
    value : str
        The answer.
    step_s : float or None
        Usual step from row to row in seconds; None where nothing can be said.
    jumps : int
        Steps that are longer than five usual ones or lead backwards.
    longest_s : float
        Longest such step in seconds.
    """

    value: str
    step_s: float | None
    jumps: int = 0
    longest_s: float = 0.0

    @property
    def sentence(self) -> str:
        """What speaks for or against the answer."""
        if self.step_s is None:
            return "nothing can be read this way"
        if not self.jumps:
            return f"one row every {duration_text(self.step_s)}, no gap"
        count = "1 jump" if self.jumps == 1 else f"{self.jumps} jumps"
        return f"{count}, the longest {duration_text(self.longest_s)}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question of the reader with what was tried.

    Parameters
    ----------
    question : Question
        The question.
    tried : tuple of AnswerTried
        Each answer, the likeliest last.
    """

    question: Question
    tried: tuple[AnswerTried, ...]

    @property
    def likeliest(self) -> str:
        """Value of the answer with the fewest jumps and the shortest steps; empty where answers are equally likely."""
        if len(self.tried) > 1 and _weight(self.tried[-1]) == _weight(self.tried[-2]):
            return ""
        return self.tried[-1].value if self.tried else ""


@dataclass(frozen=True, kw_only=True)
class SourceLook:
    """What a page shows of files before they are stored.

    Parameters
    ----------
    inspection : Inspection
        What was understood, kept, set aside and lost.
    first : FilePreview
        First and last rows of the first file, as they are understood.
    written : RowsAsWritten or None
        The same rows as they stand in the file; None where it is no text.
    n_files : int
        How many files there are.
    asked : tuple of Asked
        What has to be answered before anything can be stored.
    options : ReadingOptions
        What was known of the files; with it they are to be stored.
    """

    inspection: Inspection
    first: FilePreview
    written: RowsAsWritten | None
    n_files: int
    asked: tuple[Asked, ...]
    options: ReadingOptions


def look_at_sources(
    context: Context,
    sources: Sequence[str | Path],
    *,
    options: ReadingOptions | None = None,
    project: str = "",
) -> SourceLook:
    """Look at files before anything of them is stored.

    Parameters
    ----------
    context : Context
        The workspace.
    sources : sequence of str or Path
        Paths, or ``inbox:`` and the id of a finished upload.
    options : ReadingOptions, optional
        What is known of the files.
    project : str
        Project that they are to be added to, whose understanding holds where nothing else is said; empty for a new one.

    Returns
    -------
    SourceLook
        What was understood.

    Raises
    ------
    NotFound
        A file or the project is not there.
    UsageError
        No file was given.
    DataError
        A file cannot be understood, other than for an open question.
    """
    paths = existing_files(context, list(sources))
    known = options or ReadingOptions()
    if project:
        known = read_as_before(ReadingReport.from_dict(dataset_record(context, project).reading), paths, known)
    seen = preview(paths, known, rows=ROWS_SHOWN)
    files, _ = find_files(paths)
    inspection = inspect_sources(paths, known)
    first = seen.files[0]
    return SourceLook(
        inspection=inspection,
        first=first,
        written=rows_as_written(files[0], first.understanding, ROWS_SHOWN),
        n_files=seen.n_files,
        asked=_asked(inspection.questions, files, known),
        options=known,
    )


def _asked(questions: Sequence[Question], files: Sequence[SourceFile], options: ReadingOptions) -> tuple[Asked, ...]:
    """Return each question once, with its answers tried on the file that asks it."""
    found: dict[str, Asked] = {}
    for question in questions:
        if question.option in found:
            continue
        file = next((one for one in files if question.where.startswith(one.name)), files[0])
        tried = [_tried(file, options, question.option, reading.value) for reading in question.readings]
        tried.sort(key=_weight, reverse=True)
        found[question.option] = Asked(question=question, tried=tuple(tried))
    return tuple(found.values())


def _tried(file: SourceFile, options: ReadingOptions, option: str, value: str) -> AnswerTried:
    """Read the beginning of a file under one answer and look at the steps of its times."""
    said: dict[str, Any] = {option: value}
    try:
        rows = preview([file.path], replace(options, **said), rows=_ROWS_TRIED).files[0].first
    except DataError:
        return AnswerTried(value=value, step_s=None)
    steps = np.diff(rows.timestamps)
    if not len(steps):
        return AnswerTried(value=value, step_s=None)
    usual = float(np.median(steps))
    jumps = steps[steps > 5 * usual]
    return AnswerTried(
        value=value,
        step_s=usual / NS_PER_SECOND,
        jumps=len(jumps),
        longest_s=float(jumps.max()) / NS_PER_SECOND if len(jumps) else 0.0,
    )


def _weight(tried: AnswerTried) -> tuple[int, float, float]:
    """Return what speaks against an answer: jumps, then rows far apart; less is likelier."""
    if tried.step_s is None:
        return (2**31, 0.0, 0.0)
    return (tried.jumps, tried.longest_s, tried.step_s)

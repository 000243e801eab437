"""Later files of a project read as its first ones were, so that no question is asked twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.date_order import ORDERS
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.reading.understanding import IGNORED
from l4e_widgets.storage.source_preview import Preview, preview

__all__ = ["read_as_before"]

_OF_ANY_FORM = ("time_zone", "missing_words", "ignore")


def read_as_before(report: ReadingReport, paths: Sequence[Path], options: ReadingOptions) -> ReadingOptions:
    """Options for more files of a project, by the understanding of those it has.

    A file of another form, for example Parquet after CSV, keeps of it only the order of day and month, the zone, the
    words for missing values and the columns to ignore.

    Parameters
    ----------
    report : ReadingReport
        What came of the files that the project has.
    paths : sequence of Path
        The files to add; none for a table from memory, whose times are read as they are.
    options : ReadingOptions
        What the user says of them; it wins.

    Returns
    -------
    ReadingOptions
        Everything known.
    """
    if not paths or not report.files:
        return options
    written = [file.understanding for file in report.files if file.understanding.delimiter]
    base = ReadingOptions.from_understanding(written[-1] if written else report.files[-1].understanding)
    default = ReadingOptions()
    said = {name: getattr(options, name) for name in ReadingOptions.__dataclass_fields__}
    said = {name: value for name, value in said.items() if value != getattr(default, name)}
    known = {name: getattr(base, name) for name in ReadingOptions.__dataclass_fields__}
    light = {name: known[name] for name in _OF_ANY_FORM}
    if base.timestamp_format in ORDERS:
        light["timestamp_format"] = base.timestamp_format
    for chosen in ({**known, **said}, {**light, **said}):
        found, seen = _tried(paths, chosen)
        if found is not None and seen is not None:
            return found if "ignore" in said else replace(found, ignore=_ignored(seen))
    return options


def _tried(paths: Sequence[Path], chosen: dict[str, Any]) -> tuple[ReadingOptions | None, Preview | None]:
    try:
        found = ReadingOptions(**chosen)
        return found, preview(paths, found)
    except DataError:
        return None, None


def _ignored(seen: Preview) -> tuple[str, ...]:
    """Return the columns to ignore that the files do have."""
    aside = (column for file in seen.files for column in file.understanding.columns_set_aside)
    return tuple(dict.fromkeys(column.name for column in aside if column.reason == IGNORED))

"""What files hold and how they are understood, before anything of them is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from l4e_widgets.core.errors import NotFound, UsageError
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import number_text
from l4e_widgets.services.showing import Shown
from l4e_widgets.storage.source_inspection import Inspection, inspect_sources

__all__ = ["ShownInspection", "inspect", "reading_options"]

_SENSORS_SHOWN = 12


@dataclass(frozen=True, repr=False)
class ShownInspection(Shown, Inspection):
    """What was understood of some files; it shows itself in sentences."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What people should know, the open questions first."""
        asked = [f"To be answered: {q.about} {q.shown}. Say it with {q.argument}." for q in self.questions]
        names = [f"{s.name} [{s.unit}]" if s.unit and f"[{s.unit}]" not in s.name else s.name for s in self.sensors]
        hidden = len(names) - _SENSORS_SHOWN
        more = f" and {number_text(hidden)} more" if hidden > 0 else ""
        told = [f"Sensors: {', '.join(names[:_SENSORS_SHOWN])}{more}."]
        if self.sampling_rate_s is not None:
            told.append(f"Usual step from row to row: {self.sampling_rate_s:g} s.")
        told.append(
            f"Rows in {number_text(self.report.rows_read)}, kept {number_text(self.report.rows_kept)}, "
            f"set aside {number_text(self.report.rows_read - self.report.rows_kept)}."
        )
        part = [f"All counts are over {self.counted_over}."] if self.counted_over else []
        return (*asked, *self.report.sentences(), *told, *part)

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        return tuple((str(number), sentence) for number, sentence in enumerate(self.sentences, start=1))


def inspect(
    data: str | Path | Sequence[str | Path], *, options: ReadingOptions | None = None, **reading: Any
) -> ShownInspection:
    """Understand files and preview their quality; nothing is stored.

    Parameters
    ----------
    data : path or sequence of paths
        CSV (plain, gzip), Parquet, zip archives, folders of components; of over 64 MB the beginning is read.
    options : ReadingOptions, optional
        What is known of the files.
    **reading : object
        Fields of the options by name, for example ``timestamp_format="day-first"``.

    Returns
    -------
    ShownInspection
        What was understood, kept, set aside and lost, and the open questions.

    Raises
    ------
    NotFound
        A file is not there.
    UsageError
        An option is unknown or cannot be meant.
    DataError
        A file cannot be understood, other than for an open question.
    """
    given = [data] if isinstance(data, (str, Path)) else list(data)
    paths = [Path(path).expanduser() for path in given]
    for path in paths:
        if not path.exists():
            raise NotFound("There is no such file.", where=str(path), fix="Check the path and its spelling.")
    found = inspect_sources(paths, reading_options(options, reading))
    return ShownInspection(**{field.name: getattr(found, field.name) for field in fields(found)})


def reading_options(options: ReadingOptions | None, reading: dict[str, Any]) -> ReadingOptions:
    """Options with single fields said otherwise.

    Parameters
    ----------
    options : ReadingOptions or None
        What is known of the files.
    reading : dict
        Fields by name; a single word stands for a tuple of one where several are allowed.

    Returns
    -------
    ReadingOptions
        Both together.

    Raises
    ------
    UsageError
        An option is unknown or cannot be meant.
    """
    names = ReadingOptions.__dataclass_fields__
    unknown = next((name for name in reading if name not in names), None)
    if unknown is not None:
        raise UsageError(
            f'There is no option called "{unknown}" for reading files.',
            expected=", ".join(names),
            fix="Correct its name.",
        )
    base = options or ReadingOptions()
    said = {name: getattr(base, name) for name in names} | reading
    for name in ("ignore", "missing_words"):
        said[name] = (said[name],) if isinstance(said[name], str) else tuple(said[name])
    return ReadingOptions(**said)

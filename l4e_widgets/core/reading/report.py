"""What came of reading: rows kept and set aside, cells lost, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from l4e_widgets.core.reading.understanding import Understanding
from l4e_widgets.core.times import minute_text

__all__ = ["CellLoss", "Example", "FileRead", "ReadingReport", "SetAside"]

REASONS = {
    "wrong_width": ("has the wrong number of cells", "have the wrong number of cells"),
    "impossible_time": ("has an impossible time", "have an impossible time"),
    "skipped_hour": (
        "has an hour that the clock skipped when it was put forward",
        "have an hour that the clock skipped when it was put forward",
    ),
    "comment": ("is a comment", "are comments"),
    "no_sensor": ("names no sensor", "name no sensor"),
    "no_time": ("has no time", "have no time"),
    "repeated_header": ("repeats the header", "repeat the header"),
    "duplicate_timestamp": (
        "has a time that a later row has again (the last one is kept)",
        "have a time that a later row has again (the last one is kept)",
    ),
    "truncated_last_line": ("is cut off at the end of the file", "are cut off at the end of the file"),
    "zero_byte": ("holds a byte of zero, which no text has", "hold a byte of zero, which no text has"),
    "open_quote": ("has a quote that does not close", "have a quote that does not close"),
}
"""Every reason a row is set aside for, in words for one row and for several."""


NOT_THERE = "There is no column "
"""How a sentence begins on a column that was named and is not there."""


@dataclass(frozen=True)
class Example:
    """One place in a file.

    Parameters
    ----------
    file : str
        Name of the file.
    row : int
        Line in the file, from 1.
    text : str
        What stands there, shortened.
    """

    file: str
    row: int
    text: str


@dataclass(frozen=True)
class SetAside:
    """Rows set aside for one reason.

    Parameters
    ----------
    reason : str
        One of the keys of `REASONS`.
    count : int
        How many rows.
    examples : tuple of Example
        The first of them, at most three.
    """

    reason: str
    count: int
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class CellLoss:
    """Cells of one sensor that were no numbers and became missing.

    Parameters
    ----------
    sensor : str
        Name of the sensor.
    count : int
        How many cells.
    examples : tuple of Example
        The first of them, at most three.
    """

    sensor: str
    count: int
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class FileRead:
    """One file that was read.

    Parameters
    ----------
    name : str
        Name of the file.
    rows_read, rows_kept : int
        Rows of data found in it, and those that are in the frame.
    understanding : Understanding
        How it was read.
    """

    name: str
    rows_read: int
    rows_kept: int
    understanding: Understanding


@dataclass(frozen=True, kw_only=True)
class ReadingReport:
    """Everything a reading has to tell.

    Parameters
    ----------
    files : tuple of FileRead
        The files in the order given.
    rows_read : int
        Rows of data in all files; each is either kept or set aside.
    rows_kept : int
        Rows of data that are in the frame. Files joined by time share a row of the frame.
    n_rows : int
        Rows of the frame.
    n_sensors : int
        Sensors of the frame.
    start_ns, end_ns : int
        First and last timestamp of the frame, nanoseconds UTC.
    set_aside : tuple of SetAside
        Rows set aside, by reason.
    cells_lost : tuple of CellLoss
        Cells that were no numbers, by sensor.
    rows_out_of_order : int
        Rows whose time was before that of the row above; they were sorted in.
    categories : mapping of str to tuple of str
        Words of each sensor that holds words; the value of a word is its place from 0.
    notices : tuple of str
        Further sentences worth reading.
    """

    files: tuple[FileRead, ...]
    rows_read: int
    rows_kept: int
    n_rows: int
    n_sensors: int
    start_ns: int
    end_ns: int
    set_aside: tuple[SetAside, ...] = ()
    cells_lost: tuple[CellLoss, ...] = ()
    rows_out_of_order: int = 0
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def understanding(self) -> Understanding:
        """How the first file was read."""
        return self.files[0].understanding

    def count(self, reason: str) -> int:
        """Rows set aside for one reason.

        Parameters
        ----------
        reason : str
            One of the keys of `REASONS`.

        Returns
        -------
        int
            How many, 0 where there were none.
        """
        return next((entry.count for entry in self.set_aside if entry.reason == reason), 0)

    def lost(self, sensor: str) -> int:
        """Cells of one sensor that were no numbers.

        Parameters
        ----------
        sensor : str
            Name of the sensor.

        Returns
        -------
        int
            How many, 0 where there were none.
        """
        return next((entry.count for entry in self.cells_lost if entry.sensor == sensor), 0)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was asked of the reading and could not be done."""
        return tuple(notice for notice in self.notices if notice.startswith(NOT_THERE))

    def sentences(self) -> tuple[str, ...]:
        """Return what people should know of the reading, the most important first."""
        return tuple(_sentences(self))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "files": [
                {
                    "name": file.name,
                    "rows_read": file.rows_read,
                    "rows_kept": file.rows_kept,
                    "understanding": file.understanding.to_dict(),
                }
                for file in self.files
            ],
            "rows_read": self.rows_read,
            "rows_kept": self.rows_kept,
            "n_rows": self.n_rows,
            "n_sensors": self.n_sensors,
            "start_ns": self.start_ns,
            "end_ns": self.end_ns,
            "set_aside": [_listed(entry) for entry in self.set_aside],
            "cells_lost": [_listed(entry) for entry in self.cells_lost],
            "rows_out_of_order": self.rows_out_of_order,
            "categories": {name: list(words) for name, words in self.categories.items()},
            "notices": list(self.notices),
        }

    @classmethod
    def from_dict(cls, parts: Mapping[str, Any]) -> ReadingReport:
        """Rebuild a report from its plain values.

        Parameters
        ----------
        parts : mapping
            What `to_dict` gave; fields of a later version are ignored.

        Returns
        -------
        ReadingReport
            The same report.
        """
        known = {name: parts[name] for name in cls.__dataclass_fields__ if name in parts}
        known["files"] = tuple(
            FileRead(
                file["name"],
                file["rows_read"],
                file["rows_kept"],
                Understanding.from_dict(file["understanding"]),
            )
            for file in known["files"]
        )
        known["set_aside"] = tuple(
            SetAside(entry["reason"], entry["count"], _examples(entry)) for entry in known.get("set_aside", ())
        )
        known["cells_lost"] = tuple(
            CellLoss(entry["sensor"], entry["count"], _examples(entry)) for entry in known.get("cells_lost", ())
        )
        known["categories"] = {name: tuple(words) for name, words in known.get("categories", {}).items()}
        known["notices"] = tuple(known.get("notices", ()))
        return cls(**known)


def _listed(entry: SetAside | CellLoss) -> dict[str, Any]:
    return {**asdict(entry), "examples": [asdict(example) for example in entry.examples]}


def _examples(entry: Mapping[str, Any]) -> tuple[Example, ...]:
    return tuple(Example(**example) for example in entry.get("examples", ()))


def number_text(count: int) -> str:
    """Whole number with thin spaces between groups of three digits.

    Parameters
    ----------
    count : int
        The number.

    Returns
    -------
    str
        For example ``12 938``.
    """
    return f"{count:,}".replace(",", "\u202f")


def _sentences(report: ReadingReport) -> list[str]:
    source = report.files[0].name if len(report.files) == 1 else f"{len(report.files)} files"
    sensors = "1 sensor" if report.n_sensors == 1 else f"{number_text(report.n_sensors)} sensors"
    rows = "1 row" if report.n_rows == 1 else f"{number_text(report.n_rows)} rows"
    said = [
        f"Read {rows} of {sensors} from {source}, "
        f"{minute_text(report.start_ns)} to {minute_text(report.end_ns)} UTC; {_how(report.understanding)}."
    ]
    for entry in report.set_aside:
        one, several = REASONS[entry.reason]
        words = f"1 row {one}" if entry.count == 1 else f"{number_text(entry.count)} rows {several}"
        said.append(f"{words} and {'was' if entry.count == 1 else 'were'} set aside{_first(entry)}.")
    if report.rows_out_of_order:
        count = report.rows_out_of_order
        rows = "1 row was" if count == 1 else f"{number_text(count)} rows were"
        said.append(f"{rows} out of order and sorted by time.")
    for loss in report.cells_lost:
        cells = "1 cell is no number" if loss.count == 1 else f"{number_text(loss.count)} cells are no numbers"
        said.append(f'Sensor "{loss.sensor}": {cells} and became missing{_first(loss)}.')
    for name, listed in report.categories.items():
        coded = ", ".join(f"{place} = {word}" for place, word in enumerate(listed))
        said.append(f'Sensor "{name}" holds words; they are read as {coded}.')
    seen: dict[str, str] = {}
    for file in report.files:
        for column in file.understanding.columns_set_aside:
            seen.setdefault(column.name, column.reason)
    said.extend(f'Column "{name}" was set aside: {reason}.' for name, reason in seen.items())
    said.extend(report.notices)
    return said


def _how(understanding: Understanding) -> str:
    zone = f", zone {understanding.zone}" if understanding.zone != "UTC" else ""
    dates = (
        f"dates as {understanding.timestamp_words}" if understanding.timestamp_format else "times as they were stored"
    )
    said = [f"{dates}{zone}"]
    if understanding.delimiter:
        name = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}.get(understanding.delimiter)
        said.append(f"delimiter {name or understanding.delimiter}")
        said.append("decimal comma" if understanding.decimal == "," else "decimal point")
    if not understanding.header:
        said.append("no header, so the columns were numbered")
    return ", ".join(said)


def _first(entry: SetAside | CellLoss) -> str:
    if not entry.examples:
        return ""
    first = entry.examples[0]
    return f' (first: {first.file}, row {first.row}: "{first.text}")'

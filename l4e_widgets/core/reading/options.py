"""What a user may say about a file before it is read; everything left open is found out from the bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.reading.time_shapes import shape_of
from l4e_widgets.core.reading.understanding import IGNORED, MISSING_WORDS, Understanding

__all__ = ["MISSING_WORDS", "ReadingOptions"]

_SAMPLE = datetime(2024, 11, 23, 14, 25, 36, tzinfo=timezone.utc)
_THOUSANDS = (",", ".", " ", "'", "\u00a0", "\u202f")
_NAMED_MARKS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}


@dataclass(frozen=True, kw_only=True)
class ReadingOptions:
    """Answers given in advance to questions the reader would otherwise settle itself.

    Parameters
    ----------
    ignore : tuple of str
        Columns to set aside, by name; spaces around and capitals do not matter.
    timestamp_column : str or None
        Name of the column that holds the time; found out where None.
    timestamp_format : str or None
        A strptime pattern, ``day-first``, ``month-first``, ``year-first``, or ``epoch_s``, ``epoch_ms``,
        ``epoch_us``, ``epoch_ns``, ``excel``.
    delimiter : str or None
        The character between cells, or ``comma``, ``semicolon``, ``tab``, ``pipe``.
    decimal : str or None
        ``.`` or ``,``.
    encoding : str or None
        Name of the text encoding, for example ``utf-8`` or ``cp1252``.
    missing_words : tuple of str
        Words that mean a missing value, in addition to the usual ones.
    time_zone : str or None
        Name of the time zone of times without one, for example ``Europe/Paris``; UTC where None.
    time_column : str or None
        Name of the column with the time of day, where the date stands alone.
    thousands : str or None
        Mark between groups of three digits, empty for none.
    header_row : int or None
        Line of the names in the file, from 1; 0 for a file without names.
    sensor_column, value_column : str or None
        Names of the columns with the sensor and its value, in a table of one value a row.

    Raises
    ------
    UsageError
        The delimiter is not one character, the decimal mark is neither point nor comma, or the line is below 0.
    """

    ignore: tuple[str, ...] = ()
    timestamp_column: str | None = None
    timestamp_format: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    missing_words: tuple[str, ...] = ()
    time_zone: str | None = None
    time_column: str | None = None
    thousands: str | None = None
    header_row: int | None = None
    sensor_column: str | None = None
    value_column: str | None = None

    def __post_init__(self) -> None:
        """Refuse marks that cannot be meant, and take delimiters by their names."""
        if self.delimiter is not None:
            mark = _NAMED_MARKS.get(self.delimiter.lower(), self.delimiter)
            if len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in '"\r\n':
                raise UsageError(
                    f'"{self.delimiter}" cannot separate cells.',
                    expected="one character, or comma, semicolon, tab, pipe",
                    fix="Correct --delimiter.",
                )
            object.__setattr__(self, "delimiter", mark)
        if self.decimal not in (None, ".", ","):
            raise UsageError(
                f'"{self.decimal}" is no decimal mark.', expected="a point or a comma", fix="Correct --decimal."
            )
        if self.thousands and (self.thousands not in _THOUSANDS or self.thousands == self.decimal):
            raise UsageError(
                f'"{self.thousands}" cannot group digits here.',
                expected="a comma, a point, a space or an apostrophe, and not the decimal mark",
                fix="Correct --thousands.",
            )
        if self.header_row is not None and self.header_row < 0:
            raise UsageError(
                "The line of the names is below 0.",
                expected="a line from 1, or 0 for none",
                fix="Correct --header-row.",
            )

    @classmethod
    def from_understanding(cls, understanding: Understanding, **corrections: Any) -> ReadingOptions:
        """Options that read another file the way one was understood.

        What a later file may well have otherwise (its encoding, the line of its names, a decimal mark that was only
        supposed) is left open and found out again.

        Parameters
        ----------
        understanding : Understanding
            How the first file was read.
        **corrections : object
            Fields of the options to set otherwise.

        Returns
        -------
        ReadingOptions
            The options.

        Raises
        ------
        UsageError
            A correction cannot be meant.
        """
        unknown = [name for name in corrections if name not in cls.__dataclass_fields__]
        if unknown:
            raise UsageError(
                f'Nothing that is understood of a file is called "{unknown[0]}".',
                expected=", ".join(cls.__dataclass_fields__),
                fix="Correct the name.",
            )
        sure = understanding.decimal == "," or bool(understanding.thousands)
        known: dict[str, Any] = {
            "ignore": tuple(c.name for c in understanding.columns_set_aside if c.reason == IGNORED),
            "timestamp_column": understanding.timestamp_column if understanding.header else None,
            "time_column": understanding.time_column if understanding.header else "",
            "timestamp_format": _format_of(understanding.timestamp_format),
            "delimiter": understanding.delimiter,
            "decimal": understanding.decimal if sure else None,
            "thousands": understanding.thousands,
            "missing_words": tuple(word for word in understanding.missing_words if word not in MISSING_WORDS),
            "time_zone": understanding.zone if understanding.zone != "UTC" else None,
            "header_row": None if understanding.header else 0,
            "sensor_column": understanding.sensor_column,
            "value_column": understanding.value_column,
        }
        said = {name: value for name, value in known.items() if value or value == 0}
        return cls(**{**said, **corrections})

    @property
    def all_missing_words(self) -> tuple[str, ...]:
        """The usual words and the added ones, in small letters, without repeats."""
        added = (word.strip().lower() for word in self.missing_words)
        return tuple(dict.fromkeys((*MISSING_WORDS, *added)))


def _format_of(pattern: str) -> str | None:
    """Format to ask for: the order of the date alone, where it decides, so that other forms of a time are read too."""
    if "%" not in pattern:
        return pattern or None
    if shape_of(_SAMPLE.strftime(pattern.replace("%.f", ".5").replace("%#z", "%z"))) is None:
        return pattern
    day, month = pattern.find("%d"), pattern.find("%m")
    if "%Y" in pattern[: max(day, 0)] or day < 0 or month < 0:
        return None
    return "year-first" if 0 <= pattern.find("%y") < day else "day-first" if day < month else "month-first"

"""The typed understanding of one file: what every choice of the reader was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["IGNORED", "MISSING_WORDS", "ColumnSetAside", "Understanding", "format_words"]

MISSING_WORDS: tuple[str, ...] = (
    "",
    "-",
    "--",
    "---",
    "n/a",
    "na",
    "#n/a",
    "#na",
    "nan",
    "none",
    "null",
    "nil",
    "bad",
    "bad input",
    "bad value",
    "no data",
    "nodata",
    "no value",
    "off",
    "empty",
    "missing",
    "?",
)
"""Words that stand for a missing value in a column of numbers, in small letters."""

IGNORED = "ignored as asked"
"""Why a column is set aside that the user wants ignored."""

_WORDS = {
    "%Y": "year",
    "%y": "year (two digits)",
    "%m": "month",
    "%b": "month name",
    "%B": "month name",
    "%d": "day",
    "%H": "hour",
    "%I": "hour",
    "%M": "minute",
    "%S": "second",
    "%p": "am/pm",
    "%z": "offset",
    "%f": "fraction",
    "%.f": "fraction",
}
_EPOCH_WORDS = {
    "epoch_s": "seconds since 1970",
    "epoch_ms": "milliseconds since 1970",
    "epoch_us": "microseconds since 1970",
    "epoch_ns": "nanoseconds since 1970",
    "excel": "days as Excel counts them",
}


def format_words(pattern: str) -> str:
    """Timestamp format in words.

    Parameters
    ----------
    pattern : str
        A strftime pattern, an epoch format, or empty for times that were stored as times.

    Returns
    -------
    str
        For example ``day/month/year hour``.
    """
    if not pattern:
        return "stored as times"
    text = _EPOCH_WORDS.get(pattern, pattern)
    for token, word in sorted(_WORDS.items(), key=lambda item: -len(item[0])):
        text = text.replace(token, word)
    return text.replace("yearmonth", "year month ").replace("month day", "month day").strip()


@dataclass(frozen=True)
class ColumnSetAside:
    """A column that is not taken as a sensor.

    Parameters
    ----------
    name : str
        Its name in the file.
    reason : str
        Why, for people.
    """

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """How one file was read.

    Parameters
    ----------
    encoding : str
        Text encoding, or ``parquet`` and ``table`` where there is no text.
    delimiter : str
        Character between cells; empty where there is no text.
    decimal : str
        Decimal mark.
    thousands : str
        Mark between groups of three digits, empty for none.
    header : bool
        Whether a row of names was present.
    header_row : int
        Line of the names in the file, from 1; 0 where there is none.
    first_row : int
        Line of the first row of data in the file, from 1; the lines before it that are no names were passed over.
    timestamp_column : str
        Name of the column that holds the time.
    time_column : str
        Name of the column that holds the time of day where the date stands alone, else empty.
    timestamp_format : str
        A strftime pattern or ``epoch_s``, ``epoch_ms``, ``epoch_us``, ``epoch_ns``, ``excel``; empty where stored as
        times.
    zone : str
        Zone of times that carry none.
    columns_set_aside : tuple of ColumnSetAside
        Columns that are no sensors, each with its reason.
    missing_words : tuple of str
        Words read as a missing value, in small letters.
    units_row : int
        Line of the units in the file, from 1; 0 where there is none.
    sensor_column, value_column : str
        Columns with the sensor and its value in a table of one value a row, else empty.
    """

    encoding: str
    delimiter: str = ""
    decimal: str = "."
    thousands: str = ""
    header: bool = True
    header_row: int = 1
    first_row: int = 1
    timestamp_column: str = ""
    time_column: str = ""
    timestamp_format: str = ""
    zone: str = "UTC"
    columns_set_aside: tuple[ColumnSetAside, ...] = ()
    missing_words: tuple[str, ...] = MISSING_WORDS
    units_row: int = 0
    sensor_column: str = ""
    value_column: str = ""

    @property
    def timestamp_words(self) -> str:
        """The timestamp format for people."""
        return format_words(self.timestamp_format)

    def to_dict(self) -> dict[str, Any]:
        """Return the understanding as plain JSON values."""
        parts = asdict(self)
        parts["columns_set_aside"] = [asdict(column) for column in self.columns_set_aside]
        parts["missing_words"] = list(self.missing_words)
        return parts

    @classmethod
    def from_dict(cls, parts: Mapping[str, Any]) -> Understanding:
        """Rebuild an understanding from its plain values.

        Parameters
        ----------
        parts : mapping
            What `to_dict` gave; fields of a later version are ignored.

        Returns
        -------
        Understanding
            The same understanding.
        """
        known = {name: parts[name] for name in cls.__dataclass_fields__ if name in parts}
        known["columns_set_aside"] = tuple(ColumnSetAside(**column) for column in known.get("columns_set_aside", ()))
        known["missing_words"] = tuple(known.get("missing_words", MISSING_WORDS))
        return cls(**known)

"""What a user may say about a file before it is read; everything left open is found out from the bytes."""

from __future__ import annotations

from dataclasses import dataclass

from l4e_widgets.core.errors import UsageError

__all__ = ["MISSING_WORDS", "ReadingOptions"]

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
        ``epoch_us``, ``epoch_ns``.
    delimiter : str or None
        The character between cells, or ``comma``, ``semicolon``, ``tab``, ``pipe``.
    decimal : str or None
        ``.`` or ``,``.
    encoding : str or None
        Name of the text encoding, for example ``utf-8`` or ``cp1252``.
    missing_words : tuple of str
        Words that mean a missing value, in addition to the usual ones.
    zone : str or None
        Name of the time zone of times without one, for example ``Europe/Paris``; UTC where None.

    Raises
    ------
    UsageError
        The delimiter is not one character, or the decimal mark is neither point nor comma.
    """

    ignore: tuple[str, ...] = ()
    timestamp_column: str | None = None
    timestamp_format: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    missing_words: tuple[str, ...] = ()
    zone: str | None = None

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

    @property
    def all_missing_words(self) -> tuple[str, ...]:
        """The usual words and the added ones, in small letters, without repeats."""
        added = (word.strip().lower() for word in self.missing_words)
        return tuple(dict.fromkeys((*MISSING_WORDS, *added)))

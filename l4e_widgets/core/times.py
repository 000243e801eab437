"""Time: nanoseconds UTC inside, `[start, end)` ranges, and the ways time is written for people."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import numpy as np
import pandas as pd

from l4e_widgets.core.errors import DataError

__all__ = ["NS_PER_SECOND", "TimeRange", "duration_text", "iso_z", "minute_text", "range_text", "short_of", "to_ns"]

NS_PER_SECOND = 1_000_000_000


def to_ns(moment: str | datetime | pd.Timestamp | np.datetime64 | int) -> int:
    """Nanoseconds since 1970 UTC of a moment; one without a zone is read as UTC.

    Parameters
    ----------
    moment : str, datetime, Timestamp, datetime64 or int
        A moment; an int is taken as nanoseconds already.

    Returns
    -------
    int
        Nanoseconds since 1970-01-01 UTC.

    Raises
    ------
    DataError
        The text is no time, or is a time that nanoseconds cannot hold (before 1678 or after 2261).
    """
    if isinstance(moment, (int, np.integer)):
        return int(moment)
    try:
        stamp = pd.Timestamp(moment)
        stamp = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
        value = int(stamp.as_unit("ns").value)
    except (ValueError, TypeError, OverflowError) as error:
        raise _no_time(moment) from error
    if value == np.iinfo(np.int64).min:
        raise _no_time(moment)
    return value


def _no_time(moment: object) -> DataError:
    """Return the error of a text that is no time."""
    return DataError(
        f'"{moment}" is not a time.', expected="a time such as 2026-11-24 10:05", fix="Write it as year-month-day."
    )


def iso_z(ns: int) -> str:
    """ISO text of a moment in UTC ending in Z, with only the digits it needs.

    Parameters
    ----------
    ns : int
        Nanoseconds since 1970-01-01 UTC.

    Returns
    -------
    str
        For example ``2026-11-24T10:05:00Z``.
    """
    seconds, rest = divmod(int(ns), NS_PER_SECOND)
    text = (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{text}{fraction}Z"


def minute_text(ns: int) -> str:
    """Moment as the pages write it, to the minute, or to the second where it has seconds.

    Parameters
    ----------
    ns : int
        Nanoseconds since 1970-01-01 UTC.

    Returns
    -------
    str
        For example ``2026-11-24 10:05``.
    """
    text = iso_z(ns).replace("T", " ").rstrip("Z").split(".")[0]
    return text.removesuffix(":00") if text.count(":") == 2 else text


def duration_text(seconds: float) -> str:
    """Duration in the two largest units that say it, for example ``5 h 20 min``.

    Parameters
    ----------
    seconds : float
        Length in seconds; negative lengths are written without their sign.

    Returns
    -------
    str
        The words, with a space between number and unit.
    """
    left = abs(float(seconds))
    if left < 60:
        return f"{left:.3g} s" if left % 1 else f"{int(left)} s"
    left = round(left)
    units = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    for index, (size, name) in enumerate(units):
        if left >= size:
            whole, rest = divmod(left, size)
            if name == "d" and whole >= 3:
                return f"{round(left / size)} d"
            if index + 1 < len(units):
                small, small_name = units[index + 1]
                second = rest // small
                return f"{whole} {name} {second} {small_name}" if second else f"{whole} {name}"
            return f"{whole} {name}"
    return "0 s"


def short_of(seconds: float, days: float) -> str:
    """Duration that falls short of so many days, never rounded up to them, for example ``13.9 d``.

    Parameters
    ----------
    seconds : float
        Length in seconds, less than `days`.
    days : float
        What it falls short of.

    Returns
    -------
    str
        The words; as `duration_text` writes them where those do not read like `days`.
    """
    text = duration_text(seconds)
    return f"{math.floor(seconds / 8_640) / 10:.1f} d" if text == f"{days:.0f} d" else text


@dataclass(frozen=True, order=True)
class TimeRange:
    """A stretch of time `[start, end)`.

    Parameters
    ----------
    start, end : int
        Nanoseconds since 1970-01-01 UTC; `start` belongs to it, `end` does not.

    Raises
    ------
    DataError
        `end` is not after `start`.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse an empty or a reversed range."""
        if self.end <= self.start:
            raise DataError(
                f"The range from {minute_text(self.start)} to {minute_text(self.end)} is empty.",
                expected="an end after its start",
                fix="Exchange the two times or choose a later end.",
            )

    @classmethod
    def of(cls, start: str | datetime | int, end: str | datetime | int) -> TimeRange:
        """Range from two moments in any form that `to_ns` takes.

        Parameters
        ----------
        start, end : str, datetime or int
            The two moments; `end` is not included.

        Returns
        -------
        TimeRange
            The range.
        """
        return cls(to_ns(start), to_ns(end))

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return (self.end - self.start) / NS_PER_SECOND

    @property
    def days(self) -> float:
        """Length in days."""
        return self.seconds / 86_400

    def overlaps(self, other: TimeRange) -> bool:
        """Tell whether the two ranges share a moment.

        Parameters
        ----------
        other : TimeRange
            The other range.

        Returns
        -------
        bool
            True where they do; ranges that only touch do not.
        """
        return self.start < other.end and other.start < self.end

    def to_iso(self) -> dict[str, str]:
        """Return start and end as ISO texts with Z."""
        return {"start": iso_z(self.start), "end": iso_z(self.end)}

    @classmethod
    def from_iso(cls, parts: dict[str, str]) -> TimeRange:
        """Rebuild a range from what `to_iso` gave.

        Parameters
        ----------
        parts : dict of str to str
            Two moments, ``start`` and ``end``; one without a zone is read as UTC.

        Returns
        -------
        TimeRange
            The range.

        Raises
        ------
        DataError
            A text is no time, or the end is not after the start.
        KeyError
            One of the two is missing.
        """
        return cls.of(parts["start"], parts["end"])


def range_text(span: TimeRange) -> str:
    """Range as the pages write it: an en dash within a day, "to" between days.

    Parameters
    ----------
    span : TimeRange
        The range.

    Returns
    -------
    str
        For example ``2026-11-24 04:10–09:30`` or ``2026-11-22 18:00 to 2026-11-24 18:00``.
    """
    start, end = minute_text(span.start), minute_text(span.end)
    if start[:10] == end[:10]:
        return f"{start}–{end[11:]}"
    return f"{start} to {end}"

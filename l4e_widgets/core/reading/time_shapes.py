"""The shape of one written time: its pattern, and whether day and month could be exchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["TimeShape", "looks_like_time", "shape_of"]

_CLOCK = (
    r"(?:(?P<gap>[T ,_-]+|:)(?P<hour>\d{1,2})(?:(?P<colon>[:.-])(?P<minute>\d{2})"
    r"(?:(?P=colon)(?P<second>\d{2})(?P<fraction>[.,]\d{1,9})?)?)?(?P<half>\s*[AaPp][Mm])?)?"
    r"(?P<offset>\s*(?:Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}))?"
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})" + _CLOCK + r"\Z")
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{4}|\d{2})" + _CLOCK + r"\Z")
_NAMED_DAY = re.compile(
    r"(?P<day>\d{1,2})(?P<sep>[-/. ])(?P<name>[A-Za-z]{3,9})(?P=sep)(?P<year>\d{4}|\d{2})" + _CLOCK + r"\Z"
)
_NAMED_MONTH = re.compile(
    r"(?P<name>[A-Za-z]{3,9})(?P<sep>[-/. ])(?P<day>\d{1,2})(?P<sep2>,? ?|[-/.])(?P<year>\d{4})" + _CLOCK + r"\Z"
)
_COMPACT = re.compile(
    r"(?P<date>(?:19|20)\d{6})(?:(?P<gap>[T _-]?)(?P<clock>\d{6}|\d{4}|\d{2})(?P<fraction>\.\d{1,9})?)?"
    r"(?P<offset>Z|[+-]\d{2}:?\d{2})?\Z"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class TimeShape:
    """Pattern of a written time.

    Parameters
    ----------
    template : str
        A strftime pattern in which ``{a}``, ``{b}`` and ``{c}`` stand for parts of the date whose order is open.
    absolute : bool
        The text says its own zone, so no zone needs to be supposed.
    """

    template: str
    absolute: bool = False

    @property
    def orders(self) -> tuple[str, ...]:
        """Orders of the date this shape allows; a single one where nothing is open."""
        if "{a}" not in self.template:
            return ("fixed",)
        return ("day-first", "month-first", "year-first") if "{c2}" in self.template else ("day-first", "month-first")

    def pattern(self, order: str) -> str:
        """Return the strftime pattern for an order of the date.

        Parameters
        ----------
        order : str
            ``day-first``, ``month-first`` or ``year-first``; without effect where nothing is open.

        Returns
        -------
        str
            The pattern.
        """
        parts = {
            "day-first": ("%d", "%m", "%y"),
            "month-first": ("%m", "%d", "%y"),
            "year-first": ("%y", "%m", "%d"),
        }.get(order, ("%d", "%m", "%y"))
        text = self.template
        for mark, part in zip(("{a}", "{b}", "{c2}"), parts, strict=True):
            text = text.replace(mark, part)
        return text


def shape_of(cell: str) -> TimeShape | None:
    """Shape of a written time.

    Parameters
    ----------
    cell : str
        Text of one cell without spaces around it.

    Returns
    -------
    TimeShape or None
        None where the text is no time of any known shape. Numbers since 1970 have no shape.
    """
    match = _YEAR_FIRST.match(cell)
    if match:
        sep = match["sep"]
        return _with_clock(f"%Y{sep}%m{sep}%d", match)
    match = _YEAR_LAST.match(cell)
    if match:
        sep = match["sep"]
        return _with_clock(f"{{a}}{sep}{{b}}{sep}" + ("%Y" if len(match["c"]) == 4 else "{c2}"), match)
    match = _NAMED_DAY.match(cell)
    if match and match["name"][:3].lower() in _MONTHS:
        sep, year = match["sep"], "%Y" if len(match["year"]) == 4 else "%y"
        return _with_clock(f"%d{sep}{_month(match['name'])}{sep}{year}", match)
    match = _NAMED_MONTH.match(cell)
    if match and match["name"][:3].lower() in _MONTHS:
        return _with_clock(f"{_month(match['name'])}{match['sep']}%d{match['sep2']}%Y", match)
    match = _COMPACT.match(cell)
    if match:
        clock = {0: "", 2: "%H", 4: "%H%M", 6: "%H%M%S"}[len(match["clock"] or "")]
        fraction = "%.f" if match["fraction"] else ""
        offset, absolute = _offset(match["offset"])
        return TimeShape(f"%Y%m%d{match['gap'] or ''}{clock}{fraction}{offset}", absolute)
    return None


def looks_like_time(cell: str) -> bool:
    """Tell whether a text has the shape of a time that no number has.

    Parameters
    ----------
    cell : str
        Text of one cell without spaces around it.

    Returns
    -------
    bool
        True for a date with or without a time of day.
    """
    return not cell.isdigit() and shape_of(cell) is not None


def _month(name: str) -> str:
    return "%b" if len(name) == 3 else "%B"


def _offset(text: str | None) -> tuple[str, bool]:
    if not text:
        return "", False
    bare = text.strip()
    gap = text[: len(text) - len(bare)]
    if bare[0] in "+-":
        return f"{gap}%#z" if len(bare) == 3 else f"{gap}%z", True
    return gap + bare, True


def _with_clock(date: str, match: re.Match[str]) -> TimeShape:
    offset, absolute = _offset(match["offset"])
    if match["hour"] is None:
        return TimeShape(date + offset, absolute)
    half = match["half"]
    clock = match["gap"] + ("%I" if half else "%H")
    if match["minute"]:
        clock += f"{match['colon']}%M"
    if match["second"]:
        clock += f"{match['colon']}%S"
    if match["fraction"]:
        clock += "%.f" if match["fraction"][0] == "." else ",%f"
    if half:
        clock += half[: len(half) - 2] + "%p"
    return TimeShape(date + clock + offset, absolute)

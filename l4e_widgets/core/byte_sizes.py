"""Sizes of files in words, and stretches of a file that are there or missing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from l4e_widgets.core.errors import UsageError

__all__ = ["Stretch", "gaps", "merged_stretches", "size_from_text", "size_text", "without"]

Stretch = tuple[int, int]
"""Bytes `[start, end)` of a file."""

_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def size_text(size: float) -> str:
    """Size in the unit that suits it.

    Parameters
    ----------
    size : float
        Bytes.

    Returns
    -------
    str
        For example ``412.6 MB``.
    """
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size:.0f} B"


def size_from_text(text: str, *, where: str = "") -> int:
    """Bytes that a text such as "20GB" names.

    Parameters
    ----------
    text : str
        A number and B, kB, MB, GB or TB; without a unit bytes.
    where : str
        The option or variable it came from.

    Returns
    -------
    int
        Bytes, at least 1.

    Raises
    ------
    UsageError
        The text names no size.
    """
    match = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{1,6})?)\s*([kKmMgGtT]?[bB])?\s*", text)
    size = int(float(match[1]) * _UNITS[(match[2] or "B").upper()]) if match else 0
    if size < 1:
        raise UsageError(
            "This is no size.", where=where, got=f'"{text}"', expected="a number and a unit", fix='Write it as "20GB".'
        )
    return size


def merged_stretches(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches put together where they touch or overlap.

    Parameters
    ----------
    stretches : iterable of (int, int)
        In any order; empty ones are left out.

    Returns
    -------
    tuple of (int, int)
        The same bytes, in order, none touching the next.
    """
    found: list[Stretch] = []
    for start, end in sorted(one for one in stretches if one[0] < one[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def gaps(stretches: Iterable[Stretch], size: int) -> tuple[Stretch, ...]:
    """What is missing of a file.

    Parameters
    ----------
    stretches : iterable of (int, int)
        What is there.
    size : int
        Bytes of the whole file.

    Returns
    -------
    tuple of (int, int)
        The bytes of `[0, size)` that are in none of them.
    """
    missing: list[Stretch] = []
    at = 0
    for start, end in merged_stretches(stretches):
        if at < min(start, size):
            missing.append((at, min(start, size)))
        at = max(at, end)
    return (*missing, (at, size)) if at < size else tuple(missing)


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches less what is taken out of them.

    Parameters
    ----------
    stretches, taken : iterable of (int, int)
        In any order.

    Returns
    -------
    tuple of (int, int)
        The bytes that are in the first and not in the second.
    """
    kept = merged_stretches(stretches)
    end = max((one[1] for one in kept), default=0)
    return gaps((*gaps(kept, end), *taken), end)

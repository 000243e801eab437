"""Sentences of the sensitivity card: the best and the worst of what a model would see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from l4e_widgets.core.times import duration_text
from l4e_widgets.figures.wording import count_text, number_text, quantity_text, share_text

__all__ = ["CardRow", "CardTold", "card_detail", "card_sentence", "size_text"]

SIZED = {"bias": "a bias", "ramp": "a drift", "noise": "added noise"}
UNSIZED = {"stuck": "stuck", "decoupled": "decoupled"}


@dataclass(frozen=True, kw_only=True)
class CardTold:
    """How one fault of one sensor is caught.

    Parameters
    ----------
    fault : str
        Its kind.
    smallest : float or None
        Smallest size that is caught, in the unit; 0 for a fault without size; None where none is.
    share : float or None
        That size over the largest one tried; None where none is caught.
    seconds : float or None
        Median time to the alarm at that size; None where none is caught.
    """

    fault: str
    smallest: float | None
    share: float | None
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class CardRow:
    """What is caught on one sensor.

    Parameters
    ----------
    sensor, unit : str
        Name for people and unit.
    told : tuple of CardTold
        One a kind of fault.
    first : float or None
        Share of the caught faults in which this sensor is named first; None where nothing is caught.
    """

    sensor: str
    unit: str
    told: tuple[CardTold, ...]
    first: float | None

    @property
    def weakness(self) -> tuple[int, float]:
        """Kinds that are not seen, then the mean size that is; sorts the weakest last."""
        seen = [one.share for one in self.told if one.share is not None]
        return sum(one.smallest is None for one in self.told), sum(seen) / max(len(seen), 1)


def size_text(size: float, unit: str) -> str:
    """Size of a fault, to two digits.

    Parameters
    ----------
    size : float
        In the unit.
    unit : str
        Unit of the sensor.

    Returns
    -------
    str
        For example ``0.4 bar``.
    """
    return quantity_text(float(f"{size:.2g}"), unit)


def card_sentence(rows: Sequence[CardRow], within_s: float) -> str:
    """Sentence on the smallest fault that would be seen, and on one that would not.

    Parameters
    ----------
    rows : sequence of CardRow
        One a sensor.
    within_s : float
        Time within which, seconds.

    Returns
    -------
    str
        For people.
    """
    time = duration_text(within_s)
    sized = [
        (one.share, f"{SIZED[one.fault].capitalize()} of {size_text(one.smallest, row.unit)} in {row.sensor}")
        for row in rows
        for one in row.told
        if one.fault in SIZED and one.smallest is not None and one.share is not None
    ]
    unseen = [(row.weakness, row.sensor, one.fault) for row in rows for one in row.told if one.smallest is None]
    worst = ""
    if unseen:
        _, sensor, fault = max(unseen)
        worst = f"a {UNSIZED[fault]} {sensor}" if fault in UNSIZED else f"{SIZED[fault]} in {sensor}"
    if not sized:
        return f"No bias, drift or noise of the sizes tried would be seen within {time}."
    best = f"{min(sized)[1]} would be seen within {time}"
    return f"{best}; {worst} would not." if worst else f"{best}, and every kind of fault on every sensor is caught."


def card_detail(rows: Sequence[CardRow], *, n_injected: int, days: float, is_held_out: bool) -> str:
    """Line below it: what the card was made from.

    Parameters
    ----------
    rows : sequence of CardRow
        One a sensor.
    n_injected : int
        Faults that were injected.
    days : float
        Length of the normal stretches' range.
    is_held_out : bool
        Whether training had not seen them.

    Returns
    -------
    str
        For people.
    """
    seen = "that training never saw" if is_held_out else "of the training itself, so the card is too kind"
    named = [row.first for row in rows if row.first is not None]
    first = (
        f" Of those caught, the right sensor is named first in {share_text(sum(named) / len(named))}." if named else ""
    )
    within = count_text(max(round(days), 1), "day")
    return f"{number_text(n_injected, 0)} faults added to normal stretches within {within} {seen}.{first}"

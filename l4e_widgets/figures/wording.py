"""Numbers, moments and sentences as every door says them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from enum import Enum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, duration_text

__all__ = [
    "Deviation",
    "EventFact",
    "Pattern",
    "answer_sentence",
    "count_text",
    "duration_text",
    "event_sentence",
    "listed",
    "moment_text",
    "number_text",
    "period_text",
    "quantity_text",
    "share_text",
    "span_text",
]

THIN_SPACE = "\u2009"
MINUS = "\u2212"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DAY_S = 86_400
_MONTH_S = 30.44 * _DAY_S


def number_text(value: float | None, decimals: int | None = None) -> str:
    """Number with thin spaces in thousands and a true minus.

    Parameters
    ----------
    value : float or None
        The number; None, NaN and infinite ones are a missing value.
    decimals : int, optional
        Digits after the point; three significant digits where absent.

    Returns
    -------
    str
        For example ``1 051 200``, ``−0.25`` or ``–`` for a missing value.
    """
    if value is None or not math.isfinite(value):
        return "–"
    size = abs(float(value))
    sign = MINUS if value < 0 else ""
    if size and (size >= 1e8 or size < 1e-5) and decimals is None:
        mantissa, exponent = f"{size:.1e}".split("e")
        return f"{sign}{mantissa.removesuffix('.0')}·10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    digits = decimals if decimals is not None else max(0, 2 - math.floor(math.log10(size))) if size else 0
    text = f"{size:,.{digits}f}".replace(",", THIN_SPACE)
    whole = text.split(".")[0]
    if len(whole) == 5:
        text = text.replace(THIN_SPACE, "", 1)
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return sign + text if any(c in "123456789" for c in text) else text


def count_text(number: int, one: str, several: str = "") -> str:
    """Count with its noun.

    Parameters
    ----------
    number : int
        How many.
    one, several : str
        The noun for one and for any other number; the plural takes an s where it is not given.

    Returns
    -------
    str
        For example ``1 event`` or ``3 events``.
    """
    return f"{number_text(number, 0)} {one if number == 1 else several or one + 's'}"


def quantity_text(value: float | None, unit: str = "", decimals: int | None = None) -> str:
    """Number and unit with a space between them.

    Parameters
    ----------
    value : float or None
        The number.
    unit : str
        Its unit, empty for none.
    decimals : int, optional
        Digits after the point.

    Returns
    -------
    str
        For example ``3.1 bar``.
    """
    text = number_text(value, decimals)
    return f"{text} {unit}" if unit and text != "–" else text


def share_text(share: float | None) -> str:
    """Share of a whole in percent.

    Parameters
    ----------
    share : float or None
        0 to 1.

    Returns
    -------
    str
        For example ``41 %``; ``under 1 %`` for what is little but not nothing.
    """
    if share is None or not math.isfinite(share):
        return "–"
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{number_text(share * 100, 0)} %"


def listed(names: Sequence[str], limit: int = 3) -> str:
    """Names in a row, the rest counted.

    Parameters
    ----------
    names : sequence of str
        The names.
    limit : int
        How many are named.

    Returns
    -------
    str
        For example ``flow, speed and 3 more``.
    """
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _zone(name: str) -> tzinfo:
    """Zone of a name; UTC where the name is unknown."""
    if name == "UTC":
        return timezone.utc
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.utc


def _local(ns: int, zone: str) -> datetime:
    """Wall clock of a zone at a moment, cut to the second."""
    return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=int(ns) // NS_PER_SECOND)).astimezone(
        _zone(zone)
    )


def _clock(moment: datetime) -> str:
    """Hours and minutes, with seconds where there are some."""
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def moment_text(ns: int, zone: str = "UTC") -> str:
    """Moment to the minute, or to the second where it has seconds.

    Parameters
    ----------
    ns : int
        Nanoseconds since 1970-01-01 UTC.
    zone : str
        Name of the zone whose clock is read.

    Returns
    -------
    str
        For example ``2026-11-24 10:05``, without the zone.
    """
    moment = _local(ns, zone)
    return f"{moment:%Y-%m-%d} {_clock(moment)}"


def span_text(span: TimeRange, zone: str = "UTC") -> str:
    """Range with weekday and zone: an en dash within a day, "to" between days.

    Parameters
    ----------
    span : TimeRange
        The range.
    zone : str
        Name of the zone whose clock is read.

    Returns
    -------
    str
        For example ``Tue 2026-11-24 04:10–09:30 UTC``.
    """
    start, end = _local(span.start, zone), _local(span.end, zone)
    head = f"{start:%a %Y-%m-%d} {_clock(start)}"
    if start.date() == end.date():
        return f"{head}–{_clock(end)} {zone}"
    return f"{head} to {end:%a %Y-%m-%d} {_clock(end)} {zone}"


def period_text(span: TimeRange) -> str:
    """Length of a long range in round words.

    Parameters
    ----------
    span : TimeRange
        The range.

    Returns
    -------
    str
        For example ``62 days`` or ``17 months``.
    """
    if span.seconds >= 6 * _MONTH_S:
        return f"{round(span.seconds / _MONTH_S)} months"
    if span.seconds >= 2 * _DAY_S:
        return f"{round(span.days)} days"
    return duration_text(span.seconds)


class Pattern(str, Enum):
    """How a sensor departs from what was expected of it."""

    LEVEL = "level"
    NOISY = "noisy"
    STUCK = "stuck"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """What is known of the sensor that an event is mostly about.

    Parameters
    ----------
    sensor : str
        Its name for people.
    unit : str
        Unit of `amount`, empty where unknown.
    amount : float or None
        Measured less expected in the sensor's unit, at the event's height; None where it is not known.
    pattern : Pattern
        How it departs; without an amount a level is told as unknown.
    ratio : float or None
        For a noisy sensor: its spread as a multiple of the usual one, where known.
    others : int
        How many other sensors it was judged by.
    """

    sensor: str
    unit: str = ""
    amount: float | None = None
    pattern: Pattern = Pattern.LEVEL
    ratio: float | None = None
    others: int = 0


def event_sentence(span: TimeRange, deviation: Deviation, *, zone: str = "UTC") -> str:
    """Sentence of an event that can be repeated aloud.

    Parameters
    ----------
    span : TimeRange
        When.
    deviation : Deviation
        Which sensor, how far and which way.
    zone : str
        Name of the zone whose clock is read.

    Returns
    -------
    str
        For example ``Tue 2026-11-24 04:10–09:30 UTC: discharge pressure 3.1 bar below what the other 28 sensors
        imply.``
    """
    return f"{span_text(span, zone)}: {_deviation_text(deviation, span)}."


def _deviation_text(deviation: Deviation, span: TimeRange) -> str:
    """What the sensor did, without the time."""
    name, others = deviation.sensor, deviation.others
    implied = f"what the other {others} sensors imply" if others > 1 else "what the other sensor implies"
    if others < 1:
        implied = "what its own past implies"
    amount = deviation.amount if deviation.amount is not None and math.isfinite(deviation.amount) else None
    if deviation.pattern is Pattern.STUCK:
        return f"{name} did not move for {duration_text(span.seconds)}"
    if deviation.pattern is Pattern.NOISY:
        if deviation.ratio is not None and math.isfinite(deviation.ratio):
            return f"{name} scattered {number_text(round(deviation.ratio, 1))} times as much as usual"
        return f"{name} scattered more than usual"
    if deviation.pattern is Pattern.LEVEL and amount:
        size = quantity_text(_two_digits(abs(amount)), deviation.unit)
        return f"{name} {size} {'below' if amount < 0 else 'above'} {implied}"
    return f"{name} does not fit {implied}"


def _two_digits(size: float) -> float:
    """Size to two significant digits, or to whole numbers from 100 on."""
    return float(round(size)) if size >= 100 else float(f"{size:.2g}")


@dataclass(frozen=True, kw_only=True)
class EventFact:
    """What the answer needs to know of an event.

    Parameters
    ----------
    span : TimeRange
        When.
    sensors : tuple of (str, float)
        Names for people and shares (0 to 1), largest first.
    """

    span: TimeRange
    sensors: tuple[tuple[str, float], ...] = ()


def answer_sentence(events: Sequence[EventFact], watched: TimeRange, *, zone: str = "UTC") -> str:
    """Answer to "did anything happen?" in one sentence.

    Parameters
    ----------
    events : sequence of EventFact
        The events found.
    watched : TimeRange
        The stretch that was looked at.
    zone : str
        Name of the zone whose clock is read.

    Returns
    -------
    str
        For example ``3 events in 62 days; the longest from … to …; sensors most involved: flow and speed.``
    """
    length = period_text(watched)
    if not events:
        return f"No events in {length}."
    longest = max(events, key=lambda event: event.span.seconds).span
    when = f"from {moment_text(longest.start, zone)} to {moment_text(longest.end, zone)} {zone}"
    head = f"{count_text(len(events), 'event')} in {length}"
    said = f"{head}, {when}" if len(events) == 1 else f"{head}; the longest {when}"
    names = _most_involved(events)
    return (
        f"{said}; {'sensors' if len(names) > 1 else 'sensor'} most involved: {listed(names)}." if names else f"{said}."
    )


def _most_involved(events: Sequence[EventFact]) -> list[str]:
    """At most three sensors by their share times the length of the events."""
    weight: dict[str, float] = {}
    for event in events:
        for name, share in event.sensors:
            weight[name] = weight.get(name, 0.0) + share * event.span.seconds
    total = sum(event.span.seconds for event in events)
    order = sorted(weight, key=lambda name: (-weight[name], name))
    return [name for place, name in enumerate(order[:3]) if place == 0 or weight[name] >= 0.05 * total]

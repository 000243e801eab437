"""What people know of the past: stretches of time with a rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.times import TimeRange, range_text

__all__ = ["MAX_NOTES", "Label", "Rating", "check_labels", "merged_labels"]

MAX_FAULT_CODE = 100
MAX_NOTES = 2_560
MAX_EQUIPMENT = 200


class Rating(str, Enum):
    """What a label says of its stretch."""

    ANOMALY = "ANOMALY"
    NO_ANOMALY = "NO_ANOMALY"
    NEUTRAL = "NEUTRAL"


@dataclass(frozen=True, kw_only=True)
class Label:
    """One known stretch.

    Parameters
    ----------
    span : TimeRange
        `[start, end)`.
    rating : Rating
        An anomaly and a neutral stretch are left out of training; events are held against anomalies.
    fault_code : str
        At most 100 characters.
    notes : str
        At most 2,560 characters.
    equipment : str
        At most 200 characters.
    """

    span: TimeRange
    rating: Rating = Rating.ANOMALY
    fault_code: str = ""
    notes: str = ""
    equipment: str = ""


def check_labels(labels: Sequence[Label], data: TimeRange) -> None:
    """Refuse labels that cannot belong to some data.

    Parameters
    ----------
    labels : sequence of Label
        In any order.
    data : TimeRange
        Range of the data.

    Raises
    ------
    DataError
        A label lies outside of the data, or one of its texts is too long.
    """
    for label in labels:
        where = f"label {range_text(label.span)} UTC"
        if not label.span.overlaps(data):
            raise DataError(
                f"The {where} lies outside of the data.",
                expected=f"labels inside {range_text(data)} UTC",
                fix="Check the times of the labels and their zone.",
            )
        for name, text, limit in (
            ("fault code", label.fault_code, MAX_FAULT_CODE),
            ("note", label.notes, MAX_NOTES),
            ("equipment", label.equipment, MAX_EQUIPMENT),
        ):
            if len(text) > limit:
                raise DataError(
                    f"The {name} of this label is too long.",
                    where=where,
                    got=f"{len(text)} characters",
                    expected=f"at most {limit}",
                    fix="Shorten it.",
                )


def merged_labels(labels: Sequence[Label]) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """Labels in order of time, those of one rating that overlap made one.

    Parameters
    ----------
    labels : sequence of Label
        In any order.

    Returns
    -------
    tuple of (tuple of Label, tuple of str)
        The labels, and a sentence for every merger. A merged label keeps the texts of the first that has one.
    """
    result: list[Label] = []
    notices: list[str] = []
    last: dict[Rating, int] = {}
    for label in sorted(labels, key=lambda label: (label.span, label.rating.value)):
        place = last.get(label.rating)
        if place is not None and label.span.start < result[place].span.end:
            first = result[place]
            notices.append(f"Labels that overlap were made one: {range_text(label.span)} UTC joined the one before.")
            result[place] = Label(
                span=TimeRange(first.span.start, max(first.span.end, label.span.end)),
                rating=first.rating,
                fault_code=first.fault_code or label.fault_code,
                notes=first.notes or label.notes,
                equipment=first.equipment or label.equipment,
            )
        else:
            last[label.rating] = len(result)
            result.append(label)
    return tuple(result), tuple(notices)

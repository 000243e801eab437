"""Which stretch to learn from and which to look at, with the reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.coverage import Coverage, HistorySample, coverage
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.times import TimeRange, duration_text, minute_text, range_text, short_of

__all__ = ["MIN_TRAINING_ROWS", "RangeChoice", "RangeProposal", "propose_ranges", "rows_inside", "rows_needed"]

MIN_TRAINING_ROWS = 200
MIN_ROWS_A_SENSOR = 5
ADVISED_DAYS = 14.0
PROMISE_DAYS = 60.0
"""Below two months no number of false alarms can be promised."""
MOST_FOR_MODES = 2 / 3
SEASON_DAYS = 300.0
_DAY_NS = 86_400 * 1_000_000_000
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RangeChoice:
    """What the user has said of the ranges; what is None is proposed.

    Parameters
    ----------
    train_start, train_end, evaluate_from : int or None
        Nanoseconds UTC.
    train_rows : int or None
        Learn from so many rows from the start of training on.
    """

    train_start: int | None = None
    train_end: int | None = None
    train_rows: int | None = None
    evaluate_from: int | None = None


@dataclass(frozen=True, kw_only=True)
class RangeProposal:
    """Ranges and why.

    Parameters
    ----------
    training : TimeRange
        What to learn from.
    evaluation : TimeRange or None
        What to look at; None where nothing is left.
    reasons : tuple of str
        Sentences.
    warnings : tuple of str
        Sentences on what the choice cannot promise.
    """

    training: TimeRange
    evaluation: TimeRange | None
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


def rows_needed(n_sensors: int) -> int:
    """Rows that a training needs at least: 200, and 5 a sensor.

    Parameters
    ----------
    n_sensors : int
        Sensors to learn from.

    Returns
    -------
    int
        Number of rows.
    """
    return max(MIN_TRAINING_ROWS, MIN_ROWS_A_SENSOR * n_sensors)


def rows_inside(
    timestamps: npt.NDArray[np.int64], span: TimeRange, exclude: Sequence[TimeRange] = ()
) -> npt.NDArray[np.bool_]:
    """Mark the rows inside a range and outside of every excluded one.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing.
    span : TimeRange
        The range.
    exclude : sequence of TimeRange
        Stretches to leave out.

    Returns
    -------
    (n_rows,) bool
        True where the row is used.
    """
    inside = np.zeros(len(timestamps), dtype=bool)
    inside[slice(*np.searchsorted(timestamps, [span.start, span.end]))] = True
    if exclude:
        edges = np.array([(stretch.start, stretch.end) for stretch in exclude], dtype=np.int64)
        for first, last in np.searchsorted(timestamps, edges):
            inside[first:last] = False
    return inside


def propose_ranges(
    timestamps: npt.NDArray[np.int64],
    *,
    n_sensors: int,
    choice: RangeChoice,
    labels: Sequence[TimeRange] = (),
    sample: HistorySample | None = None,
) -> RangeProposal:
    """Training and evaluation range, as the user said and otherwise by the data.

    Unless told, training grows from the start of the history until nine of ten sensors have shown their reach: at
    least two months where that is no more than half of the history, at least 14 days where there are 28, at least the
    rows a training needs, and at most the first half. Beyond the half, up to two thirds, it grows only for an
    operating mode that comes and goes and has not been seen. It never ends inside a label. The rest is looked at.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing, at least one.
    n_sensors : int
        Sensors to learn from.
    choice : RangeChoice
        What the user has said.
    labels : sequence of TimeRange
        Known faults and other stretches that are left out of training, such as off-time.
    sample : HistorySample, optional
        Thinned rows of the history; without them no operating mode is looked for.

    Returns
    -------
    RangeProposal
        Ranges, reasons and warnings.

    Raises
    ------
    DataError
        What the user said does not fit the data.
    """
    step = int(np.median(np.diff(timestamps))) if len(timestamps) > 1 else 1
    whole = TimeRange(int(timestamps[0]), int(timestamps[-1]) + step)
    start = whole.start if choice.train_start is None else choice.train_start
    seen = _coverage(sample, start, whole, labels)
    end, reason = _training_end(timestamps, start, whole, choice, n_sensors, labels, seen)
    _refuse_outside(whole, start, end)
    training = TimeRange(start, end)
    after = end if choice.evaluate_from is None else choice.evaluate_from
    if after < end:
        raise DataError(
            f"The evaluation would begin at {minute_text(after)}, inside the training range "
            f"({range_text(training)} UTC).",
            expected="an evaluation that begins at the end of training or later",
            fix="Choose a later start with --evaluate-from or an earlier end with --train-end.",
        )
    evaluation = TimeRange(after, whole.end) if after < whole.end else None
    reasons = [f"Learned from {range_text(training)} UTC ({duration_text(training.seconds)}): {reason}."]
    if seen and seen.modes and seen.modes[-1][1] <= end:
        reasons.append(f"It holds both operating modes of {_few([name for name, _ in seen.modes])}.")
    inside = [label for label in labels if label.overlaps(training)]
    if inside:
        reasons.append(f"{_counted(len(inside), 'label')} inside that range left out of training.")
    reasons.append(
        f"Looked at {range_text(evaluation)} UTC ({duration_text(evaluation.seconds)})."
        if evaluation
        else "No rows are left after training to look at."
    )
    warnings = []
    if training.days < ADVISED_DAYS:
        warnings.append(
            f"The model learned from {short_of(training.seconds, ADVISED_DAYS)} only; "
            f"{ADVISED_DAYS:.0f} days are the least worth trusting. What the machine did not do in that time "
            "(another load, another season) will look abnormal."
        )
    warnings += _unseen(training, evaluation, seen)
    return RangeProposal(training=training, evaluation=evaluation, reasons=tuple(reasons), warnings=tuple(warnings))


def _coverage(
    sample: HistorySample | None, start: int, whole: TimeRange, labels: Sequence[TimeRange]
) -> Coverage | None:
    """Return when the history from a start on has shown what there is, None where nothing is known of it."""
    if sample is None or start >= whole.end:
        return None
    return coverage(sample, rows_inside(sample.timestamps, TimeRange(start, whole.end), labels))


def _unseen(training: TimeRange, evaluation: TimeRange | None, seen: Coverage | None) -> list[str]:
    """Sentences on the operating modes and seasons that the training does not hold."""
    told = []
    missing = [name for name, moment in seen.modes if moment > training.end] if seen else []
    if missing:
        told.append(
            f"One of the operating modes of {_few(missing)} is not in the training range; it will look "
            "abnormal. Choose a later end of training to have it learned."
        )
    learned = _months(training)
    later = [month for month in _months(evaluation) if month not in learned] if evaluation else []
    if len(later) > 1 and ADVISED_DAYS <= training.days < SEASON_DAYS:
        told.append(
            f"The model has not seen {_few(later)}: what the machine does in these months only may look abnormal "
            "until it is trained again with them."
        )
    return told


def _months(span: TimeRange) -> list[str]:
    """Names of the months a range touches, in their order."""
    first, last = (
        np.datetime64(moment, "ns").astype("datetime64[M]").astype(int) for moment in (span.start, span.end - 1)
    )
    return list(dict.fromkeys(_MONTHS[month % 12] for month in range(first, last + 1)))


def _few(names: Sequence[str]) -> str:
    """Return the first three names and the number of the others."""
    if len(names) > 3:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _training_end(
    timestamps: npt.NDArray[np.int64],
    start: int,
    whole: TimeRange,
    choice: RangeChoice,
    n_sensors: int,
    labels: Sequence[TimeRange],
    seen: Coverage | None,
) -> tuple[int, str]:
    """Return the end of training and the reason for it."""
    first = int(np.searchsorted(timestamps, start))
    n_left = len(timestamps) - first
    if choice.train_rows is not None:
        if choice.train_rows > n_left:
            raise DataError(
                f"{choice.train_rows:,} training rows were asked for and there are {n_left:,}.".replace(",", " "),
                expected=f"at most {n_left} rows",
                fix="Ask for fewer with --train-rows, or give more data.",
            )
        last = first + choice.train_rows
        return (int(timestamps[last]) if last < len(timestamps) else whole.end), f"{choice.train_rows} rows, as asked"
    if choice.train_end is not None:
        return choice.train_end, "the range you asked for"
    if choice.evaluate_from is not None:
        return choice.evaluate_from, "all that lies before the evaluation you asked for"
    end, reason = _grown_end(start, whole, seen)
    end = _clear_of(labels, end, whole)
    clear = np.flatnonzero(rows_inside(timestamps, TimeRange(start, max(whole.end, start + 1)), labels))
    needed = rows_needed(n_sensors)
    shortest = (int(timestamps[clear[needed]]) if len(clear) > needed else whole.end) if len(clear) else end
    return (shortest, "the shortest beginning that can be learned from") if shortest > end else (end, reason)


def _grown_end(start: int, whole: TimeRange, seen: Coverage | None) -> tuple[int, str]:
    """Return the end of a training that grows until it has seen enough, and why it stops there."""
    length = whole.end - start
    half = start + length // 2
    advised = min(start + int(ADVISED_DAYS * _DAY_NS), start + length * 2 // 3)
    least = max(advised, min(start + int(PROMISE_DAYS * _DAY_NS), half))
    most = max(half, least)
    end = most if seen is None else min(max(seen.reach_seen_ns, least), most)
    asked = (
        [(name, moment) for name, moment in seen.modes if end < moment <= start + length * MOST_FOR_MODES]
        if seen
        else []
    )
    if asked:
        name, moment = asked[-1]
        return moment, f"until then {name} had not shown both of its operating modes"
    if end == half:
        return end, "the first half of the history"
    if end == advised:
        return end, "the shortest beginning that can be learned from"
    if seen and end == seen.reach_seen_ns:
        return end, "by then nine of ten sensors had been near both ends of their usual range"
    return (
        end,
        "two months, which a number of false alarms can be promised from, and in which the sensors showed their reach",
    )


def _clear_of(labels: Sequence[TimeRange], end: int, whole: TimeRange) -> int:
    """Move an end of training that would cut a label in two to just after it."""
    for label in sorted(labels):
        if label.start < end < label.end < whole.end:
            end = label.end
    return end


def _refuse_outside(whole: TimeRange, start: int, end: int) -> None:
    """Refuse a training range that is reversed or holds nothing of the data."""
    if end <= start or start >= whole.end or end <= whole.start:
        stretch = f"after {minute_text(start)} UTC" if start >= whole.end else _between(start, end)
        raise DataError(
            f"There is nothing to learn from {stretch}.",
            expected=f"a range inside the data, {range_text(whole)} UTC",
            fix="Choose other times with --train-start and --train-end.",
        )


def _between(start: int, end: int) -> str:
    return f"between {minute_text(start)} and {minute_text(end)} UTC"


def _counted(n: int, noun: str) -> str:
    """Return a number with its noun and the verb that follows it."""
    return f"1 {noun} is" if n == 1 else f"{n} {noun}s are"

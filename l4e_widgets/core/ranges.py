"""Which stretch to learn from and which to look at, with the reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.times import TimeRange, duration_text, minute_text, range_text

__all__ = ["MIN_TRAINING_ROWS", "RangeChoice", "RangeProposal", "propose_ranges", "rows_inside", "rows_needed"]

MIN_TRAINING_ROWS = 200
MIN_ROWS_A_SENSOR = 5
ADVISED_DAYS = 14.0
_DAY_NS = 86_400 * 1_000_000_000


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
    inside = (timestamps >= span.start) & (timestamps < span.end)
    for stretch in exclude:
        inside &= ~((timestamps >= stretch.start) & (timestamps < stretch.end))
    return inside


def propose_ranges(
    timestamps: npt.NDArray[np.int64], *, n_sensors: int, choice: RangeChoice, labels: Sequence[TimeRange] = ()
) -> RangeProposal:
    """Training and evaluation range, as the user said and otherwise by the data.

    Unless told, the first half of the history is learned from: long enough to hold what the machine does, at
    least 14 days where there are 28, and the rows a training needs; the rest is looked at.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing, at least one.
    n_sensors : int
        Sensors to learn from.
    choice : RangeChoice
        What the user has said.
    labels : sequence of TimeRange
        Known faults, left out of training.

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
    end, reason = _training_end(timestamps, start, whole, choice, n_sensors, labels)
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
            f"The model learned from {duration_text(training.seconds)} only; "
            f"{ADVISED_DAYS:.0f} days are the least worth trusting. What the machine did not do in that time "
            "(another load, another season) will look abnormal."
        )
    return RangeProposal(training=training, evaluation=evaluation, reasons=tuple(reasons), warnings=tuple(warnings))


def _training_end(
    timestamps: npt.NDArray[np.int64],
    start: int,
    whole: TimeRange,
    choice: RangeChoice,
    n_sensors: int,
    labels: Sequence[TimeRange],
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
    half = start + (whole.end - start) // 2
    end = max(half, min(start + int(ADVISED_DAYS * _DAY_NS), start + (whole.end - start) * 2 // 3))
    clear = np.flatnonzero(rows_inside(timestamps, TimeRange(start, max(whole.end, start + 1)), labels))
    needed = rows_needed(n_sensors)
    if len(clear) > needed:
        end = max(end, int(timestamps[clear[needed]]))
    elif len(clear):
        end = whole.end
    return end, "the first half of the history" if end == half else "the shortest beginning that can be learned from"


def _refuse_outside(whole: TimeRange, start: int, end: int) -> None:
    """Refuse a training range that is reversed or holds nothing of the data."""
    if end <= start or start >= whole.end or end <= whole.start:
        raise DataError(
            f"There is nothing to learn from between {minute_text(start)} and {minute_text(end)} UTC.",
            expected=f"a range inside the data, {range_text(whole)} UTC",
            fix="Choose other times with --train-start and --train-end.",
        )


def _counted(n: int, noun: str) -> str:
    """Return a number with its noun and the verb that follows it."""
    return f"1 {noun} is" if n == 1 else f"{n} {noun}s are"

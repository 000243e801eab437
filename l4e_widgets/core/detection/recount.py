"""What any alarm budget would have raised on the past, counted from the stored statistic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.accuracy import Accuracy, hold_against_labels
from l4e_widgets.core.detection.calibration import MONTH_S, Calibration
from l4e_widgets.core.detection.events import EventRules, find_events
from l4e_widgets.core.times import TimeRange

__all__ = ["CURVE_BUDGETS", "BudgetCount", "Past", "recount", "trade_off", "tuned"]

CURVE_BUDGETS: tuple[float, ...] = tuple(float(f"{budget:.2g}") for budget in np.geomspace(0.05, 50, 31))
"""Budgets of a trade-off curve, false alarms a month, evenly spaced on a logarithmic axis."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """Stored rows of a stretch, as a model scored them once.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing.
    statistic, release : (n_rows,) float64
        See `Scores`; they depend on no budget.
    step_s : float
        Seconds between rows.
    calibration : Calibration
        From a budget to the alarm line.
    labels : tuple of TimeRange
        Known faults inside the stretch.
    """

    timestamps: npt.NDArray[np.int64]
    statistic: npt.NDArray[np.float64]
    release: npt.NDArray[np.float64]
    step_s: float
    calibration: Calibration
    labels: tuple[TimeRange, ...] = ()

    @property
    def months(self) -> float:
        """Time that rows cover, in months; what was not recorded does not count."""
        return len(self.timestamps) * self.step_s / MONTH_S


@dataclass(frozen=True, kw_only=True)
class BudgetCount:
    """What one budget would have raised.

    Parameters
    ----------
    budget : float
        False alarms promised a month.
    threshold : float
        Alarm line of the statistic.
    plausible : tuple of float
        False alarms a month that the training's evidence allows at this line, 95 %.
    events : tuple of TimeRange
        `[start, end)` of what it would have raised, in order of time.
    months : float
        Length of the past that was counted.
    share_of_time : float
        Share of the rows inside an event, 0 to 1.
    accuracy : Accuracy or None
        Events held against the labels; None without labels.
    """

    budget: float
    threshold: float
    plausible: tuple[float, float]
    events: tuple[TimeRange, ...]
    months: float
    share_of_time: float
    accuracy: Accuracy | None

    @property
    def events_a_month(self) -> float:
        """Events a month, real and false ones alike."""
        return len(self.events) / self.months if self.months > 0 else 0.0

    @property
    def n_found(self) -> int:
        """Labels found; 0 without labels."""
        return self.accuracy.n_found if self.accuracy else 0

    @property
    def n_false(self) -> int:
        """Events that belong to no label; all of them without labels."""
        return len(self.accuracy.false_events) if self.accuracy else len(self.events)


def recount(past: Past, budget: float) -> BudgetCount:
    """Count what a budget would have raised.

    Parameters
    ----------
    past : Past
        Stored rows.
    budget : float
        False alarms a month, above 0.

    Returns
    -------
    BudgetCount
        Events and, with labels, what was found.

    Raises
    ------
    UsageError
        The budget is not above 0.
    """
    threshold = past.calibration.threshold(budget)
    found = find_events(
        past.statistic,
        past.release,
        past.timestamps,
        threshold=threshold,
        rules=EventRules.for_step(past.step_s),
        step_s=past.step_s,
    )
    spans = tuple(TimeRange(event.start_ns, event.end_ns) for event in found)
    inside = sum(event.last_row_exclusive - event.first_row for event in found)
    return BudgetCount(
        budget=float(budget),
        threshold=threshold,
        plausible=past.calibration.interval(budget),
        events=spans,
        months=past.months,
        share_of_time=inside / max(len(past.timestamps), 1),
        accuracy=hold_against_labels(spans, past.labels) if past.labels else None,
    )


def trade_off(past: Past, budgets: Sequence[float] = CURVE_BUDGETS) -> tuple[BudgetCount, ...]:
    """Count several budgets, for a plot of what is found against what is false.

    Parameters
    ----------
    past : Past
        Stored rows.
    budgets : sequence of float
        False alarms a month, each above 0.

    Returns
    -------
    tuple of BudgetCount
        In order of the budget.
    """
    return tuple(recount(past, budget) for budget in sorted(budgets))


def tuned(curve: Sequence[BudgetCount], *, most_false_a_month: float | None = None) -> BudgetCount | None:
    """Choose the budget that serves the labels best.

    With a limit for false events: of the budgets that keep it the one that finds most labels, then the one with the
    fewest false events, then the smallest. Without a limit a false event weighs as much as a missed label.

    Parameters
    ----------
    curve : sequence of BudgetCount
        As `trade_off` gives it.
    most_false_a_month : float, optional
        Events without a label a month that are acceptable.

    Returns
    -------
    BudgetCount or None
        None where there are no labels, or no budget keeps the limit.
    """
    known = [point for point in curve if point.accuracy]
    if most_false_a_month is None:
        return max(known, key=lambda point: (point.n_found - point.n_false, -point.budget), default=None)
    kept = [point for point in known if point.n_false <= most_false_a_month * point.months + 1e-9]
    return max(kept, key=lambda point: (point.n_found, -point.n_false, -point.budget), default=None)

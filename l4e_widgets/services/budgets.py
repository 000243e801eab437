"""Alarm budgets: what any of them would have raised on the past, and which serves the labels best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from l4e_widgets.core.detection.recount import CURVE_BUDGETS, BudgetCount, Past, recount, trade_off, tuned
from l4e_widgets.core.times import TimeRange
from l4e_widgets.figures.case_words import budget_words
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.storage.model_past import past_of
from l4e_widgets.storage.model_reader import ModelReader

__all__ = ["BudgetReceipt", "budget_curve", "count_budget", "model_past", "tune_budget"]


@dataclass(frozen=True, kw_only=True)
class BudgetReceipt:
    """What a budget would have raised, ready to be told.

    Parameters
    ----------
    count : BudgetCount
        The numbers.
    sentence : str
        The same in words.
    """

    count: BudgetCount
    sentence: str


def model_past(
    context: Context,
    project: str,
    model: str,
    *,
    span: TimeRange | None = None,
    labels: Sequence[TimeRange] | None = None,
) -> Past:
    """Read the stored statistic of a model once; `count_budget` then counts any budget in milliseconds.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    span : TimeRange, optional
        `[start, end)`; the evaluation range where absent.
    labels : sequence of TimeRange, optional
        Known faults to hold the events against; those of the model where absent.

    Returns
    -------
    Past
        Depends on no budget.

    Raises
    ------
    NotFound
        There is no such project or model.
    """
    past = past_of(ModelReader(context.documents, project_keys(context, project), model), span)
    if labels is None:
        return past
    whole = TimeRange(int(past.timestamps[0]), int(past.timestamps[-1]) + 1) if len(past.timestamps) else None
    return replace(past, labels=tuple(label for label in labels if whole and label.overlaps(whole)))


def count_budget(past: Past, budget: float) -> BudgetReceipt:
    """Count what a budget would have raised.

    Parameters
    ----------
    past : Past
        As `model_past` gives it.
    budget : float
        False alarms a month, above 0.

    Returns
    -------
    BudgetReceipt
        Numbers and a sentence.

    Raises
    ------
    UsageError
        The budget is no number above 0.
    """
    count = recount(past, budget)
    return BudgetReceipt(count=count, sentence=budget_words(count))


def budget_curve(past: Past, budgets: Sequence[float] = CURVE_BUDGETS) -> tuple[BudgetReceipt, ...]:
    """Count many budgets, for a plot of what is found against what is false.

    Parameters
    ----------
    past : Past
        As `model_past` gives it.
    budgets : sequence of float
        False alarms a month.

    Returns
    -------
    tuple of BudgetReceipt
        In order of the budget.
    """
    return tuple(BudgetReceipt(count=count, sentence=budget_words(count)) for count in trade_off(past, budgets))


def tune_budget(past: Past, *, most_false_a_month: float | None = None) -> BudgetReceipt | None:
    """Find the budget that serves the labels best; nothing is put in force.

    Parameters
    ----------
    past : Past
        As `model_past` gives it.
    most_false_a_month : float, optional
        Events without a label a month that are acceptable; where absent each weighs as much as a missed label.

    Returns
    -------
    BudgetReceipt or None
        None where there are no labels, or no budget keeps the limit.
    """
    best = tuned(trade_off(past), most_false_a_month=most_false_a_month)
    return BudgetReceipt(count=best, sentence=budget_words(best)) if best else None

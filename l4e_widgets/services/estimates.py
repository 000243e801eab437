"""Alarm budgets before training: what each would have raised on the past, estimated by a quick fit in a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from l4e_widgets.core.errors import UsageError
from l4e_widgets.figures.case_words import estimate_words
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, project_keys
from l4e_widgets.services.jobs import JobView, cancel_job, list_jobs, start_job, wait_for_job
from l4e_widgets.storage.documents import to_plain
from l4e_widgets.storage.job_files import JobFiles
from l4e_widgets.storage.records import TrainingRequest

__all__ = ["BudgetEstimate", "EstimatedCount", "estimate_of", "start_estimate"]


@dataclass(frozen=True, kw_only=True)
class EstimatedCount:
    """What one budget would raise, by estimate.

    Parameters
    ----------
    budget : float
        False alarms a month.
    events : int
        Events on the rows that were looked at.
    events_a_month : float
        The same a month.
    found, false : int or None
        Labels found and events without a label; None where there are no labels to hold them against.
    """

    budget: float
    events: int
    events_a_month: float
    found: int | None
    false: int | None


@dataclass(frozen=True, kw_only=True)
class BudgetEstimate:
    """What each budget would raise, by estimate of a quick fit.

    Parameters
    ----------
    rows_learned, rows_looked_at : int
        How many rows it rests on.
    is_whole : bool
        Whether all rows of the past were looked at, else stretches of it.
    months : float
        Length of what was looked at.
    n_labels : int
        Known faults in it.
    counts : tuple of EstimatedCount
        In order of the budget; empty where nothing was left to look at.
    """

    rows_learned: int
    rows_looked_at: int
    is_whole: bool
    months: float
    n_labels: int
    counts: tuple[EstimatedCount, ...]

    def count(self, budget: float) -> EstimatedCount | None:
        """Return the count of the nearest budget.

        Parameters
        ----------
        budget : float
            False alarms a month, above 0.

        Returns
        -------
        EstimatedCount or None
            None where nothing was left to look at.

        Raises
        ------
        UsageError
            The budget is not above 0.
        """
        if not budget > 0:
            raise UsageError("The alarm budget must be a number above 0.", got=str(budget), fix="Choose one such as 1.")
        return min(self.counts, key=lambda count: abs(float(np.log(count.budget / budget))), default=None)

    def sentence(self, budget: float) -> str:
        """Return what a budget would raise, in words that say it is an estimate.

        Parameters
        ----------
        budget : float
            False alarms a month, above 0.

        Returns
        -------
        str
            One sentence.
        """
        count = self.count(budget)
        if count is None:
            return "Estimate: nothing can be counted, because no rows are left to look at."
        return estimate_words(
            budget,
            count.events_a_month,
            rows=self.rows_learned,
            found=count.found,
            false=count.false,
            n_labels=self.n_labels,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate as plain values."""
        return {"is_estimate": True, **to_plain(self)}


def start_estimate(
    context: Context,
    project: str,
    request: TrainingRequest,
    *,
    wait: bool = False,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Estimate in a process of its own; estimates of other requests that still run are cancelled.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    request : TrainingRequest
        The training as it would be started; its name and its budget do not matter.
    wait : bool
        Return when it is done, else at once.
    watch : callable, optional
        Called with the job while waiting.

    Returns
    -------
    JobView
        The job; one that made or makes the same estimate on the same data is given again.

    Raises
    ------
    NotFound
        There is no such project.
    L4EError
        It failed, while waiting for it.
    """
    keys = project_keys(context, project)
    record = dataset_record(context, project)
    asked = replace(request, model="estimate", alarm_budget=1.0)
    state = f"{record.n_rows} {record.span}"
    arguments = {"request": to_plain(asked), "data": state}
    same = None
    for view in list_jobs(context, keys):
        if view.kind != "estimate":
            continue
        is_same = JobFiles(context.store, keys.job(view.id)).request().arguments == arguments
        if is_same and not view.stale and (view.is_active or view.status == "SUCCESS"):
            same = view
        elif view.is_active:
            cancel_job(context, keys, view.id)
    started = same or start_job(context, keys, "estimate", arguments)
    return wait_for_job(context, keys, started.id, watch=watch) if wait else started


def estimate_of(view: JobView) -> BudgetEstimate | None:
    """Return what a job estimated.

    Parameters
    ----------
    view : JobView
        A job as `start_estimate` gives it.

    Returns
    -------
    BudgetEstimate or None
        None until it has succeeded.
    """
    if view.status != "SUCCESS":
        return None
    told = view.result
    return BudgetEstimate(
        rows_learned=int(told["rows_learned"]),
        rows_looked_at=int(told["rows_looked_at"]),
        is_whole=bool(told["is_whole"]),
        months=float(told["months"]),
        n_labels=int(told["labels"]),
        counts=tuple(EstimatedCount(**count) for count in told["counts"]),
    )

"""Back-tests: a model's configuration trained at several past cut-offs."""

from __future__ import annotations

from collections.abc import Callable

from l4e_widgets.core.errors import NotFound
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.jobs import JobView, start_job, wait_for_job
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.evaluation_records import BacktestFoldRecord, BacktestRecord
from l4e_widgets.storage.models import read_record

__all__ = ["BacktestFoldRecord", "BacktestRecord", "backtest", "start_backtest"]


def start_backtest(
    context: Context,
    project: str,
    model: str,
    *,
    n_cut_offs: int = 4,
    budget: float | None = None,
    wait: bool = False,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Test a model's configuration at past cut-offs, in a process of its own.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    n_cut_offs : int
        How many cut-offs.
    budget : float, optional
        False alarms a month; the budget in force where absent.
    wait : bool
        Return when it is done, else at once.
    watch : callable, optional
        Called with the job while waiting.

    Returns
    -------
    JobView
        The job.

    Raises
    ------
    NotFound
        There is no such project or model.
    L4EError
        It failed, while waiting for it.
    """
    keys = project_keys(context, project)
    read_record(context.documents, keys, model)
    log_action(context.documents, keys.actions, "start_backtest", {"model": model, "n_cut_offs": n_cut_offs})
    started = start_job(context, keys, "backtest", {"model": model, "n_cut_offs": n_cut_offs, "budget": budget})
    return wait_for_job(context, keys, started.id, watch=watch) if wait else started


def backtest(context: Context, project: str, model: str) -> BacktestRecord:
    """Return the stored back-test of a model.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.

    Returns
    -------
    BacktestRecord
        One fold a cut-off.

    Raises
    ------
    NotFound
        There is no such project or model, or it has not been tested.
    """
    keys = project_keys(context, project)
    record = read_record(context.documents, keys, model)
    try:
        return context.documents.get(keys.model(model, record.version).backtest, BacktestRecord).value
    except NotFound:
        raise NotFound(f'Model "{model}" has not been back-tested yet.', fix="Start a back-test.") from None

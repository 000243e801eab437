"""The sample project: a simulated pump with known faults, from data to a trained model.

The simulation is imported where it is used: it needs filters that take half a second to load.
"""

from __future__ import annotations

from collections.abc import Callable

from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.context import Context
from l4e_widgets.services.jobs import JobView
from l4e_widgets.services.projects import ProjectSummary, create_project, delete_project, list_projects
from l4e_widgets.services.training import propose_training, train

__all__ = ["SAMPLE_MODEL", "SAMPLE_PROJECT", "create_sample_project", "sample_labels", "sample_project"]

SAMPLE_PROJECT = "sample-pump"
SAMPLE_MODEL = "first-model"


def sample_labels(seed: int = 0) -> tuple[TimeRange, ...]:
    """Return when the faults of the sample pump really were.

    Parameters
    ----------
    seed : int
        Seed of the simulation.

    Returns
    -------
    tuple of TimeRange
        In order of time.
    """
    from l4e_widgets.core.simulation import sample_pump

    return tuple(fault.span for fault in sample_pump(seed).faults)


def sample_project(context: Context) -> ProjectSummary | None:
    """Return the sample project where it is in the workspace.

    Parameters
    ----------
    context : Context
        The workspace.

    Returns
    -------
    ProjectSummary or None
        None where it was not made yet.
    """
    return next((summary for summary in list_projects(context) if summary.name == SAMPLE_PROJECT), None)


def create_sample_project(context: Context, *, seed: int = 0, watch: Callable[[JobView], None] | None = None) -> None:
    """Simulate the pump, ingest its data and train a model on its first, healthy half.

    An older sample project is replaced.

    Parameters
    ----------
    context : Context
        The workspace.
    seed : int
        Seed of the simulation.
    watch : callable, optional
        Called with each job while it is waited for.
    """
    from l4e_widgets.core.simulation import sample_pump

    if sample_project(context) is not None:
        delete_project(context, SAMPLE_PROJECT, confirm_name=SAMPLE_PROJECT)
    record = sample_pump(seed)
    create_project(
        context, SAMPLE_PROJECT, record.frame, description="Simulated centrifugal pump with its motor", watch=watch
    )
    labels = tuple(fault.span for fault in record.faults)
    proposal = propose_training(context, SAMPLE_PROJECT, model=SAMPLE_MODEL, labels=labels)
    train(context, SAMPLE_PROJECT, proposal, wait=True, watch=watch)

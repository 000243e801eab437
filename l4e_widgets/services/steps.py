"""The steps of the workflow, each with its state and the reason for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from l4e_widgets.figures.wording import count_text
from l4e_widgets.services.jobs import JobView
from l4e_widgets.storage.records import DatasetRecord

__all__ = ["Step", "project_steps"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the workflow.

    Parameters
    ----------
    key : str
        Page it leads to.
    title : str
        Its name.
    state : str
        ``done``, ``ready``, ``optional``, ``blocked`` or ``running``.
    fact : str
        What is there, in a few words.
    reason : str
        Why it is blocked, in at most a few words; empty otherwise.
    """

    key: str
    title: str
    state: str
    fact: str = ""
    reason: str = ""


def project_steps(
    dataset: DatasetRecord | None, jobs: Sequence[JobView], models: Sequence[str], *, n_label_groups: int = 0
) -> tuple[Step, ...]:
    """Steps of a project as they stand.

    Parameters
    ----------
    dataset : DatasetRecord or None
        What was ingested, None until it was.
    jobs : sequence of JobView
        Jobs of the project.
    models : sequence of str
        Finished models.
    n_label_groups : int
        Number of label groups.

    Returns
    -------
    tuple of Step
        Data, Review, Label, Train, Results.
    """
    running = {view.kind: view for view in jobs if view.is_active and not view.stale}
    return (
        _data(dataset, running.get("ingest")),
        _review(dataset),
        _label(dataset, n_label_groups),
        _train(dataset, models, running.get("train")),
        _results(models),
    )


def _data(dataset: DatasetRecord | None, ingestion: JobView | None) -> Step:
    """Return the step of the data."""
    if ingestion is not None:
        return Step(key="overview", title="Data", state="running", fact=ingestion.message, reason=_left(ingestion))
    if dataset is None:
        return Step(key="overview", title="Data", state="blocked", fact="not read", reason="reading failed")
    return Step(key="overview", title="Data", state="done", fact=f"{len(dataset.sensors)} sensors")


def _review(dataset: DatasetRecord | None) -> Step:
    """Return the step of the review."""
    if dataset is None:
        return Step(key="review", title="Review", state="blocked", reason="data first")
    return Step(key="review", title="Review", state="done", fact="sensors graded")


def _label(dataset: DatasetRecord | None, n_groups: int) -> Step:
    """Return the step of the labels, which nobody has to take."""
    if dataset is None:
        return Step(key="label", title="Label", state="blocked", reason="data first")
    if n_groups:
        return Step(key="label", title="Label", state="done", fact=count_text(n_groups, "label group"))
    return Step(key="label", title="Label", state="optional", fact="no known fault marked")


def _train(dataset: DatasetRecord | None, models: Sequence[str], training: JobView | None) -> Step:
    """Return the step of the training."""
    if training is not None:
        return Step(key="train", title="Train", state="running", fact=training.message, reason=_left(training))
    if dataset is None:
        return Step(key="train", title="Train", state="blocked", reason="data first")
    if models:
        return Step(key="train", title="Train", state="done", fact=f"model {models[-1]}")
    return Step(key="train", title="Train", state="ready", fact="no model yet")


def _results(models: Sequence[str]) -> Step:
    """Return the step of the results."""
    if models:
        return Step(key="results", title="Results", state="done", fact=f"model {models[-1]}")
    return Step(key="results", title="Results", state="blocked", reason="train first")


def _left(view: JobView) -> str:
    """Return the time left in a few words."""
    return f"{view.seconds_left:.0f} s left" if view.seconds_left is not None else "running"

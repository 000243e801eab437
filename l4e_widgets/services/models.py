"""Models of a project: list, describe, set the alarm budget, delete."""

from __future__ import annotations

from dataclasses import dataclass, replace

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.models import model_names, read_record
from l4e_widgets.storage.records import CalibrationRecord

__all__ = ["ModelSummary", "delete_model", "list_models", "set_alarm_budget"]


@dataclass(frozen=True, kw_only=True)
class ModelSummary:
    """A trained model in short.

    Parameters
    ----------
    name : str
        Its name.
    trained_ns : int
        When the training ended, nanoseconds UTC.
    training_range : TimeRange
        What it learned from.
    evaluation_range : TimeRange or None
        What it looked at.
    sampling_rate_s : float
        Seconds between its rows.
    n_sensors, n_rows_trained : int
        What it learned from.
    alarm_budget : float
        False alarms a month in force.
    label_group : str
        Group its labels came from, empty for none.
    """

    name: str
    trained_ns: int
    training_range: TimeRange
    evaluation_range: TimeRange | None
    sampling_rate_s: float
    n_sensors: int
    n_rows_trained: int
    alarm_budget: float
    label_group: str


def list_models(context: Context, project: str) -> tuple[ModelSummary, ...]:
    """Return the trained models of a project, oldest first.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    tuple of ModelSummary
        Empty where there are none.
    """
    keys = project_keys(context, project)
    return tuple(_summary(context, project, name) for name in model_names(context.documents, keys))


def _summary(context: Context, project: str, name: str) -> ModelSummary:
    """Return a model in short."""
    keys = project_keys(context, project)
    record = read_record(context.documents, keys, name)
    calibration = context.documents.get(keys.model(name, record.version).calibration, CalibrationRecord).value
    return ModelSummary(
        name=record.name,
        trained_ns=record.trained_ns,
        training_range=record.request.training_range,
        evaluation_range=record.request.evaluation_range,
        sampling_rate_s=record.request.sampling_rate_s,
        n_sensors=len(record.request.sensors),
        n_rows_trained=record.n_rows_trained,
        alarm_budget=calibration.alarm_budget,
        label_group=record.request.label_group,
    )


def set_alarm_budget(context: Context, project: str, model: str, alarm_budget: float) -> None:
    """Put another alarm budget in force; every reader recounts its events, no stored series changes.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    alarm_budget : float
        False alarms a month that are acceptable when nothing is wrong.

    Raises
    ------
    UsageError
        The budget is no number above 0.
    NotFound
        There is no such project or model.
    Conflict
        Someone else moved it meanwhile.
    """
    keys = project_keys(context, project)
    record = read_record(context.documents, keys, model)
    key = keys.model(model, record.version).calibration
    stored = context.documents.get(key, CalibrationRecord)
    Calibration.from_dict(stored.value.calibration).threshold(alarm_budget)
    changed = replace(stored.value, alarm_budget=float(alarm_budget))
    context.documents.put(key, changed, expected_revision=stored.revision)
    log_action(context.documents, keys.actions, "set_alarm_budget", {"model": model, "alarm_budget": alarm_budget})


def delete_model(context: Context, project: str, model: str) -> None:
    """Delete a model with its scores; its document goes first, so an interrupted call leaves no half model.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.

    Raises
    ------
    NotFound
        There is no such project or model.
    """
    keys = project_keys(context, project)
    read_record(context.documents, keys, model)
    root = keys.model(model)
    context.store.delete(root.model)
    context.store.delete_tree(root.root)
    log_action(context.documents, keys.actions, "delete_model", {"model": model})

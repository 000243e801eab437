"""What people know of the sensors of a project beyond their values: a sheet applied to data that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.sensors import Sensor, told_sensors
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, graded_anew, project_keys
from l4e_widgets.services.projects import refuse_while_busy
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.records import DatasetRecord, QualityRecord
from l4e_widgets.storage.sensor_sheet import read_sensor_sheet

__all__ = ["SheetApplied", "apply_sensor_sheet"]


@dataclass(frozen=True, kw_only=True)
class SheetApplied:
    """What became of a sheet.

    Parameters
    ----------
    sensors : tuple of Sensor
        All sensors of the project as they are now.
    changed : tuple of str
        Names of the sensors whose records the sheet changed.
    notices : tuple of str
        Sentences on what of the sheet was passed over.
    """

    sensors: tuple[Sensor, ...]
    changed: tuple[str, ...]
    notices: tuple[str, ...]


def apply_sensor_sheet(context: Context, project: str, path: Path) -> SheetApplied:
    """Take units, limits, kinds and names of a sheet for the sensors of a project, all lines or none.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    path : Path
        The sheet.

    Returns
    -------
    SheetApplied
        The sensors as they are now, and what was passed over.

    Raises
    ------
    NotFound
        There is no such project or sheet.
    Blocked
        The project has no data yet, or a job of it is under way.
    DataError
        A line of the sheet cannot be taken; nothing was changed.
    """
    keys = project_keys(context, project)
    dataset_record(context, project)
    refuse_while_busy(context, project)
    told = read_sensor_sheet(path)
    stored = context.documents.get(keys.dataset, DatasetRecord)
    before = stored.value
    words = ReadingReport.from_dict(before.reading).categories
    kept, notices = told_sensors(before.sensors, told, words=words)
    changed = tuple(new.name for old, new in zip(before.sensors, kept, strict=True) if old != new)
    if not changed:
        return SheetApplied(sensors=kept, changed=(), notices=notices)
    context.documents.put(keys.dataset, replace(before, sensors=kept), expected_revision=stored.revision)
    if any(old.kind != new.kind for old, new in zip(before.sensors, kept, strict=True)):
        grades = graded_anew(context, project)
        context.documents.put(keys.quality, QualityRecord(quality=grades.to_dict(), revision=before.revision))
    log_action(context.documents, keys.actions, "apply_sensor_sheet", {"sheet": path.name, "sensors": len(changed)})
    return SheetApplied(sensors=kept, changed=changed, notices=notices)

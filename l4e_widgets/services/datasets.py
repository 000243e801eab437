"""The data of a project: its sensors, rows and grades."""

from __future__ import annotations

import numpy as np

from l4e_widgets.core.errors import Blocked, NotFound
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.quality import QualityReport, grade_clocks
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import SeriesSource
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.context import Context
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.project_series import ProjectSeries
from l4e_widgets.storage.records import DatasetRecord, ProjectRecord, QualityRecord

__all__ = [
    "dataset_record",
    "edge_rows",
    "graded_anew",
    "project_keys",
    "project_series",
    "quality",
    "read_rows",
    "sensors",
    "series_source",
]


def project_keys(context: Context, project: str) -> ProjectKeys:
    """Keys of a project that exists.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    ProjectKeys
        Its keys.

    Raises
    ------
    NotFound
        There is no such project.
    """
    keys = ProjectKeys.of(project)
    try:
        context.documents.get(keys.project, ProjectRecord)
    except NotFound:
        raise NotFound(
            f'There is no project called "{project}".',
            fix="Choose one from the list of projects, or create it.",
        ) from None
    return keys


def dataset_record(context: Context, project: str) -> DatasetRecord:
    """Document of the data set of a project.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    DatasetRecord
        What was ingested.

    Raises
    ------
    NotFound
        There is no such project.
    Blocked
        Its data has not been ingested.
    """
    keys = project_keys(context, project)
    whole = not context.documents.get(keys.project, ProjectRecord).value.stage
    if not whole or not context.store.exists(keys.dataset):
        raise Blocked(
            f'Project "{project}" has no data yet.', fix="Wait until its data is read, or see why that failed."
        )
    return context.documents.get(keys.dataset, DatasetRecord).value


def series_source(context: Context, project: str) -> SeriesSource:
    """Rows of a project as a source that a chart can draw from.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    SeriesSource
        The stored series.
    """
    return project_series(context, project)


def project_series(context: Context, project: str) -> ProjectSeries:
    """Return the stored series of a project, for services that need more of it than a chart does.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    ProjectSeries
        All clocks as one source.

    Raises
    ------
    NotFound
        There is no such project.
    """
    record = dataset_record(context, project)
    return ProjectSeries(context.documents, ProjectKeys.of(project), record)


def sensors(context: Context, project: str) -> tuple[Sensor, ...]:
    """Return the sensors of a project.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    tuple of Sensor
        In the order of the file.
    """
    return dataset_record(context, project).sensors


def read_rows(
    context: Context, project: str, *, sensors: tuple[str, ...] | None = None, span: TimeRange | None = None
) -> SensorFrame:
    """Return rows as they were ingested.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    sensors : tuple of str, optional
        Ids or names; all where absent.
    span : TimeRange, optional
        `[start, end)`; everything where absent.

    Returns
    -------
    SensorFrame
        (n_rows, n_sensors) values in each sensor's unit.
    """
    stored = project_series(context, project)
    return stored.read(sensors, span.start, span.end) if span else stored.read(sensors)


def edge_rows(context: Context, project: str, *, count: int = 20) -> tuple[SensorFrame, SensorFrame]:
    """Return the first and the last rows.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    count : int
        Rows at each end.

    Returns
    -------
    tuple of SensorFrame
        First rows, last rows.
    """
    record = dataset_record(context, project)
    source = project_series(context, project)
    reach = int(record.median_step_s * 1e9) * count * 4
    first = source.read(None, record.span.start, record.span.start + reach)
    last = source.read(None, record.span.end - reach, record.span.end)
    if min(len(first), len(last)) < min(count, record.n_rows):
        first = last = source.read()
    return _rows(first, slice(0, count)), _rows(last, slice(-count, None))


def _rows(frame: SensorFrame, rows: slice) -> SensorFrame:
    """Return some rows of a frame."""
    return SensorFrame(np.asarray(frame.timestamps[rows]), frame.values[rows], frame.sensors)


def quality(context: Context, project: str) -> QualityReport:
    """Return the grades of a project's sensors.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    QualityReport
        Grade and reasons of every sensor, and warnings on the data set.
    """
    record = dataset_record(context, project)
    stored = context.documents.get(ProjectKeys.of(project).quality, QualityRecord).value
    if stored.revision != record.revision:
        return graded_anew(context, project)
    return QualityReport.from_dict(stored.quality)


def graded_anew(context: Context, project: str) -> QualityReport:
    """Grade a project's sensors by their stored rows and their records as they are now.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    QualityReport
        Grade and reasons of every sensor, and warnings on the data set.
    """
    record = dataset_record(context, project)
    frames = [clock.read() for clock in project_series(context, project).clocks.values()]
    return grade_clocks(frames, record.sensors, ReadingReport.from_dict(record.reading))

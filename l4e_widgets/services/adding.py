"""More data for a project that is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, project_keys
from l4e_widgets.services.inbox import release_uploads
from l4e_widgets.services.jobs import JobView, start_job, wait_for_job
from l4e_widgets.services.projects import create_project, refuse_while_busy
from l4e_widgets.services.reading_again import read_as_before
from l4e_widgets.services.sensor_sheets import apply_sensor_sheet
from l4e_widgets.services.sources import Sources, existing_files, source_arguments
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.sensor_sheet import read_sensor_sheet

__all__ = ["add_data", "create_or_add"]


def add_data(
    context: Context,
    project: str,
    sources: Sources,
    *,
    options: ReadingOptions | None = None,
    wait: bool = True,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Add data to a project; where a time is there already, the new values win wherever there is one.

    Sensors are matched by name, new ones are added; the grades are made anew. A failure, an interruption or a worker
    that dies leaves the data as it was.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    sources : path, sequence of paths, DataFrame or SensorFrame
        The data; ``inbox:`` and an id name a finished upload, which leaves the inbox once it was read.
    options : ReadingOptions, optional
        What is known of the files; what is not said is taken from the files that the project was made of.
    wait : bool
        Return when it is stored, else at once.
    watch : callable, optional
        Called with the job while waiting.

    Returns
    -------
    JobView
        The job; its result counts rows added, rows whose time was there, and values replaced.

    Raises
    ------
    NotFound
        There is no such project, or a file is not there.
    Blocked
        The project has no data yet, or a job of it is under way.
    DataError
        The data cannot be read, or does not fit the project's.
    """
    keys = project_keys(context, project)
    record = dataset_record(context, project)
    refuse_while_busy(context, project)
    paths = existing_files(context, sources)
    reading = read_as_before(ReadingReport.from_dict(record.reading), paths, options or ReadingOptions())
    arguments = source_arguments(context, keys, sources, paths, reading)
    log_action(context.documents, keys.actions, "add_data", {"sources": arguments["shown_as"]})
    started = start_job(context, keys, "append", arguments)
    if not wait:
        return started
    ended = wait_for_job(context, keys, started.id, watch=watch)
    release_uploads(context, paths)
    return ended


def create_or_add(
    context: Context,
    project: str,
    sources: Sources,
    *,
    description: str = "",
    options: ReadingOptions | None = None,
    sensor_sheet: Path | None = None,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Create a project from data, or add the data to the one that is there.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    sources : path, sequence of paths, DataFrame or SensorFrame
        The data.
    description : str
        What the asset is, for a new project only.
    options : ReadingOptions, optional
        What is known of the files.
    sensor_sheet : Path, optional
        A sheet of what is known of the sensors; applied after the data was added to a project that is there.
    watch : callable, optional
        Called with the job while waiting.

    Returns
    -------
    JobView
        The ended job.

    Raises
    ------
    UsageError
        A description was given for a project that is there.
    L4EError
        What `create_project` and `add_data` raise.
    """
    if not context.store.exists(ProjectKeys.of(project).project):
        return create_project(
            context,
            project,
            sources,
            description=description,
            options=options,
            sensor_sheet=sensor_sheet,
            watch=watch,
        )
    if description:
        raise UsageError(
            f'There is a project called "{project}" already, and it has its description. Nothing was added.',
            fix="Leave out --description to add the files to it, or choose another name.",
        )
    if sensor_sheet:
        read_sensor_sheet(sensor_sheet)
    added = add_data(context, project, sources, options=options, watch=watch)
    if sensor_sheet:
        apply_sensor_sheet(context, project, sensor_sheet)
    return added

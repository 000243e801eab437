"""Projects: create, list, summarise, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from l4e_widgets.core.errors import Blocked, Conflict, NameRefused, NotFound, StorageError, UsageError
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.inbox import release_uploads
from l4e_widgets.services.jobs import JobView, list_jobs, start_job, wait_for_job
from l4e_widgets.services.names import check_description, check_project_name
from l4e_widgets.services.sources import Sources, existing_files, source_arguments
from l4e_widgets.services.steps import Step, project_steps
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.layout import PROJECTS, WORKSPACE_ACTIONS, ProjectKeys
from l4e_widgets.storage.models import model_names
from l4e_widgets.storage.records import DatasetRecord, ProjectRecord
from l4e_widgets.storage.sensor_sheet import read_sensor_sheet

__all__ = [
    "ProjectSummary",
    "Sources",
    "claim_project",
    "create_project",
    "delete_project",
    "list_projects",
    "project_summary",
    "refuse_while_busy",
]

START_WITHIN_S = 60
CREATING, IMPORTING, DELETING = "creating", "importing", "deleting"
_HALF_MADE = {
    CREATING: "Its creation was interrupted before its data was read. Delete it and create it again.",
    IMPORTING: "Its import has not ended. If nobody is importing it now, delete it and import it again.",
    DELETING: "Its deletion was interrupted. Delete it again to finish that.",
}
_SILENT = "The worker that reads its data has not been heard of for a minute. Start its job again, or delete it."


@dataclass(frozen=True, kw_only=True)
class ProjectSummary:
    """What a project is and how far it is.

    Parameters
    ----------
    name, description : str
        As the user wrote them.
    created_ns : int
        Nanoseconds UTC.
    status : str
        ``ingesting``, ``ready`` or ``failed``.
    error : str
        Why ingestion failed, empty otherwise.
    n_sensors, n_rows : int
        0 until the data is read.
    span : TimeRange or None
        First row to just after the last.
    sampling_rate_s : float or None
        Suggested sampling rate in seconds.
    missing_share : float
        Share of missing values, 0 to 1.
    models : tuple of str
        Names of finished models, oldest first.
    sentences : tuple of str
        What was understood of the sources.
    steps : tuple of Step
        Steps of the workflow with their state.
    """

    name: str
    description: str
    created_ns: int
    status: str
    error: str = ""
    n_sensors: int = 0
    n_rows: int = 0
    span: TimeRange | None = None
    sampling_rate_s: float | None = None
    missing_share: float = 0.0
    models: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def create_project(
    context: Context,
    name: str,
    sources: Sources,
    *,
    description: str = "",
    options: ReadingOptions | None = None,
    sensor_sheet: Path | None = None,
    wait: bool = True,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Create a project from data.

    Waiting, a failure or an interruption leaves no project behind.

    Parameters
    ----------
    context : Context
        The workspace.
    name : str
        3 to 170 characters of `a-zA-Z0-9_-`, not taken.
    sources : path, sequence of paths, DataFrame or SensorFrame
        The data; ``inbox:`` and an id name a finished upload, which leaves the inbox once it was read.
    description : str
        What the asset is, empty or 3 to 128 characters.
    options : ReadingOptions, optional
        What is known of the files.
    sensor_sheet : Path, optional
        A sheet of what is known of the sensors; it is read first.
    wait : bool
        Return when it is ingested, else at once.
    watch : callable, optional
        Called with the job while waiting.

    Returns
    -------
    JobView
        The ingestion.

    Raises
    ------
    NameRefused
        The name or description breaks its rule, or the name is taken.
    DataError
        The data cannot be read.
    NotFound
        A file is not there.
    """
    check_project_name(name)
    check_description(description)
    keys = ProjectKeys.of(name)
    told = read_sensor_sheet(sensor_sheet) if sensor_sheet else ()
    paths = existing_files(context, sources)
    record = ProjectRecord(name=name, description=description, created_ns=context.clock())
    claim_project(context, keys, replace(record, stage=CREATING))
    try:
        context.documents.put(keys.project, record, expected_revision=1)
        arguments = source_arguments(context, keys, sources, paths, options or ReadingOptions(), told)
        log_action(context.documents, keys.actions, "create_project", {"name": name, "sources": arguments["shown_as"]})
        started = start_job(context, keys, "ingest", arguments)
        ended = wait_for_job(context, keys, started.id, watch=watch) if wait else started
    except BaseException:
        context.store.delete_tree(keys.root)
        raise
    if wait:
        release_uploads(context, paths)
    return ended


def claim_project(context: Context, keys: ProjectKeys, record: ProjectRecord) -> None:
    """Take a name for a project that is about to be made, and clear what a program that died left in its folder.

    Parameters
    ----------
    context : Context
        The workspace.
    keys : ProjectKeys
        Keys of the project.
    record : ProjectRecord
        Its first document, whose stage says that it is not whole yet.

    Raises
    ------
    NameRefused
        The name is taken.
    """
    try:
        context.documents.put(keys.project, record, expected_revision=0)
    except Conflict:
        raise NameRefused(
            f'There is a project called "{record.name}" already.', fix="Choose another name, or delete the old project."
        ) from None
    _clear(context, keys)


def _clear(context: Context, keys: ProjectKeys) -> None:
    """Remove everything of a project but its document."""
    for key in keys.beside_project(context.store.children(keys.root)):
        if context.store.exists(key):
            context.store.delete(key)
        else:
            context.store.delete_tree(key)


def list_projects(context: Context) -> tuple[ProjectSummary, ...]:
    """Return the projects of a workspace, by name.

    Parameters
    ----------
    context : Context
        The workspace.

    Returns
    -------
    tuple of ProjectSummary
        Empty where there are none.
    """
    found = []
    for folder in context.store.children(PROJECTS):
        keys = ProjectKeys(folder)
        if context.store.exists(keys.project):
            found.append(_listed(context, keys, folder))
    return tuple(sorted(found, key=lambda summary: summary.name))


def project_summary(context: Context, project: str) -> ProjectSummary:
    """Summarise a project.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    ProjectSummary
        What it is and how far it is.

    Raises
    ------
    NotFound
        There is no such project.
    """
    return _summary(context, project_keys(context, project))


def _listed(context: Context, keys: ProjectKeys, folder: str) -> ProjectSummary:
    """Summarise a project for a list: one whose documents are damaged is listed with the sentence that says so."""
    name = folder
    try:
        name = context.documents.get(keys.project, ProjectRecord).value.name
        return _summary(context, keys)
    except (StorageError, NotFound) as error:
        return ProjectSummary(name=name, description="", created_ns=0, status="failed", error=str(error))


def _summary(context: Context, keys: ProjectKeys) -> ProjectSummary:
    """Summarise the project of some keys."""
    record = context.documents.get(keys.project, ProjectRecord).value
    jobs = list_jobs(context, keys)
    if record.stage or not context.store.exists(keys.dataset):
        status, error = _not_ready(context, record, jobs)
        return ProjectSummary(
            name=record.name,
            description=record.description,
            created_ns=record.created_ns,
            status=status,
            error=error,
            steps=project_steps(None, jobs, ()),
        )
    models = model_names(context.documents, keys)
    dataset = context.documents.get(keys.dataset, DatasetRecord).value
    return ProjectSummary(
        name=record.name,
        description=record.description,
        created_ns=record.created_ns,
        status="ready",
        n_sensors=len(dataset.sensors),
        n_rows=dataset.n_rows,
        span=dataset.span,
        sampling_rate_s=dataset.sampling_rate_s,
        missing_share=dataset.missing_share,
        models=models,
        sentences=dataset.sentences,
        steps=project_steps(dataset, jobs, models, n_label_groups=len(context.store.children(keys.labels))),
    )


def _not_ready(context: Context, record: ProjectRecord, jobs: Sequence[JobView]) -> tuple[str, str]:
    """Return status and error of a project whose data is not there."""
    if record.stage in _HALF_MADE:
        return "failed", _HALF_MADE[record.stage]
    last = next((view for view in reversed(jobs) if view.kind == "ingest"), None)
    if last is None:
        young = abs(context.clock() - record.created_ns) < START_WITHIN_S * NS_PER_SECOND
        return ("ingesting", "") if young else ("failed", _HALF_MADE[CREATING])
    if last.is_active:
        return ("failed", _SILENT) if last.stale else ("ingesting", "")
    return "failed", str(last.error) if last.error else ""


def delete_project(context: Context, project: str, *, confirm_name: str) -> None:
    """Delete a project with everything in it.

    Interrupted, it stays in the list as half deleted and can be deleted again.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    confirm_name : str
        The name again, as a safeguard.

    Raises
    ------
    UsageError
        The two names differ.
    Blocked
        A job of the project is under way.
    NotFound
        There is no such project.
    """
    keys = project_keys(context, project)
    if confirm_name != project:
        raise UsageError(
            "The names differ, so nothing was deleted.", got=confirm_name, expected=project, fix="Type the name again."
        )
    refuse_while_busy(context, project)
    record = context.documents.get(keys.project, ProjectRecord).value
    context.documents.put(keys.project, replace(record, stage=DELETING))
    _clear(context, keys)
    context.store.delete_tree(keys.root)
    log_action(context.documents, WORKSPACE_ACTIONS, "delete_project", {"name": project})


def refuse_while_busy(context: Context, project: str) -> None:
    """Refuse to go on while a job of a project is under way.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Raises
    ------
    Blocked
        A job is under way; the sentence says which.
    """
    busy = [view for view in list_jobs(context, ProjectKeys.of(project)) if view.is_active and not view.stale]
    if busy:
        raise Blocked(
            f'Project "{project}" is at work: {busy[0].kind}, {busy[0].message or "about to start"}.',
            fix="Wait until it has ended, or cancel it first.",
        )

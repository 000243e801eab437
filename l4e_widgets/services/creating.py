"""The making of a project seen from a page: started, found again, ended well, or taken back to be corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from l4e_widgets.core.errors import Blocked, NameRefused, StorageError
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.inbox import INBOX_SCHEME
from l4e_widgets.services.jobs import JobView, list_jobs
from l4e_widgets.services.names import check_project_name
from l4e_widgets.services.projects import create_project, delete_project
from l4e_widgets.services.uploads import Upload, cancel_upload, list_uploads
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.job_files import JobFiles
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.names import safe_file_name
from l4e_widgets.storage.records import ProjectRecord

__all__ = [
    "ProjectDraft",
    "creation_job",
    "free_project_name",
    "refuse_taken_name",
    "settle_uploads",
    "start_creation",
    "take_back",
]

MOST_NAME = 170


@dataclass(frozen=True, kw_only=True)
class ProjectDraft:
    """A project as it is to be made.

    Parameters
    ----------
    name, description : str
        As the user wrote them.
    sources : tuple of str
        Paths, or ``inbox:`` and the id of a finished upload.
    options : ReadingOptions
        What is known of the files.
    """

    name: str
    description: str = ""
    sources: tuple[str, ...] = ()
    options: ReadingOptions = field(default_factory=ReadingOptions)


def refuse_taken_name(context: Context, name: str) -> None:
    """Refuse a name that breaks the rule of projects or that a project has.

    Parameters
    ----------
    context : Context
        The workspace.
    name : str
        The name.

    Raises
    ------
    NameRefused
        It cannot be used.
    """
    check_project_name(name)
    if context.store.exists(ProjectKeys.of(name).project):
        raise NameRefused(
            f'There is a project called "{name}" already.',
            fix=f"{free_project_name(context, name)} is free.",
        )


def free_project_name(context: Context, file_name: str) -> str:
    """Return a free project name that reminds of a file.

    Parameters
    ----------
    context : Context
        The workspace.
    file_name : str
        Name of the file.

    Returns
    -------
    str
        3 to 170 characters of `a-zA-Z0-9_-`.
    """
    stem = Path(file_name.replace("\\", "/")).name.partition(".")[0]
    words = re.sub(r"[^a-zA-Z0-9_-]+", "-", stem).strip("-_")[: MOST_NAME - 5]
    name = words if len(words) >= 3 else f"machine-{words}".strip("-")
    number, tried = 1, name
    while context.store.exists(ProjectKeys.of(tried).project):
        number += 1
        tried = f"{name}-{number}"
    return tried


def start_creation(context: Context, draft: ProjectDraft) -> JobView:
    """Begin to make a project; it goes on without whoever asked.

    Parameters
    ----------
    context : Context
        The workspace.
    draft : ProjectDraft
        What to make.

    Returns
    -------
    JobView
        The ingestion, pending.

    Raises
    ------
    L4EError
        What `create_project` raises.
    """
    return create_project(
        context,
        draft.name,
        list(draft.sources),
        description=draft.description,
        options=draft.options,
        wait=False,
    )


def creation_job(context: Context, project: str) -> JobView | None:
    """Return the ingestion that makes or made a project.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    JobView or None
        None where it was made otherwise.

    Raises
    ------
    NotFound
        There is no such project.
    """
    views = list_jobs(context, project_keys(context, project))
    return next((view for view in reversed(views) if view.kind == "ingest"), None)


def settle_uploads(context: Context, project: str) -> int:
    """Remove uploads from the inbox that a project has as its own and is done reading.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    int
        How many were removed.

    Raises
    ------
    NotFound
        There is no such project.
    """
    keys = project_keys(context, project)
    if any(view.is_active for view in list_jobs(context, keys)):
        return 0
    own = [upload for upload in list_uploads(context) if _same(upload, context.store.local_path(keys.raw(upload.name)))]
    for upload in own:
        cancel_upload(context, upload.id)
    return len(own)


def take_back(context: Context, project: str) -> ProjectDraft:
    """Take back a project whose data could not be read: nothing of it stays, and what was said of it can be corrected.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    ProjectDraft
        What was asked for; files that are gone are left out.

    Raises
    ------
    NotFound
        There is no such project.
    Blocked
        Its data was read, or is still being read.
    """
    keys = project_keys(context, project)
    view = creation_job(context, project)
    is_over = view is None or view.stale or not view.is_active
    if context.store.exists(keys.dataset) or not is_over:
        raise Blocked(
            f'Project "{project}" was not taken back: its data {"is being" if not is_over else "was"} read.',
            fix="Cancel that first, or delete the project.",
        )
    record = context.documents.get(keys.project, ProjectRecord).value
    draft = ProjectDraft(name=record.name, description=record.description)
    if view is not None:
        draft = _asked_for(context, keys, view.id, draft)
    delete_project(context, project, confirm_name=project)
    return draft


def _asked_for(context: Context, keys: ProjectKeys, job_id: str, draft: ProjectDraft) -> ProjectDraft:
    """Return the draft with files and options of a job's request."""
    try:
        arguments = JobFiles(context.store, keys.job(job_id)).request().arguments
    except StorageError:
        return draft
    uploads = list_uploads(context)
    own = context.store.local_path(keys.root)
    sources: list[str] = []
    for source in arguments.get("sources", ()):
        path = Path(source)
        if path.is_relative_to(own):
            sources += [f"{INBOX_SCHEME}{upload.id}" for upload in uploads if _came_as(upload, path)][:1]
        elif path.exists():
            sources.append(str(path))
    options = from_plain(arguments.get("options", {}), ReadingOptions)
    return ProjectDraft(name=draft.name, description=draft.description, sources=tuple(sources), options=options)


def _same(upload: Upload, path: Path) -> bool:
    """Tell whether a file is an upload of the inbox, under another name."""
    return upload.path is not None and path.exists() and upload.path.samefile(path)


def _came_as(upload: Upload, path: Path) -> bool:
    """Tell whether a file was given as an upload, on a disk too that keeps a second copy of it."""
    return _same(upload, path) or (path.name == safe_file_name(upload.name) and path.stat().st_size == upload.size)

"""A project as one file: export, import, and the check that everything in it is whole."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from l4e_widgets.core.errors import Conflict, DataError, L4EError, StorageError
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.names import check_project_name
from l4e_widgets.services.projects import IMPORTING, claim_project
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.job_files import JobFiles
from l4e_widgets.storage.layout import PROJECTS, ProjectKeys
from l4e_widgets.storage.models import model_names, read_model
from l4e_widgets.storage.objects import told_as_storage_error
from l4e_widgets.storage.records import (
    CaseRecord,
    DatasetRecord,
    LabelGroupRecord,
    ProjectRecord,
    QualityRecord,
    SeriesManifest,
)

__all__ = ["Checked", "export_project", "import_project", "verify_project"]

MAX_ARCHIVE_BYTES = 200 * 1024**3
MARK = "project.json"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check found.

    Parameters
    ----------
    n_checked : int
        Documents, parts and models looked at.
    problems : tuple of str
        A sentence for everything that is damaged; empty where all is whole.
    """

    n_checked: int
    problems: tuple[str, ...]


def verify_project(context: Context, project: str) -> Checked:
    """Check that every document, part and model of a project is whole.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    Checked
        What was looked at, and what is damaged.

    Raises
    ------
    NotFound
        There is no such project.
    """
    keys = project_keys(context, project)
    problems = []
    n_checked = 0
    for problem in _checks(context.documents, keys):
        n_checked += 1
        if problem:
            problems.append(problem)
    return Checked(n_checked=n_checked, problems=tuple(problems))


def _checks(documents: Documents, keys: ProjectKeys) -> Iterator[str]:
    """Yield, for everything that can be looked at, a sentence or an empty text."""
    store = documents.store
    single: list[tuple[str, type]] = [(keys.dataset, DatasetRecord), (keys.quality, QualityRecord)]
    kinds: list[tuple[str, type]] = [(key, kind) for key, kind in single if store.exists(key)]
    kinds += [(f"{keys.labels}/{file}", LabelGroupRecord) for file in store.children(keys.labels)]
    kinds += [(f"{keys.cases}/{file}", CaseRecord) for file in store.children(keys.cases)]
    for key, kind in kinds:
        yield _told(partial(documents.get, key, kind))
    for clock in store.children(f"{keys.root}/series"):
        yield from _series_checks(documents, keys.series(clock))
    for name in model_names(documents, keys):
        yield _told(partial(read_model, documents, keys, name))
    for job_id in store.children(keys.jobs):
        yield _told(JobFiles(store, keys.job(job_id)).request)
        yield _told(JobFiles(store, keys.job(job_id)).state)


def _told(look: Callable[[], object]) -> str:
    """Return the sentence of what a look at something raises, an empty text where all is well."""
    try:
        look()
    except L4EError as error:
        return str(error)
    return ""


def _series_checks(documents: Documents, prefix: str) -> Iterator[str]:
    """Yield what is wrong with the manifest and the parts of a series."""
    try:
        manifest = documents.get(f"{prefix}/manifest.json", SeriesManifest).value
    except L4EError as error:
        yield str(error)
        return
    yield ""
    for part in manifest.parts:
        key = f"{prefix}/{part.name}"
        if not documents.store.exists(key):
            yield f"{key}: This part of the stored data is missing. Restore the project from a backup."
        elif hashlib.sha256(documents.store.read(key)).hexdigest() != part.sha256:
            yield f"{key}: This part of the stored data is not what was stored. Restore the project from a backup."
        else:
            yield ""


def export_project(context: Context, project: str, path: Path) -> Path:
    """Write a project as one zip file that `import_project` takes on any machine.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    path : Path
        The file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    NotFound
        There is no such project.
    StorageError
        The file cannot be written.
    """
    keys = project_keys(context, project)
    draft = path.with_name(f".{path.name}.part")
    try:
        with told_as_storage_error(str(path)):
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for key in _all_keys(context, keys.root):
                    archive.write(context.store.local_path(key), key.removeprefix(f"{keys.root}/"))
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _all_keys(context: Context, prefix: str) -> Iterator[str]:
    """Yield every key below a prefix, sorted."""
    for name in context.store.children(prefix):
        key = f"{prefix}/{name}"
        if context.store.exists(key):
            yield key
        else:
            yield from _all_keys(context, key)


def import_project(context: Context, path: Path, *, name: str = "") -> str:
    """Take a project from a file that `export_project` wrote.

    Parameters
    ----------
    context : Context
        The workspace.
    path : Path
        The zip file.
    name : str
        Name to give it; its own where empty.

    Returns
    -------
    str
        Name of the project.

    Raises
    ------
    DataError
        The file is no exported project, or names places outside of a project.
    NameRefused
        The name breaks its rule or is taken.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            record = _record_of(archive, context, path)
            chosen = name or record.name
            check_project_name(chosen)
            return _unpacked(archive, context, record, chosen)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise DataError(
            "This file is no exported project.", where=path.name, got=str(error), fix="Export the project again."
        ) from error


def _record_of(archive: zipfile.ZipFile, context: Context, path: Path) -> ProjectRecord:
    """Return the document of the project in an archive, after checking where its entries would go."""
    entries = archive.infolist()
    outside = [entry.filename for entry in entries if not _is_inside(entry.filename)]
    if outside or sum(entry.file_size for entry in entries) > MAX_ARCHIVE_BYTES or MARK not in archive.namelist():
        raise DataError(
            "This file is no exported project.",
            where=path.name,
            got=outside[0] if outside else "no project.json" if MARK not in archive.namelist() else "too many bytes",
            expected="a file that the export wrote",
        )
    stage = f"{PROJECTS}/.import-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    context.store.write(f"{stage}/{MARK}", archive.read(MARK))
    try:
        return context.documents.get(f"{stage}/{MARK}", ProjectRecord).value
    finally:
        context.store.delete_tree(stage)


def _is_inside(name: str) -> bool:
    """Tell whether an entry of an archive stays inside the project's folder."""
    parts = PurePosixPath(name)
    return not parts.is_absolute() and ".." not in parts.parts and "\\" not in name and ":" not in name


def _unpacked(archive: zipfile.ZipFile, context: Context, record: ProjectRecord, name: str) -> str:
    """Write the entries of an archive; until the last one the project's document says that it is not whole."""
    keys = ProjectKeys.of(name)
    whole = ProjectRecord(name=name, description=record.description, created_ns=record.created_ns)
    claim_project(context, keys, replace(whole, stage=IMPORTING))
    try:
        for entry in archive.infolist():
            if not entry.is_dir() and entry.filename != MARK:
                context.store.write(f"{keys.root}/{entry.filename}", archive.read(entry))
        context.documents.put(keys.project, whole, expected_revision=1)
    except (StorageError, Conflict, zipfile.BadZipFile):
        context.store.delete_tree(keys.root)
        raise
    log_action(context.documents, keys.actions, "import_project", {"name": name})
    return name

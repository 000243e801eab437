"""The check that everything in a project is whole: documents, parts of series, models."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

from l4e_widgets.core.errors import L4EError, StorageError
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.job_files import JobFiles
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.models import read_model
from l4e_widgets.storage.records import (
    CaseRecord,
    DatasetRecord,
    LabelGroupRecord,
    ModelRecord,
    QualityRecord,
    SeriesManifest,
)

__all__ = ["Checked", "project_checks", "verify_project"]

PIECE_BYTES = 1 << 20
RESTORE = "Restore the project from a backup."

Named = TypeVar("Named")


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
    for problem in project_checks(context.documents, keys):
        n_checked += 1
        if problem:
            problems.append(problem)
    return Checked(n_checked=n_checked, problems=tuple(problems))


def project_checks(documents: Documents, keys: ProjectKeys, *, with_arrays: bool = True) -> Iterator[str]:
    """Look at everything in a project's folder but its own document.

    Parameters
    ----------
    documents : Documents
        Where it lies.
    keys : ProjectKeys
        Its folder.
    with_arrays : bool
        Also load what the models learned, for which their detectors must be installed.

    Yields
    ------
    str
        For everything that was looked at the sentence of its damage, empty where it is whole.
    """
    store = documents.store
    if not store.exists(keys.dataset) and store.children(f"{keys.root}/series"):
        yield f"{keys.dataset}: The document of the data set is missing. {RESTORE}"
    for key, kind in ((keys.dataset, DatasetRecord), (keys.quality, QualityRecord)):
        if store.exists(key):
            yield _told(partial(documents.get, key, kind))
    for file in store.children(keys.labels):
        yield _told(partial(_named, documents, f"{keys.labels}/{file}", LabelGroupRecord, _group_key(keys)))
    for file in store.children(keys.cases):
        yield _told(partial(_named, documents, f"{keys.cases}/{file}", CaseRecord, lambda case: keys.case(case.id)))
    for clock in store.children(f"{keys.root}/series"):
        yield from _series_checks(documents, keys.series(clock))
    for folder in store.children(keys.models):
        key = f"{keys.models}/{folder}/model.json"
        if store.exists(key):
            yield _told(partial(_whole_model, documents, keys, key, with_arrays=with_arrays))
    for job_id in store.children(keys.jobs):
        if not store.children(keys.job(job_id)):
            continue
        yield _told(JobFiles(store, keys.job(job_id)).request)
        yield _told(JobFiles(store, keys.job(job_id)).state)


def _told(look: Callable[[], object]) -> str:
    """Return the sentence of what a look at something raises, an empty text where all is well."""
    try:
        look()
    except L4EError as error:
        return str(error)
    return ""


def _group_key(keys: ProjectKeys) -> Callable[[LabelGroupRecord], str]:
    """Return what says where a label group belongs."""
    return lambda group: keys.label_group(group.name)


def _named(documents: Documents, key: str, kind: type[Named], key_of: Callable[[Named], str]) -> Named:
    """Return a document, which must lie where its name says."""
    value = documents.get(key, kind).value
    if key_of(value) != key:
        raise StorageError(
            "This document lies in the place of another one.",
            where=key,
            got=PurePosixPath(key_of(value)).name,
            expected=PurePosixPath(key).name,
            fix=RESTORE,
        )
    return value


def _whole_model(documents: Documents, keys: ProjectKeys, key: str, *, with_arrays: bool) -> None:
    """Look at a model; its arrays need the detector that made them, so an import leaves them alone."""
    record = _named(documents, key, ModelRecord, lambda model: keys.model(model.name).model)
    if with_arrays:
        read_model(documents, keys, record.name)


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
            yield f"{key}: This part of the stored data is missing. {RESTORE}"
        elif _sha256(documents.store.local_path(key)) != part.sha256:
            yield f"{key}: This part of the stored data is not what was stored. {RESTORE}"
        else:
            yield ""


def _sha256(path: Path) -> str:
    """Return the checksum of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()

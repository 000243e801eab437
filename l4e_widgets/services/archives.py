"""A project as one file: export and import."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from l4e_widgets.core.errors import DataError, NotFound
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, project_keys
from l4e_widgets.services.exports import check_output
from l4e_widgets.services.names import check_description, check_project_name
from l4e_widgets.services.projects import IMPORTING, claim_project, refuse_while_busy
from l4e_widgets.services.verify import project_checks
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.layout import PROJECTS, ProjectKeys
from l4e_widgets.storage.objects import told_as_storage_error
from l4e_widgets.storage.records import ProjectRecord

__all__ = ["export_project", "import_project"]

MARK = "project.json"
JOBS = "jobs/"
MOST_BYTES = 200 * 1024**3
FREE_BYTES = 100 * 1024**2
MOST_RATIO = 200
MOST_ENTRIES = 100_000
MOST_RECORD_BYTES = 1024**2
PIECE_BYTES = 1 << 20
PACKED = (".parquet", ".npz")
FORMS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def export_project(context: Context, project: str, path: Path) -> Path:
    """Write a project as one zip file that `import_project` takes on any machine.

    Its jobs stay behind: they tell of this machine.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    path : Path
        The file; its folder must exist.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    NotFound
        There is no such project.
    Blocked
        It has no data yet, or a job of it is under way.
    StorageError
        The file cannot be written; an older file of that name is untouched.
    """
    check_output(path)
    keys = project_keys(context, project)
    dataset_record(context, project)
    refuse_while_busy(context, project)
    with told_as_storage_error(str(path)):
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", suffix=".part", dir=path.parent)
        os.close(handle)
        draft = Path(name)
        try:
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as archive:
                for key in _all_keys(context, keys.root):
                    if not key.startswith(f"{keys.jobs}/"):
                        form = zipfile.ZIP_STORED if key.endswith(PACKED) else zipfile.ZIP_DEFLATED
                        archive.write(context.store.local_path(key), key.removeprefix(f"{keys.root}/"), form)
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

    Its document says that it is half-made until everything is there, so an import that was killed never passes for a
    whole project: it is listed as half-made, and can be deleted.

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
    NotFound
        There is no such file.
    DataError
        The file is no exported project, is damaged, or names places outside of a project; nothing of it was kept.
    NameRefused
        The name breaks its rule or is taken.
    StorageError
        It does not fit on the disk; nothing of it was kept.
    """
    if not path.exists():
        raise NotFound("There is no such file.", where=str(path), fix="Check the path and its spelling.")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, path.name)
            record = _record(archive, context, path.name)
            chosen = name or record.name
            check_project_name(chosen)
            _unpack(archive, context, replace(record, name=chosen), path.name)
            return chosen
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise _no_project(path.name, str(error)) from error


def _no_project(where: str, got: str) -> DataError:
    """Return the refusal of a file; nothing of it has been kept."""
    return DataError(
        "This file is no exported project. Nothing of it was kept.",
        where=where,
        got=got,
        expected="a file that the export wrote",
        fix="Export the project again.",
    )


def _check_entries(archive: zipfile.ZipFile, where: str) -> None:
    """Refuse an archive before anything of it is written."""
    entries = archive.infolist()
    reasons = [reason for entry in entries[:MOST_ENTRIES] if (reason := _reason_against(entry))]
    twice = [name for name, count in Counter(entry.filename.casefold() for entry in entries).items() if count > 1]
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if len(entries) > MOST_ENTRIES:
        reasons.append(f"{len(entries)} entries")
    if twice:
        reasons.append(f"{twice[0]!r:.80} twice")
    if unpacked > MOST_BYTES or unpacked > max(FREE_BYTES, MOST_RATIO * packed):
        reasons.append(f"{packed} bytes that would become {unpacked}")
    if MARK not in archive.namelist():
        reasons.append(f"no {MARK}")
    if reasons:
        raise _no_project(where, reasons[0])


def _reason_against(entry: zipfile.ZipInfo) -> str:
    """Return what is wrong with an entry of an archive; empty where nothing is."""
    name = entry.filename
    shown = f"{name!r:.80}"
    parts = name.removesuffix("/").split("/")
    if PurePosixPath(name).is_absolute() or any(part in ("", ".", "..") for part in parts):
        return f"{shown}, which lies outside of a project"
    if (
        any(part.startswith(".") or len(part) > 200 for part in parts)
        or not name.isprintable()
        or set(name) & set("\\:")
    ):
        return f"{shown}, which no project holds"
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return f"{shown}, which is a link or a device"
    if entry.flag_bits & 1 or entry.compress_type not in FORMS:
        return f"{shown}, which is encrypted or packed in another way"
    return ""


def _record(archive: zipfile.ZipFile, context: Context, where: str) -> ProjectRecord:
    """Return the document of the project in an archive, read by the same reader as any other."""
    if archive.getinfo(MARK).file_size > MOST_RECORD_BYTES:
        raise _no_project(where, f"a {MARK} of {archive.getinfo(MARK).file_size} bytes")
    stage = f"{PROJECTS}/.import-{secrets.token_hex(6)}"
    try:
        context.store.write(f"{stage}/{MARK}", archive.read(MARK))
        record = context.documents.get(f"{stage}/{MARK}", ProjectRecord).value
    finally:
        context.store.delete_tree(stage)
    check_description(record.description)
    return record


def _unpack(archive: zipfile.ZipFile, context: Context, record: ProjectRecord, where: str) -> None:
    """Claim the name, write the entries, check them, and say last that the project is whole."""
    keys = ProjectKeys.of(record.name)
    claim_project(context, keys, replace(record, stage=IMPORTING))
    try:
        for entry in archive.infolist():
            if not entry.is_dir() and entry.filename != MARK and not entry.filename.startswith(JOBS):
                _copy(archive, entry, context, f"{keys.root}/{entry.filename}")
        _refuse_damaged(context, keys, where)
        log_action(context.documents, keys.actions, "import_project", {"name": record.name, "file": where})
        context.documents.put(keys.project, replace(record, stage=""), expected_revision=1)
    except BaseException:
        context.store.delete_tree(keys.root)
        raise


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, context: Context, key: str) -> None:
    """Write one entry piece by piece; its checksum is looked at by the archive's reader at its end."""
    with archive.open(entry) as packed, context.store.writing(key) as place, place.open("wb") as file:
        shutil.copyfileobj(packed, file, PIECE_BYTES)


def _refuse_damaged(context: Context, keys: ProjectKeys, where: str) -> None:
    """Refuse what cannot be opened afterwards; a model's detector need not be installed here."""
    for problem in project_checks(context.documents, keys, with_arrays=False):
        if problem:
            raise DataError(
                "The project in this file is damaged. Nothing of it was kept.",
                where=where,
                got=problem.removeprefix(f"{keys.root}/"),
                fix="Export the project again.",
            )

"""Out of the inbox: a project or a folder takes what was uploaded, and a server shows that it shares the inbox."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.times import NS_PER_SECOND
from l4e_widgets.services.context import Context
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.inbox import Inbox
from l4e_widgets.storage.layout import INBOX, WORKSPACE_ACTIONS, ProjectKeys
from l4e_widgets.storage.names import safe_file_name
from l4e_widgets.storage.objects import told_as_storage_error

__all__ = [
    "INBOX_SCHEME",
    "from_inbox",
    "given_to_project",
    "mark_inbox",
    "move_upload",
    "release_uploads",
    "sees_mark",
]

INBOX_SCHEME = "inbox:"
MARKS = f"{INBOX}/marks"
MARK_S = 86_400


def from_inbox(context: Context, source: str | Path) -> str | Path:
    """File behind "inbox:" and the id of a finished upload; anything else is left as it is.

    Parameters
    ----------
    context : Context
        The workspace.
    source : str or Path
        What was handed over as data.

    Returns
    -------
    str or Path
        Where to read it.

    Raises
    ------
    NotFound
        There is no upload of that id, or it is not finished.
    """
    if not isinstance(source, str) or not source.startswith(INBOX_SCHEME):
        return source
    inbox = Inbox(context.documents)
    record = inbox.record(source.removeprefix(INBOX_SCHEME))
    path = inbox.path(record)
    if path is None:
        raise NotFound("This upload is not finished.", where=record.name, fix="Upload the rest of it first.")
    return path


def move_upload(context: Context, upload_id: str, folder: Path) -> Path:
    """Move a finished upload out of the inbox into a folder; a file that is there keeps its name and its bytes.

    Parameters
    ----------
    context : Context
        The workspace.
    upload_id : str
        Which upload.
    folder : Path
        Where it goes; it is created where absent.

    Returns
    -------
    Path
        The file, with a number in its name where that name was taken.

    Raises
    ------
    NotFound
        There is no upload of that id, or it is not finished.
    StorageError
        The folder cannot be written to.
    """
    inbox = Inbox(context.documents)
    record = inbox.record(upload_id)
    source = inbox.path(record)
    if source is None:
        raise NotFound("This upload is not finished.", where=record.name, fix="Upload the rest of it first.")
    folder = Path(folder).expanduser().resolve()
    with told_as_storage_error(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        target = _claimed(folder, safe_file_name(record.name))
        try:
            _moved(source, target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    inbox.drop(record.id)
    log_action(context.documents, WORKSPACE_ACTIONS, "move_upload", {"name": record.name, "size": record.size})
    return target


def _moved(source: Path, target: Path) -> None:
    """Move a file over an empty one, through a copy where the two lie on different disks."""
    try:
        source.replace(target)
    except OSError:
        part = target.with_name(f".{target.name}.part")
        try:
            shutil.copyfile(source, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _claimed(folder: Path, name: str) -> Path:
    """Return a free name of a folder, taken by an empty file so that nobody else takes it."""
    stem, dot, suffix = name.partition(".")
    number = 1
    while True:
        target = folder / (name if number == 1 else f"{stem}-{number}{dot}{suffix}")
        try:
            target.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return target


def given_to_project(context: Context, keys: ProjectKeys, path: Path) -> tuple[Path, str]:
    """Let a project have an upload; any other file stays where it is.

    Parameters
    ----------
    context : Context
        The workspace.
    keys : ProjectKeys
        Keys of the project.
    path : Path
        A file of the user, or one in the inbox.

    Returns
    -------
    (Path, str)
        The file to read, and the name to show for it.
    """
    upload_id = _upload_of(context, path)
    if not upload_id:
        return path, path.name
    inbox = Inbox(context.documents)
    record = inbox.record(upload_id)
    return inbox.link(record, keys.raw(record.name)), path.name


def _upload_of(context: Context, path: Path) -> str:
    """Return the id of the upload that a file is, empty for a file outside of the inbox."""
    inbox = context.store.local_path(INBOX)
    return path.relative_to(inbox).parts[0] if path.is_relative_to(inbox) and path != inbox else ""


def release_uploads(context: Context, paths: Sequence[Path]) -> None:
    """Remove uploads from the inbox that a project has read; other paths are left alone.

    Parameters
    ----------
    context : Context
        The workspace.
    paths : sequence of Path
        What the project was given.
    """
    for path in paths:
        if upload_id := _upload_of(context, path):
            Inbox(context.documents).drop(upload_id)


def mark_inbox(context: Context) -> str:
    """Leave a mark in the inbox, by which a server can show that it writes to the same one.

    Parameters
    ----------
    context : Context
        The workspace.

    Returns
    -------
    str
        The mark, 32 hexadecimal digits.
    """
    mark = secrets.token_hex(16)
    context.store.write(f"{MARKS}/{mark}", b"")
    return mark


def sees_mark(context: Context, mark: str) -> bool:
    """Tell whether a mark lies in this inbox; old marks are removed.

    Parameters
    ----------
    context : Context
        The workspace.
    mark : str
        What `mark_inbox` gave.

    Returns
    -------
    bool
        True where page and server share an inbox.
    """
    for name in context.store.children(MARKS):
        place = context.store.local_path(f"{MARKS}/{name}")
        if place.exists() and place.stat().st_mtime_ns < context.clock() - MARK_S * NS_PER_SECOND:
            context.store.delete(f"{MARKS}/{name}")
    return bool(re.fullmatch(r"[0-9a-f]{32}", mark)) and context.store.exists(f"{MARKS}/{mark}")

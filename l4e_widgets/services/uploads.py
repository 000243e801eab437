"""Uploads: files that a browser sends in pieces, into the inbox of the workspace."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from l4e_widgets.core.byte_sizes import Stretch, gaps, merged_stretches, size_from_text, size_text
from l4e_widgets.core.errors import Blocked, Conflict, StorageError, UsageError
from l4e_widgets.core.times import NS_PER_SECOND
from l4e_widgets.services.context import Context
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.inbox import BLOCK, ChunkWriter, Inbox, UploadRecord
from l4e_widgets.storage.layout import WORKSPACE_ACTIONS

__all__ = [
    "BLOCK",
    "INBOX_LIMIT_VARIABLE",
    "UPLOAD_LIMIT_VARIABLE",
    "ChunkWriter",
    "ClosedUpload",
    "Upload",
    "UploadLimits",
    "begin_chunk",
    "cancel_upload",
    "close_upload",
    "expire_uploads",
    "list_uploads",
    "open_upload",
    "upload",
    "upload_limits",
    "write_chunk",
]

UPLOAD_LIMIT_VARIABLE = "L4E_UPLOAD_LIMIT"
INBOX_LIMIT_VARIABLE = "L4E_INBOX_LIMIT"
MOST_TEXT = 255
SPARE_BYTES = 256 * 10**6
KEPT_S = 7 * 86_400


@dataclass(frozen=True, kw_only=True)
class UploadLimits:
    """What an operator allows.

    Parameters
    ----------
    file_bytes : int
        Largest file.
    inbox_bytes : int
        All uploads that wait, together.
    spare_bytes : int
        What the disk must have free beyond the upload.
    kept_s : float
        Seconds after which an upload that nobody touched is removed.
    """

    file_bytes: int = 50 * 10**9
    inbox_bytes: int = 200 * 10**9
    spare_bytes: int = SPARE_BYTES
    kept_s: float = KEPT_S


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An upload as a door sees it.

    Parameters
    ----------
    id : str
        Its id.
    name : str
        Name of the file as the sender has it.
    size : int
        Bytes of the whole file.
    have : tuple of (int, int)
        What has arrived, stretches `[start, end)` in order.
    created_ns : int
        When it began, nanoseconds UTC.
    sha256 : str
        Checksum of the finished file, empty before.
    path : Path or None
        The finished file, None before.
    """

    id: str
    name: str
    size: int
    have: tuple[Stretch, ...]
    created_ns: int
    sha256: str = ""
    path: Path | None = None

    @property
    def n_arrived(self) -> int:
        """Bytes that have arrived."""
        return sum(end - start for start, end in self.have)


@dataclass(frozen=True, kw_only=True)
class ClosedUpload:
    """What came of the end of an upload.

    Parameters
    ----------
    upload : Upload
        As it stands.
    missing : tuple of (int, int)
        What has to be sent, again or for the first time; empty where it is finished.
    """

    upload: Upload
    missing: tuple[Stretch, ...]


def upload_limits(environment: Mapping[str, str] | None = None) -> UploadLimits:
    """Limits that the operator's environment names: `L4E_UPLOAD_LIMIT` and `L4E_INBOX_LIMIT`, such as "20GB".

    Parameters
    ----------
    environment : mapping of str to str, optional
        Where to look; the process's own where absent.

    Returns
    -------
    UploadLimits
        With the usual value where nothing is named.

    Raises
    ------
    UsageError
        A variable names no size.
    """
    named = os.environ if environment is None else environment
    sizes = {}
    for field, variable in (("file_bytes", UPLOAD_LIMIT_VARIABLE), ("inbox_bytes", INBOX_LIMIT_VARIABLE)):
        if named.get(variable):
            sizes[field] = size_from_text(named[variable], where=variable)
    return UploadLimits(**sizes)


def open_upload(
    context: Context, *, name: str, size: int, fingerprint: str, limits: UploadLimits | None = None
) -> Upload:
    """Begin an upload, or go on with the one that the same file began before.

    Parameters
    ----------
    context : Context
        The workspace.
    name : str
        Name of the file; it never becomes a path.
    size : int
        Bytes of the whole file.
    fingerprint : str
        What the sender knows the file by; the same file must give the same text.
    limits : UploadLimits, optional
        What the operator allows; from the environment where absent.

    Returns
    -------
    Upload
        With what has arrived already.

    Raises
    ------
    UsageError
        The name is empty or too long, or the size is none.
    Blocked
        The file or all uploads together are larger than the operator allows.
    StorageError
        The disk has too little space.
    """
    record = _checked(context, name, size, fingerprint)
    allowed = limits or upload_limits()
    inbox = Inbox(context.documents)
    expire_uploads(context, limits=allowed)
    if size > allowed.file_bytes:
        raise Blocked(
            f"This file is larger than uploads may be here: {size_text(size)}, and {size_text(allowed.file_bytes)} are "
            "allowed.",
            where=name,
            fix=f"Split it, or ask the operator to raise {UPLOAD_LIMIT_VARIABLE}.",
        )
    if record.id not in inbox.ids():
        _refuse_without_space(inbox, record, allowed)
        record = inbox.begin(record)
    return _seen(inbox, inbox.record(record.id))


def _checked(context: Context, name: str, size: int, fingerprint: str) -> UploadRecord:
    """Return the record of what a sender says of a file, or refuse it."""
    texts = isinstance(name, str) and isinstance(fingerprint, str)
    if not texts or not 1 <= len(name) <= MOST_TEXT or len(fingerprint) > MOST_TEXT:
        raise UsageError(
            "This file cannot be uploaded under its name.",
            expected=f"a name of 1 to {MOST_TEXT} characters",
            fix="Rename the file and choose it again.",
        )
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise UsageError(
            "This upload does not say how large it is.", where=name, got=repr(size)[:40], fix="Choose the file again."
        )
    return UploadRecord(name=name, size=size, fingerprint=fingerprint, created_ns=context.clock())


def _refuse_without_space(inbox: Inbox, record: UploadRecord, limits: UploadLimits) -> None:
    """Refuse an upload that the quota or the disk has no room for, counting what other uploads have still to bring."""
    others = [inbox.record(one) for one in inbox.ids()]
    waiting = sum(other.size for other in others)
    if waiting + record.size > limits.inbox_bytes:
        raise Blocked(
            f"The uploads that wait here would be larger than they may be together: "
            f"{size_text(waiting + record.size)}, and {size_text(limits.inbox_bytes)} are allowed.",
            where=record.name,
            fix=f"Remove uploads that nobody needs, or ask the operator to raise {INBOX_LIMIT_VARIABLE}.",
        )
    free = inbox.free_bytes()
    needed = record.size + sum(inbox.missing_bytes(other) for other in others) + limits.spare_bytes
    if needed > free:
        raise StorageError(
            "The disk has too little space for this file.",
            where=record.name,
            got=f"{size_text(free)} free",
            expected=f"{size_text(needed)}, with what other uploads have still to bring",
            fix="Free some space, or remove uploads that nobody needs.",
        )


def upload(context: Context, upload_id: str) -> Upload:
    """How an upload stands.

    Parameters
    ----------
    context : Context
        The workspace.
    upload_id : str
        Its id.

    Returns
    -------
    Upload
        The upload.

    Raises
    ------
    NotFound
        There is no upload of that id.
    """
    inbox = Inbox(context.documents)
    return _seen(inbox, inbox.record(_text(upload_id)))


def begin_chunk(context: Context, upload_id: str, *, offset: int, length: int) -> ChunkWriter:
    """Take a chunk piece by piece, straight to the disk.

    Parameters
    ----------
    context : Context
        The workspace.
    upload_id : str
        Which upload.
    offset : int
        Where in the file it belongs.
    length : int
        Its bytes.

    Returns
    -------
    ChunkWriter
        Takes the bytes; the chunk counts once its `finish` was called.

    Raises
    ------
    NotFound
        There is no upload of that id.
    UsageError
        The chunk is empty or lies outside of the file.
    Conflict
        The upload is finished.
    """
    inbox = Inbox(context.documents)
    record = inbox.record(_text(upload_id))
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in (offset, length)):
        raise UsageError("This chunk does not say where it belongs.", where=record.name, fix="Choose the file again.")
    return inbox.chunk(record, offset, offset + length)


def write_chunk(context: Context, upload_id: str, *, offset: int, data: bytes | memoryview) -> None:
    """Write a whole chunk.

    Parameters
    ----------
    context : Context
        The workspace.
    upload_id : str
        Which upload.
    offset : int
        Where in the file it belongs.
    data : bytes-like
        Its bytes.

    Raises
    ------
    L4EError
        What `begin_chunk` raises.
    """
    with begin_chunk(context, upload_id, offset=offset, length=len(data)) as writer:
        writer.write(data)
        writer.finish()


def close_upload(context: Context, upload_id: str, blocks: Sequence[str]) -> ClosedUpload:
    """End an upload: every byte is read back from the disk and held against the sender's checksums.

    Parameters
    ----------
    context : Context
        The workspace.
    upload_id : str
        Which upload.
    blocks : sequence of str
        sha256 of each block of `BLOCK` bytes of the sender's file, hexadecimal, the last one shorter.

    Returns
    -------
    ClosedUpload
        Finished, or with what has to be sent again.

    Raises
    ------
    NotFound
        There is no upload of that id.
    UsageError
        There are not as many checksums as blocks.
    Conflict
        It was finished before, with another content.
    """
    inbox = Inbox(context.documents)
    record = inbox.record(_text(upload_id))
    n_blocks = -(-record.size // BLOCK)
    if not isinstance(blocks, (list, tuple)) or len(blocks) != n_blocks or not all(_is_digest(one) for one in blocks):
        raise UsageError(
            "The upload came without its checksums.",
            where=record.name,
            expected=f"{n_blocks} of them",
            fix="Try again.",
        )
    missing = gaps(inbox.have(record), record.size)
    if missing:
        return ClosedUpload(upload=_seen(inbox, record), missing=missing)
    wrong, sha256 = inbox.differing(record, blocks)
    if inbox.path(record) is not None:
        if wrong:
            raise Conflict(
                "Another file of this name, size and time is in the inbox already.",
                where=record.name,
                fix="Remove that upload, or rename your file.",
            )
    elif wrong:
        inbox.forget(record, wrong)
        return ClosedUpload(upload=_seen(inbox, record), missing=wrong)
    else:
        inbox.seal(record, sha256)
        log_action(context.documents, WORKSPACE_ACTIONS, "upload", {"name": record.name, "size": record.size})
    return ClosedUpload(upload=_seen(inbox, inbox.record(record.id)), missing=())


def cancel_upload(context: Context, upload_id: str) -> None:
    """Remove an upload, finished or not; one that is not there is no error.

    Parameters
    ----------
    context : Context
        The workspace.
    upload_id : str
        Which upload.
    """
    inbox = Inbox(context.documents)
    if _text(upload_id) in inbox.ids():
        log_action(context.documents, WORKSPACE_ACTIONS, "cancel_upload", {"name": inbox.record(upload_id).name})
        inbox.drop(upload_id)


def list_uploads(context: Context) -> tuple[Upload, ...]:
    """Uploads that wait in the inbox, oldest first.

    Parameters
    ----------
    context : Context
        The workspace.

    Returns
    -------
    tuple of Upload
        Finished ones have a path.
    """
    inbox = Inbox(context.documents)
    seen = [_seen(inbox, inbox.record(one)) for one in inbox.ids()]
    return tuple(sorted(seen, key=lambda one: (one.created_ns, one.id)))


def expire_uploads(context: Context, *, limits: UploadLimits | None = None) -> int:
    """Remove uploads that nobody has touched for long.

    Parameters
    ----------
    context : Context
        The workspace.
    limits : UploadLimits, optional
        Says what long is.

    Returns
    -------
    int
        How many were removed.
    """
    kept_s = (limits or UploadLimits()).kept_s
    return len(Inbox(context.documents).drop_older(context.clock() - round(kept_s * NS_PER_SECOND)))


def _seen(inbox: Inbox, record: UploadRecord) -> Upload:
    """Return an upload as a door sees it."""
    path = inbox.path(record)
    return Upload(
        id=record.id,
        name=record.name,
        size=record.size,
        have=merged_stretches(inbox.have(record)),
        created_ns=record.created_ns,
        sha256=record.sha256 if path is not None else "",
        path=path,
    )


def _text(value: object) -> str:
    """Return a text, empty for anything else."""
    return value if isinstance(value, str) else ""


def _is_digest(value: object) -> bool:
    """Tell whether a value is a sha256 in hexadecimal digits."""
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None

"""State of the uploader: the files that have arrived whole, and what a browser may ask for on the widget's channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import traitlets

from l4e_widgets.core.errors import NotFound, UsageError
from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.inbox import mark_inbox, move_upload
from l4e_widgets.services.uploads import (
    Upload,
    cancel_upload,
    close_upload,
    open_upload,
    upload,
    upload_limits,
    write_chunk,
)
from l4e_widgets.widgets.parts.events import PageState

__all__ = ["SLOW_VERBS", "UploadModel", "UploadedFile"]

SLOW_VERBS = ("open", "close", "finished")
MOST_CHUNK_BYTES = 16 * 2**20

Answer = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class UploadedFile:
    """A file that has arrived whole.

    Parameters
    ----------
    id : str
        Id of its upload.
    name : str
        Name of the file as its sender has it.
    path : Path
        Where it lies now.
    size : int
        Bytes.
    sha256 : str
        Checksum of the whole file, hexadecimal.
    """

    id: str
    name: str
    path: Path
    size: int
    sha256: str


class UploadModel(PageState):
    """Files that arrive, and where they go.

    Parameters
    ----------
    to : str, Path or Context
        A folder that finished files are moved to, or the workspace in whose inbox they wait.
    """

    files: tuple[UploadedFile, ...] = traitlets.Tuple()

    def __init__(self, to: str | Path | Context) -> None:
        super().__init__()
        self.folder = None if isinstance(to, Context) else Path(to).expanduser().resolve()
        self.context = to if isinstance(to, Context) else open_context()
        self.limits = upload_limits()
        self.mark = mark_inbox(self.context)

    def answer(self, message: dict[str, Any], buffers: list[Any]) -> Answer:
        """Do what a browser asks for.

        Parameters
        ----------
        message : dict
            ``verb`` is open, chunk, close, cancel, finished or remove, beside what that verb needs.
        buffers : list of bytes-like
            The bytes of a chunk.

        Returns
        -------
        dict
            What to answer.

        Raises
        ------
        UsageError
            The question means nothing.
        L4EError
            What the service raises.
        """
        known: dict[object, Callable[[], Answer]] = {
            "open": lambda: self._open(message),
            "chunk": lambda: self._chunk(message, buffers),
            "close": lambda: self._close(message),
            "cancel": lambda: self._cancel(message),
            "finished": lambda: self._finished(message),
            "remove": lambda: self._remove(message),
        }
        verb = message.get("verb")
        if not isinstance(verb, str) or verb not in known:
            raise UsageError("The uploader was asked for something that it does not know.", fix="Load the page again.")
        return known[verb]()

    def _open(self, message: dict[str, Any]) -> Answer:
        name, size, fingerprint = (message.get(key) for key in ("name", "size", "fingerprint"))
        opened = open_upload(
            self.context,
            name=name,  # type: ignore[arg-type]
            size=size,  # type: ignore[arg-type]
            fingerprint=fingerprint,  # type: ignore[arg-type]
            limits=self.limits,
        )
        return _described(opened)

    def _chunk(self, message: dict[str, Any], buffers: list[Any]) -> Answer:
        data = memoryview(buffers[0]).cast("B") if buffers else memoryview(b"")
        if not 0 < len(data) <= MOST_CHUNK_BYTES:
            raise UsageError("A chunk came without its bytes, or with too many.", expected=f"1 to {MOST_CHUNK_BYTES}")
        offset: Any = message.get("offset")
        write_chunk(self.context, _id(message), offset=offset, data=data)
        return {}

    def _close(self, message: dict[str, Any]) -> Answer:
        blocks: Any = message.get("blocks")
        closed = close_upload(self.context, _id(message), blocks)
        return {**_described(closed.upload), "missing": closed.missing}

    def _cancel(self, message: dict[str, Any]) -> Answer:
        cancel_upload(self.context, _id(message))
        return {}

    def _finished(self, message: dict[str, Any]) -> Answer:
        """Take a finished upload over; told twice it is the same file still."""
        upload_id = _id(message)
        known = next((file for file in self.files if file.id == upload_id), None)
        if known is None:
            found = upload(self.context, upload_id)
            if found.path is None:
                raise NotFound("This upload is not finished.", where=found.name, fix="Choose the file again.")
            path = move_upload(self.context, upload_id, self.folder) if self.folder else found.path
            known = UploadedFile(id=upload_id, name=found.name, path=path, size=found.size, sha256=found.sha256)
            self.files = (*self.files, known)
        return {"name": known.path.name if self.folder else known.name}

    def _remove(self, message: dict[str, Any]) -> Answer:
        """Take a file off the list; one that waits in the inbox goes, one in the user's folder stays there."""
        upload_id = _id(message)
        if self.folder is None and any(file.id == upload_id for file in self.files):
            cancel_upload(self.context, upload_id)
        self.files = tuple(file for file in self.files if file.id != upload_id)
        return {}


def _id(message: dict[str, Any]) -> str:
    """Id of an upload in a message."""
    value = message.get("id")
    return value if isinstance(value, str) else ""


def _described(found: Upload) -> Answer:
    """An upload as the browser is told."""
    parts = asdict(found)
    return {**{key: parts[key] for key in ("id", "name", "size", "have", "sha256")}, "done": found.path is not None}

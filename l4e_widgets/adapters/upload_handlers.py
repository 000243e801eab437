"""Uploads over HTTP, for the dashboard's server and for a Jupyter server: login first, then straight to the disk."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, TypeVar

import tornado.web
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join

from l4e_widgets.core.errors import Blocked, Conflict, DataError, L4EError, NotFound, StorageError, UsageError
from l4e_widgets.services.context import Context
from l4e_widgets.services.inbox import sees_mark
from l4e_widgets.services.uploads import (
    ChunkWriter,
    ClosedUpload,
    Upload,
    UploadLimits,
    begin_chunk,
    cancel_upload,
    close_upload,
    open_upload,
)

__all__ = ["MOST_CHUNK_BYTES", "upload_handlers"]

MOST_CHUNK_BYTES = 32 * 2**20
WRITE_BYTES = 2**20
CODES: dict[type[L4EError], int] = {
    NotFound: 404,
    UsageError: 400,
    Conflict: 409,
    Blocked: 413,
    StorageError: 507,
    DataError: 422,
}

Result = TypeVar("Result")


class UploadHandler(APIHandler):
    """What all addresses of uploads share.

    The sender is known before a byte of what it sends is looked at, and every refusal is a sentence in JSON.
    """

    def initialize(self, context: Context, limits: UploadLimits) -> None:
        """Take what the server was given.

        Parameters
        ----------
        context : Context
            The workspace.
        limits : UploadLimits
            What the operator allows.
        """
        self.context, self.limits = context, limits

    async def prepare(self) -> None:
        """Refuse who is not logged in, and a request that another site has made a browser send."""
        await super().prepare()
        if not self.current_user:
            raise tornado.web.HTTPError(403)
        if self.request.method not in ("GET", "HEAD", "OPTIONS"):
            self.check_xsrf_cookie()

    def tell(self, upload: Upload, **further: Any) -> None:
        """Answer with how an upload stands.

        Parameters
        ----------
        upload : Upload
            The upload.
        **further
            What is told beside it.
        """
        parts = asdict(upload)
        parts.pop("path")
        self.finish(json.dumps({**parts, "done": upload.path is not None, **further}))

    def refuse(self, error: L4EError) -> None:
        """Answer with a sentence.

        Parameters
        ----------
        error : L4EError
            What is the case.
        """
        self.set_status(CODES.get(type(error), 400))
        self.finish(json.dumps({**error.to_dict(), "message": str(error)}))

    async def off_the_loop(self, work: Callable[[], Result]) -> Result:
        """Do what reads or writes much in a thread, so that the server answers others meanwhile.

        Parameters
        ----------
        work : callable
            What to do, without arguments.

        Returns
        -------
        object
            What it gave.
        """
        return await asyncio.get_running_loop().run_in_executor(None, work)

    def sent(self) -> dict[str, Any]:
        """What was sent as JSON.

        Returns
        -------
        dict
            Its fields.

        Raises
        ------
        UsageError
            It is no JSON object.
        """
        try:
            parts = json.loads(self.request.body)
        except (ValueError, RecursionError):
            parts = None
        if not isinstance(parts, dict):
            raise UsageError("This request cannot be understood.", expected="a JSON object", fix="Load the page again.")
        return parts


class BeginHandler(UploadHandler):
    """Says that uploads are taken here, and begins one."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Set the cookie of our page; say what is allowed, and whether its kernel has marked this inbox."""
        _ = self.xsrf_token
        shared = sees_mark(self.context, self.get_query_argument("mark", ""))
        self.finish(json.dumps({"shared": shared, "limit": self.limits.file_bytes}))

    @tornado.web.authenticated
    async def post(self) -> None:
        """Begin an upload, or say what has arrived of it."""
        try:
            parts = self.sent()
            name, size, fingerprint = (parts.get(key) for key in ("name", "size", "fingerprint"))
            opened = await self.off_the_loop(
                lambda: open_upload(self.context, name=name, size=size, fingerprint=fingerprint, limits=self.limits)
            )
        except L4EError as error:
            self.refuse(error)
        else:
            self.tell(opened)


@tornado.web.stream_request_body
class ChunkHandler(UploadHandler):
    """Takes the chunks of one upload, and cancels it."""

    async def prepare(self) -> None:
        """Check sender, upload, offset and length, and only then open the file."""
        self._writer: ChunkWriter | None = None
        self._error: L4EError | None = None
        self._pieces: list[bytes] = []
        self._held = 0
        await super().prepare()
        if self.request.method != "PUT" or self._finished:
            return
        length = self.request.headers.get("Content-Length", "")
        if not re.fullmatch(r"\d{1,9}", length) or int(length) > MOST_CHUNK_BYTES:
            raise tornado.web.HTTPError(413, f"A chunk holds at most {MOST_CHUNK_BYTES} bytes, and says how many.")
        self.request.connection.set_max_body_size(int(length))  # type: ignore[union-attr]
        offset = self.get_query_argument("offset", "")
        try:
            if not re.fullmatch(r"\d{1,15}", offset):
                raise UsageError(
                    "This chunk does not say where it belongs.", got=offset[:40], fix="Load the page again."
                )
            self._writer = begin_chunk(self.context, self.path_args[0], offset=int(offset), length=int(length))
        except L4EError as error:
            self._error = error

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Write what has come; of a refused chunk nothing is kept.

        Parameters
        ----------
        chunk : bytes
            The next bytes.

        Returns
        -------
        awaitable or None
            To wait for before more is read.
        """
        if self._writer is None or self._error is not None:
            return None
        self._pieces.append(chunk)
        self._held += len(chunk)
        return self._write() if self._held >= WRITE_BYTES else None

    async def _write(self) -> None:
        """Hand what is held to the disk, in a thread."""
        writer, data = self._writer, b"".join(self._pieces)
        self._pieces, self._held = [], 0
        if writer is None or not data:
            return
        try:
            await self.off_the_loop(lambda: writer.write(data))
        except L4EError as error:
            self._error = error

    @tornado.web.authenticated
    async def put(self, upload_id: str) -> None:
        """Note the chunk as arrived.

        Parameters
        ----------
        upload_id : str
            Which upload.
        """
        await self._write()
        try:
            if self._error is not None:
                raise self._error
            if self._writer is not None:
                self._writer.finish()
        except L4EError as error:
            self.refuse(error)
        else:
            self.finish(json.dumps({"id": upload_id}))

    @tornado.web.authenticated
    async def delete(self, upload_id: str) -> None:
        """Cancel the upload.

        Parameters
        ----------
        upload_id : str
            Which upload.
        """
        try:
            await self.off_the_loop(lambda: cancel_upload(self.context, upload_id))
        except L4EError as error:
            self.refuse(error)
        else:
            self.finish(json.dumps({"id": upload_id}))

    def on_finish(self) -> None:
        """Let go of the file."""
        if getattr(self, "_writer", None) is not None:
            self._writer.close()  # type: ignore[union-attr]
        super().on_finish()

    def on_connection_close(self) -> None:
        """Let go of the file of a connection that broke; the chunk does not count."""
        super().on_connection_close()
        if getattr(self, "_writer", None) is not None:
            self._writer.close()  # type: ignore[union-attr]


class CloseHandler(UploadHandler):
    """Ends an upload."""

    @tornado.web.authenticated
    async def post(self, upload_id: str) -> None:
        """Hold every byte against the sender's checksums, and say what has to be sent again.

        Parameters
        ----------
        upload_id : str
            Which upload.
        """
        try:
            blocks = self.sent().get("blocks")
            closed: ClosedUpload = await self.off_the_loop(
                lambda: close_upload(self.context, upload_id, blocks)  # type: ignore[arg-type]
            )
        except L4EError as error:
            self.refuse(error)
        else:
            self.tell(closed.upload, missing=closed.missing)


def upload_handlers(base_url: str, context: Context, limits: UploadLimits) -> list[tuple[str, type, dict[str, Any]]]:
    """Handlers of uploads below ``<base_url>l4e/upload/``.

    Parameters
    ----------
    base_url : str
        Path of the server, with a slash at each end.
    context : Context
        The workspace.
    limits : UploadLimits
        What the operator allows.

    Returns
    -------
    list of (str, type, dict)
        As a web application takes them.
    """
    given = {"context": context, "limits": limits}
    place = url_path_join(base_url, "l4e/upload")
    return [
        (f"{place}/?", BeginHandler, given),
        (f"{place}/([0-9a-zA-Z]{{1,64}})", ChunkHandler, given),
        (f"{place}/([0-9a-zA-Z]{{1,64}})/close", CloseHandler, given),
    ]

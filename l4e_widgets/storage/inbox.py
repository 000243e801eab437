"""The inbox of a workspace: files that arrive in pieces, in any order, over any number of connections and restarts.

A chunk is written to its place in `content.part` first and noted in the journal after that, so a process that dies
leaves a chunk that is there or one that is sent again. The journal is not made durable chunk by chunk: after a power
cut it may claim too much. Sealing finds that, because it reads every byte back and holds it against the sender's
checksums.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, ClassVar

from l4e_widgets.core.byte_sizes import Stretch, gaps, merged_stretches, without
from l4e_widgets.core.errors import Conflict, NotFound, StorageError, UsageError
from l4e_widgets.storage import objects
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.layout import INBOX, UploadKeys
from l4e_widgets.storage.objects import told_as_storage_error

__all__ = ["BLOCK", "ChunkWriter", "Inbox", "UploadRecord"]

BLOCK = 4 * 2**20
"""Bytes of a file that share one checksum."""

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class UploadRecord:
    """What is known of an upload beside its bytes.

    Parameters
    ----------
    name : str
        Name of the file as the sender has it.
    size : int
        Bytes of the whole file.
    fingerprint : str
        What the sender knows the file by, such as when it was changed; the same file gives the same text.
    created_ns : int
        When it began, nanoseconds UTC.
    sha256 : str
        Checksum of the whole file, empty until every byte was held against the sender's.
    """

    SCHEMA: ClassVar[str] = "upload"
    SCHEMA_VERSION: ClassVar[int] = 1

    name: str
    size: int
    fingerprint: str
    created_ns: int
    sha256: str = ""

    @property
    def id(self) -> str:
        """Its id: the same file gives the same one, so that whoever chooses it again goes on where it stopped."""
        parts = "\0".join((self.name, str(self.size), self.fingerprint))
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class ChunkWriter:
    """One chunk on its way to the disk; it counts only once `finish` was called.

    Parameters
    ----------
    inbox : Inbox
        Where the upload lies.
    upload_id : str
        Which upload.
    stretch : (int, int)
        Which bytes.
    """

    def __init__(self, inbox: Inbox, upload_id: str, stretch: Stretch) -> None:
        self._inbox, self._keys, self._stretch = inbox, UploadKeys(upload_id), stretch
        self._where = inbox.documents.store.local_path(self._keys.part)
        self.written = 0
        with told_as_storage_error(str(self._where)):
            handle = os.open(self._where, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
            self._file = os.fdopen(handle, "wb", buffering=0)
            self._file.seek(stretch[0])

    def write(self, data: bytes | memoryview) -> None:
        """Write the next bytes.

        Parameters
        ----------
        data : bytes-like
            They follow those written before.

        Raises
        ------
        UsageError
            They are more than was announced; the chunk does not count.
        StorageError
            The disk refused them.
        """
        if self.written + len(data) > self._stretch[1] - self._stretch[0]:
            raise UsageError("A chunk brought more than it announced.", fix="Send the chunk again.")
        view = memoryview(data)
        with told_as_storage_error(str(self._where)):
            while view:
                view = view[self._file.write(view) :]
        self.written += len(data)

    def finish(self) -> None:
        """Note the chunk as arrived.

        Raises
        ------
        UsageError
            Less came than was announced; the chunk does not count.
        """
        self.close()
        start, end = self._stretch
        if self.written != end - start:
            raise UsageError(
                "A chunk brought less than it announced.",
                got=f"{self.written} bytes",
                expected=f"{end - start} bytes",
                fix="Send the chunk again.",
            )
        journal = self._inbox.documents.store.local_path(self._keys.journal)
        with told_as_storage_error(str(self._where)), journal.open("ab", buffering=0) as file:
            file.write(b"%d %d\n" % (start, end))

    def close(self) -> None:
        """Let go of the file; what was not finished does not count."""
        self._file.close()

    def __enter__(self) -> ChunkWriter:
        """Give the writer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self.close()


class Inbox:
    """Uploads of one workspace on this machine.

    Parameters
    ----------
    documents : Documents
        The workspace.
    """

    def __init__(self, documents: Documents) -> None:
        self.documents = documents

    def begin(self, record: UploadRecord) -> UploadRecord:
        """Begin an upload, or find the one that the same file began before.

        Parameters
        ----------
        record : UploadRecord
            What is known of it.

        Returns
        -------
        UploadRecord
            The one that counts.
        """
        keys = UploadKeys(record.id)
        try:
            self.documents.put(keys.upload, record, expected_revision=0)
        except Conflict:
            return self.record(record.id)
        # What a deletion left that died half-way, or nothing.
        for key in (keys.journal, keys.part, keys.content(record.name)):
            self.documents.store.delete(key)
        return record

    def record(self, upload_id: str) -> UploadRecord:
        """Record of an upload.

        Parameters
        ----------
        upload_id : str
            Its id.

        Returns
        -------
        UploadRecord
            What is known of it.

        Raises
        ------
        NotFound
            There is no upload of that id.
        """
        if not _ID.fullmatch(upload_id) or not self.documents.store.exists(UploadKeys(upload_id).upload):
            raise NotFound("There is no such upload.", fix="Choose the file again; what has arrived is not lost.")
        return self.documents.get(UploadKeys(upload_id).upload, UploadRecord).value

    def ids(self) -> list[str]:
        """Ids of all uploads, finished or not."""
        store = self.documents.store
        return [one for one in store.children(INBOX) if _ID.fullmatch(one) and store.exists(UploadKeys(one).upload)]

    def have(self, record: UploadRecord) -> tuple[Stretch, ...]:
        """What has arrived.

        Parameters
        ----------
        record : UploadRecord
            Which upload.

        Returns
        -------
        tuple of (int, int)
            Stretches of bytes, in order.
        """
        if self.path(record) is not None:
            return merged_stretches([(0, record.size)])
        keys = UploadKeys(record.id)
        store = self.documents.store
        if not store.exists(keys.part) or not store.exists(keys.journal):
            return ()
        length = min(store.local_path(keys.part).stat().st_size, record.size)
        return merged_stretches(_noted(store.read(keys.journal), length))

    def path(self, record: UploadRecord) -> Path | None:
        """File of a finished upload.

        Parameters
        ----------
        record : UploadRecord
            Which upload.

        Returns
        -------
        Path or None
            None while it is not finished.
        """
        key = UploadKeys(record.id).content(record.name)
        return self.documents.store.local_path(key) if self.documents.store.exists(key) else None

    def chunk(self, record: UploadRecord, start: int, end: int) -> ChunkWriter:
        """Begin to write a chunk.

        Parameters
        ----------
        record : UploadRecord
            Which upload.
        start, end : int
            Which bytes, `[start, end)`.

        Returns
        -------
        ChunkWriter
            Takes the bytes.

        Raises
        ------
        UsageError
            The stretch is empty or lies outside of the file.
        Conflict
            The upload is finished.
        """
        if not 0 <= start < end <= record.size:
            raise UsageError(
                "This chunk does not lie inside its file.",
                got=f"bytes {start} to {end}",
                expected=f"bytes between 0 and {record.size}",
                fix="Choose the file again.",
            )
        if self.path(record) is not None:
            raise Conflict("This upload is finished already.", where=record.name, fix="Load the page again.")
        return ChunkWriter(self, record.id, (start, end))

    def differing(self, record: UploadRecord, blocks: Sequence[str]) -> tuple[tuple[Stretch, ...], str]:
        """Read every byte back and hold it against the sender's checksums.

        Parameters
        ----------
        record : UploadRecord
            Which upload, of which all has arrived.
        blocks : sequence of str
            sha256 of each block of `BLOCK` bytes, hexadecimal, the last one shorter.

        Returns
        -------
        (tuple of (int, int), str)
            The blocks that differ, and the sha256 of the whole file as it lies here.
        """
        path = self.path(record) or self.documents.store.local_path(UploadKeys(record.id).part)
        wrong: list[Stretch] = []
        whole = hashlib.sha256()
        with _opened(path, record.size) as file, ThreadPoolExecutor(1) as beside:
            for number, expected in enumerate(blocks):
                block = file.read(BLOCK)
                taken = beside.submit(whole.update, block)
                if hashlib.sha256(block).hexdigest() != expected:
                    wrong.append((number * BLOCK, min((number + 1) * BLOCK, record.size)))
                taken.result()
        return merged_stretches(wrong), whole.hexdigest()

    def forget(self, record: UploadRecord, stretches: Sequence[Stretch]) -> None:
        """Take stretches for missing that the journal notes as arrived.

        Parameters
        ----------
        record : UploadRecord
            Which upload.
        stretches : sequence of (int, int)
            What has to be sent again.
        """
        kept = without(self.have(record), stretches)
        lines = b"".join(b"%d %d\n" % one for one in kept)
        self.documents.store.write(UploadKeys(record.id).journal, lines)

    def seal(self, record: UploadRecord, sha256: str) -> Path:
        """Turn the part into the file, durably.

        Parameters
        ----------
        record : UploadRecord
            Which upload, every byte of which was checked.
        sha256 : str
            Checksum of the whole file.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        NotFound
            Someone has cancelled it meanwhile.
        """
        keys = UploadKeys(record.id)
        store = self.documents.store
        part, final = store.local_path(keys.part), store.local_path(keys.content(record.name))
        with told_as_storage_error(str(final)):
            if record.size == 0:
                part.touch()
            elif not part.is_file():
                raise NotFound("This upload was cancelled.", where=record.name, fix="Choose the file again.")
            os.truncate(part, record.size)
            objects._sync(part)
            final.parent.mkdir(exist_ok=True)
            self.documents.put(keys.upload, replace(record, sha256=sha256))
            part.replace(final)
            objects._sync(final.parent)
        return final

    def link(self, record: UploadRecord, key: str) -> Path:
        """Let a finished upload be known by another key too, without a second copy where the disk can do that.

        Parameters
        ----------
        record : UploadRecord
            Which upload.
        key : str
            Where it is to be found.

        Returns
        -------
        Path
            The file there.

        Raises
        ------
        NotFound
            It is not finished.
        """
        path = self.path(record)
        if path is None:
            raise NotFound("This upload is not finished.", where=record.name, fix="Upload the rest of it first.")
        store = self.documents.store
        with store.writing(key) as temporary:
            temporary.unlink()
            try:
                os.link(path, temporary)
            except OSError:
                shutil.copyfile(path, temporary)
        return store.local_path(key)

    def drop(self, upload_id: str) -> None:
        """Remove an upload with all that has arrived; one that is not there is no error.

        Parameters
        ----------
        upload_id : str
            Its id.
        """
        if _ID.fullmatch(upload_id):
            self.documents.store.delete(UploadKeys(upload_id).upload)
            self.documents.store.delete_tree(UploadKeys(upload_id).folder)

    def drop_older(self, moment_ns: int) -> list[str]:
        """Remove what nobody has touched since a moment, and what a deletion that died has left.

        Parameters
        ----------
        moment_ns : int
            Nanoseconds UTC.

        Returns
        -------
        list of str
            Ids of what was removed.
        """
        store = self.documents.store
        removed = []
        for upload_id in store.children(INBOX):
            if _ID.fullmatch(upload_id) and self._touched_ns(upload_id) < moment_ns:
                self.drop(upload_id)
                removed.append(upload_id)
        return removed

    def _touched_ns(self, upload_id: str) -> int:
        """Return when something of an upload was last written."""
        folder = self.documents.store.local_path(UploadKeys(upload_id).folder)
        times = [0]
        for path in (folder, *folder.glob("*")):
            with contextlib.suppress(FileNotFoundError):
                times.append(path.stat().st_mtime_ns)
        return max(times)

    def free_bytes(self) -> int:
        """Bytes that the disk has free."""
        place = self.documents.store.local_path(INBOX)
        while not place.exists():
            place = place.parent
        return shutil.disk_usage(place).free

    def missing_bytes(self, record: UploadRecord) -> int:
        """Bytes that have still to arrive.

        Parameters
        ----------
        record : UploadRecord
            Which upload.

        Returns
        -------
        int
            0 for one that is finished.
        """
        return sum(end - start for start, end in gaps(self.have(record), record.size))


def _noted(journal: bytes, length: int) -> Iterator[Stretch]:
    """Stretches of a journal that lie inside the bytes there are; a line that a dying process tore is passed over."""
    for line in journal.split(b"\n"):
        numbers = line.split(b" ")
        if len(numbers) == 2 and all(number.isdigit() for number in numbers):
            start, end = int(numbers[0]), int(numbers[1])
            if 0 <= start < end <= length:
                yield start, end


@contextlib.contextmanager
def _opened(path: Path, size: int) -> Iterator[BinaryIO]:
    """Open the bytes of an upload; those of an empty file need not be there."""
    if size == 0 and not path.is_file():
        path.touch()
    try:
        with path.open("rb", buffering=0) as file:
            yield file
    except OSError as error:
        raise StorageError(
            f"The upload cannot be read back: {error.strerror or error}.",
            where=str(path),
            fix="Check the disk and upload the file again.",
        ) from error

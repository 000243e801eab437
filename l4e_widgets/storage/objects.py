"""Objects by key: the protocol of a store, and the local folder that keeps it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import unquote, urlparse

from filelock import FileLock, Timeout

from l4e_widgets.core.errors import NotFound, StorageError

__all__ = ["LocalStore", "ObjectStore", "open_store", "told_as_storage_error", "write_atomically"]

LOCK_TIMEOUT_S = 30.0
_TORN = ".part"


class ObjectStore(Protocol):
    """Bytes by key; keys are relative paths with forward slashes."""

    @property
    def uri(self) -> str:
        """Address of the store, from which `open_store` opens it again."""

    def read(self, key: str) -> bytes:
        """Return the bytes of an object.

        Parameters
        ----------
        key : str
            Which object.

        Returns
        -------
        bytes
            The whole content.

        Raises
        ------
        NotFound
            There is no object of that key.
        StorageError
            It may not be read, or the key points outside of the store.
        """

    def write(self, key: str, data: bytes) -> None:
        """Replace an object; a reader sees the old or the new bytes, never a mixture.

        Parameters
        ----------
        key : str
            Which object; the folders above it come into being with it.
        data : bytes
            The whole content.

        Raises
        ------
        StorageError
            It could not be written, or the key points outside of the store.
        """

    def write_if(self, key: str, data: bytes, expected: bytes | None) -> bool:
        """Replace an object only while it holds `expected` (None: only while it is absent); tell whether it did.

        Parameters
        ----------
        key : str
            Which object.
        data : bytes
            The whole new content.
        expected : bytes or None
            The whole content that the change started from.

        Returns
        -------
        bool
            False where something else was there; then nothing was changed.

        Raises
        ------
        StorageError
            It could not be written, or the key points outside of the store.
        """

    def append(self, key: str, data: bytes) -> None:
        """Add bytes to the end of an object.

        Parameters
        ----------
        key : str
            Which object; one that is not there begins empty.
        data : bytes
            What to add.

        Raises
        ------
        StorageError
            It could not be written, or the key points outside of the store.
        """

    def exists(self, key: str) -> bool:
        """Tell whether there is an object of that key.

        Parameters
        ----------
        key : str
            Which object.

        Returns
        -------
        bool
            True where there is one; a folder is none.

        Raises
        ------
        StorageError
            The key points outside of the store.
        """

    def children(self, prefix: str) -> list[str]:
        """Return the names directly below a prefix, sorted; empty where there is none.

        Parameters
        ----------
        prefix : str
            Key of a folder, without a slash at its end.

        Returns
        -------
        list of str
            Names of objects and folders, without the prefix.

        Raises
        ------
        StorageError
            The prefix points outside of the store.
        """

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error.

        Parameters
        ----------
        key : str
            Which object.

        Raises
        ------
        StorageError
            It could not be removed, or the key points outside of the store.
        """

    def delete_tree(self, prefix: str) -> None:
        """Remove everything below a prefix.

        Parameters
        ----------
        prefix : str
            Key of a folder; one that is not there is no error.

        Raises
        ------
        StorageError
            Something could not be removed, or the prefix points outside of the store.
        """

    def remove_torn(self, prefix: str) -> int:
        """Remove what writes of programs that died left directly below a prefix; nobody may be writing there.

        Parameters
        ----------
        prefix : str
            Where to look.

        Returns
        -------
        int
            How many files were removed.

        Raises
        ------
        StorageError
            One could not be removed, or the prefix points outside of the store.
        """

    def local_path(self, key: str) -> Path:
        """Return a file on this machine that holds the object's bytes, for readers that need a path.

        Parameters
        ----------
        key : str
            Which object.

        Returns
        -------
        Path
            Where it lies on this machine.

        Raises
        ------
        StorageError
            The key points outside of the store.
        """

    def writing(self, key: str) -> contextlib.AbstractContextManager[Path]:
        """Give a temporary path; what was written there becomes the object when the block ends without an error.

        Parameters
        ----------
        key : str
            Which object.

        Returns
        -------
        context manager of Path
            Gives the path to write to; after an error the object is what it was and nothing is left of the path.

        Raises
        ------
        StorageError
            It could not be written, or the key points outside of the store.
        """


@contextlib.contextmanager
def told_as_storage_error(where: str) -> Iterator[None]:
    """Tell an operating system's refusal to write as a sentence.

    Parameters
    ----------
    where : str
        The file or folder being written.

    Yields
    ------
    None
        The block that writes runs inside.

    Raises
    ------
    StorageError
        The disk is full, the place is read-only or not permitted, or cannot be reached.
    """
    try:
        yield
    except Timeout as error:
        raise StorageError(
            f"Someone else has been writing here for {LOCK_TIMEOUT_S:.0f} s.",
            where=where,
            fix="Try again; if no other program of yours is at work, start this machine again.",
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            what, fix = "The disk is full.", "Free some space and start again; nothing half-written was left behind."
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            what, fix = "This place cannot be written to.", "Choose another folder or change its permissions."
        elif error.errno in (errno.ENOENT, errno.ENOTDIR):
            what, fix = "The folder is not there.", "Create it first or choose another."
        elif error.errno == errno.EISDIR:
            what, fix = "This is a folder, not a file.", "Add a file name to it."
        else:
            what, fix = f"It could not be written: {error.strerror or error}.", "Check the disk and try again."
        raise StorageError(what, where=where, fix=fix) from error


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it holds the old bytes or the new ones.

    Parameters
    ----------
    path : Path
        The file; its folder must exist.
    data : bytes
        The whole content.

    Raises
    ------
    OSError
        The operating system refused; the old file is untouched and no temporary file is left.
    """
    with _replacing(path) as temporary:
        _fill(temporary, data)


def _fill(path: Path, data: bytes) -> None:
    """Write a temporary file that nobody else knows of yet."""
    path.write_bytes(data)


def _extend(path: Path, data: bytes) -> None:
    """Add bytes to the end of a file in one write, durably."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        written = os.write(handle, data)
        if written < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that replaces it, made durable, when the block ends well."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", suffix=_TORN, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _sync(temporary)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    """Return the process's mask for new files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync(path: Path) -> None:
    """Make a file or folder durable, where the system can sync folders."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class LocalStore:
    """A folder on this machine as an object store.

    Parameters
    ----------
    root : Path
        The folder; it is created when the first object is written.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root).expanduser().resolve()

    @property
    def uri(self) -> str:
        """Address of the store as a file URI."""
        return self.root.as_uri()

    def _place(self, key: str) -> Path:
        """Return the path of a key, which must lie inside the root."""
        parts = PurePosixPath(key)
        if not parts.parts or "\0" in key or parts.is_absolute() or ".." in parts.parts or "\\" in key:
            raise StorageError("This key points outside of the workspace.", got=repr(key))
        place = self.root.joinpath(*parts.parts)
        if not Path(os.path.realpath(place)).is_relative_to(self.root):
            raise StorageError(
                "This key points outside of the workspace.", got=repr(key), fix="Remove the link that leads there."
            )
        return place

    def _prepared(self, key: str) -> Path:
        """Return the path of a key with its folder made."""
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def read(self, key: str) -> bytes:
        """Return the bytes of an object.

        Raises
        ------
        NotFound
            There is no object of that key.
        """
        try:
            return self._place(key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotFound(f"There is no {PurePosixPath(key).name} here.", where=key) from error
        except OSError as error:
            raise StorageError(
                f"This file cannot be read: {error.strerror or error}.", where=key, fix="Check its permissions."
            ) from error

    def write(self, key: str, data: bytes) -> None:
        """Replace an object durably; a reader sees the old or the new bytes."""
        with told_as_storage_error(str(self._place(key))):
            write_atomically(self._prepared(key), data)

    def write_if(self, key: str, data: bytes, expected: bytes | None) -> bool:
        """Replace an object only while it holds `expected` (None: only while absent); tell whether it did."""
        with told_as_storage_error(str(self._place(key))), self._lock(key):
            place = self._prepared(key)
            found = place.read_bytes() if place.is_file() else None
            if found != expected:
                return False
            write_atomically(place, data)
            return True

    def _lock(self, key: str) -> FileLock:
        """Return the lock shared by all writers of a key's folder."""
        folder = self.root / ".locks"
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256("/".join(PurePosixPath(key).parts[:2]).encode()).hexdigest()[:16]
        return FileLock(folder / f"{name}.lock", timeout=LOCK_TIMEOUT_S)

    def append(self, key: str, data: bytes) -> None:
        """Add bytes to the end of an object in one write."""
        with told_as_storage_error(str(self._place(key))):
            _extend(self._prepared(key), data)

    def exists(self, key: str) -> bool:
        """Tell whether there is an object of that key."""
        return self._place(key).is_file()

    def children(self, prefix: str) -> list[str]:
        """Return the names directly below a prefix, sorted; empty where there is none."""
        place = self._place(prefix)
        if not place.is_dir():
            return []
        return sorted(child.name for child in place.iterdir() if not child.name.startswith("."))

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        with told_as_storage_error(str(self._place(key))), contextlib.suppress(NotADirectoryError):
            self._place(key).unlink(missing_ok=True)

    def delete_tree(self, prefix: str) -> None:
        """Remove everything below a prefix."""
        place = self._place(prefix)
        with told_as_storage_error(str(place)):
            if place.is_dir():
                shutil.rmtree(place)

    def remove_torn(self, prefix: str) -> int:
        """Remove what writes of programs that died left directly below a prefix."""
        place = self._place(prefix)
        torn = list(place.glob(f".*{_TORN}"))
        with told_as_storage_error(str(place)):
            for path in torn:
                path.unlink(missing_ok=True)
        return len(torn)

    def local_path(self, key: str) -> Path:
        """Return the file that holds the object."""
        return self._place(key)

    @contextlib.contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        """Give a temporary path that becomes the object when the block ends without an error."""
        with told_as_storage_error(str(self._place(key))), _replacing(self._prepared(key)) as temporary:
            yield temporary


def open_store(uri: str) -> ObjectStore:
    """Open the store of an address.

    Parameters
    ----------
    uri : str
        A `file:` URI; other kinds of store come with the cloud.

    Returns
    -------
    ObjectStore
        The store.

    Raises
    ------
    StorageError
        The address is of a kind that is not known.
    """
    parts = urlparse(uri)
    if parts.scheme != "file":
        raise StorageError(f'"{uri}" is no address of a workspace.', expected="a file: address of a local folder")
    path = unquote(parts.path)
    if os.name == "nt":
        path = path.lstrip("/")
    return LocalStore(Path(path))

"""A temporary folder that is removed in any case: by who made it, else, where that died, by the next who makes one."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

__all__ = ["remove_abandoned", "temporary_folder"]


@contextlib.contextmanager
def temporary_folder(prefix: str, folder: Path | None = None) -> Iterator[Path]:
    """Make a folder, and remove it when the block ends; those of programs that died are removed before.

    A lock beside the folder is held as long as it is in use. The system lets go of it when a program dies.

    Parameters
    ----------
    prefix : str
        How its name begins.
    folder : Path, optional
        Where it goes; the system's folder for temporary files where absent.

    Yields
    ------
    Path
        The folder, empty.

    Raises
    ------
    OSError
        It cannot be made.
    """
    home = folder or Path(tempfile.gettempdir())
    remove_abandoned(prefix, home)
    made = home / f"{prefix}{secrets.token_hex(8)}"
    with FileLock(_lock_of(made), timeout=0):
        made.mkdir(mode=0o700)
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)
            _lock_of(made).unlink(missing_ok=True)


def remove_abandoned(prefix: str, folder: Path) -> int:
    """Remove the folders of programs that died.

    Parameters
    ----------
    prefix : str
        How their names begin.
    folder : Path
        Where they lie.

    Returns
    -------
    int
        How many were removed. One whose lock somebody holds, or that has none, is left alone.
    """
    removed = 0
    for found in folder.glob(f"{prefix}*/"):
        lock = _lock_of(found)
        with contextlib.suppress(Timeout, OSError):
            if lock.exists():
                with FileLock(lock, timeout=0):
                    shutil.rmtree(found)
                    lock.unlink(missing_ok=True)
                    removed += 1
    return removed


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")

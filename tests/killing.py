"""Death at every boundary: a process that dies before its k-th write, fsync, rename, removal or new folder.

What happens inside a folder is counted by the interpreter's own audit events, so no list of places is kept by hand.
After the death nothing on the disk changes any more: clean-ups that a killed process would not have done do nothing.
"""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from l4e_widgets.storage import objects

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PLACES = {"os.rename": (0, 2), "os.remove": (0, 1), "os.rmdir": (0, 1), "os.mkdir": (0, 2)}


class Died(BaseException):
    """Stands for the instant at which the process died."""


class Death:
    """Counts the boundaries inside a folder and dies just before one of them.

    Parameters
    ----------
    root : Path
        The folder.
    at : int or None
        Number of the boundary, from 1; None only counts.
    """

    def __init__(self, root: Path, at: int | None) -> None:
        self.root = str(root.resolve())
        self.at = at
        self.count = 0
        self.dead = False
        self._thread = threading.get_ident()

    def meets(self, path: object, folder: int = -1) -> bool:
        """Count a boundary; tell whether the process dies at this one, raise where it is dead already."""
        if threading.get_ident() != self._thread or not (folder != -1 or self._is_inside(path)):
            return False
        if self.dead:
            raise Died
        self.count += 1
        self.dead = self.count == self.at
        return self.dead

    def _is_inside(self, path: object) -> bool:
        return isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(self.root)


_deaths: list[Death] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not _deaths:
        return
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & WRITING and _deaths[-1].meets(path):
            raise Died
    elif event in PLACES:
        path, folder = (arguments[place] for place in PLACES[event])
        if _deaths[-1].meets(path, folder if isinstance(folder, int) else -1):
            raise Died


sys.addaudithook(_watch)


def _torn(real: Callable[[Path, bytes], None], death: Death) -> Callable[[Path, bytes], None]:
    """A write of which half has reached the disk when the process dies."""

    def write(path: Path, data: bytes) -> None:
        if death.meets(path):
            death.dead = False
            with mock.patch.object(death, "meets", return_value=False):
                real(path, data[: len(data) // 2])
            death.dead = True
            raise Died
        real(path, data)

    return write


@contextmanager
def dying(root: Path, at: int | None = None) -> Iterator[Death]:
    """Die before the boundary `at` of what the block does inside a folder; without a number only count them."""
    death = Death(root, at)
    real_sync = objects._sync

    def sync(path: Path) -> None:
        if death.meets(path):
            raise Died
        real_sync(path)

    patches = mock.patch.multiple(
        objects, _sync=sync, _fill=_torn(objects._fill, death), _extend=_torn(objects._extend, death)
    )
    with patches:
        _deaths.append(death)
        try:
            yield death
        except Died:
            assert death.dead
        finally:
            _deaths.remove(death)


def points(n_boundaries: int, sample: int | None) -> list[int]:
    """Boundaries to die at: all, or a seeded sample with the first and the last of them."""
    everything = range(1, n_boundaries + 1)
    if sample is None or sample >= n_boundaries:
        return list(everything)
    inner = random.Random(n_boundaries).sample(everything[1:-1], sample - 2)
    return sorted({1, n_boundaries, *inner})

"""Files of any size as frames of some rows each: finished columns wait on disk, so memory does not grow with them."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.reading.combine import Combined, plan_parts
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.storage.objects import told_as_storage_error
from l4e_widgets.storage.source_files import find_files
from l4e_widgets.storage.sources import Progress, columns_not_found, read_file, share_of
from l4e_widgets.storage.temporary_folder import temporary_folder

__all__ = ["SourceBlocks", "open_blocks", "read_blocks"]

FloatArray = npt.NDArray[np.floating]

ROWS_A_BLOCK = 262_144
PREFIX = "l4e-reading-"


@dataclass(frozen=True)
class _OnDisk:
    """Numbers that lie in a file, read again each time they are asked for."""

    path: Path
    offset: int
    count: int
    dtype: np.dtype[np.floating]

    def __len__(self) -> int:
        return self.count

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> FloatArray:
        values = self[0 : self.count]
        return values if dtype is None else values.astype(dtype)

    def __getitem__(self, rows: slice) -> FloatArray:
        start, stop, _ = rows.indices(self.count)
        place = self.offset + start * self.dtype.itemsize
        return np.fromfile(self.path, dtype=self.dtype, count=max(0, stop - start), offset=place)


class _Shelf:
    """One temporary file that takes columns in the order they come, from several threads."""

    def __init__(self, path: Path) -> None:
        self._path, self._end, self._lock = path, 0, threading.Lock()
        self._path.touch()

    def keep(self, values: FloatArray) -> Any:
        """Write numbers and return what reads them again."""
        data = np.ascontiguousarray(values)
        with told_as_storage_error(str(self._path.parent)), self._lock, self._path.open("ab") as file:
            place = self._end
            file.write(data.tobytes())
            self._end += data.nbytes
        return _OnDisk(self._path, place, len(data), data.dtype)


@dataclass(frozen=True)
class SourceBlocks:
    """What was read, ready to be handed out block by block.

    Parameters
    ----------
    sensors : tuple of Sensor
        Record of every sensor.
    report : ReadingReport
        What was understood, kept, set aside and lost, over all files.
    n_rows : int
        Rows of all blocks.
    table : Combined
        The rows, which lie on disk until they are asked for.
    """

    sensors: tuple[Sensor, ...]
    report: ReadingReport
    n_rows: int
    table: Combined

    def frames(self, rows: int = ROWS_A_BLOCK) -> Iterator[SensorFrame]:
        """Frames in order of time, each after the one before; all have the same sensors and precision.

        Parameters
        ----------
        rows : int
            Rows of a frame; the last may have fewer.

        Yields
        ------
        SensorFrame
            The next rows.
        """
        for start in range(0, self.n_rows, rows):
            yield self.table.frame(start, min(start + rows, self.n_rows))


@contextmanager
def open_blocks(
    paths: Sequence[Path],
    options: ReadingOptions | None = None,
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Iterator[SourceBlocks]:
    """Read files of any size; the columns wait in a temporary folder until the block ends.

    Parameters
    ----------
    paths : sequence of Path
        As in `read_sources`.
    options : ReadingOptions, optional
        Answers given in advance.
    folder : Path, optional
        Where the temporary folder goes; it takes about as much space as the files.
    progress : callable, optional
        Takes the share done, 0 to 1, and what is being done.

    Yields
    ------
    SourceBlocks
        The report of everything, and the frames.

    Raises
    ------
    NotFound
        A file is not there.
    DataError
        A file cannot be understood or nothing in it can be kept.
    StorageError
        The disk is full.
    """
    chosen = options or ReadingOptions()
    files, passed = find_files([Path(path) for path in paths])
    with _told_folder(folder) as spare:
        shelf = _Shelf(spare / "columns")
        parts = []
        for number, file in enumerate(files):
            told: Callable[[float], None] | None = share_of(progress, number, len(files), file.name)
            parts.append(read_file(file, chosen, progress=told, keep=shelf.keep))
        table = plan_parts(parts, notices=(*passed, *columns_not_found(parts, chosen)))
        if progress:
            progress(1.0, "Read")
        yield SourceBlocks(table.sensors, table.report, len(table.timestamps), table)


@contextmanager
def _told_folder(folder: Path | None) -> Iterator[Path]:
    """Give a temporary folder; where none can be made, that is a sentence."""
    with ExitStack() as opened:
        with told_as_storage_error(str(folder or tempfile.gettempdir())):
            spare = opened.enter_context(temporary_folder(PREFIX, folder))
        yield spare


def read_blocks(
    paths: Sequence[Path], options: ReadingOptions | None = None, *, rows: int = ROWS_A_BLOCK
) -> Iterator[SensorFrame]:
    """Rows of files of any size, block by block in order of time.

    Parameters
    ----------
    paths : sequence of Path
        As in `read_sources`.
    options : ReadingOptions, optional
        Answers given in advance.
    rows : int
        Rows of a block.

    Yields
    ------
    SensorFrame
        The next rows; all blocks have the same sensors and precision.

    Raises
    ------
    NotFound
        A file is not there.
    DataError
        A file cannot be understood or nothing in it can be kept.
    StorageError
        The disk is full.
    """
    with open_blocks(paths, options) as blocks:
        yield from blocks.frames(rows)

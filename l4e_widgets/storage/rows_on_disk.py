"""The rows of a model as one frame whose values wait in a temporary file: memory does not grow with the rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.times import NS_PER_SECOND
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.model_rows import model_rows
from l4e_widgets.storage.objects import told_as_storage_error
from l4e_widgets.storage.project_series import ProjectSeries
from l4e_widgets.storage.records import TrainingRequest

__all__ = ["VALUES_A_BLOCK", "laid_on_disk", "model_blocks", "open_model_rows"]

VALUES_A_BLOCK = 16_000_000
"""Values read at a time; projects with fewer stay in memory and touch no disk."""


def model_blocks(
    series: ProjectSeries,
    request: TrainingRequest,
    *,
    step_s: float,
    digits: Mapping[str, float],
    start: int | None = None,
    end: int | None = None,
) -> Iterator[SensorFrame]:
    """Rows of `[start, end)` as a model sees them, block by block; put together they are those of `model_rows`.

    Parameters
    ----------
    series : ProjectSeries
        Rows as they were ingested.
    request : TrainingRequest
        Says which sensors and which sampling rate.
    step_s : float
        Median distance of rows of the whole series in seconds.
    digits : mapping of str to float
        Step of the decimal grid by sensor id, where the model was trained on rounded rows.
    start, end : int, optional
        Nanoseconds UTC; open where absent.

    Yields
    ------
    SensorFrame
        About `VALUES_A_BLOCK` values, cut at bins of the sampling rate; at least one block, perhaps without rows.
    """
    rows = max(VALUES_A_BLOCK // max(len(request.sensors), 1), 1)
    rate_ns = max(round(request.sampling_rate_s * NS_PER_SECOND), 1)
    cuts = np.unique(series.read([], start, end).timestamps[rows::rows] // rate_ns * rate_ns).tolist()
    cuts = [cut for cut in cuts if start is None or cut > start]
    for first, last in zip([start, *cuts], [*cuts, end], strict=True):
        yield model_rows(series, request, step_s=step_s, digits=digits, start=first, end=last)


@contextmanager
def laid_on_disk(blocks: Iterable[SensorFrame], folder: Path) -> Iterator[SensorFrame]:
    """Put blocks together as one frame; from the second on they wait in a file that no folder lists.

    Parameters
    ----------
    blocks : iterable of SensorFrame
        At least one, in order of time, all with the same sensors.
    folder : Path
        On the disk that takes the file. The system removes it when the block ends or the process dies.

    Yields
    ------
    SensorFrame
        All rows. A single block comes as it is; else values are read from the file as they are used, row by row in
        the precision of the first block with rows, and must not be used after the block ends.

    Raises
    ------
    StorageError
        The disk is full or cannot be written to.
    """
    coming = iter(blocks)
    first = next(coming)
    second = next(coming, None)
    if second is None:
        yield first
        return
    with told_as_storage_error(str(folder)):
        spare = tempfile.TemporaryFile(dir=folder, prefix="l4e-rows-")
    with spare:
        sensors, dtype = first.sensors, first.values.dtype
        times: list[npt.NDArray[np.int64]] = []
        waiting = [second, first]
        del first, second
        while (block := waiting.pop() if waiting else next(coming, None)) is not None:
            if not len(block):
                continue
            dtype = dtype if times else block.values.dtype
            times.append(block.timestamps)
            with told_as_storage_error(str(folder)):
                spare.write(np.ascontiguousarray(block.values, dtype=dtype).data)
        moments = np.concatenate(times) if times else np.empty(0, dtype=np.int64)
        shape = (len(moments), len(sensors))
        with told_as_storage_error(str(folder)):
            spare.flush()
            values = np.memmap(spare, dtype=dtype, mode="r", shape=shape) if 0 not in shape else np.empty(shape)
        yield SensorFrame(moments, values, sensors)


@contextmanager
def open_model_rows(
    documents: Documents,
    project: ProjectKeys,
    series: ProjectSeries,
    request: TrainingRequest,
    *,
    step_s: float,
    digits: Mapping[str, float],
    start: int | None = None,
    end: int | None = None,
) -> Iterator[SensorFrame]:
    """Rows of `[start, end)` as a model sees them, in memory where they are few and else in a file beside the project.

    Parameters
    ----------
    documents : Documents
        Where the project lies.
    project : ProjectKeys
        Keys of the project.
    series : ProjectSeries
        Rows as they were ingested.
    request : TrainingRequest
        Says which sensors and which sampling rate.
    step_s : float
        Median distance of rows of the whole series in seconds.
    digits : mapping of str to float
        Step of the decimal grid by sensor id, where the model was trained on rounded rows.
    start, end : int, optional
        Nanoseconds UTC; open where absent.

    Yields
    ------
    SensorFrame
        As `laid_on_disk` gives it.

    Raises
    ------
    StorageError
        The disk is full or cannot be written to.
    """
    blocks = model_blocks(series, request, step_s=step_s, digits=digits, start=start, end=end)
    with laid_on_disk(blocks, documents.store.local_path(project.root)) as frame:
        yield frame

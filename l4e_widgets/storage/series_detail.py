"""The stored level of detail of a series: a cache a sensor, made again from the rows whenever it does not fit them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import NotFound, StorageError
from l4e_widgets.core.merging import Block
from l4e_widgets.core.pyramid import Cells, coarser, joined_cells, summarise
from l4e_widgets.core.sensors import Sensor, SensorKind
from l4e_widgets.storage.arrays import from_npz, to_npz
from l4e_widgets.storage.names import storage_key
from l4e_widgets.storage.objects import ObjectStore
from l4e_widgets.storage.records import SeriesManifest, SeriesPart

__all__ = ["ReadBlock", "SeriesDetail", "detail_key", "write_detail"]

FACTOR = 8
LEAST_CELLS = 4096
LEAST_ROWS = 65_536
"""Detail of fewer rows is made when it is first looked at, which is as quick as reading it."""
ReadBlock = Callable[[Sequence[str], int, int], Block]
_STATES = (SensorKind.CATEGORICAL, SensorKind.TWO_VALUED)
_NAMES = tuple(field.name for field in fields(Cells))
_KINDS = {"cell": "i", "first": "i", "last": "i", "known": "i", "states": "u"}


def detail_key(prefix: str, sensor: str) -> str:
    """Key of the detail of a sensor.

    Parameters
    ----------
    prefix : str
        Folder of the series.
    sensor : str
        Id of the sensor.

    Returns
    -------
    str
        Key of a file that may be deleted at any time.
    """
    return f"{prefix}/detail/{storage_key(sensor)}.npz"


def write_detail(
    store: ObjectStore,
    prefix: str,
    sensor: Sensor,
    manifest: SeriesManifest,
    timestamps: npt.NDArray[np.int64],
    chunks: Iterator[npt.NDArray[np.floating]],
) -> None:
    """Store the detail of one sensor whose rows are all at hand.

    Parameters
    ----------
    store : ObjectStore
        Where the series lies.
    prefix : str
        Folder of the series.
    sensor : Sensor
        Which sensor.
    manifest : SeriesManifest
        What the series is made of: exactly these rows.
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing.
    chunks : iterator of (n_chunk,) float
        Its values in order, in its unit.
    """
    width = manifest.grid_ns
    if width <= 0 or len(timestamps) <= LEAST_ROWS:
        return
    pieces, start = [], 0
    for chunk in chunks:
        times = timestamps[start : start + len(chunk)]
        pieces.append(summarise(times, chunk, width, with_states=sensor.kind in _STATES))
        start += len(chunk)
    names = frozenset(part.name for part in manifest.parts)
    pyramid = _Pyramid((joined_cells(pieces),), names, width)
    store.write(detail_key(prefix, sensor.id), _packed(pyramid, sensor))


@dataclass(frozen=True, eq=False)
class _Pyramid:
    """Levels of one sensor, the finest first, and the parts whose rows are in them."""

    levels: tuple[Cells, ...]
    parts: frozenset[str]
    width: int


class SeriesDetail:
    """Cells of detail of the sensors of one series.

    Parameters
    ----------
    store : ObjectStore
        Where the series lies.
    prefix : str
        Folder of the series.
    """

    def __init__(self, store: ObjectStore, prefix: str) -> None:
        self._store = store
        self._prefix = prefix
        self._held: dict[str, _Pyramid] = {}

    def cells(
        self,
        read: ReadBlock,
        parts: Sequence[SeriesPart],
        sensor: Sensor,
        width: int,
        start: int,
        end: int,
        widest: int,
    ) -> Cells:
        """Cells of the rows of `[start, end)`, those cut by an end made from the rows themselves.

        Parameters
        ----------
        read : callable
            Takes ids, start and end and returns rows.
        parts : sequence of SeriesPart
            Parts whose rows count.
        sensor : Sensor
            Which sensor.
        width : int
            Width of the finest cell in nanoseconds.
        start, end : int
            Nanoseconds UTC.
        widest : int
            Widest cell that is fine enough, in nanoseconds.

        Returns
        -------
        Cells
            In order of time.
        """
        pyramid = self._pyramid(read, parts, sensor, width)
        level = 0
        while level + 1 < len(pyramid.levels) and width * FACTOR ** (level + 1) <= widest:
            level += 1
        cells, wide = pyramid.levels[level], width * FACTOR**level
        inner = slice(int(np.searchsorted(cells.first, start)), int(np.searchsorted(cells.last, end)))
        whole = cells.part(inner)
        if inner.stop <= inner.start:
            return self._summarised(read, sensor, start, end, wide)
        left, right = int(whole.cell[0]) * wide, (int(whole.cell[-1]) + 1) * wide
        pieces = [whole]
        if inner.start > 0 and cells.last[inner.start - 1] >= start:
            pieces.insert(0, self._summarised(read, sensor, start, left, wide))
        if inner.stop < len(cells) and cells.first[inner.stop] < end:
            pieces.append(self._summarised(read, sensor, right, end, wide))
        return joined_cells(pieces)

    def _summarised(self, read: ReadBlock, sensor: Sensor, start: int, end: int, width: int) -> Cells:
        times, values = read([sensor.id], start, end)
        return summarise(times, values[:, 0], width, with_states=sensor.kind in _STATES)

    def _pyramid(self, read: ReadBlock, parts: Sequence[SeriesPart], sensor: Sensor, width: int) -> _Pyramid:
        """Return the pyramid of exactly these parts, held, stored, brought up to date or made."""
        wanted = frozenset(part.name for part in parts)
        known = self._held.get(sensor.id)
        if known is None or known.parts != wanted or known.width != width:
            known = self._stored(sensor, parts, width)
        if known is not None and known.parts == wanted:
            self._held[sensor.id] = known
            return known
        if known is not None and known.parts < wanted:
            finest = self._extended(known, read, parts, sensor)
        else:
            finest = self._summarised(read, sensor, *_reach(parts), width)
        made = _Pyramid(_levels(finest), wanted, width)
        self._held[sensor.id] = made
        with contextlib.suppress(StorageError):
            self._store.write(detail_key(self._prefix, sensor.id), _packed(made, sensor))
        return made

    def _extended(self, known: _Pyramid, read: ReadBlock, parts: Sequence[SeriesPart], sensor: Sensor) -> Cells:
        """Return the finest level with the cells that later parts touch made anew."""
        finest, width = known.levels[0], known.width
        for part in parts:
            if part.name not in known.parts:
                first, last = part.first_ns // width, part.last_ns // width + 1
                places = np.searchsorted(finest.cell, [first, last])
                fresh = self._summarised(read, sensor, first * width, last * width, width)
                finest = joined_cells([finest.part(slice(places[0])), fresh, finest.part(slice(places[1], None))])
        return finest

    def _stored(self, sensor: Sensor, parts: Sequence[SeriesPart], width: int) -> _Pyramid | None:
        """Return what is stored, None where it is missing, damaged, or of another series, sensor or grid."""
        key = detail_key(self._prefix, sensor.id)
        try:
            arrays = from_npz(self._store.read(key), where=key)
            return _unpacked(arrays, sensor, parts, width)
        except (NotFound, StorageError):
            return None


def _reach(parts: Sequence[SeriesPart]) -> tuple[int, int]:
    if not parts:
        return 0, 1
    return min(part.first_ns for part in parts), max(part.last_ns for part in parts) + 1


def _levels(finest: Cells) -> tuple[Cells, ...]:
    levels = [finest]
    while len(levels[-1]) > LEAST_CELLS:
        levels.append(coarser(levels[-1], FACTOR))
    return tuple(levels)


def _packed(pyramid: _Pyramid, sensor: Sensor) -> bytes:
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "parts": np.array(sorted(pyramid.parts), dtype=np.str_),
        "sensor": np.array([sensor.id, sensor.kind.value], dtype=np.str_),
        "width": np.array([pyramid.width], dtype=np.int64),
    }
    finest = pyramid.levels[0]
    arrays |= {f"packed_{name}": _small(getattr(finest, name), rounded=name == "total") for name in _NAMES}
    return to_npz(arrays)


def _small(column: npt.NDArray[np.generic], *, rounded: bool) -> npt.NDArray[np.generic]:
    """Steps of whole numbers, which pack to almost nothing where rows are regular, and single precision if exact.

    Sums are only drawn as means, for which seven digits are more than enough.
    """
    if column.dtype.kind == "i":
        return np.diff(column, prepend=np.int64(0))
    if column.dtype == np.float64:
        with np.errstate(over="ignore"):
            single = column.astype(np.float32)
        fits = np.isfinite(single).all() if rounded else np.array_equal(single, column, equal_nan=True)
        return single if fits else column
    return column


def _whole(column: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    if column.dtype.kind == "i":
        return np.asarray(np.cumsum(column))
    return column.astype(np.float64) if column.dtype.kind == "f" else column


def _unpacked(
    arrays: dict[str, npt.NDArray[np.generic]], sensor: Sensor, parts: Sequence[SeriesPart], width: int
) -> _Pyramid | None:
    """Return a pyramid from its arrays, None where they do not fit together or belong to something else."""
    wanted = {"parts", "sensor", "width", *(f"packed_{name}" for name in _NAMES)}
    if set(arrays) != wanted:
        return None
    columns = [arrays[f"packed_{name}"] for name in _NAMES]
    n_cells = columns[0].shape
    kinds = [column.dtype.kind == _KINDS.get(name, "f") for name, column in zip(_NAMES, columns, strict=True)]
    if len(n_cells) != 1 or any(column.shape != n_cells for column in columns) or not all(kinds):
        return None
    held = frozenset(str(name) for name in arrays["parts"].ravel())
    if arrays["sensor"].tolist() != [sensor.id, sensor.kind.value] or arrays["width"].tolist() != [width]:
        return None
    finest = Cells(*map(_whole, columns))  # type: ignore[arg-type]
    n_rows = sum(part.n_rows for part in parts if part.name in held)
    is_ordered = bool((np.diff(finest.cell) > 0).all() and (finest.cell == finest.first // width).all())
    if not is_ordered or not (0 <= int(finest.known.sum()) <= n_rows) or not held <= {part.name for part in parts}:
        return None
    return _Pyramid(_levels(finest), held, width)

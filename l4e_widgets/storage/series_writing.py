"""Writing a series: rows are added as new parts, and small parts are merged; the manifest alone decides what counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import Conflict, NotFound
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.merging import Block, merge_blocks, overlap_of
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.records import SeriesManifest, SeriesPart
from l4e_widgets.storage.series_parts import ROWS_A_GROUP, part_sources, read_part, write_part

__all__ = [
    "Appended",
    "append_rows",
    "compact_series",
    "drop_unfinished",
    "grid_of",
    "grid_width",
    "needs_compaction",
    "remove_retired",
    "remove_unlisted",
    "rows_a_part",
    "stored_parts",
    "take_parts",
    "write_series",
]

ROWS_A_PART = 1_048_576
CELLS_A_PART = 33_554_432
ROWS_A_CELL = 32
MOST_SMALL_PARTS = 16
_TRIES = 20
_LOW, _HIGH = int(np.iinfo(np.int64).min), int(np.iinfo(np.int64).max)


@dataclass(frozen=True, kw_only=True)
class Appended:
    """What adding rows came to.

    Parameters
    ----------
    n_rows : int
        Rows added.
    n_repeated : int
        Of these, rows whose time was there already.
    n_replaced : int
        Values that were there and became another one.
    """

    n_rows: int
    n_repeated: int = 0
    n_replaced: int = 0


def rows_a_part(n_sensors: int) -> int:
    """Rows of a full part, so that one part of any number of sensors fits into memory.

    Parameters
    ----------
    n_sensors : int
        Sensors of the series.

    Returns
    -------
    int
        About a million; fewer, but at least one row group, above thirty sensors.
    """
    groups = max(1, CELLS_A_PART // max(n_sensors, 1) // ROWS_A_GROUP)
    return min(ROWS_A_PART, groups * ROWS_A_GROUP)


def write_series(documents: Documents, prefix: str, frame: SensorFrame, *, revision: int = 0) -> SeriesManifest:
    """Store a frame as the series of one clock, in place of what was there.

    Parameters
    ----------
    documents : Documents
        Where it goes.
    prefix : str
        Folder of the series.
    frame : SensorFrame
        Rows in time order.
    revision : int
        Which append it belongs to.

    Returns
    -------
    SeriesManifest
        What was written; parts that it does not list are never read.
    """
    parts = _written(documents, prefix, frame, revision=revision)
    sensors = tuple(sensor.id for sensor in frame.sensors)
    manifest = SeriesManifest(sensors=sensors, parts=tuple(parts), grid_ns=grid_of(frame.timestamps))
    documents.put(f"{prefix}/manifest.json", manifest)
    return manifest


def _written(
    documents: Documents,
    prefix: str,
    frame: SensorFrame,
    *,
    revision: int,
    sources: npt.NDArray[np.str_] | None = None,
) -> list[SeriesPart]:
    parts = []
    size = rows_a_part(len(frame.sensors))
    for first in range(0, len(frame), size):
        rows = slice(first, first + size)
        block = SensorFrame(frame.timestamps[rows], frame.values[rows], frame.sensors)
        told = None if sources is None else sources[rows]
        parts.append(write_part(documents.store, prefix, block, revision=revision, sources=told))
    return parts


def grid_of(timestamps: npt.NDArray[np.int64]) -> int:
    """Width of the finest cell of detail of rows.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing.

    Returns
    -------
    int
        Nanoseconds, 0 for fewer than two rows.
    """
    return grid_width(float(np.median(np.diff(timestamps)))) if len(timestamps) > 1 else 0


def grid_width(step_ns: float) -> int:
    """Width of the finest cell of detail.

    Parameters
    ----------
    step_ns : float
        Usual distance of rows in nanoseconds.

    Returns
    -------
    int
        Nanoseconds, a power of two: some thirty rows.
    """
    return int(2 ** np.ceil(np.log2(max(ROWS_A_CELL * step_ns, 1.0))))


def append_rows(
    documents: Documents, prefix: str, frame: SensorFrame, *, source: str = "", revision: int | None = None
) -> Appended:
    """Add rows to a series; where a time is there already, the new values win wherever there is one.

    Parameters
    ----------
    documents : Documents
        Where the series lies.
    prefix : str
        Folder of the series; one without a manifest begins with these rows.
    frame : SensorFrame
        The rows; sensors are matched by id, and new ones are added.
    source : str
        Name of the source of live rows, empty for files.
    revision : int, optional
        Which append it is; rows of an unfinished one of the same or a later number are dropped. Where absent the
        rows count at once.

    Returns
    -------
    Appended
        How many rows and values met others.

    Raises
    ------
    StorageError
        It could not be written; then nothing has changed.
    """
    if not len(frame):
        return Appended(n_rows=0)
    number = _manifest(documents, f"{prefix}/manifest.json")[0].compacted_to if revision is None else revision
    settled = stored_parts(documents, prefix, before=revision)
    told = None if not source else np.full(len(frame), source)
    store = documents.store
    added = _written(documents, prefix, frame, revision=number, sources=told)
    ids = [sensor.id for sensor in frame.sensors]
    reach = int(frame.timestamps[0]), int(frame.timestamps[-1]) + 1
    touched = [part for part in settled if part.last_ns >= reach[0] and part.first_ns < reach[1]]
    old = merge_blocks(
        [read_part(store, prefix, part, ids, low=reach[0], high=reach[1], single=False) for part in touched], len(ids)
    )
    repeated, replaced = overlap_of(old, (frame.timestamps, frame.values))
    take_parts(documents, prefix, added, ids, revision=revision, grid_ns=grid_of(frame.timestamps))
    return Appended(n_rows=len(frame), n_repeated=repeated, n_replaced=replaced)


def stored_parts(documents: Documents, prefix: str, *, before: int | None = None) -> list[SeriesPart]:
    """Parts of a series.

    Parameters
    ----------
    documents : Documents
        Where the series lies.
    prefix : str
        Folder of the series.
    before : int, optional
        Only those of earlier appends than this one; all where absent.

    Returns
    -------
    list of SeriesPart
        In order of arrival, none where there is no manifest.
    """
    manifest, _ = _manifest(documents, f"{prefix}/manifest.json")
    return [part for part in manifest.parts if before is None or part.revision < before]


def take_parts(
    documents: Documents,
    prefix: str,
    added: Sequence[SeriesPart],
    sensors: Sequence[str],
    *,
    revision: int | None,
    grid_ns: int,
) -> None:
    """List written parts in the manifest; from then on they are read.

    Parameters
    ----------
    documents : Documents
        Where the series lies.
    prefix : str
        Folder of the series.
    added : sequence of SeriesPart
        The parts, in order of arrival.
    sensors : sequence of str
        Ids of their sensors.
    revision : int, optional
        Which append it is; parts of an unfinished one of the same or a later number are dropped.
    grid_ns : int
        Width of the finest cell of detail where none was chosen yet, in nanoseconds.
    """
    new = {part.name for part in added}

    def change(manifest: SeriesManifest) -> SeriesManifest:
        kept = tuple(part for part in manifest.parts if revision is None or part.revision < revision)
        names = {part.name for part in kept} | new
        dropped = tuple(part.name for part in manifest.parts if part.name not in names)
        known = set(manifest.sensors)
        return replace(
            manifest,
            sensors=(*manifest.sensors, *(i for i in sensors if i not in known)),
            parts=(*(part for part in kept if part.name not in new), *added),
            grid_ns=manifest.grid_ns or grid_ns,
            retired=tuple(name for name in (*manifest.retired, *dropped) if name not in names),
        )

    _change(documents, f"{prefix}/manifest.json", change)


def _manifest(documents: Documents, key: str) -> tuple[SeriesManifest, int]:
    """Return the manifest and its revision, an empty one where there is none."""
    try:
        stored = documents.get(key, SeriesManifest)
    except NotFound:
        return SeriesManifest(sensors=(), parts=()), 0
    return stored.value, stored.revision


def _change(
    documents: Documents, key: str, change: Callable[[SeriesManifest], SeriesManifest | None]
) -> SeriesManifest | None:
    """Change the manifest from what it is now, again where someone else was first; None changes nothing."""
    for _ in range(_TRIES):
        manifest, revision = _manifest(documents, key)
        changed = change(manifest)
        if changed is None:
            return None
        try:
            documents.put(key, changed, expected_revision=revision)
        except Conflict:
            continue
        return changed
    raise Conflict("Others keep changing this series.", where=key, fix="Try again in a moment.")


def drop_unfinished(documents: Documents, prefix: str, revision: int) -> None:
    """Drop the rows of appends that were never finished.

    Parameters
    ----------
    documents : Documents
        Where the series lies.
    prefix : str
        Folder of the series.
    revision : int
        The oldest append that is not finished.
    """

    def change(manifest: SeriesManifest) -> SeriesManifest | None:
        gone = tuple(part.name for part in manifest.parts if part.revision >= revision)
        if not gone:
            return None
        kept = tuple(part for part in manifest.parts if part.revision < revision)
        return replace(manifest, parts=kept, retired=tuple(dict.fromkeys((*manifest.retired, *gone))))

    _change(documents, f"{prefix}/manifest.json", change)


def remove_unlisted(documents: Documents, prefix: str) -> int:
    """Remove the parts of a series that no manifest lists, whole or torn: those of work that was killed.

    Parameters
    ----------
    documents : Documents
        Where the series lies.
    prefix : str
        Folder of the series. Nobody else may be adding to it.

    Returns
    -------
    int
        How many were removed.
    """
    manifest, _ = _manifest(documents, f"{prefix}/manifest.json")
    known = {*(part.name for part in manifest.parts), *manifest.retired}
    found = [name for name in documents.store.children(prefix) if name.startswith("part-") and name not in known]
    for name in found:
        documents.store.delete(f"{prefix}/{name}")
    return len(found) + documents.store.remove_torn(prefix) + documents.store.remove_torn(f"{prefix}/detail")


def needs_compaction(manifest: SeriesManifest) -> bool:
    """Tell whether a series has so many small parts that they are worth merging.

    Parameters
    ----------
    manifest : SeriesManifest
        What it is made of.

    Returns
    -------
    bool
        True from a number of parts on that are less than half full.
    """
    small = rows_a_part(len(manifest.sensors)) // 2
    return sum(part.n_rows < small for part in manifest.parts) >= MOST_SMALL_PARTS


def compact_series(documents: Documents, prefix: str, *, revision: int | None = None) -> int:
    """Merge small and overlapping parts into full ones; what is read stays the same.

    Parameters
    ----------
    documents : Documents
        Where the series lies.
    prefix : str
        Folder of the series.
    revision : int, optional
        Newest append that is finished; parts of later ones are left alone. All where absent.

    Returns
    -------
    int
        Parts there are less than before.

    Raises
    ------
    StorageError
        A part is damaged or could not be written; then nothing has changed.
    """
    key = f"{prefix}/manifest.json"
    manifest, _ = _manifest(documents, key)
    remove_retired(documents, prefix)
    settled = [part for part in manifest.parts if revision is None or part.revision <= revision]
    merging = _worth_merging(settled, rows_a_part(len(manifest.sensors)) // 2)
    if len(merging) < 2:
        return 0
    made = list(_merged(documents, prefix, manifest, merging))
    old, new = {part.name for part in merging}, {part.name for part in made}

    def change(now: SeriesManifest) -> SeriesManifest | None:
        names = [part.name for part in now.parts]
        if not old <= set(names):
            return None
        place = names.index(merging[0].name)
        kept_before = tuple(part for part in now.parts[:place] if part.name not in old)
        kept_after = tuple(part for part in now.parts[place:] if part.name not in old)
        return replace(
            now,
            parts=(*kept_before, *made, *kept_after),
            compacted_to=max(now.compacted_to, *(part.revision for part in merging)),
            retired=tuple(dict.fromkeys((*now.retired, *(name for name in sorted(old) if name not in new)))),
        )

    if _change(documents, key, change) is None:
        return 0
    remove_retired(documents, prefix)
    return len(merging) - len(made)


def _worth_merging(parts: Sequence[SeriesPart], small: int) -> list[SeriesPart]:
    """Return the parts of fewer rows than `small` and those that overlap any other, in order of arrival."""
    ordered = sorted(parts, key=lambda part: part.first_ns)
    crossing: set[str] = set()
    reaching: SeriesPart | None = None
    for part in ordered:
        if reaching is not None and part.first_ns <= reaching.last_ns:
            crossing |= {part.name, reaching.name}
        if reaching is None or part.last_ns > reaching.last_ns:
            reaching = part
    return [part for part in parts if part.n_rows < small or part.name in crossing]


def _merged(
    documents: Documents, prefix: str, manifest: SeriesManifest, parts: Sequence[SeriesPart]
) -> list[SeriesPart]:
    """Write the rows of some parts as few parts, a million rows at a time."""
    store = documents.store
    sensors = tuple(Sensor(id=key, name=key) for key in manifest.sensors)
    revision = max(part.revision for part in parts)
    whole = [read_part(store, prefix, part, [], low=_LOW, high=_HIGH, single=False) for part in parts]
    times = merge_blocks(whole, 0)[0]
    made = []
    size = rows_a_part(len(sensors))
    for first in range(0, len(times), size):
        low = int(times[first])
        high = int(times[min(first + size, len(times)) - 1]) + 1
        inside = [part for part in parts if part.last_ns >= low and part.first_ns < high]
        blocks: list[Block] = []
        moments = times[first : first + size]
        names = np.full(len(moments), "", dtype=object)
        for part in inside:
            block = read_part(store, prefix, part, manifest.sensors, low=low, high=high, single=False)
            blocks.append(block)
            names[np.searchsorted(moments, block[0])] = part_sources(store, prefix, part, low=low, high=high)
        rows = SensorFrame(*merge_blocks(blocks, len(sensors)), sensors)
        made.append(write_part(store, prefix, rows, revision=revision, sources=names.astype(np.str_)))
    return made


def remove_retired(documents: Documents, prefix: str) -> None:
    """Remove files that the manifest lists no longer, then forget their names.

    Parameters
    ----------
    documents : Documents
        Where the series lies.
    prefix : str
        Folder of the series.
    """
    key = f"{prefix}/manifest.json"
    gone = _manifest(documents, key)[0].retired
    if not gone:
        return
    for name in gone:
        documents.store.delete(f"{prefix}/{name}")

    def change(now: SeriesManifest) -> SeriesManifest:
        return replace(now, retired=tuple(name for name in now.retired if name not in gone))

    _change(documents, key, change)

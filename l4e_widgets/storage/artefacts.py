"""What a model's manifest says of its files, and the checks that hold before anything of them is allocated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import NotFound, StorageError
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.arrays import ArrayForm
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.objects import ObjectStore

__all__ = [
    "ArrayEntry",
    "ArtefactManifest",
    "FileEntry",
    "Provenance",
    "array_entries",
    "checked_bytes",
    "data_fingerprint",
    "file_entry",
    "refuse_changed_arrays",
]

TRAIN_AGAIN = "Restore the file from a backup, or train the model again."


@dataclass(frozen=True, kw_only=True)
class ArrayEntry:
    """What one learned array is.

    Parameters
    ----------
    shape : tuple of int
        Its shape.
    dtype : str
        Its type, as numpy writes it.
    sha256 : str
        Checksum of its bytes in C order.
    """

    shape: tuple[int, ...]
    dtype: str
    sha256: str

    @property
    def form(self) -> ArrayForm:
        """Shape and type, against which a file is held before it is read."""
        return ArrayForm(self.shape, self.dtype)


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """What one file of a model is.

    Parameters
    ----------
    n_bytes : int
        Its size.
    sha256 : str
        Its checksum.
    """

    n_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What a model was made from.

    Parameters
    ----------
    data_fingerprint : str
        Checksum of what the stored series was.
    ranges : dict of str to (float, float)
        Lowest and highest training value by sensor id, in the sensor's unit.
    metrics : dict of str to float
        Numbers that describe the training.
    """

    data_fingerprint: str = ""
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ArtefactManifest:
    """What a stored model is; the version of its schema is the version of the artefact's format.

    Parameters
    ----------
    engine_version : str
        Release that trained it.
    detector : str
        Name in the registry of detectors.
    detector_version : int
        Version of what that detector learns; another one cannot read these arrays.
    configuration : dict
        Settings of the detector.
    sensors : tuple of Sensor
        Columns, in order, with their units.
    arrays : dict of str to ArrayEntry
        Every learned array.
    files : dict of str to FileEntry
        Every file beside the manifest.
    n_rows : int
        Rows of the stored statistic.
    training_range : TimeRange or None
        What was learned from; None in manifests of the first format.
    labels : tuple of TimeRange
        Known faults at that time.
    label_group : str
        Group they came from, empty for none.
    label_revision : int
        Revision of the group at that time.
    provenance : Provenance
        What it was made from.
    """

    SCHEMA: ClassVar[str] = "artefact"
    SCHEMA_VERSION: ClassVar[int] = 2

    engine_version: str
    detector: str
    configuration: dict[str, Any]
    sensors: tuple[Sensor, ...]
    detector_version: int = 0
    arrays: dict[str, ArrayEntry] = field(default_factory=dict)
    files: dict[str, FileEntry] = field(default_factory=dict)
    n_rows: int = -1
    training_range: TimeRange | None = None
    labels: tuple[TimeRange, ...] = ()
    label_group: str = ""
    label_revision: int = 0
    provenance: Provenance = field(default_factory=Provenance)


def array_entries(arrays: Mapping[str, npt.NDArray[np.generic]]) -> dict[str, ArrayEntry]:
    """Entries of learned arrays.

    Parameters
    ----------
    arrays : mapping of str to array
        What was learned.

    Returns
    -------
    dict of str to ArrayEntry
        By name.
    """
    return {name: _entry(np.asarray(array)) for name, array in sorted(arrays.items())}


def _entry(array: npt.NDArray[np.generic]) -> ArrayEntry:
    """Return the entry of one array."""
    content = np.ascontiguousarray(array).tobytes()
    return ArrayEntry(shape=array.shape, dtype=array.dtype.str, sha256=hashlib.sha256(content).hexdigest())


def refuse_changed_arrays(
    arrays: Mapping[str, npt.NDArray[np.generic]], entries: Mapping[str, ArrayEntry], *, where: str
) -> None:
    """Refuse arrays that are not those of the manifest.

    Parameters
    ----------
    arrays : mapping of str to array
        What was read.
    entries : mapping of str to ArrayEntry
        What the manifest says.
    where : str
        Key they came from, for the error.

    Raises
    ------
    StorageError
        A checksum differs.
    """
    changed = [name for name, entry in array_entries(arrays).items() if entry.sha256 != entries[name].sha256]
    if changed:
        raise StorageError(
            "The learned arrays are not those that were stored.", where=where, got=changed[0], fix=TRAIN_AGAIN
        )


def file_entry(data: bytes) -> FileEntry:
    """Entry of a file.

    Parameters
    ----------
    data : bytes
        Its content.

    Returns
    -------
    FileEntry
        Size and checksum.
    """
    return FileEntry(n_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def checked_bytes(store: ObjectStore, key: str, entry: FileEntry | None) -> bytes:
    """Bytes of a file of a model, held against the manifest.

    Parameters
    ----------
    store : ObjectStore
        Where it lies.
    key : str
        Which file.
    entry : FileEntry or None
        What the manifest says; None in manifests of the first format, which said nothing.

    Returns
    -------
    bytes
        The whole content.

    Raises
    ------
    StorageError
        It is missing, cut off or another file.
    """
    try:
        data = store.read(key)
    except NotFound as error:
        raise StorageError("A file of this model is missing.", where=key, fix=TRAIN_AGAIN) from error
    if entry is None or file_entry(data) == entry:
        return data
    short = len(data) != entry.n_bytes
    raise StorageError(
        "This file of the model is not the one that was stored.",
        where=key,
        got=f"{len(data)} bytes" if short else "other bytes",
        expected=f"{entry.n_bytes} bytes" if short else "those the model was trained with",
        fix=TRAIN_AGAIN,
    )


def data_fingerprint(store: ObjectStore, project: ProjectKeys) -> str:
    """Checksum of the stored series of a project, by what their manifests list.

    Parameters
    ----------
    store : ObjectStore
        Where they lie.
    project : ProjectKeys
        Keys of the project.

    Returns
    -------
    str
        The same for the same stored rows, whoever wrote them and when.
    """
    digest = hashlib.sha256()
    for clock in store.children(f"{project.root}/series"):
        manifest = f"{project.series(clock)}/manifest.json"
        if store.exists(manifest):
            content = json.loads(store.read(manifest))["content"]
            digest.update(json.dumps([clock, content], sort_keys=True).encode())
    return digest.hexdigest()

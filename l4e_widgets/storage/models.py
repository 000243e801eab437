"""Stored models: the learned arrays with their manifest, the statistic of every row and the states along them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.contract import Detector, DetectorState
from l4e_widgets.core.detection.registry import detector_factory
from l4e_widgets.core.errors import Conflict, DataError, NotFound, StorageError
from l4e_widgets.core.release import VERSION
from l4e_widgets.storage.arrays import from_npz, to_npz
from l4e_widgets.storage.artefacts import (
    TRAIN_AGAIN,
    ArtefactManifest,
    Provenance,
    array_entries,
    checked_bytes,
    file_entry,
    refuse_changed_arrays,
)
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.layout import ModelKeys, ProjectKeys
from l4e_widgets.storage.records import CalibrationRecord, ModelRecord
from l4e_widgets.storage.replaced import ReplacedDetector

__all__ = [
    "StoredModel",
    "Track",
    "detector_version",
    "made_by",
    "model_names",
    "read_model",
    "read_record",
    "write_model",
]

MAX_ROWS = 1_000_000_000
_TRACK = {"timestamp": pl.Int64(), "statistic": pl.Float64(), "release": pl.Float64()}


@dataclass(frozen=True, kw_only=True)
class Track:
    """What scoring left behind for every row of the model's sampling rate; it depends on no budget.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC.
    statistic, release : (n_rows,) float64
        See `Scores`.
    checkpoint_rows : (n_checkpoints,) int64
        Rows before which a state was kept, the first is 0.
    checkpoints : tuple of DetectorState or None
        States at those rows; None is a fresh one.
    """

    timestamps: npt.NDArray[np.int64]
    statistic: npt.NDArray[np.float64]
    release: npt.NDArray[np.float64]
    checkpoint_rows: npt.NDArray[np.int64]
    checkpoints: tuple[DetectorState | None, ...]


@dataclass(frozen=True, kw_only=True)
class StoredModel:
    """A model as it was stored.

    Parameters
    ----------
    record : ModelRecord
        Its document.
    detector : Detector
        What was learned.
    calibration : Calibration
        Maps a budget to a threshold.
    alarm_budget : float
        Budget in force.
    track : Track
        Statistic of every row.
    """

    record: ModelRecord
    detector: Detector
    calibration: Calibration
    alarm_budget: float
    track: Track


def write_model(documents: Documents, keys: ModelKeys, model: StoredModel, provenance: Provenance) -> None:
    """Store a model; its document is written last, so an interrupted call leaves no model.

    Parameters
    ----------
    documents : Documents
        Where it goes.
    keys : ModelKeys
        Its keys.
    model : StoredModel
        What to store.
    provenance : Provenance
        What it was made from.

    Raises
    ------
    Conflict
        There is a model of that name; it is untouched.
    StorageError
        It could not be written.
    """
    store = documents.store
    if store.exists(keys.model):
        raise Conflict("There is a model of this name already.", where=keys.model, fix="Choose another name.")
    store.delete_tree(keys.root)
    arrays = model.detector.to_arrays()
    files = {
        keys.weights: to_npz(arrays),
        keys.statistic: _track_bytes(model.track),
        keys.checkpoints: to_npz(_packed(model.track)),
    }
    for key, data in files.items():
        store.write(key, data)
    request = model.record.request
    manifest = ArtefactManifest(
        engine_version=VERSION,
        detector=request.detector,
        detector_version=detector_version(type(model.detector)),
        configuration=dict(model.detector.configuration()),
        sensors=model.detector.sensors,
        arrays=array_entries(arrays),
        files={_name(key): file_entry(data) for key, data in files.items()},
        n_rows=len(model.track.timestamps),
        training_range=request.training_range,
        labels=request.labels,
        label_group=request.label_group,
        label_revision=request.label_revision,
        provenance=provenance,
    )
    documents.put(keys.manifest, manifest)
    calibration = CalibrationRecord(calibration=model.calibration.to_dict(), alarm_budget=model.alarm_budget)
    documents.put(keys.calibration, calibration)
    documents.put(keys.model, model.record, expected_revision=0)


def detector_version(kind: type[Detector]) -> int:
    """Version of what a kind of detector learns.

    Parameters
    ----------
    kind : type
        A detector.

    Returns
    -------
    int
        Its `ARTEFACT_VERSION`, 1 where it names none.
    """
    return int(getattr(kind, "ARTEFACT_VERSION", 1))


def made_by(documents: Documents, project: ProjectKeys, name: str, job: str) -> bool:
    """Tell whether a model is there and was made by an earlier attempt of the same job.

    Parameters
    ----------
    documents : Documents
        Where it lies.
    project : ProjectKeys
        Keys of its project.
    name : str
        Name of the model.
    job : str
        Id of the job.

    Returns
    -------
    bool
        True where nothing is left to do.
    """
    key = project.model(name).model
    return documents.store.exists(key) and documents.get(key, ModelRecord).value.job == job


def read_record(documents: Documents, project: ProjectKeys, name: str) -> ModelRecord:
    """Document of a model.

    Parameters
    ----------
    documents : Documents
        Where it lies.
    project : ProjectKeys
        Keys of its project.
    name : str
        Name of the model.

    Returns
    -------
    ModelRecord
        Its document.

    Raises
    ------
    NotFound
        There is no such model; those there are get named.
    """
    try:
        return documents.get(project.model(name).model, ModelRecord).value
    except NotFound:
        known = ", ".join(model_names(documents, project)) or "no model yet"
        raise NotFound(
            f'There is no model called "{name}".', expected=known, fix="Choose one of these or train it."
        ) from None


def model_names(documents: Documents, project: ProjectKeys) -> tuple[str, ...]:
    """Names of the finished models of a project, oldest first.

    Parameters
    ----------
    documents : Documents
        Where they lie.
    project : ProjectKeys
        Keys of the project.

    Returns
    -------
    tuple of str
        Names as the user wrote them.
    """
    found = []
    for folder in documents.store.children(project.models):
        key = ModelKeys(f"{project.models}/{folder}", 1).model
        if documents.store.exists(key):
            record = documents.get(key, ModelRecord).value
            found.append((record.trained_ns, record.name))
    return tuple(name for _, name in sorted(found))


def read_model(documents: Documents, project: ProjectKeys, name: str) -> StoredModel:
    """Load a model, checking every part of it.

    Parameters
    ----------
    documents : Documents
        Where it lies.
    project : ProjectKeys
        Keys of its project.
    name : str
        Name of the model.

    Returns
    -------
    StoredModel
        Ready to score, unless its detector was replaced since: then all but scoring works.

    Raises
    ------
    NotFound
        There is no such model.
    StorageError
        A part is missing, damaged, of a newer release or belongs to something else.
    """
    record = read_record(documents, project, name)
    keys = project.model(name, record.version)
    try:
        manifest = documents.get(keys.manifest, ArtefactManifest).value
        calibration = documents.get(keys.calibration, CalibrationRecord).value
    except NotFound as error:
        raise StorageError("A file of this model is missing.", where=error.where, fix=TRAIN_AGAIN) from error
    return StoredModel(
        record=record,
        detector=_read_detector(documents, keys, manifest, name),
        calibration=Calibration.from_dict(calibration.calibration),
        alarm_budget=calibration.alarm_budget,
        track=_read_track(documents, keys, manifest),
    )


def _name(key: str) -> str:
    """Return the file name of a key."""
    return key.rsplit("/", 1)[-1]


def _read_detector(documents: Documents, keys: ModelKeys, manifest: ArtefactManifest, name: str) -> Detector:
    """Return what was learned; where its kind was replaced since, what stands for it and says so."""
    data = checked_bytes(documents.store, keys.weights, manifest.files.get(_name(keys.weights)))
    try:
        kind = detector_factory(manifest.detector)
        if detector_version(kind) == manifest.detector_version:
            forms = {array: entry.form for array, entry in manifest.arrays.items()}
            arrays = from_npz(data, where=keys.weights, forms=forms)
            refuse_changed_arrays(arrays, manifest.arrays, where=keys.weights)
            return kind.from_arrays(arrays, manifest.configuration, manifest.sensors)
    except (NotFound, DataError) as error:
        return ReplacedDetector(manifest.sensors, _replaced(name, manifest, str(error)))
    return ReplacedDetector(manifest.sensors, _replaced(name, manifest, ""))


def _replaced(name: str, manifest: ArtefactManifest, reason: str) -> StorageError:
    """Return the error that says that a model cannot score with the detectors of today."""
    return StorageError(
        f'Model "{name}" cannot score rows: its detector was replaced since release {manifest.engine_version} trained '
        "it. Its stored scores and events can still be read.",
        got=reason,
        fix="The model must be trained again to score new rows and to tell which sensors are behind an event.",
    )


def _track_bytes(track: Track) -> bytes:
    """Return statistic and release as Parquet."""
    buffer = io.BytesIO()
    columns = {"timestamp": track.timestamps, "statistic": track.statistic, "release": track.release}
    pl.DataFrame(columns).write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _packed(track: Track) -> dict[str, npt.NDArray[np.generic]]:
    """Return the states along the rows as one array a name; a fresh state is left out and marked."""
    kept = [(row, state) for row, state in zip(track.checkpoint_rows, track.checkpoints, strict=True) if state]
    packed: dict[str, npt.NDArray[np.generic]] = {"rows": np.array([row for row, _ in kept], dtype=np.int64)}
    if kept:
        for name in kept[0][1].arrays:
            packed[f"state_{name}"] = np.stack([np.asarray(state.arrays[name]) for _, state in kept])
    return packed


def _read_track(documents: Documents, keys: ModelKeys, manifest: ArtefactManifest) -> Track:
    """Read statistic, release and states, after holding what they claim against the manifest."""
    data = checked_bytes(documents.store, keys.statistic, manifest.files.get(_name(keys.statistic)))
    columns = _track_columns(data, keys.statistic, manifest.n_rows)
    data = checked_bytes(documents.store, keys.checkpoints, manifest.files.get(_name(keys.checkpoints)))
    packed = from_npz(data, where=keys.checkpoints)
    rows = np.asarray(packed.pop("rows", np.array([-1]))).astype(np.int64)
    counts = {len(array) for array in packed.values()} | {len(rows)}
    if rows.ndim != 1 or len(counts) > 1 or (len(rows) and not 0 <= rows.min() <= rows.max() < len(columns[0])):
        raise StorageError("The states along the stored rows do not fit them.", where=keys.checkpoints, fix=TRAIN_AGAIN)
    states: Sequence[DetectorState | None] = [
        DetectorState({name.removeprefix("state_"): array[index] for name, array in packed.items()})
        for index in range(len(rows))
    ]
    return Track(
        timestamps=columns[0],
        statistic=columns[1],
        release=columns[2],
        checkpoint_rows=np.concatenate([[0], rows]),
        checkpoints=(None, *states),
    )


def _track_columns(data: bytes, where: str, n_rows: int) -> list[npt.NDArray[Any]]:
    """Return the columns of the stored statistic; its footer is looked at before a row is read."""
    try:
        lazy = pl.scan_parquet(io.BytesIO(data))
        schema, found = dict(lazy.collect_schema()), int(lazy.select(pl.len()).collect().item())
        if schema != _TRACK or found > MAX_ROWS or (n_rows >= 0 and found != n_rows):
            raise StorageError(
                "The stored scores are not those of this model.",
                where=where,
                got=f"{found} rows of {', '.join(schema)}",
                expected=f"{n_rows if n_rows >= 0 else 'some'} rows of {', '.join(_TRACK)}",
                fix=TRAIN_AGAIN,
            )
        table = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise StorageError("The stored scores are damaged.", where=where, fix=TRAIN_AGAIN) from error
    columns = [table[name].to_numpy() for name in _TRACK]
    if not len(columns[0]) or (np.diff(columns[0]) <= 0).any():
        raise StorageError("The stored scores are not in order of time.", where=where, fix=TRAIN_AGAIN)
    return columns

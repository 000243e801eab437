"""Stored models: the learned arrays with their manifest, the statistic of every row and the states along them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets import __version__
from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.contract import Detector, DetectorState
from l4e_widgets.core.detection.registry import detector_factory
from l4e_widgets.core.errors import NotFound, StorageError
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.storage.arrays import from_npz, to_npz
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.layout import ModelKeys, ProjectKeys
from l4e_widgets.storage.records import CalibrationRecord, ModelRecord

__all__ = ["ArtefactManifest", "StoredModel", "Track", "model_names", "read_model", "read_record", "write_model"]


@dataclass(frozen=True, kw_only=True)
class ArtefactManifest:
    """What the learned arrays are.

    Parameters
    ----------
    engine_version : str
        Release that trained them.
    detector : str
        Name in the registry of detectors.
    configuration : dict
        Settings of the detector.
    sensors : tuple of Sensor
        Columns, in order.
    shapes : dict of str to tuple of int
        Shape of every array.
    sha256 : str
        Checksum of the arrays' file.
    """

    SCHEMA: ClassVar[str] = "artefact"
    SCHEMA_VERSION: ClassVar[int] = 1

    engine_version: str
    detector: str
    configuration: dict[str, Any]
    sensors: tuple[Sensor, ...]
    shapes: dict[str, tuple[int, ...]]
    sha256: str


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


def write_model(documents: Documents, keys: ModelKeys, model: StoredModel) -> None:
    """Store a model; its document is written last, so an interrupted call leaves no model.

    Parameters
    ----------
    documents : Documents
        Where it goes.
    keys : ModelKeys
        Its keys.
    model : StoredModel
        What to store.
    """
    store = documents.store
    arrays = model.detector.to_arrays()
    weights = to_npz(arrays)
    store.write(keys.weights, weights)
    manifest = ArtefactManifest(
        engine_version=__version__,
        detector=model.record.request.detector,
        configuration=dict(model.detector.configuration()),
        sensors=model.detector.sensors,
        shapes={name: tuple(array.shape) for name, array in arrays.items()},
        sha256=hashlib.sha256(weights).hexdigest(),
    )
    documents.put(keys.manifest, manifest)
    store.write(keys.statistic, _track_bytes(model.track))
    store.write(keys.checkpoints, to_npz(_packed(model.track)))
    calibration = CalibrationRecord(calibration=model.calibration.to_dict(), alarm_budget=model.alarm_budget)
    documents.put(keys.calibration, calibration)
    documents.put(keys.model, model.record, expected_revision=0)


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
        Ready to score.

    Raises
    ------
    NotFound
        There is no such model.
    StorageError
        A part is damaged or belongs to something else.
    """
    record = read_record(documents, project, name)
    keys = project.model(name, record.version)
    manifest = documents.get(keys.manifest, ArtefactManifest).value
    weights = documents.store.read(keys.weights)
    if hashlib.sha256(weights).hexdigest() != manifest.sha256:
        raise StorageError(
            "The learned arrays are not those that were stored.",
            where=keys.weights,
            fix="Restore the file from a backup, or train the model again.",
        )
    arrays = from_npz(weights, where=keys.weights)
    calibration = documents.get(keys.calibration, CalibrationRecord).value
    return StoredModel(
        record=record,
        detector=detector_factory(manifest.detector).from_arrays(arrays, manifest.configuration, manifest.sensors),
        calibration=Calibration.from_dict(calibration.calibration),
        alarm_budget=calibration.alarm_budget,
        track=_read_track(documents, keys),
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


def _read_track(documents: Documents, keys: ModelKeys) -> Track:
    """Read statistic, release and states."""
    try:
        table = pl.read_parquet(io.BytesIO(documents.store.read(keys.statistic)))
        columns = {name: table[name].to_numpy() for name in ("timestamp", "statistic", "release")}
    except pl.exceptions.PolarsError as error:
        raise StorageError(
            "The stored scores are damaged.", where=keys.statistic, fix="Train the model again."
        ) from error
    packed = from_npz(documents.store.read(keys.checkpoints), where=keys.checkpoints)
    rows = packed.pop("rows").astype(np.int64)
    states: Sequence[DetectorState | None] = [
        DetectorState({name.removeprefix("state_"): array[index] for name, array in packed.items()})
        for index in range(len(rows))
    ]
    return Track(
        timestamps=columns["timestamp"],
        statistic=columns["statistic"],
        release=columns["release"],
        checkpoint_rows=np.concatenate([[0], rows]),
        checkpoints=(None, *states),
    )

"""A stored model is whole and its own, or a sentence says what is wrong, before anything is allocated."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from l4e_widgets.core.errors import L4EError, StorageError
from l4e_widgets.services.context import Context
from l4e_widgets.services.results import results
from l4e_widgets.storage.arrays import ArrayForm, from_npz, to_npz
from l4e_widgets.storage.artefacts import ArtefactManifest
from l4e_widgets.storage.layout import ModelKeys, ProjectKeys
from tests.small import FAULT, MODEL, PROJECT, create_small_project, small_context, train_small_model

KEYS: ModelKeys = ProjectKeys.of(PROJECT).model(MODEL)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one model; tests work on copies."""
    root = tmp_path_factory.mktemp("made") / "workspace"
    context = small_context(root)
    create_small_project(context)
    train_small_model(context)
    return root


@pytest.fixture
def context(made: Path, tmp_path: Path) -> Context:
    """A copy that may be spoilt."""
    shutil.copytree(made, tmp_path / "workspace")
    return small_context(tmp_path / "workspace")


def manifest_of(context: Context) -> ArtefactManifest:
    """Manifest of the model."""
    return context.documents.get(KEYS.manifest, ArtefactManifest).value


def test_the_same_inputs_give_the_same_bytes(context: Context) -> None:
    train_small_model(context, "again")
    again = ProjectKeys.of(PROJECT).model("again")
    for ours, theirs in ((KEYS.weights, again.weights), (KEYS.checkpoints, again.checkpoints)):
        assert context.store.read(ours) == context.store.read(theirs)
    other = context.documents.get(again.manifest, ArtefactManifest).value
    assert manifest_of(context) == other


def test_the_manifest_says_what_the_model_was_made_from(context: Context) -> None:
    manifest = manifest_of(context)
    arrays = from_npz(context.store.read(KEYS.weights))
    assert {name: entry.shape for name, entry in manifest.arrays.items()} == {
        name: array.shape for name, array in arrays.items()
    }
    for name, array in arrays.items():
        assert manifest.arrays[name].sha256 == hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    assert [(sensor.name, sensor.unit) for sensor in manifest.sensors][:2] == [("Flow", "m3/h"), ("Pressure", "bar")]
    low, high = manifest.provenance.ranges["Pressure"]
    assert 2 < low < high < 10
    assert (manifest.labels, manifest.label_group) == ((FAULT,), "")
    assert manifest.training_range is not None
    assert manifest.n_rows == manifest.provenance.metrics["rows_scored"] == 480
    assert len(manifest.provenance.data_fingerprint) == 64


def cut(data: bytes) -> bytes:
    """The first half of a file."""
    return data[: len(data) // 2]


def flipped(data: bytes) -> bytes:
    """One bit of the middle turned over."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def longer_track(data: bytes) -> bytes:
    """A statistic of more rows than the model has."""
    table = pl.read_parquet(io.BytesIO(data))
    buffer = io.BytesIO()
    pl.concat([table, table]).write_parquet(buffer)
    return buffer.getvalue()


FILES = {"weights": KEYS.weights, "statistic": KEYS.statistic, "checkpoints": KEYS.checkpoints}
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": cut,
    "one bit": flipped,
    "foreign": lambda _: b"PK\x03\x04 nothing of ours" * 50,
    "longer": lambda data: data + b"x",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
@pytest.mark.parametrize("key", FILES.values(), ids=FILES.keys())
def test_a_file_that_is_not_the_stored_one_is_told_with_its_place(
    context: Context, key: str, damage: Callable[[bytes], bytes]
) -> None:
    context.store.write(key, damage(context.store.read(key)))
    told(context, key, "not the one that was stored")


@pytest.mark.parametrize("key", [*FILES.values(), KEYS.manifest, KEYS.calibration])
def test_a_missing_file_is_told_with_its_place(context: Context, key: str) -> None:
    context.store.delete(key)
    told(context, key, "A file of this model is missing")


def told(context: Context, key: str, words: str) -> None:
    """Check that the results say where and what, and how to mend it."""
    with pytest.raises(StorageError) as caught:
        results(context, PROJECT, MODEL)
    assert key in caught.value.where
    assert words in caught.value.what
    assert caught.value.fix


def forged(context: Context, key: str, data: bytes, **changes: Any) -> None:
    """Put other bytes in the place of a file and let the manifest agree with them."""
    context.store.write(key, data)
    envelope = json.loads(context.store.read(KEYS.manifest))
    entry = {"n_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    envelope["content"]["files"][key.rsplit("/", maxsplit=1)[-1]] = entry
    envelope["content"] |= changes
    context.store.write(KEYS.manifest, json.dumps(envelope).encode())


def test_a_statistic_of_another_length_is_told_even_where_its_checksum_is_right(context: Context) -> None:
    forged(context, KEYS.statistic, longer_track(context.store.read(KEYS.statistic)))
    told(context, KEYS.statistic, "not those of this model")
    with pytest.raises(StorageError, match=r"Got 960 rows of .* expected 480 rows"):
        results(context, PROJECT, MODEL)


def test_a_statistic_out_of_order_or_of_other_columns_is_told(context: Context) -> None:
    table = pl.read_parquet(io.BytesIO(context.store.read(KEYS.statistic)))
    for other in (table.reverse(), table.with_columns(pl.col("release").cast(pl.String)), table.drop("statistic")):
        buffer = io.BytesIO()
        other.write_parquet(buffer)
        forged(context, KEYS.statistic, buffer.getvalue())
        told(context, KEYS.statistic, "stored scores are not")


def npy(shape: tuple[int, ...]) -> bytes:
    """A numpy file whose header claims a shape and which holds eight bytes."""
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + b"12345678"


def zipped(entries: dict[str, bytes]) -> bytes:
    """An archive of some entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("key", [KEYS.weights, KEYS.checkpoints])
def test_a_header_that_claims_a_million_million_rows_is_told_and_nothing_is_allocated(
    context: Context, key: str
) -> None:
    data = zipped({"rows.npy": npy((10**12,)), "more.npy": npy((10**6, 10**6))})
    forged(context, key, data)
    tracemalloc.start()
    try:
        told(context, key, "damaged")
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("forms", "words"),
    [
        ({"a": ArrayForm((3,), "<f8")}, None),
        ({"a": ArrayForm((4,), "<f8")}, r"a is <f8 \(3,\), not <f8 \(4,\)"),
        ({"a": ArrayForm((3,), "<f4")}, "not <f4"),
        ({"b": ArrayForm((3,), "<f8")}, "the arrays differ: a, b"),
        ({}, "the arrays differ: a"),
    ],
)
def test_arrays_are_held_against_what_was_expected(forms: dict[str, ArrayForm], words: str | None) -> None:
    data = to_npz({"a": np.arange(3.0)})
    if words is None:
        np.testing.assert_array_equal(from_npz(data, forms=forms)["a"], [0, 1, 2])
        return
    with pytest.raises(StorageError, match=words):
        from_npz(data, forms=forms)


def test_a_single_number_keeps_its_shape() -> None:
    assert from_npz(to_npz({"level": np.array(2.5)}))["level"].shape == ()


def test_an_array_that_is_there_twice_is_told() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x.npy", npy((1,)))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x.npy", npy((1,)))
    with pytest.raises(StorageError, match="twice"):
        from_npz(buffer.getvalue())


EDITS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "newer": (lambda envelope: envelope | {"schema_version": 99}, "newer release"),
    "another kind": (lambda envelope: envelope | {"schema": "project"}, "another kind"),
    "no content": (lambda envelope: envelope | {"content": None}, "does not hold"),
    "sensors": (lambda envelope: envelope | {"content": envelope["content"] | {"sensors": 7}}, "does not hold"),
    "shapes": (
        lambda envelope: envelope | {"content": envelope["content"] | {"arrays": {"x": {"shape": "?"}}}},
        "does not hold",
    ),
}


@pytest.mark.parametrize(("edit", "words"), EDITS.values(), ids=EDITS.keys())
def test_a_manifest_that_is_newer_or_nonsense_is_told(
    context: Context, edit: Callable[[dict[str, Any]], Any], words: str
) -> None:
    context.store.write(KEYS.manifest, json.dumps(edit(json.loads(context.store.read(KEYS.manifest)))).encode())
    told(context, KEYS.manifest, words)


def test_arrays_swapped_for_those_of_another_training_are_told(context: Context) -> None:
    arrays = from_npz(context.store.read(KEYS.weights))
    name = max(arrays, key=lambda name: arrays[name].size)
    forged(context, KEYS.weights, to_npz(arrays | {name: arrays[name] + np.ones((), arrays[name].dtype)}))
    told(context, KEYS.weights, "not those that were stored")


def test_a_detector_that_is_not_installed_is_told_and_the_scores_stay(context: Context) -> None:
    forged(context, KEYS.weights, context.store.read(KEYS.weights), detector="theirs")
    answer = results(context, PROJECT, MODEL)
    assert 'There is no detector called "theirs"' in answer.warnings[0]
    assert isinstance(answer.budget, float)


def test_whatever_is_done_to_one_file_the_others_are_untouched(context: Context, made: Path) -> None:
    context.store.write(KEYS.weights, b"")
    with pytest.raises(L4EError):
        results(context, PROJECT, MODEL)
    for key in (KEYS.statistic, KEYS.checkpoints, KEYS.manifest, KEYS.calibration, KEYS.model):
        assert context.store.read(key) == (made / key).read_bytes()

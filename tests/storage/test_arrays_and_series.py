"""Learned arrays and stored rows come back as they went in, and damage is told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from l4e_widgets.core.errors import NotFound, StorageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.storage import series_writing as series_module
from l4e_widgets.storage.arrays import from_npz, to_npz
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.objects import LocalStore
from l4e_widgets.storage.series import StoredSeries, write_series

_ARRAYS = hnp.arrays(
    dtype=st.sampled_from([np.float64, np.float32, np.int64, np.bool_]), shape=hnp.array_shapes(min_dims=0, max_dims=3)
)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z_.]{0,10}", fullmatch=True), _ARRAYS, max_size=4))
def test_arrays_come_back_bit_for_bit_and_the_same_arrays_give_the_same_bytes(arrays: dict[str, np.ndarray]) -> None:
    data = to_npz(arrays)
    assert to_npz(dict(reversed(arrays.items()))) == data
    found = from_npz(data)
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(found[name], array)


def archive(content: bytes) -> bytes:
    """A zip with one entry."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("x.npy", content)
    return buffer.getvalue()


def npy(header: str, body: bytes = b"") -> bytes:
    """A numpy file with a header of one's own."""
    padded = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded.encode() + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip",
        to_npz({"x": np.arange(1000.0)})[:-40],
        archive(b"no numpy"),
        archive(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", b"12345678")),
        archive(npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", b"12345678")),
    ],
)
def test_damaged_arrays_are_a_sentence(data: bytes) -> None:
    with pytest.raises(StorageError, match=r"models/x: These learned arrays are damaged"):
        from_npz(data, where="models/x")


def frame(n_rows: int, start: int = 0) -> SensorFrame:
    """Rows with gaps and missing values."""
    rng = np.random.default_rng(n_rows)
    times = start + np.cumsum(rng.integers(1, 5, n_rows)) * 10**9
    values = rng.normal(size=(n_rows, 3))
    values[rng.random(values.shape) < 0.1] = np.nan
    return SensorFrame(times.astype(np.int64), values, tuple(Sensor(id=f"s{i}", name=f"Sensor {i}") for i in range(3)))


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    """Documents of an empty workspace."""
    return Documents(LocalStore(tmp_path), lambda: 0, "ada")


def test_rows_come_back_whole_and_in_part(documents: Documents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series_module, "ROWS_A_PART", 100)
    rows = frame(250)
    manifest = write_series(documents, "series/main", rows)
    assert [part.n_rows for part in manifest.parts] == [100, 100, 50]
    stored = StoredSeries(documents, "series/main", rows.sensors)
    np.testing.assert_array_equal(stored.read().values, rows.values)
    np.testing.assert_array_equal(stored.read().timestamps, rows.timestamps)
    some = stored.read(["Sensor 2", "s0"], int(rows.timestamps[90]), int(rows.timestamps[120]))
    np.testing.assert_array_equal(some.values, rows.values[90:120][:, [2, 0]])
    assert len(stored.read(None, 0, 1)) == 0
    with pytest.raises(NotFound, match="no sensor called s9"):
        stored.read(["s9"])


def test_a_part_that_is_missing_or_damaged_is_a_sentence(documents: Documents) -> None:
    rows = frame(50)
    manifest = write_series(documents, "series/main", rows)
    path = documents.store.local_path(f"series/main/{manifest.parts[0].name}")
    stored = StoredSeries(documents, "series/main", rows.sensors)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(StorageError, match="missing or damaged"):
        stored.read()
    path.unlink()
    with pytest.raises(StorageError, match="missing or damaged"):
        stored.read()

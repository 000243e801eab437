"""A series with appends, overlaps and compactions reads like a dict of rows, whenever it is interrupted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.errors import StorageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.precision import fits_single, widened
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.storage import series_writing
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.objects import LocalStore
from l4e_widgets.storage.records import SeriesManifest
from l4e_widgets.storage.series import StoredSeries, append_rows, compact_series, drop_unfinished, write_series
from tests.naive.series import naive_append, naive_table

SENSORS = tuple(Sensor(id=f"s{i}", name=f"Sensor {i}") for i in range(3))
SECOND = 10**9


def documents_of(path: Path, store: Any = None) -> Documents:
    """Documents of a workspace."""
    return Documents(store or LocalStore(path), lambda: 0, "ada")


def frame_of(times: list[int], values: list[list[float]], sensors: tuple[Sensor, ...] = SENSORS) -> SensorFrame:
    """Frame of plain lists, the times in seconds."""
    table = np.array(values, dtype=np.float64).reshape(len(times), len(sensors))
    return SensorFrame(np.array(times, dtype=np.int64) * SECOND, table, sensors)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of eight rows."""
    monkeypatch.setattr(series_writing, "ROWS_A_PART", 8)


_CELL = st.one_of(
    st.just(float("nan")), st.integers(-5, 5).map(lambda i: i / 10), st.floats(-1e9, 1e9, allow_subnormal=False)
)


@st.composite
def appends(draw: st.DrawFn) -> tuple[list[int], list[int], list[list[float]]]:
    """Times, places of some sensors, and values."""
    times = sorted(draw(st.sets(st.integers(0, 40), min_size=1, max_size=12)))
    places = sorted(draw(st.sets(st.integers(0, 2), min_size=1)))
    row = st.lists(_CELL, min_size=len(places), max_size=len(places))
    return times, places, draw(st.lists(row, min_size=len(times), max_size=len(times)))


@pytest.mark.usefixtures("small_parts")
@given(st.lists(st.one_of(appends(), st.just("compact")), min_size=1, max_size=7))
def test_any_sequence_of_appends_and_compactions_reads_like_the_naive_twin(steps: list[Any]) -> None:
    rows: dict[int, dict[str, float]] = {}
    with TemporaryDirectory() as folder:
        documents = documents_of(Path(folder))
        for step in steps:
            if step == "compact":
                compact_series(documents, "series/main")
                continue
            times, places, values = step
            sensors = tuple(SENSORS[place] for place in places)
            found = append_rows(documents, "series/main", frame_of(times, values, sensors))
            wanted = naive_append(rows, [t * SECOND for t in times], [s.id for s in sensors], values)
            assert (found.n_rows, found.n_repeated, found.n_replaced) == (len(times), *wanted)
        if not rows:
            return
        stored = StoredSeries(documents, "series/main", SENSORS)
        times, table = naive_table(rows, [sensor.id for sensor in SENSORS])
        for low, high in ((None, None), (10 * SECOND, 25 * SECOND)):
            inside = [i for i, t in enumerate(times) if (low is None or t >= low) and (high is None or t < high)]
            frame = stored.read(None, low, high)
            np.testing.assert_array_equal(frame.timestamps, [times[i] for i in inside])
            np.testing.assert_array_equal(
                frame.values.astype(np.float64) if frame.values.dtype == np.float64 else widened(frame.values),
                np.array([table[i] for i in inside]).reshape(len(inside), 3),
            )
        listed = {part.name for part in documents.get("series/main/manifest.json", SeriesManifest).value.parts}
        assert listed <= set(documents.store.children("series/main"))


def test_compaction_makes_few_full_parts_removes_the_old_and_leaves_full_ones_alone(
    tmp_path: Path, small_parts: None
) -> None:
    documents = documents_of(tmp_path)
    write_series(documents, "s", frame_of(list(range(8)), [[1.0, 2.0, 3.0]] * 8))
    full = documents.store.children("s")
    for first in range(8, 30, 2):
        append_rows(documents, "s", frame_of([first, first + 1], [[1.5, 2.5, 3.5]] * 2))
    assert compact_series(documents, "s") == 8
    manifest = documents.get("s/manifest.json", SeriesManifest).value
    assert [part.n_rows for part in manifest.parts] == [8, 8, 8, 6]
    assert manifest.parts[0].name in full
    assert sorted(documents.store.children("s")) == sorted(["manifest.json", *(part.name for part in manifest.parts)])
    assert compact_series(documents, "s") == 0


def test_a_reader_that_was_there_before_a_compaction_goes_on(tmp_path: Path, small_parts: None) -> None:
    documents = documents_of(tmp_path)
    for first in range(0, 12, 2):
        append_rows(documents, "s", frame_of([first, first + 1], [[first, 0.1, 1.0]] * 2), revision=first)
    reader = StoredSeries(documents, "s", SENSORS, revision=10)
    behind = StoredSeries(documents, "s", SENSORS, revision=4)
    assert len(behind.read()) == 6
    before = reader.read()
    compact_series(documents, "s")
    np.testing.assert_array_equal(reader.read().values, before.values)
    assert len(behind.read()) == 12


def test_rows_of_an_unfinished_append_are_not_seen_and_are_dropped_by_the_next(tmp_path: Path) -> None:
    documents = documents_of(tmp_path)
    write_series(documents, "s", frame_of([1, 2], [[1.0, 1.0, 1.0]] * 2))
    append_rows(documents, "s", frame_of([2, 3], [[2.0, 2.0, 2.0]] * 2), revision=1)
    assert StoredSeries(documents, "s", SENSORS, revision=0).read().values[:, 0].tolist() == [1, 1]
    append_rows(documents, "s", frame_of([9], [[9.0, 9.0, 9.0]]), revision=1)
    assert StoredSeries(documents, "s", SENSORS, revision=1).read().values[:, 0].tolist() == [1, 1, 9]
    drop_unfinished(documents, "s", 1)
    assert StoredSeries(documents, "s", SENSORS).read().values[:, 0].tolist() == [1, 1]


def test_live_rows_count_at_once_and_keep_the_name_of_their_source(tmp_path: Path) -> None:
    documents = documents_of(tmp_path)
    write_series(documents, "s", frame_of([1, 2, 3], [[1.0, 1.0, 1.0]] * 3))
    append_rows(documents, "s", frame_of([3, 4], [[5.0, 5.0, 5.0]] * 2), source="pump-7 live")
    append_rows(documents, "s", frame_of([5], [[6.0, 6.0, 6.0]]), source="pump-7 spare")
    wanted = ["", "", "pump-7 live", "pump-7 live", "pump-7 spare"]
    for _ in range(2):
        stored = StoredSeries(documents, "s", SENSORS, revision=0)
        times, names = stored.sources(0, 10 * SECOND)
        assert names.tolist() == wanted
        assert (times // SECOND).tolist() == [1, 2, 3, 4, 5]
        assert compact_series(documents, "s") in (2, 0)


class Killed(BaseException):
    """The process is gone."""


class Dying:
    """A store whose process is killed before or after its n-th write or removal."""

    def __init__(self, inner: LocalStore, at: int, *, after: bool) -> None:
        self.inner, self.left, self.after = inner, at, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name not in ("write", "write_if", "delete", "append"):
            return found

        def call(*arguments: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.after:
                raise Killed
            result = found(*arguments)
            if self.left == 0:
                raise Killed
            return result

        return call


def _append_live(documents: Documents) -> None:
    append_rows(documents, "s", frame_of([2, 3, 30], [[7.0, float("nan"), 7.0]] * 3), source="live")


def _compact(documents: Documents) -> None:
    compact_series(documents, "s")


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("act", [_append_live, _compact])
@pytest.mark.parametrize("after", [False, True])
def test_killed_between_any_two_writes_it_reads_as_before_or_as_after(
    tmp_path: Path, act: Callable[[Documents], None], after: bool
) -> None:
    seen = set()
    for at in range(1, 40):
        folder = tmp_path / str(at)
        documents = documents_of(folder)
        for first in (0, 4, 2):
            times = list(range(first, first + 6))
            append_rows(documents, "s", frame_of(times, [[first, 0.1, 2.0]] * 6))
        before = StoredSeries(documents, "s", SENSORS).read()
        dying = documents_of(folder, Dying(LocalStore(folder), at, after=after))
        try:
            act(dying)
            ended = True
        except Killed:
            ended = False
        now = StoredSeries(documents, "s", SENSORS).read()
        changed = len(now) != len(before)
        seen.add(changed)
        if act is _compact or not changed:
            np.testing.assert_array_equal(now.values, before.values)
        else:
            assert now.values[now.timestamps == 30 * SECOND].tolist()[0][0] == 7.0
        act(documents)
        compact_series(documents, "s")
        assert len(StoredSeries(documents, "s", SENSORS).read()) == len(before) + (act is _append_live)
        if ended:
            break
    assert ended
    assert at > 2
    assert act is _compact or seen == {False, True}


def test_single_precision_is_taken_column_by_column_and_only_where_the_digits_come_back(tmp_path: Path) -> None:
    documents = documents_of(tmp_path)
    exact = [[0.1, 1 / 3, 1e-3], [123.456, 2 / 3, 7.0]]
    manifest = write_series(documents, "s", frame_of([1, 2], exact))
    types = pl.read_parquet_schema(documents.store.local_path(f"s/{manifest.parts[0].name}"))
    assert [types[sensor.id] for sensor in SENSORS] == [pl.Float32, pl.Float64, pl.Float32]
    stored = StoredSeries(documents, "s", SENSORS)
    assert stored.read().values.dtype == np.float64
    np.testing.assert_array_equal(stored.read().values, exact)
    assert stored.read(["s0", "s2"]).values.dtype == np.float32
    append_rows(documents, "s", frame_of([3], [[np.pi, 1.0, 1.0]]))
    early = StoredSeries(documents, "s", SENSORS).read(["s0"], 0, 3 * SECOND)
    assert early.values.dtype == np.float64
    np.testing.assert_array_equal(early.values[:, 0], [0.1, 123.456])


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=3).map(float), min_size=1, max_size=20))
def test_what_is_said_to_fit_single_precision_comes_back_to_the_last_bit(numbers: list[float]) -> None:
    values = np.array(numbers)
    if fits_single(values):
        np.testing.assert_array_equal(widened(values.astype(np.float32)), values)
    else:
        assert not np.array_equal(widened(values.astype(np.float32)), values)


def test_a_part_without_its_file_is_a_sentence_for_a_reader_that_looked_again(tmp_path: Path) -> None:
    documents = documents_of(tmp_path)
    manifest = write_series(documents, "s", frame_of([1, 2], [[1.0, 1.0, 1.0]] * 2))
    documents.store.delete(f"s/{manifest.parts[0].name}")
    with pytest.raises(StorageError, match="missing or damaged"):
        StoredSeries(documents, "s", SENSORS).read()


def test_a_sensor_may_be_called_like_the_column_of_the_times(tmp_path: Path) -> None:
    documents = documents_of(tmp_path)
    sensor = (Sensor(id="timestamp", name="timestamp"),)
    write_series(documents, "s", frame_of([1, 2], [[5.0], [6.0]], sensor))
    assert StoredSeries(documents, "s", sensor).read().values[:, 0].tolist() == [5, 6]

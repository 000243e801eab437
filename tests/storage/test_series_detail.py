"""The stored level of detail agrees with the rows, grows with them, and is never trusted over them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.pyramid import coarser, joined_cells, summarise
from l4e_widgets.core.sensors import Sensor, SensorKind
from l4e_widgets.core.series_source import SeriesSource
from l4e_widgets.storage import series_detail
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.objects import LocalStore
from l4e_widgets.storage.series import StoredSeries, append_rows, compact_series, write_series
from l4e_widgets.storage.series_detail import detail_key
from tests.naive.detail import naive_extremes
from tests.naive.series import naive_cells

SECOND = 10**9
SENSORS = (Sensor(id="flow", name="flow"), Sensor(id="valve", name="valve", kind=SensorKind.CATEGORICAL))


@given(
    st.lists(st.tuples(st.integers(1, 9), st.one_of(st.just(math.nan), st.floats(-1e6, 1e6))), min_size=1), st.data()
)
def test_cells_of_every_level_and_of_pieces_joined_are_those_of_the_naive_twin(
    rows: list[tuple[int, float]], data: st.DataObject
) -> None:
    times = np.cumsum([step for step, _ in rows]).astype(np.int64)
    values = np.array([value for _, value in rows])
    cut = data.draw(st.integers(0, len(rows)))
    pieces = [summarise(times[:cut], values[:cut], 4), summarise(times[cut:], values[cut:], 4)]
    for factor in (1, 8):
        cells = coarser(joined_cells(pieces), factor)
        twin = naive_cells(times.tolist(), values.tolist(), 4 * factor)
        assert cells.cell.tolist() == sorted(twin)
        for place, cell in enumerate(cells.cell.tolist()):
            first, last, low, high, total, known = twin[cell]
            assert (cells.first[place], cells.last[place], cells.known[place]) == (first, last, known)
            if known:
                assert (cells.low[place], cells.high[place]) == (low, high)
                assert cells.total[place] == pytest.approx(total, abs=1e-6)
            else:
                assert np.isnan(cells.low[place])


def rows_of(n_rows: int, first: int = 0) -> SensorFrame:
    """A wave with a spike, a stretch without rows and a valve."""
    place = np.arange(first, first + n_rows)
    keep = (place < 4000) | (place >= 6000)
    flow = np.where(place == 777, 99.0, np.sin(place / 300.0))
    flow[(place >= 8000) & (place < 9000)] = np.nan
    valve = ((place + 500) // 1000 % 3).astype(np.float64)
    values = np.column_stack([flow, valve])
    return SensorFrame(place[keep].astype(np.int64) * SECOND, values[keep], SENSORS)


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Documents:
    """Documents of a workspace that holds twelve thousand rows; levels from sixteen cells on."""
    monkeypatch.setattr(series_detail, "LEAST_CELLS", 16)
    found = Documents(LocalStore(tmp_path), lambda: 0, "ada")
    write_series(found, "s", rows_of(12_000))
    return found


def check(stored: StoredSeries, frame: SensorFrame, start: int, end: int, pixels: int) -> None:
    """Hold a window against the extremes of its rows, a cell to and fro."""
    drawn = stored.window(["flow"], start, end, pixels)
    assert not drawn.is_raw
    assert len(drawn.timestamps) <= 2 * pixels
    assert (np.diff(drawn.timestamps) > 0).all()
    assert drawn.timestamps[0] >= start
    assert drawn.timestamps[-1] < end
    inside = (frame.timestamps >= start) & (frame.timestamps < end)
    flow = frame.values[inside, 0]
    assert np.nanmax(drawn.values) == np.nanmax(flow)
    assert np.nanmin(drawn.values) == np.nanmin(flow)
    edges = np.linspace(start, end, pixels + 1).astype(np.int64)
    times = frame.timestamps[inside].tolist()
    spare = (end - start) / pixels / 4
    for pixel, columns in naive_extremes(times, flow.reshape(-1, 1).tolist(), edges.tolist()):
        near = (drawn.timestamps >= edges[pixel] - spare) & (drawn.timestamps < edges[pixel + 1] + spare)
        shown = drawn.values[near, 0]
        if columns[0] is not None and np.isfinite(shown).any():
            assert np.nanmax(shown) >= columns[0][0]
            assert np.nanmin(shown) <= columns[0][1]


@pytest.mark.parametrize(("start", "end", "pixels"), [(0, 12_000, 20), (123, 11_777, 37), (5_000, 11_000, 8)])
def test_a_wide_window_keeps_extremes_and_gaps(documents: Documents, start: int, end: int, pixels: int) -> None:
    stored = StoredSeries(documents, "s", SENSORS)
    assert isinstance(stored, SeriesSource)
    check(stored, rows_of(12_000), start * SECOND, end * SECOND, pixels)
    drawn = stored.window(["flow"], 0, 12_000 * SECOND, 20)
    gap = (drawn.timestamps > 4_000 * SECOND) & (drawn.timestamps < 6_000 * SECOND)
    assert np.isnan(drawn.values[gap]).any()


def test_few_rows_are_drawn_as_they_are(documents: Documents) -> None:
    drawn = StoredSeries(documents, "s", SENSORS).window(["flow", "valve"], 700 * SECOND, 800 * SECOND, 400)
    assert drawn.is_raw
    assert len(drawn.timestamps) == 100
    assert drawn.values[77, 0] == 99.0


def test_later_rows_are_worked_into_what_is_stored_and_overlaps_change_it(documents: Documents) -> None:
    key = detail_key("s", "flow")
    StoredSeries(documents, "s", SENSORS).window(["flow"], 0, 12_000 * SECOND, 20)
    before = documents.store.read(key)
    append_rows(documents, "s", rows_of(1_000, 12_000))
    spike = SensorFrame(np.array([7_000 * SECOND]), np.array([[-50.0, np.nan]]), SENSORS)
    append_rows(documents, "s", spike)
    stored = StoredSeries(documents, "s", SENSORS)
    drawn = stored.window(["flow"], 0, 13_000 * SECOND, 20)
    assert np.nanmin(drawn.values) == -50.0
    grown = documents.store.read(key)
    assert grown != before
    documents.store.delete(key)
    again = StoredSeries(documents, "s", SENSORS).window(["flow"], 0, 13_000 * SECOND, 20)
    np.testing.assert_array_equal(drawn.values, again.values)
    np.testing.assert_array_equal(drawn.timestamps, again.timestamps)
    assert documents.store.read(key) == grown
    compact_series(documents, "s")
    np.testing.assert_array_equal(stored.window(["flow"], 0, 13_000 * SECOND, 20).values, drawn.values)


def foreign(documents: Documents) -> bytes:
    """Detail of another sensor."""
    StoredSeries(documents, "s", SENSORS).window(["valve"], 0, 12_000 * SECOND, 20)
    return documents.store.read(detail_key("s", "valve"))


def other_series(documents: Documents) -> bytes:
    """Detail of other rows."""
    write_series(documents, "other", rows_of(5_000, 100))
    StoredSeries(documents, "other", SENSORS).window(["flow"], 0, 5_000 * SECOND, 5)
    return documents.store.read(detail_key("other", "flow"))


@pytest.mark.parametrize(
    "spoil",
    [lambda _: b"", lambda _: b"no npz", lambda d: d.store.read(detail_key("s", "flow"))[:-90], foreign, other_series],
    ids=["empty", "foreign bytes", "cut off", "another sensor", "another series"],
)
def test_detail_that_is_wrong_is_made_again_from_the_rows(
    documents: Documents, spoil: Callable[[Documents], bytes]
) -> None:
    key = detail_key("s", "flow")
    drawn = StoredSeries(documents, "s", SENSORS).window(["flow"], 0, 12_000 * SECOND, 20)
    right = documents.store.read(key)
    documents.store.write(key, spoil(documents))
    again = StoredSeries(documents, "s", SENSORS).window(["flow"], 0, 12_000 * SECOND, 20)
    np.testing.assert_array_equal(again.values, drawn.values)
    assert documents.store.read(key) == right


def test_states_are_told_apart_and_shares_are_averaged(documents: Documents) -> None:
    stored = StoredSeries(documents, "s", SENSORS)
    states = stored.states("valve", 0, 12_000 * SECOND, 12)
    assert [sorted(found) for found in states] == [
        [] if k in (4, 5) else sorted({k % 3, (k + 1) % 3}) for k in range(12)
    ]
    means = stored.mean_window(["valve"], 0, 12_000 * SECOND, 12)
    assert not means.is_raw
    np.testing.assert_allclose(means.values[:4, 0], [0.5, 1.5, 1.0, 0.5], atol=0.06)

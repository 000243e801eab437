"""The level of detail keeps every extreme and every gap, and is never more than the screen can show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.detail import gap_length, mean_window, window
from l4e_widgets.core.errors import NotFound, UsageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import FrameSource, SeriesSource
from tests.naive.detail import naive_extremes, naive_gaps

MINUTE = 60_000_000_000


def frame_of(times: list[int], values: list[list[float]]) -> SensorFrame:
    """Frame of plain lists."""
    table = np.array(values, dtype=np.float64).reshape(len(times), -1)
    sensors = tuple(Sensor(id=f"s{i}", name=f"s{i}") for i in range(table.shape[1]))
    return SensorFrame(np.array(times, dtype=np.int64), table, sensors)


@st.composite
def frames(draw: st.DrawFn) -> SensorFrame:
    """Irregular rows of one to three sensors with missing values."""
    steps = draw(st.lists(st.integers(1, 50), min_size=1, max_size=120))
    n_sensors = draw(st.integers(1, 3))
    cell = st.one_of(st.just(float("nan")), st.floats(-1e300, 1e300))
    row = st.lists(cell, min_size=n_sensors, max_size=n_sensors)
    values = draw(st.lists(row, min_size=len(steps), max_size=len(steps)))
    return frame_of(list(np.cumsum(steps) * MINUTE), values)


@given(frames(), st.integers(1, 40))
def test_every_extreme_and_every_gap_of_the_naive_twin_is_kept(frame: SensorFrame, pixels: int) -> None:
    start, end = int(frame.timestamps[0]), int(frame.timestamps[-1]) + 1
    gap = 10 * MINUTE
    drawn = window(frame, start, end, pixels, gap_ns=gap)
    assert len(drawn.timestamps) <= 2 * pixels
    assert (np.diff(drawn.timestamps) > 0).all()
    times, values = [int(t) for t in frame.timestamps], frame.values.tolist()
    gaps = naive_gaps(times, gap)
    if drawn.is_raw:
        real = np.isin(drawn.timestamps, frame.timestamps)
        np.testing.assert_array_equal(drawn.values[real], frame.values)
        assert np.isnan(drawn.values[~real]).all()
        assert (~real).sum() == len(gaps)
        return
    edges = (start + np.round(np.linspace(0, end - start, pixels + 1))).astype(np.int64)
    pixel_of = np.minimum(np.searchsorted(edges, drawn.timestamps, side="right") - 1, pixels - 1)
    filled = naive_extremes(times, values, [int(edge) for edge in edges])
    for pixel, columns in filled:
        rows = drawn.values[pixel_of == pixel]
        for column, extremes in enumerate(columns):
            finite = rows[np.isfinite(rows[:, column]), column]
            assert (extremes is None) == (len(finite) == 0)
            if extremes is not None:
                assert (finite.min(), finite.max()) == extremes
    empty = set(range(pixels)) - {pixel for pixel, _ in filled}
    broken = {
        int(pixel) for pixel, row in zip(pixel_of, drawn.values, strict=True) if pixel in empty and np.isnan(row).all()
    }
    for row in gaps:
        inside = {pixel for pixel in empty if edges[pixel] > times[row] and edges[pixel + 1] <= times[row + 1]}
        assert not inside or inside & broken


def test_one_spike_in_a_million_rows_is_on_the_screen() -> None:
    values = np.sin(np.arange(1_000_000) / 1000.0).reshape(-1, 1)
    values[654_321] = 99.0
    frame = SensorFrame(np.arange(1_000_000, dtype=np.int64) * MINUTE, values, (Sensor(id="a", name="a"),))
    drawn = window(frame, 0, 1_000_000 * MINUTE, 800)
    assert len(drawn.timestamps) == 1600
    assert drawn.values.max() == 99.0
    assert not drawn.is_raw


def test_a_falling_line_falls_within_each_pixel() -> None:
    frame = frame_of([i * MINUTE for i in range(100)], [[float(-i)] for i in range(100)])
    drawn = window(frame, 0, 100 * MINUTE, 10)
    assert (np.diff(drawn.values[:, 0]) < 0).all()


def test_few_rows_come_as_they_are_with_the_gap_between_them() -> None:
    frame = frame_of([0, MINUTE, 2 * MINUTE, 60 * MINUTE, 61 * MINUTE], [[1.0], [2.0], [3.0], [4.0], [5.0]])
    drawn = window(frame, 0, 61 * MINUTE, 100)
    np.testing.assert_array_equal(drawn.values[:, 0], [1, 2, 3, np.nan, 4])
    assert drawn.is_raw


def test_gaps_are_told_from_sparse_rows() -> None:
    regular = np.arange(100, dtype=np.int64) * MINUTE
    assert gap_length(regular) == 2.5 * MINUTE
    rng = np.random.default_rng(1)
    irregular = np.cumsum(rng.exponential(MINUTE, 2000).astype(np.int64) + 1)
    assert (np.diff(irregular) > gap_length(irregular)).mean() < 0.01
    assert gap_length(regular[:2]) > 10**18


@pytest.mark.parametrize(("start", "end", "pixels"), [(0, 10, 0), (10, 10, 5), (10, 0, 5)])
def test_a_window_without_extent_is_refused(start: int, end: int, pixels: int) -> None:
    with pytest.raises(UsageError, match="no window"):
        window(frame_of([0, 1], [[1.0], [2.0]]), start, end, pixels)


def test_shares_are_averaged_and_still_sum_to_one() -> None:
    rng = np.random.default_rng(0)
    shares = rng.random((5000, 4))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[2000:2600] = np.nan
    times = [i * MINUTE for i in range(5000)]
    drawn = mean_window(frame_of(times, shares.tolist()), 0, 5000 * MINUTE, 50)
    assert len(drawn.timestamps) == 50
    known = np.isfinite(drawn.values[:, 0])
    np.testing.assert_allclose(drawn.values[known].sum(axis=1), 1)
    np.testing.assert_array_equal(np.flatnonzero(~known), np.arange(20, 26))
    np.testing.assert_allclose(drawn.values[0], shares[:100].mean(axis=0))


def test_a_hole_in_shares_is_a_gap_and_not_a_bridge() -> None:
    times = [i * MINUTE for i in (*range(1000), *range(3000, 4000))]
    drawn = mean_window(frame_of(times, [[0.5]] * 2000), 0, 4000 * MINUTE, 40)
    assert np.isnan(drawn.values).sum() == 1
    assert (np.diff(drawn.timestamps) > 0).all()


def test_a_frame_is_a_source_by_name_and_by_id() -> None:
    index = pd.date_range("2026-01-01", periods=10, freq="min")
    source = FrameSource(SensorFrame.from_dataframe(pd.DataFrame({"a": range(10), "b": range(10, 20)}, index=index)))
    assert isinstance(source, SeriesSource)
    span = source.span
    assert source.read(["b"], span.start + 2 * MINUTE, span.start + 4 * MINUTE).values.tolist() == [[12.0], [13.0]]
    assert source.window(["b", "a"], span.start, span.end, 5).values.shape == (10, 2)
    with pytest.raises(NotFound, match="called c"):
        source.window(["c"], span.start, span.end, 5)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sampling import SAMPLING_RATES_S, median_step_s, resample, suggest_sampling_rate
from l4e_widgets.core.sensors import Sensor, SensorKind
from tests.naive.sampling import naive_bins, naive_rate

SECOND = 1_000_000_000


def frame(seconds, values, kind=SensorKind.NUMERIC):
    values = np.asarray(values, dtype=float).reshape(len(seconds), -1)
    sensors = tuple(Sensor(id=f"s{n}", name=f"s{n}", kind=kind) for n in range(values.shape[1]))
    return SensorFrame(np.asarray(seconds, dtype=np.int64) * SECOND, values, sensors)


@pytest.mark.parametrize(
    ("step_s", "rate_s"),
    [
        (0.1, 1),
        (1, 1),
        (2, 5),
        (5, 5),
        (60, 60),
        (59.8, 60),
        (60.2, 60),
        (61, 300),
        (3000, 3600),
        (3600, 3600),
        (7200, 7200),
        (86_400, 86_400),
    ],
)
def test_the_suggested_rate_is_the_step_or_the_next_coarser_offer(step_s, rate_s):
    timestamps = (np.arange(20) * step_s * SECOND).astype(np.int64)
    assert suggest_sampling_rate(timestamps) == rate_s


def test_a_gap_does_not_move_the_median_step():
    timestamps = np.array([0, 60, 120, 180, 90_000, 90_060], dtype=np.int64) * SECOND
    assert median_step_s(timestamps) == 60


def test_one_row_has_no_rate():
    with pytest.raises(DataError, match="at least two rows"):
        suggest_sampling_rate(np.array([0], dtype=np.int64))


def test_a_gap_stays_a_gap_and_bins_start_on_the_grid():
    rows = frame([61, 62, 119, 120, 600], [[1.0], [2.0], [6.0], [10.0], [20.0]])
    result = resample(rows, 60)
    assert (result.frame.timestamps // SECOND).tolist() == [60, 120, 600]
    assert result.frame.values[:, 0].tolist() == [3.0, 10.0, 20.0]
    assert result.bin_of_row.tolist() == [0, 0, 0, 1, 2]


def test_states_keep_their_last_value_and_are_never_averaged():
    rows = frame([0, 10, 20, 30, 60], [[0.0], [1.0], [np.nan], [1.0], [0.0]], SensorKind.TWO_VALUED)
    assert resample(rows, 60).frame.values[:, 0].tolist() == [1.0, 0.0]


def test_the_own_rate_changes_nothing():
    rows = frame([7, 67, 127, 1000], [[1.0], [2.0], [3.0], [4.0]])
    result = resample(rows, 60)
    assert result.frame is rows
    assert result.bin_of_row.tolist() == [0, 1, 2, 3]


def test_a_large_offset_keeps_its_digits():
    values = np.tile([1e9 + 0.001, 1e9 + 0.003], 500)[:, None]
    result = resample(frame(np.arange(1000), values), 1000)
    assert result.frame.values[0, 0] == pytest.approx(1e9 + 0.002, abs=1e-6)


def test_a_rate_of_nothing_is_refused():
    with pytest.raises(DataError, match="not possible"):
        resample(frame([0, 1], [[1.0], [2.0]]), 0)


steps = st.lists(st.integers(1, 500), min_size=2, max_size=60)


@given(steps=steps, rate_s=st.sampled_from(SAMPLING_RATES_S), states=st.booleans(), data=st.data())
def test_bins_agree_with_the_naive_ones(steps, rate_s, states, data):
    seconds = np.cumsum(steps) + data.draw(st.integers(-10_000, 10_000))
    cells = st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6))
    column = data.draw(st.lists(cells, min_size=len(steps), max_size=len(steps)))
    rows = frame(seconds, column, SensorKind.CATEGORICAL if states else SensorKind.NUMERIC)
    result = resample(rows, rate_s)
    if result.frame is rows:
        assert np.isclose(np.median(np.diff(seconds)), rate_s, rtol=0.011)
        return
    starts, values, bins = naive_bins(rows.timestamps.tolist(), column, int(rate_s * SECOND), states)
    assert result.frame.timestamps.tolist() == starts
    assert result.bin_of_row.tolist() == bins
    np.testing.assert_allclose(result.frame.values[:, 0], values, rtol=1e-9, atol=1e-6)


@given(steps=steps)
def test_the_suggested_rate_agrees_with_the_naive_one(steps):
    timestamps = np.cumsum(steps).astype(np.int64) * SECOND
    assert suggest_sampling_rate(timestamps) == naive_rate(timestamps.tolist())

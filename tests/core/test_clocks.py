"""Clocks are told apart and joined without inventing a gap or a value across one; records of sensors come back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.clocks import at_times, grouped_by_clock, joined_at_rate
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor, SensorKind
from tests.naive.series import naive_held

SECOND = 10**9


def every(step: int, n_rows: int, start: int = 0) -> np.ndarray:
    """Times of a regular clock."""
    return (start + step * np.arange(n_rows)) * SECOND


def test_steps_and_moments_make_a_clock() -> None:
    minute, shifted, hour = every(60, 300), every(60, 300, 30), every(3600, 5)
    later, patchy = every(60, 300, 60 * 300), every(60, 300)[np.arange(300) % 7 != 3]
    assert grouped_by_clock([minute, hour, later, patchy, shifted]) == [[0, 2, 3], [1], [4]]


@given(
    st.sets(st.integers(0, 60), min_size=1),
    st.sets(st.integers(0, 60), min_size=1),
    st.integers(1, 30),
)
def test_held_values_are_those_of_the_naive_twin(slow: set[int], quick: set[int], hold: int) -> None:
    times, moments = sorted(slow), sorted(quick)
    frame = SensorFrame(np.array(times), np.arange(1.0, len(times) + 1).reshape(-1, 1), (Sensor(id="a", name="a"),))
    wanted = naive_held(times, frame.values[:, 0].tolist(), moments, hold)
    np.testing.assert_array_equal(at_times(frame, np.array(moments), hold)[:, 0], wanted)


def test_a_slow_clock_is_held_from_row_to_row_but_not_across_its_gap() -> None:
    quick = SensorFrame(every(1, 600), np.ones((600, 1)), (Sensor(id="q", name="q"),))
    slow = SensorFrame(
        np.array([0, 60, 120, 480, 540]) * SECOND, np.arange(5.0).reshape(-1, 1), (Sensor(id="s", name="s"),)
    )
    joined = joined_at_rate([quick, slow], 30.0, [3 * SECOND, 150 * SECOND])
    assert joined.timestamps.tolist() == every(30, 20).tolist()
    nan = np.nan
    wanted = [0, 0, 1, 1, 2, 2, 2, 2, 2, nan, nan, nan, nan, nan, nan, nan, 3, 3, 4, 4]
    np.testing.assert_array_equal(joined.values[:, 1], wanted)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_every_unit_of_pandas_are_nanoseconds(unit: str) -> None:
    index = pd.date_range("2025-01-01", periods=3, freq="h", tz="Europe/Paris").as_unit(unit)
    frame = SensorFrame.from_dataframe(pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=index))
    assert frame.timestamps[0] == pd.Timestamp("2024-12-31 23:00").value
    assert np.diff(frame.timestamps).tolist() == [3600 * SECOND] * 2
    assert frame.to_dataframe().index.equals(index.tz_convert("UTC").as_unit("ns"))


def test_a_record_comes_back_from_its_plain_values_and_takes_no_nonsense() -> None:
    sensor = Sensor(
        id="p1", name="P1", display_name="Pressure", component="pump", unit="bar", kind=SensorKind.NUMERIC, tag="PI-1",
        limit_low=0.0, limit_high=9.5,
    )  # fmt: skip
    assert Sensor.from_dict({**sensor.to_dict(), "of_a_later_version": 1}) == sensor
    with pytest.raises(ValueError, match="wobbly"):
        Sensor.from_dict({"id": "a", "name": "a", "kind": "wobbly"})
    with pytest.raises(DataError, match="do not fit together"):
        SensorFrame(np.arange(3), np.ones((2, 1)), (sensor,))

"""Alike stretches: the fast search against its slow twin, and what it finds in a history with known faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.detection.alike import Signatures, cell_rows_for, cell_sums, find_alike
from l4e_widgets.core.times import TimeRange
from tests.naive.alike import naive_alike

HOUR = 3_600 * 10**9


def history(level, power, rows=None):
    """Signatures with one cell an hour."""
    level, power = np.asarray(level, dtype=np.float32), np.asarray(power, dtype=np.float32)
    starts = np.arange(len(level), dtype=np.int64) * HOUR
    rows = np.full(len(level), 12) if rows is None else np.asarray(rows)
    return Signatures(starts, starts + HOUR, rows, level, power)


@given(seed=st.integers(0, 1000), n_cells=st.integers(3, 30), n_sensors=st.integers(1, 4), data=st.data())
def test_every_window_is_as_alike_as_the_slow_twin_says(seed, n_cells, n_sensors, data):
    rng = np.random.default_rng(seed)
    level, power = rng.normal(scale=4, size=(n_cells, n_sensors)), rng.exponential(4, size=(n_cells, n_sensors))
    rows = rng.integers(1, 9, n_cells)
    whole = history(level, power, rows)
    first = data.draw(st.integers(0, n_cells - 1))
    last = data.draw(st.integers(first + 1, n_cells))
    slow = naive_alike(rows.tolist(), whole.level.tolist(), whole.power.tolist(), first, last)
    found = find_alike(whole, TimeRange(first * HOUR, last * HOUR), most=n_cells, least=0.0)
    for stretch in found:
        assert stretch.likeness == pytest.approx(slow[stretch.span.start // HOUR], abs=1e-5)
    allowed = [i for i in range(len(slow)) if i + last - first <= first or i >= last]
    if found:
        assert found[0].likeness == pytest.approx(max(slow[i] for i in allowed), abs=1e-5)


def test_the_same_fault_is_found_and_another_is_not():
    level, power = np.zeros((500, 6)), np.ones((500, 6))
    for start, sensor, size in ((100, 1, 6.0), (300, 1, 5.0), (400, 3, 6.0)):
        level[start : start + 10, sensor] = size
        power[start : start + 10, sensor] = size**2
    found = find_alike(history(level, power), TimeRange(100 * HOUR, 110 * HOUR))
    assert [stretch.span for stretch in found] == [TimeRange(300 * HOUR, 310 * HOUR)]
    assert found[0].likeness > 0.95


def test_a_scattering_sensor_is_like_another_time_it_scattered():
    power = np.ones((200, 4))
    power[50:60, 2] = power[150:160, 2] = 30.0
    power[100:110, 0] = 30.0
    found = find_alike(history(np.zeros((200, 4)), power), TimeRange(50 * HOUR, 60 * HOUR))
    assert [stretch.span.start // HOUR for stretch in found] == [150]


def test_where_nothing_departs_nothing_is_alike():
    assert find_alike(history(np.zeros((50, 3)), np.ones((50, 3))), TimeRange(0, HOUR)) == ()


def test_cells_are_means_in_normal_standard_deviations_and_missing_values_do_not_count():
    values = np.array([[1.0, 5.0], [3.0, np.nan], [2.0, 5.0]])
    level, power = cell_sums(values, np.zeros((3, 2)), np.array([1.96, 0.0]), 2)
    np.testing.assert_allclose(level, [[2.0, 0.0], [2.0, 0.0]])
    np.testing.assert_allclose(power, [[5.0, 0.0], [4.0, 0.0]])


@pytest.mark.parametrize(("n_rows", "size"), [(1, 1), (65_536, 1), (65_537, 2), (1_051_200, 32)])
def test_a_long_history_takes_longer_cells(n_rows, size):
    assert cell_rows_for(n_rows) == size

"""The vectorised recursions against their row-by-row twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.simulation.lags import held_states, lagged, mean_reverting
from tests.naive.lags import naive_lag, naive_mean_reverting, naive_switch

values = st.lists(st.floats(-50, 50), min_size=2, max_size=40)


@given(target=values, lag_s=st.floats(100, 20_000))
def test_lag_is_the_solution_of_its_equation(target, lag_s):
    fast = lagged(np.array(target), step_s=300, lag_s=lag_s)
    np.testing.assert_allclose(fast, naive_lag(target, 300, lag_s), atol=0.01)


def test_lag_of_a_straight_line_trails_by_its_time_constant_at_every_step():
    for step_s in (60, 300):
        line = np.arange(0, 40_000, step_s) * 0.001
        np.testing.assert_allclose(line[-1] - lagged(line, step_s=step_s, lag_s=1_200)[-1], 1.2, rtol=1e-6)


def test_lag_reaches_63_percent_of_a_held_change_after_its_time_constant():
    out = lagged(np.r_[0.0, np.ones(100)], step_s=10, lag_s=600)
    assert out[60] == pytest.approx(1 - np.exp(-1), abs=0.01)


@given(seed=st.integers(0, 10_000), n_rows=st.integers(1, 60), memory_s=st.floats(10, 1e5))
def test_random_series_matches_its_twin(seed, n_rows, memory_s):
    fast = mean_reverting(np.random.default_rng(seed), n_rows, step_s=60, memory_s=memory_s)
    shocks = np.random.default_rng(seed).standard_normal(n_rows)
    np.testing.assert_allclose(fast, naive_mean_reverting(shocks, 60, memory_s), rtol=1e-9, atol=1e-12)


@given(level=values, down=st.floats(-20, 0), gap=st.floats(0, 20))
def test_switch_matches_its_twin(level, down, gap):
    assert held_states(np.array(level), up=down + gap, down=down).tolist() == naive_switch(level, down + gap, down)

"""Histograms share their bins, their one number is the share that does not overlap, and days hold all hours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from l4e_widgets.core.distributions import daily_events, largest_shares, shared_histograms
from l4e_widgets.core.times import TimeRange, to_ns
from tests.naive.overlap import naive_apart

VALUES = arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6))


def test_the_number_is_what_two_normal_distributions_do_not_share():
    rng = np.random.default_rng(1)
    one, other = rng.normal(0, 1, 200_000), rng.normal(1, 1, 200_000)
    found = shared_histograms([one, other])
    assert found.apart == pytest.approx(0.3829, abs=0.01), "2 Phi(1/2) - 1 by theory"
    assert shared_histograms([one, one + 100]).apart == pytest.approx(1)
    assert shared_histograms([one, one]).apart == 0.0


@given(VALUES, VALUES)
def test_apart_is_as_the_slow_twin_says_and_the_same_both_ways(one, other):
    found = shared_histograms([one, other])
    assert found.apart == pytest.approx(naive_apart(one, other, found.edges), abs=1e-9)
    assert found.apart == pytest.approx(shared_histograms([other, one]).apart, abs=1e-9)
    np.testing.assert_allclose(found.shares.sum(axis=1), 1)


def test_the_third_group_shares_the_bins_and_the_first_and_last_are_compared():
    rng = np.random.default_rng(2)
    training, evaluation, anomalous = rng.normal(0, 1, 900), rng.normal(0, 1, 700), rng.normal(9, 1, 50)
    found = shared_histograms([training, evaluation, anomalous])
    assert found.shares.shape == (3, 30)
    assert found.apart > 0.99
    assert list(found.counts) == [900, 700, 50]


@pytest.mark.parametrize("level", [0.0, 5.0, -1e300, 1e300, 5e-324, 1.7e308])
def test_one_value_and_a_constant_have_bins(level):
    found = shared_histograms([np.full(7, level), np.full(3, level)])
    assert found.apart == 0.0
    assert (np.diff(found.edges) > 0).all()
    assert np.isfinite(found.edges).all()


def test_a_wild_value_does_not_squeeze_the_rest_and_is_not_lost():
    values = np.append(np.linspace(0, 1, 5000), 1e9)
    found = shared_histograms([values])
    assert found.edges[-1] < 1.1
    assert found.shares.sum() == pytest.approx(1)
    assert found.apart is None


def test_nothing_is_compared_with_a_group_without_values():
    empty = shared_histograms([np.array([np.nan, np.inf]), np.arange(5.0)])
    assert empty.apart is None
    assert empty.shares[0].sum() == 0
    assert len(shared_histograms([np.array([])]).edges) == 0


def test_what_is_not_named_is_one_share():
    shares = largest_shares([("a", 0.1), ("b", 0.5), ("c", float("nan")), ("d", 0.25), ("e", 0.15)], most=2)
    assert [(one.name, round(one.share, 2)) for one in shares] == [("b", 0.5), ("d", 0.25), ("3 more", 0.25)]


def test_hours_of_events_fall_on_their_days_and_count_once():
    span = TimeRange(to_ns("2026-03-01 12:00"), to_ns("2026-03-05"))
    events = [
        TimeRange(to_ns("2026-03-02 18:00"), to_ns("2026-03-03 06:00")),
        TimeRange(to_ns("2026-03-02 20:00"), to_ns("2026-03-02 22:00")),
        TimeRange(to_ns("2026-02-01"), to_ns("2026-03-01 13:00")),
    ]
    days = daily_events(events, span)
    assert list(days.hours) == [1.0, 6.0, 6.0, 0.0]
    assert list(days.events) == [0, 2, 0, 0]
    assert days.starts[0] == to_ns("2026-03-01")

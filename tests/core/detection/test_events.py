"""Events and their explanation."""

from __future__ import annotations

import numpy as np
import pytest

from l4e_widgets.core.detection.events import EventRules, EventSpan, find_events
from l4e_widgets.core.detection.explain import event_deviations, event_shares
from l4e_widgets.core.errors import UsageError

RULES = EventRules(hysteresis=0.1, release_drop=1.2, quiet_rows=10, merge_s=20, gap_s=100)


def found(statistic, release=None, rules=RULES, times=None):
    times = np.arange(len(statistic)) if times is None else times
    release = statistic if release is None else release
    events = find_events(statistic, release, times * 10**9, threshold=1.0, rules=rules, step_s=1.0)
    return [(event.first_row, event.last_row_exclusive) for event in events]


def test_aftermath_of_the_filter_is_no_part_of_the_event():
    release = np.where((np.arange(200) >= 50) & (np.arange(200) < 90), 3.0, 0.0)
    statistic = np.where((np.arange(200) >= 50) & (np.arange(200) < 160), 2.0, 0.0)
    assert found(statistic, release) == [(50, 90)]


def test_near_events_are_one_and_far_ones_two():
    statistic = np.zeros(200)
    statistic[[20, 35, 120]] = 2.0
    assert found(statistic) == [(20, 36), (120, 121)]


def test_a_gap_in_time_ends_an_event():
    times = np.arange(100) + np.where(np.arange(100) >= 50, 1000, 0)
    assert found(np.full(100, 2.0), times=times) == [(0, 50), (50, 100)]


def test_missing_rows_inside_an_event_belong_to_it():
    statistic = np.full(60, 0.0)
    statistic[20:40] = 2.0
    statistic[28:32] = np.nan
    assert found(statistic) == [(20, 40)]


def test_short_events_are_dropped_on_wish():
    statistic = np.zeros(100)
    statistic[10:12], statistic[50:70] = 2.0, 2.0
    assert found(statistic, rules=EventRules(min_duration_s=10.0)) == [(50, 70)]


def test_nothing_above_the_line():
    assert found(np.zeros(10)) == []
    assert found(np.full(10, np.nan)) == []


def test_rules_that_mean_nothing_are_told():
    with pytest.raises(UsageError, match="negative"):
        EventRules(merge_s=-1)


def test_rules_follow_the_sampling_rate():
    assert EventRules.for_step(1).merge_s == 20
    assert EventRules.for_step(300).merge_s == 6 * 3600
    assert EventRules.for_step(3600).merge_s == 20 * 3600


def test_shares_of_an_event_sum_to_one():
    shares = np.array([[0.5, 0.5], [0.9, 0.1], [np.nan, np.nan], [0.7, 0.3]], dtype=np.float32)
    np.testing.assert_allclose(event_shares(shares, EventSpan(1, 4, 0, 1, 2.0)), [0.8, 0.2], rtol=1e-6)
    np.testing.assert_allclose(event_shares(shares, EventSpan(2, 3, 0, 1, 2.0)), [0.5, 0.5])


def test_deviation_has_the_sensors_unit_and_sign():
    values = np.array([[1.0, 5.0], [3.0, np.nan], [5.0, np.nan]])
    expected = np.array([[1.0, 5.0], [1.0, 2.0], [1.0, 2.0]])
    np.testing.assert_allclose(event_deviations(values, expected, EventSpan(0, 3, 0, 1, 2.0)), [2.0, 0.0])
    assert np.isnan(event_deviations(values, expected, EventSpan(1, 3, 0, 1, 2.0))[1])

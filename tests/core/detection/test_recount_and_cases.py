"""Counting the past for any budget, long stretches of events, and which events are one trouble."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.detection import events
from l4e_widgets.core.detection.calibration import MONTH_S, Calibration
from l4e_widgets.core.detection.cases import CaseRules, group_events
from l4e_widgets.core.detection.events import EventRules, find_events
from l4e_widgets.core.detection.patterns import component_shares, departure
from l4e_widgets.core.detection.recount import Past, recount, trade_off, tuned
from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.times import TimeRange
from tests.naive.events import naive_events

MINUTE = 60 * 10**9
CALIBRATION = Calibration(tail_start=0.5, tail_scale=0.1, tail_peaks=50.0, highest=1.0, centre=0.0, seconds=3 * MONTH_S)


def past_of(peaks, *, labels=(), n_rows=43_830):
    """A month of quiet rows with peaks of five rows at some places."""
    statistic = np.full(n_rows, -0.2)
    for row, height in peaks:
        statistic[row : row + 5] = height
    times = np.arange(n_rows, dtype=np.int64) * MINUTE
    return Past(
        timestamps=times,
        statistic=statistic,
        release=statistic,
        step_s=60.0,
        calibration=CALIBRATION,
        labels=tuple(TimeRange(a * MINUTE, b * MINUTE) for a, b in labels),
    )


def test_a_budget_counts_what_passes_its_line():
    low, high = CALIBRATION.threshold(20.0), CALIBRATION.threshold(0.5)
    assert low < high
    past = past_of([(5_000, (low + high) / 2), (20_000, high + 0.1), (35_000, low - 0.05)])
    assert [len(recount(past, budget).events) for budget in (0.5, 20.0)] == [1, 2]
    count = recount(past, 0.5)
    assert count.events[0] == TimeRange(20_000 * MINUTE, 20_005 * MINUTE)
    assert count.events_a_month == pytest.approx(1.0)
    assert count.share_of_time == pytest.approx(5 / 43_830)
    assert count.plausible[0] <= count.plausible[1]


def test_the_tuned_budget_finds_the_labels_without_more_false_events_than_needed():
    heights = [CALIBRATION.threshold(budget) + 1e-6 for budget in (0.2, 2.0, 30.0)]
    peaks = list(zip((5_000, 15_000, 25_000), heights, strict=True))
    labels = [(4_990, 5_010), (14_990, 15_010)]
    curve = trade_off(past_of(peaks, labels=labels))
    best = tuned(curve)
    assert (best.n_found, best.n_false) == (2, 0)
    assert 2.0 <= best.budget < 30.0
    strict = tuned(trade_off(past_of([(25_000, 3.0), *peaks[:2]], labels=labels)), most_false_a_month=0.5)
    assert strict is None
    assert tuned(trade_off(past_of(peaks))) is None


@given(
    rows=st.lists(st.tuples(st.floats(-1, 3, width=32), st.floats(-1, 3, width=32)), min_size=1, max_size=120),
    quiet_rows=st.integers(1, 4),
    piece=st.integers(1, 16),
)
def test_events_do_not_depend_on_the_pieces_they_are_looked_for_in(rows, quiet_rows, piece):
    statistic, release = (np.array([row[i] for row in rows], dtype=float) for i in (0, 1))
    rules = EventRules(hysteresis=0.5, release_drop=0.7, quiet_rows=quiet_rows, merge_s=2, gap_s=10)
    seconds = np.arange(len(rows))
    before = events._FIRST_PIECE
    events._FIRST_PIECE = piece
    try:
        fast = find_events(statistic, release, seconds * 10**9, threshold=1.0, rules=rules, step_s=1.0)
    finally:
        events._FIRST_PIECE = before
    slow = naive_events(
        statistic,
        release,
        seconds.tolist(),
        threshold=1.0,
        hysteresis=0.5,
        drop=0.7,
        quiet_rows=quiet_rows,
        merge_s=2,
        gap_s=10,
        step_s=1.0,
    )
    assert [(event.first_row, event.last_row_exclusive) for event in fast] == slow


def hours(*spans):
    return [TimeRange(int(a * 60) * MINUTE, int(b * 60) * MINUTE) for a, b in spans]


def test_events_of_one_trouble_are_one_case_and_another_trouble_in_between_is_its_own():
    shares = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.7, 0.2, 0.1], [0.8, 0.1, 0.1]])
    spans = hours((0, 2), (5, 6), (9, 10), (60, 61))
    assert group_events(spans, shares, CaseRules()) == ((0, 2), (1,), (3,))


def test_events_at_once_are_one_case_whatever_their_sensors():
    spans = hours((0, 1), (1.05, 2))
    assert group_events(spans, np.eye(2), CaseRules.for_step(60)) == ((0, 1),)
    assert group_events(spans, np.eye(2), CaseRules()) == ((0,), (1,))
    assert group_events([], np.empty((0, 2)), CaseRules()) == ()


def test_a_six_hour_fault_in_seventy_two_pieces_is_one_case():
    spans = hours(*((i / 12, i / 12 + 0.04) for i in range(72)))
    shares = np.tile([0.9, 0.05, 0.05], (72, 1))
    assert group_events(spans, shares, CaseRules.for_step(300)) == (tuple(range(72)),)


def test_rules_that_mean_nothing_are_refused():
    with pytest.raises(UsageError):
        CaseRules(alike=1.5)


def test_a_sensor_is_said_to_be_stuck_noisy_or_at_another_level():
    rng = np.random.default_rng(0)
    expected = np.cumsum(rng.normal(size=60)) * 0.1
    usual = rng.normal(size=60)
    band = 1.96
    assert departure(np.full(60, 3.0), expected, band, usual_still=0.0)[0] == "stuck"
    assert departure(np.full(60, 3.0), expected, band, usual_still=0.9)[0] != "stuck"
    kind, ratio = departure(expected + 5 * usual, expected, band, usual_still=0.0)
    assert kind == "noisy"
    assert 3.5 < ratio < 6.5
    assert departure(expected + usual + 4, expected, band, usual_still=0.0)[0] == "level"
    assert departure(expected + usual, expected, band, usual_still=0.0)[0] == "unknown"


def test_shares_of_components_sum_over_their_sensors():
    shares = component_shares(np.array([0.5, 0.2, 0.3]), ("pump", "motor", "motor"))
    assert shares == {"motor": pytest.approx(0.5), "pump": pytest.approx(0.5)}
    assert list(component_shares(np.array([0.1, 0.9]), ("a", ""))) == ["", "a"]

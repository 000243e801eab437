"""The proposal of ranges: by operating modes, reach, labels and seasons, and always as the user said."""

from __future__ import annotations

import numpy as np
import pytest

from l4e_widgets.core.coverage import HistorySample, coverage
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.operating_modes import has_several_modes, mode_boundary
from l4e_widgets.core.ranges import RangeChoice, propose_ranges
from l4e_widgets.core.times import TimeRange, to_ns

HOUR = 3_600 * 10**9
DAY = 24 * HOUR
START = to_ns("2025-01-01")


def hours(days):
    return START + np.arange(24 * days, dtype=np.int64) * HOUR


def steady(days, seed=0):
    """A noisy sensor that shows its reach at once."""
    return np.random.default_rng(seed).normal(50, 1, 24 * days)


def speeds(days, *, from_day=0, every=4.0):
    """A speed that is low, and from a day on goes up for half of every few days."""
    rng = np.random.default_rng(1)
    day = np.arange(24 * days) / 24
    high = (day >= from_day) & (day % every >= every / 2)
    return np.where(high, 2_900.0, 1_450.0) + rng.normal(0, 5, 24 * days)


def proposed(days, *columns, choice=None, labels=()):
    sample = HistorySample(
        timestamps=hours(days), values=np.column_stack(columns), names=tuple(f"s{i}" for i in range(len(columns)))
    )
    return propose_ranges(
        hours(days), n_sensors=len(columns), choice=choice or RangeChoice(), labels=labels, sample=sample
    )


def test_a_long_history_is_learned_for_two_months_where_these_show_what_there_is():
    found = proposed(365, steady(365), speeds(365))
    assert found.training == TimeRange(START, START + 60 * DAY)
    assert any("both operating modes of s1" in reason for reason in found.reasons)


def test_training_grows_until_the_sensors_have_shown_their_reach_and_stops_at_the_half():
    wander = 20 + 10 * np.sin(2 * np.pi * np.arange(24 * 365) / (24 * 160))
    found = proposed(365, wander, steady(365))
    assert 100 < found.training.days < 160
    assert "near both ends" in found.reasons[0]
    season = 20 - 10 * np.cos(2 * np.pi * np.arange(24 * 365) / (24 * 900))
    assert proposed(365, season).training.days == pytest.approx(182.5)


def test_an_operating_mode_that_comes_late_is_waited_for_up_to_two_thirds():
    found = proposed(100, steady(100), speeds(100, from_day=55))
    assert 55 < found.training.days < 60
    assert "until then s1 had not shown both of its operating modes" in found.reasons[0]
    assert not any("operating modes" in warning for warning in found.warnings)
    late = proposed(100, steady(100), speeds(100, from_day=75, every=1.0))
    assert late.training.days == 50
    assert any("operating modes of s1 is not in the training range" in warning for warning in late.warnings)


def test_a_level_that_is_entered_once_is_no_operating_mode():
    fault = steady(100)
    fault[24 * 55 : 24 * 75] += 30
    assert has_several_modes(fault)
    assert proposed(100, fault).training.days == 50


def test_the_end_does_not_cut_a_label_in_two():
    label = TimeRange(START + 18 * DAY, START + 22 * DAY)
    found = proposed(40, steady(40), labels=[label])
    assert found.training.end == label.end
    assert found.evaluation is not None
    assert found.evaluation.start == label.end


def test_months_that_were_not_learned_are_named():
    warnings = proposed(365, steady(365)).warnings
    assert any("April, May, June and 6 more" in warning for warning in warnings)
    assert proposed(40, steady(40)).warnings == ()


@pytest.mark.parametrize(
    ("choice", "days"),
    [
        (RangeChoice(train_end=START + 20 * DAY), 20),
        (RangeChoice(train_rows=240), 10),
        (RangeChoice(evaluate_from=START + 33 * DAY), 33),
    ],
)
def test_what_the_user_says_always_wins(choice, days):
    label = TimeRange(START + (days - 1) * DAY, START + (days + 1) * DAY)
    found = proposed(100, steady(100), speeds(100, from_day=55), choice=choice, labels=[label])
    assert found.training == TimeRange(START, START + days * DAY)
    assert any("s1 is not in the training range" in warning for warning in found.warnings)


def test_without_a_sample_it_is_the_first_half():
    found = propose_ranges(hours(200), n_sensors=3, choice=RangeChoice())
    assert found.training.days == 100
    assert "the first half of the history" in found.reasons[0]


def test_labelled_rows_show_no_mode():
    times = hours(100)
    sample = HistorySample(timestamps=times, values=speeds(100, from_day=30)[:, None], names=("speed",))
    clear = np.ones(len(times), dtype=bool)
    clear[24 * 30 : 24 * 50] = False
    ((name, moment),) = coverage(sample, clear).modes
    assert name == "speed"
    assert START + 50 * DAY < moment < START + 54 * DAY


def test_the_boundary_lies_between_the_levels():
    boundary = mode_boundary(speeds(100))
    assert boundary is not None
    assert 1_500 < boundary < 2_850
    assert mode_boundary(steady(100)) is None


def test_a_training_that_falls_just_short_of_two_weeks_is_not_rounded_up_to_them():
    choice = RangeChoice(train_end=START + 14 * DAY - HOUR)
    (warning,) = [text for text in proposed(30, steady(30), choice=choice).warnings if "only" in text]
    assert warning.startswith("The model learned from 13.9 d only; 14 days are")


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (RangeChoice(train_start=START + 40 * DAY), "to learn from after 2025-02-10 00:00 UTC."),
        (
            RangeChoice(train_start=START + 9 * DAY, train_end=START + 2 * DAY),
            "between 2025-01-10 00:00 and 2025-01-03 00:00 UTC.",
        ),
    ],
)
def test_a_training_without_data_is_refused_with_the_times_that_were_said(choice, told):
    with pytest.raises(DataError) as refused:
        proposed(30, steady(30), choice=choice)
    assert told in str(refused.value)

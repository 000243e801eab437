"""The judgement of a model, the drift guard, and the cut-offs of a back-test."""

from __future__ import annotations

import numpy as np
import pytest

from l4e_widgets.core.detection.backtest import backtest_fold, cut_offs
from l4e_widgets.core.detection.drift_guard import learned_reach, watch_drift
from l4e_widgets.core.detection.model_quality import BlockStability, QualityState, SensorFit, judge, sensor_fits
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange
from l4e_widgets.figures.case_words import drift_words

MINUTE = 60 * 10**9
SENSORS = tuple(Sensor(id=f"s{i}", name=f"s{i}", unit="bar") for i in range(3))


def rows(n_rows=2_000, seed=0):
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=(n_rows, 1))
    return 10 + cause + 0.3 * rng.normal(size=(n_rows, 3))


def watched(change):
    """What the guard says of 500 new rows after a change."""
    values = rows(500, seed=1)
    expected = values + 0.3 * np.random.default_rng(2).normal(size=values.shape)
    change(values, expected)
    return watch_drift(learned_reach(rows()), values, expected, np.full(3, 0.6), SENSORS)


def test_rows_like_the_training_are_no_drift():
    report = watched(lambda *_: None)
    assert not report.has_left
    assert drift_words(report) == ("The last 500 rows lie within what the model learned.",)


def test_a_sensor_that_left_its_reach_is_named_with_how_far():
    def change(values, expected):
        values[:250, 1] += 20
        expected[:250, 1] += 20

    report = watched(change)
    (drift,) = report.drifted
    assert drift.sensor.id == "s1"
    assert drift.outside_share == pytest.approx(0.5)
    assert 15 < drift.beyond < 18
    assert abs(drift.shift_in_bands) < 0.2
    assert "50 % of its rows lie outside what was learned, by 1" in drift_words(report)[0]


def test_a_sensor_that_shifted_against_the_others_is_named_inside_its_reach_too():
    def change(values, expected):
        expected[:, 2] += 0.9

    (drift,) = watched(change).drifted
    assert drift.sensor.id == "s2"
    assert drift.outside_share < 0.05
    assert drift.shift == pytest.approx(-0.9, abs=0.05)
    assert drift.shift_in_bands == pytest.approx(-1.5, abs=0.1)


def test_too_few_rows_say_nothing():
    report = watch_drift(learned_reach(rows()), rows(10) + 50, rows(10), np.full(3, 0.6), SENSORS)
    assert not report.has_left


def block(median, *, in_training, share=0.0):
    return BlockStability(start_ns=0, end_ns=1, median=median, share_in_events=share, in_training=in_training)


def fits(*explained):
    return [SensorFit(column=i, explained=value, coverage=0.95) for i, value in enumerate(explained)]


@pytest.mark.parametrize(
    ("changes", "state", "words"),
    [
        ({}, QualityState.MET, "holds after training"),
        ({"training_days": 9.0}, QualityState.UNKNOWN, "9.0 days"),
        ({"blocks": [block(0.0, in_training=True)]}, QualityState.UNKNOWN, "No time after"),
        ({"fits": fits(0.0, 0.05, 0.9)}, QualityState.POOR, "2 of 3 moving sensors"),
        (
            {"blocks": [block(0.0, in_training=True), block(0.4, in_training=False)]},
            QualityState.POOR,
            "not what was typical",
        ),
        (
            {"blocks": [block(0.0, in_training=True), block(0.0, in_training=False, share=0.5)]},
            QualityState.POOR,
            "50% of the time",
        ),
    ],
)
def test_a_model_is_in_one_of_three_states_with_its_reason(changes, state, words):
    given = {
        "training_days": 60.0,
        "share_used": 1.0,
        "modes_covered": 1.0,
        "fits": fits(0.9, 0.8, 0.7),
        "blocks": [block(0.0, in_training=True), block(0.05, in_training=False)],
        "spread": 0.1,
    }
    found = judge(**{**given, **changes})
    assert found.state is state
    assert words in found.reasons[0]


def test_a_sensor_of_its_own_is_not_told_from_the_others_and_a_band_holds_what_it_holds():
    values = rows(4_000)
    expected = values.copy()
    rng = np.random.default_rng(5)
    expected[:, 0] = values[:, 0] + 0.3 * rng.normal(size=4_000)
    expected[:, 1] = values[:, 1].mean()
    found = sensor_fits(values, expected, np.array([0.3 * 1.96, 1.96 * values[:, 1].std(), 0.0]))
    assert found[0].explained == pytest.approx(1 - 0.09 / 1.09, abs=0.02)
    assert found[0].coverage == pytest.approx(0.95, abs=0.015)
    assert found[1].explained == pytest.approx(0.0, abs=0.01)
    assert np.isnan(found[2].explained)


def test_cut_offs_are_spread_and_lie_outside_of_labels():
    times = np.arange(12_000, dtype=np.int64) * MINUTE
    label = TimeRange(2_900 * MINUTE, 3_100 * MINUTE)
    cuts = cut_offs(times, n_sensors=3, labels=[label], most=4)
    assert len(cuts) == 4
    assert cuts[0] == label.end
    assert list(cuts) == sorted(cuts)
    assert cuts[-1] < times[-1]
    with pytest.raises(DataError, match="too short for a back-test"):
        cut_offs(times[:300], n_sensors=3)


def test_a_fold_learns_before_its_cut_off_only():
    values = rows(4_000)
    values[3_500:3_550, 0] += 3
    times = np.arange(4_000, dtype=np.int64) * MINUTE
    frame = SensorFrame(times, values, SENSORS)
    cut, end = 3_000 * MINUTE, 4_000 * MINUTE
    label = TimeRange(3_500 * MINUTE, 3_550 * MINUTE)
    fold = backtest_fold(
        RelationDetector(),
        frame,
        training=TimeRange(0, cut),
        watched=TimeRange(cut, end),
        step_s=60,
        budget=1.0,
        labels=[label],
    )
    assert fold.n_rows_trained == 3_000
    assert fold.accuracy.n_found == 1
    assert all(event.start >= cut for event in fold.events)
    assert fold.months == pytest.approx(1_000 * 60 / (30.4375 * 86_400))

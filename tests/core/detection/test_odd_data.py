"""Data as users have it: constant, missing, identical, single, counting, rounded, faulty in training."""

from __future__ import annotations

import numpy as np
import pytest

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.record import rounded_like
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.sensors import Sensor, SensorKind
from l4e_widgets.core.times import TimeRange

STEP = 60 * 10**9
T0 = 1_735_689_600 * 10**9


def rows(n_rows=3000, n_sensors=5, seed=0):
    rng = np.random.default_rng(seed)
    load = np.sin(np.arange(n_rows) / 40)
    return load[:, None] * rng.uniform(0.5, 2, n_sensors) + 0.2 * rng.normal(size=(n_rows, n_sensors))


def judged(values, n_train=1500, **options):
    times = T0 + np.arange(len(values), dtype=np.int64) * STEP
    detector = RelationDetector().fit(values[:n_train], timestamps=times[:n_train], **options)
    scores = detector.score(values[n_train:], timestamps=times[n_train:])
    line = Calibration.from_evidence(detector.evidence).threshold()
    return detector, scores, line


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x,
        lambda x: x[:, :1],
        lambda x: x[:, [0, 1, 0, 0]],
        lambda x: np.c_[x, x[:, 0] > 0],
        lambda x: np.c_[x, np.digitize(x[:, 0], [-1, 0, 1])],
        lambda x: np.c_[x, np.arange(len(x))],
        lambda x: np.c_[x, np.full(len(x), np.nan)],
        lambda x: np.where(np.random.default_rng(1).random(x.shape) < 0.3, np.nan, x),
        lambda x: x * 1e12,
        lambda x: x * 1e-30,
        lambda x: x * 1e-3 + 1e6,
        lambda x: x.astype(np.float32),
        lambda x: x * (np.arange(len(x)) % 300 < 150)[:, None],
    ],
    ids="plain single identical two-valued categorical counter empty holes huge tiny offset float32 off-time".split(),
)
def test_normal_rows_stay_below_the_line(make):
    _, scores, line = judged(make(rows()))
    known = np.isfinite(scores.statistic)
    assert known.mean() > 0.98
    assert (scores.statistic[known] >= line).mean() < 0.005
    assert np.isfinite(scores.release[known]).all()
    np.testing.assert_allclose(scores.contributions[known].sum(axis=1), 1, rtol=1e-5)
    assert scores.findings == ()


def test_first_movements_of_a_constant_sensor_are_told_once_each():
    values = rows()
    values[:, 2] = 7.0
    values[2000:2100, 2] = 8.5
    values[2500:, 2] = 9.0
    sensors = [Sensor(id=f"s{i}", name=f"S {i}", unit="bar") for i in range(5)]
    _, scores, line = judged(values, sensors=sensors)
    assert [finding.kind for finding in scores.findings] == ["first_movement"] * 2
    first = scores.findings[0]
    assert first.sensors == ("s2",)
    assert first.span.start == T0 + 2000 * STEP
    assert first.sentence == "S 2 moved to 8.5 bar at 2025-01-02 09:20; it was always 7 bar in training."
    assert (scores.statistic >= line).sum() == 0


def test_a_missing_stretch_takes_away_the_sensor_and_not_the_rows():
    values = rows()
    values[1800:2200, 1] = np.nan
    values[2000:2100, 3] += 4.0
    _, scores, line = judged(values)
    assert (scores.statistic[510:590] >= line).all()
    assert (scores.contributions[300:700, 1] < 1e-6).all()
    assert scores.contributions[510:590].mean(axis=0).argmax() == 3


def test_anomalies_in_the_training_are_left_out():
    clean, spoiled = rows(), rows()
    spoiled[700:730, 1] += 5.0
    _, _, line = judged(clean)
    detector, _, spoiled_line = judged(spoiled)
    assert abs(spoiled_line - line) < 0.15
    assert detector.evidence.rows < 1500


def test_what_is_excluded_is_not_learned():
    values = rows()
    values[300:500, 1] += 5.0
    detector, _, _ = judged(values, exclude=[TimeRange(T0 + 300 * STEP, T0 + 500 * STEP)])
    assert detector.evidence.rows == 1300


def test_a_coarser_record_is_one_finding_and_learning_again_mends_it():
    rng = np.random.default_rng(0)
    load = np.sin(np.arange(3000) / 40)[:, None]
    values = load * [1.0, 1.1, 0.9] + 0.002 * rng.normal(size=(3000, 3))
    values[1500:] = np.round(values[1500:], 1)
    _, scores, line = judged(values)
    assert sorted(finding.kind for finding in scores.findings) == ["model_does_not_hold", "precision_changed"]
    assert (scores.statistic >= line).mean() > 0.5
    again = np.vstack([rounded_like(values[:1500], values[1500:1900]), values[1500:]])
    _, scores, line = judged(again)
    assert scores.findings == ()
    assert (scores.statistic >= line).mean() < 0.01


def test_a_counter_by_its_record_is_not_modelled():
    values = rows()
    sensors = [
        Sensor(id=f"s{i}", name=f"s{i}", kind=SensorKind.COUNTER if i == 1 else SensorKind.NUMERIC) for i in range(5)
    ]
    _, scores, _ = judged(values, sensors=sensors)
    assert (scores.contributions[:, 1] == 0).all()


def test_only_constant_sensors_are_told():
    with pytest.raises(DataError, match="No sensor moves"):
        judged(np.full((3000, 2), 3.0))


def test_times_that_do_not_increase_are_told():
    with pytest.raises(DataError, match="do not increase"):
        RelationDetector().fit(rows(300), timestamps=np.zeros(300, dtype=np.int64))


def test_a_short_training_says_what_it_cannot_promise():
    detector, _, _ = judged(rows())
    assert any("two months" in sentence for sentence in detector.evidence.warnings)


def test_noise_and_stuck_and_drift_are_found_with_their_sensor():
    rng = np.random.default_rng(5)
    for fault in ("noise", "stuck", "drift"):
        values = rows(seed=3)
        part = slice(2000, 2300)
        if fault == "noise":
            values[part, 2] += rng.normal(size=300)
        elif fault == "stuck":
            values[part, 2] = values[1999, 2]
        else:
            values[part, 2] += np.linspace(0, 3, 300)
        _, scores, line = judged(values)
        assert (scores.statistic[500:800] >= line).mean() > 0.4, fault
        assert scores.contributions[600:800].mean(axis=0).argmax() == 2, fault


@pytest.mark.parametrize("fault", ["bias", "noise", "stuck", "gross"])
def test_the_faulty_one_of_two_sensors_that_measure_the_same_is_named(fault):
    rng = np.random.default_rng(11)
    values = rows(n_sensors=8, seed=2)
    values[:, 4] = values[:, 3] + 0.01 * rng.normal(size=3000)
    part = slice(2000, 2100)
    if fault == "stuck":
        values[part, 3] = values[1999, 3]
    else:
        values[part, 3] += {"bias": 2.0, "gross": 200.0, "noise": rng.normal(size=100)}[fault]
    _, scores, line = judged(values)
    share = scores.contributions[500:600].mean(axis=0)
    assert (scores.statistic[520:600] >= line).mean() > 0.9
    assert share.argmax() == 3
    assert share[3] > 0.4


def test_a_long_lasting_fault_in_the_training_is_left_out_from_edge_to_edge():
    clean, spoiled = rows(4000, n_sensors=8, seed=4), rows(4000, n_sensors=8, seed=4)
    spoiled[800:960, 3] += 3.0
    _, _, line = judged(clean, n_train=3000)
    detector, _, spoiled_line = judged(spoiled, n_train=3000)
    assert 2700 <= detector.evidence.rows <= 2840
    assert abs(spoiled_line - line) < 0.15


def test_stretches_without_most_sensors_are_no_alarms_and_keep_their_shares():
    rng = np.random.default_rng(6)
    load = np.cumsum(rng.normal(size=(9000, 3)), axis=0) * 0.1
    values = 4 * np.sin(load) @ rng.normal(size=(3, 10)) + 0.3 * rng.normal(size=(9000, 10))
    for sensor in range(10):
        for start in rng.integers(0, 9000, 8):
            values[start : start + 300, sensor] = np.nan
    values[4500:4600, 3:] = np.nan
    values[8000:8060, :] = 4 * np.sin(load[8000:8060]) @ rng.normal(size=(3, 10))
    values[6000:6600, 2:8] = np.nan
    _, scores, line = judged(values, n_train=4500)
    known = np.isfinite(scores.statistic)
    assert (scores.statistic[:3400][known[:3400]] >= line).mean() < 0.002
    np.testing.assert_allclose(scores.contributions[known].sum(axis=1), 1, rtol=1e-5)
    assert (scores.statistic[3510:3550] >= line).mean() > 0.9


@pytest.mark.parametrize("seed", [50, 51])
def test_few_rows_for_many_sensors_do_not_lie_about_the_line(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(2600, 6)) @ rng.normal(size=(6, 60)) + 0.5 * rng.normal(size=(2600, 60))
    times = T0 + np.arange(2600, dtype=np.int64) * 3600 * 10**9
    detector = RelationDetector().fit(values[:400], timestamps=times[:400])
    line = Calibration.from_evidence(detector.evidence).threshold()
    live = values[400:].copy()
    live[2000:2060, 7] += 3.0
    scores = detector.score(live, timestamps=times[400:])
    assert (scores.statistic[:2000] >= line).mean() < 0.001
    assert (scores.statistic[2010:2060] >= line).mean() > 0.9


def test_one_sensor_that_comes_in_whole_numbers_is_named_and_the_others_are_not_alarmed():
    rng = np.random.default_rng(0)
    load = np.sin(np.arange(4000) / 40)[:, None]
    values = 50 + 8 * load * rng.uniform(0.5, 2, 6) + 0.6 * rng.normal(size=(4000, 6))
    values = np.round(values, 3)
    values[2500:, 4] = np.round(values[2500:, 4])
    _, scores, line = judged(values)
    assert [finding.kind for finding in scores.findings] == ["sensor_precision_changed"]
    finding = scores.findings[0]
    assert finding.sensors == ("sensor_5",)
    assert T0 + 2500 * STEP <= finding.span.start < T0 + 2700 * STEP
    assert "the values of sensor_5, but not of all sensors, carry fewer digits than in training" in finding.sentence
    assert (scores.statistic >= line).mean() < 0.005

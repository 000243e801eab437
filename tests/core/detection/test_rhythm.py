"""Daily and weekly rhythms: learned where the clock explains what the other sensors do not, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.detection.rhythm import learn_rhythm, sampled_rows, waves
from l4e_widgets.core.sensors import Sensor
from tests.naive.rhythm import naive_rhythm, naive_waves

STEP_S = 600
STEP = STEP_S * 10**9
T0 = 1_735_689_600 * 10**9
A_DAY = 86_400 // STEP_S


def clock(n_rows):
    return T0 + np.arange(n_rows, dtype=np.int64) * STEP


def room(n_days=40, seed=0, n_sensors=1):
    """Temperatures of rooms, °C: a day of 5 degC, noise of 0.4 degC, each room by itself."""
    rng = np.random.default_rng(seed)
    day = np.arange(n_days * A_DAY) / A_DAY
    phase = np.linspace(0.3, 0.8, n_sensors)
    rows = 20 + 5 * np.sin(2 * np.pi * (day[:, None] - phase)) + 1.2 * np.sin(4 * np.pi * (day[:, None] + phase))
    return rows + 0.4 * rng.normal(size=rows.shape)


def fitted(values, n_train=28 * A_DAY):
    detector = RelationDetector().fit(values[:n_train], timestamps=clock(n_train))
    return detector, Calibration.from_evidence(detector.evidence).threshold()


def peaks(detector, values, stretch, n_train=28 * A_DAY):
    scores = detector.score(values[n_train:], timestamps=clock(len(values))[n_train:])
    inside = np.zeros(len(scores.statistic), dtype=bool)
    inside[stretch.start - n_train : stretch.stop - n_train + 60] = True
    return scores.statistic[inside].max(), scores.statistic[~inside].max()


@pytest.mark.parametrize("n_sensors", [1, 3])
@pytest.mark.parametrize("jump", [4.0, -4.0])
def test_a_jump_inside_the_daily_swing_is_found(n_sensors, jump):
    values = room(n_sensors=n_sensors)
    stretch = slice(33 * A_DAY, 33 * A_DAY + 10 * 3600 // STEP_S)
    values[stretch, 0] += jump
    detector, line = fitted(values)
    high, elsewhere = peaks(detector, values, stretch)
    assert high > line > elsewhere


def test_a_weekly_rhythm_is_learned_from_some_weeks():
    rng = np.random.default_rng(5)
    day = np.arange(56 * A_DAY) / A_DAY
    values = (20 + 3 * np.cos(2 * np.pi * day / 7) + 0.4 * rng.normal(size=len(day)))[:, None]
    stretch = slice(47 * A_DAY, 47 * A_DAY + 80)
    values[stretch] += 3.0
    detector, line = fitted(values, 42 * A_DAY)
    high, elsewhere = peaks(detector, values, stretch, 42 * A_DAY)
    assert high > line > elsewhere
    told = detector.expected(values[-A_DAY:], timestamps=clock(len(values))[-A_DAY:]).value[:, 0]
    assert np.abs(told - (20 + 3 * np.cos(2 * np.pi * day[-A_DAY:] / 7))).max() < 0.2


def test_the_expected_value_follows_the_clock_also_where_the_sensor_is_missing():
    values = room()
    detector, _ = fitted(values)
    clean = room(seed=0) - 0.4 * np.random.default_rng(0).normal(size=(len(values), 1))
    live = slice(30 * A_DAY, 31 * A_DAY)
    values[live.start + 20 : live.start + 90] = np.nan
    values[live.start + 40] = 20.0
    told = detector.expected(values[live], timestamps=clock(len(values))[live])
    known = np.isfinite(told.value[:, 0])
    assert np.abs(told.value[known] - clean[live][known]).max() < 0.2
    assert 0.6 < told.half_band[0] < 1.0


def test_holes_in_the_training_do_not_flatten_the_rhythm():
    values = room()
    holes = np.random.default_rng(2).random(len(values)) < 0.4
    whole = learn_rhythm(_unit(values), clock(len(values)), 0.01)
    holed = learn_rhythm(np.where(holes[:, None], np.nan, _unit(values)), clock(len(values)), 0.01)
    assert whole.is_on
    np.testing.assert_allclose(holed.weights, whole.weights, atol=0.02)


def _unit(values):
    return (values - values.mean(axis=0)) / values.std(axis=0)


@pytest.mark.parametrize("kind", ["noise", "another period", "short", "wander"])
def test_it_stays_off_where_nothing_is_gained(kind):
    rng = np.random.default_rng(1)
    n_rows = 20 * A_DAY
    day = np.arange(n_rows)[:, None] / A_DAY
    values = {
        "noise": rng.normal(size=(n_rows, 4)),
        "another period": np.sin(2 * np.pi * day * 24 / 19) + 0.1 * rng.normal(size=(n_rows, 3)),
        "short": (np.sin(2 * np.pi * day) + 0.1 * rng.normal(size=(n_rows, 1)))[: 3 * A_DAY],
        "wander": np.cumsum(rng.normal(size=(n_rows, 2)), axis=0),
    }[kind]
    assert not learn_rhythm(_unit(values), clock(len(values)), 0.001).is_on


def test_blocks_of_any_size_and_a_stored_model_score_the_same():
    values = room(n_days=34, n_sensors=2)
    values[30 * A_DAY : 30 * A_DAY + 60, 1] += 3.0
    detector, _ = fitted(values)
    live, times = values[28 * A_DAY :], clock(len(values))[28 * A_DAY :]
    whole = detector.score(live, timestamps=times)
    sensors = tuple(Sensor(id=f"sensor_{i + 1}", name=f"sensor_{i + 1}") for i in range(2))
    again = RelationDetector.from_arrays(detector.to_arrays(), detector.configuration(), sensors)
    state, parts, shares = None, [], []
    for first in range(0, len(live), 37):
        part = again.score(live[first : first + 37], timestamps=times[first : first + 37], state=state)
        state = part.state
        parts.append(part.statistic)
        shares.append(part.contributions)
    np.testing.assert_allclose(np.concatenate(parts), whole.statistic, atol=1e-6)
    np.testing.assert_allclose(np.concatenate(shares), whole.contributions, atol=1e-5)
    assert whole.contributions[2 * A_DAY + 10 : 2 * A_DAY + 60].mean(axis=0).argmax() == 1


def test_one_sensor_with_a_rhythm_among_others_is_the_only_one_judged_by_the_clock():
    rng = np.random.default_rng(3)
    n_rows = 40 * A_DAY
    load = np.cumsum(rng.normal(size=(n_rows, 1)), axis=0) * 0.02
    values = np.c_[load * [1.0, -0.7, 1.4] + 0.3 * rng.normal(size=(n_rows, 3)), room()]
    rhythm = learn_rhythm(_unit(values), clock(n_rows), 0.01)
    assert rhythm.follows.tolist() == [False, False, False, True]
    stretch = slice(33 * A_DAY, 33 * A_DAY + 60)
    values[stretch, 3] += 4.0
    detector, line = fitted(values)
    high, elsewhere = peaks(detector, values, stretch)
    assert high > line > elsewhere
    told = detector.expected(values[28 * A_DAY :], timestamps=clock(n_rows)[28 * A_DAY :])
    off = np.abs(told.value - values[28 * A_DAY :])[np.r_[0 : 4 * A_DAY, 6 * A_DAY : 12 * A_DAY]]
    np.testing.assert_allclose((off < told.half_band).mean(axis=0), 0.95, atol=0.03)


def test_a_sensor_that_the_others_explain_keeps_its_relations_beside_those_judged_by_the_clock():
    rng = np.random.default_rng(6)
    day = np.arange(40 * A_DAY) / A_DAY
    phases = np.array([0.1, 0.35, 0.22])
    values = np.sin(2 * np.pi * (day[:, None] - phases)) * [6.0, 6.0, 2.0] + 0.4 * rng.normal(size=(len(day), 3))
    rhythm = learn_rhythm(_unit(values), clock(len(day)), 0.01)
    assert rhythm.follows[:2].all()
    assert not rhythm.follows[2]
    detector, _ = fitted(values)
    told = detector.expected(values[28 * A_DAY :], timestamps=clock(len(day))[28 * A_DAY :])
    off = told.value - values[28 * A_DAY :]
    assert off.std(axis=0).max() < 0.46


def test_a_model_without_a_rhythm_is_stored_as_before():
    rng = np.random.default_rng(0)
    detector = RelationDetector().fit(rng.normal(size=(900, 3)), timestamps=clock(900))
    assert not [name for name in detector.to_arrays() if name.startswith("rhythm")]


@given(seconds=st.lists(st.integers(0, 4_000_000_000), min_size=1, max_size=20))
def test_waves(seconds):
    fast = waves(np.array(seconds, dtype=np.int64) * 10**9)
    np.testing.assert_allclose(fast, naive_waves(seconds), atol=1e-6)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 100), share=st.sampled_from([0.0, 0.3]))
def test_weights_are_those_of_plain_least_squares(seed, share):
    rng = np.random.default_rng(seed)
    times = T0 + np.arange(240, dtype=np.int64) * 3600 * 10**9
    seconds = (times // 10**9).tolist()
    z = np.sin(2 * np.pi * np.arange(240) / 24) + 0.2 * rng.normal(size=240)
    z[rng.random(240) < share] = np.nan
    learned = learn_rhythm(z[:, None], times, 0.01)
    assert learned.is_on
    values = [None if np.isnan(value) else value for value in z.tolist()]
    slow = naive_rhythm(values, seconds, [0.0] * len(learned.weights), 60)
    np.testing.assert_allclose(learned.weights[:, 0], slow, atol=1e-3)


@given(n_rows=st.integers(1, 3_000_000))
def test_sampled_rows_are_spread_and_ascending(n_rows):
    rows = sampled_rows(n_rows)
    assert min(n_rows, 5000) <= len(rows) <= 8192
    assert (np.diff(rows) > 0).all()
    assert 0 <= rows[0] < rows[-1] + 1 <= n_rows

"""A sensor that never rests and stands still is found whatever the alarm line; one that rests is left alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.columns import describe_columns
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.detection.rhythm import no_rhythm
from l4e_widgets.core.detection.standstill import Standstill, learn_standstill
from l4e_widgets.core.detection.training import TrainingRows
from l4e_widgets.core.sensors import Sensor
from tests.naive.standstill import naive_excess, naive_longest

T0 = 1_735_689_600 * 10**9


def clock(n_rows):
    return T0 + np.arange(n_rows, dtype=np.int64) * 300 * 10**9


def weakly_related(n_rows=9000, seed=0):
    """Two sensors that share a load and wander by themselves, with rare spikes, so that the line lies high."""
    rng = np.random.default_rng(seed)
    load, own = np.zeros(n_rows), np.zeros((n_rows, 2))
    for row in range(1, n_rows):
        load[row] = 0.98 * load[row - 1] + 0.2 * rng.normal()
        own[row] = 0.9 * own[row - 1] + 0.3 * rng.normal(size=2)
    values = load[:, None] * [1.0, 0.8] + own + 0.3 * rng.normal(size=(n_rows, 2))
    spikes = rng.random(values.shape) < 0.0005
    values[spikes] += 8.0
    return values


def fitted(values, n_train=6000):
    detector = RelationDetector().fit(values[:n_train], timestamps=clock(n_train))
    return detector, Calibration.from_evidence(detector.evidence).threshold()


def test_a_stuck_sensor_is_found_and_named_though_its_neighbour_goes_on():
    values = weakly_related()
    values[8000:8200, 1] = values[7999, 1]
    detector, line = fitted(values)
    scores = detector.score(values[6000:], timestamps=clock(9000)[6000:])
    high = scores.statistic >= line
    assert high[2020:2200].all()
    assert high[:2000].mean() < 0.003
    assert scores.contributions[2040:2200].mean(axis=0).argmax() == 1


def test_blocks_and_a_stored_model_say_the_same():
    values = weakly_related()
    values[8000:8200, 1] = values[7999, 1]
    detector, _ = fitted(values)
    live, times = values[7900:8300], clock(9000)[7900:8300]
    whole = detector.score(live, timestamps=times).statistic
    sensors = tuple(Sensor(id=f"sensor_{i + 1}", name=f"sensor_{i + 1}") for i in range(2))
    again = RelationDetector.from_arrays(detector.to_arrays(), detector.configuration(), sensors)
    state, parts = None, []
    for first in range(0, len(live), 13):
        part = again.score(live[first : first + 13], timestamps=times[first : first + 13], state=state)
        state = part.state
        parts.append(part.statistic)
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)


def test_a_model_that_was_stored_without_it_scores_as_before():
    values = weakly_related()
    values[8000:8200, 1] = values[7999, 1]
    detector, line = fitted(values)
    sensors = tuple(Sensor(id=f"sensor_{i + 1}", name=f"sensor_{i + 1}") for i in range(2))
    arrays = {name: array for name, array in detector.to_arrays().items() if not name.startswith("standstill")}
    older = RelationDetector.from_arrays(arrays, detector.configuration(), sensors)
    scores = older.score(values[7900:8300], timestamps=clock(9000)[7900:8300])
    assert not (scores.statistic[120:300] >= line).all()


def test_a_coarser_record_is_no_standstill():
    values = weakly_related(seed=3) * 0.1
    detector, line = fitted(values)
    live = np.round(values[6000:], 1)
    scores = detector.score(live, timestamps=clock(9000)[6000:])
    assert (scores.statistic >= line).mean() < 0.02


def longest(values):
    columns = describe_columns(values)
    assert len(columns.modelled) == values.shape[1]
    training = TrainingRows(
        values, None, np.empty(0, np.int64), columns, np.eye(values.shape[1]), clock(len(values)), no_rhythm(1)
    )
    return learn_standstill(training, alpha=0.2)


@given(seed=st.integers(0, 500), levels=st.integers(2, 40))
@settings(max_examples=30, deadline=None)
def test_limits_come_from_the_longest_repeat(seed, levels):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, levels, size=(1200, 2)).astype(float)
    values[5:8, 1] = 99.0
    expected = [naive_longest(column) for column in values.T.tolist()]
    limits = [2 * times + 15 if times <= 10 else np.inf for times in expected]
    np.testing.assert_array_equal(longest(values).limit, limits)


@given(
    runs=st.lists(st.tuples(st.sampled_from([1.0, 2.0, 3.0, float("nan")]), st.integers(1, 40)), max_size=20),
    sizes=st.lists(st.integers(1, 300), min_size=1, max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_excess_row_by_row(runs, sizes):
    values = np.concatenate([np.full(count, value) for value, count in runs] + [np.array([7.0])])
    standstill = Standstill(np.array([17.0]))
    slow = naive_excess([None if np.isnan(value) else value for value in values], 17.0)
    state, fast, first = standstill.fresh(), [], 0
    for size in [*sizes, len(values)]:
        part = values[first : first + size, None]
        if len(part):
            excess, state = standstill.excess(part, state)
            fast.append(np.full(len(part), -np.inf) if excess is None else excess)
        first += size
    np.testing.assert_allclose(np.concatenate(fast), slow)

"""The sensitivity card: injected through the real scoring path, and true on rows it has not seen."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.fault_injection import ChannelFault, injected
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.detection.sensitivity import (
    Stretch,
    normal_starts,
    overall_rate,
    predicted_rate,
    sensitivity,
    state_before,
)
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.simulation import simulate_pump

DAY = 288
STEP_NS = 300 * 10**9
TRAINED = 60 * DAY
ROWS = 72
COLUMNS = tuple(range(0, 30, 3))


@cache
def pump():
    """A hundred sound days of the sample pump and a model of the first sixty."""
    frame = simulate_pump(days=100, seed=1).frame
    detector = RelationDetector().fit(
        frame.values[:TRAINED], timestamps=frame.timestamps[:TRAINED], sensors=frame.sensors
    )
    threshold = Calibration.from_evidence(detector.evidence).threshold()
    statistic = detector.score(frame.values, timestamps=frame.timestamps, explain=False).statistic
    return frame, detector, threshold, statistic


def stretches(first, last, most):
    """Normal stretches of six hours between two rows, each with the state before it."""
    frame, detector, threshold, statistic = pump()
    is_normal = np.zeros(len(frame), dtype=bool)
    is_normal[first:last] = statistic[first:last] < threshold
    found, state, at = [], None, 0
    for start in normal_starts(is_normal, frame.timestamps, n_rows=ROWS, most=most, step_ns=STEP_NS):
        state = state_before(detector, frame.values[at:start], frame.timestamps[at:start], state)
        at = start
        found.append(Stretch(frame.values[start : start + ROWS], frame.timestamps[start : start + ROWS], state))
    return found


@cache
def card():
    _, detector, threshold, _ = pump()
    return sensitivity(detector, stretches(TRAINED, 80 * DAY, 5), threshold=threshold, columns=COLUMNS)


def test_what_it_predicts_is_what_is_caught_on_rows_it_has_not_seen():
    _, detector, threshold, _ = pump()
    unseen = sensitivity(detector, stretches(82 * DAY, 100 * DAY, 5), threshold=threshold, columns=COLUMNS, seed=7)
    for fault in ChannelFault:
        for place in range(4 if fault.has_size else 1):
            predicted, measured = (overall_rate(rates, fault, place)[0] for rates in (card(), unseen))
            assert abs(predicted - measured) <= 0.10, f"{fault.value} {place}: {predicted:.2f} and {measured:.2f}"


def test_every_moving_sensor_has_every_fault_and_larger_ones_are_caught_more_often():
    assert {(rate.column, rate.fault) for rate in card()} == {
        (column, fault) for column in COLUMNS for fault in ChannelFault
    }
    for fault in ChannelFault:
        if fault.has_size:
            rates = [overall_rate(card(), fault, place)[0] for place in range(4)]
            assert rates == sorted(rates)
            assert rates[0] < 0.2
            assert rates[-1] > 0.9


def test_the_smallest_size_is_the_one_from_which_all_are_caught():
    entry = next(rate for rate in card() if rate.fault is ChannelFault.BIAS and rate.smallest is not None)
    place = entry.sizes.index(entry.smallest)
    assert min(entry.caught[place:]) >= 0.8
    assert place == 0 or entry.caught[place - 1] < 0.8
    assert predicted_rate(card(), entry.column, ChannelFault.BIAS, entry.smallest) == pytest.approx(entry.caught[place])
    assert predicted_rate(card(), entry.column, ChannelFault.BIAS, 100 * entry.smallest) == entry.caught[-1]


def test_a_stretch_that_is_abnormal_already_is_not_used():
    _, detector, threshold, _ = pump()
    loud = [Stretch(s.values + 1e3, s.timestamps, s.state) for s in stretches(TRAINED, 80 * DAY, 2)]
    with pytest.raises(DataError, match="No normal stretch"):
        sensitivity(detector, loud, threshold=threshold)


@pytest.mark.parametrize("fault", ChannelFault)
def test_a_fault_touches_one_sensor_and_leaves_what_is_missing(fault):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(50, 3))
    rows[4, 1] = np.nan
    faulty = injected(rows, 1, fault, size=2.0, rng=rng, elsewhere=np.full(50, 9.0))
    np.testing.assert_array_equal(faulty[:, [0, 2]], rows[:, [0, 2]])
    assert np.isnan(faulty[4, 1])
    known = np.isfinite(rows[:, 1])
    change = (faulty - rows)[known, 1]
    if fault is ChannelFault.BIAS:
        np.testing.assert_allclose(np.abs(change), 2.0)
    elif fault is ChannelFault.RAMP:
        assert abs(change[-1]) == pytest.approx(2.0)
        assert abs(change[0]) == pytest.approx(0.04)
    elif fault is ChannelFault.NOISE:
        assert change.std() == pytest.approx(2.0, rel=0.3)
    else:
        assert np.ptp(faulty[known, 1]) == 0


def test_stretches_lie_inside_normal_rows_without_gaps_and_do_not_overlap():
    times = np.arange(300, dtype=np.int64)
    times[150:] += 50
    is_normal = np.ones(300, dtype=bool)
    is_normal[40:60] = False
    starts = normal_starts(is_normal, times, n_rows=20, most=8, step_ns=1)
    assert len(starts) >= 6
    for start in starts:
        rows = np.arange(start, start + 20)
        assert is_normal[rows].all()
        assert (np.diff(times[rows]) == 1).all()
    assert (np.diff(starts) >= 20).all()
    assert not len(normal_starts(np.zeros(300, dtype=bool), times, n_rows=20, most=8, step_ns=1))

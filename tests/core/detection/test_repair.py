"""The repair set: proved by scoring again, and no smaller one where a search of all sets finds none."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.events import EventRules, find_events
from l4e_widgets.core.detection.explain import event_shares
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.detection.repair import LEAD_ROWS, EventRows, repair_set, without
from tests.naive.repair import naive_repair_size

STEP_NS = 60 * 10**9
TRAINED = 3_000
N_SENSORS = 6


@cache
def machine():
    """Six sensors of two causes, the first 3 000 rows of them learned."""
    rng = np.random.default_rng(5)
    cause = np.cumsum(rng.normal(size=(5_000, 2)), axis=0) * 0.05
    cause -= np.linspace(0, 1, 5_000)[:, None] * cause[-1]
    values = cause @ rng.normal(size=(2, N_SENSORS)) + 0.2 * rng.normal(size=(5_000, N_SENSORS))
    timestamps = np.arange(5_000, dtype=np.int64) * STEP_NS
    detector = RelationDetector().fit(values[:TRAINED], timestamps=timestamps[:TRAINED])
    return values, timestamps, detector, Calibration.from_evidence(detector.evidence).threshold()


def event_of(faulty, *, length=60):
    """Rows of the longest event that biases of some sensors raise, with the shares of the sensors."""
    clean, timestamps, detector, threshold = machine()
    values = clean.copy()
    for column, size in faulty.items():
        values[3_600 : 3_600 + length, column] += size
    scores = detector.score(values[TRAINED:4_800], timestamps=timestamps[TRAINED:4_800])
    found = find_events(
        scores.statistic,
        scores.release,
        timestamps[TRAINED:4_800],
        threshold=threshold,
        rules=EventRules.for_step(60),
        step_s=60,
    )
    event = max(found, key=lambda span: span.last_row_exclusive - span.first_row)
    begin = TRAINED + event.first_row - LEAD_ROWS
    before = slice(TRAINED, begin)
    state = detector.score(values[before], timestamps=timestamps[before]).state
    rows = slice(begin, TRAINED + event.last_row_exclusive)
    shares = event_shares(scores.contributions, event)
    return EventRows(detector, values[rows], timestamps[rows], state, LEAD_ROWS), threshold, shares


@pytest.mark.parametrize("faulty", [{2: 3.0}, {0: 3.0, 4: -3.0}, {1: 4.0, 3: 4.0, 5: -4.0}, {0: 1.5, 1: 1.5}])
def test_no_smaller_set_is_enough(faulty):
    rows, threshold, shares = event_of(faulty)
    found = repair_set(rows, threshold=threshold, shares=shares)
    assert found.peak_before == pytest.approx(rows.peak())
    assert found.peak_before >= threshold
    smallest = naive_repair_size(rows.peak, N_SENSORS, threshold)
    assert found.is_enough is (smallest is not None)
    if smallest is not None:
        assert len(found.steps) == smallest


def test_the_guilty_sensors_are_replaced_and_the_score_after_each_is_told():
    rows, threshold, shares = event_of({0: 3.0, 4: -3.0})
    found = repair_set(rows, threshold=threshold, shares=shares)
    assert {step.column for step in found.steps} == {0, 4}
    first, second = found.steps
    assert first.peak == pytest.approx(rows.peak((first.column,)))
    assert first.peak >= threshold > second.peak
    assert not set(found.adds_nothing) & {0, 4}


def test_a_long_event_is_proved_as_a_whole():
    rows, threshold, shares = event_of({2: 3.0}, length=1_000)
    assert len(rows.values) > 900
    found = repair_set(rows, threshold=threshold, shares=shares)
    assert [step.column for step in found.steps] == [2]
    statistic = rows.detector.score(
        without(rows.values, [2]), timestamps=rows.timestamps, state=rows.state, explain=False
    ).statistic
    assert np.nanmax(statistic[LEAD_ROWS:]) < threshold


def test_what_no_set_ends_is_not_called_repaired():
    rows, _, shares = event_of({0: 3.0, 4: -3.0})
    below_all = -20.0
    found = repair_set(rows, threshold=below_all, shares=shares)
    assert not found.is_enough
    assert found.steps[-1].peak == min(step.peak for step in found.steps)
    assert found.steps[-1].peak >= below_all


def test_a_trouble_of_all_sensors_is_proved_whatever_the_set():
    rows, threshold, shares = event_of({0: 3.0, 1: -3.0, 2: 3.0, 3: -3.0, 4: 3.0, 5: -3.0})
    found = repair_set(rows, threshold=threshold, shares=shares)
    columns = [step.column for step in found.steps]
    assert found.steps[-1].peak == pytest.approx(rows.peak(columns))
    assert found.is_enough is (rows.peak(columns) < threshold)

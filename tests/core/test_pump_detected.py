"""The engine on the sample pump: every fault is found with a guilty sensor in front, a sound year stays quiet.

The detector of a seed is fitted once on its first 105 days, with both speeds, stops and start-ups in them, and never
sees the months after.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.events import EventRules, find_events
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.simulation import Fault, FaultKind, sample_pump, simulate_pump
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, to_ns

START = "2025-01-01"
STEP_S = 300
TRAINING_DAYS = 105
MOST_HEALTHY_EVENTS = 15
DAYS_OF = {
    FaultKind.BEARING_WEAR: 7.0,
    FaultKind.CAVITATION: 0.35,
    FaultKind.SEAL_LEAK: 3.0,
    FaultKind.FOULING: 10.0,
    FaultKind.SENSOR_DRIFT: 6.0,
    FaultKind.SENSOR_STUCK: 2.0,
    FaultKind.DECOUPLED_SENSOR: 1.0,
}


@cache
def fitted(seed):
    frame = simulate_pump(start=START, days=TRAINING_DAYS, step_s=STEP_S, seed=seed).frame
    detector = RelationDetector().fit(frame.values, timestamps=frame.timestamps, sensors=frame.sensors)
    return detector, Calibration.from_evidence(detector.evidence).threshold()


def judged(seed, record):
    """Scores of the rows after the training, and their events at the default budget."""
    detector, threshold = fitted(seed)
    after = record.frame.between(TimeRange(day(TRAINING_DAYS), record.frame.span.end))
    scores = detector.score(after.values, timestamps=after.timestamps)
    events = find_events(
        scores.statistic,
        scores.release,
        after.timestamps,
        threshold=threshold,
        rules=EventRules.for_step(STEP_S),
        step_s=STEP_S,
    )
    return scores, events


def day(number):
    return to_ns(START) + round(number * 86_400) * NS_PER_SECOND


def three_first(scores, event, sensors):
    share = np.nanmean(scores.contributions[event.first_row : event.last_row_exclusive], axis=0)
    return {sensors[index].id for index in np.argsort(-share)[:3]}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_of_default_size_is_found_with_a_guilty_sensor_among_the_first_three(kind, seed):
    begin = TRAINING_DAYS + 20.45 + 7 * seed
    fault = Fault(kind, day(begin), day(begin + DAYS_OF[kind]))
    record = simulate_pump(start=START, days=begin + DAYS_OF[kind] + 0.5, step_s=STEP_S, seed=seed, faults=[fault])
    scores, events = judged(seed, record)
    overlapping = [event for event in events if TimeRange(event.start_ns, event.end_ns).overlaps(fault.span)]
    assert overlapping, f"{kind.value} was not found"
    longest = max(overlapping, key=lambda event: event.end_ns - event.start_ns)
    named = three_first(scores, longest, record.frame.sensors)
    assert named & set(record.faults[0].guilty), f"{kind.value}: {named} were named"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_twelve_sound_months_raise_at_most_fifteen_events(seed):
    record = simulate_pump(start=START, days=TRAINING_DAYS + 365, step_s=STEP_S, seed=seed)
    scores, events = judged(seed, record)
    assert len(events) <= MOST_HEALTHY_EVENTS
    assert np.isfinite(scores.statistic).mean() > 0.99


def test_demo_run_finds_its_four_faults_and_little_else():
    record = sample_pump()
    scores, events = judged(0, record)
    for injected in record.faults:
        overlapping = [event for event in events if TimeRange(event.start_ns, event.end_ns).overlaps(injected.span)]
        assert overlapping, f"{injected.kind.value} was not found"
        longest = max(overlapping, key=lambda event: event.end_ns - event.start_ns)
        assert three_first(scores, longest, record.frame.sensors) & set(injected.guilty), injected.kind.value
    false = [
        event
        for event in events
        if not any(TimeRange(event.start_ns, event.end_ns).overlaps(span) for span in record.labels)
    ]
    assert len(false) <= 4

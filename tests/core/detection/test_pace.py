"""Rows at another rate than in training: told in words, judged calmly, the same in blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.pace import Pace, looked_at
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.simulation import simulate_pump
from tests.naive import pace as naive

STEP = 300 * 10**9
NO_TIME = np.iinfo(np.int64).min


@pytest.fixture(scope="module")
def pump():
    frame = simulate_pump(days=45, seed=3).frame
    n_train = 9000
    detector = RelationDetector().fit(
        frame.values[:n_train], timestamps=frame.timestamps[:n_train], sensors=frame.sensors
    )
    return frame, n_train, detector, Calibration.from_evidence(detector.evidence).threshold()


def later(pump, every=1):
    frame, n_train, _, _ = pump
    return frame.values[n_train::every], frame.timestamps[n_train::every]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([1, 40, 140, 299, 300, 310, 2000]), min_size=1, max_size=80), st.integers(0, 80))
def test_looked_at_rows_are_those_of_the_naive_twin_in_blocks_too(steps, cut):
    times = np.cumsum(np.array(steps, dtype=np.int64) * 10**9) + STEP
    want = naive.looked_at(times.tolist(), STEP)
    np.testing.assert_array_equal(looked_at(times, STEP), want)
    cut = min(cut, len(times))
    seen = np.flatnonzero(want[:cut])
    state = (int(times[seen[-1]]), int(times[cut - 1])) if cut else (NO_TIME, NO_TIME)
    np.testing.assert_array_equal(looked_at(times[cut:], STEP, *state), want[cut:])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([20, 60, 250, 400, 900]), st.integers(1, 70)), min_size=1, max_size=5))
def test_turns_of_the_pace_are_those_of_the_naive_twin(runs):
    steps = np.concatenate([np.full(count, seconds, dtype=np.int64) for seconds, count in runs])
    times = np.concatenate([[0], np.cumsum(steps * 10**9)]) + STEP
    pace = Pace(STEP, STEP, STEP, 10.0 * STEP)
    seen = pace.look(times, {**pace.fresh(), "last_ns": np.full(1, NO_TIME)})
    turns = [side for side in naive.sides(times.tolist(), STEP, STEP) if side[1] != 0][:3]
    assert len(seen.findings) == len(turns)
    ends = [int(times[row - 30]) for row, _ in turns]
    assert [finding.span.start for finding in seen.findings] == ends


@pytest.mark.parametrize("every", [4, 12])
def test_slower_rows_are_one_sentence_and_no_storm_and_a_fault_in_them_is_found(pump, every):
    frame, n_train, detector, line = pump
    values, times = later(pump, every)
    scores = detector.score(values, timestamps=times, explain=False)
    assert [finding.kind for finding in scores.findings] == ["sampling_changed"]
    ours = {4: "20 min", 12: "1 h"}[every]
    assert f"rows come every {ours}; in training they came every 5 min." in scores.findings[0].sentence
    assert np.mean(scores.statistic >= line) < 0.01
    biased = values.copy()
    biased[len(values) // 2 :, 5] += np.nanstd(frame.values[:n_train, 5])
    faulty = detector.score(biased, timestamps=times, explain=False).statistic[len(values) // 2 :]
    assert np.mean(faulty >= line) > 0.9


def test_faster_rows_are_looked_at_once_a_step(pump):
    _, _, detector, line = pump
    fast = simulate_pump(days=1, seed=3, step_s=10).frame
    scores = detector.score(fast.values, timestamps=fast.timestamps)
    assert [finding.kind for finding in scores.findings] == ["sampling_changed"]
    assert "rows come every 10 s; in training they came every 5 min." in scores.findings[0].sentence
    assert np.mean(scores.statistic >= line) < 0.01
    slow = detector.score(fast.values[::30][:200], timestamps=fast.timestamps[::30][:200])
    assert np.isfinite(scores.statistic).all()
    assert 280 <= len(np.unique(scores.statistic)) <= 310
    assert slow.findings == ()


def test_a_change_of_the_rate_gives_the_same_in_blocks_as_at_once(pump):
    _, _, detector, _ = pump
    values, times = later(pump)
    fast = simulate_pump(days=0.2, seed=3, step_s=10).frame
    at = np.concatenate([times[:400], times[400:1600:12], times[1600] + fast.timestamps - fast.timestamps[0]])
    rows = np.concatenate([values[:400], values[400:1600:12], fast.values])
    whole = detector.score(rows, timestamps=at)
    state, statistic, findings = None, [], []
    for first in range(0, len(at), 37):
        part = detector.score(rows[first : first + 37], timestamps=at[first : first + 37], state=state)
        state = part.state
        statistic.append(part.statistic)
        findings.extend(part.findings)
    np.testing.assert_allclose(np.concatenate(statistic), whole.statistic, atol=1e-6)
    assert tuple(findings) == whole.findings
    assert [finding.kind for finding in findings] == ["sampling_changed"] * 2


def test_gaps_and_rows_at_the_trained_rate_tell_nothing(pump):
    _, _, detector, _ = pump
    values, times = later(pump)
    keep = np.ones(len(times), dtype=bool)
    keep[500:900] = False
    keep[1000:1040:2] = False
    assert detector.score(values[keep], timestamps=times[keep], explain=False).findings == ()


def test_a_rate_that_changes_within_the_training_is_told_and_thinned():
    frame = simulate_pump(days=30, seed=3).frame
    fast = simulate_pump(days=1, seed=4, step_s=10).frame
    times = np.concatenate([frame.timestamps, frame.timestamps[-1] + STEP + fast.timestamps - fast.timestamps[0]])
    values = np.concatenate([frame.values, fast.values])
    detector = RelationDetector().fit(values, timestamps=times, sensors=frame.sensors)
    assert detector.evidence.warnings[0].endswith("The training is learned at 5 min.")
    assert "rows come every 10 s" in detector.evidence.warnings[0]
    assert detector.evidence.rows <= len(frame) + 300


def test_a_state_stored_before_paces_were_watched_goes_on(pump):
    _, _, detector, _ = pump
    values, times = later(pump)
    first = detector.score(values[:500], timestamps=times[:500])
    old = {name: array for name, array in first.state.arrays.items() if not name.startswith(("pace", "held_score"))}
    whole = detector.score(values[500:900], timestamps=times[500:900], state=first.state)
    again = detector.score(values[500:900], timestamps=times[500:900], state=type(first.state)(old))
    np.testing.assert_array_equal(again.statistic, whole.statistic)

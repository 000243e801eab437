"""A sensor that goes on in another unit: told with factor, offset and units, and no real fault is taken for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.contract import DetectorState
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.detection.unit_history import in_one_unit
from l4e_widgets.core.detection.units import map_of
from l4e_widgets.core.simulation import simulate_pump
from tests.naive.units import naive_line

TURN = 600


@pytest.fixture(scope="module")
def pump():
    frame = simulate_pump(days=45, seed=1).frame
    n_train = 10_000
    detector = RelationDetector().fit(
        frame.values[:n_train], timestamps=frame.timestamps[:n_train], sensors=frame.sensors
    )
    line = Calibration.from_evidence(detector.evidence).threshold()
    return detector, line, frame.values[n_train:], frame.timestamps[n_train:], np.nanstd(frame.values[:n_train], axis=0)


def scored(pump, change, **options):
    detector, _, values, times, _ = pump
    rows = values.copy()
    change(rows)
    return detector.score(rows, timestamps=times, explain=False, **options)


def column_of(pump, sensor):
    return [one.id for one in pump[0].sensors].index(sensor)


def sums_of(x, y):
    return np.array([len(x), x.sum(), y.sum(), (x * x).sum(), (x * y).sum(), (y * y).sum()])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6), st.sampled_from([(14.50377, 0.0, "bar"), (1.8, 32.0, "°C"), (0.01, 0.0, "kPa"), (4, 7, "")])
)
def test_the_line_is_that_of_the_naive_twin(seed, pair):
    rng = np.random.default_rng(seed)
    factor, offset, unit = pair
    old = 50 + 10 * rng.normal(size=160)
    new = factor * (old + 0.5 * rng.normal(size=160)) + offset
    x, y = (old - 50) / 10, (new - 50) / 10
    found = map_of(sums_of(x, y), centre=50.0, scale=10.0, residual_sd=0.05, unit=unit)
    slope, level, _ = naive_line(old.tolist(), new.tolist())
    assert found is not None
    if unit:
        assert (found.factor, found.offset, found.old) == (pytest.approx(factor), pytest.approx(offset), unit)
    else:
        assert (found.old, found.new) == ("", "")
        assert found.factor * 50 + found.offset == pytest.approx(slope * 50 + level, rel=0.01)


@pytest.mark.parametrize(
    ("sensor", "factor", "offset", "words"),
    [
        ("discharge_pressure", 14.50377, 0.0, ("14.504 times the old value,", "from bar to psi")),
        ("fluid_temperature", 1.8, 32.0, ("1.8 times the old value plus 32,", "from °C to °F")),
        ("motor_current", 1000.0, 0.0, ("1000 times the old value,", "from A to mA")),
        ("discharge_flow", 16.66667, 0.0, ("16.667 times the old value,", "from m³/h to l/min")),
        ("seal_pressure", 37.0, 0.0, ("37", "fits no pair of units")),
    ],
)
def test_a_new_unit_is_one_finding_and_no_storm(pump, sensor, factor, offset, words):
    column, times = column_of(pump, sensor), pump[3]

    def change(rows):
        rows[TURN:, column] = factor * rows[TURN:, column] + offset

    scores = scored(pump, change)
    assert [finding.kind for finding in scores.findings] == ["unit_changed"]
    finding = scores.findings[0]
    assert finding.sensors == (sensor,)
    assert times[TURN] <= finding.span.start <= times[TURN + 1]
    assert all(word in finding.sentence for word in words)
    told = int(np.searchsorted(times, finding.span.end))
    assert told - TURN < 250
    assert np.mean(scores.statistic[told + 30 :] >= pump[1]) < 0.01


def test_the_others_go_on_being_judged(pump):
    _, line, _, _, own = pump
    column = column_of(pump, "discharge_pressure")

    def change(rows):
        rows[TURN:, column] *= 14.50377
        rows[1500:, column_of(pump, "oil_temperature")] += 2 * own[column_of(pump, "oil_temperature")]

    scores = scored(pump, change)
    assert np.mean(scores.statistic[1000:1450] >= line) < 0.01
    assert np.mean(scores.statistic[1520:] >= line) > 0.9


def test_real_faults_are_no_change_of_unit(pump):
    _, line, _, _, own = pump
    rng = np.random.default_rng(0)
    for sensor in ("discharge_pressure", "fluid_temperature", "cooling_temperature_in", "motor_current"):
        column = column_of(pump, sensor)
        for size in (3, 20, -8):
            bias = scored(pump, lambda rows, c=column, s=size: rows[TURN:, c].__iadd__(s * own[c]))
            ramp = scored(
                pump,
                lambda rows, c=column, s=size: rows[TURN:, c].__iadd__(
                    s * own[c] * np.minimum(np.arange(len(rows) - TURN) / 600, 1)
                ),
            )
            assert [bias.findings, ramp.findings] == [(), ()]
            assert np.mean(bias.statistic[TURN + 20 :] >= line) > 0.5
        noise = scored(
            pump, lambda rows, c=column: rows[TURN:, c].__iadd__(9 * own[c] * rng.normal(size=len(rows) - TURN))
        )
        assert noise.findings == ()


def test_blocks_give_the_same_and_the_old_unit_is_told_when_it_is_back(pump):
    detector, line, values, times, _ = pump
    column = column_of(pump, "discharge_pressure")
    rows = values.copy()
    rows[TURN:1500, column] *= 14.50377
    whole = detector.score(rows, timestamps=times)
    assert [finding.kind for finding in whole.findings] == ["unit_changed"] * 2
    assert "in the unit of the training again" in whole.findings[1].sentence
    assert times[1500] < whole.findings[1].span.start < times[1700]
    assert np.mean(whole.statistic[1750:] >= line) < 0.01
    state, statistic, findings = None, [], []
    for first in range(0, len(rows), 119):
        part = detector.score(rows[first : first + 119], timestamps=times[first : first + 119], state=state)
        state = DetectorState({name: array.copy() for name, array in part.state.arrays.items()})
        statistic.append(part.statistic)
        findings.extend(part.findings)
    np.testing.assert_allclose(np.concatenate(statistic), whole.statistic, atol=1e-6)
    assert tuple(findings) == whole.findings


def test_normal_rows_tell_nothing_and_are_given_back_as_they_are(pump):
    detector, _, values, times, _ = pump
    assert detector.score(values, timestamps=times, explain=False).findings == ()
    assert np.isfinite(detector.expected(values[:50], timestamps=times[:50]).value).all()


def test_a_state_stored_before_units_were_watched_goes_on(pump):
    detector, _, values, times, _ = pump
    first = detector.score(values[:500], timestamps=times[:500])
    old = {name: array for name, array in first.state.arrays.items() if not name.startswith("unit")}
    again = detector.score(values[500:900], timestamps=times[500:900], state=DetectorState(old))
    whole = detector.score(values[500:900], timestamps=times[500:900], state=first.state)
    np.testing.assert_array_equal(again.statistic, whole.statistic)


def test_a_unit_that_changes_within_the_training_is_told_and_its_older_rows_are_missing(pump):
    _, _, values, times, _ = pump
    frame = simulate_pump(days=30, seed=5).frame
    column = column_of(pump, "discharge_pressure")
    rows = frame.values.copy()
    rows[:4001, column] *= 14.50377
    one_unit, said = in_one_unit(rows, np.arange(len(rows)), frame.timestamps, frame.sensors)
    assert len(said) == 1
    assert "Discharge pressure changes its unit" in said[0]
    assert "from psi to bar. Its older rows count as missing." in said[0]
    missing = np.isnan(one_unit[:, column]) & ~np.isnan(rows[:, column])
    assert abs(int(missing.sum()) - 4001) < 12
    trained = RelationDetector().fit(rows, timestamps=frame.timestamps, sensors=frame.sensors)
    assert trained.evidence.warnings[0] == said[0]
    assert trained.score(values[:800], timestamps=times[:800], explain=False).findings == ()


def test_training_rows_in_one_unit_are_given_back_as_they_are(pump):
    _, _, values, times, _ = pump
    rows, said = in_one_unit(values, np.arange(len(values)), times, pump[0].sensors)
    assert rows is values
    assert said == ()

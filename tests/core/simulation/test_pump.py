"""The record of the sample pump: shape, digits, off-time, repeatability, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from l4e_widgets.core.errors import DataError, UsageError
from l4e_widgets.core.simulation import Fault, FaultKind, sample_pump, simulate_pump
from l4e_widgets.core.simulation.instruments import INSTRUMENTS
from l4e_widgets.core.times import NS_PER_SECOND, to_ns


@pytest.fixture(scope="module")
def record():
    return simulate_pump(days=60, seed=5)


def column(record, name):
    return record.frame.select([name]).values[:, 0]


def test_thirty_sensors_with_units_and_components(record):
    sensors = record.frame.sensors
    assert len({sensor.id for sensor in sensors}) == 30
    assert {sensor.unit for sensor in sensors} == {
        "m³/h", "bar", "mbar", "%", "°C", "rpm", "A", "kW", "mm/s", "dB", "l/h", "l/min"
    }  # fmt: skip
    assert {sensor.component for sensor in sensors} == {"process", "motor", "pump", "seal", "oil", "cooling"}


@pytest.mark.parametrize(("days", "step_s", "rows"), [(1, 300, 288), (0.5, 60, 720), (2.0, 900, 192)])
def test_length_and_step(days, step_s, rows):
    frame = simulate_pump(days=days, step_s=step_s, start="2024-02-28 12:00").frame
    assert len(frame) == rows
    assert frame.timestamps[0] == to_ns("2024-02-28 12:00")
    assert set(np.diff(frame.timestamps)) == {step_s * NS_PER_SECOND}


def test_same_seed_same_values_and_another_seed_others(record):
    again = simulate_pump(days=60, seed=5)
    np.testing.assert_array_equal(again.frame.values, record.frame.values)
    assert again.off_time == record.off_time
    other = simulate_pump(days=60, seed=6)
    assert np.nanmean(other.frame.values != record.frame.values) > 0.8


def test_a_longer_run_begins_with_the_shorter_one(record):
    short = simulate_pump(days=20, seed=5)
    np.testing.assert_array_equal(short.frame.values, record.frame.values[: len(short.frame)])


def test_values_carry_the_digits_of_their_instrument(record):
    for index, instrument in enumerate(INSTRUMENTS):
        values = record.frame.values[:, index]
        values = values[np.isfinite(values)]
        np.testing.assert_array_equal(values, np.round(values, instrument.decimals))
        assert len(np.unique(values)) > 30, instrument.id


def test_a_few_values_are_missing_alone_and_in_stretches(record):
    missing = np.isnan(record.frame.values)
    assert 0.0001 < missing.mean() < 0.002
    year = simulate_pump(days=365, seed=5).frame
    components = {sensor.component for sensor in year.sensors}
    lost = {
        name: np.isnan(year.values[:, [sensor.component == name for sensor in year.sensors]]).all(axis=1).sum()
        for name in components
    }
    assert sum(1 for rows in lost.values() if rows >= 2) >= 3
    assert sum(lost.values()) < 400


def test_off_time_reads_as_a_machine_at_rest(record):
    planned = max(record.off_time, key=lambda span: span.seconds)
    assert planned.seconds > 8 * 3_600
    off = record.frame.between(planned)
    late = dict(zip((sensor.id for sensor in off.sensors), np.nanmean(off.values[-24:], axis=0), strict=True))
    assert late["discharge_flow"] < 2.0
    for name in ("motor_current", "motor_power", "valve_position", "oil_pressure"):
        assert late[name] < 1.0, name
    assert late["motor_speed"] < 10
    assert late["pump_vibration_radial"] < 0.1
    assert late["winding_temperature_u"] == pytest.approx(late["ambient_temperature"], abs=1.5)
    assert late["discharge_pressure"] == pytest.approx(late["suction_pressure"], abs=0.05)
    assert 20 < late["tank_level"] < 100


def test_starts_warm_up_slowly(record):
    planned = max(record.off_time, key=lambda span: span.seconds)
    first = int(np.searchsorted(record.frame.timestamps, planned.end))
    speed, bearing = column(record, "motor_speed"), column(record, "motor_bearing_temperature_de")
    after = slice(first + 48, first + 60)
    assert speed[first + 3] > 0.95 * np.nanmean(speed[first + 4 : first + 7])
    assert bearing[first + 3] - bearing[first] < 0.4 * (np.nanmean(bearing[after]) - bearing[first])


def test_two_speeds_each_carry_much_of_the_time(record):
    speed = column(record, "motor_speed")
    assert 0.15 < np.mean((speed > 1_450) & (speed < 1_500)) < 0.7
    assert 0.3 < np.mean((speed > 2_900) & (speed < 3_000)) < 0.8


def test_five_minutes_and_one_minute_tell_the_same_story(record):
    fine = simulate_pump(days=20, step_s=60, seed=5)
    coarse = record.frame.values[: 20 * 288]
    same_times = fine.frame.values[::5]
    spread = np.nanstd(coarse, axis=0)
    for index, instrument in enumerate(INSTRUMENTS):
        apart = np.abs(same_times[:, index] - coarse[:, index])
        assert np.nanmedian(apart) < 2 * (instrument.noise + instrument.wander) + 10**-instrument.decimals, (
            instrument.id
        )
        assert np.nanmean(apart) < 0.1 * spread[index] + 1.5 * instrument.noise, instrument.id
    assert fine.off_time == tuple(span for span in record.off_time if span.start < fine.frame.span.end)


def test_season_and_wear_move_what_they_should():
    year = simulate_pump(days=365, seed=2)
    means = [np.nanmean(month) for month in np.array_split(column(year, "ambient_temperature"), 12)]
    assert means[6] - means[0] > 8
    new = simulate_pump(days=365, seed=2, wear=False)
    late = slice(-60 * 288, None)
    running = column(new, "motor_speed")[late] > 2_900
    for name in ("pump_vibration_radial", "seal_leakage", "pump_bearing_temperature_de", "strainer_pressure_drop"):
        worn, fresh = column(year, name)[late][running], column(new, name)[late][running]
        assert 1.0 < np.nanmean(worn) / np.nanmean(fresh) < 1.12, name


def test_demo_run_has_its_faults_in_the_later_half():
    demo = sample_pump()
    assert demo.frame.values.shape == (51_840, 30)
    assert [fault.kind.value for fault in demo.faults] == ["bearing_wear", "cavitation", "seal_leak", "sensor_drift"]
    assert demo.labels == tuple(fault.span for fault in demo.faults)
    middle = (demo.frame.span.start + demo.frame.span.end) // 2
    assert all(span.start > middle and span.end < demo.frame.span.end for span in demo.labels)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"days": 0}, "too short"),
        ({"days": float("nan")}, "too short"),
        ({"step_s": 0}, "10 to 900"),
        ({"seed": -1}, "0 or more"),
        ({"faults": [Fault("fouling", "2031-01-01", "2031-01-02")], "days": 3}, "lies outside the simulated time"),
    ],
)
def test_runs_that_mean_nothing_are_refused_in_words(arguments, told):
    with pytest.raises(UsageError) as refusal:
        simulate_pump(**arguments)
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"kind": "rust"}, "bearing_wear, cavitation"),
        ({"size": 0}, "above 0"),
        ({"sensor": "discharge_flow"}, "not one sensor"),
        ({"kind": "sensor_drift", "sensor": "flow"}, "discharge_flow"),
    ],
)
def test_faults_that_mean_nothing_are_refused_in_words(arguments, told):
    with pytest.raises(UsageError) as refusal:
        Fault(**{"kind": FaultKind.FOULING, "start": "2025-01-01", "end": "2025-01-02", **arguments})
    assert told in str(refusal.value)
    with pytest.raises(DataError, match="is empty"):
        Fault("fouling", "2025-01-02", "2025-01-01")

"""Every fault against the same seed without it: which sensors move, which way, and that no others do."""

from __future__ import annotations

import numpy as np
import pytest

from l4e_widgets.core.simulation import Fault, FaultKind, simulate_pump
from l4e_widgets.core.simulation.instruments import INSTRUMENTS, SENSOR_IDS

SEED, DAYS = 11, 16
START, END = "2025-01-07 06:00", "2025-01-09 18:00"
SIGNS = {
    "bearing_wear": {
        "pump_bearing_temperature_de": +1, "pump_bearing_temperature_nde": +1, "pump_vibration_radial": +1,
        "pump_vibration_axial": +1, "oil_temperature": +1, "cooling_flow": +1, "motor_power": +1, "oil_pressure": -1,
        "discharge_flow": 0, "seal_leakage": 0,
    },
    "cavitation": {
        "acoustic_level": +1, "pump_vibration_radial": +1, "pump_vibration_axial": +1, "motor_vibration": +1,
        "discharge_pressure": -1, "suction_pressure": -1, "valve_position": +1, "motor_power": -1, "tank_level": 0,
    },
    "seal_leak": {
        "seal_leakage": +1, "seal_pressure": -1, "seal_temperature": +1, "cooling_flow": +1,
        "pump_bearing_temperature_nde": +1, "discharge_flow": 0, "pump_vibration_radial": 0,
    },
    "fouling": {
        "strainer_pressure_drop": +1, "suction_pressure": -1, "discharge_pressure": -1, "valve_position": +1,
        "tank_level": 0, "oil_temperature": 0,
    },
    "sensor_drift": {
        "discharge_flow": +1, "valve_position": -1, "strainer_pressure_drop": -1, "motor_power": -1,
        "discharge_pressure": +1, "tank_level": 0, "cooling_temperature_in": 0,
    },
}  # fmt: skip


def readings(faults=(), **changed):
    arguments = {"days": DAYS, "seed": SEED, **changed}
    return simulate_pump(faults=faults, **arguments)


@pytest.fixture(scope="module")
def healthy():
    return readings()


def moved(healthy, faulty, rows):
    """Mean difference of every sensor over the rows, in standard deviations of its reading noise."""
    apart = (faulty.frame.values - healthy.frame.values)[rows]
    return dict(zip(SENSOR_IDS, np.nanmean(apart, axis=0) / [i.noise for i in INSTRUMENTS], strict=True))


def grown_and_running(healthy, fault):
    """Rows of the later half of the fault in which the pump runs."""
    times = healthy.frame.timestamps
    middle = (fault.span.start + fault.span.end) // 2
    running = healthy.frame.select(["motor_speed"]).values[:, 0] > 1_000
    return (times >= middle) & (times < fault.span.end) & running


@pytest.mark.parametrize("kind", SIGNS)
def test_signs(healthy, kind):
    fault = Fault(kind, START, END)
    faulty = readings([fault])
    difference = moved(healthy, faulty, grown_and_running(healthy, fault))
    for name, sign in SIGNS[kind].items():
        if sign:
            assert sign * difference[name] > 0.1, (kind, name, difference[name])
        else:
            assert abs(difference[name]) < 0.05, (kind, name, difference[name])
    assert set(faulty.faults[0].guilty) <= set(SIGNS[kind])


def test_stuck_oil_gauge_misleads_the_cooling(healthy):
    fault = Fault("sensor_stuck", START, END)
    faulty = readings([fault])
    rows = grown_and_running(healthy, fault)
    stuck = faulty.frame.select(["oil_temperature"]).values[rows, 0]
    assert np.nanmax(stuck) - np.nanmin(stuck) == 0
    true = healthy.frame.select(["oil_temperature"]).values[:, 0]
    for higher, rows_of_it in (
        (True, rows & (true > np.nanmax(stuck) + 1)),
        (False, rows & (true < np.nanmin(stuck) - 1)),
    ):
        if rows_of_it.sum() < 50:
            continue
        difference = moved(healthy, faulty, rows_of_it)
        sign = 1 if higher else -1
        assert sign * difference["oil_temperature"] < -5
        assert sign * difference["cooling_flow"] < -1
        assert sign * difference["cooling_temperature_out"] > 0.5
        assert sign * difference["pump_bearing_temperature_de"] > 0.5
        assert sign * difference["oil_pressure"] < 0
        assert abs(difference["discharge_flow"]) < 0.05
    assert (rows & (np.abs(true - np.nanmean(stuck)) > 1)).sum() > 100


def test_decoupled_flow_meter_misleads_the_valve(healthy):
    fault = Fault("decoupled_sensor", START, END)
    faulty = readings([fault])
    rows = grown_and_running(healthy, fault)
    apart = faulty.frame.values - healthy.frame.values
    metered = dict(zip(SENSOR_IDS, apart.T, strict=True))
    high = rows & (metered["discharge_flow"] > 10)
    low = rows & (metered["discharge_flow"] < -10)
    assert min(high.sum(), low.sum()) > 20
    for name, sign in (("valve_position", -1), ("strainer_pressure_drop", -1), ("discharge_pressure", +1)):
        assert sign * np.nanmedian(metered[name][high]) > 0, name
        assert sign * np.nanmedian(metered[name][low]) < 0, name
    assert np.nanmax(np.abs(metered["tank_level"])) == 0
    assert faulty.faults[0].guilty == ("discharge_flow",)


@pytest.mark.parametrize("kind", FaultKind)
def test_equal_before_the_fault_and_once_its_heat_is_gone(healthy, kind):
    fault = Fault(kind, START, END)
    faulty = readings([fault])
    times, span = healthy.frame.timestamps, fault.span
    before, after = times < span.start, times > span.end + 86_400 * 10**9
    for rows in (before, after):
        np.testing.assert_array_equal(faulty.frame.values[rows], healthy.frame.values[rows])
    inside = (times >= span.start) & (times < span.end)
    assert not np.array_equal(faulty.frame.values[inside], healthy.frame.values[inside], equal_nan=True)
    assert faulty.faults[0].span == span
    assert faulty.faults[0].kind is kind
    assert set(faulty.faults[0].guilty) <= set(SENSOR_IDS)
    assert faulty.off_time == healthy.off_time


@pytest.mark.parametrize("kind", ["bearing_wear", "seal_leak", "fouling", "sensor_drift"])
def test_twice_the_size_moves_the_guilty_more(healthy, kind):
    once, twice = Fault(kind, START, END), Fault(kind, START, END, size=2.0)
    rows = grown_and_running(healthy, once)
    small, large = moved(healthy, readings([once]), rows), moved(healthy, readings([twice]), rows)
    guilty = once.guilty[0]
    assert 1.6 < large[guilty] / small[guilty] < 2.5


def test_a_sensor_can_be_chosen_and_only_it_moves(healthy):
    fault = Fault("sensor_drift", START, END, sensor="winding_temperature_v")
    faulty = readings([fault])
    difference = moved(healthy, faulty, grown_and_running(healthy, fault))
    assert difference.pop("winding_temperature_v") > 10
    assert set(difference.values()) == {0.0}
    assert faulty.faults[0].guilty == ("winding_temperature_v",)


def test_faults_come_together_without_disturbing_each_other(healthy):
    leak = Fault("seal_leak", "2025-01-05", "2025-01-06")
    fouling = Fault("fouling", START, END)
    both = readings([leak, fouling])
    times = healthy.frame.timestamps
    early = times < leak.span.end
    np.testing.assert_array_equal(both.frame.values[early], readings([leak]).frame.values[early])
    assert [fault.kind for fault in both.faults] == [FaultKind.SEAL_LEAK, FaultKind.FOULING]

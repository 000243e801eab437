"""Laws the sample pump must obey, seen from its readings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.simulation import simulate_pump
from l4e_widgets.core.simulation.machine import pump_head, shaft_power


@given(speed=st.floats(0.1, 1.0), flow=st.floats(0.0, 200.0))
def test_affinity_laws(speed, flow):
    whole = np.array([flow])
    slow = pump_head(whole * speed, np.array([speed]))
    np.testing.assert_allclose(slow, pump_head(whole, np.ones(1)) * speed**2, rtol=1e-9, atol=1e-9)
    power = shaft_power(whole * speed, slow, np.array([speed]))
    full = shaft_power(whole, pump_head(whole, np.ones(1)), np.ones(1))
    np.testing.assert_allclose(power, full * speed**3, rtol=1e-9, atol=1e-9)


@pytest.fixture(scope="module")
def readings():
    record = simulate_pump(days=60, seed=9)
    return record.frame.to_dataframe().dropna()


def test_readings_lie_on_the_pump_curve(readings):
    steady = readings[readings["motor_speed"].diff().abs().rolling(4).max() < 40]
    steady = steady[steady["motor_speed"] > 1_000]
    head = (steady["discharge_pressure"] - steady["suction_pressure"]) / 0.0981
    expected = pump_head(steady["discharge_flow"].to_numpy(), steady["motor_speed"].to_numpy() / 2_960)
    assert np.abs(head - expected).median() < 0.6
    assert np.corrcoef(head, expected)[0, 1] > 0.99


def test_strainer_drop_goes_with_the_square_of_the_flow(readings):
    running = readings[readings["discharge_flow"] > 40]
    slope = np.polyfit(np.log(running["discharge_flow"]), np.log(running["strainer_pressure_drop"]), 1)[0]
    assert slope == pytest.approx(2.0, abs=0.1)


def test_hydraulic_power_is_a_plausible_share_of_the_electric(readings):
    running = readings[readings["motor_speed"] > 2_900]
    head = (running["discharge_pressure"] - running["suction_pressure"]) / 0.0981
    efficiency = 9.81 / 3_600 * running["discharge_flow"] * head / running["motor_power"]
    assert efficiency.quantile(0.02) > 0.25
    assert efficiency.quantile(0.98) < 0.8


def test_windings_answer_the_current_late(readings):
    current = readings["motor_current"].diff()
    answer = readings["winding_temperature_u"].diff()
    later = [current.corr(answer.shift(-rows)) for rows in range(0, 24)]
    assert np.argmax(later) in (0, 1, 2)
    assert 0.2 < later[6] / max(later) < 0.8


def test_relations_hold_from_winter_to_summer():
    year = simulate_pump(days=365, seed=4, wear=False).frame.to_dataframe().dropna()
    year = year[year["motor_speed"] > 2_900]
    winter, summer = year[year.index.month <= 2], year[(year.index.month >= 6) & (year.index.month <= 8)]
    causes = ["motor_power", "cooling_temperature_in", "ambient_temperature", "winding_temperature_u"]
    for name in ("oil_temperature", "pump_bearing_temperature_de", "motor_bearing_temperature_de"):
        design = np.column_stack([winter[causes], np.ones(len(winter))])
        weights, *_ = np.linalg.lstsq(design, winter[name], rcond=None)
        missed = summer[name] - np.column_stack([summer[causes], np.ones(len(summer))]) @ weights
        assert summer[name].mean() - winter[name].mean() > 2, name
        assert abs(missed.mean()) < 0.2 * (summer[name].mean() - winter[name].mean()), name

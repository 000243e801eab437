"""Physics of the sample pump: from hidden causes and faults to the true value at every sensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.simulation.drivers import Drivers
from l4e_widgets.core.simulation.lags import lagged

__all__ = ["Channel", "Hydraulics", "Severities", "pump_head", "shaft_power", "true_readings"]

Float64Array = npt.NDArray[np.float64]

FULL_SPEED_RPM = 2_960.0
BEST_FLOW = 180.0
SHUTOFF_HEAD = 60.0
CURVE_DROP = 0.0005
STATIC_HEAD = 6.0
PIPE_LOSS = 0.0003
STRAINER_LOSS = 2.5e-5
VALVE_OPEN_LOSS = 0.00015
VALVE_RANGE = 30.0
BAR_PER_METRE = 0.0981
FLOW_TRIM = 0.5


@dataclass(frozen=True)
class Severities:
    """How far each fault of the machine has grown, and how old the machine is.

    Parameters
    ----------
    bearing, cavitation, seal, fouling : (n_rows,) float64
        Severities, 1 for a fully grown fault of default size; cavitation already pulsates.
    months : (n_rows,) float64
        Months of normal wear.
    """

    bearing: Float64Array
    cavitation: Float64Array
    seal: Float64Array
    fouling: Float64Array
    months: Float64Array


@dataclass(frozen=True)
class Channel:
    """What a measuring channel makes of the true value: ``share * true + offset``.

    Parameters
    ----------
    share : (n_rows,) float64
        1 for a sound channel, 0 for one that has lost its process.
    offset : (n_rows,) float64
        Added by the channel, in the sensor's unit.
    """

    share: Float64Array
    offset: Float64Array


@dataclass(frozen=True)
class Hydraulics:
    """State of the fluid, row by row.

    Parameters
    ----------
    flow : (n_rows,) float64
        m³/h.
    head : (n_rows,) float64
        Head over the pump, m.
    opening : (n_rows,) float64
        Control valve, 0 closed, 1 open.
    strainer : (n_rows,) float64
        Pressure drop over the suction strainer, m.
    suction : (n_rows,) float64
        Pressure at the pump inlet, bar.
    off_best : (n_rows,) float64
        Distance from the best point at this speed, squared, no unit.
    """

    flow: Float64Array
    head: Float64Array
    opening: Float64Array
    strainer: Float64Array
    suction: Float64Array
    off_best: Float64Array


def pump_head(flow: Float64Array, speed: Float64Array, *, health: Float64Array | float = 1.0) -> Float64Array:
    """Head of the pump: its curve at full speed carried to other speeds by the affinity laws.

    Parameters
    ----------
    flow : (n_rows,) float64
        m³/h.
    speed : (n_rows,) float64
        Share of the full speed.
    health : (n_rows,) float64 or float
        Share of the shut-off head that is left.

    Returns
    -------
    (n_rows,) float64
        Head in m.
    """
    return np.asarray(SHUTOFF_HEAD * health * speed**2 - CURVE_DROP * flow**2)


def shaft_power(flow: Float64Array, head: Float64Array, speed: Float64Array) -> Float64Array:
    """Power at the shaft, with an efficiency that is best at the best flow of the speed.

    Parameters
    ----------
    flow, head, speed : (n_rows,) float64
        m³/h, m and share of the full speed.

    Returns
    -------
    (n_rows,) float64
        Power in kW.
    """
    relative = np.clip(flow / (BEST_FLOW * np.maximum(speed, 0.05)), 0.0, 1.5)
    return np.asarray(9.81 / 3_600 * BEST_FLOW * speed * np.maximum(head, 0.0) / (0.78 * (2.0 - relative)))


def true_readings(
    drivers: Drivers, faults: Severities, channels: Mapping[str, Channel], *, step_s: float
) -> dict[str, Float64Array]:
    """Compute the true value at every sensor, before channels and noise.

    Parameters
    ----------
    drivers : Drivers
        The hidden causes.
    faults : Severities
        Faults of the machine and its age.
    channels : mapping of str to Channel
        Channels at fault; those a controller listens to act back on the machine.
    step_s : float
        Time between rows in seconds.

    Returns
    -------
    dict of str to (n_rows,) float64
        True value by sensor id, in the sensor's unit.
    """
    water = _hydraulics(drivers, faults, channels.get("discharge_flow"), step_s)
    values = _process(drivers, water, faults, step_s)
    values.update(_motor(drivers, water, faults, step_s))
    values.update(_oil_and_cooling(drivers, faults, values["shaft_power"], channels.get("oil_temperature"), step_s))
    values.update(_bearings(drivers, faults, values, step_s))
    values.update(_vibration(drivers, water, faults))
    values.update(_seal(drivers, faults, values, step_s))
    return values


def _hydraulics(drivers: Drivers, faults: Severities, meter: Channel | None, step_s: float) -> Hydraulics:
    """Let the valve hold the metered flow at the demand, and solve the pump curve against the system."""
    health = (1.0 - 0.0008 * faults.months) * (1.0 - 0.04 * faults.cavitation)
    strainer_loss = STRAINER_LOSS * (1.0 + 0.0015 * faults.months + 0.6 * faults.fouling)
    drive = SHUTOFF_HEAD * health * drivers.speed**2 - STATIC_HEAD
    wanted = drivers.demand
    if meter is not None:
        wanted = (wanted * (1.0 + FLOW_TRIM) - FLOW_TRIM * meter.offset) / (1.0 + FLOW_TRIM * meter.share)
    wanted = np.clip(wanted, 20.0, 215.0)
    fixed_loss = CURVE_DROP + PIPE_LOSS + strainer_loss
    valve_loss = np.clip(drive / wanted**2 - fixed_loss, VALVE_OPEN_LOSS, VALVE_OPEN_LOSS * VALVE_RANGE**2)
    opening = 1.0 - np.log(valve_loss / VALVE_OPEN_LOSS) / (2.0 * np.log(VALVE_RANGE))
    opening = lagged(np.where(drivers.running, opening, 0.0), step_s=step_s, lag_s=80.0)
    valve_loss = VALVE_OPEN_LOSS * VALVE_RANGE ** (2.0 * (1.0 - opening))
    flow = np.sqrt(np.maximum(drive, 0.0) / (fixed_loss + valve_loss))
    strainer = strainer_loss * flow**2
    suction = BAR_PER_METRE * (3.0 + 0.06 * drivers.level - strainer) - 0.02 * faults.cavitation
    relative = flow / (BEST_FLOW * np.maximum(drivers.speed, 0.2))
    head = pump_head(flow, drivers.speed, health=health)
    return Hydraulics(flow, head, opening, strainer, suction, (relative - 1.0) ** 2)


def _process(drivers: Drivers, water: Hydraulics, faults: Severities, step_s: float) -> dict[str, Float64Array]:
    """Flow, pressures, level, valve and fluid temperatures, and the power the shaft takes."""
    friction = drivers.speed * (0.5 + 0.35 * faults.bearing)
    power = shaft_power(water.flow, water.head, drivers.speed) + friction
    heating = 2.2 * drivers.speed**2 * (1.0 + 0.8 * water.off_best)
    return {
        "discharge_flow": water.flow,
        "suction_pressure": water.suction,
        "discharge_pressure": water.suction + BAR_PER_METRE * water.head,
        "strainer_pressure_drop": 1_000.0 * BAR_PER_METRE * water.strainer,
        "tank_level": drivers.level,
        "valve_position": 100.0 * water.opening,
        "fluid_temperature": drivers.fluid,
        "discharge_temperature": lagged(drivers.fluid + heating, step_s=step_s, lag_s=240.0),
        "ambient_temperature": drivers.ambient,
        "shaft_power": power,
    }


def _motor(drivers: Drivers, water: Hydraulics, faults: Severities, step_s: float) -> dict[str, Float64Array]:
    """Electric power, current, slip, winding and motor bearing temperatures."""
    speed = drivers.speed
    shaft = shaft_power(water.flow, water.head, speed) + speed * (0.5 + 0.35 * faults.bearing)
    power = 1.06 * shaft + 0.9 * speed**2
    active = power / (np.sqrt(3.0) * 0.4 * drivers.voltage)
    current = np.hypot(active, 17.0 * speed * drivers.voltage)
    slip = 0.004 + 0.00012 * shaft / np.maximum(speed, 0.2) ** 2
    copper = 0.021 * current**2 / (0.45 + 0.55 * speed)
    iron = 6.0 * speed
    values = {
        "motor_speed": FULL_SPEED_RPM * speed * (1.004 - slip),
        "motor_current": current,
        "motor_power": power,
    }
    for name, factor in (("winding_temperature_u", 1.0), ("winding_temperature_v", 1.07)):
        values[name] = lagged(drivers.ambient + factor * (copper + iron), step_s=step_s, lag_s=2_400.0)
    frame = 0.22 * (copper + iron)
    for name, factor in (("motor_bearing_temperature_de", 12.0), ("motor_bearing_temperature_nde", 9.0)):
        values[name] = lagged(drivers.ambient + factor * speed**1.5 + frame, step_s=step_s, lag_s=3_000.0)
    return values


def _oil_and_cooling(
    drivers: Drivers, faults: Severities, shaft: Float64Array, gauge: Channel | None, step_s: float
) -> dict[str, Float64Array]:
    """Oil and cooling water: the cooling flow follows the measured oil temperature."""
    base, gain, setpoint = 18.0, 0.45, 42.0
    worn = 1.0 + 0.004 * faults.months
    heat = (6.0 + 16.0 * drivers.speed**1.5 + 0.3 * shaft) * worn + 4.5 * faults.bearing * drivers.speed
    share, offset = (1.0, 0.0) if gauge is None else (gauge.share, gauge.offset)
    weight = 0.03 * heat * gain
    settled = drivers.cooling + heat * (1.0 + 0.03 * (18.0 - base)) - weight * (np.asarray(offset) - setpoint)
    oil = lagged(np.asarray(settled / (1.0 + weight * share)), step_s=step_s, lag_s=1_500.0)
    flow = np.clip(base + gain * (share * oil + offset - setpoint), 4.0, 40.0)
    flow = lagged(np.asarray(flow), step_s=step_s, lag_s=120.0)
    outlet = drivers.cooling + 0.3 * (oil - drivers.cooling) * (18.0 / flow) ** 0.4
    spinning = 1.2 * drivers.speed / (drivers.speed + 0.3)
    return {
        "oil_temperature": oil,
        "oil_pressure": spinning * (1.3 + 1.2 * drivers.speed - 0.005 * (oil - 45.0)),
        "cooling_flow": flow + 0.5 * faults.seal * drivers.speed,
        "cooling_temperature_in": drivers.cooling,
        "cooling_temperature_out": lagged(outlet, step_s=step_s, lag_s=300.0),
    }


def _bearings(
    drivers: Drivers, faults: Severities, values: Mapping[str, Float64Array], step_s: float
) -> dict[str, Float64Array]:
    """Pump bearings: warmed by their friction, carried off by oil and hall air."""
    bath = 0.6 * values["oil_temperature"] + 0.4 * drivers.ambient
    worn = 1.0 + 0.004 * faults.months
    drive_end = 13.0 * drivers.speed**1.6 * worn + 0.12 * values["shaft_power"]
    drive_end = drive_end + 4.5 * faults.bearing * drivers.speed
    far_end = 11.0 * drivers.speed**1.6 * worn + 0.06 * values["shaft_power"]
    far_end = far_end + (0.8 * faults.bearing + 0.5 * faults.seal) * drivers.speed
    return {
        "pump_bearing_temperature_de": lagged(bath + drive_end, step_s=step_s, lag_s=1_800.0),
        "pump_bearing_temperature_nde": lagged(bath + far_end, step_s=step_s, lag_s=1_800.0),
    }


def _vibration(drivers: Drivers, water: Hydraulics, faults: Severities) -> dict[str, Float64Array]:
    """Vibrations and sound: speed, distance from the best point, wear, bubbles and bearing damage."""
    speed, rough = drivers.speed, drivers.roughness * (1.0 + 0.004 * faults.months)
    running = rough * speed**1.7 * (1.0 + 0.9 * water.off_best)
    bubbles = faults.cavitation * speed
    radial = np.sqrt((1.6 * running) ** 2 + (0.85 * faults.bearing * speed) ** 2 + (0.95 * bubbles) ** 2 + 0.06**2)
    axial = np.sqrt((1.0 * running) ** 2 + (0.45 * faults.bearing * speed) ** 2 + (0.5 * bubbles) ** 2 + 0.05**2)
    motor = np.sqrt((1.0 * rough * speed**1.7) ** 2 + (0.25 * radial) ** 2 + 0.05**2)
    starved = 4.0 * np.maximum(0.55 - water.suction, 0.0) * speed
    sound = 58.0 + 22.0 * speed**0.7 + 3.0 * water.off_best * speed + starved
    return {
        "pump_vibration_radial": radial,
        "pump_vibration_axial": axial,
        "motor_vibration": motor,
        "acoustic_level": sound + 1.8 * bubbles + 0.6 * faults.bearing * speed,
    }


def _seal(
    drivers: Drivers, faults: Severities, values: Mapping[str, Float64Array], step_s: float
) -> dict[str, Float64Array]:
    """Seal: barrier pressure over the discharge pressure, leakage through the gap, face temperature."""
    barrier = 1.8 + 0.35 * values["discharge_pressure"] - 0.12 * faults.seal
    worn = 1.0 + 0.006 * faults.months
    leakage = (0.35 + 0.18 * barrier * (0.4 + 0.6 * drivers.speed)) * worn + 0.24 * faults.seal * barrier / 2.5
    face = values["discharge_temperature"] + (9.0 + 3.0 * faults.seal) * drivers.speed**1.5
    return {
        "seal_pressure": lagged(barrier, step_s=step_s, lag_s=90.0),
        "seal_leakage": lagged(leakage, step_s=step_s, lag_s=600.0),
        "seal_temperature": lagged(face, step_s=step_s, lag_s=900.0),
    }

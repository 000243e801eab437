"""The thirty sensors of the sample pump: units, noise and the digits they are recorded with."""

from __future__ import annotations

from dataclasses import dataclass

from l4e_widgets.core.sensors import Sensor

__all__ = ["INSTRUMENTS", "SENSOR_IDS", "Instrument", "pump_sensors"]


@dataclass(frozen=True)
class Instrument:
    """One measuring channel.

    Parameters
    ----------
    id : str
        Id and name of its sensor.
    component, unit : str
        Part of the machine it sits on and unit of its values.
    noise : float
        Standard deviation of the reading noise, independent from row to row, in its unit.
    wander : float
        Standard deviation of its slow own wander (hours), in its unit.
    decimals : int
        Decimals it is recorded with.
    drift : float
        How far a drift of default size carries it by its end, in its unit.
    floor : float or None
        Lowest value it can show, None for no such limit.
    """

    id: str
    component: str
    unit: str
    noise: float
    wander: float
    decimals: int
    drift: float
    floor: float | None = None


INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument("discharge_flow", "process", "m³/h", 1.6, 0.7, 1, 14.0, 0.0),
    Instrument("suction_pressure", "process", "bar", 0.005, 0.002, 3, 0.04),
    Instrument("discharge_pressure", "process", "bar", 0.04, 0.015, 2, 0.3),
    Instrument("strainer_pressure_drop", "process", "mbar", 1.5, 0.7, 1, 12.0, 0.0),
    Instrument("tank_level", "process", "%", 0.15, 0.1, 1, 5.0, 0.0),
    Instrument("valve_position", "process", "%", 0.5, 0.3, 1, 6.0, 0.0),
    Instrument("fluid_temperature", "process", "°C", 0.12, 0.12, 1, 2.0),
    Instrument("discharge_temperature", "process", "°C", 0.12, 0.12, 1, 2.0),
    Instrument("ambient_temperature", "process", "°C", 0.3, 0.5, 1, 5.0),
    Instrument("motor_speed", "motor", "rpm", 5.0, 1.5, 0, 60.0, 0.0),
    Instrument("motor_current", "motor", "A", 0.2, 0.1, 1, 3.0, 0.0),
    Instrument("motor_power", "motor", "kW", 0.12, 0.05, 2, 2.0, 0.0),
    Instrument("winding_temperature_u", "motor", "°C", 0.3, 0.4, 1, 5.0),
    Instrument("winding_temperature_v", "motor", "°C", 0.3, 0.4, 1, 5.0),
    Instrument("motor_bearing_temperature_de", "motor", "°C", 0.2, 0.3, 1, 4.0),
    Instrument("motor_bearing_temperature_nde", "motor", "°C", 0.2, 0.3, 1, 4.0),
    Instrument("motor_vibration", "motor", "mm/s", 0.015, 0.01, 2, 0.4, 0.0),
    Instrument("pump_bearing_temperature_de", "pump", "°C", 0.2, 0.25, 1, 4.0),
    Instrument("pump_bearing_temperature_nde", "pump", "°C", 0.2, 0.25, 1, 4.0),
    Instrument("pump_vibration_radial", "pump", "mm/s", 0.02, 0.015, 2, 0.5, 0.0),
    Instrument("pump_vibration_axial", "pump", "mm/s", 0.015, 0.01, 2, 0.4, 0.0),
    Instrument("acoustic_level", "pump", "dB", 0.25, 0.1, 1, 4.0, 0.0),
    Instrument("seal_pressure", "seal", "bar", 0.015, 0.02, 2, 0.15, 0.0),
    Instrument("seal_leakage", "seal", "l/h", 0.02, 0.015, 2, 0.4, 0.0),
    Instrument("seal_temperature", "seal", "°C", 0.2, 0.3, 1, 4.0),
    Instrument("oil_temperature", "oil", "°C", 0.15, 0.2, 1, 4.0),
    Instrument("oil_pressure", "oil", "bar", 0.02, 0.01, 2, 0.15, 0.0),
    Instrument("cooling_flow", "cooling", "l/min", 0.12, 0.06, 1, 3.0, 0.0),
    Instrument("cooling_temperature_in", "cooling", "°C", 0.15, 0.15, 1, 3.0),
    Instrument("cooling_temperature_out", "cooling", "°C", 0.15, 0.15, 1, 3.0),
)

SENSOR_IDS: tuple[str, ...] = tuple(instrument.id for instrument in INSTRUMENTS)

_CAPITALS = frozenset({"de", "nde", "u", "v", "w"})


def pump_sensors() -> tuple[Sensor, ...]:
    """Return the records of the thirty sensors, in the order of the columns."""
    return tuple(
        Sensor(
            id=instrument.id,
            name=instrument.id,
            display_name=_display_name(instrument.id),
            component=instrument.component,
            unit=instrument.unit,
        )
        for instrument in INSTRUMENTS
    )


def _display_name(sensor_id: str) -> str:
    """Name for people: words of the id, with phases and bearing ends (drive end, non-drive end) in capitals."""
    first, *rest = sensor_id.split("_")
    return " ".join([first.capitalize(), *(word.upper() if word in _CAPITALS else word for word in rest)])

"""Faults by name: what they act on, how they grow, and which sensors show them first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.simulation.instruments import SENSOR_IDS
from l4e_widgets.core.times import TimeRange, to_ns

__all__ = ["DEFAULT_SENSOR", "Fault", "FaultKind", "InjectedFault", "severity"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]


class FaultKind(str, Enum):
    """What can go wrong with the sample pump."""

    BEARING_WEAR = "bearing_wear"
    CAVITATION = "cavitation"
    SEAL_LEAK = "seal_leak"
    FOULING = "fouling"
    SENSOR_DRIFT = "sensor_drift"
    SENSOR_STUCK = "sensor_stuck"
    DECOUPLED_SENSOR = "decoupled_sensor"

    @property
    def of_a_sensor(self) -> bool:
        """Tell whether the measuring channel is at fault, not the machine."""
        return self in DEFAULT_SENSOR


DEFAULT_SENSOR: dict[FaultKind, str] = {
    FaultKind.SENSOR_DRIFT: "discharge_flow",
    FaultKind.SENSOR_STUCK: "oil_temperature",
    FaultKind.DECOUPLED_SENSOR: "discharge_flow",
}

_FIRST_SHOWN: dict[FaultKind, tuple[str, ...]] = {
    FaultKind.BEARING_WEAR: ("pump_bearing_temperature_de", "pump_vibration_radial"),
    FaultKind.CAVITATION: ("acoustic_level", "pump_vibration_radial"),
    FaultKind.SEAL_LEAK: ("seal_leakage", "seal_pressure", "seal_temperature"),
    FaultKind.FOULING: ("strainer_pressure_drop", "suction_pressure"),
}

# Share of the span in which the severity grows from nothing to the whole.
_ONSET: dict[FaultKind, float] = {
    FaultKind.BEARING_WEAR: 0.8,
    FaultKind.CAVITATION: 0.1,
    FaultKind.SEAL_LEAK: 0.4,
    FaultKind.FOULING: 0.8,
    FaultKind.SENSOR_DRIFT: 1.0,
    FaultKind.SENSOR_STUCK: 0.0,
    FaultKind.DECOUPLED_SENSOR: 0.0,
}


@dataclass(frozen=True)
class Fault:
    """A fault to inject.

    Parameters
    ----------
    kind : FaultKind or str
        What goes wrong; a text such as ``bearing_wear`` is understood.
    start, end : str, datetime or int
        When, `[start, end)`, in any form `to_ns` takes; at its end it is mended at once.
    size : float
        Multiple of the default size.
    sensor : str, optional
        Id of the sensor at fault, for the kinds that concern one; the kind's own choice where absent.

    Raises
    ------
    UsageError
        The kind, the size or the sensor means nothing here.
    DataError
        A time cannot be read or the end is not after the start.
    """

    kind: FaultKind | str
    start: str | datetime | int
    end: str | datetime | int
    size: float = 1.0
    sensor: str | None = None

    def __post_init__(self) -> None:
        """Turn the kind into its enum, the times into nanoseconds, and refuse what means nothing."""
        try:
            kind = FaultKind(self.kind)
        except ValueError as error:
            names = ", ".join(item.value for item in FaultKind)
            raise UsageError(f'There is no fault called "{self.kind}".', expected=f"one of {names}") from error
        if not (np.isfinite(self.size) and self.size > 0):
            raise UsageError("The size of a fault is a positive multiple.", got=str(self.size), expected="above 0")
        if self.sensor is not None and not kind.of_a_sensor:
            raise UsageError(f"A {kind.value} concerns the machine, not one sensor.", fix="Leave the sensor out.")
        if self.sensor is not None and self.sensor not in SENSOR_IDS:
            raise UsageError(
                f'The sample pump has no sensor called "{self.sensor}".', expected=f"one of {', '.join(SENSOR_IDS)}"
            )
        span = TimeRange(to_ns(self.start), to_ns(self.end))
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "start", span.start)
        object.__setattr__(self, "end", span.end)

    @property
    def name(self) -> FaultKind:
        """Kind of the fault as its enum."""
        return FaultKind(self.kind)

    @property
    def span(self) -> TimeRange:
        """When the fault acts."""
        return TimeRange.of(self.start, self.end)

    @property
    def target(self) -> str | None:
        """Id of the sensor at fault, None for a fault of the machine."""
        return self.sensor or DEFAULT_SENSOR.get(self.name)

    @property
    def guilty(self) -> tuple[str, ...]:
        """Ids of the sensors that show the fault first."""
        return _FIRST_SHOWN[self.name] if self.target is None else (self.target,)


@dataclass(frozen=True)
class InjectedFault:
    """A fault as it was injected: the truth to judge a detector by.

    Parameters
    ----------
    kind : FaultKind
        What went wrong.
    span : TimeRange
        When, `[start, end)`.
    guilty : tuple of str
        Ids of the sensors that show it first.
    size : float
        Multiple of the default size.
    """

    kind: FaultKind
    span: TimeRange
    guilty: tuple[str, ...]
    size: float


def severity(fault: Fault, timestamps: Int64Array) -> Float64Array:
    """How far a fault has grown at every row: 0 outside its span, `size` when fully grown.

    Parameters
    ----------
    fault : Fault
        The fault.
    timestamps : (n_rows,) int64
        Nanoseconds since 1970-01-01 UTC.

    Returns
    -------
    (n_rows,) float64
        Severity, no unit.
    """
    span = fault.span
    inside = (timestamps >= span.start) & (timestamps < span.end)
    onset = _ONSET[fault.name] * (span.end - span.start)
    grown = np.ones(len(timestamps)) if onset == 0 else np.clip((timestamps - span.start) / onset, 0.0, 1.0)
    return np.where(inside, fault.size * grown, 0.0)

"""The sample pump: a run of the machine with its faults, as recorded by its thirty sensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.simulation.drivers import Drivers, drive, random_stream
from l4e_widgets.core.simulation.faults import Fault, FaultKind, InjectedFault, severity
from l4e_widgets.core.simulation.instruments import INSTRUMENTS, Instrument, pump_sensors
from l4e_widgets.core.simulation.lags import mean_reverting
from l4e_widgets.core.simulation.machine import Channel, Severities, true_readings
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, to_ns

__all__ = ["PumpRecord", "simulate_pump"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

_NOISE_STREAM, _GAP_STREAM, _DROPOUT_STREAM, _PULSE_STREAM = 100, 200, 300, 400
_WANDER_GRID_S = 1_800.0
_MISSING_SHARE = 0.0002
_DROPOUT_EVERY_DAYS = 25.0
_DECOUPLED_SHIFT_S = 2.6 * 86_400


@dataclass(frozen=True, eq=False)
class PumpRecord:
    """What a run of the sample pump left behind, with the truth about it.

    Parameters
    ----------
    frame : SensorFrame
        The thirty sensors, NaN where a value is missing.
    faults : tuple of InjectedFault
        The faults, in the order they were given.
    off_time : tuple of TimeRange
        When the pump was switched off.
    """

    frame: SensorFrame
    faults: tuple[InjectedFault, ...]
    off_time: tuple[TimeRange, ...]

    @property
    def labels(self) -> tuple[TimeRange, ...]:
        """Time ranges of the faults in time order, as a label file would hold them."""
        return tuple(sorted(fault.span for fault in self.faults))


def simulate_pump(
    *,
    start: str | datetime | int = "2025-01-01",
    days: float = 180,
    step_s: int = 300,
    seed: int = 0,
    faults: Sequence[Fault] = (),
    wear: bool = True,
) -> PumpRecord:
    """Simulate a centrifugal pump with its motor, as its thirty sensors record it.

    Parameters
    ----------
    start : str, datetime or int
        Time of the first row, in any form `to_ns` takes.
    days : float
        Length in days; a longer run of the same seed begins with the shorter one.
    step_s : int
        Time between rows in seconds, 10 to 900.
    seed : int
        Seed; the same arguments give the same values.
    faults : sequence of Fault
        Faults to inject.
    wear : bool
        Whether the machine wears slowly, as a sound one does.

    Returns
    -------
    PumpRecord
        The sensors' values in their units, the faults and the off-time.

    Raises
    ------
    UsageError
        `days`, `step_s` or `seed` means nothing, or a fault lies outside the run.
    DataError
        `start` is not a time.
    """
    first = to_ns(start)
    timestamps = _timestamps(first, days, step_s, seed)
    _refuse_outside(faults, TimeRange(first, int(timestamps[-1]) + step_s * NS_PER_SECOND))
    drivers = drive(timestamps, step_s=step_s, seed=seed)
    months = (timestamps - first) / (30.0 * 86_400 * NS_PER_SECOND) if wear else np.zeros(len(timestamps))
    severities = _severities(faults, timestamps, months, step_s, seed)
    broken = [fault for fault in faults if fault.target is not None]
    values: Mapping[str, Float64Array] = true_readings(drivers, severities, {}, step_s=step_s)
    channels: dict[str, Channel] = {}
    if broken:
        channels = _channels(broken, timestamps, values, step_s)
        values = true_readings(drivers, severities, channels, step_s=step_s)
    columns = np.empty((len(timestamps), len(INSTRUMENTS)))
    for index, instrument in enumerate(INSTRUMENTS):
        channel = channels.get(instrument.id)
        columns[:, index] = _recorded(instrument, index, values[instrument.id], channel, step_s=step_s, seed=seed)
    _drop_out(columns, step_s=step_s, seed=seed)
    injected = tuple(InjectedFault(fault.name, fault.span, fault.guilty, fault.size) for fault in faults)
    return PumpRecord(SensorFrame(timestamps, columns, pump_sensors()), injected, _inside(drivers, timestamps))


def _timestamps(first: int, days: float, step_s: int, seed: int) -> Int64Array:
    """Return the times of the rows, refusing lengths and steps that mean nothing."""
    if not 10 <= step_s <= 900 or int(step_s) != step_s:
        raise UsageError(
            "The step of the sample pump is a whole number of seconds.", got=str(step_s), expected="10 to 900"
        )
    n_rows = int(days * 86_400 // step_s) if np.isfinite(days) else 0
    if n_rows < 2:
        raise UsageError("The run of the sample pump is too short.", got=f"{days} days", expected="at least two rows")
    if seed < 0:
        raise UsageError("The seed is a whole number of 0 or more.", got=str(seed), expected="for example 1")
    return np.asarray(first + np.arange(n_rows, dtype=np.int64) * (int(step_s) * NS_PER_SECOND))


def _refuse_outside(faults: Sequence[Fault], run: TimeRange) -> None:
    """Refuse a fault that no row of the run would show."""
    for fault in faults:
        if not fault.span.overlaps(run):
            raise UsageError(
                f"The fault {fault.name.value} lies outside the simulated time.",
                got=f"{fault.span.to_iso()}",
                expected=f"a part of {run.to_iso()}",
                fix="Simulate more days or move the fault.",
            )


def _inside(drivers: Drivers, timestamps: Int64Array) -> tuple[TimeRange, ...]:
    """Off-time that at least one row shows."""
    last = int(timestamps[-1])
    return tuple(span for span in drivers.off_time if span.start <= last)


def _severities(
    faults: Sequence[Fault], timestamps: Int64Array, months: Float64Array, step_s: float, seed: int
) -> Severities:
    """Sum the severities of the faults of each kind; bubbles come in bursts."""
    total = {kind: np.zeros(len(timestamps)) for kind in FaultKind if not kind.of_a_sensor}
    for fault in faults:
        if fault.target is None:
            total[fault.name] += severity(fault, timestamps)
    bubbles = total[FaultKind.CAVITATION]
    if bubbles.any():
        pulse = mean_reverting(random_stream(seed, _PULSE_STREAM), len(timestamps), step_s=step_s, memory_s=900.0)
        bubbles *= np.exp(0.35 * pulse)
    return Severities(
        total[FaultKind.BEARING_WEAR], bubbles, total[FaultKind.SEAL_LEAK], total[FaultKind.FOULING], months
    )


def _channels(
    faults: Sequence[Fault], timestamps: Int64Array, sound: Mapping[str, Float64Array], step_s: float
) -> dict[str, Channel]:
    """Turn faults of sensors into what their channels make of the true value."""
    channels: dict[str, Channel] = {}
    n_rows = len(timestamps)
    for fault in faults:
        target = str(fault.target)
        channel = channels.get(target, Channel(np.ones(n_rows), np.zeros(n_rows)))
        grown = severity(fault, timestamps)
        active = grown > 0
        if fault.name is FaultKind.SENSOR_DRIFT:
            drift = next(instrument.drift for instrument in INSTRUMENTS if instrument.id == target)
            channels[target] = Channel(channel.share, channel.offset + drift * grown)
            continue
        true = sound[target]
        if fault.name is FaultKind.SENSOR_STUCK:
            held = np.full(n_rows, true[np.argmax(active)])
        else:
            shift = max(1, round(_DECOUPLED_SHIFT_S / step_s))
            rows = np.arange(n_rows)
            held = true[np.where(rows >= shift, rows - shift, (rows + shift) % n_rows)]
        channels[target] = Channel(np.where(active, 0.0, channel.share), np.where(active, held, channel.offset))
    return channels


def _recorded(
    instrument: Instrument, index: int, true: Float64Array, channel: Channel | None, *, step_s: float, seed: int
) -> Float64Array:
    """Record one sensor: channel, wander, noise, digits, and single values that got lost."""
    n_rows = len(true)
    rng = random_stream(seed, _NOISE_STREAM + index)
    n_grid = int(n_rows * step_s // _WANDER_GRID_S) + 2
    slow = mean_reverting(
        random_stream(seed, _NOISE_STREAM + 50 + index), n_grid, step_s=_WANDER_GRID_S, memory_s=4 * 3_600.0
    )
    wander = np.interp(np.arange(n_rows) * step_s, np.arange(n_grid) * _WANDER_GRID_S, slow)
    own = instrument.wander * wander + instrument.noise * rng.standard_normal(n_rows)
    reading = true + own if channel is None else channel.share * (true + own) + channel.offset
    if instrument.floor is not None:
        reading = np.maximum(reading, instrument.floor)
    reading = np.round(reading, instrument.decimals)
    gaps = random_stream(seed, _GAP_STREAM + index).geometric(
        _MISSING_SHARE, size=int(2 * n_rows * _MISSING_SHARE) + 50
    )
    lost = np.cumsum(gaps) - 1
    reading[lost[lost < n_rows]] = np.nan
    return np.asarray(reading)


def _drop_out(columns: Float64Array, *, step_s: float, seed: int) -> None:
    """Lose all sensors of one component for some minutes, now and then."""
    rng = random_stream(seed, _DROPOUT_STREAM)
    components = sorted({instrument.component for instrument in INSTRUMENTS})
    moment = float(rng.exponential(_DROPOUT_EVERY_DAYS)) * 86_400
    while moment < len(columns) * step_s:
        length, component = float(rng.uniform(600, 3_600)), components[int(rng.integers(len(components)))]
        places = [index for index, instrument in enumerate(INSTRUMENTS) if instrument.component == component]
        first, last = (int(-(-edge // step_s)) for edge in (moment, moment + length))
        columns[first:last, places] = np.nan
        moment += length + float(rng.exponential(_DROPOUT_EVERY_DAYS)) * 86_400

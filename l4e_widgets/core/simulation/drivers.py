"""The hidden causes that drive the sample pump: demand, weather, supply, speed choice and off-time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.simulation.lags import held_states, lagged, mean_reverting
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange

__all__ = ["Drivers", "drive", "random_stream"]

Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Int64Array = npt.NDArray[np.int64]

_GRID_S = 600
_DAY_S = 86_400
_HOUR_S = 3_600
_STREAMS = ("demand_slow", "demand_fast", "weather", "supply", "fluid", "level", "grid", "roughness", "stops")


@dataclass(frozen=True)
class Drivers:
    """Hidden causes, row by row.

    Parameters
    ----------
    demand : (n_rows,) float64
        Flow the process asks for, m³/h.
    speed : (n_rows,) float64
        Shaft speed as a share of the full speed, without slip.
    running : (n_rows,) bool
        True where the pump is switched on.
    ambient : (n_rows,) float64
        Temperature of the hall, °C.
    cooling : (n_rows,) float64
        Temperature of the cooling water at the inlet, °C.
    fluid : (n_rows,) float64
        Temperature of the pumped fluid, °C.
    level : (n_rows,) float64
        Level of the suction tank, %.
    voltage : (n_rows,) float64
        Grid voltage as a share of the nominal one.
    roughness : (n_rows,) float64
        Slow multiplier of all vibrations around 1.
    off_time : tuple of TimeRange
        When the pump was switched off.
    """

    demand: Float64Array
    speed: Float64Array
    running: BoolArray
    ambient: Float64Array
    cooling: Float64Array
    fluid: Float64Array
    level: Float64Array
    voltage: Float64Array
    roughness: Float64Array
    off_time: tuple[TimeRange, ...]


def random_stream(seed: int, name: int) -> np.random.Generator:
    """Return the random generator of one cause, independent of all others of the same seed.

    Parameters
    ----------
    seed : int
        Seed of the run.
    name : int
        Number of the cause.

    Returns
    -------
    Generator
        The cause's own.
    """
    return np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(name,)))


def drive(timestamps: Int64Array, *, step_s: float, seed: int) -> Drivers:
    """Draw the hidden causes of a run.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds since 1970-01-01 UTC, `step_s` seconds apart.
    step_s : float
        Time between rows in seconds.
    seed : int
        Seed; the same one gives the same causes at every step.

    Returns
    -------
    Drivers
        The causes, in the units its fields name.
    """
    start_s = timestamps[0] / NS_PER_SECOND
    elapsed = (timestamps - timestamps[0]) / NS_PER_SECOND
    n_grid = int(elapsed[-1] // _GRID_S) + 2
    grid = np.arange(n_grid) * float(_GRID_S)
    clock = grid + start_s

    def slow(name: str, memory_h: float) -> Float64Array:
        rng = random_stream(seed, _STREAMS.index(name))
        return mean_reverting(rng, n_grid, step_s=_GRID_S, memory_s=memory_h * _HOUR_S)

    demand = _demand(clock, slow("demand_slow", 30.0), slow("demand_fast", 1.5))
    ambient = _ambient(clock, slow("weather", 60.0))
    cooling = 6.0 + 0.6 * lagged(ambient, step_s=_GRID_S, lag_s=_HOUR_S) + 0.5 * slow("supply", 20.0)
    level = 60.0 - 0.06 * (lagged(demand, step_s=_GRID_S, lag_s=4 * _HOUR_S) - 110.0) + 5.0 * slow("level", 12.0)
    series = {
        "demand": demand,
        "ambient": ambient,
        "cooling": cooling,
        "fluid": 38.0 + 2.0 * slow("fluid", 40.0),
        "level": np.clip(level, 25.0, 95.0),
        "voltage": 1.0 + 0.006 * slow("grid", 5.0),
        "roughness": 1.0 + 0.03 * slow("roughness", 0.7),
    }
    rows = {name: np.interp(elapsed, grid, values) for name, values in series.items()}
    fast = held_states(demand, up=84.0, down=70.0)[(elapsed // _GRID_S).astype(np.int64)]
    off_time = _off_time(random_stream(seed, _STREAMS.index("stops")), timestamps)
    running = np.ones(len(timestamps), dtype=bool)
    for span in off_time:
        first, last = np.searchsorted(timestamps, [span.start, span.end])
        running[first:last] = False
    speed = lagged(np.where(running, np.where(fast, 1.0, 0.5), 0.0), step_s=step_s, lag_s=100.0)
    return Drivers(speed=speed, running=running, off_time=off_time, **rows)


def _demand(clock: Float64Array, slow: Float64Array, fast: Float64Array) -> Float64Array:
    """Flow asked for, m³/h: busy by day and on weekdays, with a slow and a fast random part."""
    hour = (clock % _DAY_S) / _HOUR_S
    weekday = ((clock // _DAY_S + 3) % 7) < 5
    busy = 1.0 / (1.0 + np.exp(-(hour - 6.5) / 0.7)) - 1.0 / (1.0 + np.exp(-(hour - 19.5) / 0.9))
    rhythm = 62.0 + np.where(weekday, 82.0, 45.0) * busy + 8.0 * busy * np.sin((hour - 7.0) * np.pi / 3.0)
    asked = rhythm + (7.0 + 6.0 * busy) * slow + (2.5 + 3.0 * busy) * fast
    softly_limited = asked - 8.0 * np.logaddexp(0.0, (asked - 170.0) / 8.0)
    return np.asarray(np.clip(softly_limited, 38.0, 180.0))


def _ambient(clock: Float64Array, weather: Float64Array) -> Float64Array:
    """Temperature of the hall, °C: season, day and weather."""
    season = -np.cos(2 * np.pi * (clock / (365.25 * _DAY_S) - 0.055))
    day = np.cos(2 * np.pi * (clock / _DAY_S - 0.62))
    return np.asarray(17.0 + 7.0 * season + 2.5 * day + 2.5 * weather)


def _off_time(rng: np.random.Generator, timestamps: Int64Array) -> tuple[TimeRange, ...]:
    """Planned stops of most of a day every ten weeks, and short ones every four or so."""
    start, end = int(timestamps[0]), int(timestamps[-1])
    spans: list[TimeRange] = []
    planned, short = (float(gap) * _DAY_S for gap in (rng.uniform(12, 30), rng.uniform(3, 12)))
    horizon = (end - start) / NS_PER_SECOND
    while min(planned, short) < horizon:
        if planned < short:
            begin, length = planned, rng.uniform(10.0, 30.0) * _HOUR_S
            planned += float(rng.uniform(35, 80)) * _DAY_S
        else:
            begin, length = short, rng.uniform(0.7, 4.0) * _HOUR_S
            short += float(rng.uniform(6, 24)) * _DAY_S
        span = TimeRange(*(start + int(moment) * NS_PER_SECOND for moment in (begin, begin + length)))
        if spans and span.start <= spans[-1].end + 6 * _HOUR_S * NS_PER_SECOND:
            continue
        spans.append(span)
    return tuple(spans)

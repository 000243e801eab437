"""The sensitivity card: which faults a model catches, found out by injecting them into its own normal data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.contract import Detector, DetectorState
from l4e_widgets.core.detection.fault_injection import ChannelFault, injected
from l4e_widgets.core.errors import DataError

__all__ = [
    "CAUGHT",
    "SIZES",
    "FaultRates",
    "Stretch",
    "normal_starts",
    "overall_rate",
    "predicted_rate",
    "sensitivity",
    "state_before",
]

SIZES: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)
"""Sizes that are tried, in half widths of the band that holds 95 % of the sensor's normal rows."""
CAUGHT = 0.8
"""A size counts as caught where at least this share of its injections is."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """Normal rows that faults are injected into.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        In the sensors' units, NaN for missing.
    timestamps : (n_rows,) int64
        Nanoseconds UTC.
    state : DetectorState or None
        After the rows before them.
    """

    values: npt.NDArray[np.floating]
    timestamps: npt.NDArray[np.int64]
    state: DetectorState | None


@dataclass(frozen=True, kw_only=True)
class FaultRates:
    """How often one fault of one sensor is caught.

    Parameters
    ----------
    column : int
        Place of the sensor among the detector's sensors.
    fault : ChannelFault
        What was injected.
    sizes : tuple of float
        In the sensor's unit, smallest first; one 0 for a fault without size.
    caught : tuple of float
        For each size, the share of injections that passed the alarm line within the stretch.
    first : tuple of float
        For each size, the share of the caught ones in which this sensor had the largest share; 0 without any.
    rows : tuple of float
        For each size, the median number of rows from the injection to the alarm; NaN without any.
    """

    column: int
    fault: ChannelFault
    sizes: tuple[float, ...]
    caught: tuple[float, ...]
    first: tuple[float, ...]
    rows: tuple[float, ...]

    @property
    def place(self) -> int | None:
        """Place of the smallest size from which on every size is caught; None where the largest is not."""
        missed = [place for place, rate in enumerate(self.caught) if rate < CAUGHT]
        place = missed[-1] + 1 if missed else 0
        return place if place < len(self.sizes) else None

    @property
    def smallest(self) -> float | None:
        """Smallest size that is caught, in the sensor's unit; None where none is."""
        return None if self.place is None else self.sizes[self.place]


def normal_starts(
    is_normal: npt.NDArray[np.bool_], timestamps: npt.NDArray[np.int64], *, n_rows: int, most: int, step_ns: int
) -> npt.NDArray[np.int64]:
    """First rows of normal stretches without a gap in time, spread evenly over what there is.

    Parameters
    ----------
    is_normal : (n_all,) bool
        Rows that may be used.
    timestamps : (n_all,) int64
        Nanoseconds UTC.
    n_rows : int
        Rows of a stretch.
    most : int
        How many stretches are wanted.
    step_ns : int
        Typical time between rows.

    Returns
    -------
    (n_stretches,) int64
        Row numbers; stretches do not overlap.
    """
    bad = ~is_normal
    follows = np.diff(timestamps, prepend=timestamps[:1] - step_ns) <= 2 * step_ns
    broken = np.cumsum(np.concatenate([[0], bad | ~follows]))
    if len(is_normal) < n_rows:
        return np.empty(0, dtype=np.int64)
    count = broken[n_rows:] - broken[:-n_rows]
    allowed = np.flatnonzero((count == 0) | ((count == 1) & ~follows[: len(count)] & ~bad[: len(count)]))
    chosen: list[int] = []
    for wanted in np.linspace(0, max(len(allowed) - 1, 0), most) if len(allowed) else ():
        start = int(allowed[round(wanted)])
        if not chosen or start >= chosen[-1] + n_rows:
            chosen.append(start)
    return np.array(chosen, dtype=np.int64)


def state_before(
    detector: Detector,
    values: npt.NDArray[np.floating],
    timestamps: npt.NDArray[np.int64],
    state: DetectorState | None,
) -> DetectorState | None:
    """State after rows that are only walked over.

    Parameters
    ----------
    detector : Detector
        Fitted.
    values : (n_rows, n_sensors) float
        The rows between the state and the stretch; may be none.
    timestamps : (n_rows,) int64
        Nanoseconds UTC.
    state : DetectorState or None
        Before them.

    Returns
    -------
    DetectorState or None
        After them.
    """
    if not len(values):
        return state
    return detector.score(values, timestamps=timestamps, state=state, explain=False).state


def sensitivity(
    detector: Detector,
    stretches: Sequence[Stretch],
    *,
    threshold: float,
    sizes: Sequence[float] = SIZES,
    columns: Sequence[int] | None = None,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> tuple[FaultRates, ...]:
    """Inject faults of every kind and size into every sensor and score them through the detector.

    Parameters
    ----------
    detector : Detector
        Fitted.
    stretches : sequence of Stretch
        Normal rows of one length: the time within which a fault has to be caught.
    threshold : float
        Alarm line of the statistic.
    sizes : sequence of float
        In half widths of the sensor's normal band.
    columns : sequence of int, optional
        Sensors to inject into; all where absent.
    seed : int
        For directions and noise.
    progress : callable, optional
        Told the share that is done, 0 to 1.

    Returns
    -------
    tuple of FaultRates
        One a sensor and kind; sensors that did not move in training are left out.

    Raises
    ------
    DataError
        There is no stretch that is quiet before anything is injected.
    """
    quiet = [stretch for stretch in stretches if _is_quiet(detector, stretch, threshold)]
    if not quiet:
        raise DataError(
            "No normal stretch was found that faults could be injected into.",
            got=f"{len(stretches)} stretches, none of them below the alarm line",
            fix="Use a longer evaluation range, or a larger time to catch a fault in.",
        )
    head = quiet[0]
    band = detector.expected(head.values, timestamps=head.timestamps, state=head.state).half_band
    wanted = range(len(band)) if columns is None else columns
    moving = [column for column in wanted if np.isfinite(band[column]) and band[column] > 0]
    rng = np.random.default_rng(seed)
    found: list[FaultRates] = []
    for number, column in enumerate(moving):
        for fault in ChannelFault:
            tried = tuple(float(size * band[column]) for size in sizes) if fault.has_size else (0.0,)
            outcomes = [
                _tried(detector, quiet, column, fault, size=size, threshold=threshold, rng=rng) for size in tried
            ]
            caught, first, rows = zip(*outcomes, strict=True)
            found.append(FaultRates(column=column, fault=fault, sizes=tried, caught=caught, first=first, rows=rows))
        if progress:
            progress((number + 1) / len(moving))
    return tuple(found)


def _is_quiet(detector: Detector, stretch: Stretch, threshold: float) -> bool:
    """Tell whether a stretch stays below the line as it is."""
    scores = detector.score(stretch.values, timestamps=stretch.timestamps, state=stretch.state, explain=False)
    known = scores.statistic[np.isfinite(scores.statistic)]
    return bool(len(known) and known.max() < threshold)


def _tried(
    detector: Detector,
    stretches: Sequence[Stretch],
    column: int,
    fault: ChannelFault,
    *,
    size: float,
    threshold: float,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Share caught, share of those named first, and median rows to the alarm, over all stretches."""
    caught, first = 0, 0
    rows: list[int] = []
    for number, stretch in enumerate(stretches):
        other = stretches[(number + max(len(stretches) // 2, 1)) % len(stretches)]
        values = injected(
            stretch.values, column, fault, size=size, rng=rng, elsewhere=other.values[: len(stretch.values), column]
        )
        scores = detector.score(values, timestamps=stretch.timestamps, state=stretch.state)
        with np.errstate(invalid="ignore"):
            high = np.flatnonzero(scores.statistic >= threshold)
        if not len(high):
            continue
        caught += 1
        rows.append(int(high[0]) + 1)
        first += int(np.argmax(scores.contributions[high].sum(axis=0))) == column
    middle = float(np.median(rows)) if rows else float("nan")
    return caught / len(stretches), first / caught if caught else 0.0, middle


def predicted_rate(rates: Sequence[FaultRates], column: int, fault: ChannelFault, size: float = 0.0) -> float:
    """Share of faults of one size that the card expects to be caught.

    Parameters
    ----------
    rates : sequence of FaultRates
        As `sensitivity` gives them.
    column : int
        The sensor.
    fault : ChannelFault
        The kind.
    size : float
        In the sensor's unit; between two sizes the rate is read off a straight line over their logarithm.

    Returns
    -------
    float
        0 to 1; NaN where the sensor is not on the card.
    """
    for entry in rates:
        if entry.column == column and entry.fault is fault:
            if len(entry.sizes) == 1:
                return entry.caught[0]
            return float(np.interp(np.log(max(size, 1e-30)), np.log(entry.sizes), entry.caught))
    return float("nan")


def overall_rate(rates: Sequence[FaultRates], fault: ChannelFault, place: int = 0) -> tuple[float, float]:
    """Share caught of one kind over all sensors, and how often the right one was first.

    Parameters
    ----------
    rates : sequence of FaultRates
        As `sensitivity` gives them.
    fault : ChannelFault
        The kind.
    place : int
        Place of the size.

    Returns
    -------
    tuple of float
        Share caught, and share of the caught ones in which the right sensor was first; NaN without any.
    """
    mine = [entry for entry in rates if entry.fault is fault]
    caught = sum(entry.caught[place] for entry in mine)
    first = sum(entry.caught[place] * entry.first[place] for entry in mine)
    return (caught / len(mine) if mine else float("nan")), (first / caught if caught else float("nan"))

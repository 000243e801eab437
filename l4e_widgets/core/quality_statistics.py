"""Statistics of the values of one sensor that help to judge it, and how strongly sensors move together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.correlation import pair_correlations
from l4e_widgets.core.operating_modes import mode_boundary
from l4e_widgets.core.quality_tally import ColumnTally
from l4e_widgets.core.times import NS_PER_SECOND

__all__ = ["Statistics", "sensor_statistics", "step_jitter", "strongest_partners", "tallied_statistics"]

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.floating]

FAR_OUT = 3.0
"""A value is an outlier this many times the middle half's width beyond it (Tukey's "far out"): 1 of 400 000 values of
a normal distribution lies there, so what is counted is no ordinary noise."""
UNSTEADY = 0.01
"""A step of time that differs from the median step by more than this share of it is unsteady: clocks that round to
seconds stay below it at a minute, a logger that skips or drifts does not."""
_MOST_MODES = 6


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What the values of one sensor look like.

    Parameters
    ----------
    distinct_values : int
        Different values among all.
    resolution : float
        Smallest distance of different values in a regular sample, in the sensor's unit; 0 where it never moves.
    longest_flat_s : float
        Longest time without a change of the value, in seconds.
    outlier_share : float
        Share of values far outside the middle half, 0 to 1.
    drift : float
        Median of the last quarter less that of the first, in widths of the middle half; 0 where it has no width.
    modes : tuple of (level, share)
        Operating modes: the level in the sensor's unit and the share of time at it, by level; one where there are
        no several.
    """

    distinct_values: int = 0
    resolution: float = 0.0
    longest_flat_s: float = 0.0
    outlier_share: float = 0.0
    drift: float = 0.0
    modes: tuple[tuple[float, float], ...] = ()


def sensor_statistics(values: FloatArray, times: Int64Array, *, several_modes: bool) -> Statistics:
    """Statistics of one sensor.

    Parameters
    ----------
    values : (n_values,) float
        Values in the sensor's unit in order of time, without NaN.
    times : (n_values,) int64
        Their times, nanoseconds UTC.
    several_modes : bool
        Whether it has several operating modes.

    Returns
    -------
    Statistics
        Counts over all values; quartiles, resolution, drift and modes from a regular sample of at most 20 000.
    """
    tally = ColumnTally(gap_ns=np.inf)
    tally.add(times, values)
    return tallied_statistics(tally, lambda: iter([values]), several_modes=several_modes)


def tallied_statistics(
    tally: ColumnTally, chunks: Callable[[], Iterator[FloatArray]], *, several_modes: bool
) -> Statistics:
    """Statistics of a sensor whose rows were counted.

    Parameters
    ----------
    tally : ColumnTally
        The counts.
    chunks : callable
        Gives its values once more, NaN for missing; asked only where a value may be an outlier.
    several_modes : bool
        Whether it has several operating modes.

    Returns
    -------
    Statistics
        As `sensor_statistics` gives them.
    """
    if not tally.n_values:
        return Statistics()
    sample = tally.sample.values()
    low, middle, high = np.quantile(sample, [0.25, 0.5, 0.75])
    width = float(high - low)
    steps = np.diff(np.unique(sample))
    quarter = max(1, len(sample) // 4)
    shift = float(np.median(sample[-quarter:]) - np.median(sample[:quarter]))
    least, most = float(low) - FAR_OUT * width, float(high) + FAR_OUT * width
    outside = 0
    if width > 0 and (tally.lowest < least or tally.highest > most):
        outside = sum(int(np.count_nonzero(c < least) + np.count_nonzero(c > most)) for c in chunks())
    levels = _levels(sample) if several_modes else []
    modes = tuple((float(np.median(part)), len(part) / len(sample)) for part in levels) or ((float(middle), 1.0),)
    return Statistics(
        distinct_values=tally.distinct_values,
        resolution=float(steps.min()) if len(steps) else 0.0,
        longest_flat_s=tally.longest_flat_ns / NS_PER_SECOND,
        outlier_share=outside / tally.n_values,
        drift=shift / width if width > 0 else 0.0,
        modes=modes,
    )


def _levels(sample: FloatArray) -> list[FloatArray]:
    """Split values at the valleys between the levels they gather around, the lowest level first."""
    parts = [sample]
    while len(parts) < _MOST_MODES:
        cuts = [(place, cut) for place, part in enumerate(parts) if (cut := mode_boundary(part)) is not None]
        if not cuts:
            break
        place, cut = cuts[0]
        part = parts[place]
        below = part < cut
        if below.all() or not below.any():
            break
        parts[place : place + 1] = [part[below], part[~below]]
    return parts


def step_jitter(timestamps: Int64Array) -> float:
    """Share of steps of time that differ from the median step.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing.

    Returns
    -------
    float
        0 to 1; a gap counts as one step.
    """
    if len(timestamps) < 3:
        return 0.0
    steps = np.diff(timestamps)
    usual = float(np.median(steps))
    return float(np.count_nonzero(np.abs(steps - usual) > UNSTEADY * usual)) / len(steps)


def strongest_partners(values: FloatArray) -> list[tuple[int, float] | None]:
    """For every sensor the one it moves with most.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Values in each sensor's unit, NaN is missing; a regular sample of 20 000 rows is looked at.

    Returns
    -------
    list of (place, correlation) or None
        Place of the other sensor and Pearson's correlation, -1 to 1, over the rows that both have; None where a sensor
        never moves or shares fewer than 30 rows with any.
    """
    n_sensors = values.shape[1]
    if n_sensors < 2 or not len(values):
        return [None] * n_sensors
    correlation = pair_correlations(values)
    best = np.abs(correlation).argmax(axis=1)
    found = [float(correlation[place, other]) for place, other in enumerate(best)]
    return [(int(other), value) if value else None for other, value in zip(best, found, strict=True)]

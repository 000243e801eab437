"""The clock of a series: its step, the sampling rate to work at, and means over that rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import SensorKind
from l4e_widgets.core.times import NS_PER_SECOND

__all__ = ["SAMPLING_RATES_S", "Resampled", "median_step_s", "resample", "suggest_sampling_rate"]

SAMPLING_RATES_S: tuple[float, ...] = (1, 5, 10, 15, 30, 60, 300, 600, 900, 1800, 3600)
"""Sampling rates that are offered, in seconds."""

_ALIKE = 0.01
_LAST_COUNTS = (SensorKind.CATEGORICAL, SensorKind.TWO_VALUED)


@dataclass(frozen=True)
class Resampled:
    """A frame at another sampling rate.

    Parameters
    ----------
    frame : SensorFrame
        One row for every bin that held a row; its timestamp is the start of the bin.
    bin_of_row : (n_rows,) int64
        For every row of the frame before, the row of the new frame it went into.
    """

    frame: SensorFrame
    bin_of_row: npt.NDArray[np.int64]


def median_step_s(timestamps: npt.NDArray[np.int64]) -> float:
    """Median distance of rows.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing.

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    DataError
        There are fewer than two rows.
    """
    if len(timestamps) < 2:
        raise DataError(
            "One row has no sampling rate.", expected="at least two rows", fix="Choose a longer stretch of data."
        )
    return float(np.median(np.diff(timestamps))) / NS_PER_SECOND


def suggest_sampling_rate(timestamps: npt.NDArray[np.int64]) -> float:
    """Sampling rate to work at.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing.

    Returns
    -------
    float
        Seconds: the median distance of rows where it is one of `SAMPLING_RATES_S` (within 1 %), else the next
        coarser of these; a median coarser than an hour is kept as it is.

    Raises
    ------
    DataError
        There are fewer than two rows.
    """
    step = median_step_s(timestamps)
    for rate in SAMPLING_RATES_S:
        if step <= rate * (1 + _ALIKE):
            return float(rate)
    return step


def resample(frame: SensorFrame, rate_s: float, *, step_s: float | None = None) -> Resampled:
    """Frame at a sampling rate: the mean of every bin `[t, t + rate)`, on a grid that starts at 1970 UTC.

    Parameters
    ----------
    frame : SensorFrame
        The rows.
    rate_s : float
        Length of a bin in seconds.
    step_s : float, optional
        Median distance of rows of the whole record in seconds, where `frame` is a part of one; its own where absent.

    Returns
    -------
    Resampled
        The mean of the values of each sensor in the bin, the last value for categorical and two-valued sensors. A bin
        without a row is absent. Where the rate is the median distance of rows, the frame comes back as it is.

    Raises
    ------
    DataError
        The rate is not positive.
    """
    rate_ns = round(rate_s * NS_PER_SECOND)
    if rate_ns <= 0:
        raise DataError(f"A sampling rate of {rate_s:g} s is not possible.", expected="more than 0 s")
    n_rows = len(frame)
    if step_s is None:
        step_s = median_step_s(frame.timestamps) if n_rows > 1 else rate_s
    if not n_rows or np.isclose(step_s, rate_s, rtol=_ALIKE):
        return Resampled(frame, np.arange(n_rows, dtype=np.int64))
    bins = frame.timestamps // rate_ns
    starts = np.flatnonzero(np.diff(bins, prepend=bins[0] - 1))
    bin_of_row = np.zeros(n_rows, dtype=np.int64)
    bin_of_row[starts[1:]] = 1
    bin_of_row = np.cumsum(bin_of_row)
    values = np.empty((len(starts), len(frame.sensors)), dtype=frame.values.dtype, order="F")
    for place, sensor in enumerate(frame.sensors):
        column = frame.values[:, place]
        if sensor.kind in _LAST_COUNTS:
            values[:, place] = _last_values(column, len(starts), bin_of_row)
        else:
            values[:, place] = _means(column, starts)
    return Resampled(SensorFrame(bins[starts] * rate_ns, values, frame.sensors), bin_of_row)


def _means(column: npt.NDArray[np.floating], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.floating]:
    filled = ~np.isnan(column)
    counts = np.add.reduceat(filled.astype(np.int64), starts)
    if not counts.any():
        return np.full(len(starts), np.nan, dtype=column.dtype)
    # A large offset costs digits in a sum, so the sum runs over distances from one value of the column.
    centre = float(column[int(np.argmax(filled))])
    sums = np.add.reduceat(np.where(filled, column - np.float64(centre), 0.0), starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (centre + sums / counts).astype(column.dtype)


def _last_values(
    column: npt.NDArray[np.floating], n_bins: int, bin_of_row: npt.NDArray[np.int64]
) -> npt.NDArray[np.floating]:
    result = np.full(n_bins, np.nan, dtype=column.dtype)
    filled = np.flatnonzero(~np.isnan(column))
    result[bin_of_row[filled]] = column[filled]
    return result

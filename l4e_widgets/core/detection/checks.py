"""What rows must be like to be learned from or scored, said in sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, duration_text

__all__ = ["LEAST_ROWS", "checked_rows", "clock_of", "default_sensors", "kept_rows", "training_warnings"]

FloatArray = npt.NDArray[np.floating]
Int64Array = npt.NDArray[np.int64]

LEAST_ROWS = 200
_ROWS_PER_SENSOR = 5
_GAP_STEPS = 10.0
_MONTH_DAYS = 30.0


def checked_rows(
    values: npt.ArrayLike, timestamps: npt.ArrayLike, n_sensors: int | None = None
) -> tuple[FloatArray, Int64Array]:
    """Values and times as arrays, or a sentence on what does not fit.

    Parameters
    ----------
    values : (n_rows, n_sensors) array
        Values in the sensors' units; float32 and float64 are taken as they are.
    timestamps : (n_rows,) array of int64
        Nanoseconds UTC.
    n_sensors : int, optional
        Number of columns that is expected.

    Returns
    -------
    tuple
        The two arrays.

    Raises
    ------
    DataError
        Shapes do not fit, or times do not increase.
    """
    array = np.asarray(values)
    if array.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        array = array.astype(np.float64)
    times = np.asarray(timestamps, dtype=np.int64)
    if array.ndim != 2 or len(array) != len(times):
        raise DataError(
            "Values and timestamps do not fit together.",
            got=f"values of shape {array.shape} and {len(times)} timestamps",
            expected="one row of values for each timestamp",
        )
    if n_sensors is not None and array.shape[1] != n_sensors:
        raise DataError(
            "The rows have other sensors than the model.",
            got=f"{array.shape[1]} sensors",
            expected=f"{n_sensors}",
            fix="Give the sensors the model was trained on, in the same order.",
        )
    if len(times) > 1 and not bool((np.diff(times) > 0).all()):
        raise DataError("The timestamps do not increase strictly.", fix="Sort the rows and drop repeated times.")
    return array, times


def clock_of(timestamps: Int64Array) -> tuple[float, float]:
    """Typical step between rows, and the step beyond which rows do not follow on each other.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing.

    Returns
    -------
    tuple of float
        Both in nanoseconds: the median step, and ten of them (more where steps vary much).
    """
    steps = np.diff(timestamps)
    if not len(steps):
        return float(NS_PER_SECOND), _GAP_STEPS * NS_PER_SECOND
    if steps.min() == steps.max():
        return float(steps[0]), _GAP_STEPS * float(steps[0])
    typical = float(np.median(steps))
    return typical, max(_GAP_STEPS * typical, 2.0 * float(np.quantile(steps, 0.99)))


def kept_rows(
    values: FloatArray,
    timestamps: Int64Array,
    exclude: Sequence[TimeRange],
    sensors: Sequence[Sensor],
    least_rows: int = LEAST_ROWS,
) -> Int64Array:
    """Rows to learn from: not excluded, with at least one value; or a sentence on how many are needed.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Values in the sensors' units.
    timestamps : (n_rows,) int64
        Nanoseconds UTC.
    exclude : sequence of TimeRange
        Stretches to leave out.
    sensors : sequence of Sensor
        Records of the columns.
    least_rows : int
        Rows needed at least; below 200 the need of 5 for each sensor falls in proportion.

    Returns
    -------
    (n_kept,) int64
        Row numbers, ascending.

    Raises
    ------
    DataError
        Fewer rows than needed, or records and columns differ in number.
    """
    n_rows, n_sensors = values.shape
    if len(sensors) != n_sensors:
        raise DataError(
            "Values and sensor records do not fit together.",
            got=f"{n_sensors} columns and {len(sensors)} sensors",
            expected="one record for each column",
        )
    keep = np.ones(n_rows, dtype=bool)
    for span in exclude:
        first, last = np.searchsorted(timestamps, [span.start, span.end])
        keep[first:last] = False
    for start in range(0, n_rows, 65_536):
        piece = values[start : start + 65_536]
        if not np.isfinite(piece.sum(dtype=np.float64)):
            keep[start : start + 65_536] &= np.isfinite(piece).any(axis=1)
    needed = max(least_rows, _ROWS_PER_SENSOR * n_sensors * min(least_rows, LEAST_ROWS) // LEAST_ROWS)
    if keep.sum() < needed:
        left_out = n_rows - int(keep.sum())
        raise DataError(
            f"The training range has too few rows: {int(keep.sum())}, and {needed} are needed for {n_sensors} "
            f"sensor{'s' if n_sensors != 1 else ''}.",
            got=f"{n_rows} rows, {left_out} of them left out or empty" if left_out else f"{n_rows} rows",
            expected=f"at least {least_rows} rows and {_ROWS_PER_SENSOR} for each sensor",
            fix="Choose a longer training range.",
        )
    return np.flatnonzero(keep)


def training_warnings(n_rows: int, seconds: float) -> tuple[str, ...]:
    """Sentences on what a training of this length cannot promise.

    Parameters
    ----------
    n_rows : int
        Rows it learned from.
    seconds : float
        Time they cover.

    Returns
    -------
    tuple of str
        Empty where there is nothing to say.
    """
    said = []
    if seconds < 2 * _MONTH_DAYS * 86_400:
        said.append(
            f"The training covers {duration_text(seconds)}: with less than two months the number of false alarms "
            "asked for cannot be promised. Train again when there is more."
        )
    if n_rows < 1000:
        said.append(f"The training has only {n_rows} rows; slow drifts cannot be told from faults yet.")
    return tuple(said)


def default_sensors(n_sensors: int) -> tuple[Sensor, ...]:
    """Plain records for columns without any.

    Parameters
    ----------
    n_sensors : int
        Number of columns.

    Returns
    -------
    tuple of Sensor
        Named ``sensor_1`` and so on.
    """
    return tuple(Sensor(id=f"sensor_{i + 1}", name=f"sensor_{i + 1}") for i in range(n_sensors))

"""The record's precision: on which decimal grid values lie, and whether live values lie on a coarser one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["EVIDENCE_LINE", "SENSOR_LINE", "RecordGrid", "evidence_of", "grid_step", "learn_grid", "rounded_like"]

Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

EVIDENCE_LINE = 25.0
SENSOR_LINE = 45.0
_SAMPLE_ROWS = 20_000
_LEAST_VALUES = 20
_EXPONENTS = range(-6, 10)
_ON_GRID = 0.995
_RARE = 0.3
_ROW_LIMIT = 5.0
_LIVE_MISS = 0.02


@dataclass(frozen=True)
class RecordGrid:
    """Decimal grid of each sensor.

    Parameters
    ----------
    step : (n_sensors,) float64
        Step of the record in the sensor's unit; 0 where the values lie on no decimal grid.
    watched_step : (n_sensors,) float64
        Coarser grid that few training values lie on, in the sensor's unit; NaN where there is none to watch.
    chance : (n_sensors,) float64
        Share of training values on the watched grid.
    fine_below : (n_sensors,) float64, optional
        Power of ten below which training values had finer digits than the watched grid. A number written with so many
        digits in all loses decimals where it grows, which is no change of the record. Absent in older models.
    """

    step: Float64Array
    watched_step: Float64Array
    chance: Float64Array
    fine_below: Float64Array | None = None


def _on_grid(values: Float64Array, step: npt.NDArray[np.float64] | float) -> BoolArray:
    """Where values lie on a grid, as exactly as single precision can tell."""
    off = np.abs(values - np.round(values / step) * step)
    return np.asarray(off <= 1.5e-7 * np.abs(values) + 1e-9 * step)


def grid_step(n_rows: int) -> int:
    """Of how many rows one is enough to find grids from.

    Parameters
    ----------
    n_rows : int
        Number of rows.

    Returns
    -------
    int
        1 up to 20,000 rows.
    """
    return max(-(-n_rows // _SAMPLE_ROWS), 1)


def learn_grid(values: npt.NDArray[np.floating]) -> RecordGrid:
    """Find the grids of training values.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Training rows in the sensors' units, NaN for missing.

    Returns
    -------
    RecordGrid
        Of each sensor; repeated values and zeros carry no evidence and are left out.
    """
    sample = values[:: grid_step(len(values))].astype(np.float64)
    n_sensors = sample.shape[1]
    step, watched, chance = np.zeros(n_sensors), np.full(n_sensors, np.nan), np.full(n_sensors, 0.5)
    fine_below = np.zeros(n_sensors)
    for column in range(n_sensors):
        distinct = np.unique(sample[:, column])
        distinct = distinct[np.isfinite(distinct) & (distinct != 0)]
        if len(distinct) < 2:
            continue
        finest = 3e-6 * float(np.max(np.abs(distinct)))
        widest = float(distinct[-1] - distinct[0])
        steps = [10.0**-exponent for exponent in _EXPONENTS if finest < 10.0**-exponent <= 1.001 * widest]
        shares = [float(_on_grid(distinct, size).mean()) for size in steps]
        step[column] = next((size for size, share in zip(steps, shares, strict=True) if share >= _ON_GRID), 0.0)
        if len(distinct) < _LEAST_VALUES:
            continue
        for size, share in zip(reversed(steps), reversed(shares), strict=True):
            if share <= _RARE:
                watched[column], chance[column] = size, max(share, 0.5 / len(distinct), 0.01)
                fine_below[column] = _fine_below(distinct, size)
                break
    return RecordGrid(step, watched, chance, fine_below)


def _fine_below(distinct: Float64Array, size: float) -> float:
    """Power of ten above the largest values of which few lie on a grid; 0 where there are none."""
    decade = np.floor(np.log10(np.abs(distinct)))
    on_grid = _on_grid(distinct, size)
    fine = [
        power
        for power in np.unique(decade)
        if (decade == power).sum() >= _LEAST_VALUES and on_grid[decade == power].mean() <= _RARE
    ]
    return float(10.0 ** (max(fine) + 1)) if fine else 0.0


def evidence_of(
    rows: Float64Array, before: Float64Array, grid: RecordGrid
) -> tuple[Float64Array, Float64Array, BoolArray]:
    """Evidence of each row for a coarser record.

    Parameters
    ----------
    rows : (n_rows, n_sensors) float64
        Rows in the sensors' units.
    before : (n_rows, n_sensors) float64
        The row looked at before each; repeated values carry no evidence.
    grid : RecordGrid
        Of the training.

    Returns
    -------
    evidence : (n_rows,) float64
        Log likelihood ratio over all sensors, clipped to 5 in either direction.
    own : (n_rows, n_sensors) float64
        The same of each sensor alone, not clipped; none from values larger than those that had finer digits.
    fits : (n_rows, n_sensors) bool
        Where a telling value lies on the watched grid.
    """
    telling = np.isfinite(rows) & (rows != 0) & (rows != before) & np.isfinite(grid.watched_step)
    fits = telling & _on_grid(
        np.where(telling, rows, 1.0), np.where(np.isfinite(grid.watched_step), grid.watched_step, 1.0)
    )
    gain = np.log((1 - _LIVE_MISS) / grid.chance)
    loss = np.log(_LIVE_MISS / (1 - grid.chance))
    own = np.where(fits, gain, 0.0) + np.where(telling & ~fits, loss, 0.0)
    alone = np.zeros_like(own) if grid.fine_below is None else np.where(np.abs(rows) < grid.fine_below, own, 0.0)
    return np.clip(own.sum(axis=1), -_ROW_LIMIT, _ROW_LIMIT), alone, fits


def rounded_like(values: npt.NDArray[np.floating], live: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Training values brought to the decimal grid of a live record, to learn from again.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Training rows in the sensors' units.
    live : (n_live_rows, n_sensors) float
        Rows of the record as it is now, a hundred or more.

    Returns
    -------
    (n_rows, n_sensors) float
        A copy, each sensor rounded to the coarsest grid that its live values lie on.
    """
    steps = learn_grid(live).step
    for column in np.flatnonzero(steps == 0):
        steps[column] = _step_of_one_value(live[:, column])
    out = np.array(values, copy=True)
    for column in np.flatnonzero(steps > 0):
        step = steps[column]
        out[:, column] = np.round(out[:, column] / step) * step
    return out


def _step_of_one_value(column: npt.NDArray[np.floating]) -> float:
    """Coarsest decimal step that the only value of a column lies on; 0 where it has several, none or zero."""
    known = np.unique(column[np.isfinite(column)]).astype(np.float64)
    if len(known) != 1 or known[0] == 0:
        return 0.0
    steps = [10.0**-exponent for exponent in _EXPONENTS if 10.0**-exponent <= abs(known[0])]
    return next((step for step in steps if bool(_on_grid(known, step)[0])), 0.0)

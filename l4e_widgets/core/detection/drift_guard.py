"""Whether live data has left what a model learned, and which sensor by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.sensors import Sensor

__all__ = ["DriftReport", "LearnedReach", "SensorDrift", "learned_reach", "watch_drift"]

Float64Array = npt.NDArray[np.float64]

_EDGES = (0.001, 0.999)
_MARGIN = 0.1
"""Part of the learned reach that a value may lie beyond it before it counts as outside."""
_OUTSIDE_SHARE = 0.2
_SHIFT = 1.0
"""Mean deviation over the whole window, in half widths of the normal band, that counts as drift."""
_LEAST_ROWS = 20


@dataclass(frozen=True, eq=False)
class LearnedReach:
    """What each sensor did in training.

    Parameters
    ----------
    low, high : (n_sensors,) float64
        Its 0.1 % and 99.9 % quantile, in its unit; NaN without values.
    """

    low: Float64Array
    high: Float64Array


@dataclass(frozen=True, kw_only=True)
class SensorDrift:
    """One sensor that has left what was learned.

    Parameters
    ----------
    sensor : Sensor
        Its record.
    outside_share : float
        Share of its rows beyond the learned reach, 0 to 1.
    beyond : float
        How far the median of these rows lies beyond the learned reach, in its unit; negative below, 0 where no row
        does.
    shift : float
        Mean deviation from what the others let expect, in its unit.
    shift_in_bands : float
        The same in half widths of the band of normal rows.
    """

    sensor: Sensor
    outside_share: float
    beyond: float
    shift: float
    shift_in_bands: float


@dataclass(frozen=True, kw_only=True)
class DriftReport:
    """Whether the model still knows what it sees.

    Parameters
    ----------
    has_left : bool
        Whether a sensor has left what was learned.
    drifted : tuple of SensorDrift
        Sensors that have, farthest first.
    n_rows : int
        Rows that were looked at.
    """

    has_left: bool
    drifted: tuple[SensorDrift, ...]
    n_rows: int


def learned_reach(values: npt.NDArray[np.floating]) -> LearnedReach:
    """Reach of each sensor in the training rows.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Rows that were learned from, NaN for missing.

    Returns
    -------
    LearnedReach
        Quantiles, so that a few wild values widen nothing.
    """
    low, high = np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    for column in range(values.shape[1]):
        known = values[np.isfinite(values[:, column]), column]
        if len(known):
            low[column], high[column] = np.quantile(known.astype(np.float64), _EDGES)
    return LearnedReach(low, high)


def watch_drift(
    reach: LearnedReach,
    values: npt.NDArray[np.floating],
    expected: npt.NDArray[np.floating],
    half_band: npt.NDArray[np.floating],
    sensors: Sequence[Sensor],
) -> DriftReport:
    """Look at recent rows for sensors that have left what was learned.

    A sensor has, where a fifth of its rows lie a tenth of the learned reach beyond it, or where its mean deviation
    from what the others let expect is as large as the band of normal rows.

    Parameters
    ----------
    reach : LearnedReach
        Of the training.
    values : (n_rows, n_sensors) float
        Recent rows outside of events, in the sensors' units.
    expected : (n_rows, n_sensors) float
        `Expected.value` of the same rows.
    half_band : (n_sensors,) float
        `Expected.half_band`.
    sensors : sequence of Sensor
        Records of the columns.

    Returns
    -------
    DriftReport
        Empty where fewer than 20 rows are known.
    """
    found = []
    if len(values) >= _LEAST_ROWS:
        for column, sensor in enumerate(sensors):
            drift = _drift_of(reach, column, values[:, column], expected[:, column], float(half_band[column]), sensor)
            if drift:
                found.append(drift)
    found.sort(key=lambda drift: -max(drift.outside_share, abs(drift.shift_in_bands)))
    return DriftReport(has_left=bool(found), drifted=tuple(found), n_rows=len(values))


def _drift_of(
    reach: LearnedReach,
    column: int,
    values: npt.NDArray[np.floating],
    expected: npt.NDArray[np.floating],
    half_band: float,
    sensor: Sensor,
) -> SensorDrift | None:
    """Return the drift of one sensor, None where it stays within what was learned."""
    known = values[np.isfinite(values)].astype(np.float64)
    low, high = reach.low[column], reach.high[column]
    if len(known) < _LEAST_ROWS or not np.isfinite(low):
        return None
    margin = _MARGIN * (high - low)
    outside = (known < low - margin) | (known > high + margin)
    share = float(outside.mean())
    middle = float(np.median(known[outside])) if outside.any() else low
    beyond = middle - high if middle > high else min(middle - low, 0.0)
    off = (values - expected).astype(np.float64)
    shift = float(np.nanmean(off)) if np.isfinite(off).any() else 0.0
    in_bands = shift / half_band if np.isfinite(half_band) and half_band > 0 else 0.0
    if share < _OUTSIDE_SHARE and abs(in_bands) < _SHIFT:
        return None
    return SensorDrift(
        sensor=sensor, outside_share=share, beyond=float(beyond), shift=shift, shift_in_bands=float(in_bands)
    )

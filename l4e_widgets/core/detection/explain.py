"""Why an event: the share of each sensor in it and how far each lay from its expected value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.events import EventSpan

__all__ = ["event_deviations", "event_shares"]

Float64Array = npt.NDArray[np.float64]


def event_shares(contributions: npt.NDArray[np.floating], span: EventSpan) -> Float64Array:
    """Share of each sensor in an event: the mean over its rows.

    Parameters
    ----------
    contributions : (n_rows, n_sensors) float
        Shares per row; NaN rows do not count.
    span : EventSpan
        The event.

    Returns
    -------
    (n_sensors,) float64
        Shares that sum to 1; equal ones where no row can be judged.
    """
    rows = np.asarray(contributions[span.first_row : span.last_row_exclusive], dtype=np.float64)
    known = rows[np.isfinite(rows).all(axis=1)]
    total = known.sum(axis=0) if len(known) else np.ones(rows.shape[1])
    whole = total.sum()
    return np.asarray(total / whole if whole > 0 else np.full(len(total), 1 / max(len(total), 1)))


def event_deviations(
    values: npt.NDArray[np.floating], expected: npt.NDArray[np.floating], span: EventSpan
) -> Float64Array:
    """Mean deviation of each sensor from its expected value within an event.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Measured values in the sensors' units.
    expected : (n_rows, n_sensors) float
        `Expected.value` of the same rows, in the sensors' units.
    span : EventSpan
        The event.

    Returns
    -------
    (n_sensors,) float64
        In the sensor's unit, positive where it read higher than expected; NaN where it had no value.
    """
    rows = slice(span.first_row, span.last_row_exclusive)
    off = np.asarray(values[rows], dtype=np.float64) - np.asarray(expected[rows], dtype=np.float64)
    known = np.isfinite(off)
    count = known.sum(axis=0)
    total = np.where(known, off, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))

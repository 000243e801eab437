"""How much of what a machine does a beginning of its history shows: operating modes, and the reach of each sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.operating_modes import mode_boundary
from l4e_widgets.core.times import TimeRange

__all__ = ["Coverage", "HistorySample", "coverage", "unseen_share"]

_MODE_ROWS = 20
_SWITCHES = 6
_EDGE = 0.05
_SHARE_OF_SENSORS = 0.9


@dataclass(frozen=True, kw_only=True, eq=False)
class HistorySample:
    """Evenly thinned rows of a history.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing; some tens of thousands are enough.
    values : (n_rows, n_sensors) float
        In the sensors' units, NaN for missing.
    names : tuple of str
        Name of each sensor for people.
    """

    timestamps: npt.NDArray[np.int64]
    values: npt.NDArray[np.floating]
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """When the history has shown what there is.

    Parameters
    ----------
    modes : tuple of (str, int)
        Name of each sensor that goes to and fro between two operating modes, with the time by which both had been
        seen; in the order of that time.
    reach_seen_ns : int
        Time by which nine of ten sensors have been near both ends of their usual range (5 % to 95 %).
    """

    modes: tuple[tuple[str, int], ...]
    reach_seen_ns: int


def coverage(sample: HistorySample, is_clear: npt.NDArray[np.bool_]) -> Coverage:
    """Find out when a history has shown its operating modes and the reach of its sensors.

    Parameters
    ----------
    sample : HistorySample
        Rows of the whole history.
    is_clear : (n_rows,) bool
        Rows that may be learned from: no label, no off-time.

    Returns
    -------
    Coverage
        Times just after the row that completed each.
    """
    rows = np.flatnonzero(is_clear)
    modes: list[tuple[int, str]] = []
    reaches: list[int] = []
    for column, name in enumerate(sample.names):
        known = rows[np.isfinite(sample.values[rows, column])]
        values = np.asarray(sample.values[known, column], dtype=np.float64)
        if not len(values) or values.min() == values.max():
            continue
        boundary = mode_boundary(values)
        if boundary is not None and _returns(values, boundary):
            modes.append((_seen(known, [values < boundary, values >= boundary], _MODE_ROWS), name))
        low, high = np.quantile(values, [_EDGE, 1 - _EDGE])
        reaches.append(_seen(known, [values <= low, values >= high], 1))
    times = sample.timestamps
    reach = int(np.quantile(reaches, _SHARE_OF_SENSORS, method="inverted_cdf")) if reaches else 0
    return Coverage(
        modes=tuple((name, int(times[row]) + 1) for row, name in sorted(modes)),
        reach_seen_ns=int(times[reach]) + 1 if len(times) else 0,
    )


def _returns(values: npt.NDArray[np.float64], boundary: float) -> bool:
    """Tell whether values go to and fro between two levels: a level that is entered once may be a fault."""
    low, high = np.median(values[values < boundary]), np.median(values[values >= boundary])
    clear = 0.25 * (high - low)
    side = np.where(values > boundary + clear, 1, np.where(values < boundary - clear, -1, 0))
    side = side[side != 0]
    return int(np.count_nonzero(np.diff(side))) >= _SWITCHES


def _seen(rows: npt.NDArray[np.int64], sides: Sequence[npt.NDArray[np.bool_]], least: int) -> int:
    """Row by which each side has been there often enough: so many rows, or half of them where it is rarer."""
    last = 0
    for side in sides:
        places = np.flatnonzero(side)
        if len(places):
            last = max(last, int(rows[places[min(least, (len(places) + 1) // 2) - 1]]))
    return last


def unseen_share(sample: HistorySample, training: TimeRange) -> float:
    """Share of the rows after a training that lie in an operating mode the training does not hold.

    Parameters
    ----------
    sample : HistorySample
        Rows of the whole history.
    training : TimeRange
        `[start, end)`.

    Returns
    -------
    float
        0 to 1; NaN where there are no later rows.
    """
    learned = (sample.timestamps >= training.start) & (sample.timestamps < training.end)
    later = sample.timestamps >= training.end
    if not later.any():
        return float("nan")
    new = np.zeros(len(later), dtype=bool)
    for column in range(sample.values.shape[1]):
        values = np.asarray(sample.values[:, column], dtype=np.float64)
        known = np.isfinite(values)
        boundary = mode_boundary(values[known])
        if boundary is None or not _returns(values[known], boundary):
            continue
        for side in (values < boundary, values >= boundary):
            if np.count_nonzero(side & learned) < min(_MODE_ROWS, (np.count_nonzero(side) + 1) // 2):
                new |= side & known
    return float(new[later].mean())

"""A sensor whose unit changed within the training rows: found before anything is learned from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.units import UnitMap, is_named, map_of
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import minute_text

__all__ = ["in_one_unit"]

FloatArray = npt.NDArray[np.floating]
Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

_BLOCKS = 40
_SAMPLE_ROWS = 8_000
_LEAST_ROWS = 400
_APART = 3.0
_END_BLOCKS = 3
_RIDGE = 0.01
_NEWER_SHARE = 0.2


def in_one_unit(
    values: FloatArray, rows: Int64Array, timestamps: Int64Array, sensors: Sequence[Sensor]
) -> tuple[FloatArray, tuple[str, ...]]:
    """Training values with each sensor in one unit.

    Parameters
    ----------
    values : (n_all, n_sensors) float
        Rows in the sensors' units, NaN for missing.
    rows : (n_rows,) int64
        Rows to learn from, ascending.
    timestamps : (n_all,) int64
        Nanoseconds UTC.
    sensors : sequence of Sensor
        Records of the columns.

    Returns
    -------
    values : (n_all, n_sensors) float
        The array itself, or a copy in which the rows of the unit that is not learned are missing: the older ones, or
        the newer ones where those are less than a fifth.
    sentences : tuple of str
        What was found.
    """
    if values.shape[1] < 2 or len(rows) < 2 * _LEAST_ROWS:
        return values, ()
    chosen = rows[:: max(-(-len(rows) // _SAMPLE_ROWS), 1)]
    sample = values[chosen].astype(np.float64)
    said, out = [], values
    suspects = {column: cut for column in range(values.shape[1]) if (cut := _cut(sample[:, column]))}
    for column, rough in suspects.items():
        others = [place for place in range(values.shape[1]) if place != column]
        steady = [place for place in others if place not in suspects]
        found = _change(sample, column, rough, others, sensors[column].unit)
        if found is None and steady:
            found = _change(sample, column, rough, steady, sensors[column].unit)
        if found is None:
            continue
        cut, one, is_newer_kept = found
        turn = int(timestamps[chosen[cut]])
        out = values.copy() if out is values else out
        blank = slice(0, chosen[cut]) if is_newer_kept else slice(chosen[cut], None)
        out[blank, column] = np.nan
        before, after = (one.new, one.old) if is_newer_kept else (one.old, one.new)
        pair = f", which fits a change from {before} to {after}" if before else ""
        said.append(
            f"{sensors[column].label} changes its unit within the training rows at about {minute_text(turn)}{pair}. "
            f"Its {'older' if is_newer_kept else 'newer'} rows count as missing."
        )
    return out, tuple(said)


def _cut(column: Float64Array) -> int:
    """Sampled row at which a column jumps for good to where it never was before; 0 where there is none."""
    pieces = np.array_split(column, _BLOCKS)
    known = [piece[np.isfinite(piece)] for piece in pieces]
    middle = np.array([np.median(piece) if len(piece) else np.nan for piece in known])
    least, place = np.inf, 0
    for cut in range(_END_BLOCKS, _BLOCKS - _END_BLOCKS + 1):
        older, newer = middle[:cut][np.isfinite(middle[:cut])], middle[cut:][np.isfinite(middle[cut:])]
        if min(len(older), len(newer)) < _END_BLOCKS - 1:
            continue
        left = float(np.square(older - older.mean()).sum() + np.square(newer - newer.mean()).sum())
        apart = abs(float(older.mean()) - float(newer.mean()))
        if left < least:
            least, place = left, cut if apart > _APART * min(float(older.std()), float(newer.std())) else 0
    return sum(len(piece) for piece in pieces[:place])


def _change(
    sample: Float64Array, column: int, rough: int, others: list[int], unit: str
) -> tuple[int, UnitMap, bool] | None:
    """Row of the change, what the rows left out are of those learned, and whether the newer ones are learned."""
    n_rows, block = len(sample), -(-len(sample) // _BLOCKS)
    is_newer_kept = n_rows - rough >= max(_NEWER_SHARE * n_rows, _LEAST_ROWS)
    whole = np.isfinite(sample).all(axis=1)
    row = np.arange(n_rows)
    newer, older = whole & (row >= rough + block), whole & (row < rough - block)
    learned, left = (newer, older) if is_newer_kept else (older, newer)
    if learned.sum() < 5 * (len(others) + 1) or left.sum() < block:
        return None
    y, x = sample[:, column], sample[:, others]
    centre, scale = float(y[learned].mean()), float(y[learned].std())
    if scale == 0:
        return None
    x = (x - x[learned].mean(axis=0)) / np.maximum(x[learned].std(axis=0), 1e-300)
    power = x[learned].T @ x[learned] + _RIDGE * learned.sum() * np.eye(len(others))
    expected = x @ np.linalg.solve(power, x[learned].T @ ((y[learned] - centre) / scale))
    reading = (y - centre) / scale
    residual_sd = float(np.std(reading[learned] - expected[learned]))
    a, b = expected[left], reading[left]
    sums = np.array([len(a), a.sum(), b.sum(), (a * a).sum(), (a * b).sum(), (b * b).sum()])
    one = map_of(sums, centre=centre, scale=scale, residual_sd=residual_sd, unit=unit)
    if one is None or not one.old:
        one = map_of(sums, centre=centre, scale=scale, residual_sd=residual_sd, unit="")
    if one is None:
        return None
    if unit and not is_named(one, unit):
        one = replace(one, old="", new="")
    mapped = (one.factor * (centre + scale * expected) + one.offset - centre) / scale
    gain = np.nan_to_num(np.abs(reading - expected) - np.abs(reading - mapped))
    gain = np.clip(gain if is_newer_kept else -gain, -1.0, 1.0)
    inside = slice(max(rough - 2 * block, 0), rough + 2 * block)
    return inside.start + int(np.cumsum(gain[inside]).argmax()) + 1, one, is_newer_kept

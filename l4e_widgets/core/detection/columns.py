"""What each sensor is good for: modelled, constant in training, or without values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Columns", "describe_columns"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

_PIECE = 65_536
_SMALL_PIECE = 4_096
_MIN_PRESENT = 0.05
_LEAST_STEPS = 50
_RETURNS = 0.002


@dataclass(frozen=True)
class Columns:
    """Roles and scales of the sensors of a training set.

    Parameters
    ----------
    modelled, constant, counting, empty : (m,) int64
        Column numbers of the four roles; together all columns. Counting columns only ever rise (or fall) but for
        rare returns, so no later row is like training.
    centre, scale : (n_sensors,) float64
        Mean and standard deviation in the sensor's unit; scale 1 for columns that are not modelled.
    low, high : (n_sensors,) float64
        Smallest and largest value in the sensor's unit, NaN without values.
    present : (n_sensors,) float64
        Share of rows with a value.
    """

    modelled: Int64Array
    constant: Int64Array
    counting: Int64Array
    empty: Int64Array
    centre: Float64Array
    scale: Float64Array
    low: Float64Array
    high: Float64Array
    present: Float64Array


def describe_columns(
    values: npt.NDArray[np.floating], counters: Sequence[int] = (), rows: Int64Array | None = None
) -> Columns:
    """Find each column's role, centre and scale, in pieces of rows.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Rows in the sensors' units; NaN (or an infinity) is missing.
    counters : sequence of int
        Columns known to be counters.
    rows : (n_kept,) int64, optional
        Those of the rows that are learned from; all where absent.

    Returns
    -------
    Columns
        Roles and scales.
    """
    n_rows, n_sensors = len(values) if rows is None else len(rows), values.shape[1]
    low, high = np.full(n_sensors, np.inf), np.full(n_sensors, -np.inf)
    count, total, square = np.zeros(n_sensors), np.zeros(n_sensors), np.zeros(n_sensors)
    shift = _first_values(_piece(values, rows, 0, _PIECE))
    for start in range(0, n_rows, _SMALL_PIECE):
        piece = _piece(values, rows, start, start + _SMALL_PIECE).astype(np.float64)
        piece -= shift
        if np.isfinite(piece.sum()):
            count += len(piece)
            low, high = np.minimum(low, _reduced(np.minimum, piece)), np.maximum(high, _reduced(np.maximum, piece))
        else:
            there = np.isfinite(piece)
            count += there.sum(axis=0)
            low = np.minimum(low, np.where(there, piece, np.inf).min(axis=0))
            high = np.maximum(high, np.where(there, piece, -np.inf).max(axis=0))
            piece = np.where(there, piece, 0.0)
        total += np.ones(len(piece)) @ piece
        square += np.einsum("ij,ij->j", piece, piece)
    known = np.maximum(count, 1)
    mean = total / known
    spread = np.sqrt(np.maximum(square / known - mean**2, 0.0))
    grain = 1e-9 * np.maximum(np.abs(shift), 1e-30)
    empty = count < max(2.0, _MIN_PRESENT * n_rows)
    constant = ~empty & ((high - low) <= grain)
    counting = ~empty & ~constant & _counting(values, rows)
    counting[list(counters)] |= ~(empty | constant)[list(counters)]
    modelled = ~empty & ~constant & ~counting & (spread > 0)
    constant |= ~(empty | counting | modelled)
    return Columns(
        np.flatnonzero(modelled),
        np.flatnonzero(constant),
        np.flatnonzero(counting),
        np.flatnonzero(empty),
        np.where(count > 0, mean + shift, 0.0),
        np.where(modelled, spread, 1.0),
        np.where(count > 0, low + shift, np.nan),
        np.where(count > 0, high + shift, np.nan),
        count / max(n_rows, 1),
    )


def _piece(
    values: npt.NDArray[np.floating], rows: Int64Array | None, start: int, stop: int
) -> npt.NDArray[np.floating]:
    """Rows `[start, stop)` of those that are learned from."""
    return values[start:stop] if rows is None else values[rows[start:stop]]


def _reduced(by: np.ufunc, piece: Float64Array) -> Float64Array:
    """Smallest or largest value of each column; rows are laid side by side first, as long loops run faster."""
    beside = max(len(piece) // 64, 1)
    whole = len(piece) // beside * beside
    told = by.reduce(piece[:whole].reshape(-1, beside * piece.shape[1]), axis=0)
    return np.asarray(by.reduce(np.concatenate([told.reshape(beside, -1), piece[whole:]]), axis=0))


def _counting(values: npt.NDArray[np.floating], rows: Int64Array | None) -> npt.NDArray[np.bool_]:
    """Columns that move in one direction only, but for rare returns, and move often."""
    n_rows, n_sensors = len(values) if rows is None else len(rows), values.shape[1]
    up, down = np.zeros(n_sensors), np.zeros(n_sensors)
    for start in range(0, n_rows, _PIECE):
        steps = np.diff(_piece(values, rows, start, start + _PIECE + 1), axis=0)
        up += (steps > 0).sum(axis=0)
        down += (steps < 0).sum(axis=0)
        if (np.minimum(up, down) > _RETURNS * n_rows).all():
            break
    return np.asarray(((up + down) >= _LEAST_STEPS) & (np.minimum(up, down) <= _RETURNS * (up + down)))


def _first_values(values: npt.NDArray[np.floating]) -> Float64Array:
    """First finite value of each column, so that sums of squares lose no digits; 0 without any."""
    shift = np.zeros(values.shape[1])
    head = np.isfinite(values[:_PIECE])
    first = head.argmax(axis=0)
    columns = np.flatnonzero(head.any(axis=0))
    shift[columns] = values[first[columns], columns]
    return shift

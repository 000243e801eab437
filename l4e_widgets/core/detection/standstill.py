"""Sensors that never rest, and how long one of them has stood still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.training import TrainingRows

__all__ = ["Standstill", "learn_standstill", "no_standstill"]

Float64Array = npt.NDArray[np.float64]
State = Mapping[str, npt.NDArray[np.generic]]

_RESTS_AFTER = 10
_TIMES = 2.0
_MEMORIES = 3.0
_TRAINED_TIMES = 20.0
_SHORT = 16
_RESTS = 2
_CARRIED = ("repeats", "held", "rests")
_PIECE = 65_536


@dataclass(frozen=True)
class Standstill:
    """How many equal values in a row are more than any chance of the training.

    Parameters
    ----------
    limit : (n_sensors,) float64
        Repeats of a value that reach the alarm line; infinite for sensors that rest in normal running.
    """

    limit: Float64Array

    @property
    def is_on(self) -> bool:
        """Whether any sensor never rests."""
        return bool(np.isfinite(self.limit).any())

    def fresh(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the state of a stream that has just begun."""
        if not self.is_on:
            return {}
        n = len(self.limit)
        return {"repeats": np.zeros(n), "held": np.full(n, np.nan), "rests": np.zeros(n)}

    def excess(
        self, values: npt.NDArray[np.floating], state: State
    ) -> tuple[Float64Array | None, dict[str, npt.NDArray[np.generic]]]:
        """Tell by how much sensors have stood still too long, and what the next rows need.

        A sensor that has moved on twice from half its limit rests now: its record has become coarser, and it is no
        longer judged.

        Parameters
        ----------
        values : (n_rows, n_sensors) float
            Consecutive rows as they were recorded, NaN for missing (which ends a standstill).
        state : mapping of str to array
            ``repeats``, ``held`` and ``rests``, all (n_sensors,), after the row before; a fresh stream where absent.

        Returns
        -------
        excess : (n_rows,) float64 or None
            Largest logarithm of repeats over their limit, minus infinity below 0; None where no row reaches it.
        state : dict
            After the last row.
        """
        known = {**self.fresh(), **{name: state[name] for name in _CARRIED if name in state}}
        repeats, held, rests = (np.asarray(known[name], dtype=np.float64) for name in _CARRIED)
        columns = np.flatnonzero(_may_stand(values, held, repeats, self.limit))
        after, rested = np.zeros(len(self.limit)), rests.copy()
        excess = None
        if len(values) > _SHORT:
            tail = np.flatnonzero(values[-1] == values[-2])
            after[tail] = _repeats(values[-_SHORT:, tail], held[tail], repeats[tail])[0][-1]
        if len(columns):
            limit = self.limit[columns]
            count, ended = _repeats(values[:, columns], held[columns], repeats[columns])
            times_rested = rests[columns] + np.cumsum(ended >= limit / 2, axis=0)
            after[columns], rested[columns] = count[-1], times_rested[-1]
            over = np.where(times_rested < _RESTS, count / limit, 0.0).max(axis=1)
            if (over >= 1).any():
                excess = np.where(over >= 1, np.log(np.maximum(over, 1.0)), -np.inf)
        return excess, {"repeats": after, "held": values[-1].astype(np.float64), "rests": rested}


def _may_stand(
    values: npt.NDArray[np.floating], held: Float64Array, repeats: Float64Array, limit: Float64Array
) -> npt.NDArray[np.bool_]:
    """Columns with a chance of eight repeats or more: three values two rows apart tell without looking at every row."""
    if len(values) <= _SHORT:
        return np.isfinite(limit)
    fourth, between = values[::4], values[2::4]
    first, last = fourth[:-1], fourth[1:]
    stands = ((first == last) & (first == between[: len(last)])).any(axis=0)
    goes_on = (repeats > 0) & ((values[0] == held) | (repeats >= limit / 2))
    return np.asarray((stands | goes_on) & np.isfinite(limit))


def _repeats(
    values: npt.NDArray[np.floating], held: Float64Array, repeats: Float64Array
) -> tuple[Float64Array, Float64Array]:
    """How often each value has been repeated up to each row, and the repeats that a new value ended there."""
    same = np.empty(values.shape, dtype=bool)
    same[0] = values[0] == held
    same[1:] = values[1:] == values[:-1]
    number = np.arange(len(values))[:, None]
    moved = np.maximum.accumulate(np.where(same, -1, number), axis=0)
    count = np.where(moved >= 0, number - moved, number + 1 + repeats)
    earlier = np.vstack([repeats, count[:-1]])
    return count, np.where(same | np.isnan(values), 0.0, earlier)


def no_standstill(n_sensors: int) -> Standstill:
    """Standstill of a plant in which every sensor may rest.

    Parameters
    ----------
    n_sensors : int
        Number of modelled sensors.

    Returns
    -------
    Standstill
        Without a limit.
    """
    return Standstill(np.full(n_sensors, np.inf))


def learn_standstill(training: TrainingRows, alpha: float) -> Standstill:
    """Learn which sensors never repeat a value more than a few times, and how often that is.

    A residual hides a sensor that stands still wherever the other sensors' noise goes on in it; equal values in a row
    do not. A sensor with more than ten repeats anywhere in the training (rounded, two-valued, off) has no limit.

    Parameters
    ----------
    training : TrainingRows
        The rows that were kept.
    alpha : float
        Weight of the newest row in the channels: three memories of them are the least that counts.

    Returns
    -------
    Standstill
        Limits of twice the longest repeat of the training and three memories.
    """
    chosen = training.columns.modelled
    longest = np.zeros(len(chosen))
    for start in range(0, training.n_rows, _PIECE):
        rows = slice(max(start - _RESTS_AFTER - 1, 0), start + _PIECE)
        part = training.values[rows] if training.rows is None else training.values[training.rows[rows]]
        part = part if len(chosen) == part.shape[1] else part[:, chosen]
        same = part[1:] == part[:-1]
        open_columns, times = np.flatnonzero(same.any(axis=0)), 1
        lasting = same = same[:, open_columns]
        while len(open_columns) and times <= _RESTS_AFTER:
            longest[open_columns] = np.maximum(longest[open_columns], times)
            lasting = lasting[:-1] & same[times:]
            goes_on = lasting.any(axis=0)
            open_columns, lasting, same, times = open_columns[goes_on], lasting[:, goes_on], same[:, goes_on], times + 1
        longest[open_columns] = np.inf
    limit = _TIMES * longest + np.ceil(_MEMORIES / alpha)
    shown = training.columns.present[chosen] * training.n_rows
    return Standstill(np.where(shown >= _TRAINED_TIMES * limit, limit, np.inf))

"""What kind of values a sensor takes, and whether single precision keeps their digits."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.sensors import SensorKind

__all__ = ["KindTally", "fits_float32", "kind_of", "widened"]

Float64Array = npt.NDArray[np.float64]

MOST_LEVELS = 8
_ROWS_A_LEVEL = 20
_FEW_CHANGES = 0.1
_COUNTER_ROWS = 100
_FIRST_ROWS = 2000
_FLOAT32_DIGITS = 6
_LARGEST = 1e30


def kind_of(values: npt.NDArray[np.floating]) -> SensorKind:
    """Kind of a sensor by its values.

    Parameters
    ----------
    values : (n_rows,) float32 or float64
        Values in time order, in any unit; NaN is missing.

    Returns
    -------
    SensorKind
        Two-valued for two different values; categorical for few whole numbers that seldom change and jump between
        levels that are no neighbours; counter for values that never fall and mostly rise; numeric for all else.
    """
    tally = KindTally()
    tally.add(values)
    return tally.kind()


@dataclass
class KindTally:
    """What tells the kind of a sensor, counted chunk by chunk.

    Parameters
    ----------
    n_values : int
        Values that are there so far.
    n_rising : int
        Values above the one before them; not counted any more once a value has fallen and there are many levels.
    falls : bool
        Whether a value is below the one before it.
    n_changes : int
        Changes between few levels.
    """

    n_values: int = 0
    n_rising: int = 0
    falls: bool = False
    n_changes: int = 0
    _levels: set[float] = field(default_factory=set)
    _moves: set[tuple[float, float]] = field(default_factory=set)
    _last: float = np.nan

    def add(self, values: npt.NDArray[np.floating]) -> None:
        """Take the next values.

        Parameters
        ----------
        values : (n_rows,) float32 or float64
            Values in time order, in any unit; NaN is missing.
        """
        there = ~np.isnan(values)
        filled = values if there.all() else values[there]
        if not len(filled):
            return
        self.n_values += len(filled)
        for part in (filled[:_FIRST_ROWS], filled[_FIRST_ROWS:]):
            few = len(self._levels) <= MOST_LEVELS
            if not len(part) or not (few or not self.falls):
                continue
            if few:
                self._levels.update(np.unique(part).tolist())
            before = np.concatenate((part[:1] if np.isnan(self._last) else [self._last], part[:-1]), dtype=part.dtype)
            self._count_moves(before, part, few=len(self._levels) <= MOST_LEVELS)
            self._last = float(part[-1])
        self._last = float(filled[-1])

    def _count_moves(self, before: npt.NDArray[np.floating], after: npt.NDArray[np.floating], *, few: bool) -> None:
        moved = before != after
        self.falls = self.falls or bool((after < before).any())
        self.n_rising += int(np.count_nonzero(after > before))
        if few:
            self.n_changes += int(np.count_nonzero(moved))
            pairs = np.unique(np.column_stack((before[moved], after[moved])), axis=0)
            self._moves.update((low, high) for low, high in pairs.tolist())

    def kind(self) -> SensorKind:
        """Return the kind, as `kind_of` tells it."""
        if self.n_values < 2:
            return SensorKind.NUMERIC
        if len(self._levels) == 2:
            return SensorKind.TWO_VALUED
        if len(self._levels) <= MOST_LEVELS:
            return SensorKind.CATEGORICAL if self._jumps_between_levels() else SensorKind.NUMERIC
        steadily = not self.falls and self.n_rising > 0.5 * (self.n_values - 1)
        return SensorKind.COUNTER if self.n_values >= _COUNTER_ROWS and steadily else SensorKind.NUMERIC

    def _jumps_between_levels(self) -> bool:
        levels = sorted(self._levels)
        if len(levels) < 3 or self.n_values < _ROWS_A_LEVEL * len(levels) or any(level % 1 for level in levels):
            return False
        place = {level: number for number, level in enumerate(levels)}
        far = any(abs(place[high] - place[low]) > 1 for low, high in self._moves)
        return self.n_changes < _FEW_CHANGES * self.n_values and far


def widened(values: npt.NDArray[np.floating]) -> Float64Array:
    """Values in double precision, those that were kept in single precision with the digits of their source again.

    Parameters
    ----------
    values : (n_rows,) float32 or float64
        Values in any unit; single precision only where `fits_float32` allowed it.

    Returns
    -------
    (n_rows,) float64
        The same values.
    """
    wide = values.astype(np.float64)
    if values.dtype == np.float64:
        return wide
    there = np.flatnonzero((wide != 0) & ~np.isnan(wide))
    found = wide[there]
    places = _FLOAT32_DIGITS - 1 - np.floor(np.log10(np.abs(found))).astype(np.int64)
    up, down = np.power(10.0, np.maximum(places, 0)), np.power(10.0, np.maximum(-places, 0))
    wide[there] = np.rint(found * up / down) * down / up
    return wide


def _fits_together(block: Float64Array) -> bool:
    """Tell quickly whether all values have at most six digits as far as the largest reaches; no for some that fit."""
    largest = max(float(block.max(initial=0)), -float(block.min(initial=0)))
    if largest == 0:
        return True
    places = _FLOAT32_DIGITS - 1 - int(np.floor(np.log10(largest)))
    if not 0 <= places <= 15 or largest > _LARGEST:
        return False
    up = 10.0**places
    return bool((np.rint(block * up) / up == block).all())


def fits_float32(values: Float64Array) -> bool:
    """Tell whether every value comes back from single precision with the digits it was written with.

    Parameters
    ----------
    values : (n_rows,) float64
        Values in any unit; NaN is missing.

    Returns
    -------
    bool
        True where every value has at most six significant digits.
    """
    for start, stop in ((0, 1000), (1000, len(values))):
        block = values[start:stop]
        block = block[~np.isnan(block)] if np.isnan(block).any() else block
        if _fits_together(block):
            continue
        block = block[block != 0]
        size = np.abs(block)
        if size.max() > 1e30 or size.min() < 1e-15:
            return False
        places = _FLOAT32_DIGITS - 1 - np.floor(np.log10(size)).astype(np.int64)
        up, down = np.power(10.0, np.maximum(places, 0)), np.power(10.0, np.maximum(-places, 0))
        digits = np.rint(block * up / down)
        if not np.array_equal(digits * down / up, block):
            return False
    return True

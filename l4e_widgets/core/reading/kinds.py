"""What kind of values a sensor takes, and whether single precision keeps their digits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.sensors import SensorKind

__all__ = ["fits_float32", "kind_of", "widened"]

Float64Array = npt.NDArray[np.float64]

MOST_LEVELS = 8
_ROWS_A_LEVEL = 20
_FEW_CHANGES = 0.1
_COUNTER_ROWS = 100
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
    filled = values[~np.isnan(values)]
    if len(filled) < 2:
        return SensorKind.NUMERIC
    levels = np.unique(filled[:2000])
    if len(levels) <= MOST_LEVELS:
        levels = np.unique(filled)
    if len(levels) == 2:
        return SensorKind.TWO_VALUED
    if len(levels) <= MOST_LEVELS:
        return SensorKind.CATEGORICAL if _jumps_between(filled, levels) else SensorKind.NUMERIC
    if len(filled) >= _COUNTER_ROWS and filled[-1] > filled[0]:
        steps = np.diff(filled)
        if (steps >= 0).all() and (steps > 0).mean() > 0.5:
            return SensorKind.COUNTER
    return SensorKind.NUMERIC


def _jumps_between(filled: npt.NDArray[np.floating], levels: npt.NDArray[np.floating]) -> bool:
    if len(levels) < 3 or len(filled) < _ROWS_A_LEVEL * len(levels) or (levels % 1 != 0).any():
        return False
    place = np.searchsorted(levels, filled)
    steps = np.abs(np.diff(place))
    changes = steps[steps > 0]
    return len(changes) < _FEW_CHANGES * len(filled) and bool((changes > 1).any())


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

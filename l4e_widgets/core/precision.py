"""Single precision that loses no digit: which columns may be float32, and their digits back as float64."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["fits_single", "widened"]

DIGITS = 6
_FIRST_ROWS = 1000
_LARGEST, _SMALLEST = 1e30, 1e-15
_POWERS = np.array([float(f"1e{place}") for place in range(32)])


def widened(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Double precision with the digits the source was written with.

    Parameters
    ----------
    values : (...) float32 or float64
        Values in any unit; single precision is taken to stand for numbers of at most six significant digits, as
        `fits_single` makes sure of.

    Returns
    -------
    (...) float64
        The float32 nearest to 0.1 becomes 0.1, not 0.10000000149; float64 comes back as it is.
    """
    if values.dtype == np.float64:
        return values.astype(np.float64, copy=False)
    wide = values.astype(np.float64)
    size = np.abs(wide)
    known = np.isfinite(wide) & (size >= _SMALLEST) & (size <= _LARGEST)
    places = DIGITS - 1 - np.floor(np.log10(np.where(known, size, 1.0))).astype(np.int64)
    up, down = _POWERS[np.maximum(places, 0)], _POWERS[np.maximum(-places, 0)]
    with np.errstate(invalid="ignore", over="ignore"):
        written = np.rint(wide * up / down) * down / up
    return np.where(known, written, wide)


def fits_single(values: npt.NDArray[np.floating]) -> bool:
    """Tell whether `widened` brings every value back after it was stored in single precision.

    Parameters
    ----------
    values : (n_rows,) float32 or float64
        Values in any unit; NaN is missing.

    Returns
    -------
    bool
        True where not a digit is lost.
    """
    for start, stop in ((0, _FIRST_ROWS), (_FIRST_ROWS, len(values))):
        block = values[start:stop]
        with np.errstate(over="ignore", under="ignore"):
            again = widened(block.astype(np.float32))
        if not np.array_equal(again.astype(block.dtype), block, equal_nan=True):
            return False
    return True

"""How many digits a column of a table needs."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

__all__ = ["column_decimals"]


def column_decimals(values: npt.NDArray[np.floating]) -> int:
    """Digits after the point for a whole column: as few as say every value, at most four significant ones.

    Parameters
    ----------
    values : (n_rows,)
        Values of the column in its own unit; NaN is missing.

    Returns
    -------
    int
        From 0 to 4.
    """
    known = values[np.isfinite(values)].astype(np.float64)
    largest = float(np.abs(known).max()) if len(known) else 0.0
    most = min(max(3 - math.floor(math.log10(largest)), 0), 4) if largest else 0
    return next((digits for digits in range(most) if np.allclose(np.round(known, digits), known, rtol=1e-6)), most)

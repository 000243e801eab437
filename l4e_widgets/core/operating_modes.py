"""Whether the values of a sensor gather around several levels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["has_several_modes", "mode_boundary"]

_MOST_ROWS = 20_000
_FEWEST_ROWS = 100
_BINS = 50
_SMALLEST_SHARE = 0.05
"""A level that holds less than this share of the time is rather a disturbance than a mode."""
_VALLEY = 0.1
"""Between two modes the density falls below this share of the lower peak. A sine, the gentlest shape with two peaks
in its density, keeps a sixth of its peak in the middle and stays one mode."""


def has_several_modes(values: npt.NDArray[np.floating]) -> bool:
    """Tell whether values gather around at least two levels with a deep valley of density between them.

    Parameters
    ----------
    values : (n_values,) float
        Values in any unit, without NaN; a regular subsample of 20 000 is looked at.

    Returns
    -------
    bool
        True where each side of the valley holds at least 5 % of the values.
    """
    return mode_boundary(values) is not None


def mode_boundary(values: npt.NDArray[np.floating]) -> float | None:
    """Value that divides two levels around which values gather: the middle of the deepest valley between them.

    Parameters
    ----------
    values : (n_values,) float
        Values in any unit, without NaN; a regular subsample of 20 000 is looked at.

    Returns
    -------
    float or None
        In the unit of the values; None where they gather around one level.
    """
    if len(values) < _FEWEST_ROWS:
        return None
    sample = np.asarray(values[:: max(1, len(values) // _MOST_ROWS)], dtype=np.float64)
    low, high = np.quantile(sample, [0.005, 0.995])
    if not high > low:
        return None
    inside = sample[(sample >= low) & (sample <= high)]
    levels = len(np.unique(inside))
    counts, edges = np.histogram(inside, bins=min(_BINS, max(levels, 2)), range=(low, high))
    density = np.convolve(np.pad(counts, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    below = np.cumsum(counts) / counts.sum()
    left_peak = np.maximum.accumulate(density)
    right_peak = np.maximum.accumulate(density[::-1])[::-1]
    lower_peak = np.minimum(left_peak, right_peak)
    valley = density < _VALLEY * lower_peak
    balanced = (below >= _SMALLEST_SHARE) & (below <= 1 - _SMALLEST_SHARE)
    places = np.flatnonzero(valley & balanced)
    if not len(places):
        return None
    depth = density[places] / lower_peak[places]
    deepest = places[depth <= depth.min() + 1e-12]
    return float(edges[deepest[len(deepest) // 2] + 1])

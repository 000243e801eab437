"""First-order lags and slow random walks around a mean, exact for the step they are given."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

__all__ = ["held_states", "lagged", "mean_reverting"]

Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def lagged(target: Float64Array, *, step_s: float, lag_s: float) -> Float64Array:
    """Follow a target through a first-order lag, exactly where the target is straight between rows.

    Parameters
    ----------
    target : (n_rows,) float64
        What the lagged quantity tends to, in its unit; it starts at the first value.
    step_s, lag_s : float
        Time between rows and time constant, both in seconds.

    Returns
    -------
    (n_rows,) float64
        The lagged quantity in the unit of `target`.
    """
    ratio = step_s / lag_s
    keep = float(np.exp(-ratio))
    mean_keep = (1.0 - keep) / ratio
    gains = np.array([1.0 - mean_keep, mean_keep - keep])
    rest = np.array([(1.0 - gains[0]) * target[0]])
    out, _ = lfilter(gains, [1.0, -keep], target, zi=rest)
    return np.asarray(out, dtype=np.float64)


def mean_reverting(rng: np.random.Generator, n_rows: int, *, step_s: float, memory_s: float) -> Float64Array:
    """Draw a stationary random series around zero that forgets its past with one time constant.

    Parameters
    ----------
    rng : Generator
        Where the randomness comes from.
    n_rows : int
        How many values.
    step_s, memory_s : float
        Time between rows and time constant of the memory, both in seconds.

    Returns
    -------
    (n_rows,) float64
        Values of standard deviation 1, no unit; a longer draw begins with the shorter one.
    """
    keep = float(np.exp(-step_s / memory_s))
    shocks = rng.standard_normal(n_rows)
    shocks[1:] *= np.sqrt(1.0 - keep**2)
    return np.asarray(lfilter([1.0], [1.0, -keep], shocks), dtype=np.float64)


def held_states(level: Float64Array, *, up: float, down: float) -> BoolArray:
    """Two-state switch with hysteresis: on above `up`, off below `down`, unchanged between.

    Parameters
    ----------
    level : (n_rows,) float64
        What the switch watches.
    up, down : float
        The two limits in the unit of `level`; before the first crossing the nearer one decides.

    Returns
    -------
    (n_rows,) bool
        True where the switch is on.
    """
    decided = np.where(level > up, 1, np.where(level < down, 0, -1))
    if decided[0] < 0:
        decided[0] = int(level[0] > (up + down) / 2)
    last = np.maximum.accumulate(np.where(decided >= 0, np.arange(len(level)), 0))
    return np.asarray(decided[last] == 1)

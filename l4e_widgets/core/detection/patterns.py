"""How a sensor departed in an event: stuck, noisy, at another level, or in none of these ways."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["component_shares", "departure"]

_STUCK_ROWS = 10
_STUCK_SHARE = 0.95
_NOISY_FROM = 2.0


def departure(
    values: npt.NDArray[np.floating],
    expected: npt.NDArray[np.floating],
    half_band: float,
    *,
    usual_still: float,
) -> tuple[str, float]:
    """Name the way a sensor departed.

    Parameters
    ----------
    values, expected : (n_rows,) float
        Measured and expected within the event, in the sensor's unit.
    half_band : float
        Half width of the band that holds 95 % of normal rows.
    usual_still : float
        Share of its rows in training that repeat the value before, 0 to 1.

    Returns
    -------
    tuple of (str, float)
        ``stuck``, ``noisy``, ``level`` or ``unknown``, and for a noisy one its scatter as a multiple of the usual.
    """
    known = np.isfinite(values) & np.isfinite(expected)
    value = values[known].astype(np.float64)
    off = value - expected[known]
    if len(value) < 2 or not half_band > 0:
        return "unknown", float("nan")
    still = float((np.diff(value) == 0).mean())
    if len(value) >= _STUCK_ROWS and still >= _STUCK_SHARE and usual_still < _STUCK_SHARE / 2:
        return "stuck", float("nan")
    usual = half_band / 1.96
    scatter = float(np.sqrt(np.mean(np.square(np.diff(off))) / 2)) / usual
    mean = float(off.mean())
    if scatter >= _NOISY_FROM and abs(mean) < scatter * usual:
        return "noisy", scatter
    return ("level", float("nan")) if abs(mean) >= half_band / 2 else ("unknown", float("nan"))


def component_shares(shares: npt.NDArray[np.floating], components: tuple[str, ...]) -> dict[str, float]:
    """Share of each component in an event: the sum over its sensors.

    Parameters
    ----------
    shares : (n_sensors,) float
        Share of each sensor; they sum to 1.
    components : tuple of str
        Component of each sensor, empty for none.

    Returns
    -------
    dict of str to float
        Largest first; they sum to 1.
    """
    total: dict[str, float] = {}
    for share, component in zip(shares, components, strict=True):
        total[component] = total.get(component, 0.0) + float(share)
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))

"""Units: which affine change of a sensor is a change of its unit, and which two units it lies between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["UnitMap", "is_named", "map_of"]

Float64Array = npt.NDArray[np.float64]

_LEAST_ROWS = 32
_MANY_ROWS = 96
_SLOPE_SLACK = 0.05
_MOST_SLOPE_SLACK = 0.15
_CLEAR_SLOPE = 0.15
_CENTRE_SLACK = 0.25
_LOOSE = 2.5
_LARGE = 3.0
_CLOSE = 0.9
_KELVIN = 273.15
_KELVIN_SDS = 10.0

_FACTORS: tuple[tuple[str, str, float], ...] = (
    ("bar", "psi", 14.50377),
    ("bar", "kPa", 100.0),
    ("MPa", "bar", 10.0),
    ("MPa", "kPa", 1000.0),
    ("MPa", "psi", 145.0377),
    ("bar", "mbar", 1000.0),
    ("kPa", "mbar", 10.0),
    ("kPa", "psi", 0.1450377),
    ("kPa", "mmHg", 7.500617),
    ("bar", "mH2O", 10.19716),
    ("bar", "Pa", 100_000.0),
    ("kPa", "Pa", 1000.0),
    ("m³/h", "l/min", 16.66667),
    ("m³/h", "m³/s", 1 / 3600),
    ("l/s", "m³/h", 3.6),
    ("l/min", "l/h", 60.0),
    ("l/s", "l/min", 60.0),
    ("m³/h", "gpm", 4.402868),
    ("l/s", "gpm", 15.85032),
    ("l/min", "gpm", 0.2641721),
    ("m/s", "km/h", 3.6),
    ("m/s", "ft/s", 3.280840),
    ("mm/s", "in/s", 0.03937008),
    ("g", "m/s²", 9.80665),
    ("m", "ft", 3.280840),
    ("m", "mm", 1000.0),
    ("mm", "in", 0.03937008),
    ("mm", "µm", 1000.0),
    ("kg/h", "t/h", 0.001),
    ("kg/h", "lb/h", 2.204623),
    ("kg", "lb", 2.204623),
    ("kg/s", "t/h", 3.6),
    ("kW", "W", 1000.0),
    ("MW", "kW", 1000.0),
    ("A", "mA", 1000.0),
    ("kV", "V", 1000.0),
    ("kWh", "MJ", 3.6),
    ("rpm", "Hz", 1 / 60),
    ("rpm", "rad/s", 0.1047198),
    ("1", "%", 100.0),
    ("h", "min", 60.0),
)
_SAME_NAME = {
    "c": "°c",
    "degc": "°c",
    "f": "°f",
    "degf": "°f",
    "m3/h": "m³/h",
    "m3/s": "m³/s",
    "1/min": "rpm",
    "": "",
    "lpm": "l/min",
    "kelvin": "k",
    "m/s2": "m/s²",
    "um": "µm",
}


@dataclass(frozen=True)
class UnitMap:
    """New value = factor × old value + offset.

    Parameters
    ----------
    factor : float
        Without unit.
    offset : float
        In the new unit.
    old, new : str
        Units it lies between; empty where it fits no pair that is known.
    """

    factor: float
    offset: float
    old: str = ""
    new: str = ""

    @property
    def words(self) -> str:
        """Return the map in words, for example ``1.8 times the old value plus 32``."""
        end = (
            ""
            if abs(self.offset) < 5e-5 * max(abs(self.factor), 1)
            else (f" {'plus' if self.offset > 0 else 'minus'} {abs(self.offset):.5g}")
        )
        return f"{self.factor:.5g} times the old value{end}"


def _known_maps() -> tuple[UnitMap, ...]:
    """Return every pair in both directions."""
    forth = [
        *(UnitMap(factor, 0.0, old, new) for old, new, factor in _FACTORS),
        UnitMap(1.8, 32.0, "°C", "°F"),
        UnitMap(1.0, _KELVIN, "°C", "K"),
        UnitMap(1.8, -459.67, "K", "°F"),
    ]
    back = [UnitMap(1 / one.factor, -one.offset / one.factor, one.new, one.old) for one in forth]
    return (*forth, *back)


_KNOWN = _known_maps()
_NAMES = {_name.lower() for one in _KNOWN for _name in (one.old, one.new)}


def _plain(unit: str) -> str:
    """Return a unit as it is compared, empty where it is not one of those known."""
    small = unit.strip().lower()
    small = _SAME_NAME.get(small, small)
    return small if small in _NAMES else ""


def is_named(one: UnitMap, unit: str) -> bool:
    """Tell whether a unit is one of the two of a map.

    Parameters
    ----------
    one : UnitMap
        The map.
    unit : str
        Unit as people write it.

    Returns
    -------
    bool
        False for a unit that is not known here, too.
    """
    return bool(_plain(unit)) and _plain(unit) in (one.old.lower(), one.new.lower())


def map_of(sums: Float64Array, *, centre: float, scale: float, residual_sd: float, unit: str) -> UnitMap | None:
    """Tell whether values are what the other sensors let expect, but in another unit.

    A fault that moves a sensor keeps the slope of 1 between what it reads and what is expected; a unit has another
    slope, the scatter grows by the same factor, and the level fits it too. Pairs with a factor near 1 (kW and hp, N·m
    and lbf·ft) are not told: faults look like them.

    Parameters
    ----------
    sums : (6,) float64
        Over rows: their number, sums of the expected value x and of the reading y, of x², x y and y², standardised.
    centre, scale : float
        Of the sensor, in its unit: reading = centre + scale × standardised.
    residual_sd : float
        Standard deviation of the reading about the expected value in training, standardised.
    unit : str
        Unit of the training values, empty where it is not known.

    Returns
    -------
    UnitMap or None
        The pair that fits, with the factor and the offset of that pair; a map without units where the change is
        large and fits no pair; None where it is no change of unit.
    """
    n, mean_x, mean_y = sums[0], sums[1] / max(sums[0], 1), sums[2] / max(sums[0], 1)
    if n < _LEAST_ROWS:
        return None
    power_x, power_y = sums[3] - n * mean_x**2, sums[5] - n * mean_y**2
    product = sums[4] - n * mean_x * mean_y
    if power_x <= 1e-9 * n or power_y <= 0 or product**2 < 0.5 * power_x * power_y:
        return None
    slope = product / power_x
    scatter = float(np.sqrt(max(power_y - slope * product, 0.0) / (n - 2)))
    error = scatter / float(np.sqrt(power_x))
    if scatter > _LOOSE * abs(slope) * residual_sd:
        return None
    x, y = centre + scale * mean_x, centre + scale * mean_y
    slack = scale * max(3 * residual_sd, _CENTRE_SLACK)
    own = _plain(unit)
    for one in sorted(_KNOWN, key=lambda known: abs(np.log(abs(slope / known.factor)))):
        if own and one.old.lower() != own:
            continue
        if abs(slope / one.factor - 1) > max(_SLOPE_SLACK, min(3 * error / abs(one.factor), _MOST_SLOPE_SLACK)):
            continue
        if abs((y - one.offset) / one.factor - x) > slack:
            continue
        if one.factor == 1.0 and abs(one.offset) >= _KELVIN_SDS * scale:
            return one
        if abs(slope - 1) > max(_CLEAR_SLOPE, 4 * error):
            return one
    return _unknown_map(n, slope, error, (x, y, slack), product**2 / (power_x * power_y))


def _unknown_map(
    n: float, slope: float, error: float, level: tuple[float, float, float], agreement: float
) -> UnitMap | None:
    """Return a large change that fits no pair: any offset where the values spread, none where they shrink.

    A clogged or worn sensor answers less than it should around the level where it stands; a unit shrinks the level too.
    """
    if n < _MANY_ROWS or error > 0.05 * abs(slope):
        return None
    x, y, slack = level
    offset = y - slope * x
    is_large = abs(slope) >= _LARGE and agreement >= _CLOSE
    is_small = abs(slope) <= 1 / _LARGE and abs(y / slope - x) <= slack + 3 * error / abs(slope) * abs(x)
    if not is_large and not is_small:
        return None
    if abs(y / slope - x) <= slack:
        return UnitMap(float(y / x) if x else float(slope), 0.0)
    return UnitMap(float(slope), float(offset))

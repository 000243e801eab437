"""Names in a file to sensors: a safe key for each, and the unit where the name carries one."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["is_unit", "sensor_ids", "split_unit"]

_BRACKETS = re.compile(r"(?P<name>.*?\S)\s*\[(?P<unit>[^\[\]]{1,20})\]\Z")
_PARENTHESES = re.compile(r"(?P<name>.*?\S)\s*\((?P<unit>[^()]{1,12})\)\Z")
_UNITS = frozenset(
    "% a ma ka v mv kv w kw mw gw wh kwh mwh va kva var hz khz rpm 1/min min-1 tr/min °c c degc °f f degf k bar mbar "
    "barg bara pa hpa kpa mpa psi psig psia atm mm cm m km µm um in ft mil mils mm/s m/s in/s ips g m/s2 m/s² m3/h "
    "m³/h m3/s m³/s m3 m³ l l/h l/s l/min lpm gpm gal cfm kg kg/h kg/s t t/h nm n kn j kj mj ph ppm ppb µs/cm ms/cm "
    "s ms min h d deg ° rad db dba lux ohm kohm cp nm3/h nm³/h kg/m3 kg/m³ g/l mg/l".split()
)


def is_unit(cell: str) -> bool:
    """Tell whether a cell is a unit.

    Parameters
    ----------
    cell : str
        Text without spaces around it.

    Returns
    -------
    bool
        True for a well-known unit, and for a short text in brackets.
    """
    if cell[:1] + cell[-1:] in ("[]", "()"):
        return len(cell) <= 22
    return cell.lower() in _UNITS


def split_unit(name: str) -> tuple[str, str]:
    """Name without its unit, and the unit.

    Parameters
    ----------
    name : str
        Name as in the file, such as ``flow [m3/h]`` or ``pressure (bar)``.

    Returns
    -------
    name : str
        The name before the unit; the whole name where it carries none.
    unit : str
        The unit, empty where there is none. In parentheses only well-known units count as one.
    """
    match = _BRACKETS.match(name)
    if match:
        return match["name"], match["unit"].strip()
    match = _PARENTHESES.match(name)
    if match and match["unit"].strip().lower() in _UNITS:
        return match["name"], match["unit"].strip()
    return name, ""


def sensor_ids(names: Sequence[str]) -> tuple[str, ...]:
    """Safe and different key for every name, also on disks that do not tell capitals apart.

    Parameters
    ----------
    names : sequence of str
        Names as in the file.

    Returns
    -------
    tuple of str
        Letters, digits, ``.``, ``_`` and ``-`` only, in the order of the names.
    """
    taken: set[str] = set()
    ids = []
    for name in names:
        base = re.sub(r"[^0-9A-Za-z._-]+", "_", name).strip("_.")[:180] or "sensor"
        key, number = base, 1
        while key.lower() in taken:
            number += 1
            key = f"{base}_{number}"
        taken.add(key.lower())
        ids.append(key)
    return tuple(ids)

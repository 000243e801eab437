"""What is known of a sensor, as one frozen record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum

__all__ = ["Sensor", "SensorKind", "nearest_names", "told_sensors"]


class SensorKind(str, Enum):
    """What kind of values a sensor takes."""

    NUMERIC = "numeric"
    TWO_VALUED = "two-valued"
    CATEGORICAL = "categorical"
    COUNTER = "counter"


@dataclass(frozen=True, kw_only=True)
class Sensor:
    r"""One sensor of an asset.

    Parameters
    ----------
    id : str
        Stable key of the sensor within its project; column name of the stored series.
    name : str
        Name as in the file, without the spaces around it.
    display_name : str
        Name for people; the name where none was given.
    component : str
        Group of sensors it belongs to, empty for none; L4E writes ``component\sensor``.
    unit : str
        Unit of its values, empty where unknown.
    kind : SensorKind
        Numeric, two-valued, categorical or counter.
    tag : str
        Its id in the historian, empty where unknown.
    limit_low, limit_high : float or None
        Limits of its allowed range in its unit.
    kind_told : bool
        Whether people said its kind; what its values show then does not change it.
    """

    id: str
    name: str
    display_name: str = ""
    component: str = ""
    unit: str = ""
    kind: SensorKind = SensorKind.NUMERIC
    tag: str = ""
    limit_low: float | None = None
    limit_high: float | None = None
    kind_told: bool = False

    @property
    def label(self) -> str:
        """Name to show: the display name, else the name."""
        return self.display_name or self.name

    def to_dict(self) -> dict[str, object]:
        """Return the record as plain values, for a document."""
        return {
            "id": self.id,
            "name": self.name,
            "display_name": self.display_name,
            "component": self.component,
            "unit": self.unit,
            "kind": self.kind.value,
            "tag": self.tag,
            "limit_low": self.limit_low,
            "limit_high": self.limit_high,
            "kind_told": self.kind_told,
        }

    @classmethod
    def from_dict(cls, parts: dict[str, object]) -> Sensor:
        """Rebuild a record from what `to_dict` gave; fields of a later version are ignored.

        Parameters
        ----------
        parts : dict
            Plain values by field; `id` and `name` are needed, the others may be absent.

        Returns
        -------
        Sensor
            The record.

        Raises
        ------
        TypeError
            `id` or `name` is missing.
        ValueError
            The kind is none of `SensorKind`.
        """
        known = {name: parts[name] for name in cls.__dataclass_fields__ if name in parts}
        known["kind"] = SensorKind(str(known.get("kind", SensorKind.NUMERIC.value)))
        return cls(**known)  # type: ignore[arg-type]


def nearest_names(name: str, names: Sequence[str]) -> str:
    """Known names that look like one that is not known, for the end of a sentence.

    Parameters
    ----------
    name : str
        The name that is not known.
    names : sequence of str
        Those that are.

    Returns
    -------
    str
        For example ``; did you mean "flow"?``, or empty where none is near.
    """
    by_small = {known.lower(): known for known in names}
    near = get_close_matches(name.lower(), list(by_small), n=3, cutoff=0.6)
    return "; did you mean " + " or ".join(f'"{by_small[word]}"' for word in near) + "?" if near else "."


def told_sensors(
    sensors: Sequence[Sensor], told: Sequence[Sensor], *, words: Collection[str] = ()
) -> tuple[tuple[Sensor, ...], tuple[str, ...]]:
    """Sensors of some data with what people know of them.

    Parameters
    ----------
    sensors : sequence of Sensor
        Records as the data gives them; they keep their ids and names.
    told : sequence of Sensor
        What is known, matched by name, without regard to capitals where that leaves one. What is empty there stays
        as the data has it, and so does the kind where it was not told.
    words : collection of str
        Names of the sensors whose values are words; they stay categorical.

    Returns
    -------
    sensors : tuple of Sensor
        In the same order.
    notices : tuple of str
        Sentences on what could not be taken.
    """
    exact = {sensor.name: sensor for sensor in sensors}
    small: dict[str, list[Sensor]] = {}
    for sensor in sensors:
        small.setdefault(sensor.name.lower(), []).append(sensor)
    known: dict[str, Sensor] = {}
    unknown: list[str] = []
    for record in told:
        alike = small.get(record.name.lower(), [])
        match = exact.get(record.name) or (alike[0] if len(alike) == 1 else None)
        if match is None:
            unknown.append(record.name)
        else:
            known[match.id] = record
    found, notices = [], list(_not_there(unknown, list(exact)))
    for sensor in sensors:
        new = _told(sensor, known.get(sensor.id))
        if sensor.name in words and new.kind != SensorKind.CATEGORICAL:
            notices.append(f'Sensor "{sensor.name}" holds words, so it is categorical and not {new.kind.value}.')
            new = replace(new, kind=SensorKind.CATEGORICAL, kind_told=False)
        found.append(new)
    return tuple(found), tuple(notices)


def _told(sensor: Sensor, record: Sensor | None) -> Sensor:
    if record is None:
        return sensor
    return replace(
        record,
        id=sensor.id,
        name=sensor.name,
        display_name=record.display_name or sensor.display_name,
        component=record.component or sensor.component,
        unit=record.unit or sensor.unit,
        tag=record.tag or sensor.tag,
        kind=record.kind if record.kind_told else sensor.kind,
        kind_told=record.kind_told or sensor.kind_told,
        limit_low=sensor.limit_low if record.limit_low is None else record.limit_low,
        limit_high=sensor.limit_high if record.limit_high is None else record.limit_high,
    )


def _not_there(unknown: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    if not unknown:
        return ()
    shown = ", ".join(f'"{name}"' for name in unknown[:3])
    more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
    near = nearest_names(unknown[0], names) if len(unknown) == 1 else "."
    if len(unknown) == 1:
        return (f"What is told of sensor {shown} was passed over, because the data has no such sensor{near}",)
    return (
        f"What is told of {len(unknown)} sensors was passed over, because the data has none of them: {shown}{more}.",
    )

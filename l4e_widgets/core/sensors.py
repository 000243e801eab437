"""What is known of a sensor, as one frozen record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Sensor", "SensorKind"]


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

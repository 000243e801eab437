"""Events, cases and findings of a model as every door tells them, and as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from l4e_widgets.core.results import SensorShare
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.explanations import AlikeTold, RepairTold

__all__ = ["CaseTold", "EventRecord", "FindingWords"]


@dataclass(frozen=True, kw_only=True)
class EventRecord:
    """One event, ready to be told.

    Parameters
    ----------
    span : TimeRange
        `[start, end)`.
    max_score : float
        Highest anomaly score, 0 to 1.
    severity : str
        ``warning`` or ``critical``.
    sentence : str
        When, which sensor, how far and which way.
    sensors : tuple of SensorShare
        Largest share first.
    case : str
        Id of the case that people made of it by an answer; empty where nobody did.
    verdict : str
        ``real``, ``false`` or ``open``.
    note : str
        What else was said.
    """

    span: TimeRange
    max_score: float
    severity: str
    sentence: str
    sensors: tuple[SensorShare, ...]
    case: str = ""
    verdict: str = "open"
    note: str = ""

    @property
    def sensor_ids(self) -> tuple[str, ...]:
        """Ids of its sensors, largest share first."""
        return tuple(share.sensor.id for share in self.sensors)

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain values; times are ISO texts with Z."""
        return {
            **self.span.to_iso(),
            "max_score": self.max_score,
            "severity": self.severity,
            "sentence": self.sentence,
            "case": self.case,
            "verdict": self.verdict,
            "note": self.note,
            "sensors": [
                {
                    "name": share.sensor.name,
                    "share": share.share,
                    "deviation": share.deviation,
                    "unit": share.sensor.unit,
                }
                for share in self.sensors
            ],
        }


@dataclass(frozen=True, kw_only=True)
class CaseTold:
    """Events of one trouble, ready to be told as one.

    Parameters
    ----------
    span : TimeRange
        From its first event to its last.
    severity : str
        ``warning`` or ``critical``.
    sentence : str
        When, which sensor, how far and which way, and what it is most like.
    sensors : tuple of SensorShare
        Of its longest event, largest share first.
    events : tuple of int
        Places of its events in the results, from 0.
    alike : AlikeTold or None
        Earlier event or known fault that is most like it.
    repair : RepairTold or None
        The fewest sensors behind its longest event; None where nobody looked yet.
    is_explained : bool
        Whether its rows were looked at again; until then the sentence says less.
    case : str
        Id of the document with the answer; empty where nobody answered.
    verdict : str
        ``real``, ``false`` or ``open``.
    note : str
        What else was said.
    answered_by : str
        Who said so, empty where nobody did.
    answered_ns : int
        When, nanoseconds UTC; 0 where nobody answered.
    """

    span: TimeRange
    severity: str
    sentence: str
    sensors: tuple[SensorShare, ...]
    events: tuple[int, ...]
    alike: AlikeTold | None = None
    repair: RepairTold | None = None
    is_explained: bool = True
    case: str = ""
    verdict: str = "open"
    note: str = ""
    answered_by: str = ""
    answered_ns: int = 0

    @property
    def sensor_ids(self) -> tuple[str, ...]:
        """Ids of its sensors, largest share first."""
        return tuple(share.sensor.id for share in self.sensors)

    def to_dict(self) -> dict[str, Any]:
        """Return the case as plain values; times are ISO texts with Z, events are counted from 1."""
        return {
            **self.span.to_iso(),
            "severity": self.severity,
            "sentence": self.sentence,
            "events": [number + 1 for number in self.events],
            "sensors": [{"name": share.sensor.name, "share": share.share} for share in self.sensors[:5]],
            "most_alike": _alike_plain(self.alike) if self.alike else None,
            "repair": _repair_plain(self.repair) if self.repair else None,
            "explained": self.is_explained,
            "case": self.case,
            "verdict": self.verdict,
            "note": self.note,
            "answered_by": self.answered_by,
        }


def _alike_plain(alike: AlikeTold) -> dict[str, Any]:
    """Return a stretch of the past as plain values."""
    return {**alike.span.to_iso(), "likeness": alike.likeness, "label": alike.label}


def _repair_plain(repair: RepairTold) -> dict[str, Any]:
    """Return a repair set as plain values."""
    return {
        "sensors": [sensor.name for sensor in repair.sensors],
        "score_before": repair.score_before,
        "scores_after": list(repair.scores_after),
        "is_enough": repair.is_enough,
        "sentence": repair.sentence,
    }


@dataclass(frozen=True, kw_only=True)
class FindingWords:
    """A finding, ready to be told.

    Parameters
    ----------
    span : TimeRange
        When.
    sensors : tuple of str
        Names of the sensors.
    sentence : str
        What is the case.
    """

    span: TimeRange
    sensors: tuple[str, ...]
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain values; times are ISO texts with Z."""
        return {**self.span.to_iso(), "sensors": list(self.sensors), "sentence": self.sentence}

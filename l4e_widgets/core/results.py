"""What a model says of its evaluation range, in numbers; the words are made from it by `figures`."""

from __future__ import annotations

from dataclasses import dataclass

from l4e_widgets.core.accuracy import Accuracy
from l4e_widgets.core.detection.calibration import CRITICAL
from l4e_widgets.core.detection.contract import Finding
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = ["AlikePast", "CaseFacts", "ExplainedEvent", "ModelResults", "RepairFacts", "SensorShare"]


@dataclass(frozen=True, kw_only=True)
class SensorShare:
    """Part of one sensor in an event.

    Parameters
    ----------
    sensor : Sensor
        Its record.
    share : float
        0 to 1; the shares of an event sum to 1.
    deviation : float or None
        Mean distance from the expected value over the event, in the sensor's unit; None where nothing was
        expected or the deviation stays inside the normal range.
    """

    sensor: Sensor
    share: float
    deviation: float | None


@dataclass(frozen=True, kw_only=True)
class ExplainedEvent:
    """One event with the sensors behind it.

    Parameters
    ----------
    span : TimeRange
        `[start, end)`.
    max_score : float
        Highest anomaly score, 0 to 1.
    shares : tuple of SensorShare
        Largest first, all sensors of the model.
    """

    span: TimeRange
    max_score: float
    shares: tuple[SensorShare, ...]

    @property
    def severity(self) -> str:
        """``critical`` from a score of 0.9 on, else ``warning``."""
        return "critical" if self.max_score >= CRITICAL else "warning"


@dataclass(frozen=True, kw_only=True)
class AlikePast:
    """A stretch of the past that looks like another.

    Parameters
    ----------
    span : TimeRange
        `[start, end)`.
    likeness : float
        0 to 1.
    label : str
        Fault code of the label it overlaps, empty where there is none.
    is_labelled : bool
        Whether it overlaps a label of a fault.
    """

    span: TimeRange
    likeness: float
    label: str
    is_labelled: bool


@dataclass(frozen=True, kw_only=True)
class RepairFacts:
    """The fewest sensors behind an event, in numbers.

    Parameters
    ----------
    sensors : tuple of Sensor
        The one that helps most first.
    score_before : float
        Highest anomaly score of the event, 0 to 1.
    scores_after : tuple of float
        The same once each sensor and those before it are replaced; 0.5 is the alarm line.
    is_enough : bool
        Whether the event is gone with all of them replaced.
    adds_nothing : tuple of Sensor
        Sensors that looked involved and need not be replaced.
    """

    sensors: tuple[Sensor, ...]
    score_before: float
    scores_after: tuple[float, ...]
    is_enough: bool
    adds_nothing: tuple[Sensor, ...]


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """Events of one trouble, in numbers.

    Parameters
    ----------
    events : tuple of int
        Places of its events among all events of the model, in order of time.
    longest : int
        Place of the event that it is told by.
    span : TimeRange
        From its first event to its last.
    pattern : str
        How the first sensor of that event departed, see `departure`; empty where nobody looked yet.
    ratio : float or None
        Scatter of a noisy sensor as a multiple of the usual one.
    alike : AlikePast or None
        Earlier event or known fault that is most like it.
    repair : RepairFacts or None
        The fewest sensors behind that event; None where nobody looked.
    """

    events: tuple[int, ...]
    longest: int
    span: TimeRange
    pattern: str = ""
    ratio: float | None = None
    alike: AlikePast | None = None
    repair: RepairFacts | None = None

    @property
    def is_explained(self) -> bool:
        """Whether its rows were looked at again, so that all that can be said is known."""
        return bool(self.pattern)


@dataclass(frozen=True, kw_only=True)
class ModelResults:
    """What a model says of its evaluation range.

    Parameters
    ----------
    model : str
        Name of the model.
    budget : float
        Alarm budget the events were made with, false alarms a month.
    training_range : TimeRange
        What was learned from.
    evaluation_range : TimeRange or None
        What was looked at.
    sampling_rate_s : float
        Seconds between rows of the model.
    sensors : tuple of Sensor
        Sensors of the model.
    events : tuple of ExplainedEvent
        In order of time.
    findings : tuple of Finding
        What is no anomaly score.
    accuracy : Accuracy or None
        Events held against the labels of the evaluation range; None without labels.
    reasons, warnings : tuple of str
        Why the model was made so, and what it cannot promise.
    """

    model: str
    budget: float
    training_range: TimeRange
    evaluation_range: TimeRange | None
    sampling_rate_s: float
    sensors: tuple[Sensor, ...]
    events: tuple[ExplainedEvent, ...]
    findings: tuple[Finding, ...]
    accuracy: Accuracy | None
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]

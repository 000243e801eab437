"""What a model says of its evaluation range, in numbers; the words are made from it by `figures`."""

from __future__ import annotations

from dataclasses import dataclass

from l4e_widgets.core.accuracy import Accuracy
from l4e_widgets.core.detection.calibration import CRITICAL
from l4e_widgets.core.detection.contract import Finding
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = ["ExplainedEvent", "ModelResults", "SensorShare"]


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

"""What a report says, as plain records: the shape a service fills and `render_report` draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = [
    "Accuracy",
    "Card",
    "ReportCase",
    "ReportContent",
    "ReportEvent",
    "ReportFinding",
    "ReportLabel",
    "SensorGrade",
    "Timeline",
]

FloatArray = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False, kw_only=True)
class Timeline:
    """Rows of all sensors with what the model said of them, over one stretch of time.

    Parameters
    ----------
    timestamps : (m,) int64
        Nanoseconds since 1970-01-01 UTC, strictly increasing.
    sensors : tuple of Sensor
        Record of each column.
    values : (m, n_sensors) float
        Measured values in the sensors' units; NaN is a gap.
    score : (m,) float or None
        Anomaly score, 0 to 1; NaN where a row was not judged.
    contributions : (m, n_sensors) float or None
        Share of each sensor, rows sum to 1; NaN where a row was not judged.
    expected : (m, n_sensors) float or None
        Expected values in the sensors' units.
    half_band : (n_sensors,) float or None
        Half width of the band around them, in the sensors' units.

    Raises
    ------
    DataError
        The shapes do not fit together.
    """

    timestamps: npt.NDArray[np.int64]
    sensors: tuple[Sensor, ...]
    values: FloatArray
    score: FloatArray | None = None
    contributions: FloatArray | None = None
    expected: FloatArray | None = None
    half_band: FloatArray | None = None

    def __post_init__(self) -> None:
        """Refuse shapes that do not fit."""
        shape = (len(self.timestamps), len(self.sensors))
        wanted = (
            ("values", self.values, shape),
            ("score", self.score, shape[:1]),
            ("contributions", self.contributions, shape),
            ("expected", self.expected, shape),
            ("half_band", self.half_band, shape[1:]),
        )
        for name, array, expected in wanted:
            if array is not None and array.shape != expected:
                raise DataError(
                    f"The {name} of a report's timeline do not fit its times and sensors.",
                    got=f"shape {array.shape}",
                    expected=f"shape {expected}",
                )


@dataclass(frozen=True, eq=False, kw_only=True)
class ReportEvent:
    """One event.

    Parameters
    ----------
    span : TimeRange
        When.
    severity : str
        ``critical`` or ``warning``.
    score : float
        Highest anomaly score in it, 0 to 1.
    sentence : str
        What happened, for people.
    detail : tuple of str
        What else is known, a sentence each.
    shares : tuple of (str, float)
        Ids of sensors of the timeline and their shares (0 to 1), largest first.
    label : str or None
        Fault code of the label it meets, None for none.
    forewarning_s : float or None
        Seconds between its start and the fault of its label.
    timeline : Timeline or None
        Rows around it at full resolution; columns as in the report's timeline.
    """

    span: TimeRange
    severity: str
    score: float
    sentence: str
    detail: tuple[str, ...] = ()
    shares: tuple[tuple[str, float], ...] = ()
    label: str | None = None
    forewarning_s: float | None = None
    timeline: Timeline | None = None


@dataclass(frozen=True, kw_only=True)
class ReportFinding:
    """Something worth saying that is no event.

    Parameters
    ----------
    span : TimeRange
        When.
    sensors : tuple of str
        Names of the sensors it is about.
    sentence : str
        What is the case.
    """

    span: TimeRange
    sensors: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ReportLabel:
    """A fault that people marked.

    Parameters
    ----------
    span : TimeRange
        When.
    fault_code : str
        Its code, empty for none.
    """

    span: TimeRange
    fault_code: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportCase:
    """Events of one trouble.

    Parameters
    ----------
    span : TimeRange
        From its first event to its last.
    severity : str
        ``warning`` or ``critical``.
    sentence : str
        When, which sensor, how far and which way, and what it is most like.
    events : tuple of int
        Places of its events among those of the report.
    repair : str
        Sentence on the fewest sensors behind it, empty where nobody looked.
    answer : str
        What people said of it, empty where nobody did.
    """

    span: TimeRange
    severity: str
    sentence: str
    events: tuple[int, ...]
    repair: str = ""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class SensorGrade:
    """How good the data of a sensor is.

    Parameters
    ----------
    name : str
        Its name.
    unit : str
        Its unit, empty where unknown.
    grade : str
        ``High``, ``Medium`` or ``Low``.
    reasons : tuple of str
        Why, a sentence or phrase each.
    is_used : bool
        Whether the model uses it.
    """

    name: str
    unit: str = ""
    grade: str = "High"
    reasons: tuple[str, ...] = ()
    is_used: bool = True


@dataclass(frozen=True, kw_only=True)
class Card:
    """A few facts under one heading.

    Parameters
    ----------
    title : str
        Heading, such as ``Data`` or ``Alarm budget``.
    pairs : tuple of (str, str)
        Names and values.
    """

    title: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """How the events meet the labels.

    Parameters
    ----------
    found, missed, false : int
        Labels met by an event, labels met by none, events that meet no label.
    forewarning_s : tuple of float
        Seconds of forewarning of each label found.
    """

    found: int
    missed: int
    false: int
    forewarning_s: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class ReportContent:
    """Everything a report says.

    Parameters
    ----------
    title : str
        What it is about, such as ``Report on pump-7``.
    project, description, model : str
        Name of the project, what is known of the asset, name of the model; empty for none.
    created_ns : int
        When it was made, nanoseconds since 1970-01-01 UTC.
    sentence : str
        The answer.
    detail : tuple of str
        What else is to be said at once, a sentence each.
    evaluation : TimeRange
        The stretch that was looked at.
    training : TimeRange or None
        The stretch that was learned from.
    off_time : tuple of TimeRange
        When the asset stood still.
    timeline : Timeline
        All rows, or as many as are at hand; it may be thinned already.
    events : tuple of ReportEvent
        The events, in any order.
    cases : tuple of ReportCase
        Events of one trouble told as one, in order of time.
    labels : tuple of ReportLabel
        Known faults.
    findings : tuple of ReportFinding
        What is no event.
    grades : tuple of SensorGrade
        One a sensor of the data.
    cards : tuple of Card
        Data, model, alarm budget and the like.
    assumed, warnings : tuple of str
        What was assumed, and what the result cannot promise; a sentence each.
    accuracy : Accuracy or None
        Where labels are known.
    zone : str
        Zone of all times.
    """

    title: str
    created_ns: int
    sentence: str
    evaluation: TimeRange
    timeline: Timeline
    project: str = ""
    description: str = ""
    model: str = ""
    detail: tuple[str, ...] = ()
    training: TimeRange | None = None
    off_time: tuple[TimeRange, ...] = ()
    events: tuple[ReportEvent, ...] = ()
    cases: tuple[ReportCase, ...] = ()
    labels: tuple[ReportLabel, ...] = ()
    findings: tuple[ReportFinding, ...] = ()
    grades: tuple[SensorGrade, ...] = ()
    cards: tuple[Card, ...] = ()
    assumed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    accuracy: Accuracy | None = None
    zone: str = "UTC"

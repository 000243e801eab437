"""What the documents hold: one frozen dataclass a kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from l4e_widgets.core.labels import Label
from l4e_widgets.core.off_time import OffTime
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = [
    "CalibrationRecord",
    "CaseRecord",
    "DatasetRecord",
    "FindingRecord",
    "LabelGroupRecord",
    "ModelRecord",
    "ProjectRecord",
    "QualityRecord",
    "SeriesManifest",
    "SeriesPart",
    "TrainingRequest",
]


@dataclass(frozen=True, kw_only=True)
class ProjectRecord:
    """One asset with everything that belongs to it.

    Parameters
    ----------
    name : str
        Name as the user wrote it.
    description : str
        What the asset is.
    created_ns : int
        When it was created, nanoseconds UTC.
    stage : str
        ``creating``, ``importing`` or ``deleting`` while that is under way, empty for a whole project: a program
        that dies leaves it behind, so that what is half-made is never taken for whole.
    """

    SCHEMA: ClassVar[str] = "project"
    SCHEMA_VERSION: ClassVar[int] = 1

    name: str
    description: str = ""
    created_ns: int = 0
    stage: str = ""


@dataclass(frozen=True, kw_only=True)
class DatasetRecord:
    """What was ingested.

    Parameters
    ----------
    sensors : tuple of Sensor
        Record of every sensor.
    n_rows : int
        Rows kept.
    span : TimeRange
        First row to just after the last.
    sampling_rate_s : float
        Suggested sampling rate in seconds.
    median_step_s : float
        Median distance of rows in seconds.
    missing_share : float
        Share of missing values, 0 to 1.
    sources : tuple of str
        Files it came from, as given.
    reading : dict
        Plain values of the reading report.
    sentences : tuple of str
        What was understood, for people.
    revision : int
        Newest append that belongs to it; rows of a later one are not there until its document is.
    """

    SCHEMA: ClassVar[str] = "dataset"
    SCHEMA_VERSION: ClassVar[int] = 2

    sensors: tuple[Sensor, ...]
    n_rows: int
    span: TimeRange
    sampling_rate_s: float
    median_step_s: float
    missing_share: float
    sources: tuple[str, ...] = ()
    reading: dict[str, Any] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class QualityRecord:
    """Grades of the sensors.

    Parameters
    ----------
    quality : dict
        Plain values of the quality report.
    revision : int
        Append up to which the rows were graded; grades of another one are made anew.
    """

    SCHEMA: ClassVar[str] = "quality"
    SCHEMA_VERSION: ClassVar[int] = 1

    quality: dict[str, Any]
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class SeriesPart:
    """One immutable file of a series.

    Parameters
    ----------
    name : str
        File name, made from its content.
    n_rows : int
        Rows in it.
    first_ns, last_ns : int
        Its first and last timestamp, nanoseconds UTC.
    sha256 : str
        Checksum of its bytes.
    columns : dict of str to bool
        Ids of the sensors in it, and whether their values are single precision; empty in parts of the first
        version, which hold every sensor.
    revision : int
        Which append brought it, counted from 0.
    """

    name: str
    n_rows: int
    first_ns: int
    last_ns: int
    sha256: str
    columns: dict[str, bool] = field(default_factory=dict)
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class SeriesManifest:
    """Which parts make up the series of one clock.

    Parameters
    ----------
    sensors : tuple of str
        Ids of the sensors.
    parts : tuple of SeriesPart
        In order of arrival: where two have the same time, the later one wins wherever it has a value.
    grid_ns : int
        Width of the finest cell of detail, nanoseconds; 0 where it was never chosen.
    compacted_to : int
        Newest append whose rows were merged with older ones; a reader cannot go back before it.
    retired : tuple of str
        Files that are listed no longer and may be removed.
    """

    SCHEMA: ClassVar[str] = "series"
    SCHEMA_VERSION: ClassVar[int] = 2

    sensors: tuple[str, ...]
    parts: tuple[SeriesPart, ...]
    grid_ns: int = 0
    compacted_to: int = 0
    retired: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TrainingRequest:
    """Everything a training needs to know.

    Parameters
    ----------
    model : str
        Name of the model to make.
    sensors : tuple of str
        Ids of the sensors to learn from.
    training_range : TimeRange
        `[start, end)` to learn from.
    evaluation_range : TimeRange or None
        `[start, end)` to look for events in; None where nothing is left after training.
    sampling_rate_s : float
        Target sampling rate in seconds.
    exclude : tuple of TimeRange
        Stretches to leave out of training.
    labels : tuple of TimeRange
        Known faults; left out of training and held against the events.
    alarm_budget : float
        False alarms a month that are acceptable when nothing is wrong.
    detector : str
        Name in the registry of detectors.
    label_group : str
        Group that the labels came from, empty where they were given directly.
    label_revision : int
        Revision of the group at that time.
    off_time : OffTime or None
        When the machine is off: such rows are neither learned from nor judged; None where nothing was said.
    """

    model: str
    sensors: tuple[str, ...]
    training_range: TimeRange
    evaluation_range: TimeRange | None
    sampling_rate_s: float
    exclude: tuple[TimeRange, ...] = ()
    labels: tuple[TimeRange, ...] = ()
    alarm_budget: float = 1.0
    detector: str = "relations"
    label_group: str = ""
    label_revision: int = 0
    off_time: OffTime | None = None


@dataclass(frozen=True, kw_only=True)
class FindingRecord:
    """Something worth saying that is no anomaly score.

    Parameters
    ----------
    kind : str
        Stable word for the sort of finding.
    span : TimeRange
        When.
    sensors : tuple of str
        Ids of the sensors.
    sentence : str
        What is the case, for people.
    """

    kind: str
    span: TimeRange
    sensors: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ModelRecord:
    """A trained model.

    Parameters
    ----------
    name : str
        Name as the user wrote it.
    version : int
        Version in use, from 1.
    request : TrainingRequest
        What it was trained with, labels included, frozen.
    reasons : tuple of str
        Why sensors and ranges were chosen so.
    trained_ns : int
        When the training ended, nanoseconds UTC.
    seconds : dict of str to float
        Time of each step, in seconds.
    n_rows_trained : int
        Rows that were learned from.
    digits : dict of str to float
        Step of the decimal grid that rows are rounded to before the model sees them, by sensor id, in the sensor's
        unit; empty where they are taken as they are.
    findings : tuple of FindingRecord
        Findings over all scored rows.
    warnings : tuple of str
        What the model cannot promise.
    job : str
        Id of the job that made it, by which a later attempt of the same job knows its work is done.
    """

    SCHEMA: ClassVar[str] = "model"
    SCHEMA_VERSION: ClassVar[int] = 1

    name: str
    version: int
    request: TrainingRequest
    reasons: tuple[str, ...]
    trained_ns: int
    seconds: dict[str, float]
    n_rows_trained: int
    digits: dict[str, float] = field(default_factory=dict)
    findings: tuple[FindingRecord, ...] = ()
    warnings: tuple[str, ...] = ()
    job: str = ""


@dataclass(frozen=True, kw_only=True)
class CalibrationRecord:
    """How an alarm budget becomes a threshold; applied on read, so that moving it changes no stored series.

    Parameters
    ----------
    calibration : dict
        Plain values of the calibration.
    alarm_budget : float
        Budget in force, false alarms a month.
    """

    SCHEMA: ClassVar[str] = "calibration"
    SCHEMA_VERSION: ClassVar[int] = 1

    calibration: dict[str, Any]
    alarm_budget: float


@dataclass(frozen=True, kw_only=True)
class LabelGroupRecord:
    """Labels that belong together.

    Parameters
    ----------
    name : str
        Name as the user wrote it.
    labels : tuple of Label
        In order of time.
    """

    SCHEMA: ClassVar[str] = "labels"
    SCHEMA_VERSION: ClassVar[int] = 1

    name: str
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseRecord:
    """What people said of one trouble; it is keyed by time and sensors and outlives budgets and models.

    Parameters
    ----------
    id : str
        Name of its document.
    span : TimeRange
        When.
    sensors : tuple of str
        Ids of the sensors most involved, largest share first.
    verdict : str
        ``real``, ``false`` or ``open``.
    note : str
        What else was said.
    answered_by : str
        Who said so, empty while it is open.
    answered_ns : int
        When, nanoseconds UTC.
    """

    SCHEMA: ClassVar[str] = "case"
    SCHEMA_VERSION: ClassVar[int] = 1

    id: str
    span: TimeRange
    sensors: tuple[str, ...]
    verdict: str = "open"
    note: str = ""
    answered_by: str = ""
    answered_ns: int = 0

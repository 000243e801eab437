"""What is known of the quality of every sensor and of a data set, as records that can be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from l4e_widgets.core.quality_l4e import ingestion_summary, sensor_summaries
from l4e_widgets.core.quality_statistics import Statistics
from l4e_widgets.core.reading.report import ReadingReport

__all__ = ["QualityReport", "SensorQuality"]


@dataclass(frozen=True, kw_only=True)
class SensorQuality:
    """What is known of the data of one sensor.

    Parameters
    ----------
    id, name : str
        Key and name of the sensor.
    grade : str
        ``High``, ``Medium`` or ``Low``.
    reasons : tuple of str
        Why, for people.
    start_ns, end_ns : int or None
        First and last value, nanoseconds UTC; None where there is none.
    days : float
        Time between them in days.
    n_values : int
        Values that are there.
    categorical : bool
        Whether it takes few values that are states.
    n_categories : int
        How many, 0 where it is not categorical.
    large_gaps : int
        Stretches without values over a day (and over ten steps) long.
    max_gap_days : float
        The longest stretch without values in days, 0 where it is none of the large ones.
    monotonic : str
        ``INCREASING``, ``DECREASING``, ``STATIC`` or empty.
    multiple_operating_modes : bool
        Whether its values gather around several levels.
    duplicate_count, invalid_timestamp_count, invalid_count, missing_count : int
        Repeated times, times that could not be read, cells that are no numbers, and cells without a value (those
        that are no numbers not among them).
    duplicate_share, invalid_timestamp_share, invalid_share, missing_share : float
        The same as a share of the rows, 0 to 1.
    constant : bool
        Whether it never moves.
    statistics : Statistics
        Resolution, longest flat stretch, outliers, drift and operating modes.
    correlated_with : str
        Name of the sensor it moves with most, empty where there is none.
    correlation : float
        Pearson's correlation with it, -1 to 1.
    """

    id: str
    name: str
    grade: str
    reasons: tuple[str, ...]
    start_ns: int | None
    end_ns: int | None
    days: float
    n_values: int
    categorical: bool
    n_categories: int
    large_gaps: int
    max_gap_days: float
    monotonic: str
    multiple_operating_modes: bool
    duplicate_count: int
    duplicate_share: float
    invalid_timestamp_count: int
    invalid_timestamp_share: float
    invalid_count: int
    invalid_share: float
    missing_count: int
    missing_share: float
    constant: bool
    statistics: Statistics = field(default_factory=Statistics)
    correlated_with: str = ""
    correlation: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON values."""
        statistics = {**asdict(self.statistics), "modes": [list(mode) for mode in self.statistics.modes]}
        return {**asdict(self), "reasons": list(self.reasons), "statistics": statistics}

    @classmethod
    def from_dict(cls, parts: Mapping[str, Any]) -> SensorQuality:
        """Rebuild a record from its plain values.

        Parameters
        ----------
        parts : mapping
            What `to_dict` gave; fields of a later version are ignored.

        Returns
        -------
        SensorQuality
            The same record.
        """
        known = {name: parts[name] for name in cls.__dataclass_fields__ if name in parts}
        told = {name: known.get("statistics", {}).get(name) for name in Statistics.__dataclass_fields__}
        told["modes"] = tuple((level, share) for level, share in told["modes"] or ())
        statistics = Statistics(**{name: value for name, value in told.items() if value is not None})
        return cls(**{**known, "reasons": tuple(known.get("reasons", ())), "statistics": statistics})


@dataclass(frozen=True)
class QualityReport:
    """Quality of a data set.

    Parameters
    ----------
    sensors : tuple of SensorQuality
        One record a sensor, in the order of the frame.
    warnings : tuple of str
        Sentences about the data set as a whole.
    step_s : float
        Median distance of rows in seconds, 0 below two rows.
    unsteady_share : float
        Share of distances of rows that differ from it by over 1 %, 0 to 1.
    """

    sensors: tuple[SensorQuality, ...]
    warnings: tuple[str, ...] = ()
    step_s: float = 0.0
    unsteady_share: float = 0.0

    def of(self, sensor: str) -> SensorQuality | None:
        """Record of one sensor.

        Parameters
        ----------
        sensor : str
            Its id or name.

        Returns
        -------
        SensorQuality or None
            None where there is no such sensor.
        """
        return next((record for record in self.sensors if sensor in (record.id, record.name)), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "sensors": [record.to_dict() for record in self.sensors],
            "warnings": list(self.warnings),
            "step_s": self.step_s,
            "unsteady_share": self.unsteady_share,
        }

    def to_l4e(self, reading: ReadingReport, *, data_bytes: int = 0, component: str = "asset") -> dict[str, Any]:
        r"""Return the summaries of Amazon Lookout for Equipment, with its names and shapes.

        Parameters
        ----------
        reading : ReadingReport
            What came of reading.
        data_bytes : int
            Bytes of the files.
        component : str
            Component of sensors whose name is not ``component\sensor``.

        Returns
        -------
        dict
            The fields of a data ingestion job, and ``SensorStatisticsSummaries``.
        """
        summary = ingestion_summary(self, reading, data_bytes=data_bytes)
        return {**summary, "SensorStatisticsSummaries": sensor_summaries(self, component=component)}

    @classmethod
    def from_dict(cls, parts: Mapping[str, Any]) -> QualityReport:
        """Rebuild a report from its plain values.

        Parameters
        ----------
        parts : mapping
            What `to_dict` gave; fields of a later version are ignored.

        Returns
        -------
        QualityReport
            The same report.
        """
        sensors = tuple(SensorQuality.from_dict(record) for record in parts.get("sensors", ()))
        steps = {name: float(parts.get(name, 0.0)) for name in ("step_s", "unsteady_share")}
        return cls(sensors, tuple(parts.get("warnings", ())), **steps)

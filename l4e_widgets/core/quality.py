"""How good the data of every sensor is: statistics, a grade, and the reasons for it in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.operating_modes import has_several_modes
from l4e_widgets.core.quality_l4e import ingestion_summary, sensor_summaries
from l4e_widgets.core.quality_statistics import Statistics, sensor_statistics, step_jitter, strongest_partners
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.sensors import Sensor, SensorKind
from l4e_widgets.core.times import NS_PER_SECOND, duration_text, short_of

__all__ = ["QualityReport", "SensorQuality", "assess_quality", "grade_clocks"]

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.floating]

SHORT_HISTORY_DAYS = 14.0
"""A history below this is worth a warning: it holds two weekly rhythms at most."""
LARGE_GAP_S = 86_400.0
"""A stretch without values is large when it is longer than a day ..."""
LARGE_GAP_STEPS = 10
"""... and longer than this many median steps, so that daily data does not count as gaps."""
SHORT_SENSOR_SHARE = 0.5
"""A sensor whose values cover less than this share of the data set's time is said to have few days."""
COMPLETE = "It is complete: no value is missing, repeated or unreadable, and it has no large gap."
"""Why a sensor is graded High."""
_DAY_S = 86_400.0


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


@dataclass(frozen=True)
class _Counts:
    """Counts of the reading that concern a sensor."""

    rows: int
    duplicates: int
    invalid_times: int
    invalid: int


def assess_quality(frame: SensorFrame, report: ReadingReport | None = None) -> QualityReport:
    """Grade every sensor of a frame.

    Parameters
    ----------
    frame : SensorFrame
        The data.
    report : ReadingReport, optional
        What came of reading it; without one nothing was set aside or lost.

    Returns
    -------
    QualityReport
        Low: no data, or monotonic (never moving among it). Medium: large gaps, several operating modes, missing
        values, categorical or non-numeric values, repeated times, or few days in a long data set. Else High.
    """
    duplicates = report.count("duplicate_timestamp") if report else 0
    invalid_times = sum(report.count(reason) for reason in _UNREAD_TIMES) if report else 0
    rows = len(frame) + duplicates + invalid_times
    step_s = float(np.median(np.diff(frame.timestamps))) / NS_PER_SECOND if len(frame) > 1 else 0.0
    gap_s = max(LARGE_GAP_S, LARGE_GAP_STEPS * step_s)
    total_days = (frame.span.seconds + step_s) / _DAY_S if len(frame) else 0.0
    records = []
    for place, sensor in enumerate(frame.sensors):
        counts = _Counts(rows, duplicates, invalid_times, report.lost(sensor.name) if report else 0)
        column = np.ascontiguousarray(frame.values[:, place])
        records.append(_assess(sensor, frame.timestamps, column, counts, gap_s=gap_s, total_days=total_days))
    for place, partner in enumerate(strongest_partners(frame.values)):
        if partner is not None:
            other, correlation = partner
            name = frame.sensors[other].name
            records[place] = replace(records[place], correlated_with=name, correlation=correlation)
    return QualityReport(tuple(records), tuple(_warnings(records, total_days)), step_s, step_jitter(frame.timestamps))


def grade_clocks(
    frames: Sequence[SensorFrame], sensors: Sequence[Sensor], report: ReadingReport | None = None
) -> QualityReport:
    """Grade every sensor on the rows of its own clock.

    Parameters
    ----------
    frames : sequence of SensorFrame
        Rows of each clock.
    sensors : sequence of Sensor
        Records, in the order of the grades; each is in one of the frames.
    report : ReadingReport, optional
        What came of reading.

    Returns
    -------
    QualityReport
        Grades in the order of the sensors, and the warnings on all clocks, each once.
    """
    known = {sensor.id: sensor for sensor in sensors}
    told = [replace(frame, sensors=tuple(known[sensor.id] for sensor in frame.sensors)) for frame in frames]
    reports = [assess_quality(frame, report) for frame in told]
    records = {record.id: record for graded in reports for record in graded.sensors}
    warnings = tuple(dict.fromkeys(warning for graded in reports for warning in graded.warnings))
    first = reports[0] if reports else QualityReport(())
    return QualityReport(tuple(records[sensor.id] for sensor in sensors), warnings, first.step_s, first.unsteady_share)


def _assess(
    sensor: Sensor, timestamps: Int64Array, column: FloatArray, counts: _Counts, *, gap_s: float, total_days: float
) -> SensorQuality:
    filled = ~np.isnan(column)
    n_values = int(filled.sum())
    values, times = (column, timestamps) if n_values == len(column) else (column[filled], timestamps[filled])
    gaps, longest = _gaps(timestamps, times, gap_s)
    monotonic = _monotonicity(values)
    categorical = n_values > 0 and monotonic != "STATIC" and sensor.kind in _STATES
    modes = not categorical and not monotonic and has_several_modes(values)
    days = float(times[-1] - times[0]) / NS_PER_SECOND / _DAY_S if n_values else 0.0
    rows = max(counts.rows, 1)
    missing = len(column) - n_values - min(counts.invalid, len(column) - n_values)
    found: dict[str, Any] = {
        "start_ns": int(times[0]) if n_values else None,
        "end_ns": int(times[-1]) if n_values else None,
        "days": days,
        "n_values": n_values,
        "categorical": categorical,
        "n_categories": len(np.unique(values)) if categorical else 0,
        "large_gaps": gaps,
        "max_gap_days": longest / _DAY_S,
        "monotonic": monotonic,
        "multiple_operating_modes": modes,
        "duplicate_count": counts.duplicates,
        "duplicate_share": counts.duplicates / rows,
        "invalid_timestamp_count": counts.invalid_times,
        "invalid_timestamp_share": counts.invalid_times / rows,
        "invalid_count": counts.invalid,
        "invalid_share": counts.invalid / max(len(column), 1),
        "missing_count": missing,
        "missing_share": missing / max(len(column), 1),
        "constant": monotonic == "STATIC",
        "statistics": sensor_statistics(values, times, several_modes=modes),
    }
    low = _low_reasons(found, values)
    medium = _medium_reasons(found, total_days)
    grade = "Low" if low else "Medium" if medium else "High"
    reasons = (*low, *medium) or (COMPLETE,)
    return SensorQuality(id=sensor.id, name=sensor.name, grade=grade, reasons=reasons, **found)


_STATES = (SensorKind.CATEGORICAL, SensorKind.TWO_VALUED)
_UNREAD_TIMES = ("impossible_time", "no_time", "skipped_hour")


def _gaps(timestamps: Int64Array, times: Int64Array, gap_s: float) -> tuple[int, float]:
    """Count stretches without values longer than `gap_s`, those at both ends among them, and give the longest."""
    if not len(times):
        return 0, 0.0
    ends = np.array([times[0] - timestamps[0], timestamps[-1] - times[-1]], dtype=np.int64)
    steps = np.concatenate((np.diff(times), ends))
    large = steps[steps > gap_s * NS_PER_SECOND]
    return len(large), float(large.max()) / NS_PER_SECOND if len(large) else 0.0


def _monotonicity(values: FloatArray) -> str:
    """Name the direction of values that never turn; two levels with one change between them are a state, no trend."""
    if not len(values):
        return ""
    if values[0] == values[-1]:
        return "STATIC" if bool((values == values[0]).all()) else ""
    steps = np.diff(values)
    if (steps < 0).any() and (steps > 0).any():
        return ""
    if np.count_nonzero(steps) < 2:
        return ""
    return "INCREASING" if values[-1] > values[0] else "DECREASING"


def _low_reasons(found: Mapping[str, Any], values: FloatArray) -> tuple[str, ...]:
    if not found["n_values"]:
        return ("It has no values.",)
    if found["monotonic"] == "STATIC":
        return (f"It never moves: every value is {values[0]:g}.",)
    if found["monotonic"]:
        word = "rises" if found["monotonic"] == "INCREASING" else "falls"
        return (f"It only ever {word}, so it says when, not how the machine is.",)
    return ()


def _medium_reasons(found: Mapping[str, Any], total_days: float) -> tuple[str, ...]:
    if not found["n_values"]:
        return ()
    reasons = []
    if found["large_gaps"]:
        longest = duration_text(found["max_gap_days"] * _DAY_S)
        count = found["large_gaps"]
        reasons.append(
            f"It has a large gap of {longest}." if count == 1 else f"It has {count} large gaps, the longest {longest}."
        )
    if found["multiple_operating_modes"]:
        levels = " and ".join(f"{level:.4g} ({100 * share:.0f} % of the time)" for level, share in _modes(found))
        reasons.append(f"Its values gather around several levels, as in several operating modes: {levels}.")
    if found["missing_count"]:
        reasons.append(f"{_part(found['missing_count'], found['missing_share'])} of its values are missing.")
    if found["categorical"]:
        reasons.append(f"It takes {found['n_categories']} different values only, so it is a state, no measurement.")
    if found["invalid_count"]:
        reasons.append(f"{_part(found['invalid_count'], found['invalid_share'])} of its cells are no numbers.")
    if found["duplicate_count"]:
        reasons.append(f"{_part(found['duplicate_count'], found['duplicate_share'])} of its times are repeated.")
    if total_days >= SHORT_HISTORY_DAYS and found["days"] < SHORT_SENSOR_SHARE * total_days:
        reasons.append(f"It has values for {found['days']:.1f} of {total_days:.0f} days only.")
    return tuple(reasons)


def _modes(found: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    statistics: Statistics = found["statistics"]
    return statistics.modes


def _part(count: int, share: float) -> str:
    percent = f"{100 * share:.1f} %" if share >= 0.001 else "under 0.1 %"
    return f"{count:,}".replace(",", "\u202f") + f" ({percent})"


def _warnings(records: list[SensorQuality], total_days: float) -> list[str]:
    said = []
    if total_days < SHORT_HISTORY_DAYS:
        said.append(
            f"The data covers {short_of(total_days * _DAY_S, SHORT_HISTORY_DAYS)}; less than "
            f"{SHORT_HISTORY_DAYS:.0f} days show the machine in few conditions, so more false alarms are to be "
            "expected."
        )
    still = [record.name for record in records if record.constant]
    if still:
        names = ", ".join(still[:8]) + (f" and {len(still) - 8} more" if len(still) > 8 else "")
        said.append(f"{'One sensor never moves' if len(still) == 1 else f'{len(still)} sensors never move'}: {names}.")
    empty = [record.name for record in records if not record.n_values]
    if empty:
        said.append(f"Without any values: {', '.join(empty[:8])}{' and more' if len(empty) > 8 else ''}.")
    return said

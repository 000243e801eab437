"""Quality as Amazon Lookout for Equipment told it, field by field, for scripts written against that service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.times import iso_z

if TYPE_CHECKING:
    from l4e_widgets.core.quality import QualityReport, SensorQuality

__all__ = ["ingestion_summary", "sensor_summaries"]

SHORT_DATE_RANGE_DAYS = 14
_ISSUE, _NO_ISSUE = "POTENTIAL_ISSUE_DETECTED", "NO_ISSUE_DETECTED"


def ingestion_summary(quality: QualityReport, reading: ReadingReport, *, data_bytes: int = 0) -> dict[str, Any]:
    """What `DescribeDataIngestionJob` told of the data.

    Parameters
    ----------
    quality : QualityReport
        Grades of the sensors.
    reading : ReadingReport
        What came of reading.
    data_bytes : int
        Bytes of the files.

    Returns
    -------
    dict
        ``DataQualitySummary``, ``IngestedFilesSummary``, ``IngestedDataSize``, ``DataStartTime``, ``DataEndTime``.
    """
    sensors = quality.sensors
    unread = sum(reading.count(reason) for reason in ("impossible_time", "no_time", "skipped_hour"))
    return {
        "DataQualitySummary": {
            "InsufficientSensorData": {
                "MissingCompleteSensorData": {"AffectedSensorCount": sum(not s.n_values for s in sensors)},
                "SensorsWithShortDateRange": {
                    "AffectedSensorCount": sum(s.n_values > 0 and s.days < SHORT_DATE_RANGE_DAYS for s in sensors)
                },
            },
            "MissingSensorData": {
                "AffectedSensorCount": sum(s.missing_count > 0 for s in sensors),
                "TotalNumberOfMissingValues": sum(s.missing_count for s in sensors),
            },
            "InvalidSensorData": {
                "AffectedSensorCount": sum(s.invalid_count > 0 for s in sensors),
                "TotalNumberOfInvalidValues": sum(s.invalid_count for s in sensors),
            },
            "UnsupportedTimestamps": {"TotalNumberOfUnsupportedTimestamps": unread},
            "DuplicateTimestamps": {"TotalNumberOfDuplicateTimestamps": reading.count("duplicate_timestamp")},
        },
        "IngestedFilesSummary": {
            "TotalNumberOfFiles": len(reading.files),
            "IngestedNumberOfFiles": len(reading.files),
            "DiscardedFiles": [],
        },
        "IngestedDataSize": data_bytes,
        "DataStartTime": iso_z(reading.start_ns),
        "DataEndTime": iso_z(reading.end_ns),
    }


def sensor_summaries(quality: QualityReport, *, component: str = "asset") -> list[dict[str, Any]]:
    r"""What `ListSensorStatistics` told of every sensor.

    Parameters
    ----------
    quality : QualityReport
        Grades of the sensors.
    component : str
        Component of sensors whose name is not ``component\sensor``; the service knew no sensor without one.

    Returns
    -------
    list of dict
        ``SensorStatisticsSummaries``; percentages are 0 to 100.
    """
    return [_summary(record, component) for record in quality.sensors]


def _summary(record: SensorQuality, component: str) -> dict[str, Any]:
    group, _, name = record.name.rpartition("\\")
    told: dict[str, Any] = {
        "ComponentName": group or component,
        "SensorName": name,
        "DataExists": record.n_values > 0,
        "MissingValues": _counted(record.missing_count, record.missing_share),
        "InvalidValues": _counted(record.invalid_count, record.invalid_share),
        "InvalidDateEntries": _counted(record.invalid_timestamp_count, record.invalid_timestamp_share),
        "DuplicateTimestamps": _counted(record.duplicate_count, record.duplicate_share),
        "CategoricalValues": {"Status": _NO_ISSUE},
        "MultipleOperatingModes": {"Status": _ISSUE if record.multiple_operating_modes else _NO_ISSUE},
        "LargeTimestampGaps": {"Status": _NO_ISSUE},
        "MonotonicValues": {"Status": _NO_ISSUE},
    }
    if record.categorical:
        told["CategoricalValues"] = {"Status": _ISSUE, "NumberOfCategory": record.n_categories}
    if record.large_gaps:
        told["LargeTimestampGaps"] = {
            "Status": _ISSUE,
            "NumberOfLargeTimestampGaps": record.large_gaps,
            "MaxTimestampGapInDays": int(record.max_gap_days),
        }
    if record.monotonic:
        told["MonotonicValues"] = {"Status": _ISSUE, "Monotonicity": record.monotonic}
    if record.start_ns is not None and record.end_ns is not None:
        told |= {"DataStartTime": iso_z(record.start_ns), "DataEndTime": iso_z(record.end_ns)}
    return told


def _counted(count: int, share: float) -> dict[str, Any]:
    return {"Count": count, "Percentage": 100 * share}

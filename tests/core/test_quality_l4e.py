from __future__ import annotations

import json
from pathlib import Path

import botocore.session
import numpy as np
import pytest
from botocore.validate import ParamValidator

from l4e_widgets.core.quality import assess_quality
from l4e_widgets.storage.sources import read_sources

ISSUE, NONE = "POTENTIAL_ISSUE_DETECTED", "NO_ISSUE_DETECTED"


@pytest.fixture
def told(tmp_path: Path) -> dict:
    rng = np.random.default_rng(5)
    folder = tmp_path / "plant" / "pump-1"
    folder.mkdir(parents=True)
    lines = ["time,flow,count,valve,gone,same"]
    for hour in range(480):
        stamp = np.datetime64("2024-01-01T00:00:00") + np.timedelta64(hour, "h")
        flow = "" if 100 <= hour < 160 else "x" if hour == 7 else f"{rng.normal():.3f}"
        lines.append(f"{stamp},{flow},{hour},{hour // 40 % 2},,5")
    lines += [lines[-1], "2024-02-31T00:00:00,1,1,1,,5"]
    path = folder / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    data = read_sources([tmp_path / "plant"])
    return json.loads(json.dumps(assess_quality(data.frame, data.report).to_l4e(data.report, data_bytes=1234)))


def test_the_summary_of_an_ingestion_has_the_names_and_counts_of_the_service(told: dict) -> None:
    assert told["DataQualitySummary"] == {
        "InsufficientSensorData": {
            "MissingCompleteSensorData": {"AffectedSensorCount": 1},
            "SensorsWithShortDateRange": {"AffectedSensorCount": 0},
        },
        "MissingSensorData": {"AffectedSensorCount": 2, "TotalNumberOfMissingValues": 540},
        "InvalidSensorData": {"AffectedSensorCount": 1, "TotalNumberOfInvalidValues": 1},
        "UnsupportedTimestamps": {"TotalNumberOfUnsupportedTimestamps": 1},
        "DuplicateTimestamps": {"TotalNumberOfDuplicateTimestamps": 1},
    }
    assert told["IngestedFilesSummary"] == {
        "TotalNumberOfFiles": 1,
        "IngestedNumberOfFiles": 1,
        "DiscardedFiles": [],
    }
    assert (told["IngestedDataSize"], told["DataStartTime"]) == (1234, "2024-01-01T00:00:00Z")


def test_every_sensor_is_summed_up_as_the_service_did(told: dict) -> None:
    by_name = {entry["SensorName"]: entry for entry in told["SensorStatisticsSummaries"]}
    assert {entry["ComponentName"] for entry in by_name.values()} == {"pump-1"}
    flow = by_name["flow"]
    assert flow["MissingValues"] == {"Count": 60, "Percentage": 12.5}
    assert flow["InvalidValues"]["Count"] == 1
    assert flow["LargeTimestampGaps"] == {
        "Status": ISSUE,
        "NumberOfLargeTimestampGaps": 1,
        "MaxTimestampGapInDays": 2,
    }
    assert flow["MonotonicValues"] == {"Status": NONE}
    assert by_name["count"]["MonotonicValues"] == {"Status": ISSUE, "Monotonicity": "INCREASING"}
    assert by_name["same"]["MonotonicValues"] == {"Status": ISSUE, "Monotonicity": "STATIC"}
    assert by_name["valve"]["CategoricalValues"] == {"Status": ISSUE, "NumberOfCategory": 2}
    assert by_name["gone"]["DataExists"] is False
    assert "DataStartTime" not in by_name["gone"]


def test_the_summaries_fit_the_published_shapes_of_the_service(told: dict) -> None:
    model = botocore.session.get_session().get_service_model("lookoutequipment")
    sensors = {"SensorStatisticsSummaries": told.pop("SensorStatisticsSummaries")}
    for operation, answer in (("DescribeDataIngestionJob", told), ("ListSensorStatistics", sensors)):
        shape = model.operation_model(operation).output_shape
        report = ParamValidator().validate(answer, shape)
        assert not report.has_errors(), report.generate_report()
        assert set(answer) <= set(shape.members)
    summary = model.operation_model("ListSensorStatistics").output_shape.members["SensorStatisticsSummaries"].member
    for entry in sensors["SensorStatisticsSummaries"]:
        assert set(entry) <= set(summary.members)

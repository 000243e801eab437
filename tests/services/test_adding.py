"""More data for a project: it comes whole or not at all, and what met other rows is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.errors import Blocked, DataError, NotFound, UsageError
from l4e_widgets.services.adding import add_data, create_or_add
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, quality, read_rows, series_source
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.projects import create_project
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.project_series import ProjectSeries
from l4e_widgets.storage.records import DatasetRecord, QualityRecord
from l4e_widgets.storage.series import append_rows


def table(start: str, n_rows: int, step: str = "min", **columns: float) -> pd.DataFrame:
    """Rows of two sensors, or of those named, around a level each."""
    rng = np.random.default_rng(n_rows)
    levels = columns or {"flow": 10.0, "speed": 1500.0}
    index = pd.date_range(start, periods=n_rows, freq=step, name="timestamp")
    return pd.DataFrame({name: level + rng.normal(size=n_rows) for name, level in levels.items()}, index=index)


def test_later_rows_are_added_and_everything_is_made_anew(context: Context) -> None:
    create_project(context, "pump", table("2025-01-01", 300))
    later = table("2025-01-01 04:55", 200, flow=20.0, vibration=1.0)
    job = add_data(context, "pump", later)
    assert job.result["rows_added"] == 200
    assert job.result["rows_repeated"] == 5
    assert job.result["values_replaced"] == 5
    record = dataset_record(context, "pump")
    assert (record.n_rows, len(record.sensors), record.revision) == (495, 3, 1)
    assert any("5 added rows have a time that was there already" in sentence for sentence in record.sentences)
    rows = read_rows(context, "pump").to_dataframe()
    np.testing.assert_array_equal(rows["flow"].to_numpy()[295:], later["flow"])
    assert rows["speed"].notna().sum() == 300
    grade = quality(context, "pump").of("vibration")
    assert grade is not None
    assert grade.n_values == 200


def test_repeated_times_of_a_table_are_told(context: Context) -> None:
    rows = table("2025-01-01", 50)
    create_project(context, "pump", pd.concat([rows, rows.iloc[[7]] + 1.0]))
    record = dataset_record(context, "pump")
    assert record.n_rows == 50
    assert any("has a time that a later row has again" in sentence for sentence in record.sentences)
    np.testing.assert_array_equal(read_rows(context, "pump").values[7], rows.iloc[7] + 1.0)


def test_words_keep_their_numbers_and_cannot_become_numbers(context: Context, tmp_path: Path) -> None:
    lines = [f"2025-01-01 00:{i:02d},{i % 7},{word}" for i, word in enumerate(["open", "shut", "open", "half"] * 5)]
    (tmp_path / "a.csv").write_text("time,flow,valve\n" + "\n".join(lines) + "\n")
    create_project(context, "pump", tmp_path / "a.csv")
    more = [f"2025-01-02 00:{i:02d},{i % 7},{word}" for i, word in enumerate(["ajar", "open"] * 5)]
    (tmp_path / "b.csv").write_text("time,flow,valve\n" + "\n".join(more) + "\n")
    add_data(context, "pump", tmp_path / "b.csv")
    categories = dataset_record(context, "pump").reading["categories"]["valve"]
    assert categories == ["half", "open", "shut", "ajar"]
    assert read_rows(context, "pump", sensors=("valve",)).values[-2:, 0].tolist() == [3, 1]
    with pytest.raises(DataError, match='"valve" holds numbers in the new data and words in the project'):
        add_data(context, "pump", table("2025-01-03", 20, valve=3.0))
    assert dataset_record(context, "pump").revision == 1


def test_a_failed_or_killed_append_leaves_what_was_there(context: Context, tmp_path: Path) -> None:
    create_project(context, "pump", table("2025-01-01", 100))
    before = read_rows(context, "pump")
    (tmp_path / "bad.csv").write_bytes(b"\x00\x01\x02" * 99)
    with pytest.raises(DataError):
        add_data(context, "pump", tmp_path / "bad.csv")
    keys = ProjectKeys.of("pump")
    record = dataset_record(context, "pump")
    frame = series_source(context, "pump").read(None, 0, record.span.end)
    append_rows(context.documents, keys.series(), frame.select(["flow"]), revision=1)
    stored = context.documents.get(keys.quality, QualityRecord).value
    context.documents.put(keys.quality, QualityRecord(quality={"sensors": [], "warnings": []}, revision=1))
    np.testing.assert_array_equal(read_rows(context, "pump").values, before.values)
    assert quality(context, "pump").to_dict() == stored.quality
    add_data(context, "pump", table("2025-01-02", 10, speed=1.0))
    assert read_rows(context, "pump").values.shape == (110, 2)
    assert len(quality(context, "pump").sensors) == 2


def test_a_quick_and_a_slow_source_keep_their_clocks_and_are_joined(context: Context, tmp_path: Path) -> None:
    table("2025-01-01", 3600, "s", flow=10.0).to_csv(tmp_path / "quick.csv")
    table("2025-01-01", 30, "2min", lab=5.0).to_csv(tmp_path / "slow.csv")
    job = create_project(context, "pump", [tmp_path / "quick.csv", tmp_path / "slow.csv"])
    assert job.result["clocks"] == 2
    assert [s.missing_count for s in quality(context, "pump").sensors] == [0, 0]
    record = context.documents.get(ProjectKeys.of("pump").dataset, DatasetRecord).value
    assert (record.n_rows, record.sampling_rate_s, record.missing_share) == (3600, 1.0, 0.0)
    series = ProjectSeries(context.documents, ProjectKeys.of("pump"), record)
    assert {name: len(clock.sensors) for name, clock in series.clocks.items()} == {"main": 1, "clock-2": 1}
    joined = series.at_rate(["lab", "flow"], 60.0).frame
    assert [sensor.name for sensor in joined.sensors] == ["lab", "flow"]
    assert joined.values.shape == (60, 2)
    assert not np.isnan(joined.values).any()
    np.testing.assert_array_equal(joined.values[1::2, 0], joined.values[::2, 0])
    drawn = series.window(["flow", "lab"], record.span.start, record.span.end, 100)
    assert len(drawn.timestamps) <= 200
    assert np.isfinite(drawn.values[:, 1]).mean() > 0.9
    add_data(context, "pump", table("2025-01-01 01:00", 5, "2min", lab=6.0))
    record = dataset_record(context, "pump")
    again = ProjectSeries(context.documents, ProjectKeys.of("pump"), record)
    assert again.clock_of("lab") == "clock-2"
    assert len(again.clocks["clock-2"].read()) == 35


def test_what_cannot_be_added_is_a_sentence(context: Context) -> None:
    with pytest.raises(NotFound, match="no project"):
        add_data(context, "pump", table("2025-01-01", 10))
    create_or_add(context, "pump", table("2025-01-01", 100), description="Feed water pump")
    create_or_add(context, "pump", table("2025-01-02", 100))
    assert dataset_record(context, "pump").n_rows == 200
    with pytest.raises(UsageError, match="already"):
        create_or_add(context, "pump", table("2025-01-02", 100), description="Another")
    context.documents.store.delete(ProjectKeys.of("pump").dataset)
    with pytest.raises(Blocked, match="no data yet"):
        add_data(context, "pump", table("2025-01-02", 10))


def test_a_model_goes_on_with_the_rows_it_was_trained_on(tmp_path: Path) -> None:
    project = Workspace(tmp_path).create_project("pump", table("2025-01-01", 3000, "5min"))
    model = project.train("first").wait().model
    before = model.results.scores
    job = project.add_data(table("2025-01-11 10:00", 500, "5min"))
    assert job.status == "SUCCESS"
    after = project.model("first").results.scores
    pd.testing.assert_frame_equal(before, after)

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

import l4e_widgets as l4e
from l4e_widgets.adapters.cli import cli
from l4e_widgets.core.errors import DataError, UsageError

KEYS = (
    "encoding delimiter decimal header_row timestamp_column timestamp_format time_zone sampling_rate_seconds sensors "
    "columns_set_aside rows_in rows_kept rows_set_aside cells_set_missing questions"
).split()
LINES = [f"2024-01-{d:02d} {h:02d}:00:00,{d}.5,{h}" for d in range(1, 4) for h in range(24)]
PLAIN = "\n".join(["time,flow [m3/h],level", *LINES]) + "\n"
OPEN = "time;flow\n" + "".join(f"03/04/2024 00:{m:02d};{m},5\n" for m in range(0, 50, 5))


def _write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_json_has_exactly_the_keys_that_were_promised(tmp_path: Path) -> None:
    path = _write(tmp_path, "p.csv", PLAIN + "2024-01-04 00:00:00,x\n2024-01-04 01:00:00,abc,1\n")
    out = tmp_path / "out.json"
    said = CliRunner().invoke(cli, ["inspect", str(path), "--json", str(out)], catch_exceptions=False)
    told = json.loads(out.read_text())
    assert list(told) == KEYS
    assert (told["rows_in"], told["rows_kept"], told["sampling_rate_seconds"]) == (74, 73, 3600)
    assert told["sensors"] == [{"name": "flow [m3/h]", "unit": "m3/h"}, {"name": "level", "unit": ""}]
    wrong = told["rows_set_aside"][0]
    assert (wrong["reason"], wrong["count"], wrong["examples"][0]["row"]) == ("wrong_width", 1, 74)
    lost = told["cells_set_missing"][0]
    assert (lost["sensor"], lost["count"], lost["examples"][0]["text"]) == ("flow [m3/h]", 1, "abc")
    assert (told["timestamp_format"], told["questions"]) == ("%Y-%m-%d %H:%M:%S", [])
    assert "Rows in 74, kept 73, set aside 1." in said.output


def test_every_kind_of_input_is_inspected(tmp_path: Path) -> None:
    packed = _write(tmp_path, "p.csv.gz", gzip.compress(PLAIN.encode()))
    with zipfile.ZipFile(tmp_path / "plant.zip", "w") as archive:
        archive.writestr("pump/a.csv", PLAIN)
        archive.writestr("fan/b.csv", PLAIN)
    _write(tmp_path, "plant/pump/a.csv", PLAIN)
    _write(tmp_path, "plant/fan/b.csv", PLAIN)
    long = "time,sensor,value\n" + "".join(f"2024-01-01 00:{m:02d},{s},{m}\n" for m in range(9) for s in ("a", "b"))
    frame = pl.DataFrame(
        {"time": pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 2), "1h", eager=True)}
    )
    frame.with_columns(pl.lit(1.5).alias("p")).write_parquet(tmp_path / "p.parquet")
    for data, sensors in (
        (packed, ["flow [m3/h]", "level"]),
        (tmp_path / "plant.zip", None),
        (tmp_path / "plant", None),
        (_write(tmp_path, "long.csv", long), ["a", "b"]),
        (tmp_path / "p.parquet", ["p"]),
    ):
        told = l4e.inspect(data).to_dict()
        names = sorted(sensor["name"] for sensor in told["sensors"])
        assert names == (sensors or ["fan\\flow [m3/h]", "fan\\level", "pump\\flow [m3/h]", "pump\\level"])
        assert told["rows_in"] == told["rows_kept"] + sum(entry["count"] for entry in told["rows_set_aside"])
        assert list(told) == KEYS


def test_an_open_question_is_told_and_nothing_is_stored_until_it_is_answered(tmp_path: Path) -> None:
    path = _write(tmp_path, "q.csv", OPEN)
    told = l4e.inspect(path).to_dict()
    assert [[reading["value"] for reading in q["readings"]] for q in told["questions"]] == [
        ["day-first", "month-first"]
    ]
    assert "--timestamp-format" in told["questions"][0]["about"]
    workspace = l4e.Workspace(tmp_path / "workspace")
    with pytest.raises(DataError, match="Day and month"):
        workspace.create_project("pump", path)
    assert workspace.projects == ()
    assert l4e.inspect(path, timestamp_format="month-first").questions == ()


def test_what_was_answered_once_is_not_asked_again(tmp_path: Path) -> None:
    workspace = l4e.Workspace(tmp_path / "workspace")
    project = workspace.create_project("pump", _write(tmp_path, "q.csv", OPEN), timestamp_format="month-first")
    project.add_data(_write(tmp_path, "later.csv", OPEN.replace("03/04/", "03/05/")))
    times = project.dataset.read().index
    assert [str(times[0])[:10], str(times[-1])[:10]] == ["2024-03-04", "2024-03-05"]
    project.add_data(_write(tmp_path, "iso.csv", "clock,flow\n2024-03-06 00:00,1.25\n2024-03-06 00:05,2.5\n"))
    assert project.dataset.read().iloc[-2:, 0].tolist() == [1.25, 2.5]


def test_an_unknown_option_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='no option called "timestampformat"'):
        l4e.inspect(_write(tmp_path, "p.csv", PLAIN), timestampformat="day-first")


def test_above_the_limit_the_part_that_was_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("l4e_widgets.storage.source_inspection.MOST_BYTES", 1000)
    monkeypatch.setattr("l4e_widgets.storage.source_inspection._LEAST_BYTES", 100)
    for path in (_write(tmp_path, "p.csv", PLAIN), _write(tmp_path, "p.csv.gz", gzip.compress(PLAIN.encode()))):
        told = l4e.inspect(path).to_dict()
        assert told["rows_in"] < 50
        assert told["counted_over"].startswith("the beginning of the file")


def test_a_sheet_wins_over_the_values_and_is_applied_whole_or_not(tmp_path: Path) -> None:
    states = "time,valve,flow\n" + "".join(f"2024-01-01 {h:02d}:00,{h % 2},{h * h % 7}.5\n" for h in range(24))
    sheet = _write(tmp_path, "s.csv", "name,unit,limit low,limit high,kind\nvalve,,,,numeric\nFLOW,m3/h,0,9,\n")
    workspace = l4e.Workspace(tmp_path / "workspace")
    told = workspace.create_project("told", _write(tmp_path, "p.csv", states), sensor_sheet=sheet)
    assert [s.kind.value for s in told.dataset.sensors] == ["numeric", "numeric"]
    assert (told.dataset.sensors[1].unit, told.dataset.sensors[1].limit_high) == ("m3/h", 9)
    later = workspace.create_project("later", tmp_path / "p.csv")
    assert later.dataset.sensors[0].kind.value == "two-valued"
    graded = later.dataset.quality.sensors[0].grade
    bad = _write(tmp_path, "bad.csv", "name,limit low,kind\nvalve,,numeric\nflow,low,\nx,1,odd\n")
    with pytest.raises(DataError, match="2 lines of the sheet cannot be taken"):
        later.apply_sensor_sheet(bad)
    assert later.dataset.sensors[0].kind.value == "two-valued"
    applied = later.apply_sensor_sheet(sheet)
    assert applied.changed == ("valve", "flow")
    assert (graded, later.dataset.quality.sensors[0].grade) == ("Medium", "High")
    later.add_data(_write(tmp_path, "more.csv", states.replace("2024-01-01", "2024-01-02")))
    assert later.dataset.sensors[0].kind.value == "numeric"
    again = later.apply_sensor_sheet(_write(tmp_path, "far.csv", "name,unit\nflwo,bar\n"))
    assert again.notices == (
        'What is told of sensor "flwo" was passed over, because the data has no such sensor; did you mean "flow"?',
    )

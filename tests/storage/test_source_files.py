from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from l4e_widgets.core.errors import DataError, NotFound, error_from_dict
from l4e_widgets.core.reading import ReadingOptions
from l4e_widgets.storage.sources import read_sources
from tests.ugly.cases import PLAIN, table, text

ONE = text("time,flow [m3/h],level", *(f"{t},{n}.5,{n}" for n, t in enumerate(PLAIN)))
TWO = text("time,flow [m3/h]", *(f"{t},{n}.25" for n, t in enumerate(PLAIN)))


def lay(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        path = folder / name.replace("__", "/").replace("_csv", ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def packed(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def sensors(path: Path) -> list[tuple[str, str, str]]:
    return [(s.name, s.component, s.unit) for s in read_sources([path]).frame.sensors]


COMPONENTS = [
    (r"pump1\flow [m3/h]", "pump1", "m3/h"),
    (r"pump1\level", "pump1", ""),
    (r"pump2\flow [m3/h]", "pump2", "m3/h"),
]


def test_every_sub_folder_is_a_component(tmp_path: Path) -> None:
    folder = lay(tmp_path / "plant", pump1__a_csv=ONE, pump2__sensors_csv=TWO)
    assert sensors(folder) == COMPONENTS
    frame = read_sources([folder]).frame
    np.testing.assert_array_equal(frame.values, [[0.5, 0, 0.25], [1.5, 1, 1.25], [2.5, 2, 2.25]])
    assert frame.sensors[0].label == r"pump1\flow"


def test_files_of_one_component_are_stacked(tmp_path: Path) -> None:
    later = ONE.replace(b"2024-01-01", b"2024-01-02")
    folder = lay(tmp_path / "plant", pump1__a_csv=ONE, pump1__deep__b_csv=later)
    data = read_sources([folder])
    assert (len(data.frame), len(data.frame.sensors)) == (6, 2)
    assert {sensor.component for sensor in data.frame.sensors} == {"pump1"}


def test_files_straight_in_a_folder_have_no_component(tmp_path: Path) -> None:
    folder = lay(tmp_path / "plant", a_csv=ONE, notes=b"hello", **{".hidden_csv": b"x"})
    data = read_sources([folder])
    assert [sensor.component for sensor in data.frame.sensors] == ["", ""]
    assert "plant: 1 files that hold no data were passed over: notes." in data.report.notices


@pytest.mark.parametrize("prefix", ["", "export/", "export/2024/"], ids=["bare", "in a folder", "in two folders"])
def test_a_zip_archive_reads_like_the_folder(tmp_path: Path, prefix: str) -> None:
    path = packed(tmp_path / "plant.zip", {f"{prefix}pump1/a.csv": ONE, f"{prefix}pump2/b.csv": TWO})
    assert sensors(path) == COMPONENTS


def test_a_zip_archive_of_plain_packed_and_parquet_files(tmp_path: Path) -> None:
    parquet = io.BytesIO()
    pl.DataFrame({"time": pl.Series(PLAIN).str.to_datetime(), "p": [1.0, 2.0, 3.0]}).write_parquet(parquet)
    other = text("time,c", *(f"{t},7" for t in PLAIN))
    files = {"x/a.csv": ONE, "x/b.csv.gz": gzip.compress(other), "x/c.parquet": parquet.getvalue()}
    data = read_sources([packed(tmp_path / "p.zip", {**files, "__MACOSX/._a.csv": b"\0", "x/read.me": b""})])
    assert [s.name for s in data.frame.sensors] == ["flow [m3/h]", "level", "c", "p"]
    assert [file.name for file in data.report.files] == ["p.zip/x/a.csv", "p.zip/x/b.csv.gz", "p.zip/x/c.parquet"]


def test_an_archive_inside_a_folder_is_read_too(tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    (folder / "pump1").mkdir(parents=True)
    packed(folder / "pump1" / "old.zip", {"a.csv": ONE})
    assert sensors(folder) == COMPONENTS[:2]


@pytest.mark.parametrize(
    "name",
    ["../a.csv", "/a.csv", "x/../../a.csv", "C:/a.csv", "x\\..\\a.csv", "nul.csv", "x/COM1/a.csv", "a.csv\0.csv"],
)
def test_names_that_lead_out_of_an_archive_are_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(path := tmp_path / "z.zip", "w") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        archive.writestr(info, ONE)
    if "\0" in name:
        path.write_bytes(path.read_bytes().replace(b"a.csv\0.csv", b"a.csv\0.csv"))
    with pytest.raises(DataError, match=r"leads out of it or is reserved|holds no data"):
        read_sources([path])


def test_an_archive_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "bomb.zip", {"a.csv": ONE + bytes(70_000_000)})
    with pytest.raises(DataError, match="unpacks to far more"):
        read_sources([path])


def test_damaged_and_empty_archives_and_folders_get_a_sentence(tmp_path: Path) -> None:
    whole = packed(tmp_path / "w.zip", {"a.csv": ONE * 50}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    with pytest.raises(DataError, match="zip archive is damaged"):
        read_sources([tmp_path / "cut.zip"])
    spoiled = bytearray(whole)
    spoiled[60:80] = bytes(20)
    (tmp_path / "spoiled.zip").write_bytes(spoiled)
    with pytest.raises(DataError, match="damaged"):
        read_sources([tmp_path / "spoiled.zip"])
    with pytest.raises(DataError, match="zip archive holds no data"):
        read_sources([packed(tmp_path / "none.zip", {"a.doc": b""})])
    (tmp_path / "bare").mkdir()
    with pytest.raises(DataError, match="folder holds no data"):
        read_sources([tmp_path / "bare"])
    with pytest.raises(NotFound):
        read_sources([tmp_path / "absent.zip"])


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside = lay(tmp_path / "other", a_csv=ONE) / "a.csv"
    folder = lay(tmp_path / "plant", a_csv=ONE)
    (folder / "b.csv").symlink_to(outside)
    with pytest.raises(DataError, match="leads out of it"):
        read_sources([folder])


def test_a_workbook_is_no_archive_of_data(tmp_path: Path) -> None:
    path = packed(tmp_path / "book.xlsx", {"[Content_Types].xml": b"<x/>", "xl/data.csv": ONE})
    with pytest.raises(DataError, match="Excel workbook"):
        read_sources([path])


def test_an_open_question_is_carried_by_the_error_and_answered_by_an_option(tmp_path: Path) -> None:
    stamps = ("03/04/2024 00:00", "03/04/2024 00:05", "03/04/2024 00:10")
    (path := tmp_path / "q.csv").write_bytes(text(*table(stamps)))
    with pytest.raises(DataError) as caught:
        read_sources([path])
    question = caught.value.question
    assert question is not None
    assert question.cells == stamps
    assert {reading.value: reading.meanings[0] for reading in question.readings} == {
        "day-first": "2024-04-03 00:00",
        "month-first": "2024-03-04 00:00",
    }
    assert question.argument == "--timestamp-format"
    again = error_from_dict(caught.value.to_dict())
    assert isinstance(again, DataError)
    assert again.question == question
    for reading in question.readings:
        data = read_sources([path], ReadingOptions(**{question.option: reading.value}))
        assert str(np.datetime64(int(data.frame.timestamps[0]), "ns"))[:10] == reading.meanings[0][:10]


@pytest.mark.parametrize(
    "lines",
    [
        ("31/01/2024 23:00", "01/02/2024 00:00", "01/02/2024 01:00"),
        ("2024-01-31T23:00:00Z", "2024-01-31T23:30:00Z", "2024-02-01T00:00:00Z"),
        ("1706742000", "1706745600", "1706749200"),
        ("24-01-31 23:00", "24-02-01 00:00", "24-02-01 01:00"),
        ("20240131T230000", "20240201T000000", "20240201T010000"),
    ],
)
def test_an_understanding_reads_the_next_file_alike(tmp_path: Path, lines: tuple[str, str, str]) -> None:
    (path := tmp_path / "a.csv").write_bytes(text(*table(lines, ";", comma=True)))
    first = read_sources([path], ReadingOptions(ignore=("b",), missing_words=("aus",), timestamp_format=None))
    options = ReadingOptions.from_understanding(first.report.understanding)
    assert options.missing_words == ("aus",)
    again = read_sources([path], options)
    assert again.report == first.report
    np.testing.assert_array_equal(again.frame.values, first.frame.values)
    ambiguous = text(*table(tuple(line.replace("31", "03", 1) for line in lines), ";", comma=True))
    path.write_bytes(ambiguous)
    read_sources([path], options)


def test_an_understanding_can_be_corrected_field_by_field(tmp_path: Path) -> None:
    (path := tmp_path / "a.csv").write_bytes(text(*table(PLAIN)))
    understanding = read_sources([path]).report.understanding
    options = ReadingOptions.from_understanding(understanding, time_zone="Europe/Paris", ignore=("a",))
    data = read_sources([path], options)
    assert [sensor.name for sensor in data.frame.sensors] == ["b"]
    assert str(np.datetime64(int(data.frame.timestamps[0]), "ns")).startswith("2023-12-31T23:00")


def test_units_in_a_second_row_reach_the_sensors(tmp_path: Path) -> None:
    (path := tmp_path / "u.csv").write_bytes(text("time,a,b", "[UTC],(bar),°C", *table(PLAIN)[1:]))
    assert [sensor.unit for sensor in read_sources([path]).frame.sensors] == ["bar", "°C"]
    rows = (f"{t},a,{n},mbar" for n, t in enumerate(PLAIN))
    path.write_bytes(text("time,tag,value,unit", *rows))
    assert [(s.name, s.unit) for s in read_sources([path]).frame.sensors] == [("a", "mbar")]


def test_skipped_hours_of_plain_times_are_told_as_written(tmp_path: Path) -> None:
    stamps = ("2024-03-31 01:30:00", "2024-03-31 02:30:00", "2024-03-31 03:30:00")
    (path := tmp_path / "z.csv").write_bytes(text(*table(stamps)))
    report = read_sources([path], ReadingOptions(time_zone="Europe/Paris")).report
    assert [(e.reason, e.examples[0].row, e.examples[0].text) for e in report.set_aside] == [
        ("skipped_hour", 3, stamps[1])
    ]


def test_blocks_of_several_forms_of_time_are_read_as_one_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("l4e_widgets.storage.source_bytes.BLOCK_BYTES", 120)
    stamps = [
        *(f"2024-01-01 0{h}:00" for h in range(9)),
        *(f"2024-01-02 0{h}:00:00.250" for h in range(9)),
        *(f"2024-01-03T0{h}:00:00+01:00" for h in range(9)),
        "soon",
    ]
    (path := tmp_path / "m.csv").write_bytes(text("time,a", *(f"{t},{n}.5" for n, t in enumerate(stamps))))
    data = read_sources([path])
    told = [str(np.datetime64(int(ns), "ns")) for ns in data.frame.timestamps]
    assert told[8:10] == ["2024-01-01T08:00:00.000000000", "2024-01-02T00:00:00.250000000"]
    assert told[18] == "2024-01-02T23:00:00.000000000"
    assert (len(told), data.report.count("impossible_time")) == (27, 1)

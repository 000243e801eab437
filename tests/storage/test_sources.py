from __future__ import annotations

import contextlib
import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.errors import DataError, L4EError, NotFound
from l4e_widgets.core.reading import ReadingReport
from l4e_widgets.core.sensors import SensorKind
from l4e_widgets.core.times import iso_z, to_ns
from l4e_widgets.storage.sources import ReadingOptions, SourceData, read_dataframe, read_sources
from tests.ugly.cases import CASES, PLAIN, Ugly, table, text


def _write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _adds_up(data: SourceData) -> None:
    report = data.report
    assert report.rows_read == report.rows_kept + sum(entry.count for entry in report.set_aside)
    again = ReadingReport.from_dict(json.loads(json.dumps(report.to_dict())))
    assert again == report
    assert all(sentence.strip() and "\n" not in sentence for sentence in report.sentences())


def _check(case: Ugly, data: SourceData) -> None:
    _adds_up(data)
    columns = {sensor.name: data.frame.values[:, place] for place, sensor in enumerate(data.frame.sensors)}
    if case.times:
        assert tuple(iso_z(int(ns)) for ns in data.frame.timestamps) == case.times
    for name, values in case.values.items():
        np.testing.assert_allclose(columns[name], np.array(values, dtype=float), rtol=1e-7)
    assert {entry.reason: entry.count for entry in data.report.set_aside} == case.set_aside
    assert {entry.sensor: entry.count for entry in data.report.cells_lost} == case.lost
    understanding = data.report.understanding
    for field, value in case.understood.items():
        assert getattr(understanding, field) == value, field
    assert tuple(column.name for column in understanding.columns_set_aside) == case.columns_aside


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_ugly_file_is_read_right_or_refused_by_a_sentence(case: Ugly, tmp_path: Path) -> None:
    path = _write(tmp_path, "ugly.csv", case.data)
    options = ReadingOptions(**case.options)
    if not case.error:
        _check(case, read_sources([path], options))
        return
    with pytest.raises(L4EError) as caught:
        read_sources([path], options)
    assert all(word in str(caught.value) for word in case.error), str(caught.value)
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("case", [c for c in CASES if not c.error][::4], ids=lambda case: case.name)
def test_a_packed_file_reads_the_same(case: Ugly, tmp_path: Path) -> None:
    path = _write(tmp_path, "ugly.csv.gz", gzip.compress(case.data))
    _check(case, read_sources([path], ReadingOptions(**case.options)))


@pytest.mark.parametrize("block_bytes", [64, 101, 1000])
@pytest.mark.parametrize("case", [c for c in CASES if not c.error][::5], ids=lambda case: case.name)
def test_the_size_of_the_blocks_changes_nothing(
    case: Ugly, block_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("l4e_widgets.storage.source_bytes.BLOCK_BYTES", block_bytes)
    _check(case, read_sources([_write(tmp_path, "ugly.csv", case.data)], ReadingOptions(**case.options)))


def _is_read_or_refused(path: Path) -> None:
    """Any other exception than a sentence of ours ends the test."""
    with contextlib.suppress(L4EError):
        _adds_up(read_sources([path]))


def test_a_missing_file_a_folder_and_a_damaged_file_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file .*absent\.csv"):
        read_sources([tmp_path / "absent.csv"])
    with pytest.raises(DataError, match="folder"):
        read_sources([tmp_path])
    packed = gzip.compress(text(*table(PLAIN)) * 50)
    with pytest.raises(DataError, match="damaged or cut off"):
        read_sources([_write(tmp_path, "cut.csv.gz", packed[:-20])])
    with pytest.raises(DataError, match="Parquet file is damaged"):
        read_sources([_write(tmp_path, "bad.parquet", b"PAR1 nothing PAR1")])
    with pytest.raises(DataError, match="No file was given"):
        read_sources([])


def test_examples_name_file_and_line(tmp_path: Path) -> None:
    lines = [
        *table(PLAIN)[:3],
        "2024-01-01 00:07:00,x",
        *table(PLAIN)[3:],
        "2024-02-31 00:00:00,1,2",
        f"{DAY_LATER},y,2",
    ]
    report = read_sources([_write(tmp_path, "pump.csv", text(*lines))]).report
    wrong, impossible = report.set_aside
    assert (wrong.reason, wrong.examples[0].file, wrong.examples[0].row) == ("wrong_width", "pump.csv", 4)
    assert (impossible.reason, impossible.examples[0].row) == ("impossible_time", 6)
    assert impossible.examples[0].text == "2024-02-31 00:00:00"
    assert (report.cells_lost[0].sensor, report.cells_lost[0].examples[0].row) == ("a", 7)
    assert any('row 6: "2024-02-31 00:00:00"' in sentence for sentence in report.sentences())


DAY_LATER = "2024-01-02 00:00:00"


def test_the_first_sentence_says_what_was_read(tmp_path: Path) -> None:
    stamps = ("01/31/2024 00:00:00", "02/01/2024 00:00:00", "02/02/2024 00:00:00")
    report = read_sources([_write(tmp_path, "pump.csv", text(*table(stamps)))]).report
    assert report.sentences()[0] == (
        "Read 3 rows of 2 sensors from pump.csv, 2024-01-31 00:00 to 2024-02-02 00:00 UTC; "
        "dates as month/day/year hour:minute:second, delimiter comma, decimal point."
    )


def test_a_column_to_ignore_that_is_not_there_is_told_and_no_error(tmp_path: Path) -> None:
    path = _write(tmp_path, "pump.csv", text(*table(PLAIN)))
    report = read_sources([path], ReadingOptions(ignore=("Flow",))).report
    assert 'There is no column "Flow" to ignore.' in report.sentences()


def test_rows_out_of_order_are_sorted_and_counted(tmp_path: Path) -> None:
    lines = table(PLAIN)
    data = read_sources([_write(tmp_path, "pump.csv", text(lines[0], lines[2], lines[1], lines[3]))])
    assert data.report.rows_out_of_order == 1
    assert (np.diff(data.frame.timestamps) > 0).all()
    np.testing.assert_array_equal(data.frame.values[:, 0], [1.5, 2.5, 3.5])


def test_the_last_of_repeated_times_wins(tmp_path: Path) -> None:
    data = read_sources([_write(tmp_path, "p.csv", text(*table(PLAIN), "2024-01-01 00:05:00,9.5,99"))])
    np.testing.assert_array_equal(data.frame.values[1], [9.5, 99])


def test_files_of_the_same_columns_are_stacked_and_the_last_file_wins(tmp_path: Path) -> None:
    one = _write(tmp_path, "one.csv", text(*table(PLAIN)))
    two = _write(tmp_path, "two.csv", text("time;b;a", "2024-01-01 00:10:00;99;9,5", "2024-01-01 00:15:00;40;4,5"))
    data = read_sources([one, two])
    _adds_up(data)
    assert [sensor.name for sensor in data.frame.sensors] == ["a", "b"]
    np.testing.assert_array_equal(data.frame.values, [[1.5, 10], [2.5, 20], [9.5, 99], [4.5, 40]])
    assert data.report.count("duplicate_timestamp") == 1
    assert [(file.name, file.rows_read, file.rows_kept) for file in data.report.files] == [
        ("one.csv", 3, 2),
        ("two.csv", 2, 2),
    ]


def test_files_of_different_columns_are_joined_by_time(tmp_path: Path) -> None:
    one = _write(tmp_path, "one.csv", text(*table(PLAIN)))
    two = _write(tmp_path, "two.csv", text("t,c", "2024-01-01 00:05:00,7", "2024-01-01 00:20:00,8"))
    data = read_sources([one, two])
    _adds_up(data)
    assert data.report.set_aside == ()
    expected = [[1.5, 10, np.nan], [2.5, 20, 7], [3.5, 30, np.nan], [np.nan, np.nan, 8]]
    np.testing.assert_array_equal(data.frame.values, expected)


def test_words_mean_the_same_in_every_file(tmp_path: Path) -> None:
    one = _write(
        tmp_path, "1.csv", text("time,mode", *(f"2024-01-01 0{h}:00,{w}" for h, w in enumerate(("b", "c", "b", "c"))))
    )
    two = _write(
        tmp_path, "2.csv", text("time,mode", *(f"2024-01-02 0{h}:00,{w}" for h, w in enumerate(("a", "c", "a", "c"))))
    )
    data = read_sources([one, two])
    np.testing.assert_array_equal(data.frame.values[:, 0], [1, 2, 1, 2, 0, 2, 0, 2])
    assert data.report.categories == {"mode": ("a", "b", "c")}
    assert data.frame.sensors[0].kind is SensorKind.CATEGORICAL


def test_parquet_and_dataframe_read_like_the_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"a": [1.5, 2.5, 3.5, 4.5], "pump": ["on", "off", "on", "off"], "n": [1, 2, 3, 4], "flag": [True, False] * 2},
        index=pd.DatetimeIndex((*PLAIN, DAY_LATER), name="time"),
    )
    columns = {"time": frame.index.to_numpy(), **{name: frame[name].to_list() for name in frame}}
    path = tmp_path / "pump.parquet"
    pl.DataFrame(columns).write_parquet(path)
    for data in (read_sources([path]), read_dataframe(frame), read_dataframe(frame.reset_index())):
        _adds_up(data)
        assert iso_z(int(data.frame.timestamps[0])) == "2024-01-01T00:00:00Z"
        names = [sensor.name for sensor in data.frame.sensors]
        assert names == ["a", "pump", "n", "flag"]
        np.testing.assert_array_equal(data.frame.values[:, names.index("a")], [1.5, 2.5, 3.5, 4.5])
        np.testing.assert_array_equal(data.frame.values[:, names.index("flag")], [1, 0, 1, 0])


def test_a_frame_with_a_zone_is_read_as_its_utc() -> None:
    index = pd.DatetimeIndex(PLAIN).tz_localize("Europe/Paris")
    data = read_dataframe(pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=index))
    assert iso_z(int(data.frame.timestamps[0])) == "2023-12-31T23:00:00Z"


def test_single_precision_only_where_every_digit_comes_back(tmp_path: Path) -> None:
    short = read_sources([_write(tmp_path, "s.csv", text(*table(PLAIN)))]).frame
    long = read_sources(
        [_write(tmp_path, "l.csv", text("time,a,b", f"{PLAIN[0]},1.5,2", f"{PLAIN[1]},16777217,3"))]
    ).frame
    assert short.values.dtype == np.float32
    assert long.values.dtype == np.float64
    assert long.values[1, 0] == 16777217


def test_units_are_split_off_and_ids_are_safe_and_different(tmp_path: Path) -> None:
    head = "time,flow [m3/h],pressure (bar),pump (old),Öl,../x,A,a"
    rows = (f"{t},1,2,3,4,5,6,7" for t in PLAIN)
    sensors = read_sources([_write(tmp_path, "s.csv", text(head, *rows))]).frame.sensors
    assert [(s.label, s.unit) for s in sensors[:3]] == [("flow", "m3/h"), ("pressure", "bar"), ("pump (old)", "")]
    assert [s.name for s in sensors] == head.split(",")[1:]
    assert [s.id for s in sensors] == ["flow_m3_h", "pressure_bar", "pump_old", "l", "x", "A", "a_2"]


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    paths = [_write(tmp_path, f"{n}.csv", text(*table(PLAIN))) for n in range(3)]
    read_sources(paths, progress=lambda share, _: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1


FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d-%H-%M-%S",
    "%d.%m.%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d-%b-%Y %H:%M:%S",
    "%Y%m%d %H%M%S",
    "epoch",
)
numbers = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 4)), st.integers(-999, 999))


@given(
    values=st.lists(st.tuples(numbers, numbers), min_size=3, max_size=30),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    comma=st.booleans(),
    pattern=st.sampled_from(FORMATS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_dialect_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    values: list,
    delimiter: str,
    comma: bool,
    pattern: str,
    encoding: str,
    end: str,
) -> None:
    comma = comma and delimiter != ","
    times = pd.date_range("2024-01-25 22:00:00", periods=len(values), freq="7h")
    # A first row with a fraction, so that the decimal mark is there to be seen.
    values = [(0.25, -0.5), *values[1:]]

    def cell(value: float | None) -> str:
        written = "" if value is None else repr(value)
        return written.replace(".", ",") if comma else written

    stamps = [str(int(t.timestamp())) if pattern == "epoch" else t.strftime(pattern) for t in times]
    lines = [delimiter.join(("time", "a", "b"))]
    lines += [delimiter.join((t, cell(a), cell(b))) for t, (a, b) in zip(stamps, values, strict=True)]
    path = _write(tmp_path_factory.mktemp("dialect"), "d.csv", text(*lines, end=end, encoding=encoding))
    data = read_sources([path])
    _adds_up(data)
    assert data.frame.timestamps.tolist() == [to_ns(t) for t in times]
    expected = np.array([[np.nan if v is None else v for v in row] for row in values], dtype=float)
    if data.frame.values.dtype == np.float32:
        expected = expected.astype(np.float32)
    np.testing.assert_array_equal(data.frame.values, expected)


@given(junk=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_by_a_sentence(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    path = _write(tmp_path_factory.mktemp("junk"), "j.csv", junk)
    _is_read_or_refused(path)


@given(data=st.data())
def test_a_damaged_file_loses_no_row_in_silence(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = text("time,a,b", *(f"2024-01-01 {h:02d}:30:00,{h}.25,{h * 3}" for h in range(24)))
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        kind = data.draw(st.sampled_from(["cut", "drop", "put", "swap"]))
        if kind == "cut":
            damaged = damaged[: max(place, 1)]
        elif kind == "drop":
            del damaged[place]
        else:
            letter = data.draw(st.sampled_from(list(b'",;\n\r\t 0159-:.aZ\x00\xff')))
            damaged[place : place + (kind == "swap")] = bytes([letter])
        if not damaged:
            damaged = bytearray(b"x")
    path = _write(tmp_path_factory.mktemp("damaged"), "d.csv", bytes(damaged))
    with contextlib.suppress(L4EError):
        read = read_sources([path])
        _adds_up(read)
        lines = bytes(damaged).split(b"\n")
        first = read.report.understanding.first_row
        below = [line for line in lines[first - 1 :] if line.strip(b"\r\t \x0b\x0c\x00")]
        assert first <= 2 or any("passed over" in notice for notice in read.report.notices), bytes(damaged)
        assert read.report.rows_read == len(below), (bytes(damaged), read.report)


@pytest.mark.real_data
def test_real_files_are_read_whole(bench_data: Path) -> None:
    ignore = ReadingOptions(ignore=("anomaly", "changepoint"))
    files = sorted((bench_data / "skab").rglob("*.csv"))
    assert len(files) == 21
    for path in files:
        data = read_sources([path], ignore)
        assert data.report.rows_kept == data.report.rows_read == len(path.read_text().splitlines()) - 1
        assert data.report.n_sensors == 8
        assert data.report.understanding.delimiter == ";"
    water = read_sources([bench_data / "batadal" / "water_network.csv"], ReadingOptions(ignore=("ATT_FLAG",)))
    assert (len(water.frame), len(water.frame.sensors)) == (12_938, 43)
    assert iso_z(int(water.frame.timestamps[0])) == "2014-01-06T00:00:00Z"
    assert iso_z(int(water.frame.timestamps[8760])) == "2015-01-06T00:00:00Z"
    assert water.report.understanding.timestamp_format == "%d/%m/%y %H"
    machine = read_sources([bench_data / "nab" / "machine_temperature_system_failure.csv"])
    assert (machine.report.rows_read, machine.report.rows_kept) == (22_695, 22_683)
    assert machine.report.count("duplicate_timestamp") == 12

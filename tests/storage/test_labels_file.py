from __future__ import annotations

from pathlib import Path

import pytest

from l4e_widgets.core.errors import DataError, NotFound
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.labels_file import read_labels

FIRST = TimeRange.of("2024-03-01 10:00", "2024-03-01 12:00")
SECOND = TimeRange.of("2024-04-15 00:00", "2024-04-16 00:00")


def _file(folder: Path, *lines: str) -> Path:
    path = folder / "labels.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "lines",
    [
        ("2024-03-01 10:00:00,2024-03-01 12:00:00", "2024-04-15 00:00:00,2024-04-16 00:00:00"),
        ("start,end", "2024-04-15T00:00:00Z,2024-04-16T00:00:00Z", "2024-03-01T10:00:00Z,2024-03-01T12:00:00Z"),
        ("01/03/2024 10:00;01/03/2024 12:00", "", "15/04/2024;16/04/2024"),
        ('"2024-03-01 10:00", "2024-03-01 12:00", seal', '"2024-04-15","2024-04-16", bearing'),
        ("1709287200,1709294400", "1713139200,1713225600"),
    ],
    ids=["plain", "header and Z", "day first", "quotes and notes", "seconds since 1970"],
)
def test_labels_are_read_and_sorted(lines: tuple[str, ...], tmp_path: Path) -> None:
    read = read_labels(_file(tmp_path, *lines))
    assert read.ranges == (FIRST, SECOND)
    assert read.notices == ()


def test_overlapping_labels_are_merged_with_a_notice(tmp_path: Path) -> None:
    lines = ("2024-03-01 11:00,2024-03-01 12:00", "2024-03-01 10:00,2024-03-01 11:30", "2024-04-15,2024-04-16")
    read = read_labels(_file(tmp_path, *lines))
    assert read.ranges == (FIRST, SECOND)
    assert read.notices == (
        "labels.csv: the labels 2024-03-01 10:00–11:30 and 2024-03-01 11:00–12:00 overlap and were merged.",
    )


def test_labels_that_touch_stay_apart(tmp_path: Path) -> None:
    lines = ("2024-03-01 10:00,2024-03-01 11:00", "2024-03-01 11:00,2024-03-01 12:00")
    assert len(read_labels(_file(tmp_path, *lines)).ranges) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("tomorrow,2024-03-01", 'row 2: The start "tomorrow" is not a time'),
        ("2024-03-01,2024-02-30", 'row 2: The end "2024-02-30" is not a time'),
        ("2024-03-01 12:00,2024-03-01 10:00", "row 2: The end is not after the start"),
        ("2024-03-01 12:00", "row 2: The line has 1 cell"),
    ],
)
def test_a_bad_line_is_named(line: str, words: str, tmp_path: Path) -> None:
    path = _file(tmp_path, "2024-01-01,2024-01-02", line, "2024-01-03,2024-01-04")
    with pytest.raises(DataError) as caught:
        read_labels(path)
    assert f"labels.csv, {words}" in str(caught.value)
    assert "Correct the line" in str(caught.value)


def test_several_bad_lines_are_counted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="and 2 more such lines"):
        read_labels(_file(tmp_path, "2024-01-01,2024-01-02", "x1,y", "x2,y", "2024-02-02,2024-02-01"))


def test_an_absent_an_empty_and_an_undecidable_file_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_labels(tmp_path / "absent.csv")
    with pytest.raises(DataError, match="no labels"):
        read_labels(_file(tmp_path, "start,end"))
    with pytest.raises(DataError, match="cannot be told apart"):
        read_labels(_file(tmp_path, "03/04/2024 10:00,03/04/2024 12:00"))
    day_first = read_labels(_file(tmp_path, "01/03/2024 10:00,01/03/2024 12:00"), timestamp_format="day-first")
    assert day_first.ranges == (FIRST,)


@pytest.mark.real_data
def test_the_labels_of_the_real_machine(bench_data: Path) -> None:
    ranges = read_labels(bench_data / "nab" / "labels.csv").ranges
    assert len(ranges) == 4
    assert ranges[0] == TimeRange.of("2013-12-10 06:25", "2013-12-12 05:35")

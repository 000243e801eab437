from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from l4e_widgets.core.errors import DataError, L4EError
from l4e_widgets.core.reading import ReadingOptions
from l4e_widgets.core.times import iso_z
from l4e_widgets.storage.source_preview import preview
from l4e_widgets.storage.sources import read_sources
from tests.ugly.cases import CASES, PLAIN, Ugly, table, text

DAYS = [f"{d:02d}/02/2024 {h:02d}:00" for d in range(1, 25) for h in range(24)]


@pytest.fixture
def small_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("l4e_widgets.storage.source_preview.HEAD_BYTES", 2000)
    monkeypatch.setattr("l4e_widgets.storage.source_preview.TAIL_BYTES", 1000)


def _large(stamps: list[str]) -> bytes:
    return text("time;flow [m3/h];b", *(f"{t};{n},5;{n}" for n, t in enumerate(stamps)))


def test_both_ends_of_a_large_file_are_seen_without_reading_it(tmp_path: Path, small_ends: None) -> None:
    (path := tmp_path / "p.csv").write_bytes(_large(DAYS))
    seen = preview([path], rows=3)
    whole = read_sources([path]).frame
    file = seen.files[0]
    assert not file.whole
    assert file.last is not None
    np.testing.assert_array_equal(file.first.values, whole.values[:3])
    np.testing.assert_array_equal(file.last.values, whole.values[-3:])
    np.testing.assert_array_equal(file.last.timestamps, whole.timestamps[-3:])
    assert file.report.rows_read < 200
    told = json.loads(json.dumps(file.to_dict()))
    assert (told["timestamp_format"], told["decimal"], told["sampling_rate_seconds"]) == ("%d/%m/%Y %H:%M", ",", 3600)
    assert told["sensors"] == [{"name": "flow [m3/h]", "unit": "m3/h"}, {"name": "b", "unit": ""}]
    assert told["questions"] == []


def test_an_order_that_only_the_last_rows_tell_is_found(tmp_path: Path, small_ends: None) -> None:
    early = [f"{d:02d}/{m:02d}/{y}" for y in (2001, 2002) for m in range(1, 13) for d in range(1, 13)]
    daily = early + [f"{d:02d}/{m:02d}/2003" for m in range(1, 13) for d in range(1, 29)]
    (path := tmp_path / "p.csv").write_bytes(text("time,a,b", *(f"{t},1.5,{n}" for n, t in enumerate(daily))))
    seen = preview([path])
    assert seen.questions == ()
    assert seen.files[0].understanding.timestamp_format == "%d/%m/%Y"


def test_an_open_question_is_told_with_its_first_reading(tmp_path: Path) -> None:
    stamps = ("03/04/2024 00:00", "03/04/2024 00:05", "03/04/2024 00:10")
    (path := tmp_path / "q.csv").write_bytes(text(*table(stamps)))
    seen = preview([path])
    assert [question.option for question in seen.questions] == ["timestamp_format"]
    assert iso_z(int(seen.files[0].first.timestamps[0])) == "2024-04-03T00:00:00Z"
    told = seen.files[0].to_dict()["questions"][0]["readings"]
    assert told[1] == {
        "value": "month-first",
        "cells": {s: f"2024-03-04 {s[11:]}" for s in stamps},
    }
    answered = preview([path], ReadingOptions(timestamp_format="month-first"))
    assert answered.questions == ()
    assert iso_z(int(answered.files[0].first.timestamps[0])) == "2024-03-04T00:00:00Z"


def test_packed_files_folders_and_parquet_are_seen(tmp_path: Path, small_ends: None) -> None:
    folder = tmp_path / "plant" / "pump1"
    folder.mkdir(parents=True)
    (folder / "a.csv.gz").write_bytes(gzip.compress(_large(DAYS)))
    times = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 9), "1m", eager=True)
    pl.DataFrame({"time": times, "p": np.arange(len(times), dtype=float)}).write_parquet(folder / "b.parquet")
    packed, parquet = preview([tmp_path / "plant"], rows=2).files
    assert [sensor.name for sensor in packed.first.sensors] == [r"pump1\flow [m3/h]", r"pump1\b"]
    assert packed.last is None
    assert not packed.whole
    assert parquet.last is not None
    np.testing.assert_array_equal(parquet.last.values[:, 0], [len(times) - 2, len(times) - 1])
    assert parquet.last.sensors[0].name == r"pump1\p"


@pytest.mark.parametrize("case", CASES[::2], ids=lambda case: case.name)
def test_a_small_file_is_previewed_as_it_is_read(case: Ugly, tmp_path: Path) -> None:
    (path := tmp_path / "ugly.csv").write_bytes(case.data)
    options = ReadingOptions(**case.options)
    if case.error:
        with pytest.raises(L4EError) as caught:
            read_sources([path], options)
        if isinstance(caught.value, DataError) and caught.value.question:
            assert preview([path], options).questions[0] == caught.value.question
        else:
            with pytest.raises(type(caught.value), match="^" + re.escape(str(caught.value))):
                preview([path], options)
        return
    file = preview([path], options, rows=10_000).files[0]
    assert file.report == read_sources([path], options).report
    assert tuple(iso_z(int(ns)) for ns in file.first.timestamps) == (
        case.times or file.first.timestamps.tolist()[:0]
    ) or (not case.times)


def test_a_column_to_ignore_that_is_not_there_is_told(tmp_path: Path) -> None:
    (path := tmp_path / "p.csv").write_bytes(text("time,a", *(f"{t},1.5" for t in PLAIN)))
    assert preview([path], ReadingOptions(ignore=("b",))).files[0].report.notices == (
        'There is no column "b" to ignore.',
    )


def test_nothing_to_look_at_is_a_sentence() -> None:
    with pytest.raises(DataError, match="No file was given"):
        preview([])

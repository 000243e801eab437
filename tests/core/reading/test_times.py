from __future__ import annotations

import contextlib
import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.date_order import parse_deciding_order
from l4e_widgets.core.reading.time_shapes import looks_like_time, shape_of
from l4e_widgets.core.reading.times import NO_TIME, epoch_unit, parse_with_order, parse_with_pattern
from l4e_widgets.core.reading.understanding import format_words
from l4e_widgets.core.times import to_ns


@pytest.mark.parametrize(
    ("cell", "pattern"),
    [
        ("2024-01-31 00:00:00", "%Y-%m-%d %H:%M:%S"),
        ("2024-01-31T00:00:00.123456Z", "%Y-%m-%dT%H:%M:%S%.fZ"),
        ("2024/1/31 0:05", "%Y/%m/%d %H:%M"),
        ("2024-01-31-00-00-00", "%Y-%m-%d-%H-%M-%S"),
        ("31.01.2024 00:00", "%d.%m.%Y %H:%M"),
        ("06/01/14 00", "%d/%m/%y %H"),
        ("31-Jan-24 01:00 PM", "%d-%b-%y %I:%M %p"),
        ("January 31, 2024 01:00", "%B %d, %Y %H:%M"),
        ("20240131 000500", "%Y%m%d %H%M%S"),
        ("2024-01-31 00:00:00 UTC", "%Y-%m-%d %H:%M:%S UTC"),
    ],
)
def test_the_shape_of_a_time_is_its_pattern(cell, pattern):
    shape = shape_of(cell)
    assert shape is not None
    assert shape.pattern("day-first") == pattern


@pytest.mark.parametrize(
    "cell", ["", "1.5", "12", "12:30", "2024", "1/2", "1.2.3.4", "31-Foo-2024", "10-20", "-1.5e-3"]
)
def test_what_is_no_time_has_no_shape(cell):
    assert not looks_like_time(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02-30 00:00:00",
        "2024-01-01 24:00:00",
        "2024-01-01 00:00:60",
        "2024-01-01 00:0",
        "2024-01-01 00:00:5",
        "2024-13-01 00:00:00",
        "0024-01-01 00:00:00",
        "9999-01-01 00:00:00",
        "2024-01-01 00:",
        "2024-01-",
    ],
)
def test_times_that_never_were_and_half_written_ones_are_none(cell):
    cells = pl.Series(["2024-01-01 00:00:00", cell, "2024-01-01 00:10:00"])
    assert (parse_with_order(cells, "day-first").ns == NO_TIME).tolist() == [False, True, False]


def test_words_of_a_pattern():
    assert format_words("%d/%m/%y %H") == "day/month/year (two digits) hour"
    assert format_words("epoch_ms") == "milliseconds since 1970"


def test_a_pattern_without_a_date_is_refused():
    with pytest.raises(DataError, match="no timestamp format"):
        parse_with_pattern(pl.Series(["x"]), "never")


@pytest.mark.parametrize(
    ("value", "unit"),
    [(1.7e9, "epoch_s"), (1.7e12, "epoch_ms"), (1.7e15, "epoch_us"), (1.7e18, "epoch_ns"), (5.0, None), (1e30, None)],
)
def test_the_unit_since_1970_follows_from_the_size(value, unit):
    assert epoch_unit(pl.Series([value, value + 1])) == unit


def test_a_row_deep_in_the_column_decides():
    cells = [
        f"{day:02d}/{month:02d}/2024 {hour:02d}:00" for month in (1, 2) for day in range(1, 13) for hour in range(24)
    ]
    cells.append("04/13/2024 00:00")
    parsed = parse_deciding_order(pl.Series(cells), where="p.csv", rows=np.arange(len(cells)))
    assert parsed.pattern == "%m/%d/%Y %H:%M"


def test_a_row_that_only_the_other_order_reads_stops_with_its_place():
    cells = [f"{day:02d}/02/2023 00:00" for day in range(1, 29)] + ["04/13/2023 10:00"]
    with pytest.raises(DataError, match="contradicts day/month/year") as caught:
        parse_deciding_order(pl.Series(cells), where="pump.csv", rows=np.arange(2, 40))
    assert caught.value.where == "pump.csv, row 30"
    assert "--timestamp-format" in caught.value.fix


@given(
    start=st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2060, 1, 1)),
    step_s=st.sampled_from([1, 60, 3600, 7 * 3600]),
    n_rows=st.integers(3, 80),
    order=st.sampled_from(["day-first", "month-first"]),
    year=st.sampled_from(["%Y", "%y"]),
)
def test_an_order_is_never_guessed_wrong(start, step_s, n_rows, order, year):
    """Whatever the column, the answer is the order it was written in or a question, never the other order."""
    start = start.replace(microsecond=0)
    times = [start + dt.timedelta(seconds=step_s * n) for n in range(n_rows)]
    pattern = f"%d/%m/{year} %H:%M:%S" if order == "day-first" else f"%m/%d/{year} %H:%M:%S"
    cells = pl.Series([time.strftime(pattern) for time in times])
    with contextlib.suppress(DataError):
        parsed = parse_deciding_order(cells, where="p.csv", rows=np.arange(n_rows))
        assert parsed.ns.tolist() == [to_ns(time) for time in times]

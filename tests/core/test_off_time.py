"""Off-time: the text form both ways, what is refused in words, and the stretches against a plain loop."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.errors import DataError, NotFound
from l4e_widgets.core.off_time import OffTime, judged_labels, off_rows, off_stretches, parse_off_time
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

SENSORS = (
    Sensor(id="s1", name="speed"),
    Sensor(id="s2", name="drive\\speed<rpm>", component="drive"),
    Sensor(id="s3", name="load", component="mill"),
    Sensor(id="s4", name="a\\temp"),
    Sensor(id="s5", name="b\\temp"),
)


@pytest.mark.parametrize(
    ("text", "sensor", "comparison", "threshold"),
    [
        ("speed<200", "s1", "<", 200.0),
        ("  speed  >  -1.5e2 ", "s1", ">", -150.0),
        ("drive\\speed<rpm><10.5", "s2", "<", 10.5),
        ("mill\\load>3", "s3", ">", 3.0),
        ("load>3", "s3", ">", 3.0),
        ("a\\temp<0", "s4", "<", 0.0),
    ],
)
def test_l4es_form_is_read(text: str, sensor: str, comparison: str, threshold: float) -> None:
    assert parse_off_time(text, SENSORS) == OffTime(sensor, comparison, threshold)


@pytest.mark.parametrize("sensor", [one.id for one in SENSORS])
@given(threshold=st.floats(allow_nan=False, allow_infinity=False, width=32), sign=st.sampled_from("<>"))
def test_what_is_written_is_read_back(sensor: str, threshold: float, sign: str) -> None:
    told = OffTime(sensor, sign, threshold)
    assert parse_off_time(told.to_text(SENSORS), SENSORS) == told


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("speed=3", DataError, "neither < nor >"),
        ("speed<fast", DataError, "no number"),
        ("speed<", DataError, "no number"),
        ("speed<nan", DataError, "no number"),
        ("<3", DataError, "names no sensor"),
        ("sped<3", NotFound, 'did you mean "speed"?'),
        ("temp<3", NotFound, 'no sensor called "temp"'),
    ],
)
def test_a_bad_condition_is_a_sentence(text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error) as raised:
        parse_off_time(text, SENSORS)
    assert said in str(raised.value)


def test_a_missing_value_does_not_say_that_the_machine_is_off() -> None:
    values = np.array([1.0, np.nan, 10.0, 200.0])
    assert off_rows(values, OffTime("s1", "<", 10.0)).tolist() == [True, False, False, False]
    assert off_rows(values, OffTime("s1", ">", 10.0)).tolist() == [False, False, False, True]


@given(st.lists(st.tuples(st.sampled_from([1, 1, 1, 1, 1, 1, 50]), st.booleans()), min_size=5, max_size=60))
def test_stretches_hold_exactly_the_rows_that_are_off(rows: list[tuple[int, bool]]) -> None:
    timestamps = np.cumsum([step for step, _ in rows]).astype(np.int64)
    is_off = np.array([off for _, off in rows])
    found = off_stretches(timestamps, is_off)
    inside = [any(span.start <= moment < span.end for span in found) for moment in timestamps]
    assert inside == is_off.tolist()
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_a_gap_in_the_rows_is_not_off_time() -> None:
    timestamps = np.array([0, 10, 20, 30, 1000, 1010, 1020], dtype=np.int64)
    is_off = np.array([False, False, True, True, True, False, False])
    assert [(span.start, span.end) for span in off_stretches(timestamps, is_off)] == [(20, 40), (1000, 1010)]


def test_a_label_is_judged_unless_it_lies_wholly_in_off_time() -> None:
    stopped = (TimeRange(10, 20), TimeRange(30, 40))
    labels = [TimeRange(10, 20), TimeRange(12, 15), TimeRange(19, 21), TimeRange(15, 35), TimeRange(50, 60)]
    assert judged_labels(labels, stopped) == tuple(labels[2:])
    assert judged_labels(labels, ()) == tuple(labels)

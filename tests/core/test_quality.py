from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.operating_modes import has_several_modes
from l4e_widgets.core.quality import COMPLETE, QualityReport, assess_quality
from l4e_widgets.core.reading import CellLoss, FileRead, ReadingReport, SetAside, Understanding
from l4e_widgets.core.reading.kinds import kind_of
from l4e_widgets.core.sensors import Sensor, SensorKind
from tests.naive.quality import naive_statistics

HOUR = 3600 * 10**9
DAY = 24 * HOUR
RNG = np.random.default_rng(7)


def frame(*columns, step=HOUR, start=0):
    values = np.column_stack([np.asarray(column, dtype=float) for column in columns])
    sensors = tuple(Sensor(id=f"s{n}", name=f"s {n}", kind=kind_of(values[:, n])) for n in range(values.shape[1]))
    return SensorFrame(start + np.arange(len(values), dtype=np.int64) * step, values, sensors)


def noise(n_rows=1000):
    return RNG.normal(size=n_rows)


def only(column, **kwargs):
    return assess_quality(frame(column, **kwargs)).sensors[0]


def report(rows, set_aside=(), cells_lost=()):
    understood = Understanding(encoding="utf-8")
    return ReadingReport(
        files=(FileRead("p.csv", rows, rows, understood),),
        rows_read=rows,
        rows_kept=rows,
        n_rows=rows,
        n_sensors=1,
        start_ns=0,
        end_ns=1,
        set_aside=set_aside,
        cells_lost=cells_lost,
    )


def test_plain_measurements_are_graded_high_because_they_are_complete():
    record = only(noise())
    assert (record.grade, record.reasons) == ("High", (COMPLETE,))
    assert record.days == pytest.approx(999 / 24)
    assert (record.start_ns, record.end_ns) == (0, 999 * HOUR)


@pytest.mark.parametrize(
    ("column", "monotonic", "words"),
    [
        (np.full(1000, 7.5), "STATIC", "never moves: every value is 7.5"),
        (np.arange(1000) * 2.0, "INCREASING", "only ever rises"),
        (np.repeat(np.arange(100)[::-1], 10), "DECREASING", "only ever falls"),
        (np.full(1000, np.nan), "", "no values"),
    ],
    ids=["constant", "rising", "falling in steps", "empty"],
)
def test_what_tells_nothing_of_the_machine_is_graded_low(column, monotonic, words):
    record = only(column)
    assert (record.grade, record.monotonic) == ("Low", monotonic)
    assert words in record.reasons[0]
    assert record.constant == (monotonic == "STATIC")


def test_missing_values_make_a_medium_and_are_counted():
    column = noise()
    column[5:8] = np.nan
    record = only(column)
    assert (record.grade, record.missing_count, record.missing_share) == ("Medium", 3, 0.003)
    assert record.reasons == ("3 (0.3 %) of its values are missing.",)


def test_a_large_gap_is_a_stretch_of_over_a_day_without_values():
    column = noise()
    column[100:150] = np.nan
    record = only(column)
    assert record.large_gaps == 1
    assert record.max_gap_days == pytest.approx(51 / 24)
    assert "It has a large gap of 2 d 3 h." in record.reasons


def test_daily_rows_have_no_large_gaps():
    assert only(noise(100), step=DAY).large_gaps == 0


def test_a_switch_is_a_state_and_not_monotonic():
    switch = (np.arange(1000) > 400).astype(float)
    record = only(switch)
    assert (record.grade, record.categorical, record.n_categories, record.monotonic) == ("Medium", True, 2, "")
    assert "takes 2 different values only" in record.reasons[0]


def test_two_speeds_are_two_operating_modes():
    speeds = np.where(np.arange(1000) % 200 < 120, 1480.0, 990.0) + 5 * noise()
    record = only(speeds)
    assert record.multiple_operating_modes
    assert record.grade == "Medium"


@pytest.mark.parametrize(
    ("values", "several"),
    [
        (noise(5000), False),
        (RNG.uniform(size=5000), False),
        (np.exp(noise(5000)), False),
        (np.sin(np.arange(5000) / 40), False),
        (np.round(noise(5000), 1), False),
        (np.concatenate((noise(4000), 8 + noise(1000))), True),
        (np.concatenate((noise(4980), 8 + noise(20))), False),
        (np.concatenate((noise(2000), 9 + noise(2000), 18 + noise(2000))), True),
        (noise(20), False),
    ],
    ids=["normal", "even", "skewed", "sine", "rounded", "two", "a disturbance", "three", "too few"],
)
def test_modes_are_levels_with_a_valley_between_them(values, several):
    assert has_several_modes(values) is several


def test_counts_of_the_reading_reach_every_sensor():
    told = report(
        1000,
        set_aside=(SetAside("duplicate_timestamp", 12), SetAside("impossible_time", 3), SetAside("no_time", 2)),
        cells_lost=(CellLoss("s 0", 4),),
    )
    column = noise()
    column[:10] = np.nan
    first, second = assess_quality(frame(column, noise()), told).sensors
    assert (first.duplicate_count, first.invalid_timestamp_count, first.invalid_count, first.missing_count) == (
        12,
        5,
        4,
        6,
    )
    assert (second.duplicate_count, second.invalid_count, second.missing_count, second.grade) == (12, 0, 0, "Medium")
    assert "4 (0.4 %) of its cells are no numbers." in first.reasons


def test_a_short_history_is_one_warning_and_no_low():
    quality = assess_quality(frame(noise(200), noise(200)))
    assert [record.grade for record in quality.sensors] == ["High", "High"]
    assert len(quality.warnings) == 1
    assert quality.warnings[0].startswith("The data covers 8 d; less than 14 days")


def test_two_whole_weeks_are_no_short_history_and_little_less_is_not_rounded_up_to_them():
    assert assess_quality(frame(noise(336))).warnings == ()
    assert assess_quality(frame(noise(334))).warnings[0].startswith("The data covers 13.9 d; less than 14 days")


def test_one_sensor_of_few_days_in_a_long_data_set_is_a_medium():
    column = noise()
    column[:800] = np.nan
    record = assess_quality(frame(noise(), column)).sensors[1]
    assert record.grade == "Medium"
    assert "It has values for 8.3 of 42 days only." in record.reasons


def test_sensors_that_never_move_are_named():
    quality = assess_quality(frame(noise(), np.ones(1000), np.zeros(1000)))
    assert quality.warnings == ("2 sensors never move: s 1, s 2.",)


def test_the_report_survives_json():
    quality = assess_quality(frame(noise(), np.ones(1000), np.full(1000, np.nan)), report(1000))
    assert QualityReport.from_dict(json.loads(json.dumps(quality.to_dict()))) == quality


def test_no_rows_give_low_grades_and_no_error():
    empty = SensorFrame(np.empty(0, dtype=np.int64), np.empty((0, 1)), (Sensor(id="a", name="a"),))
    assert assess_quality(empty).sensors[0].grade == "Low"


cells = st.one_of(st.just(float("nan")), st.integers(0, 3).map(float), st.floats(-5, 5))


@given(column=st.lists(cells, min_size=1, max_size=40), ordered=st.sampled_from([None, False, True]))
def test_statistics_agree_with_the_naive_ones(column, ordered):
    if ordered is not None:
        column = sorted(column, key=lambda v: (v != v, v), reverse=ordered)
    rows = frame(column, step=9 * HOUR)
    record = assess_quality(rows).sensors[0]
    n_values, gaps, longest, direction = naive_statistics(rows.timestamps.tolist(), column, 90 * HOUR)
    assert (record.n_values, record.large_gaps, record.monotonic) == (n_values, gaps, direction)
    assert record.max_gap_days == pytest.approx(longest / DAY)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (noise(), SensorKind.NUMERIC),
        (np.ones(100), SensorKind.NUMERIC),
        (np.tile([0.0, 1.0], 50), SensorKind.TWO_VALUED),
        (np.repeat([0.0, 3.0, 1.0, 2.0, 0.0], 100), SensorKind.CATEGORICAL),
        (np.repeat([20.0, 21.0, 22.0, 21.0, 20.0], 100), SensorKind.NUMERIC),
        (np.repeat([0.5, 3.5, 1.5], 100), SensorKind.NUMERIC),
        (np.cumsum(RNG.uniform(0, 1, 500)), SensorKind.COUNTER),
        (np.cumsum(RNG.uniform(0, 1, 50)), SensorKind.NUMERIC),
    ],
    ids=["noise", "constant", "switch", "states", "a slow temperature", "fractions", "counter", "too short"],
)
def test_the_kind_follows_from_the_values(column, kind):
    assert kind_of(np.asarray(column)) is kind

"""The chart's model without a browser: what is sent at first, and what a question of the browser gets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import FrameSource
from l4e_widgets.core.times import TimeRange
from l4e_widgets.widgets.parts.chart import ChartEvent, ChartPanel, TimeSeriesChart, link_charts

MINUTE_MS = 60_000
STATIC = Path(__file__).resolve().parents[2] / "l4e_widgets" / "static"
pytestmark = pytest.mark.skipif(not STATIC.joinpath("chart.js").is_file(), reason="the front end is not built")


@pytest.fixture
def chart() -> TimeSeriesChart:
    """A score of its own clock above a sensor with what was expected of it."""
    rows = np.arange(100_000, dtype=np.int64)
    values = np.column_stack([np.sin(rows / 500), np.cos(rows / 500)])
    values[77_777, 0] = 50.0
    sensors = (Sensor(id="flow", name="Flow", unit="l/s"), Sensor(id="flow~", name="expected"))
    series = FrameSource(SensorFrame(rows * MINUTE_MS * 1_000_000, values, sensors))
    hours = np.arange(0, 1000, dtype=np.int64) * 3_600_000_000_000
    score = FrameSource(SensorFrame(hours, np.full((1000, 1), 0.2), (Sensor(id="score", name="score"),)))
    return TimeSeriesChart(
        [
            ChartPanel(source=score, sensors=("score",), kind="score", name="Anomaly score"),
            ChartPanel(source=series, sensors=("flow",), expected="flow~", half_band=float("nan")),
        ],
        events=[ChartEvent(span=TimeRange(0, 10**12))],
        training=TimeRange(0, 10**13),
        labels=[(TimeRange(5, 10**12), "trip")],
    )


def columns_of(parts: list[dict], buffer: bytes) -> dict[str, list[np.ndarray]]:
    """Times and columns of each panel, read as the browser reads them."""
    found, place = {}, 0
    for part in parts:
        times = np.frombuffer(buffer, "<f8", part["rows"], place)
        place += 8 * part["rows"]
        for panel in part["panels"]:
            columns = [times]
            for _ in panel["columns"]:
                columns.append(np.frombuffer(buffer, "<f4", part["rows"], place))
                place += 4 * part["rows"]
            found[panel["id"]] = columns
    assert place == len(buffer)
    return found


def test_the_whole_range_comes_at_once_with_its_spike(chart: TimeSeriesChart) -> None:
    told = chart.description
    assert [panel["name"] for panel in told["panels"]] == ["Anomaly score", "Flow"]
    assert told["panels"][1]["unit"] == "l/s"
    assert told["panels"][1]["halfBand"] is None
    assert told["events"][0]["end"] == 10**6
    assert told["labels"] == [{"code": "trip", "start": 5e-6, "end": 10**6}]
    flow = columns_of(told["parts"], chart.data)["p1"]
    assert len(flow[0]) == 4000
    assert flow[1].max() == 50.0


def test_a_window_is_answered_with_every_row_in_it(chart: TimeSeriesChart) -> None:
    start = 77_700 * MINUTE_MS
    asked = {"kind": "window", "view": "a", "request": 1, "start": start, "end": start + 100 * MINUTE_MS, "pixels": 800}
    content, buffers = chart.answer(asked)
    assert (content["kind"], content["view"], content["request"]) == ("detail", "a", 1)
    rows = columns_of(content["parts"], buffers[0])
    assert len(rows["p1"][0]) == 100
    assert rows["p1"][0][77] == 77_777 * MINUTE_MS
    assert rows["p1"][1][77] == 50.0
    assert rows["p1"][2][0] == pytest.approx(np.cos(77_700 / 500), rel=1e-6)


def test_a_question_that_was_overtaken_gets_no_answer_but_another_view_does(chart: TimeSeriesChart) -> None:
    asked = {"kind": "window", "view": "a", "request": 5, "start": 0, "end": 10_000_000, "pixels": 10}
    assert chart.answer(asked) is not None
    assert chart.answer({**asked, "request": 4}) is None
    assert chart.answer({**asked, "view": "b", "request": 1}) is not None
    assert chart.answer({"kind": "something"}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"pixels": 0},
        {"pixels": 1e9},
        {"pixels": "many"},
        {"start": 9e18, "end": 9.1e18},
        {"start": 10, "end": 5},
        {"start": float("nan")},
        {"start": None},
        {"request": True},
    ],
)
def test_a_question_that_means_nothing_is_refused_with_a_sentence(chart: TimeSeriesChart, wrong: dict) -> None:
    asked = {"kind": "window", "view": "a", "request": 1, "start": 0, "end": 1e6, "pixels": 10, **wrong}
    with pytest.raises(UsageError, match="asked for a window"):
        chart.answer(asked)


def test_no_panel_and_too_many_are_refused(chart: TimeSeriesChart) -> None:
    panel = ChartPanel(source=chart._panels[0].source, sensors=("score",))
    with pytest.raises(UsageError, match="cannot show"):
        TimeSeriesChart([])
    with pytest.raises(UsageError, match="first 20"):
        TimeSeriesChart([panel] * 300)


def test_sensors_of_different_units_never_share_an_axis_unasked() -> None:
    rows = np.arange(10, dtype=np.int64) * 1_000_000_000
    sensors = (
        Sensor(id="a", name="In", unit="bar", limit_high=4.0),
        Sensor(id="b", name="Out", unit="bar"),
        Sensor(id="c", name="Speed", unit="rpm"),
    )
    frame = SensorFrame(rows, np.arange(30.0).reshape(10, 3), sensors)
    told = TimeSeriesChart(frame, overlay=[("In", "b")]).description
    assert [(panel["name"], panel["unit"]) for panel in told["panels"]] == [("In, Out", "bar"), ("Speed", "rpm")]
    assert told["parts"][0]["panels"][0]["columns"] == ["line", "line"]
    assert TimeSeriesChart(frame).description["panels"][0]["limits"] == [None, 4.0]
    with pytest.raises(UsageError, match="Out in bar, Speed in rpm"):
        TimeSeriesChart(frame, overlay=[("b", "c")])
    source = FrameSource(frame)
    mixed = ChartPanel(source=source, sensors=("b", "c"), mixed_units=True)
    assert mixed.describe(0)["unit"] == ""


def test_selection_window_and_link_are_ranges_inside_the_data(chart: TimeSeriesChart) -> None:
    heard: list[object] = []
    chart._on_select = heard.append
    assert chart.selected is None
    assert chart.seen == chart._whole
    chart.selection = [-5.0, 1.0]
    assert chart.selected == TimeRange(0, 1_000_000)
    chart.selection = [9.0, 3.0]
    assert chart.selected is None
    assert heard == [TimeRange(0, 1_000_000), None]
    chart._link = lambda span: f"?start={span.start}"
    assert chart.answer({"kind": "link", "start": 2.0, "end": 3.0}) == ({"kind": "link", "text": "?start=2000000"}, [])


def test_other_panels_keep_window_and_selection_when_asked(chart: TimeSeriesChart) -> None:
    chart.window, chart.selection = [1.0, 2.0], [1.0, 1.5]
    chart.show(chart._panels, keep_view=True)
    assert (chart.window, chart.selection) == ([1.0, 2.0], [1.0, 1.5])
    chart.show(chart._panels)
    assert (chart.window, chart.selection) == ([], [])


def test_linked_charts_share_a_group_of_their_own(chart: TimeSeriesChart) -> None:
    others = [TimeSeriesChart(chart._panels) for _ in range(3)]
    link_charts(chart, others[0])
    link_charts(others[1], others[2])
    assert chart.group == others[0].group != others[1].group == others[2].group

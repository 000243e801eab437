"""What the chart and the label editor do with strange tables and with questions that mean nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.errors import DataError, UsageError
from l4e_widgets.core.times import TimeRange
from l4e_widgets.widgets.parts.chart import TimeSeriesChart
from l4e_widgets.widgets.parts.label_editor import LabelEditor
from tests.widgets.bare_page import STATIC
from tests.widgets.test_chart import columns_of

pytestmark = pytest.mark.skipif(not STATIC.joinpath("chart.js").is_file(), reason="the front end is not built")
INDEX = pd.date_range("2025-01-01", periods=1000, freq="min", name="time")
PLAIN = pd.DataFrame({"a": np.arange(1000.0)}, index=INDEX)
STRANGE = pd.DataFrame(
    {
        "nothing": np.nan,
        "constant": 5.0,
        "huge": np.linspace(-1e300, 1e300, 1000),
        "tiny": np.linspace(5e-324, 1e-310, 1000),
    },
    index=INDEX,
)
HOSTILE = ["<script>window.hacked=1</script>", "\"quoted\" 'name'", "🔥 pump", "מנוע ראשי \u202eabc", "x" * 500]
BOTH = pytest.mark.parametrize("widget", [TimeSeriesChart, LabelEditor])


def drawn(chart: TimeSeriesChart) -> dict[str, list[np.ndarray]]:
    """Times and columns of each panel of the first picture, by the panel's name."""
    found = columns_of(chart.description["parts"], chart.data)
    return {panel["name"]: found[panel["id"]] for panel in chart.description["panels"]}


def asked(chart: TimeSeriesChart, start_ms: float, end_ms: float, pixels: float = 800) -> list[np.ndarray]:
    """Columns of the first panel of a window."""
    message = {"kind": "window", "view": "a", "request": 1, "start": start_ms, "end": end_ms, "pixels": pixels}
    content, (buffer,) = chart.answer(message)
    return columns_of(content["parts"], buffer)["p0"]


def test_no_value_one_value_and_values_past_what_a_screen_can_show_are_drawn_as_they_are() -> None:
    found = drawn(TimeSeriesChart(STRANGE))
    assert np.isnan(found["nothing"][1]).all()
    assert set(found["constant"][1]) == {5.0}
    assert np.isfinite(found["huge"][1]).all()
    assert found["huge"][1].max() == np.finfo(np.float32).max == -found["huge"][1].min()
    assert np.all(found["tiny"][1] == 0), "below what 32 bits hold"


def test_a_gap_of_a_million_points_is_one_gap_and_a_window_inside_it_is_empty() -> None:
    later = PLAIN.set_axis(INDEX + pd.Timedelta(minutes=1_001_000))
    chart = TimeSeriesChart(pd.concat([PLAIN, later]))
    times, values = drawn(chart)["a"]
    assert len(times) <= 4000
    assert np.isnan(values).sum() == 1
    assert (values[0], values[-1]) == (0, 999)
    middle = INDEX[0].value / 1e6 + 500_000 * 60_000
    assert not np.isfinite(asked(chart, middle, middle + 1e9)[1]).any()


@BOTH
def test_one_row_is_shown_and_no_row_is_refused_with_a_sentence(widget) -> None:
    assert drawn(widget(PLAIN.iloc[:1]))["a"][1].tolist() == [0.0]
    with pytest.raises(DataError, match="There are no rows"):
        widget(PLAIN.iloc[:0])


def test_300_sensors_at_once_say_so_and_offer_the_first_twenty() -> None:
    many = pd.DataFrame(np.zeros((10, 300)), index=INDEX[:10], columns=[f"s{place}" for place in range(300)])
    with pytest.raises(UsageError, match=r"Got 300 panels, expected 1 to 20.*the first 20"):
        TimeSeriesChart(many)
    with pytest.raises(UsageError, match="Got 300 panels"):
        LabelEditor(many, sensors=list(many))
    assert len(TimeSeriesChart(many.iloc[:, :20]).description["panels"]) == 20
    with pytest.raises(UsageError, match=r"Got 0 panels.*at least one sensor"):
        TimeSeriesChart(PLAIN[[]])


@BOTH
def test_names_stay_what_they_are(widget) -> None:
    table = pd.DataFrame(np.ones((10, 5)), index=INDEX[:10], columns=HOSTILE)
    made = widget(table) if widget is TimeSeriesChart else widget(table, sensors=HOSTILE)
    assert [panel["name"] for panel in made.description["panels"]] == HOSTILE


@pytest.mark.parametrize("window", [[-5.0, -1.0], [9e15, 9e16], [5.0, 1.0], [1.0], [float("nan"), 1.0]])
def test_a_window_that_is_none_shows_everything(window: list[float]) -> None:
    chart = TimeSeriesChart(PLAIN)
    chart.set_state({"window": window, "selection": window})
    assert chart.seen == chart._whole
    assert chart.selected is None


@pytest.mark.parametrize("size", [-1, -1e9, 0, 20_001, float("inf")])
def test_a_size_that_is_none_is_refused(size: float) -> None:
    chart = TimeSeriesChart(PLAIN)
    start = INDEX[0].value / 1e6
    with pytest.raises(UsageError, match="asked for a window"):
        asked(chart, start, start + 1e6, size)


LONG_AGO = {"start": -1e18, "end": -9e17}


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ({"act": "add", **LONG_AGO}, "without its time"),
        ({"act": "add", "start": 0.0, "end": 1e6}, "lies outside of the data"),
        ({"act": "add", "start": float("nan"), "end": 5}, "without its time"),
        ({"act": "resize", "key": 999, "start": 1735689600000.0, "end": 1735689700000.0}, "not there any more"),
        ({"act": "move", "keys": [99], "by": 1e6}, "not there any more"),
        ({"act": "delete", "keys": [-4]}, "not there any more"),
        ({"act": "move", "keys": "x", "by": 1}, "without saying which"),
        ({"act": "rate", "keys": [1], "rating": "EXEC"}, "does not understand"),
        ({"act": "import", "name": "../../x.csv"}, "was not read"),
        ({"act": "nonsense"}, "does not know"),
        ({}, "does not know"),
    ],
)
def test_an_edit_that_means_nothing_is_refused_with_a_sentence_and_loses_no_label(edit: dict, sentence: str) -> None:
    kept = TimeRange(INDEX[100].value, INDEX[200].value)
    editor = LabelEditor(PLAIN, labels=[(INDEX[100], INDEX[200])])
    editor._handle_custom_msg({"kind": "edit", "view": "v", "seq": 1, **edit}, [])
    assert sentence in editor.editor["error"]
    assert [label.span for label in editor.labels] == [kept]
    editor._handle_custom_msg(None, [])
    editor._handle_custom_msg({"kind": "edit", "act": "select", "keys": [12345]}, [])
    assert editor.editor["selected"] == []

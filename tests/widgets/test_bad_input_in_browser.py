"""Strange tables and names in a real browser: drawn without a complaint, text stays text; labels by touch."""

from __future__ import annotations

import pandas as pd
import pytest

from l4e_widgets.widgets.parts.chart import TimeSeriesChart
from l4e_widgets.widgets.parts.label_editor import LabelEditor
from tests.widgets.bare_page import BarePage
from tests.widgets.test_bad_input import HOSTILE, INDEX, PLAIN, STRANGE
from tests.widgets.test_chart_in_browser import browser, page, pytestmark

__all__ = ["browser", "page", "pytestmark"]


def zoomed_and_left(page, *widgets) -> None:
    """Show widgets, zoom each with the keyboard, look at its values, and take them away."""
    bare = BarePage(page, *widgets)
    for place in range(len(widgets)):
        chart = page.locator(".l4e-tsc").nth(place)
        chart.focus()
        for key in ("+", "+", "-", "ArrowRight", "ArrowLeft", "0", "+"):
            page.keyboard.press(key)
        chart.hover(position={"x": 300, "y": 60})
    page.wait_for_function("() => window.sent.some((one) => one.kind === 'window')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    bare.close()
    assert page.evaluate("() => window.left()") == 0
    assert bare.complaints == []


def test_strange_values_gaps_and_one_row_are_drawn_without_a_complaint(page) -> None:
    gap = pd.concat([PLAIN, PLAIN.set_axis(INDEX + pd.Timedelta(minutes=1_001_000))])
    zoomed_and_left(page, TimeSeriesChart(STRANGE), TimeSeriesChart(gap), TimeSeriesChart(PLAIN.iloc[:1]))


def test_names_are_text_wherever_they_stand(page) -> None:
    table = pd.DataFrame({name: range(1000) for name in HOSTILE}, index=INDEX)
    bare = BarePage(page, TimeSeriesChart(table))
    page.get_by_text("Panels: 5 of 5").click()
    for name in HOSTILE:
        assert page.get_by_role("checkbox", name=name, exact=True).is_checked()
    assert page.evaluate("[window.hacked, document.querySelectorAll('.l4e-tsc script, .l4e-menu script').length]") == [
        None,
        0,
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    assert bare.complaints == []


def test_a_question_that_means_nothing_is_answered_on_the_page(page) -> None:
    BarePage(page, TimeSeriesChart(PLAIN))
    page.evaluate("""() => {
      const model = window.models[0];
      const send = model.send;
      model.send = (message) => send({ ...message, pixels: -800 });
    }""")
    page.focus(".l4e-tsc")
    page.keyboard.press("+")
    page.get_by_text("asked for a window that holds nothing").wait_for()
    assert page.get_attribute(".l4e-tsc", "data-detail") == "coarse"


def test_a_label_is_drawn_by_touch(page) -> None:
    widget = LabelEditor(PLAIN)
    BarePage(page, widget)
    page.get_by_role("button", name="+ Add label").tap()
    box = page.locator(".l4e-tsc").bounding_box()
    session = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", 248), ("touchMove", 300), ("touchMove", 448), ("touchEnd", None)):
        points = [] if x is None else [{"x": box["x"] + x, "y": box["y"] + 120, "id": 0}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function("() => window.models[0].get('editor').labels.length === 1")
    seconds = widget.labels[0].span.seconds
    assert seconds == pytest.approx(200 / (1024 - 176 - 48) * 1000 * 60, rel=0.03)

"""The chart in a real browser, its questions answered by its own model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import FrameSource
from l4e_widgets.core.times import TimeRange
from l4e_widgets.widgets.parts.chart import ChartEvent, ChartPanel, TimeSeriesChart, link_charts
from tests.widgets.bare_page import STATIC, BarePage

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not STATIC.joinpath("chart.js").is_file(), reason="the front end is not built"),
]
MINUTE = 60_000_000_000
MINUTE_MS = 60_000
PLOT_LEFT, PLOT_RIGHT = 48, 1024 - 176


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[object]:
    """One browser for this file."""
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium_path, args=["--headless", "--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser) -> Iterator[object]:
    """An empty page that can be touched."""
    context = browser.new_context(viewport={"width": 1024, "height": 900}, has_touch=True)
    context.route("http://pump.example/**", lambda route: route.fulfill(content_type="text/html", body=""))
    page = context.new_page()
    page.goto("http://pump.example/project")
    yield page
    context.close()


def sample_source() -> FrameSource:
    """A score and two sensors over 200 000 minutes, with one spike."""
    rows = np.arange(200_000, dtype=np.int64)
    waves = 10 + np.sin(rows / 300)
    values = np.column_stack([np.clip(0.2 + 0.1 * np.sin(rows / 900), 0, 1), waves, waves + 2])
    values[120_000:120_400, 0] = 0.95
    values[120_100, 1] = 40.0
    sensors = (
        Sensor(id="score", name="score"),
        Sensor(id="flow", name="<b>Flow</b>", unit="l/s", limit_low=9.2, limit_high=50),
        Sensor(id="back", name="Return", unit="l/s"),
    )
    return FrameSource(SensorFrame(rows * MINUTE, values, sensors))


def sample_chart(**options) -> TimeSeriesChart:
    """A score above a sensor with limits."""
    source = sample_source()
    panels = [
        ChartPanel(source=source, sensors=("score",), kind="score", name="Anomaly score"),
        ChartPanel(source=source, sensors=("flow",)),
    ]
    events = [ChartEvent(span=TimeRange(120_000 * MINUTE, 120_400 * MINUTE))]
    return TimeSeriesChart(panels, events=events, **options)


def seen(page, place: int = 0) -> tuple[float, float]:
    """Window on screen, in milliseconds."""
    start, end = page.locator(".l4e-tsc").nth(place).get_attribute("data-window").split()
    return float(start), float(end)


def drag(page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press, move in steps, release; in pixels of the first chart."""
    box = page.locator(".l4e-tsc").first.bounding_box()
    page.mouse.move(box["x"] + start[0], box["y"] + start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0], box["y"] + end[1], steps=4)
    page.mouse.up()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_zooming_brings_detail_from_the_model_and_closing_leaves_nothing(page, theme: str, tmp_path: Path) -> None:
    bare = BarePage(page, sample_chart(), theme=theme)
    page.focus(".l4e-tsc")
    for _ in range(8):
        page.keyboard.press("+")
    page.wait_for_selector(".l4e-tsc[data-detail=fine]")
    start, end = seen(page)
    assert end - start == pytest.approx(200_000 * MINUTE_MS / 256, rel=1e-3)
    page.get_by_text("every row").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    table = tmp_path / "window.csv"
    waiting.value.save_as(table)
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "timestamp,Anomaly score,<b>Flow</b> [l/s]"
    assert len(lines) - 1 == pytest.approx(200_000 / 256, abs=2), "every row of the window, not the coarse ones"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PNG").click()
    waiting.value.save_as(tmp_path / "window.png")
    assert tmp_path.joinpath("window.png").read_bytes()[:4] == b"\x89PNG"
    assert page.locator("b").count() == 0
    page.wait_for_function("() => window.models[0].get('window').length === 2")
    bare.close()
    assert page.evaluate("() => window.left()") == 0
    assert page.locator("canvas").count() == 0
    assert bare.complaints == []


def test_one_question_at_a_time_and_the_coarse_line_until_the_answer(page) -> None:
    BarePage(page, sample_chart())
    page.evaluate("""() => {
      const model = window.models[0];
      const send = model.send;
      window.held = [];
      model.send = (message) => (message.kind === "window" ? window.held.push(message) : send(message));
      window.letGo = () => send(window.held.shift());
    }""")
    page.focus(".l4e-tsc")
    page.keyboard.press("+")
    page.wait_for_function("() => window.held.length === 1")
    for _ in range(5):
        page.keyboard.press("+")
    assert page.get_attribute(".l4e-tsc", "data-detail") == "coarse"
    assert page.evaluate("() => window.held.length") == 1, "one question is under way"
    page.evaluate("() => window.letGo()")
    page.wait_for_function("() => window.held.length === 1")
    assert page.get_attribute(".l4e-tsc", "data-detail") == "coarse", "the first answer was overtaken and is dropped"
    page.evaluate("() => window.letGo()")
    page.wait_for_selector(".l4e-tsc[data-detail=fine]")
    start, end = seen(page)
    assert end - start == pytest.approx(200_000 * MINUTE_MS / 64, rel=1e-3)


def test_a_range_is_selected_by_drag_by_key_and_taken_away(page) -> None:
    heard: list[TimeRange | None] = []
    chart = sample_chart(on_select=heard.append)
    BarePage(page, chart)
    width = PLOT_RIGHT - PLOT_LEFT
    page.keyboard.down("Shift")
    drag(page, (PLOT_LEFT + width / 4, 100), (PLOT_LEFT + width / 2, 120))
    page.keyboard.up("Shift")
    page.get_by_role("button", name="Clear range").wait_for()
    page.wait_for_function("() => window.models[0].get('selection').length === 2")
    whole = 200_000 * MINUTE
    assert chart.selected.start == pytest.approx(whole / 4, rel=0.01)
    assert chart.selected.end == pytest.approx(whole / 2, rel=0.01)
    assert seen(page)[1] == pytest.approx(whole / 1e6, rel=1e-4), "the window stands still while a range is drawn"
    before = chart.selected
    page.focus(".l4e-tsc")
    page.keyboard.press("[")
    page.keyboard.press("}")
    page.wait_for_function("(end) => window.models[0].get('selection')[1] < end - 1", arg=before.end / 1e6)
    assert chart.selected.start < before.start
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Select range").wait_for()
    assert chart.selected is None
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function("() => window.models[0].get('selection').length === 2")
    assert chart.selected.seconds == pytest.approx(2 * 200_000 * 60 / 50, rel=0.01)
    assert heard[0].start == pytest.approx(whole / 4, rel=0.01)
    assert None in heard


def test_values_zoom_at_the_ticks_and_panels_are_hidden_and_turned_over(page) -> None:
    source = sample_source()
    chart = TimeSeriesChart(source, overlay=[("flow", "back")])
    BarePage(page, chart)
    assert [panel["name"] for panel in chart.description["panels"]] == ["score", "<b>Flow</b>, Return"]
    before = page.locator(".l4e-tsc canvas").first.screenshot()
    box = page.locator(".l4e-tsc").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.wheel(0, -300)
    page.wait_for_function("(n) => true", arg=0)
    zoomed = page.locator(".l4e-tsc canvas").first.screenshot()
    assert zoomed != before
    page.mouse.dblclick(box["x"] + 20, box["y"] + 60)
    page.mouse.move(10, 890)
    assert page.locator(".l4e-tsc canvas").first.screenshot() == before
    page.get_by_text("Panels: 2 of 2").click()
    page.get_by_role("button", name="Turn the values upside down: score").click()
    page.get_by_role("checkbox", name="<b>Flow</b>, Return").uncheck()
    page.get_by_text("Panels: 1 of 2").wait_for()
    last = page.get_by_role("checkbox", name="score")
    last.click()
    assert last.is_checked(), "the last panel stays"
    page.keyboard.press("Escape")
    page.get_by_role("checkbox").first.wait_for(state="hidden")


def test_fingers_pan_and_pinch(page) -> None:
    BarePage(page, sample_chart())
    page.evaluate("() => window.models[0].set('window', [4e9, 8e9])")
    box = page.locator(".l4e-tsc").bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *xs: float) -> None:
        points = [{"x": box["x"] + x, "y": box["y"] + 100, "id": number} for number, x in enumerate(xs)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 600)
    for x in (560, 500, 400):
        touch("touchMove", x)
    touch("touchEnd")
    start, end = seen(page)
    assert end - start == pytest.approx(4e9)
    assert start == pytest.approx(4e9 + 200 / (PLOT_RIGHT - PLOT_LEFT) * 4e9, rel=0.02)
    touch("touchStart", 400, 500)
    for spread in (20, 40, 50):
        touch("touchMove", 400 - spread, 500 + spread)
    touch("touchEnd")
    start, end = seen(page)
    assert end - start == pytest.approx(2e9, rel=0.05), "fingers twice as far apart show half as much"


def test_linked_charts_show_one_window_and_say_it_in_the_zone(page) -> None:
    first, second = sample_chart(zone="Asia/Kolkata", link=lambda span: f"?from={span.start}"), sample_chart()
    other = sample_chart()
    link_charts(first, second)
    BarePage(page, first, second, other)
    page.locator(".l4e-tsc").first.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    assert seen(page, 0) == seen(page, 1) != seen(page, 2)
    page.locator(".l4e-tsc").nth(1).focus()
    page.keyboard.press("0")
    assert seen(page, 0) == seen(page, 2)
    words = page.locator(".l4e-tsc-bar > span")
    assert words.first.text_content().startswith("1970-01-01 05:30 to ")
    page.get_by_role("button", name="Times in UTC").click()
    assert words.first.text_content().startswith("1970-01-01 00:00 to ")
    page.locator("button:visible", has_text="Copy link").click()
    page.get_by_text(f"http://pump.example/project?from={first.seen.start}").wait_for()
    assert page.locator("button:visible", has_text="Copy link").count() == 1

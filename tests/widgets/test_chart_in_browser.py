"""The chart in a real browser, its questions answered by its own model."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import FrameSource
from l4e_widgets.core.times import TimeRange
from l4e_widgets.widgets.parts.chart import ChartEvent, ChartPanel, TimeSeriesChart

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
STATIC = Path(__file__).resolve().parents[2] / "l4e_widgets" / "static"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not STATIC.joinpath("chart.js").is_file(), reason="the front end is not built"),
]
MINUTE = 60_000_000_000
PAGE = """async ([script, style, state, theme]) => {
  document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
  document.body.style.margin = 0;
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const module = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  const handlers = {};
  const model = {
    get: (name) => (name === "data" ? bytes(state.data) : state[name]),
    on: (name, handler) => ((handlers[name] ??= new Set()).add(handler)),
    off: (name, handler) => handlers[name].delete(handler),
    send: async (message) => {
      const answer = await window.ask(message);
      if (!answer) return;
      for (const handler of handlers["msg:custom"]) handler(answer[0], [bytes(answer[1])]);
      window.answered = (window.answered ?? 0) + 1;
    },
  };
  const el = document.body.appendChild(document.createElement("div"));
  el.dataset.l4eTheme = theme;
  window.end = module.default.render({ model, el });
  window.left = () => Object.values(handlers).reduce((sum, set) => sum + set.size, 0);
}"""


@pytest.fixture
def page(chromium_path: str) -> Iterator[object]:
    """An empty page."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path, args=["--headless", "--no-sandbox"])
        yield browser.new_page(viewport={"width": 1024, "height": 700})
        browser.close()


def sample_chart() -> TimeSeriesChart:
    """A score and a sensor over 200 000 minutes, with one spike."""
    rows = np.arange(200_000, dtype=np.int64)
    values = np.column_stack([np.clip(0.2 + 0.1 * np.sin(rows / 900), 0, 1), 10 + np.sin(rows / 300)])
    values[120_000:120_400, 0] = 0.95
    values[120_100, 1] = 40.0
    sensors = (Sensor(id="score", name="score"), Sensor(id="flow", name="<b>Flow</b>", unit="l/s"))
    source = FrameSource(SensorFrame(rows * MINUTE, values, sensors))
    return TimeSeriesChart(
        [
            ChartPanel(source=source, sensors=("score",), kind="score", name="Anomaly score"),
            ChartPanel(source=source, sensors=("flow",)),
        ],
        events=[ChartEvent(span=TimeRange(120_000 * MINUTE, 120_400 * MINUTE))],
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_zooming_brings_detail_from_the_model_and_closing_leaves_nothing(page, theme: str, tmp_path: Path) -> None:
    chart, asked, complaints = sample_chart(), [], []

    def ask(message: dict) -> list | None:
        asked.append(message)
        answer = chart.answer(message)
        return answer and [answer[0], base64.b64encode(answer[1][0]).decode()]

    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.expose_function("ask", ask)
    state = {
        "title": chart.title,
        "window": [],
        "description": chart.description,
        "data": base64.b64encode(chart.data).decode(),
    }
    script, style = (STATIC.joinpath(name).read_text(encoding="utf-8") for name in ("chart.js", "l4e.css"))
    page.evaluate(PAGE, [script, style, state, theme])
    page.focus(".l4e-tsc")
    for _ in range(8):
        page.keyboard.press("+")
    page.wait_for_selector(".l4e-tsc[data-detail=fine]")
    start, end = (float(part) for part in page.get_attribute(".l4e-tsc", "data-window").split())
    assert end - start == pytest.approx(200_000 * 60_000 / 256, rel=1e-3)
    assert asked[-1]["start"] <= start < end <= asked[-1]["end"]
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
    page.evaluate("() => window.end()")
    assert page.evaluate("() => window.left()") == 0
    assert page.locator("canvas").count() == 0
    assert complaints == []

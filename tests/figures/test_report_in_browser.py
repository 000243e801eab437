"""The report in a real browser, from disk and without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from l4e_widgets.figures.report import render_report
from tests.figures.sample_report import HOSTILE, sample_content

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
STATIC = Path(__file__).resolve().parents[2] / "l4e_widgets" / "static"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not STATIC.joinpath("report.js").is_file(), reason="the front end is not built"),
]

LENGTH = "(([a, b]) => b - a)(document.querySelector('.l4e-tsc').dataset.window.split(' '))"
NARROWER = f"length => {LENGTH} < length"
WIDE = f"length => {LENGTH} >= length"
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[object]:
    """One browser for this file."""
    path = request.getfixturevalue("chromium_path")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def opened(browser, tmp_path: Path):
    """Open a report offline; gives the page and everything the browser complained about."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)

    def open_report(name: str):
        path = tmp_path / "report.html"
        path.write_text(render_report(sample_content(4000, name=name)), encoding="utf-8")
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on(
            "request", lambda sent: None if sent.url.startswith(("file:", "data:")) else complaints.append(sent.url)
        )
        page.goto(path.as_uri())
        page.wait_for_selector(".l4e-tsc canvas")
        return page, complaints

    yield open_report
    context.close()


def window_of(page) -> list[float]:
    """The chart's window in milliseconds."""
    return [float(part) for part in page.get_attribute(".l4e-tsc", "data-window").split()]


def test_a_click_on_an_event_shows_it_and_a_double_click_shows_everything(opened) -> None:
    page, complaints = opened("sensor")
    whole = window_of(page)
    picture = page.locator(".l4e-tsc").screenshot()
    page.click("tr[data-event='1'] td:nth-child(3)")
    page.wait_for_function(NARROWER, arg=whole[1] - whole[0])
    near = window_of(page)
    assert near[1] - near[0] < 0.2 * (whole[1] - whole[0])
    assert page.locator("[data-saying='1']").is_visible()
    assert page.locator("[data-saying='all']").is_hidden()
    page.evaluate(TWO_FRAMES)
    assert page.locator(".l4e-tsc").screenshot() != picture
    box = page.locator(".l4e-tsc").bounding_box()
    page.mouse.move(box["x"] + 400, box["y"] + 150)
    page.mouse.wheel(0, -300)
    page.wait_for_function(NARROWER, arg=near[1] - near[0])
    page.mouse.dblclick(box["x"] + 400, box["y"] + 150)
    page.wait_for_function(WIDE, arg=whole[1] - whole[0] - 1)
    assert complaints == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_do_nothing(opened, name: str) -> None:
    page, complaints = opened(name)
    page.click("tr[data-event='1'] td:nth-child(3)")
    page.wait_for_selector("[data-saying='1']:visible")
    assert page.locator("img").count() == 0
    assert name in page.inner_text("main")
    assert complaints == []

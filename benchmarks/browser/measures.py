"""What is measured on a page: first paint, zoom, pan and labels, each in the browser's own clock."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from benchmarks.browser.pages import Page

__all__ = ["Foreign", "label_times", "opened", "pan_times", "zoom_times"]

WAIT_MS = 90_000
QUIET_MS = 450
PAINTED = """() => {
  const look = () => {
    if (document.body && (READY)) requestAnimationFrame(() => { window.painted ??= performance.now(); });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
ZOOM = """async ([x, y, deltaY, quiet]) => {
  let last = 0;
  const note = () => { last = performance.now(); };
  const watch = new MutationObserver(() => requestAnimationFrame(note));
  watch.observe(document.getElementById("rendered_cells"), {
    subtree: true, childList: true, characterData: true, attributes: true,
  });
  const target = document.elementFromPoint(x, y);
  const began = performance.now();
  const told = { clientX: x, clientY: y, deltaY, bubbles: true, cancelable: true, composed: true, view: window };
  target.dispatchEvent(new WheelEvent("wheel", told));
  await new Promise((done) => {
    const look = () => (performance.now() - Math.max(last, began) > quiet ? done() : setTimeout(look, 20));
    look();
  });
  watch.disconnect();
  return last ? last - began : null;
}"""
FRAMES = """() => {
  window.frames_ = [];
  let before = performance.now();
  const look = () => {
    const now = performance.now();
    window.frames_.push(now - before);
    before = now;
    if (window.frames_) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
LABEL = """(number) => {
  window.label = {};
  const look = (began) => {
    const now = performance.now();
    const drawn = document.querySelector(".l4e-tsc").dataset.labels === String(number);
    const stored = document.getElementById("stored").textContent === String(number);
    if (drawn) window.label.drawn ??= now - began;
    if (stored) window.label.stored ??= now - began;
    if (!drawn || !stored) requestAnimationFrame(() => look(began));
  };
  addEventListener("pointerup", () => look(performance.now()), { once: true });
}"""


class Foreign:
    """Counts requests to other hosts and answers of 403."""

    def __init__(self, host: str) -> None:
        self.host, self.asked, self.refused = host, 0, 0

    def watch(self, page: Any) -> None:
        page.on("request", self._request)
        page.on("response", self._response)

    def _request(self, request: Any) -> None:
        self.asked += urlsplit(request.url).netloc != self.host and request.url.startswith(("http", "ws"))

    def _response(self, response: Any) -> None:
        self.refused += response.status == 403


@contextlib.contextmanager
def opened(
    browser: Any, page: Page, address: str, foreign: Foreign, left: Callable[[], object]
) -> Iterator[tuple[Any, float]]:
    """Open a page in a browser that knows nothing of it; the tab, and milliseconds until all of it was painted.

    A page that is left tells the server so: `left` is called while the browser is still there to do it.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.set_default_timeout(WAIT_MS)
    foreign.watch(tab)
    tab.add_init_script(f"({PAINTED.replace('READY', page.ready)})()")
    tab.goto(f"{address}?{page.query}" if page.query else address)
    tab.wait_for_function("window.painted")
    yield tab, float(tab.evaluate("window.painted"))
    tab.goto("about:blank")
    left()
    context.close()


def _middle(tab: Any, page: Page) -> tuple[float, float, float]:
    """Left edge, width and a height inside the plot."""
    place = next(one for one in page.plot.split(", ") if tab.locator(one).count())
    box = tab.locator(place).first.bounding_box()
    return box["x"], box["width"], min(box["y"] + box["height"] / 2, 600)


def zoom_times(tab: Any, page: Page, turns: int) -> list[float]:
    """Milliseconds from the turn of the wheel to the last change of the screen, in and out by turns of five."""
    left, width, y = _middle(tab, page)
    found = []
    for turn in range(turns):
        x = left + width * (0.3 + 0.04 * (turn % 5))
        took = tab.evaluate(ZOOM, [x, y, 240 if turn // 5 % 2 else -240, QUIET_MS])
        if took is not None:
            found.append(float(took))
    return found


def pan_times(tab: Any, page: Page) -> list[float]:
    """Milliseconds between the frames of a drag from one side to the other and back, zoomed in."""
    left, width, y = _middle(tab, page)
    for _ in range(3):
        tab.evaluate(ZOOM, [left + width / 2, y, -240, QUIET_MS])
    tab.mouse.move(left + width * 0.6, y)
    tab.mouse.down()
    tab.evaluate(FRAMES)
    for to in (0.3, 0.6):
        tab.mouse.move(left + width * to, y, steps=40)
    found = [float(one) for one in tab.evaluate("window.frames_")][2:]
    tab.evaluate("window.frames_ = null")
    tab.mouse.up()
    return found


def label_times(tab: Any, page: Page, number: int) -> list[dict[str, float]]:
    """Milliseconds from the end of the drag to the label on screen, and to the answer that it is stored on disk."""
    left, width, y = _middle(tab, page)
    plot, gap = width - 224, 1 / (2 * number + 2)
    tab.get_by_role("button", name="+ Add label").click()
    found = []
    for place in range(number):
        start = left + 48 + plot * gap * (2 * place + 1)
        tab.evaluate(LABEL, place + 1)
        tab.mouse.move(start, y)
        tab.mouse.down()
        tab.mouse.move(start + plot * gap, y, steps=4)
        tab.mouse.up()
        tab.wait_for_function("window.label.drawn !== undefined && window.label.stored !== undefined")
        found.append(tab.evaluate("window.label"))
    return found

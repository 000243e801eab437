"""The dashboard in a real browser: from the list of projects to an event, and nothing left behind."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from l4e_widgets.services.library import Workspace
from tests.widgets.conftest import trained

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "l4e_widgets" / "static"
SERVE = (
    "import sys; from pathlib import Path; from l4e_widgets.adapters.dashboard import run_dashboard; "
    "run_dashboard(workspace=Path(sys.argv[1]), port=0, ready=lambda address: sys.stdout.write(address + chr(10)) "
    "and sys.stdout.flush())"
)
WAIT_S = 60
POOL = 2
FOREIGN = "rebound.example"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not STATIC.joinpath("panel.js").is_file(), reason="the front end is not built"),
]
__all__ = ["trained"]


@dataclass
class Served:
    """A running dashboard: its address and its process."""

    address: str
    process: subprocess.Popen[str]

    def kernels(self) -> int:
        """Kernels that the server keeps."""
        found = 0
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                found += "ipykernel_launcher" in " ".join(child.cmdline())
        return found


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, with a limit."""
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, f"waited {WAIT_S} s for {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def served(trained: Workspace) -> Iterator[Served]:
    """The dashboard on the small trained workspace; at the end Ctrl-C, after which nothing runs."""
    folder = trained.context.store.uri.removeprefix("file://")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, folder],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:"), process.stderr.read()
    dashboard = Served(address, process)
    wait_until(lambda: dashboard.kernels() == POOL, "the waiting kernels")
    yield dashboard
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0, complaints
    assert [line for line in complaints.splitlines() if FOREIGN not in line and "403 GET / " not in line] == []
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[object]:
    """One browser for this file."""
    path = request.getfixturevalue("chromium_path")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page(browser, served: Served) -> Iterator[object]:
    """A page that complains of everything that should not happen; closed, it leaves no kernel behind."""
    complaints: list[str] = []
    host = urlsplit(served.address).netloc
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(WAIT_S * 1000)
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    opened.on("response", lambda got: complaints.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    opened.on(
        "request",
        lambda sent: (
            None
            if urlsplit(sent.url).netloc == host or sent.url.startswith(("data:", "blob:"))
            else complaints.append(sent.url)
        ),
    )
    yield opened
    opened.goto("about:blank")
    context.close()
    assert complaints == []
    wait_until(lambda: served.kernels() == POOL, "the kernel of the closed page to end")


def window_of(page) -> str:
    """Window of the chart on the page."""
    return page.get_attribute(".l4e-tsc", "data-window")


def test_from_the_list_to_an_event_and_back(page, served):
    page.goto(served.address)
    page.click("tr[data-act=open] >> text=pump")
    page.wait_for_selector("h1 >> text=pump")
    page.click(".l4e-head button >> text=Open results")
    page.wait_for_selector(".l4e-tsc canvas")
    assert re.search(r"page=results&model=first$", page.url)
    whole = window_of(page)
    page.click("table[aria-label^=Cases] tbody tr >> nth=0")
    page.wait_for_function("whole => document.querySelector('.l4e-tsc').dataset.window !== whole", arg=whole)
    page.wait_for_selector("text=/Event \\d+ of \\d+/")
    page.wait_for_function("location.search.includes('event=')")
    window, said, url = window_of(page), page.inner_text(".l4e-say .big"), page.url

    page.reload()
    page.wait_for_selector(".l4e-tsc canvas")
    assert (page.url, window_of(page), page.inner_text(".l4e-say .big")) == (url, window, said)

    page.click("button[aria-label='l4e, all projects']")
    page.wait_for_selector("h1 >> text=Projects")
    page.go_back()
    page.wait_for_selector(".l4e-say .big")
    page.wait_for_function("said => document.querySelector('.l4e-say .big')?.textContent === said", arg=said)


def test_rows_are_chosen_by_keyboard(page, served):
    page.goto(f"{served.address}?project=pump&page=results")
    page.focus("table[aria-label^=Cases] tbody tr >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("table[aria-label^=Cases] tbody tr.on")
    assert page.evaluate("document.activeElement.matches('tr.on')")


def test_a_hostile_name_is_shown_as_text(page, served):
    page.goto(f"{served.address}?project=pump&page=review")
    page.wait_for_selector("table[aria-label=Sensors] >> text=<img src=x onerror=window.hacked=1>")
    page.wait_for_selector(".l4e-tsc canvas")
    page.click("button >> text=pump >> nth=0")
    page.wait_for_selector("h1 >> text=pump")
    page.wait_for_selector(".l4e-head >> text=<img src=x onerror=window.hacked=1>")
    assert page.evaluate("[window.hacked, document.images.length]") == [None, 0]


def test_a_link_to_what_is_gone_says_so(page, served):
    page.goto(f"{served.address}?project=gone&page=results")
    page.wait_for_selector('text=There is no project called "gone".')
    page.wait_for_selector("tr[data-act=open] >> text=pump")


def test_dark_follows_the_system(page, served):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{served.address}?project=pump")
    page.wait_for_selector("h1 >> text=pump")
    dark = page.evaluate("getComputedStyle(document.querySelector('.l4e-app.widget-box')).backgroundColor")
    page.emulate_media(color_scheme="light")
    page.wait_for_function("document.body.dataset.l4eTheme === 'light'")
    light = page.evaluate("getComputedStyle(document.querySelector('.l4e-app.widget-box')).backgroundColor")
    assert (dark, light) == ("rgb(17, 21, 27)", "rgb(255, 255, 255)")


def test_a_foreign_host_name_is_refused(served):
    connection = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=WAIT_S)
    connection.request("GET", "/", headers={"Host": FOREIGN})
    assert connection.getresponse().status == 403
    connection.close()

"""Uploads in a real browser: the dashboard's server and a Jupyter server, a cut line, a reload, a cancel, no login."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from l4e_widgets.services.context import open_context
from l4e_widgets.services.uploads import Upload, list_uploads
from tests.widgets.uploader_page import BROWSER_ARGUMENTS, ROOT, WIDGET, dashboard, environment, notebook

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
STATIC = ROOT / "l4e_widgets" / "static"
MB = 10**6
WAIT_MS = 90_000
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not STATIC.joinpath("uploader.js").is_file(), reason="the front end is not built"),
]


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Any]:
    with playwright.sync_playwright() as library:
        running = library.chromium.launch(executable_path=chromium_path, args=BROWSER_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 200 MB that no compression makes smaller."""
    path = tmp_path_factory.mktemp("files") / "<b>Pump 7.csv"
    block = random.Random(2).randbytes(MB)
    with path.open("wb") as file:
        for number in range(200):
            file.write(number.to_bytes(4, "big") + block[4:])
    return path


@dataclass
class Served:
    """A page with an uploader, and where its files go."""

    address: str
    folder: Path
    workspace: Path

    def uploads(self) -> tuple[Upload, ...]:
        return list_uploads(open_context(self.workspace))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Our dashboard's server below /plant/ with the token "secret"."""
    folder = tmp_path_factory.mktemp("dashboard")
    with dashboard(folder, folder / "data") as address:
        yield Served(address, folder / "data", folder / "workspace")


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if sys.version_info >= (3, 11) else _digest(file)


def _digest(file: Any) -> str:
    whole = hashlib.sha256()
    while block := file.read(MB):
        whole.update(block)
    return whole.hexdigest()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_MS / 1000
    while not condition():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.02)


@contextmanager
def opened(browser: Any, address: str) -> Iterator[Any]:
    """A page with the uploader on it, which may complain about nothing."""
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.wait_for_selector(".l4e-uploader", timeout=WAIT_MS)
    yield page
    assert complaints == []
    context.close()


def choose(page: Any, path: Path) -> None:
    page.locator(".l4e-uploader input[type=file]").set_input_files(path)


def wait_for_state(page: Any, state: str) -> None:
    page.wait_for_selector(f'.l4e-uploads li[data-state="{state}"]', timeout=WAIT_MS)


def arrived(served: Served) -> int:
    return sum(one.n_arrived for one in served.uploads())


def slowly(page: Any) -> Any:
    """Let the line carry 40 MB a second, so that there is a middle to do something in."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 40 * MB}
    session.send("Network.emulateNetworkConditions", limits)
    return session


def test_200_mb_arrive_byte_for_byte_past_the_kernel(browser, served, big):
    with opened(browser, served.address) as page:
        choose(page, big)
        wait_for_state(page, "done")
        assert page.get_attribute(".l4e-uploader", "data-way") == "http"
        row = page.locator(".l4e-uploads li")
        assert "uploaded, checksum matches" in row.inner_text()
        assert "200.0 MB" in row.inner_text()
        assert page.locator(".l4e-uploads b").count() == 0
    target = served.folder / "_b_Pump 7.csv"
    assert digest(target) == digest(big)
    assert served.uploads() == ()
    target.unlink()


def test_the_same_over_the_channel_where_the_server_takes_none(browser, served, big):
    with opened(browser, served.address) as page:
        page.route("**/l4e/upload/**", lambda route: route.fulfill(status=404, body="<html>"))
        choose(page, big)
        wait_for_state(page, "done")
        assert page.get_attribute(".l4e-uploader", "data-way") == "channel"
    target = served.folder / "_b_Pump 7.csv"
    assert digest(target) == digest(big)
    target.unlink()


def test_a_cut_line_is_waited_for(browser, served, big):
    with opened(browser, served.address) as page:
        session = slowly(page)
        choose(page, big)
        wait_until(lambda: arrived(served) > 20 * MB, "the middle of the upload")
        limits = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        session.send("Network.emulateNetworkConditions", limits)
        wait_for_state(page, "lost")
        assert "It goes on by itself" in page.locator(".l4e-uploads li").inner_text()
        before = arrived(served)
        session.send("Network.emulateNetworkConditions", {**limits, "offline": False})
        wait_for_state(page, "done")
    assert 20 * MB < before < 200 * MB
    target = served.folder / "_b_Pump 7.csv"
    assert digest(target) == digest(big)
    target.unlink()


def test_after_a_reload_the_same_file_goes_on_where_it_stopped(browser, served, big):
    with opened(browser, served.address) as page:
        slowly(page)
        choose(page, big)
        wait_until(lambda: arrived(served) > 30 * MB, "the middle of the upload")
        page.reload()
        page.wait_for_selector(".l4e-uploader", timeout=WAIT_MS)
        (stopped,) = served.uploads()
        assert 30 * MB < stopped.n_arrived < 200 * MB
        sent: list[int] = []
        page.on("request", lambda request: request.method == "PUT" and sent.append(int(request.url.split("=")[1])))
        choose(page, big)
        wait_for_state(page, "done")
        inside = [offset for offset in sent for start, end in stopped.have if start <= offset < end]
        assert sent
        assert len(inside) <= 2
    target = served.folder / "_b_Pump 7.csv"
    assert digest(target) == digest(big)
    target.unlink()


def test_cancelled_it_leaves_nothing_and_the_next_file_is_sent(browser, served, big, tmp_path):
    small = tmp_path / "small.csv"
    small.write_bytes(b"time,flow\n2025-01-01,1\n")
    with opened(browser, served.address) as page:
        slowly(page)
        page.locator(".l4e-uploader input[type=file]").set_input_files([big, small])
        wait_until(lambda: arrived(served) > 10 * MB, "the middle of the upload")
        page.get_by_role("button", name="Cancel the upload of").focus()
        page.keyboard.press("Enter")
        wait_for_state(page, "done")
        assert page.locator(".l4e-uploads li").count() == 1
        assert page.evaluate("document.activeElement.textContent") == "Choose files"
        wait_until(lambda: served.uploads() == (), "nothing left in the inbox")
    assert sorted(path.name for path in served.folder.iterdir()) == ["small.csv"]
    (served.folder / "small.csv").unlink()


def test_without_login_nothing_is_taken(browser, served):
    visitor = browser.new_context().request
    place = served.address.split("?")[0] + "l4e/upload/"
    before = sorted(served.workspace.rglob("*"))
    for method in ("GET", "POST", "PUT", "DELETE"):
        address = place + ("0" * 32 if method in ("PUT", "DELETE") else "")
        assert visitor.fetch(address, method=method, data=b"{}").status == 403
    assert sorted(served.workspace.rglob("*")) == before


@contextmanager
def jupyter_server(folder: Path) -> Iterator[Served]:
    """JupyterLab below /jupyterlab/default/, with nothing of ours but the configuration file of the package."""
    notebook(folder / "page.ipynb", WIDGET.format(to=str(folder / "data")))
    place = folder / "prefix" / "etc" / "jupyter" / "jupyter_server_config.d"
    place.mkdir(parents=True)
    shutil.copy(ROOT / "jupyter_config" / "l4e_widgets.json", place)
    told = folder / "runtime"
    known = environment(
        L4E_WORKSPACE=str(folder / "workspace"),
        JUPYTER_PATH="",
        JUPYTER_CONFIG_PATH=str(place.parent),
        JUPYTER_RUNTIME_DIR=str(told),
        JUPYTER_CONFIG_DIR=str(folder / "own"),
    )
    options = ["--ServerApp.base_url=/jupyterlab/default", "--no-browser", "--allow-root", "--port=0"]
    options += [f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=secret"]
    log = (folder / "log").open("w")
    command = [sys.executable, "-m", "jupyterlab", *options]
    process = subprocess.Popen(command, env=known, cwd=folder, stdout=log, stderr=log)
    try:
        wait_until(lambda: "lab?token=" in (folder / "log").read_text() or process.poll() is not None, "JupyterLab")
        line = next(line for line in (folder / "log").read_text().splitlines() if "/jupyterlab/default/lab" in line)
        base = "http://" + line.split("http://")[1].split("/lab")[0] + "/"
        yield Served(f"{base}lab/tree/page.ipynb?token=secret&reset", folder / "data", folder / "workspace")
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def test_in_jupyterlab_behind_a_path_the_extension_takes_it(browser, tmp_path, big):
    with jupyter_server(tmp_path) as served:
        context = browser.new_context(viewport={"width": 1200, "height": 800})
        page = context.new_page()
        page.goto(served.address)
        page.wait_for_selector(".jp-Notebook", timeout=WAIT_MS)
        page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=WAIT_MS)

        def ran() -> bool:
            """Run the cell; a key that comes before Lab listens is lost."""
            if page.locator(".l4e-uploader").count() == 0:
                page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
                page.keyboard.press("Control+Enter")
                page.wait_for_timeout(1500)
            return bool(page.locator(".l4e-uploader").count())

        wait_until(ran, "the uploader")
        choose(page, big)
        wait_for_state(page, "done")
        assert page.get_attribute(".l4e-uploader", "data-way") == "http"
        assert digest(served.folder / "_b_Pump 7.csv") == digest(big)
        context.close()

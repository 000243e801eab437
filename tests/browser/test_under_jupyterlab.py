"""The dashboard at `<base_url>/l4e/` of a real Jupyter server behind a path: Lab's login, own page, nothing left."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from l4e_widgets.services.library import Workspace
from tests.adapters.test_dashboard_served import _message
from tests.browser.test_upload import ROOT, WAIT_MS, jupyter_server, wait_until
from tests.widgets.conftest import trained
from tests.widgets.uploader_page import BROWSER_ARGUMENTS

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (ROOT / "l4e_widgets" / "static" / "panel.js").is_file(), reason="no front end is built"),
]
__all__ = ["trained"]


@dataclass
class Lab:
    """A Jupyter server and its dashboard."""

    dashboard: str

    def kernels(self) -> list[psutil.Process]:
        """Kernels of this process's children."""
        found = []
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if "ipykernel_launcher" in " ".join(child.cmdline()):
                    found.append(child)
        return found


@pytest.fixture(scope="module")
def lab(trained: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab below /jupyterlab/default/ on a copy of the small project; after its end no kernel runs."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(trained.context.store.uri.removeprefix("file://"), folder / "workspace")
    with jupyter_server(folder) as served:
        running = Lab(served.address.split("lab/tree")[0].replace("localhost", "127.0.0.1") + "l4e/")
        yield running
    wait_until(lambda: running.kernels() == [], "the kernels to end with the server")


@pytest.fixture
def page(request: pytest.FixtureRequest, lab: Lab) -> Iterator[Any]:
    """A page of a visitor who has logged in to Lab; it asks nobody else, and closed it leaves no kernel."""
    path = request.getfixturevalue("chromium_path")
    complaints: list[str] = []
    host = urlsplit(lab.dashboard).netloc
    with playwright.sync_playwright() as library:
        browser = library.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        opened = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        opened.set_default_timeout(WAIT_MS)
        opened.goto(lab.dashboard.replace("l4e/", "api/status?token=secret"))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
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
        wait_until(lambda: lab.kernels() == [], "the kernel of the closed page to end")
        browser.close()
    assert complaints == []


def test_from_the_list_to_the_results_and_no_kernel_left(page, lab):
    page.goto(lab.dashboard.rstrip("/"))
    assert urlsplit(page.url).path == "/jupyterlab/default/l4e/"
    page.click("tr[data-act=open] >> text=pump")
    page.wait_for_selector("h1 >> text=pump")
    page.click(".l4e-head button >> text=Open results")
    page.wait_for_selector(".l4e-tsc canvas")
    assert urlsplit(page.url).path == "/jupyterlab/default/l4e/"
    assert re.search(r"project=pump&page=results&model=first$", page.url)
    address = page.url
    page.reload()
    page.wait_for_selector(".l4e-tsc canvas")
    assert page.url == address
    assert not page.query_selector("#l4e-lost:not([hidden])")
    wait_until(lambda: len(lab.kernels()) == 1, "the kernel of the page before the reload to end")


def test_without_lab_s_login_the_way_leads_to_lab_s_login(lab):
    answer = answer_of(_fetch(lab.dashboard))
    assert answer.code == 302
    assert urlsplit(answer.headers["Location"]).path == "/jupyterlab/default/login"
    assert answer_of(_fetch(lab.dashboard + "api/kernels/00000000-0000-0000-0000-000000000000")).code == 403
    assert lab.kernels() == []


def test_a_page_cannot_run_code(page, lab, tmp_path: Path):
    page.goto(lab.dashboard)
    page.wait_for_selector("tr[data-act=open]")
    kernel = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    mark = tmp_path / "was-here"
    answers = answer_of(_say(lab.dashboard, kernel, f"open({str(mark)!r}, 'w').close()"))
    assert "kernel_info_reply" in answers
    assert not {"execute_reply", "execute_result", "complete_reply"} & set(answers)
    assert not mark.exists()
    seen = answer_of(_fetch(lab.dashboard.replace("l4e/", "api/kernels?token=secret")))
    assert json.loads(seen.body) == [], "the door of Lab does not know the dashboard's kernels"


def answer_of(asked: Coroutine[Any, Any, Any]) -> Any:
    """Answer of a coroutine; the browser's driver has the loop of this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asked).result()


async def _fetch(address: str):
    request = HTTPRequest(address, follow_redirects=False, request_timeout=60)
    return await AsyncHTTPClient(force_instance=True).fetch(request, raise_error=False)


async def _say(dashboard: str, kernel: str, code: str) -> list[str]:
    """Kinds of the kernel's answers up to that of a question which is allowed, asked last."""
    parts = urlsplit(dashboard)
    url = f"ws://{parts.netloc}{parts.path}api/kernels/{kernel}/channels?token=secret"
    socket = await websocket_connect(HTTPRequest(url, headers={"Origin": f"http://{parts.netloc}"}))
    for kind in ("execute_request", "complete_request", "kernel_info_request"):
        content = {"code": code, "silent": False} if kind == "execute_request" else {"code": "o", "cursor_pos": 1}
        await socket.write_message(_message(kind, content))
    kinds: list[str] = []
    while "kernel_info_reply" not in kinds:
        kinds.append(json.loads(await asyncio.wait_for(socket.read_message(), 60))["header"]["msg_type"])
    socket.close()
    return kinds

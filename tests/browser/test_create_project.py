"""A project from a file in a real browser: uploaded, asked about, loaded, added to, deleted; names stay text."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from l4e_widgets.services.context import open_context
from l4e_widgets.services.projects import list_projects, project_summary
from l4e_widgets.services.uploads import list_uploads
from tests.browser.test_dashboard import ARGUMENTS, SERVE, STATIC, WAIT_S
from tests.widgets.uploader_page import environment

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
HOSTILE = "<img src=x onerror=window.hacked=1>.csv"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not STATIC.joinpath("uploader.js").is_file(), reason="the front end is not built"),
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("create") / "workspace"


@pytest.fixture(scope="module")
def address(workspace: Path) -> Iterator[str]:
    """The dashboard on an empty workspace."""
    command = [sys.executable, "-c", SERVE, str(workspace)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    process.wait(WAIT_S)
    process.stdout.close()


@pytest.fixture
def page(address: str, chromium_path: str) -> Iterator[Any]:
    """A page on the dashboard, that complains of every error."""
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.set_default_timeout(WAIT_S * 1000)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        opened.goto(address)
        yield opened
        browser.close()
    assert complaints == []


def written(path: Path, start: datetime, n_rows: int) -> Path:
    """Rows of a minute whose day and month nobody can tell apart, and a column with markup for a name."""
    rows = [f"{start + timedelta(minutes=i):%d/%m/%Y %H:%M};{186 + i % 7},5;{9 + i % 3},8" for i in range(n_rows)]
    path.write_text("\n".join(["Zeit;Durchfluss;<b>Druck</b>", *rows]) + "\n")
    return path


def test_from_a_file_to_a_project_more_data_and_its_end(page: Any, workspace: Path, tmp_path: Path) -> None:
    page.click("text=Load data and build your first model")
    page.wait_for_selector("h1 >> text=New project")
    assert page.url.endswith("?page=create")
    assert page.is_disabled("button >> text=Create project")
    page.set_input_files("input[type=file]", str(written(tmp_path / HOSTILE, datetime(2026, 4, 3), 600)))
    page.wait_for_selector("text=Which comes first: day or month?")
    assert page.input_value("#l4e-create-name") == "img-src-x-onerror-window"
    assert page.is_disabled("button >> text=Create project")
    page.click(".l4e-asked button >> text=Month first")
    page.wait_for_selector("button:enabled >> text=Create project")
    page.fill("#l4e-create-name", "p")
    page.wait_for_selector("text=3 to 170 characters")
    page.fill("#l4e-create-name", "pump-7")
    page.wait_for_selector("button:enabled >> text=Create project")
    page.click(".l4e-seg button >> text=As understood")
    page.wait_for_selector("table[aria-label='Rows as understood'] td >> text=2026-03-04 00:00")
    page.click("button >> text=Create project")
    page.wait_for_selector("h1 >> text=pump-7")
    page.wait_for_selector(".l4e-facts")
    assert page.url.endswith("?project=pump-7&page=overview")
    context = open_context(workspace)
    assert project_summary(context, "pump-7").n_rows == 600
    assert list_uploads(context) == ()

    page.click(".l4e-head button >> text=Add data")
    page.wait_for_selector("h1 >> text=Add data to pump-7")
    more = written(tmp_path / "more.csv", datetime(2026, 4, 3, 9), 120)
    page.set_input_files("input[type=file] >> nth=0", str(more))
    page.click(".l4e-head button:enabled >> text=Add data")
    page.wait_for_selector("text=120 rows added, 60 of them at times that were there already")
    page.click("button >> text=Back to project")

    page.click(".l4e-head button >> text=Delete project")
    page.wait_for_selector("#l4e-delete-name:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector("#l4e-delete-name", state="detached")
    page.click(".l4e-head button >> text=Delete project")
    page.wait_for_selector("#l4e-delete-name:focus")
    page.keyboard.type("pump-7")
    page.click(".l4e-dialog button:enabled >> text=Delete project")
    page.wait_for_selector("h1 >> text=Know which machine drifts")
    assert list_projects(context) == ()
    assert page.evaluate("window.hacked") is None


@pytest.mark.real_data
def test_a_published_series_becomes_a_project_without_a_question(page: Any, workspace: Path, bench_data: Path) -> None:
    source = bench_data / "nab" / "machine_temperature_system_failure.csv"
    if not source.is_file():
        pytest.skip("the data set is not under L4E_BENCH_DATA")
    page.click("text=New >> nth=0")
    page.set_input_files("input[type=file]", str(source))
    page.wait_for_selector("button:enabled >> text=Create project")
    page.click("button >> text=Create project")
    page.wait_for_selector(".l4e-facts")
    summary = list_projects(open_context(workspace))[0]
    assert (summary.name, summary.n_sensors) == ("machine_temperature_system_failure", 1)
    assert summary.n_rows > 20_000

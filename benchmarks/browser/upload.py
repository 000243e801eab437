"""How fast a file goes from a browser into the dashboard, by HTTP and by the widget's channel; what the kernel grows.

Run it alone: ``python -m benchmarks.browser.upload --size 1000``. The browser is driven without watching its network,
because a watched network copies every body through the debugger.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parents[2]
MB = 10**6
SERVE = """
import sys
from pathlib import Path
import l4e_widgets.adapters.dashboard as dashboard
dashboard.dashboard_notebook = lambda: Path(sys.argv[2])
dashboard.run_dashboard(workspace=Path(sys.argv[1]), port=0, ready=lambda address: print(address, flush=True))
"""
SEND = """async () => {
  const root = document.querySelector(".l4e-uploader");
  const began = performance.now();
  let checking = 0;
  await new Promise((done, failed) => {
    const look = () => {
      const state = root.querySelector("li")?.dataset.state;
      if (state === "checking") checking ||= performance.now() - began;
      if (state === "failed") failed(new Error(root.innerText));
      if (state === "done") done();
    };
    new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true });
  });
  return { sent: checking, whole: performance.now() - began, way: root.dataset.way };
}"""


BARE = """async () => {
  const [file] = document.querySelector("#bare").files;
  const { baseUrl } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const place = `${baseUrl}l4e/upload/`;
  await fetch(place);
  const headers = { "X-XSRFToken": document.cookie.match(/_xsrf=([^;]*)/)[1] };
  const body = JSON.stringify({ name: "bare", size: file.size, fingerprint: "" });
  const { id } = await (await fetch(place, { method: "POST", headers, body })).json();
  const began = performance.now();
  let at = 0;
  const work = async () => {
    for (let start = at; start < file.size; start = at) {
      at += 2 ** 24;
      const part = file.slice(start, start + 2 ** 24);
      await fetch(`${place}${id}?offset=${start}`, { method: "PUT", headers, body: part });
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  const took = performance.now() - began;
  await fetch(place + id, { method: "DELETE", headers });
  return took;
}"""


@dataclass(frozen=True)
class Upload:
    """One measured upload.

    Parameters
    ----------
    way : str
        ``http``, ``channel``, or ``bare`` for the chunks alone: no checksum, no screen, no end.
    sent_s : float
        Seconds until every byte was acknowledged.
    whole_s : float
        Seconds until the file was compared and in its place.
    grown_mb : float
        Most that a kernel grew meanwhile, MB of private memory.
    same : bool
        The file is the same byte for byte.
    """

    way: str
    sent_s: float
    whole_s: float
    grown_mb: float
    same: bool


class Tab:
    """One page of a browser, driven over its debugging port."""

    def __init__(self, wire: Any) -> None:
        self._wire, self._number = wire, 0

    async def ask(self, method: str, **what: Any) -> dict[str, Any]:
        self._number += 1
        await self._wire.write_message(json.dumps({"id": self._number, "method": method, "params": what}))
        while True:
            answer = json.loads(await self._wire.read_message())
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return dict(answer["result"])

    async def run(self, script: str, *, value: bool = True) -> Any:
        answer = await self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=value)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value") if value else answer["result"]


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Our dashboard's server with an uploader for a page."""
    source = f"import l4e_widgets as l4e\nu = l4e.Uploader(to={str(folder / 'data')!r})\nu"
    cell = {"cell_type": "code", "id": "c", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    page = folder / "page.ipynb"
    page.write_text(json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-c", SERVE, str(folder / "workspace"), str(page)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextlib.contextmanager
def chromium(folder: Path) -> Iterator[int]:
    """A browser without a window; its debugging port."""
    found = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    if found is None:
        sys.exit("No Chromium or Chrome was found: the rows of the upload are absent.")
    profile = folder / "profile"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    command = [found, *options, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        told = profile / "DevToolsActivePort"
        end = time.monotonic() + 60
        while not (told.is_file() and told.read_text().count("\n")):
            if time.monotonic() > end:
                sys.exit("The browser did not start.")
            time.sleep(0.05)
        yield int(told.read_text().splitlines()[0])
    finally:
        process.terminate()
        process.wait(60)


async def tab_at(port: int, address: str) -> Tab:
    """Open a page and wait until the uploader is on it."""
    place = HTTPRequest(f"http://127.0.0.1:{port}/json/new?{address}", method="PUT", body="")
    told = json.loads((await AsyncHTTPClient().fetch(place)).body)
    tab = Tab(await websocket_connect(told["webSocketDebuggerUrl"], max_message_size=100 * MB))
    end = time.monotonic() + 60
    while not await tab.run("!!document.querySelector('.l4e-uploader')"):
        assert time.monotonic() < end, "the page does not show the uploader"
        await asyncio.sleep(0.05)
    return tab


def kernels(process: subprocess.Popen[str]) -> dict[int, float]:
    """Private memory of each kernel, MB."""
    found = {}
    for child in psutil.Process(process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "ipykernel_launcher" in " ".join(child.cmdline()):
                found[child.pid] = child.memory_full_info().uss / MB
    return found


async def one_upload(port: int, address: str, process: subprocess.Popen[str], file: Path, *, channel: bool) -> Upload:
    """Upload a file on a new page and measure it."""
    tab = await tab_at(port, address)
    if channel:
        # Without the address of its server a page has the channel alone.
        await tab.run("document.getElementById('jupyter-config-data').textContent = '{}'")
    before = kernels(process)
    asked = await tab.run("document.querySelector('.l4e-uploader input[type=file]')", value=False)
    running = asyncio.ensure_future(tab.run(f"window.measured = ({SEND})(), null"))
    await running
    await tab.ask("DOM.setFileInputFiles", files=[str(file)], objectId=asked["objectId"])
    waiting = asyncio.ensure_future(tab.run("window.measured"))
    grown = 0.0
    while not waiting.done():
        await asyncio.wait([waiting], timeout=0.25)
        grown = max([grown, *(size - before.get(pid, size) for pid, size in kernels(process).items())])
    told = waiting.result()
    target = next((file.parent / "data").iterdir())
    same = digest(target) == digest(file)
    target.unlink()
    await tab.run("location.href = 'about:blank'")
    return Upload(told["way"], told["sent"] / 1000, told["whole"] / 1000, grown, same)


async def bare_upload(port: int, address: str, file: Path) -> Upload:
    """Send the chunks and nothing else: the measure of what our protocol costs."""
    tab = await tab_at(port, address)
    await tab.run("document.body.append(Object.assign(document.createElement('input'), {type: 'file', id: 'bare'}))")
    asked = await tab.run("document.querySelector('#bare')", value=False)
    await tab.ask("DOM.setFileInputFiles", files=[str(file)], objectId=asked["objectId"])
    took = await tab.run(f"({BARE})()") / 1000
    await tab.run("location.href = 'about:blank'")
    return Upload("bare", took, took, 0, same=True)


def digest(path: Path) -> str:
    """Checksum of a file."""
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(4 * MB):
            whole.update(block)
    return whole.hexdigest()


def written_s(folder: Path, size: int) -> float:
    """Seconds that this disk takes to write and sync as many bytes: the floor of any upload here."""
    block = os.urandom(4 * MB)
    began = time.monotonic()
    with (folder / "floor").open("wb", buffering=0) as file:
        for _ in range(size // len(block)):
            file.write(block)
        os.fsync(file.fileno())
    took = time.monotonic() - began
    (folder / "floor").unlink()
    return took


async def measured(folder: Path, size: int, runs: int) -> list[Upload]:
    """All uploads: bare, HTTP and channel in turn, the first of each apart."""
    file = folder / "big.csv"
    with file.open("wb") as made:
        for _ in range(size // (4 * MB)):
            made.write(os.urandom(4 * MB))
    found = []
    with served(folder) as (address, process), chromium(folder) as port:
        for _ in range(runs + 1):
            found.append(await bare_upload(port, address, file))
            for channel in (False, True):
                found.append(await one_upload(port, address, process, file, channel=channel))
    return found[3:]


def main() -> None:
    """Measure and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1000, help="MB")
    parser.add_argument("--runs", type=int, default=5, help="of each way, beside a first one that does not count")
    given = parser.parse_args()
    size = given.size // 4 * 4 * MB
    with tempfile.TemporaryDirectory() as name:
        floor = median(written_s(Path(name), size) for _ in range(3))
        uploads = asyncio.run(measured(Path(name), size, given.runs))
    print(f"{size / MB:.0f} MB; this disk writes and syncs them at {size / MB / floor:.0f} MB/s")
    print("way      sent MB/s  compared and in its place MB/s  kernel grew MB  same bytes")
    for way in ("bare", "http", "channel"):
        rows = [one for one in uploads if one.way == way]
        sent, whole = (median(getattr(one, part) for one in rows) for part in ("sent_s", "whole_s"))
        same = all(one.same for one in rows)
        grown = max(one.grown_mb for one in rows)
        print(f"{way:8} {size / MB / sent:9.0f}  {size / MB / whole:30.0f}  {grown:14.0f}  {'yes' if same else 'NO'}")


if __name__ == "__main__":
    main()

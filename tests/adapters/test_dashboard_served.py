"""The doors of a running dashboard: the token, the host name, and what a page may say to its kernel."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "l4e_widgets" / "static"
SERVE = (
    "import sys; from pathlib import Path; from l4e_widgets.adapters.dashboard import run_dashboard; "
    "run_dashboard(workspace=Path(sys.argv[1]), port=0, base_url='plant', token='secret', "
    "ready=lambda address: sys.stdout.write(address + chr(10)) and sys.stdout.flush())"
)
WAIT_S = 60
pytestmark = pytest.mark.skipif(not STATIC.joinpath("panel.js").is_file(), reason="the front end is not built")


def started(folder: Path) -> subprocess.Popen[str]:
    """A dashboard below /plant/ with the token "secret" and no project."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-c", SERVE, str(folder)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running dashboard; ended by SIGTERM."""
    process = started(tmp_path_factory.mktemp("served"))
    told = process.stdout.readline().strip()
    yield told
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=WAIT_S)
    assert process.returncode == 0


def fetch(address: str, **options: object) -> HTTPResponse:
    """Answer of the server, whatever its code, without following where it sends the visitor."""
    request = HTTPRequest(address, follow_redirects=False, request_timeout=WAIT_S, **options)
    return asyncio.run(_fetch(request))


async def _fetch(request: HTTPRequest) -> HTTPResponse:
    return await AsyncHTTPClient(force_instance=True).fetch(request, raise_error=False)


def test_the_address_carries_path_and_token(address):
    parts = urlsplit(address)
    assert (parts.hostname, parts.path, parts.query) == ("127.0.0.1", "/plant/", "token=secret")


def test_without_the_token_the_page_stays_closed(address):
    answer = fetch(address.split("?")[0])
    assert answer.code == 302
    assert "/plant/login" in answer.headers["Location"]


def test_the_page_asks_nobody_else_and_may_not(address):
    answer = fetch(address)
    page = answer.body.decode()
    assert answer.code == 200
    assert set(re.findall(r"(?:src|href)=\"(https?://[^\"]+)", page)) == set()
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert any(cookie.startswith("_xsrf=") for cookie in answer.headers.get_list("Set-Cookie"))
    style = fetch(address.replace("/plant/?", "/plant/l4e/static/l4e.css?"))
    assert (style.code, style.headers["Content-Type"]) == (200, "text/css")


@pytest.mark.parametrize("path", ["dashboard.ipynb", "../README.md", "1_sample_pump.ipynb"])
def test_no_file_beside_the_page_is_served(address, path):
    assert fetch(address.replace("/plant/?", f"/plant/voila/files/{path}?")).code in (403, 404)


def test_a_page_cannot_run_code(address, tmp_path):
    kernel = re.search(r'"kernelId": "([0-9a-f-]+)"', fetch(address).body.decode()).group(1)
    mark = tmp_path / "was-here"
    answers = asyncio.run(_say(address, kernel, f"open({str(mark)!r}, 'w').close()"))
    assert "kernel_info_reply" in answers
    assert not {"execute_reply", "execute_result", "complete_reply"} & set(answers)
    assert not mark.exists()


@pytest.mark.parametrize("kernels", [0, 2], ids=["while kernels start", "while kernels end"])
def test_ctrl_c_pressed_again_and_again_ends_it_in_peace(tmp_path, kernels):
    process = started(tmp_path)
    assert process.stdout.readline().startswith("http://")
    server, children = psutil.Process(process.pid), []
    while len(children) < kernels:
        children = server.children(recursive=True)
    process.send_signal(signal.SIGINT)
    while psutil.wait_procs(children, timeout=0.05)[1] and process.poll() is None:
        process.send_signal(signal.SIGINT)
    complaints = process.communicate(timeout=WAIT_S)[1]
    assert (process.returncode, complaints) == (0, "")
    assert not psutil.wait_procs(children, timeout=10)[1]


async def _say(address: str, kernel: str, code: str) -> list[str]:
    """Kinds of the kernel's answers up to that of a question which is allowed, asked last."""
    parts = urlsplit(address)
    url = f"ws://{parts.netloc}/plant/api/kernels/{kernel}/channels?token=secret"
    socket = await websocket_connect(HTTPRequest(url, headers={"Origin": f"http://{parts.netloc}"}))
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    for kind in ("execute_request", "complete_request", "kernel_info_request"):
        await socket.write_message(
            _message(kind, content if kind == "execute_request" else {"code": "o", "cursor_pos": 1})
        )
    kinds: list[str] = []
    while "kernel_info_reply" not in kinds:
        answer = await asyncio.wait_for(socket.read_message(), WAIT_S)
        kinds.append(json.loads(answer)["header"]["msg_type"])
    socket.close()
    return kinds


def _message(kind: str, content: dict[str, object]) -> str:
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "session": "s",
        "username": "",
        "version": "5.3",
        "date": "",
    }
    return json.dumps({"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content})

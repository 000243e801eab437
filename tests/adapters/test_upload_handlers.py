"""Uploads over HTTP: who is not known or does not ask from our page is refused before a byte is taken."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import tornado.httpserver
import tornado.ioloop
import tornado.netutil
import tornado.web
from jupyter_server.auth.authorizer import AllowAllAuthorizer
from jupyter_server.auth.identity import PasswordIdentityProvider
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse

from l4e_widgets.adapters.upload_handlers import upload_handlers
from l4e_widgets.services.context import open_context
from l4e_widgets.services.inbox import mark_inbox
from l4e_widgets.services.uploads import BLOCK, UploadLimits, list_uploads

CONTENT = random.Random(5).randbytes(BLOCK + 77)
BLOCKS = [hashlib.sha256(CONTENT[at : at + BLOCK]).hexdigest() for at in (0, BLOCK)]
LIMITS = UploadLimits(file_bytes=50 * 10**6)


@dataclass
class Server:
    """A real tornado server with our handlers alone, in a thread."""

    base: str
    workspace: Path
    port: int
    cookie: str = ""
    token: str = ""

    def ask(self, method: str, path: str = "", body: object = None, **headers: str) -> HTTPResponse:
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        known = {"Cookie": f"_xsrf={self.cookie}", "X-XSRFToken": self.cookie} if self.cookie else {}
        request = HTTPRequest(
            f"{self.base}{path}",
            method=method,
            body=data,
            headers={**known, **headers},
            allow_nonstandard_methods=True,
            follow_redirects=False,
        )
        return asyncio.run(self._fetch(request))

    async def _fetch(self, request: HTTPRequest) -> HTTPResponse:
        return await AsyncHTTPClient(force_instance=True).fetch(request, raise_error=False)

    def login(self) -> None:
        """Get the cookie that a page gets by its first question."""
        answer = self.ask("GET")
        self.cookie = re.search(r"_xsrf=([^;]+)", answer.headers["Set-Cookie"]).group(1)

    def begin(self, name: str = "pump.csv", size: int = len(CONTENT)) -> dict:
        return json.loads(self.ask("POST", "", {"name": name, "size": size, "fingerprint": "1"}).body)


def served(workspace: Path, token: str) -> Iterator[Server]:
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
    port = sockets[0].getsockname()[1]
    started, loop = threading.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        identity = PasswordIdentityProvider(token=token)
        settings = {
            "base_url": "/plant/",
            "identity_provider": identity,
            "authorizer": AllowAllAuthorizer(identity_provider=identity),
            "cookie_secret": b"secret",
            "login_url": "/plant/login",
            "allow_remote_access": False,
            "local_hostnames": ["localhost"],
            "log_function": lambda _: None,
        }
        handlers = upload_handlers("/plant/", open_context(workspace), LIMITS)
        server = tornado.httpserver.HTTPServer(tornado.web.Application(handlers, **settings))
        server.add_sockets(sockets)
        started.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait()
    yield Server(f"http://127.0.0.1:{port}/plant/l4e/upload/", workspace, port, token=token)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    for one in sockets:
        one.close()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    yield from served(tmp_path, "")


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Server]:
    yield from served(tmp_path, "secret")


def nothing_was_written(server: Server) -> bool:
    return not any(path.is_file() for path in server.workspace.rglob("*"))


def test_a_file_goes_over_in_chunks_and_comes_out_the_same(server):
    server.login()
    upload = server.begin()
    assert (upload["have"], upload["done"]) == ([], False)
    for offset, end in ((BLOCK, len(CONTENT)), (0, BLOCK)):
        assert server.ask("PUT", f"{upload['id']}?offset={offset}", CONTENT[offset:end]).code == 200
    assert server.begin()["have"] == [[0, len(CONTENT)]]
    closed = json.loads(server.ask("POST", f"{upload['id']}/close", {"blocks": BLOCKS}).body)
    assert (closed["done"], closed["missing"]) == (True, [])
    assert closed["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert "path" not in closed
    assert [one.path.read_bytes() for one in list_uploads(open_context(server.workspace))] == [CONTENT]


def test_without_login_nothing_is_taken(locked):
    assert locked.ask("GET").code == 403
    for method, path, body in (
        ("POST", "", {"name": "a.csv", "size": 3, "fingerprint": ""}),
        ("PUT", f"{'0' * 32}?offset=0", b"abc"),
        ("POST", f"{'0' * 32}/close", {"blocks": []}),
        ("DELETE", "0" * 32, None),
    ):
        assert locked.ask(method, path, body).code == 403
        assert locked.ask(method, path, body, Authorization="token wrong").code == 403
    assert nothing_was_written(locked)
    answer = locked.ask("POST", "", {"name": "a.csv", "size": 3, "fingerprint": ""}, Authorization="token secret")
    assert answer.code == 200


def test_a_request_that_our_page_did_not_make_is_refused(server):
    begin = {"name": "a.csv", "size": 3, "fingerprint": ""}
    assert server.ask("POST", "", begin).code == 403
    server.login()
    right = server.cookie
    assert server.ask("POST", "", begin, **{"X-XSRFToken": "other"}).code == 403
    assert server.ask("POST", "", begin, Origin="http://evil.example").code in (403, 404)
    assert server.ask("POST", "", begin, Host="rebound.example").code == 403
    assert nothing_was_written(server)
    server.cookie = right
    assert server.ask("POST", "", begin).code == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("{id}?offset=-1", 400),
        ("{id}?offset=", 400),
        ("{id}", 400),
        ("{id}?offset=1e3", 400),
        ("{id}?offset=99999999999999999999", 400),
        ("{id}?offset={size}", 400),
        ("{id}?offset={last}", 400),
        ("00000000000000000000000000000000?offset=0", 404),
        ("..%2F..%2Fsecret?offset=0", 404),
        ("x?offset=0", 404),
    ],
)
def test_a_chunk_that_belongs_nowhere_is_refused_in_words(server, path, code):
    server.login()
    upload = server.begin()
    before = sorted(server.workspace.rglob("*"))
    place = path.format(id=upload["id"], size=len(CONTENT), last=len(CONTENT) - 1)
    answer = server.ask("PUT", place, b"xyz")
    assert answer.code == code
    assert sorted(server.workspace.rglob("*")) == before
    if "%2F" not in path:
        assert json.loads(answer.body)["message"].endswith(".")


@pytest.mark.parametrize(
    "rest",
    [
        f"Content-Length: {33 * 2**20}\r\n\r\n",
        "Content-Length: 10000000000000\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ],
)
def test_a_chunk_that_is_too_large_or_does_not_say_its_size_is_refused(server, rest):
    server.login()
    upload = server.begin(size=49 * 10**6)
    head = f"PUT /plant/l4e/upload/{upload['id']}?offset=0 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    head += f"Cookie: _xsrf={server.cookie}\r\nX-XSRFToken: {server.cookie}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall((head + rest).encode())
        assert re.search(rb" (413|400) ", wire.recv(4096).split(b"\r\n")[0])
    assert server.begin(size=49 * 10**6)["have"] == []


def test_a_connection_that_breaks_leaves_what_was_whole(server):
    server.login()
    upload = server.begin()
    assert server.ask("PUT", f"{upload['id']}?offset={BLOCK}", CONTENT[BLOCK:]).code == 200
    head = f"PUT /plant/l4e/upload/{upload['id']}?offset=0 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    head += f"Cookie: _xsrf={server.cookie}\r\nX-XSRFToken: {server.cookie}\r\nContent-Length: {BLOCK}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(head.encode() + CONTENT[: BLOCK // 2])
    assert server.begin()["have"] == [[BLOCK, len(CONTENT)]]


def test_limits_and_nonsense_are_answered_in_words(server):
    server.login()
    answer = server.ask("POST", "", {"name": "big.csv", "size": 10**9, "fingerprint": ""})
    assert answer.code == 413
    assert "50.0 MB are allowed" in json.loads(answer.body)["message"]
    for body in (b"", b"[1]", b"nonsense", b"[" * 100_000, {"name": ["x"], "size": "9", "fingerprint": 7}):
        answer = server.ask("POST", "", body)
        assert (answer.code, json.loads(answer.body)["code"]) == (400, "usage")
    assert nothing_was_written(server)


def test_cancelled_nothing_is_left(server):
    server.login()
    upload = server.begin()
    server.ask("PUT", f"{upload['id']}?offset=0", CONTENT)
    assert server.ask("DELETE", upload["id"]).code == 200
    assert server.ask("DELETE", upload["id"]).code == 200
    assert list_uploads(open_context(server.workspace)) == ()
    assert server.ask("PUT", f"{upload['id']}?offset=0", CONTENT).code == 404
    assert server.ask("POST", f"{upload['id']}/close", {"blocks": BLOCKS}).code == 404


def test_the_server_says_whether_it_shares_the_kernels_inbox(server, tmp_path_factory):
    here = mark_inbox(open_context(server.workspace))
    elsewhere = mark_inbox(open_context(tmp_path_factory.mktemp("other")))
    assert json.loads(server.ask("GET", f"?mark={here}").body) == {"shared": True, "limit": 50_000_000}
    assert json.loads(server.ask("GET", f"?mark={elsewhere}").body)["shared"] is False
    assert urlsplit(server.base).path == "/plant/l4e/upload/"

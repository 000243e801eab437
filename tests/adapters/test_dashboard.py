"""Who may reach the dashboard, on which port, and what it serves; without a kernel."""

from __future__ import annotations

import json
import socket

import pytest

from l4e_widgets.adapters.dashboard import dashboard_notebook, run_dashboard
from l4e_widgets.adapters.doors import bound_sockets, clean_base_url
from l4e_widgets.core.errors import UsageError


def never(address: str) -> None:
    """Nothing is served where the door stays closed."""
    raise AssertionError(address)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])  # noqa: S104
def test_a_door_to_others_needs_a_token(host):
    with pytest.raises(UsageError, match="open to everyone") as refused:
        run_dashboard(host=host, port=0, ready=never)
    assert "--token" in refused.value.fix
    assert refused.value.exit_code == 2


def test_a_taken_port_gives_the_next_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sockets, found = bound_sockets("127.0.0.1", port)
    assert port < found < port + 20
    for one in sockets:
        one.close()


@pytest.mark.parametrize("port", [-1, 70_000])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(UsageError, match="is not a port"):
        bound_sockets("127.0.0.1", port)


def test_an_address_of_another_computer_is_refused_with_the_reason():
    with pytest.raises(UsageError, match=r"cannot listen on 192\.0\.2\.1"):
        run_dashboard(host="192.0.2.1", port=0, token="secret", ready=never)


@pytest.mark.parametrize(("written", "meant"), [("/", "/"), ("", "/"), ("plant", "/plant/"), (" /a/b ", "/a/b/")])
def test_base_url_has_a_slash_at_each_end(written, meant):
    assert clean_base_url(written) == meant


def test_the_notebook_of_the_dashboard_is_one_call():
    cells = json.loads(dashboard_notebook().read_text(encoding="utf-8"))["cells"]
    assert [cell["cell_type"] for cell in cells] == ["code"]
    assert "served_dashboard()" in "".join(cells[0]["source"])


def test_a_page_may_say_nothing_that_runs_code():
    from l4e_widgets.adapters.dashboard_server import MESSAGES

    assert not {"execute_request", "complete_request", "inspect_request", "history_request", "input_reply"} & set(
        MESSAGES
    )

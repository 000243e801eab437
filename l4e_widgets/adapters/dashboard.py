"""The dashboard in a browser: checks who may reach it, finds a port, and serves until it is told to stop."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path

from l4e_widgets.core.errors import UsageError

__all__ = ["dashboard_notebook", "run_dashboard"]

PACKAGE = Path(__file__).resolve().parents[1]
PORTS_TO_TRY = 20


def run_dashboard(
    *,
    workspace: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8866,
    base_url: str = "/",
    token: str = "",
    open_browser: bool = False,
    ready: Callable[[str], None],
) -> None:
    """Serve the dashboard until Ctrl-C, SIGTERM or the end of the event loop.

    Parameters
    ----------
    workspace : Path or None
        Folder with the projects; the user's default one where None.
    host : str
        Address to listen on; any other than this computer's own asks for a token.
    port : int
        Port to listen on; where it is taken the next free one of 20 is used, 0 lets the system choose.
    base_url : str
        Path under which the dashboard lives, for a proxy in front of it.
    token : str
        Secret that a visitor must bring along; empty for none.
    open_browser : bool
        Open the page in the user's browser once it is served.
    ready : callable
        Called once with the address to open, when the server listens.

    Raises
    ------
    UsageError
        The host is open to others and there is no token, the host is not one of this computer, no port is free,
        or the notebook of the dashboard is missing from the installation.
    """
    refuse_open_door(host, token)
    notebook = dashboard_notebook()
    sockets, port = bound_sockets(host, port)
    from l4e_widgets.adapters.dashboard_server import DashboardServer

    server = DashboardServer.of(
        notebook=notebook, workspace=workspace, host=host, port=port, base_url=clean_base_url(base_url), token=token
    )
    server.serve(sockets, open_browser=open_browser, ready=ready)


def refuse_open_door(host: str, token: str) -> None:
    """Refuse to listen for other computers without a token.

    Parameters
    ----------
    host : str
        Address to listen on.
    token : str
        Secret that a visitor must bring along; empty for none.

    Raises
    ------
    UsageError
        `host` is not this computer's own address and `token` is empty.
    """
    if token or is_loopback(host):
        return
    raise UsageError(
        "The dashboard would be open to everyone who can reach this computer.",
        where=f"--host {host or 'empty'}",
        expected="127.0.0.1, or a token",
        fix="Add --token with a secret of your own, or leave --host away.",
    )


def is_loopback(host: str) -> bool:
    """Tell whether only this computer can reach an address.

    Parameters
    ----------
    host : str
        A name or an IP address.

    Returns
    -------
    bool
        True for localhost and the loopback addresses.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bound_sockets(host: str, port: int) -> tuple[list[socket.socket], int]:
    """Sockets that listen on the first free port from `port` on.

    Parameters
    ----------
    host : str
        Address to listen on.
    port : int
        First port to try; 0 for any.

    Returns
    -------
    tuple of (list of socket, int)
        The sockets, and the port they listen on.

    Raises
    ------
    UsageError
        The port is no port, none is free, or the host is not this computer's.
    """
    from tornado.netutil import bind_sockets

    if not 0 <= port <= 65_535:
        raise UsageError(f"{port} is not a port.", where="--port", expected="a number from 0 to 65535")
    last = port if port == 0 else min(port + PORTS_TO_TRY - 1, 65_535)
    problem = ""
    for candidate in range(port, last + 1):
        try:
            sockets = bind_sockets(candidate, host)
        except OSError as error:
            problem = error.strerror or str(error)
            continue
        return sockets, int(sockets[0].getsockname()[1])
    raise UsageError(
        f"The dashboard cannot listen on {host}, ports {port} to {last}: {problem}.",
        where="--port",
        fix="Close a dashboard that still runs, or choose another --port; --port 0 takes any free one.",
    )


def clean_base_url(base_url: str) -> str:
    """Path with one slash at each end.

    Parameters
    ----------
    base_url : str
        Path as the user wrote it.

    Returns
    -------
    str
        For example ``/`` or ``/plant/``.
    """
    inside = base_url.strip().strip("/")
    return f"/{inside}/" if inside else "/"


def dashboard_notebook() -> Path:
    """Notebook that the dashboard serves: the packaged one, else the one of the checkout.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    UsageError
        Neither exists.
    """
    for folder in (PACKAGE / "notebooks", PACKAGE.parent / "notebooks"):
        notebook = folder / "dashboard.ipynb"
        if notebook.is_file():
            return notebook
    raise UsageError(
        "The notebook of the dashboard is missing from this installation.",
        expected=f"dashboard.ipynb in {PACKAGE / 'notebooks'}",
        fix="Install l4e_widgets again.",
    )

"""Who may reach the dashboard: addresses, ports and paths, checked before anything listens."""

from __future__ import annotations

import ipaddress
import socket

from l4e_widgets.core.errors import UsageError

__all__ = ["bound_sockets", "clean_base_url", "is_loopback", "refuse_open_door"]

PORTS_TO_TRY = 20


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

"""The dashboard in a browser: checks who may reach it, finds a port, and serves until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from l4e_widgets.adapters.doors import bound_sockets, clean_base_url, refuse_open_door
from l4e_widgets.core.byte_sizes import size_from_text
from l4e_widgets.core.errors import UsageError
from l4e_widgets.services.uploads import upload_limits

__all__ = ["dashboard_notebook", "run_dashboard"]

PACKAGE = Path(__file__).resolve().parents[1]


def run_dashboard(
    *,
    workspace: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8866,
    base_url: str = "/",
    token: str = "",
    open_browser: bool = False,
    upload_limit: str = "",
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
    upload_limit : str
        Largest file that may be uploaded, such as "20GB"; that of the environment where empty.
    ready : callable
        Called once with the address to open, when the server listens.

    Raises
    ------
    UsageError
        The limit is no size, the host is open to others and there is no token, the host is not one of this computer,
        no port is free, or the notebook of the dashboard is missing from the installation.
    """
    refuse_open_door(host, token)
    limits = upload_limits()
    if upload_limit:
        limits = replace(limits, file_bytes=size_from_text(upload_limit, where="--upload-limit"))
    notebook = dashboard_notebook()
    sockets, port = bound_sockets(host, port)
    from l4e_widgets.adapters.dashboard_server import DashboardServer

    server = DashboardServer.of(
        notebook=notebook,
        workspace=workspace,
        host=host,
        port=port,
        base_url=clean_base_url(base_url),
        token=token,
        limits=limits,
    )
    server.serve(sockets, open_browser=open_browser, ready=ready)


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

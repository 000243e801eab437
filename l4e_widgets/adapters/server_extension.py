"""Our part of a Jupyter server: the dashboard at `<base_url>l4e/` and uploads below it, behind that server's login."""

from __future__ import annotations

from typing import Any

from l4e_widgets.services.context import open_context
from l4e_widgets.services.uploads import upload_limits

__all__: list[str] = []

MODULE = "l4e_widgets.adapters.server_extension"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Return where the server finds the extension."""
    return [{"module": MODULE}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Add the handlers to a server that is starting; the workspace is that of its environment."""
    from l4e_widgets.adapters.dashboard_mounted import mount_dashboard
    from l4e_widgets.adapters.upload_handlers import upload_handlers

    application = server.web_app
    base_url = application.settings["base_url"]
    application.add_handlers(".*$", upload_handlers(base_url, open_context(), upload_limits()))
    mount_dashboard(application, base_url)

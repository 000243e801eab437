"""The dashboard inside a Jupyter server: its own pages and kernels, that server's own login."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from typing import Any

import tornado.web
from jupyter_server.utils import url_path_join
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import PathMatches, Router, Rule
from traitlets import Dict

from l4e_widgets.adapters.dashboard import dashboard_notebook
from l4e_widgets.adapters.dashboard_server import DashboardServer

__all__ = ["DashboardRouter", "mount_dashboard"]

SHARED = (
    "allow_credentials",
    "allow_origin",
    "allow_origin_pat",
    "allow_remote_access",
    "allow_unauthenticated_access",
    "authorizer",
    "cookie_secret",
    "disable_check_xsrf",
    "identity_provider",
    "local_hostnames",
    "log_function",
    "login_url",
    "trust_xheaders",
    "xsrf_cookie_kwargs",
    "xsrf_cookies",
)
"""Settings that decide who may come in: the server's own hold for the dashboard too."""


class MountedDashboard(DashboardServer):
    """The dashboard's application below a path of another server; it listens nowhere itself."""

    host = Dict(help="Settings of the server around it.")

    def init_settings(self) -> dict[str, Any]:
        """Take the login and the origins of the server around it.

        Returns
        -------
        dict
            Settings of the web application.
        """
        settings = super().init_settings()
        settings.update({name: self.host[name] for name in SHARED if name in self.host})
        return settings

    def listen(self) -> None:
        """Leave listening to the server around it."""


class DashboardRouter(Router):
    """Hands requests below a path to the dashboard, which is made when the first one comes.

    Parameters
    ----------
    settings : mapping of str to object
        Settings of the server around it.
    base_url : str
        Path of the dashboard, with a slash at each end.
    """

    def __init__(self, settings: Mapping[str, Any], base_url: str) -> None:
        self._settings, self._base_url = settings, base_url
        self._application: tornado.web.Application | None = None

    def find_handler(self, request: HTTPServerRequest, **options: Any) -> HTTPMessageDelegate | None:
        """Find who answers a request.

        Parameters
        ----------
        request : HTTPServerRequest
            The request.
        **options
            What the rule that led here found in the path.

        Returns
        -------
        HTTPMessageDelegate or None
            Who answers.
        """
        if self._application is None:
            self._application = self._made()
        return self._application.find_handler(request, **options)

    def _made(self) -> tornado.web.Application:
        """Make the application; kernels start when pages are opened, none waits for one."""
        dashboard = MountedDashboard.of(
            notebook=dashboard_notebook(), workspace=None, host="", port=0, base_url=self._base_url, token=""
        )
        dashboard.host = dict(self._settings)
        dashboard.voila_configuration.preheat_kernel = False
        dashboard.connection_dir_root = tempfile.gettempdir()
        dashboard.start()
        atexit.register(shutil.rmtree, dashboard.connection_dir, ignore_errors=True)
        return dashboard.app


def mount_dashboard(application: tornado.web.Application, base_url: str) -> None:
    """Let a web application answer at ``<base_url>l4e/`` with the dashboard.

    The rules go in beside its handlers: who may come in is asked by the dashboard's own handlers, of the same login.

    Parameters
    ----------
    application : Application
        That of the server.
    base_url : str
        Path of the server, with a slash at each end.
    """
    place = url_path_join(base_url, "l4e/")
    bare = {"url": place, "permanent": False}
    rules = [
        Rule(PathMatches(place.rstrip("/")), tornado.web.RedirectHandler, bare),
        Rule(PathMatches(f"{place}.*"), DashboardRouter(application.settings, place)),
    ]
    application.default_router.rules[-1:-1] = [application.default_router.process_rule(rule) for rule in rules]

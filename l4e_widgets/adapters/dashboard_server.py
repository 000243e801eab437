"""Our own small Voila: one notebook, own template, no request to another host, no kernel left behind."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tornado.httpserver
import tornado.ioloop
import tornado.web
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import url_path_join
from traitlets import List, Unicode, default
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from l4e_widgets.adapters.doors import is_loopback
from l4e_widgets.adapters.upload_handlers import upload_handlers
from l4e_widgets.services.context import open_context
from l4e_widgets.services.uploads import UploadLimits, upload_limits

__all__ = ["DashboardServer"]

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).resolve().parents[1] / "static"

MESSAGES = ["comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"]
"""What a page may say to its kernel: talk between widgets, and nothing that runs code."""

IDLE_S = 300
POOL_SIZE = 2
PING_MS = 30_000
STARTING_S = 60
ENDING = (signal.SIGINT, signal.SIGTERM)
CONTENT_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; "
    "connect-src 'self' ws: wss:; img-src 'self' data: blob:; frame-ancestors 'self'; form-action 'self'"
)


class OwnKernelSpecs(KernelSpecManager):
    """Only the kernel of the Python that runs the dashboard, whatever else is registered on the computer."""

    @default("kernel_dirs")
    def _kernel_dirs_default(self) -> list[str]:
        return []

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Description of a kernel that logs nothing of its own.

        Parameters
        ----------
        kernel_name : str
            Name of the kernel.

        Returns
        -------
        KernelSpec
            How it is started.
        """
        spec = super().get_kernel_spec(kernel_name)
        spec.argv = [*spec.argv, "--IPKernelApp.log_level=50"]
        return spec


class WorkspaceKernels(AsyncMappingKernelManager):
    """Kernels that know the workspace; one that nobody is connected to ends after a while."""

    workspace = Unicode(config=True, help="Folder with the projects; empty for the user's default one.")

    async def start_kernel(self, *, env: dict[str, str] | None = None, **options: Any) -> str:
        """Start a kernel with the workspace in its environment.

        Parameters
        ----------
        env : dict of str to str, optional
            Environment of the kernel; the server's own where absent.
        **options
            What the parent class takes.

        Returns
        -------
        str
            Id of the kernel.
        """
        environment = dict(os.environ if env is None else env)
        if self.workspace:
            environment["L4E_WORKSPACE"] = self.workspace
        return str(await super().start_kernel(env=environment, **options))


class PageHandler(TornadoVoilaHandler):
    """Serves the page, and sets the cookie without which closing it would leave its kernel behind."""

    @property
    def content_security_policy(self) -> str:
        """What the page may load: this server's own files and nothing else."""
        return CONTENT_POLICY

    @tornado.web.authenticated
    async def get(self) -> None:
        """Send the page piece by piece."""
        _ = self.xsrf_token
        await super().get()


class ChannelsHandler(VoilaKernelWebsocketHandler):
    """The connection between page and kernel, without the pause that small messages otherwise wait for."""

    def open(self, *args: Any, **options: Any) -> Any:
        """Open the connection.

        Parameters
        ----------
        *args, **options
            What the parent class takes.

        Returns
        -------
        awaitable or None
            What the parent class returns.
        """
        self.set_nodelay(True)
        return super().open(*args, **options)


class StaticHandler(tornado.web.StaticFileHandler):
    """Stylesheet and scripts of the package."""

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002  the signature is tornado's
        """Let the browser ask again each time, so that an update is seen at once.

        Parameters
        ----------
        path : str
            Path of the file below the static folder.
        """
        self.set_header("Cache-Control", "no-cache")


class DashboardServer(Voila):
    """One dashboard notebook behind one address."""

    config_file_paths = List(Unicode(), default_value=[])
    uploads = List(help="Handlers of uploads.")

    @classmethod
    def of(
        cls,
        *,
        notebook: Path,
        workspace: Path | None,
        host: str,
        port: int,
        base_url: str,
        token: str,
        limits: UploadLimits | None = None,
    ) -> DashboardServer:
        """Server for a notebook, not yet started.

        Parameters
        ----------
        notebook : Path
            The notebook to serve.
        workspace : Path or None
            Folder with the projects.
        host : str
            Address it listens on.
        port : int
            Port it listens on.
        base_url : str
            Path with a slash at each end.
        token : str
            Secret of the visitors, empty for none.
        limits : UploadLimits, optional
            What may be uploaded; from the environment where absent.

        Returns
        -------
        DashboardServer
            The server.
        """
        folder = "" if workspace is None else str(Path(workspace).expanduser().resolve())
        server = cls(config=dashboard_config(folder), log_level=logging.ERROR)
        server.notebook_path = str(notebook)
        server.root_dir = str(notebook.parent)
        server.ip, server.port, server.base_url, server.token = host, port, base_url, token
        server.open_browser = False
        server.voila_configuration = VoilaConfiguration(parent=server)
        server.setup_template_dirs()
        server.uploads = upload_handlers(base_url, open_context(folder or None), limits or upload_limits())
        return server

    def setup_template_dirs(self) -> None:
        """Put our template before the stock ones, which then only lend their scripts."""
        super().setup_template_dirs()
        self.template_paths = [str(TEMPLATES), *self.template_paths]

    def init_settings(self) -> dict[str, Any]:
        """Close the doors that a page does not need.

        Returns
        -------
        dict
            Settings of the web application.
        """
        settings: dict[str, Any] = super().init_settings()
        self.kernel_manager.allowed_message_types = list(MESSAGES)
        settings["allow_remote_access"] = bool(self.token) or not is_loopback(self.ip)
        settings["local_hostnames"] = ["localhost"]
        settings["ws_ping_interval"] = settings["ws_ping_timeout"] = PING_MS
        return settings

    def init_handlers(self) -> list[Any]:
        """Our page and connection handlers in place of the stock ones, and our static files.

        Returns
        -------
        list of tuple
            Handlers of the web application.
        """
        handlers = []
        for pattern, handler, *options in super().init_handlers():
            if handler is TornadoVoilaHandler:
                handlers.append((self.base_url, PageHandler, *options))
            elif handler is VoilaKernelWebsocketHandler:
                handlers.append((pattern, ChannelsHandler, *options))
            else:
                handlers.append((pattern, handler, *options))
        static = url_path_join(self.base_url, r"/l4e/static/(.*)")
        return [*self.uploads, (static, StaticHandler, {"path": str(STATIC)}), *handlers]

    def serve(self, sockets: list[socket.socket], *, open_browser: bool, ready: Callable[[str], None]) -> None:
        """Serve on the sockets until Ctrl-C or SIGTERM, then end every kernel.

        Parameters
        ----------
        sockets : list of socket
            Bound sockets.
        open_browser : bool
            Open the page in the user's browser.
        ready : callable
            Called once with the address.
        """
        self._sockets, self._ready, self._show = sockets, ready, open_browser
        logging.getLogger("tornado.general").addFilter(_says_something)
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        before = _heard({number: signal.getsignal(number) for number in ENDING})
        try:
            self.start()
        finally:
            asyncio.set_event_loop(None)
            self._loop.close()
            _heard(before)

    def listen(self) -> None:
        """Serve on the bound sockets; called by `start` once application and kernels are there."""
        self.ioloop = tornado.ioloop.IOLoop.current()
        http = tornado.httpserver.HTTPServer(self.app)
        http.add_sockets(self._sockets)
        _heard(dict.fromkeys(ENDING, lambda *_: self.ioloop.add_callback_from_signal(self.ioloop.stop)))
        self.ioloop.add_callback(self._announce)
        try:
            self.ioloop.start()
        finally:
            # From here on the end is under way: a second Ctrl-C could only leave kernels behind.
            _heard(dict.fromkeys(ENDING, signal.SIG_IGN))
            http.stop()
            self.stop()

    def stop(self) -> None:
        """End every kernel, and with them whatever still waits for one."""
        self._loop.run_until_complete(self._end())
        shutil.rmtree(self.connection_dir, ignore_errors=True)

    async def _end(self) -> None:
        """End the kernels first: the tasks that are left then wait for nothing."""
        end = self._loop.time() + STARTING_S
        while True:
            try:
                await ensure_async(self.kernel_manager.shutdown_all(now=True))
                break
            except tornado.web.HTTPError:
                # A kernel that is only starting is not known by its id yet, and cannot be ended before it is.
                if self._loop.time() > end:
                    raise
                await asyncio.sleep(0.1)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._loop.shutdown_asyncgens()

    def _announce(self) -> None:
        """Tell the address to the caller, and to the browser where it is wanted."""
        address = self.address
        self._ready(address)
        if self._show:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    @property
    def address(self) -> str:
        """Address to open, with the token where there is one."""
        host = "127.0.0.1" if self.ip in ("0.0.0.0", "::", "") else self.ip  # noqa: S104
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}{self.base_url}" + (f"?token={self.token}" if self.token else "")


def _heard(handlers: dict[signal.Signals, Any]) -> dict[signal.Signals, Any]:
    """Let signals be answered in another way; the ways before. Only the main thread of a process hears any."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.signal(number, handler) for number, handler in handlers.items()}


def _says_something(record: logging.LogRecord) -> bool:
    """Tell whether a line is worth the user's eye: a late event of a stream that closed with its kernel is not."""
    return not record.getMessage().startswith("Got events for closed stream")


def dashboard_config(workspace: str) -> Config:
    """Configuration of Voila for one closed page with kernels that wait.

    Parameters
    ----------
    workspace : str
        Folder with the projects, empty for the default.

    Returns
    -------
    Config
        What the parts of Voila read.
    """
    config = Config()
    voila = config.VoilaConfiguration
    voila.template = "base"
    voila.theme = "light"
    voila.allow_template_override = "NO"
    voila.allow_theme_override = "NO"
    voila.preheat_kernel = True
    voila.default_pool_size = POOL_SIZE
    voila.strip_sources = True
    voila.file_allowlist = []
    voila.multi_kernel_manager_class = WorkspaceKernels
    voila.kernel_spec_manager_class = OwnKernelSpecs
    voila.extension_denylist = ["jupyterlab_pygments", "@voila-dashboards/jupyterlab-preview"]
    config.WorkspaceKernels.workspace = workspace
    config.WorkspaceKernels.cull_idle_timeout = IDLE_S
    config.WorkspaceKernels.cull_interval = 60
    config.VoilaExecutor.timeout = 60
    return config

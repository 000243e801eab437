"""Starts the dashboard's server on a page and watches its kernels and what it complains of."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

__all__ = ["MB", "Server", "served"]

ROOT = Path(__file__).resolve().parents[2]
MB = 10**6
POOL = 1
WAIT_S = 120
QUIET_S = 0.6
SERVE = """
import sys
from pathlib import Path
import l4e_widgets.adapters.dashboard as dashboard
import l4e_widgets.adapters.dashboard_server as server
notebook, is_warm = Path(sys.argv[2]), sys.argv[3] == "warm"
dashboard.dashboard_notebook = lambda: notebook
made = server.dashboard_config
def config(workspace):
    told = made(workspace)
    told.VoilaConfiguration.preheat_kernel = is_warm
    told.VoilaConfiguration.default_pool_size = 1
    return told
server.dashboard_config = config
dashboard.run_dashboard(workspace=Path(sys.argv[1]), port=0, ready=lambda address: print(address, flush=True))
"""


class Server:
    """A running server.

    Parameters
    ----------
    address : str
        Where its page is.
    process : Popen
        Its process.
    log : Path
        What it complains of.
    is_warm : bool
        Kernels wait for the next page.
    """

    def __init__(self, address: str, process: subprocess.Popen[str], log: Path, *, is_warm: bool) -> None:
        self.address, self.process, self.log, self.waiting = address, process, log, POOL if is_warm else 0

    def kernels(self) -> list[psutil.Process]:
        """Its kernels."""
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "ipykernel_launcher" in " ".join(child.cmdline()):
                    found.append(child)
        return found

    def largest_mb(self) -> float:
        """Private memory of its largest kernel."""
        return max((one.memory_full_info().uss / MB for one in self.kernels()), default=0.0)

    def settle(self) -> int:
        """Wait until the waiting kernels are there and do nothing; kernels that are too many."""
        end, quiet_since = time.monotonic() + WAIT_S, time.monotonic()
        while time.monotonic() < end:
            kernels = self.kernels()
            before = sum(_spent(one) for one in kernels)
            time.sleep(0.1)
            is_busy = sum(_spent(one) for one in kernels) - before > 0.01
            if is_busy or len(kernels) != self.waiting:
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > QUIET_S:
                return 0
        return len(self.kernels()) - self.waiting

    def refusals(self) -> int:
        """Answers of 403 in its log."""
        return self.log.read_text(encoding="utf-8").count("403 ")


def _spent(process: psutil.Process) -> float:
    """Seconds of work of a process."""
    with contextlib.suppress(psutil.Error):
        spent = process.cpu_times()
        return float(spent.user + spent.system)
    return 0.0


@contextlib.contextmanager
def served(notebook: Path, workspace: str, folder: Path, *, is_warm: bool) -> Iterator[Server]:
    """Serve one page until the block ends."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"log-{is_warm}"
    command = [sys.executable, "-c", SERVE, workspace, str(notebook), "warm" if is_warm else "cold"]
    with log.open("w") as told:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=told, text=True)
        assert process.stdout is not None
        try:
            yield Server(process.stdout.readline().strip(), process, log, is_warm=is_warm)
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(60)
            process.kill()
            process.stdout.close()

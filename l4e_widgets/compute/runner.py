"""Where a job runs: the protocol, and a detached process on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from l4e_widgets.core.errors import JobFailed
from l4e_widgets.storage.job_files import JobFiles
from l4e_widgets.storage.objects import ObjectStore

__all__ = ["JobRunner", "LocalRunner", "job_uri"]


def job_uri(store: ObjectStore, key: str) -> str:
    """Address of a job: its store and its folder in it.

    Parameters
    ----------
    store : ObjectStore
        The store.
    key : str
        Folder of the job.

    Returns
    -------
    str
        What the entry point of the jobs takes.
    """
    return f"{store.uri}#{key}"


class JobRunner(Protocol):
    """Starts workers."""

    def start(self, kind: str, store: ObjectStore, key: str) -> None:
        """Start a worker for a job whose request is written.

        Parameters
        ----------
        kind : str
            Which job.
        store : ObjectStore
            Where its files lie.
        key : str
            Folder of the job.

        Raises
        ------
        JobFailed
            No worker could be started.
        """

    def has_ended(self, key: str) -> bool | None:
        """Tell whether the worker has ended; None where this runner did not start it.

        Parameters
        ----------
        key : str
            Folder of the job.

        Returns
        -------
        bool or None
            True where its worker has ended, in whatever way, False while it runs.
        """

    def stop(self, key: str) -> None:
        """End the worker at once, where this runner started it.

        Parameters
        ----------
        key : str
            Folder of the job; a worker that has ended or was started elsewhere is no error.
        """


class LocalRunner:
    """Runs each job in a process of its own that outlives the notebook, page or command that asked for it."""

    def __init__(self) -> None:
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._files: dict[str, tuple[JobFiles, int]] = {}

    def start(self, kind: str, store: ObjectStore, key: str) -> None:
        """Start a worker for a job whose request is written.

        Parameters
        ----------
        kind : str
            Which job.
        store : ObjectStore
            Where its files lie.
        key : str
            Folder of the job.

        Raises
        ------
        JobFailed
            The operating system refused to start a process.
        """
        log = store.local_path(f"{key}/log")
        files = JobFiles(store, key)
        self._files[key] = (files, files.asked_attempt)
        command = [sys.executable, "-m", "l4e_widgets.jobs", kind, job_uri(store, key)]
        try:
            with log.open("ab") as output:
                self._started[key] = subprocess.Popen(  # noqa: S603
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                    env=_environment(),
                )
        except OSError as error:
            raise JobFailed(
                "The work could not be started in a process of its own.", got=str(error), fix="Free memory or disk."
            ) from error

    def has_ended(self, key: str) -> bool | None:
        """Tell whether the worker has ended; None where this runner did not start it, or not its newest attempt."""
        process = self._started.get(key)
        if process is None:
            return None
        files, attempt = self._files[key]
        return process.poll() is not None if files.asked_attempt == attempt else None

    def stop(self, key: str) -> None:
        """End the worker at once, where this runner started it."""
        process = self._started.get(key)
        if process is None or process.poll() is not None:
            return
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait(timeout=10)


def _environment() -> dict[str, str]:
    """Return the environment of a worker: the same package as here is found first."""
    home = str(Path(__file__).resolve().parents[2])
    path = os.environ.get("PYTHONPATH", "")
    known = f"{home}{os.pathsep}{path}" if path else home
    return {**os.environ, "PYTHONPATH": known, "PYTHONSAFEPATH": "1"}

"""Looks again every so often while a job runs; the kernel stays free in between."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Ticker"]


class Ticker:
    """Calls an action from a thread of its own until the action says that it is done.

    Parameters
    ----------
    action : callable
        Returns whether to go on.
    every_s : float
        Seconds between two calls.
    """

    def __init__(self, action: Callable[[], bool], every_s: float = 0.5) -> None:
        self._action = action
        self._every_s = every_s
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look; a ticker that looks already goes on."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._ended.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended, where it is not the thread itself that asks."""
        self._ended.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=5)

    def _run(self) -> None:
        """Call the action until it is done or nobody wants to know."""
        while not self._ended.wait(self._every_s) and self._action():
            pass

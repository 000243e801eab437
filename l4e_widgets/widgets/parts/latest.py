"""Does the newest of several wishes in a thread of its own, so that the kernel stays free."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Latest"]

PAUSE_S = 0.01


class Latest:
    """Calls an action beside the kernel's own thread; wishes that come meanwhile are one wish.

    Parameters
    ----------
    action : callable
        What to do; it looks up itself what is wanted now.
    """

    def __init__(self, action: Callable[[], object]) -> None:
        self._action = action
        self._lock = threading.Lock()
        self._paused = threading.Event()
        self._is_wanted = False
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Have the action done soon; returns at once."""
        with self._lock:
            self._is_wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def settle(self) -> None:
        """Wait until nothing is wanted any more."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=30)

    def stop(self) -> None:
        """Forget what is wanted, and wait for what is being done."""
        with self._lock:
            self._is_wanted = False
        self.settle()

    def _run(self) -> None:
        """Do what is wanted until nothing is; wishes of the same moment are waited for."""
        while True:
            self._paused.wait(PAUSE_S)
            with self._lock:
                if not self._is_wanted:
                    self._thread = None
                    return
                self._is_wanted = False
            self._action()

"""What every service needs: where things lie, who runs jobs, what time it is, and who asks."""

from __future__ import annotations

import getpass
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from l4e_widgets.compute.runner import JobRunner, LocalRunner
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.objects import LocalStore, ObjectStore

__all__ = ["WORKSPACE_VARIABLE", "Context", "default_workspace", "open_context"]

WORKSPACE_VARIABLE = "L4E_WORKSPACE"


@dataclass(frozen=True)
class Context:
    """What is passed to every service; there is no state besides it.

    Parameters
    ----------
    store : ObjectStore
        The workspace.
    runner : JobRunner
        Starts the workers.
    clock : callable
        Returns now, in nanoseconds UTC.
    actor : str
        Who asks, as written into documents and the action log.
    """

    store: ObjectStore
    runner: JobRunner
    clock: Callable[[], int]
    actor: str

    @property
    def documents(self) -> Documents:
        """Documents of the workspace."""
        return Documents(self.store, self.clock, self.actor)


def default_workspace() -> Path:
    """Folder of the workspace where none was named: `L4E_WORKSPACE`, else a folder of the user's own.

    Returns
    -------
    Path
        It need not exist yet.
    """
    named = os.environ.get(WORKSPACE_VARIABLE)
    return Path(named).expanduser() if named else Path(platformdirs.user_data_dir("l4e_widgets", appauthor=False))


def open_context(path: str | Path | None = None) -> Context:
    """Open a workspace on this machine.

    Parameters
    ----------
    path : str or Path, optional
        Its folder; `default_workspace` where absent.

    Returns
    -------
    Context
        With the clock of this machine and the user of this process.
    """
    root = Path(path) if path is not None else default_workspace()
    return Context(LocalStore(root), LocalRunner(), time.time_ns, _actor())


def _actor() -> str:
    """Return the name of the user of this process."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"

"""The three files of a job and their three writers: the door asks, the worker reports, anybody cancels."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from l4e_widgets.core.errors import L4EError, NotFound, StorageError, error_from_dict
from l4e_widgets.storage.documents import from_plain, to_plain
from l4e_widgets.storage.objects import ObjectStore

__all__ = ["ACTIVE", "STALE_AFTER_S", "JobFiles", "JobRequest", "JobState", "JobStep"]

ACTIVE = ("PENDING", "IN_PROGRESS")
STALE_AFTER_S = 60.0


@dataclass(frozen=True, kw_only=True)
class JobRequest:
    """What a door asks for; written once.

    Parameters
    ----------
    id : str
        Name of the job's folder.
    kind : str
        Which job.
    arguments : dict
        Plain values.
    actor : str
        Who asked.
    created_ns : int
        When, nanoseconds UTC.
    """

    id: str
    kind: str
    arguments: dict[str, Any]
    actor: str
    created_ns: int


@dataclass(frozen=True, kw_only=True)
class JobStep:
    """One step of a job.

    Parameters
    ----------
    name : str
        What it does, for people.
    state : str
        ``waiting``, ``running`` or ``done``.
    seconds : float
        Time it took so far.
    """

    name: str
    state: str = "waiting"
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class JobState:
    """What the worker says; the worker alone writes it.

    Parameters
    ----------
    status : str
        PENDING, IN_PROGRESS, SUCCESS, FAILED or CANCELED.
    attempt : int
        Number of the attempt that writes; an older attempt stops when it sees a newer one.
    progress : float
        0 to 1.
    message : str
        What it is doing, for people.
    steps : tuple of JobStep
        In order.
    started_ns, heartbeat_ns : int
        Nanoseconds UTC.
    error : dict
        Parts of the error where it failed.
    result : dict
        Plain values where it succeeded.
    """

    status: str = "PENDING"
    attempt: int = 0
    progress: float = 0.0
    message: str = ""
    steps: tuple[JobStep, ...] = ()
    started_ns: int = 0
    heartbeat_ns: int = 0
    error: dict[str, str] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def failure(self) -> L4EError | None:
        """Error it ended with."""
        return error_from_dict(self.error) if self.error else None

    def is_stale(self, now_ns: int) -> bool:
        """Tell whether a worker that should be at work has not been heard of for too long.

        Parameters
        ----------
        now_ns : int
            Now, nanoseconds UTC.

        Returns
        -------
        bool
            True where its last heartbeat is more than a minute old and it had not ended.
        """
        return self.status == "IN_PROGRESS" and now_ns - self.heartbeat_ns > STALE_AFTER_S * 1e9


class JobFiles:
    """Reads and writes the files of one job.

    Parameters
    ----------
    store : ObjectStore
        Where they lie.
    key : str
        Folder of the job.
    """

    def __init__(self, store: ObjectStore, key: str) -> None:
        self.store = store
        self.key = key

    def write_request(self, request: JobRequest) -> None:
        """Write what is asked for; a request is never changed.

        Parameters
        ----------
        request : JobRequest
            What is asked for.

        Raises
        ------
        StorageError
            It could not be written.
        """
        self._write("request.json", to_plain(request))

    def request(self) -> JobRequest:
        """Return what was asked for."""
        return from_plain(self._read("request.json"), JobRequest, where=self.key)

    def write_state(self, state: JobState) -> None:
        """Write how it stands.

        Parameters
        ----------
        state : JobState
            The whole state; it replaces the one before.

        Raises
        ------
        StorageError
            It could not be written.
        """
        self._write("state.json", to_plain(state))

    def state(self) -> JobState:
        """Return how it stands; a job no worker has touched is pending."""
        try:
            return from_plain(self._read("state.json"), JobState, where=self.key)
        except NotFound:
            return JobState()

    def cancel(self, actor: str) -> None:
        """Ask the worker to stop; asking twice changes nothing.

        Parameters
        ----------
        actor : str
            Who asks.

        Raises
        ------
        StorageError
            It could not be written.
        """
        self.store.write_if(f"{self.key}/cancel", actor.encode(), None)

    @property
    def cancel_asked(self) -> bool:
        """Whether anybody asked the worker to stop."""
        return self.store.exists(f"{self.key}/cancel")

    def log_path(self) -> str:
        """Key of the log."""
        return f"{self.key}/log"

    def log(self) -> str:
        """Text of the log, empty where there is none."""
        key = self.log_path()
        return self.store.read(key).decode("utf-8", "replace") if self.store.exists(key) else ""

    def claim(self, now_ns: int) -> JobState:
        """Begin the next attempt and return its state, already written.

        Parameters
        ----------
        now_ns : int
            Now, nanoseconds UTC; start and first heartbeat of the attempt.

        Returns
        -------
        JobState
            In progress, its attempt one above the last.

        Raises
        ------
        StorageError
            The state is damaged or could not be written.
        """
        state = replace(JobState(), status="IN_PROGRESS", attempt=self.state().attempt + 1)
        state = replace(state, started_ns=now_ns, heartbeat_ns=now_ns)
        self.write_state(state)
        return state

    def _write(self, name: str, parts: object) -> None:
        """Write plain values as JSON."""
        self.store.write(f"{self.key}/{name}", (json.dumps(parts, ensure_ascii=False) + "\n").encode())

    def _read(self, name: str) -> object:
        """Read plain values from JSON."""
        key = f"{self.key}/{name}"
        try:
            return json.loads(self.store.read(key))
        except ValueError as error:
            raise StorageError(
                "This file of a job is damaged.", where=key, fix="Start the work again; the data is not touched."
            ) from error

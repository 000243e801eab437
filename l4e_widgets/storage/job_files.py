"""The files of a job and their three writers: the door asks, the worker reports, anybody cancels.

A job that is started again is the next attempt of the same request. Which attempt is wanted is told by files that are
created if absent, so two doors that ask at once get one attempt between them; the state carries the attempt that wrote
it, and an older attempt can never write over a newer one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from l4e_widgets.core.errors import Canceled, L4EError, NotFound, StorageError, error_from_dict
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
    worked_s : float
        Seconds of work up to the heartbeat by a clock that nobody sets and that stands still while the machine sleeps.
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
    worked_s: float = 0.0
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
            True where it had not ended and its last heartbeat is more than a minute away, in the past or, after the
            clock was set back, in the future: a living worker writes the next one within seconds.
        """
        return self.status == "IN_PROGRESS" and _is_long(now_ns - self.heartbeat_ns)


def _is_long(ns: int) -> bool:
    """Tell whether a heartbeat so far away is too far away."""
    return abs(ns) > STALE_AFTER_S * 1e9


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
        self.store.write(f"{self.key}/request.json", _json(to_plain(request)))

    def request(self) -> JobRequest:
        """Return what was asked for."""
        return from_plain(self._read("request.json"), JobRequest, where=self.key)

    def state(self) -> JobState:
        """Return how it stands; a job no worker has touched is pending."""
        try:
            return from_plain(self._read("state.json"), JobState, where=self.key)
        except NotFound:
            return JobState()

    def write_state(self, state: JobState) -> None:
        """Write how it stands, unless a newer attempt does so already.

        Parameters
        ----------
        state : JobState
            The whole state of a claimed attempt; it replaces the one before.

        Raises
        ------
        Canceled
            A newer attempt has taken over, or the job was deleted with its project; nothing was written.
        StorageError
            It could not be written.
        """
        while True:
            found = self.refuse_overtaken(state.attempt)
            if self.store.write_if(f"{self.key}/state.json", _json(to_plain(state)), found):
                return

    def refuse_overtaken(self, attempt: int) -> bytes:
        """Refuse to go on with an attempt that has been overtaken.

        Parameters
        ----------
        attempt : int
            Its number.

        Returns
        -------
        bytes
            The state as it lies there.

        Raises
        ------
        Canceled
            A newer attempt is at work, or the job was deleted with its project.
        """
        found = self._state_bytes()
        if found is None:
            raise Canceled("The project was deleted while this was at work.")
        if _attempt_of(found) > attempt:
            raise Canceled("A newer attempt has taken over.")
        return found

    def claim(self, now_ns: int) -> JobState:
        """Begin the attempt that is asked for, or the next one, and return its state, already written.

        Parameters
        ----------
        now_ns : int
            Now, nanoseconds UTC; start and first heartbeat of the attempt.

        Returns
        -------
        JobState
            In progress, its attempt above every one before; two workers that claim at once get different ones.

        Raises
        ------
        StorageError
            It could not be written.
        """
        while True:
            found = self._state_bytes()
            attempt = max(self.asked_attempt, (_attempt_of(found) if found is not None else 0) + 1)
            state = replace(JobState(), status="IN_PROGRESS", attempt=attempt, started_ns=now_ns, heartbeat_ns=now_ns)
            if self.store.write_if(f"{self.key}/state.json", _json(to_plain(state)), found):
                return state

    @property
    def asked_attempt(self) -> int:
        """Number of the newest attempt that a door asked for, from 1."""
        return max((1, *(_number(name) for name in self._named("restart-"))))

    def ask_again(self, attempt: int, *, actor: str, now_ns: int) -> bool:
        """Ask for an attempt; tell whether this call was the one that did.

        Parameters
        ----------
        attempt : int
            Its number, from 2.
        actor : str
            Who asks.
        now_ns : int
            When, nanoseconds UTC.

        Returns
        -------
        bool
            False where another door asked for the same attempt first.

        Raises
        ------
        StorageError
            It could not be written.
        """
        parts = {"actor": actor, "asked_ns": now_ns}
        return self.store.write_if(f"{self.key}/restart-{attempt}", _json(parts), None)

    def asked_ns(self, attempt: int) -> int:
        """When an attempt was asked for.

        Parameters
        ----------
        attempt : int
            Its number, from 1.

        Returns
        -------
        int
            Nanoseconds UTC; 0 where the file that says so is damaged.
        """
        if attempt < 2:
            return self.request().created_ns
        parts = self._read(f"restart-{attempt}")
        return int(parts.get("asked_ns", 0)) if isinstance(parts, dict) else 0

    def cancel(self, actor: str) -> bool:
        """Ask the newest attempt to stop; tell whether this call was the first to ask.

        Parameters
        ----------
        actor : str
            Who asks.

        Returns
        -------
        bool
            False where somebody had asked already; then nothing was changed.

        Raises
        ------
        StorageError
            It could not be written.
        """
        return self.store.write_if(self._cancel_key(self._newest_attempt), actor.encode(), None)

    def is_cancel_asked(self, attempt: int) -> bool:
        """Tell whether anybody asked an attempt to stop.

        Parameters
        ----------
        attempt : int
            Its number, from 1.

        Returns
        -------
        bool
            An attempt that was started after the cancelled one is not meant.
        """
        return self.store.exists(self._cancel_key(attempt))

    @property
    def cancel_asked(self) -> bool:
        """Whether anybody asked the newest attempt to stop."""
        return self.is_cancel_asked(self._newest_attempt)

    def log_path(self) -> str:
        """Key of the log."""
        return f"{self.key}/log"

    def log(self) -> str:
        """Text of the log, empty where there is none."""
        key = self.log_path()
        return self.store.read(key).decode("utf-8", "replace") if self.store.exists(key) else ""

    @property
    def _newest_attempt(self) -> int:
        """Return the number of the newest attempt, asked for or at work."""
        found = self._state_bytes()
        return max(self.asked_attempt, _attempt_of(found) if found is not None else 1)

    def _cancel_key(self, attempt: int) -> str:
        """Return the key of the file that asks an attempt to stop."""
        return f"{self.key}/cancel" if attempt < 2 else f"{self.key}/cancel-{attempt}"

    def _named(self, prefix: str) -> list[str]:
        """Return the names of the job's files that begin so, without the prefix."""
        return [name.removeprefix(prefix) for name in self.store.children(self.key) if name.startswith(prefix)]

    def _state_bytes(self) -> bytes | None:
        """Return the state as it lies there, None where no worker has begun."""
        try:
            return self.store.read(f"{self.key}/state.json")
        except NotFound:
            return None

    def _read(self, name: str) -> object:
        """Read plain values from JSON."""
        key = f"{self.key}/{name}"
        try:
            return json.loads(self.store.read(key))
        except (ValueError, RecursionError) as error:
            raise StorageError(
                "This file of a job is damaged.", where=key, fix="Start the work again; the data is not touched."
            ) from error


def _json(parts: object) -> bytes:
    """Return plain values as a line of JSON."""
    return (json.dumps(parts, ensure_ascii=False) + "\n").encode()


def _number(text: str) -> int:
    """Return a whole number, 1 where a hand wrote something else."""
    return int(text) if text.isdecimal() else 1


def _attempt_of(data: bytes) -> int:
    """Return the attempt that wrote a state, 0 where the state is damaged and any attempt may write over it."""
    try:
        return int(json.loads(data)["attempt"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0

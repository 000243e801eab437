"""The frame every job runs in: claims the attempt, reports steps and progress, ends with a state in words."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from l4e_widgets.core.errors import Canceled, JobFailed, L4EError, StorageError
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.job_files import JobFiles, JobRequest, JobState, JobStep
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.objects import open_store

__all__ = ["HEARTBEAT_S", "JobBody", "Work", "run_job"]

HEARTBEAT_S = 5.0
REPORT_EVERY_S = 0.2

logger = logging.getLogger("l4e_widgets.jobs")


class Work:
    """What a job body gets: where things lie, and how to say what it is doing.

    Parameters
    ----------
    documents : Documents
        Documents of the workspace.
    project : ProjectKeys
        Keys of the project.
    files : JobFiles
        Files of the job.
    request : JobRequest
        What was asked for.
    state : JobState
        The state just claimed.
    clock : callable
        Returns now, in nanoseconds UTC.
    """

    def __init__(
        self,
        documents: Documents,
        project: ProjectKeys,
        files: JobFiles,
        *,
        request: JobRequest,
        state: JobState,
        clock: Callable[[], int],
    ) -> None:
        self.documents = documents
        self.project = project
        self.request = request
        self._files = files
        self._clock = clock
        self._state = state
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._reported = 0.0
        self._shares: dict[str, float] = {}

    def plan(self, steps: dict[str, float]) -> None:
        """Say which steps follow, each with its usual share of the time.

        Parameters
        ----------
        steps : dict of str to float
            Name of each step, for people, in order, to its usual share; the shares need not sum to 1.
        """
        self._shares = steps
        self._report(steps=tuple(JobStep(name=name) for name in steps))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Mark a planned step as running, and as done when the block ends without an error.

        Parameters
        ----------
        name : str
            One of the planned steps.

        Yields
        ------
        None
            The step runs while the block does; a block that ends with an error leaves it as running.

        Raises
        ------
        Canceled
            Somebody asked to stop, or a newer attempt is at work.
        """
        self.check()
        started = time.monotonic()
        self._mark(name, "running", 0.0)
        self._report(message=name, progress=self._before(name))
        logger.info("%s", name)
        yield
        seconds = time.monotonic() - started
        self._mark(name, "done", seconds)
        self._report(progress=self._before(name) + self._shares.get(name, 0.0) / sum(self._shares.values()))
        logger.info("%s: done in %.2f s", name, seconds)

    def advance(self, fraction: float, message: str = "") -> None:
        """Say how far the running step is, 0 to 1; it is also where a cancelled job stops.

        Parameters
        ----------
        fraction : float
            Part of the running step that is done, 0 to 1.
        message : str
            What it is doing, for people; the step's name where empty.

        Raises
        ------
        Canceled
            Somebody asked to stop, or a newer attempt is at work.
        """
        now = time.monotonic()
        if now - self._reported < REPORT_EVERY_S:
            return
        self.check()
        running = next((step.name for step in self._state.steps if step.state == "running"), "")
        share = self._shares.get(running, 0.0) / (sum(self._shares.values()) or 1.0)
        self._report(progress=self._before(running) + share * fraction, message=message or running)

    def check(self) -> None:
        """Stop here when somebody asked for it or a newer attempt is at work.

        Raises
        ------
        Canceled
            It has to stop.
        """
        if self.is_cancel_asked:
            raise Canceled("The work was cancelled. Nothing half-made was kept.")
        self._files.refuse_overtaken(self._state.attempt)

    @property
    def is_cancel_asked(self) -> bool:
        """Whether somebody asked this attempt to stop; a newer attempt at work is another reason to."""
        return self._files.is_cancel_asked(self._state.attempt)

    def beat(self) -> None:
        """Tell that the worker lives.

        Raises
        ------
        Canceled
            A newer attempt is at work.
        StorageError
            It could not be written.
        """
        self._report()

    def finish(self, **changes: Any) -> None:
        """Write the last state.

        Parameters
        ----------
        **changes : object
            Fields of `JobState` to change, by name.

        Raises
        ------
        Canceled
            A newer attempt is at work, whose state stands.
        StorageError
            It could not be written.
        """
        self._report(**changes)

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds each step took so far."""
        return {step.name: step.seconds for step in self._state.steps}

    def _before(self, name: str) -> float:
        """Return the share of the time that lies before a step."""
        total = sum(self._shares.values()) or 1.0
        done = 0.0
        for step, share in self._shares.items():
            if step == name:
                break
            done += share
        return done / total

    def _mark(self, name: str, state: str, seconds: float) -> None:
        """Change the state of one step."""
        steps = tuple(
            JobStep(name=step.name, state=state, seconds=seconds) if step.name == name else step
            for step in self._state.steps
        )
        self._report(steps=steps)

    def _report(self, **changes: Any) -> None:
        """Write a changed state with a fresh heartbeat; an attempt that was overtaken writes nothing any more."""
        with self._lock:
            worked = time.monotonic() - self._began
            self._state = replace(self._state, heartbeat_ns=self._clock(), worked_s=worked, **changes)
            self._files.write_state(self._state)
            self._reported = time.monotonic()


JobBody = Callable[[Work], dict[str, Any]]


@dataclass(frozen=True)
class _Ending:
    """How a job ended and with which exit code its process leaves."""

    status: str
    exit_code: int
    error: L4EError | None = None
    result: dict[str, Any] | None = None


def run_job(uri: str, body: JobBody, *, clock: Callable[[], int] = time.time_ns) -> int:
    """Run a job body in its frame and return the exit code of the process.

    Parameters
    ----------
    uri : str
        Address of the job: a store, `#`, and the job's folder.
    body : callable
        Takes a `Work`, returns plain values.
    clock : callable
        Returns now, in nanoseconds UTC.

    Returns
    -------
    int
        0 done, 1 the input, 3 a defect of ours, 130 cancelled.
    """
    store_uri, _, key = uri.partition("#")
    store = open_store(store_uri)
    files = JobFiles(store, key)
    request = files.request()
    documents = Documents(store, clock, request.actor)
    project = ProjectKeys(key.split("/")[1])
    work = Work(documents, project, files, request=request, state=files.claim(clock()), clock=clock)
    ended = threading.Event()
    heart = threading.Thread(target=_beat, args=(work, ended), daemon=True)
    heart.start()
    try:
        ending = _run(work, body)
    finally:
        ended.set()
    heart.join()
    return _finished(work, ending)


def _finished(work: Work, ending: _Ending) -> int:
    """Write how the job ended and return the exit code; where that cannot be written the log says it."""
    error = ending.error.to_dict() if ending.error else {}
    changes: dict[str, Any] = {"progress": 1.0} if ending.status == "SUCCESS" else {}
    try:
        work.finish(status=ending.status, error=error, result=ending.result or {}, **changes)
    except (Canceled, StorageError) as refused:
        logger.info("%s", refused)
        return refused.exit_code
    return ending.exit_code


def _run(work: Work, body: JobBody) -> _Ending:
    """Run the body; this is the job runner's outermost frame, one of the three places that catch everything."""
    try:
        return _Ending("SUCCESS", 0, result=body(work))
    except Canceled as error:
        return _Ending("CANCELED", error.exit_code, error)
    except L4EError as error:
        logger.info("%s", error)
        return _Ending("FAILED", error.exit_code, error)
    except Exception as error:  # noqa: BLE001, RUF100  outermost frame of the job runner
        logger.exception("The job ended with a defect")
        defect = JobFailed(
            f"This is a defect of ours ({type(error).__name__}): {error}",
            fix="The job's log holds the details; send it with a report.",
        )
        return _Ending("FAILED", defect.exit_code, defect)


def _beat(work: Work, ended: threading.Event) -> None:
    """Tell every few seconds that the worker lives, until the job has ended or a newer attempt is at work."""
    while not ended.wait(HEARTBEAT_S):
        try:
            work.beat()
        except Canceled:
            return
        except StorageError as error:
            logger.info("%s", error)

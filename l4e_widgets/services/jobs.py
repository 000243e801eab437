"""Jobs as a door sees them: start, watch, wait, cancel, start again."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from l4e_widgets.core.errors import Blocked, JobFailed, L4EError, NotFound, StorageError
from l4e_widgets.core.times import NS_PER_SECOND, iso_z
from l4e_widgets.services.context import Context
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.documents import to_plain
from l4e_widgets.storage.job_files import ACTIVE, JobFiles, JobRequest, JobState, JobStep
from l4e_widgets.storage.layout import ProjectKeys

__all__ = ["JobView", "cancel_job", "job", "job_log", "list_jobs", "restart_job", "start_job", "wait_for_job"]

POLL_S = 0.05
CANCEL_GRACE_S = 5.0
STALE_GRACE_S = 15.0
LEFT_FROM_PROGRESS = 0.05


@dataclass(frozen=True, kw_only=True)
class JobView:
    """How a job stands.

    Parameters
    ----------
    id : str
        Name of the job.
    kind : str
        ``ingest``, ``train`` or ``report``.
    status : str
        PENDING, IN_PROGRESS, SUCCESS, FAILED or CANCELED.
    attempt : int
        How many times it was started, this one included.
    stale : bool
        Whether its worker has not been heard of for a minute, or did not begin within one.
    progress : float
        0 to 1.
    message : str
        What it is doing.
    steps : tuple of JobStep
        In order.
    seconds : float
        Time it has taken so far.
    seconds_left : float or None
        Estimate; None where it cannot be told yet.
    error : L4EError or None
        Why it failed.
    result : dict
        Plain values where it succeeded.
    """

    id: str
    kind: str
    status: str
    attempt: int
    stale: bool
    progress: float
    message: str
    steps: tuple[JobStep, ...]
    seconds: float
    seconds_left: float | None
    error: L4EError | None
    result: dict[str, Any]

    @property
    def is_active(self) -> bool:
        """Whether it is still to come or under way."""
        return self.status in ACTIVE


def start_job(context: Context, project: ProjectKeys, kind: str, arguments: object) -> JobView:
    """Write a request and start its worker.

    Parameters
    ----------
    context : Context
        The workspace.
    project : ProjectKeys
        Keys of the project.
    kind : str
        Which job.
    arguments : dataclass or dict
        What the job takes.

    Returns
    -------
    JobView
        The job, pending.
    """
    now = context.clock()
    stamp = iso_z(now)[:19].replace(":", "").replace("-", "")
    job_id = f"{stamp}-{kind}-{secrets.token_hex(3)}"
    files = JobFiles(context.store, project.job(job_id))
    parts = arguments if isinstance(arguments, dict) else to_plain(arguments)
    files.write_request(JobRequest(id=job_id, kind=kind, arguments=parts, actor=context.actor, created_ns=now))
    context.runner.start(kind, context.store, files.key)
    return job(context, project, job_id)


def job(context: Context, project: ProjectKeys, job_id: str) -> JobView:
    """Look at a job.

    Parameters
    ----------
    context : Context
        The workspace.
    project : ProjectKeys
        Keys of the project.
    job_id : str
        Name of the job.

    Returns
    -------
    JobView
        How it stands now.

    Raises
    ------
    NotFound
        There is no such job.
    """
    files = JobFiles(context.store, project.job(job_id))
    try:
        request = files.request()
    except NotFound:
        raise NotFound(
            f'There is no job called "{job_id}".', fix="It may have been deleted with its project."
        ) from None
    return _view(context, files, request)


def _view(context: Context, files: JobFiles, request: JobRequest) -> JobView:
    """Return a job as a door sees it; a worker that died without a last word has failed."""
    now_ns, asked = context.clock(), files.asked_attempt
    try:
        state = files.state()
    except StorageError as damaged:
        state = JobState(status="FAILED", attempt=asked, error=damaged.to_dict())
    if state.attempt < asked:
        state = JobState()
    status, error, stale = state.status, state.failure, state.is_stale(now_ns)
    if status == "PENDING":
        stale = replace(state, status="IN_PROGRESS", heartbeat_ns=files.asked_ns(asked)).is_stale(now_ns)
    if context.runner.has_ended(files.key) and status in ACTIVE:
        status, stale = "FAILED", False
        error = JobFailed(
            "The process that did the work ended without a word.",
            fix="It may have run out of memory. Its log may say more; start it again.",
        )
    since_heartbeat = (now_ns - state.heartbeat_ns) / NS_PER_SECOND if status == "IN_PROGRESS" and not stale else 0.0
    seconds = state.worked_s + max(0.0, since_heartbeat)
    told = state.progress > LEFT_FROM_PROGRESS and status == "IN_PROGRESS" and not stale
    return JobView(
        id=request.id,
        kind=request.kind,
        status=status,
        attempt=max(asked, state.attempt),
        stale=stale,
        progress=state.progress,
        message=state.message,
        steps=state.steps,
        seconds=seconds,
        seconds_left=seconds * (1 - state.progress) / state.progress if told else None,
        error=error,
        result=state.result,
    )


def list_jobs(context: Context, project: ProjectKeys) -> tuple[JobView, ...]:
    """Return the jobs of a project, oldest first.

    Parameters
    ----------
    context : Context
        The workspace.
    project : ProjectKeys
        Keys of the project.

    Returns
    -------
    tuple of JobView
        How each stands.
    """
    return tuple(view for job_id in context.store.children(project.jobs) if (view := _listed(context, project, job_id)))


def _listed(context: Context, project: ProjectKeys, job_id: str) -> JobView | None:
    """Return a job for a list: None where nothing was asked for before a program died, failed where it is damaged."""
    try:
        return job(context, project, job_id)
    except NotFound:
        return None
    except StorageError as error:
        return JobView(
            id=job_id,
            kind=next((part for part in job_id.split("-")[1:2]), ""),
            status="FAILED",
            attempt=1,
            stale=False,
            progress=0.0,
            message="",
            steps=(),
            seconds=0.0,
            seconds_left=None,
            error=error,
            result={},
        )


def cancel_job(context: Context, project: ProjectKeys, job_id: str) -> None:
    """Ask a job to stop at the next place where it can; asking twice changes nothing.

    Parameters
    ----------
    context : Context
        The workspace.
    project : ProjectKeys
        Keys of the project.
    job_id : str
        Name of the job.

    Raises
    ------
    NotFound
        There is no such job.
    """
    job(context, project, job_id)
    if JobFiles(context.store, project.job(job_id)).cancel(context.actor):
        log_action(context.documents, project.actions, "cancel_job", {"job": job_id})


def restart_job(context: Context, project: ProjectKeys, job_id: str) -> JobView:
    """Start a job that failed, was cancelled or whose worker is gone once more, as its next attempt.

    Two doors that ask at once start one attempt between them. A worker that was only asleep gives way when it wakes.

    Parameters
    ----------
    context : Context
        The workspace.
    project : ProjectKeys
        Keys of the project.
    job_id : str
        Name of the job.

    Returns
    -------
    JobView
        The job, pending or already under way.

    Raises
    ------
    NotFound
        There is no such job.
    Blocked
        It is at work, or has ended well.
    """
    view = job(context, project, job_id)
    if view.status == "SUCCESS" or (view.is_active and not view.stale):
        raise Blocked(
            f"This job was not started again: it {'has ended well' if view.status == 'SUCCESS' else 'is at work'}.",
            where=job_id,
            fix="Only a job that failed, was cancelled or is not heard of any more can be started again.",
        )
    files = JobFiles(context.store, project.job(job_id))
    if files.ask_again(view.attempt + 1, actor=context.actor, now_ns=context.clock()):
        log_action(context.documents, project.actions, "restart_job", {"job": job_id, "attempt": view.attempt + 1})
        context.runner.start(view.kind, context.store, files.key)
    return job(context, project, job_id)


def job_log(context: Context, project: ProjectKeys, job_id: str) -> str:
    """Return the log of a job.

    Parameters
    ----------
    context : Context
        The workspace.
    project : ProjectKeys
        Keys of the project.
    job_id : str
        Name of the job.

    Returns
    -------
    str
        Text, empty where nothing was logged.
    """
    return JobFiles(context.store, project.job(job_id)).log()


def wait_for_job(
    context: Context,
    project: ProjectKeys,
    job_id: str,
    *,
    timeout_s: float | None = None,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Wait until a job has ended.

    Interrupted from the keyboard it asks the job to stop, waits a little for it and ends it. A worker that is not
    heard of is given some seconds more to write again, because the machine may just have woken up.

    Parameters
    ----------
    context : Context
        The workspace.
    project : ProjectKeys
        Keys of the project.
    job_id : str
        Name of the job.
    timeout_s : float, optional
        Give up waiting after so many seconds; the job goes on.
    watch : callable, optional
        Called with the view whenever it was looked at.

    Returns
    -------
    JobView
        The ended job.

    Raises
    ------
    L4EError
        The job failed or was cancelled: its own error.
    JobFailed
        It did not end in time, or its worker is gone.
    """
    started = silent_since = time.monotonic()
    try:
        while True:
            view = job(context, project, job_id)
            if watch:
                watch(view)
            if not view.is_active:
                break
            silent_since = silent_since if view.stale else time.monotonic()
            if time.monotonic() - silent_since > STALE_GRACE_S:
                raise JobFailed(
                    "The worker has not been heard of for a minute.", where=job_id, fix="Start the job again."
                )
            if timeout_s is not None and time.monotonic() - started > timeout_s:
                raise JobFailed(
                    f"It has not ended within {timeout_s:.0f} s; it goes on without us.",
                    where=f"{view.kind}: {view.message}",
                    fix="Look at it again later.",
                )
            time.sleep(POLL_S)
    except (KeyboardInterrupt, SystemExit):
        _end(context, project, job_id)
        raise
    if view.error is not None:
        raise view.error
    return view


def _end(context: Context, project: ProjectKeys, job_id: str) -> None:
    """Cancel a job and see to it that its worker is gone."""
    cancel_job(context, project, job_id)
    key = project.job(job_id)
    until = time.monotonic() + CANCEL_GRACE_S
    while context.runner.has_ended(key) is False and time.monotonic() < until:
        time.sleep(POLL_S)
    context.runner.stop(key)

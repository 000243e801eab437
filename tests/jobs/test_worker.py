"""A job ends in words however it ends, and is never left half-done."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from l4e_widgets.compute.runner import LocalRunner, job_uri
from l4e_widgets.core.errors import DataError, JobFailed
from l4e_widgets.jobs.__main__ import main
from l4e_widgets.jobs.worker import Work, run_job
from l4e_widgets.services import jobs as jobs_service
from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.jobs import cancel_job, job, list_jobs, wait_for_job
from l4e_widgets.storage.job_files import JobFiles, JobRequest
from l4e_widgets.storage.layout import ProjectKeys

PROJECT = ProjectKeys.of("pump")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """An empty workspace."""
    return open_context(tmp_path)


def asked(context: Context, job_id: str = "one", kind: str = "ingest") -> JobFiles:
    """A job whose request is written and that nobody works on."""
    files = JobFiles(context.store, PROJECT.job(job_id))
    files.write_request(JobRequest(id=job_id, kind=kind, arguments={}, actor="ada", created_ns=0))
    return files


def test_a_body_that_ends_well_leaves_its_result_and_its_steps(context: Context) -> None:
    files = asked(context)

    def body(work: Work) -> dict[str, Any]:
        work.plan({"First": 1, "Second": 3})
        with work.step("First"):
            work.advance(0.5)
        assert files.state().progress == pytest.approx(0.25)
        with work.step("Second"):
            pass
        return {"answer": 42}

    assert run_job(job_uri(context.store, files.key), body) == 0
    state = files.state()
    assert (state.status, state.progress, state.result, state.attempt) == ("SUCCESS", 1.0, {"answer": 42}, 1)
    assert [step.state for step in state.steps] == ["done", "done"]


def test_an_error_crosses_the_process_with_all_its_parts(context: Context) -> None:
    files = asked(context)
    error = DataError("It is broken.", where="pump.csv, row 3", got="x", expected="a number", fix="Mend it.")

    def body(_work: Work) -> dict[str, Any]:
        raise error

    assert run_job(job_uri(context.store, files.key), body) == 1
    found = job(context, PROJECT, "one").error
    assert type(found) is DataError
    assert str(found) == str(error)


def test_a_defect_of_ours_is_a_sentence_with_exit_code_three(context: Context) -> None:
    files = asked(context)

    def body(_work: Work) -> dict[str, Any]:
        raise ZeroDivisionError("by zero")

    assert run_job(job_uri(context.store, files.key), body) == 3
    assert "defect of ours" in str(job(context, PROJECT, "one").error)


def test_a_cancelled_job_stops_at_its_next_step(context: Context) -> None:
    files = asked(context)
    reached = []

    def body(work: Work) -> dict[str, Any]:
        work.plan({"First": 1, "Second": 1})
        with work.step("First"):
            cancel_job(context, PROJECT, "one")
            cancel_job(context, PROJECT, "one")
        with work.step("Second"):
            reached.append("second")
        return {}

    assert run_job(job_uri(context.store, files.key), body) == 130
    assert files.state().status == "CANCELED"
    assert reached == []


def test_an_older_attempt_gives_way_to_a_newer_one(context: Context) -> None:
    files = asked(context)

    def body(work: Work) -> dict[str, Any]:
        files.claim(0)
        work.check()
        return {}

    assert run_job(job_uri(context.store, files.key), body) == 130


def test_a_worker_that_is_not_heard_of_is_stale_by_reading_alone(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_service, "STALE_GRACE_S", 0.0)
    files = asked(context)
    state = files.claim(10**9)
    assert not state.is_stale(30 * 10**9)
    assert state.is_stale(90 * 10**9)
    with pytest.raises(JobFailed, match="not been heard of"):
        wait_for_job(context, PROJECT, "one")
    assert files.state() == state


def test_a_worker_killed_from_outside_is_told_at_once(context: Context, tmp_path: Path) -> None:
    rows = "\n".join(f"2025-01-01 00:{i // 60:02}:{i % 60:02},{i % 7}" for i in range(3_000))
    (tmp_path / "x.csv").write_text("time,flow\n" + rows)
    runner = context.runner
    assert isinstance(runner, LocalRunner)
    files = asked(context)
    runner.start("ingest", context.store, files.key)
    process = runner._started[files.key]
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    with pytest.raises(JobFailed, match="ended without a word"):
        wait_for_job(context, PROJECT, "one", timeout_s=10)


def test_interrupted_while_waiting_the_worker_is_gone(context: Context) -> None:
    files = asked(context)
    runner = context.runner
    assert isinstance(runner, LocalRunner)

    def interrupt(_view: object) -> None:
        raise KeyboardInterrupt

    runner.start("ingest", context.store, files.key)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        wait_for_job(context, PROJECT, "one", watch=interrupt)
    assert runner.has_ended(files.key)
    assert files.cancel_asked
    assert time.monotonic() - started < 30


def test_the_entry_point_refuses_what_it_does_not_know() -> None:
    assert main(["dance", "file:///nowhere#x"]) == 2
    assert main([]) == 2


def test_jobs_are_listed_in_the_order_they_were_asked_for(context: Context) -> None:
    for job_id in ("20250101T000000-ingest-b", "20250102T000000-train-a"):
        asked(context, job_id)
    assert [view.id for view in list_jobs(context, PROJECT)] == ["20250101T000000-ingest-b", "20250102T000000-train-a"]

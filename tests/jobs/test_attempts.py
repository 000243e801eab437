"""Attempts of a job: fenced, stale by reading alone, started again; sleep, two doors, death and a full disk."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from l4e_widgets.compute.runner import LocalRunner, job_uri
from l4e_widgets.core.errors import Blocked, JobFailed, NotFound, StorageError
from l4e_widgets.jobs import worker as worker_module
from l4e_widgets.jobs.worker import Work, run_job
from l4e_widgets.services import jobs as jobs_service
from l4e_widgets.services.context import Context
from l4e_widgets.services.jobs import cancel_job, job, job_log, list_jobs, restart_job, start_job, wait_for_job
from l4e_widgets.storage.actions import read_actions
from l4e_widgets.storage.job_files import JobFiles, JobRequest
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.objects import LocalStore
from l4e_widgets.storage.records import SeriesManifest
from tests.small import SetClock

PROJECT = ProjectKeys.of("pump")
ID = "20250101T000000-report-a"


class IdleRunner:
    """Notes what it was asked to start, and starts nothing."""

    def __init__(self) -> None:
        self.started: list[str] = []

    def start(self, kind: str, store: object, key: str) -> None:
        """Note the kind."""
        del store, key
        self.started.append(kind)

    def has_ended(self, key: str) -> bool | None:
        """Know nothing."""
        del key

    def stop(self, key: str) -> None:
        """Do nothing."""


@pytest.fixture
def clock() -> SetClock:
    """A clock that tests set."""
    return SetClock()


@pytest.fixture
def context(tmp_path: Path, clock: SetClock) -> Context:
    """A workspace in which nobody works."""
    return Context(LocalStore(tmp_path), IdleRunner(), clock, "ada")


@pytest.fixture
def files(context: Context) -> JobFiles:
    """A job whose request is written."""
    files = JobFiles(context.store, PROJECT.job(ID))
    files.write_request(JobRequest(id=ID, kind="report", arguments={}, actor="ada", created_ns=context.clock()))
    return files


def run(context: Context, files: JobFiles, body: Callable[[Work], dict[str, Any]]) -> int:
    """Do the job here."""
    return run_job(job_uri(context.store, files.key), body, clock=context.clock)


def test_three_writers_write_three_files(context: Context, files: JobFiles) -> None:
    request = context.store.read(f"{files.key}/request.json")
    assert context.store.children(files.key) == ["request.json"]

    def body(_work: Work) -> dict[str, Any]:
        cancel_job(context, PROJECT, ID)
        return {"done": True}

    assert run(context, files, body) == 0
    assert context.store.children(files.key) == ["cancel", "request.json", "state.json"]
    assert context.store.read(f"{files.key}/request.json") == request
    assert context.store.read(f"{files.key}/cancel") == b"ada"


def test_an_older_attempt_writes_nothing_over_a_newer_one(
    context: Context, files: JobFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "REPORT_EVERY_S", -1.0)
    newer = []

    def body(work: Work) -> dict[str, Any]:
        work.plan({"First": 1})
        newer.append(files.claim(context.clock()))
        for report in (work.beat, work.check, lambda: work.plan({"Other": 1}), lambda: work.advance(0.9)):
            with pytest.raises(worker_module.Canceled, match="newer attempt"):
                report()
        return {"mine": True}

    assert run(context, files, body) == 130
    assert files.state() == newer[0]
    assert (files.state().attempt, files.state().status, files.state().result) == (2, "IN_PROGRESS", {})


def test_the_heart_of_an_older_attempt_stops(
    context: Context, files: JobFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "HEARTBEAT_S", 0.001)
    hearts: list[threading.Thread] = []

    def body(_work: Work) -> dict[str, Any]:
        hearts.extend(thread for thread in threading.enumerate() if "_beat" in thread.name)
        files.claim(0)
        hearts[0].join(timeout=30)
        assert not hearts[0].is_alive()
        return {}

    assert run(context, files, body) == 130
    assert (files.state().attempt, files.state().heartbeat_ns) == (2, 0)


def test_workers_that_begin_at_once_get_different_attempts(context: Context, files: JobFiles) -> None:
    attempts: list[int] = []
    threads = [threading.Thread(target=lambda: attempts.append(files.claim(0).attempt)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(attempts) == [1, 2, 3, 4]


def test_a_deleted_job_is_not_written_back(context: Context, files: JobFiles) -> None:
    def body(work: Work) -> dict[str, Any]:
        context.store.delete_tree(PROJECT.root)
        with pytest.raises(worker_module.Canceled, match="deleted"):
            work.check()
        return {}

    assert run(context, files, body) == 130
    assert context.store.children("projects") == []


def test_a_failed_job_starts_again_as_the_next_attempt(context: Context, files: JobFiles) -> None:
    def fail(_work: Work) -> dict[str, Any]:
        raise StorageError("The disk is full.")

    assert run(context, files, fail) == 1
    view = restart_job(context, PROJECT, ID)
    assert (view.status, view.attempt, view.error) == ("PENDING", 2, None)
    assert run(context, files, lambda _work: {"answer": 42}) == 0
    view = job(context, PROJECT, ID)
    assert (view.status, view.attempt, view.result) == ("SUCCESS", 2, {"answer": 42})
    assert [line["action"] for line in read_actions(context.documents, PROJECT.actions)] == ["restart_job"]
    with pytest.raises(Blocked, match="has ended well"):
        restart_job(context, PROJECT, ID)


def test_only_what_does_not_work_any_more_is_started_again(context: Context, files: JobFiles, clock: SetClock) -> None:
    files.claim(clock())
    with pytest.raises(Blocked, match="is at work"):
        restart_job(context, PROJECT, ID)
    clock.advance(61)
    assert job(context, PROJECT, ID).stale
    assert restart_job(context, PROJECT, ID).attempt == 2
    with pytest.raises(Blocked, match="is at work"):
        restart_job(context, PROJECT, ID)
    clock.advance(61)
    assert restart_job(context, PROJECT, ID).attempt == 3
    with pytest.raises(NotFound, match="no job called"):
        restart_job(context, PROJECT, "nothing")


def test_two_doors_that_start_again_at_once_start_one_attempt(context: Context, files: JobFiles) -> None:
    assert run(context, files, lambda _work: 1 / 0) == 3  # type: ignore[arg-type, return-value]
    seen = job(context, PROJECT, ID)
    assert files.ask_again(seen.attempt + 1, actor="ada", now_ns=context.clock())
    assert not files.ask_again(seen.attempt + 1, actor="bert", now_ns=context.clock())
    assert files.asked_attempt == 2


def test_two_doors_that_cancel_at_once_cancel_once(context: Context, files: JobFiles) -> None:
    doors = [Context(context.store, context.runner, context.clock, actor) for actor in ("ada", "bert", "carl")]
    gate = threading.Barrier(len(doors))

    def cancel(door: Context) -> None:
        gate.wait(timeout=30)
        cancel_job(door, PROJECT, ID)

    def body(work: Work) -> dict[str, Any]:
        threads = [threading.Thread(target=cancel, args=(door,)) for door in doors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        work.check()
        return {}

    assert run(context, files, body) == 130
    assert files.state().status == "CANCELED"
    lines = read_actions(context.documents, PROJECT.actions)
    assert [line["action"] for line in lines] == ["cancel_job"]
    assert context.store.read(f"{files.key}/cancel").decode() == lines[0]["actor"]


def test_a_cancelled_job_can_be_started_again_and_cancelled_again(context: Context, files: JobFiles) -> None:
    cancel_job(context, PROJECT, ID)
    assert run(context, files, lambda work: work.check() or {}) == 130  # type: ignore[func-returns-value]
    assert restart_job(context, PROJECT, ID).attempt == 2
    assert not files.cancel_asked
    cancel_job(context, PROJECT, ID)
    assert run(context, files, lambda work: work.check() or {}) == 130  # type: ignore[func-returns-value]
    assert restart_job(context, PROJECT, ID).attempt == 3
    assert run(context, files, lambda work: work.check() or {}) == 0  # type: ignore[func-returns-value]


@pytest.mark.parametrize("jump_s", [8 * 3_600, -8 * 3_600, 61, -61])
def test_a_laptop_that_slept_is_no_reason_to_give_up_on_a_worker(
    context: Context, files: JobFiles, clock: SetClock, jump_s: float
) -> None:
    seen: list[tuple[str, bool]] = []

    def look() -> None:
        view = job(context, PROJECT, ID)
        seen.append((view.status, view.stale))

    def body(work: Work) -> dict[str, Any]:
        look()
        clock.advance(jump_s)
        look()
        work.beat()
        look()
        return {}

    assert run(context, files, body) == 0
    assert seen == [("IN_PROGRESS", False), ("IN_PROGRESS", True), ("IN_PROGRESS", False)]
    assert 0 <= job(context, PROJECT, ID).seconds < 60


def test_who_waits_goes_on_when_the_worker_writes_again(
    context: Context, files: JobFiles, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_service, "POLL_S", 0.001)
    stale: list[bool] = []

    def wake(view: jobs_service.JobView) -> None:
        stale.append(view.stale)
        if len(stale) == 1:
            clock.advance(8 * 3_600)
        elif len(stale) == 3:
            run(context, files, lambda _work: {"awake": True})

    files.claim(clock())
    assert wait_for_job(context, PROJECT, ID, watch=wake).result == {"awake": True}
    assert stale == [False, True, True, False]


def test_who_waits_gives_up_on_a_worker_that_stays_silent(
    context: Context, files: JobFiles, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_service, "STALE_GRACE_S", 0.01)
    files.claim(clock())
    clock.advance(3_600)
    with pytest.raises(JobFailed, match=r"not been heard of.*Start the job again"):
        wait_for_job(context, PROJECT, ID)


def test_a_job_whose_worker_never_began_is_stale_after_a_minute(
    context: Context, files: JobFiles, clock: SetClock
) -> None:
    assert (job(context, PROJECT, ID).status, job(context, PROJECT, ID).stale) == ("PENDING", False)
    clock.advance(61)
    assert (job(context, PROJECT, ID).status, job(context, PROJECT, ID).stale) == ("PENDING", True)
    assert context.store.children(files.key) == ["request.json"]


def test_progress_tells_the_time_that_is_left(context: Context, files: JobFiles, clock: SetClock) -> None:
    def body(work: Work) -> dict[str, Any]:
        work.plan({"First": 1, "Second": 3})
        with work.step("First"):
            assert job(context, PROJECT, ID).seconds_left is None
        clock.advance(10)
        view = job(context, PROJECT, ID)
        assert view.progress == pytest.approx(0.25)
        assert view.seconds_left == pytest.approx(3 * view.seconds)
        assert view.seconds == pytest.approx(10, abs=1)
        return {}

    assert run(context, files, body) == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b'{"attempt": "x"}', b"\xff"])
def test_a_state_edited_into_nonsense_is_a_failed_job_that_can_be_started_again(
    context: Context, files: JobFiles, content: bytes
) -> None:
    context.store.write(f"{files.key}/state.json", content)
    view = job(context, PROJECT, ID)
    assert view.status == "FAILED"
    assert isinstance(view.error, StorageError)
    assert restart_job(context, PROJECT, ID).attempt == 2
    assert run(context, files, lambda _work: {}) == 0
    assert job(context, PROJECT, ID).status == "SUCCESS"


def test_a_request_edited_into_nonsense_spoils_no_list(context: Context, files: JobFiles) -> None:
    context.store.write(f"{files.key}/request.json", b"{}")
    context.store.write(f"{PROJECT.job('20250102T000000-train-b')}/log", b"died before it was asked")
    views = list_jobs(context, PROJECT)
    assert [(view.id, view.kind, view.status) for view in views] == [(ID, "report", "FAILED")]
    assert "does not hold what it should" in str(views[0].error)


def rows(path: Path, n_rows: int, first: int = 0) -> str:
    """Write a CSV of one sensor, and return its path."""
    moments = (f"2025-01-{1 + i // 1440 % 28:02} {i // 60 % 24:02}:{i % 60:02}:00" for i in range(first, n_rows))
    path.write_text("time,flow\n" + "\n".join(f"{moment},{i * i % 977}" for i, moment in enumerate(moments, first)))
    return str(path)


def ingest(context: Context, source: str, kind: str = "ingest") -> JobFiles:
    """Ask for an ingestion or an addition that nobody works on."""
    arguments = {"sources": [source], "shown_as": ["x.csv"], "options": {}}
    return JobFiles(context.store, PROJECT.job(start_job(context, PROJECT, kind, arguments).id))


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from l4e_widgets.jobs.__main__ import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize(("limit", "status"), [(20_000, "FAILED"), (100, "PENDING")])
def test_a_full_disk_is_a_sentence_and_the_work_can_be_done_again(
    context: Context, tmp_path: Path, clock: SetClock, limit: int, status: str
) -> None:
    files = ingest(context, rows(tmp_path / "x.csv", 40_000))
    command = [sys.executable, "-c", LIMITED, str(limit), "ingest", job_uri(context.store, files.key)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 1
    assert "The disk is full" in ended.stderr
    assert "Traceback" not in ended.stderr
    view = job(context, PROJECT, list_jobs(context, PROJECT)[0].id)
    assert view.status == status
    if status == "FAILED":
        assert "The disk is full" in str(view.error)
    assert not context.store.exists(PROJECT.dataset)
    assert list(tmp_path.rglob("*.part")) == []
    clock.now_ns = time.time_ns() + 3_600 * 10**9
    restart_job(context, PROJECT, view.id)
    ended = subprocess.run([sys.executable, "-m", "l4e_widgets.jobs", *command[4:]], timeout=120, check=False)
    assert ended.returncode == 0
    assert job(context, PROJECT, view.id).status == "SUCCESS"


def kill_and_start_again(context: Context, tmp_path: Path, n_kills: int, *, seed: int, kind: str = "ingest") -> int:
    """Kill real workers at random instants, each attempt started again, let the last one end; how many were killed."""
    killed = 0
    chance = random.Random(seed)
    files, expected = ask_for(context, tmp_path, kind)
    runner = LocalRunner()
    mine = Context(context.store, runner, time.time_ns, "ada")
    runner.start(kind, context.store, files.key)
    job_id = files.request().id
    for _ in range(n_kills):
        worker = runner._started[files.key]
        try:
            worker.wait(timeout=chance.uniform(0.2, 2.5))
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
            killed += 1
        worker.wait(timeout=30)
        view = job(mine, PROJECT, job_id)
        if view.status == "SUCCESS":
            break
        assert view.status == "FAILED"
        assert "ended without a word" in str(view.error)
        restart_job(mine, PROJECT, job_id)
    view = wait_for_job(mine, PROJECT, job_id, timeout_s=120)
    assert (view.status, view.result["rows"]) == ("SUCCESS", expected)
    assert "Traceback" not in job_log(mine, PROJECT, job_id)
    series = context.store.local_path(PROJECT.series("main"))
    manifest = context.documents.get(f"{PROJECT.series('main')}/manifest.json", SeriesManifest).value
    assert (sum(part.n_rows for part in manifest.parts) - 30_000) % 15_000 == 0
    assert {path.name for path in series.glob("*part*")} == {part.name for part in manifest.parts}
    return killed


def ask_for(context: Context, tmp_path: Path, kind: str) -> tuple[JobFiles, int]:
    """Ask for an ingestion, or for an addition to what one made; and how many rows there are in the end."""
    files = ingest(context, rows(tmp_path / "x.csv", 30_000))
    if kind == "ingest":
        return files, 30_000
    begun = LocalRunner()
    begun.start("ingest", context.store, files.key)
    assert begun._started[files.key].wait(timeout=120) == 0
    return ingest(context, rows(tmp_path / "y.csv", 40_000, 25_000), "append"), 40_000


def test_a_worker_killed_at_random_does_its_work_when_started_again(context: Context, tmp_path: Path) -> None:
    kill_and_start_again(context, tmp_path, 2, seed=1, kind="append")


@pytest.mark.soak
def test_workers_killed_at_fifty_random_instants_do_their_work_when_started_again(
    context: Context, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    killed = number = 0
    while killed < 50:
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        there = Context(LocalStore(folder / "workspace"), context.runner, context.clock, "ada")
        killed += kill_and_start_again(there, folder, 5, seed=number, kind=("ingest", "append")[number % 2])
    what = "ingestions and additions"
    record_property("counted", f"{killed} workers of {what} killed at random instants, each started again")

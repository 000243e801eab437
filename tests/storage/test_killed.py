"""Killed at every boundary and at random instants, what is stored is old or new, never neither."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from l4e_widgets.storage.actions import log_action, read_actions
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.job_files import JobFiles, JobState
from l4e_widgets.storage.objects import LocalStore
from l4e_widgets.storage.records import ProjectRecord
from tests.killing import dying, points

KEY = "projects/p/project.json"
Act = Callable[[Documents], object]


def documents(root: Path) -> Documents:
    """Documents of a folder at a fixed time."""
    return Documents(LocalStore(root), lambda: 10**9, "ada")


def change_job(mine: Documents) -> None:
    """Say how a job stands."""
    files = JobFiles(mine.store, "projects/p/jobs/one")
    files.write_state(JobState(status="SUCCESS", attempt=1, progress=1.0))


def write_table(mine: Documents) -> None:
    """Write a file by its path."""
    with mine.store.writing("projects/p/table") as path:
        path.write_bytes(b"new" * 1000)


ACTS: dict[str, Act] = {
    "document": lambda mine: mine.put(KEY, ProjectRecord(name="new"), expected_revision=1),
    "new document": lambda mine: mine.put("projects/p/other.json", ProjectRecord(name="new"), expected_revision=0),
    "job": change_job,
    "table": write_table,
    "log": lambda mine: log_action(mine, "projects/p/actions.jsonl", "second", {"note": "Größe"}),
    "delete": lambda mine: mine.store.delete(KEY),
}


def state_of(mine: Documents) -> dict[str, object]:
    """Everything that a reader sees."""
    store = mine.store
    seen: dict[str, object] = {
        key: mine.get(key, ProjectRecord).value.name if store.exists(key) else None
        for key in (KEY, "projects/p/other.json")
    }
    seen["job"] = JobFiles(store, "projects/p/jobs/one").state()
    seen["table"] = store.read("projects/p/table")
    seen["log"] = [line["action"] for line in read_actions(mine, "projects/p/actions.jsonl")]
    seen["names"] = store.children("projects/p")
    return seen


def prepared(root: Path) -> Documents:
    """A project as it was before."""
    mine = documents(root)
    mine.put(KEY, ProjectRecord(name="old"))
    JobFiles(mine.store, "projects/p/jobs/one").claim(0)
    mine.store.write("projects/p/table", b"old" * 1000)
    log_action(mine, "projects/p/actions.jsonl", "first", {})
    return mine


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_killed_at_every_boundary_the_old_or_the_new_state_is_there(
    tmp_path: Path, act: Act, record_property: Callable[[str, object], None]
) -> None:
    old = state_of(prepared(tmp_path / "counted"))
    with dying(tmp_path / "counted") as counted:
        act(documents(tmp_path / "counted"))
    new = state_of(documents(tmp_path / "counted"))
    assert counted.count >= 1
    for at in points(counted.count, None):
        mine = prepared(tmp_path / str(at))
        with dying(tmp_path / str(at), at) as death:
            act(mine)
        assert death.dead
        assert state_of(documents(tmp_path / str(at))) in (old, new)
        act_again(documents(tmp_path / str(at)), act)
        assert state_of(documents(tmp_path / str(at))) == new or act is ACTS["log"]
    record_property("counted", f"{counted.count} boundaries of storage killed at: {name_of(act)}")


def name_of(act: Act) -> str:
    """Name of an act."""
    return next(name for name, other in ACTS.items() if other is act)


def act_again(mine: Documents, act: Act) -> None:
    """Do what was interrupted, if it is not done already."""
    key = {"document": KEY, "new document": "projects/p/other.json"}.get(name_of(act))
    if key is None or not mine.store.exists(key) or mine.get(key, ProjectRecord).value.name != "new":
        act(mine)


def test_a_torn_line_of_the_log_takes_no_other_line_with_it(tmp_path: Path) -> None:
    mine = prepared(tmp_path)
    mine.store.append("projects/p/actions.jsonl", b'{"at": "2025-01-01T00:00')
    log_action(mine, "projects/p/actions.jsonl", "second", {})
    mine.store.append("projects/p/actions.jsonl", b"[" * 100_000 + b"\n7\n")
    log_action(mine, "projects/p/actions.jsonl", "third", {})
    assert [line["action"] for line in read_actions(mine, "projects/p/actions.jsonl")] == ["first", "second", "third"]


WRITER = """
import os, sys
from pathlib import Path
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.objects import LocalStore
from l4e_widgets.storage.records import ProjectRecord

def write_forever(folder):
    mine = Documents(LocalStore(Path(folder)), lambda: 10**9, "child")
    number = 0
    while True:
        number += 1
        for name in ("one", "two"):
            mine.put(f"projects/p/{name}.json", ProjectRecord(name=f"{name} {number} " + "x" * (number * 37 % 9000)))
        log_action(mine, "projects/p/actions.jsonl", "wrote", {"number": number})

for line in sys.stdin:
    child = os.fork()
    if not child:
        write_forever(line.strip())
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def kill_at_random_instants(root: Path, n_instants: int) -> list[int]:
    """Let children write in a loop, kill each after a seeded while, and read what is there; revisions reached.

    The children are forked from one process that has imported everything and has a single thread.
    """
    chance, reached = random.Random(11), []
    command = [sys.executable, "-u", "-c", WRITER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        for number in range(n_instants):
            folder = root / str(number)
            parent.stdin.write(f"{folder}\n".encode())
            child = int(parent.stdout.readline())
            try:
                began = time.monotonic()
                while not (folder / "projects/p/two.json").exists():
                    assert time.monotonic() - began < 60
                ended, _, _ = select.select([parent.stdout], [], [], chance.uniform(0, 0.15))
                assert not ended
            finally:
                os.kill(child, signal.SIGKILL)
            assert int(parent.stdout.readline()) == -signal.SIGKILL
            reached.append(read_back(documents(folder)))
        parent.stdin.close()
    return reached


def read_back(mine: Documents) -> int:
    """Check what a killed child left; the revision it had reached."""
    one, two = (mine.get(f"projects/p/{name}.json", ProjectRecord) for name in ("one", "two"))
    assert 0 <= one.revision - two.revision <= 1
    for stored, name in ((one, "one"), (two, "two")):
        assert stored.value.name == f"{name} {stored.revision} " + "x" * (stored.revision * 37 % 9000)
    lines = read_actions(mine, "projects/p/actions.jsonl")
    assert [line["arguments"]["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert 0 <= two.revision - len(lines) <= 1
    assert mine.put("projects/p/one.json", ProjectRecord(name="after"), expected_revision=one.revision)
    log_action(mine, "projects/p/actions.jsonl", "after", {})
    assert read_actions(mine, "projects/p/actions.jsonl")[-1]["action"] == "after"
    assert json.loads(mine.store.read("projects/p/one.json"))["content"]["name"] == "after"
    return one.revision


def test_killed_at_some_random_instants_every_document_is_whole(tmp_path: Path) -> None:
    assert all(revision >= 1 for revision in kill_at_random_instants(tmp_path, 8))


@pytest.mark.soak
def test_killed_at_fifty_random_instants_every_document_is_whole(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    reached = kill_at_random_instants(tmp_path, 50)
    record_property(
        "counted", f"{len(reached)} random instants of SIGKILL, in revisions {min(reached)} to {max(reached)} of a loop"
    )

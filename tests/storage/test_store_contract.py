"""What every store promises, over all stores: bytes by key, conditional writes, nothing outside, nothing by halves."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from l4e_widgets.core.errors import Conflict, NotFound, StorageError
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.objects import ObjectStore, open_store
from l4e_widgets.storage.records import CaseRecord, ProjectRecord
from tests.storage.stores import STORES

OUTSIDE = ["../outside", "/etc/passwd", "a/../../b", "", ".", "a\0b", "a\\..\\b"]


@pytest.fixture(params=STORES.values(), ids=STORES.keys())
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """An empty store of each kind."""
    made: ObjectStore = request.param(tmp_path)
    return made


@pytest.mark.parametrize("data", [b"", b"x", "Größe 💧\r\n".encode(), bytes(range(256))])
def test_bytes_come_back_as_they_were_written(store: ObjectStore, data: bytes) -> None:
    store.write("a/b/c.bin", data)
    assert store.read("a/b/c.bin") == data
    assert store.exists("a/b/c.bin")
    assert store.local_path("a/b/c.bin").read_bytes() == data


def test_the_last_write_counts(store: ObjectStore) -> None:
    store.write("a", b"a longer text than the one after it")
    store.write("a", b"new")
    assert store.read("a") == b"new"


def test_a_big_object_comes_back_whole(store: ObjectStore) -> None:
    block = bytes(range(256)) * 4096
    store.write("big", block * 16)
    assert store.read("big") == block * 16
    assert store.write_if("big", b"small", block * 16)
    assert store.read("big") == b"small"


@pytest.mark.parametrize(
    "key", ["ü/Größe.json", "日本/泵.txt", "a b/c d", "💧", "%41/%2e%2e/x", "CON/aux.txt", "a" * 200]
)
def test_keys_in_any_script_are_kept_apart(store: ObjectStore, key: str) -> None:
    store.write(key, key.encode())
    store.write("other", b"other")
    assert store.read(key) == key.encode()
    assert key.split("/")[0] in [*store.children(key.rsplit("/", 1)[0]), key.split("/")[0]]


def test_what_is_not_there_is_told_and_not_made(store: ObjectStore) -> None:
    store.write("folder/x", b"")
    for key in ("nothing", "folder", "folder/y", "folder/x/deeper"):
        with pytest.raises(NotFound, match=key.rsplit("/", maxsplit=1)[-1]):
            store.read(key)
        assert not store.exists(key)
    store.delete("nothing")
    store.delete("folder/x/deeper")
    store.delete_tree("nothing")
    assert store.children("nothing") == []
    assert store.children("folder") == ["x"]


def test_a_conditional_write_takes_place_only_where_nothing_changed(store: ObjectStore) -> None:
    assert store.write_if("a/x", b"1", None)
    assert not store.write_if("a/x", b"2", None)
    assert not store.write_if("a/x", b"2", b"0")
    assert store.read("a/x") == b"1"
    assert store.write_if("a/x", b"2", b"1")
    store.delete("a/x")
    assert not store.write_if("a/x", b"3", b"2")
    assert not store.exists("a/x")
    assert store.write_if("a/x", b"", None)
    assert not store.write_if("a/x", b"4", None)
    assert store.write_if("a/x", b"4", b"")


def test_what_is_added_stands_at_the_end(store: ObjectStore) -> None:
    for line in (b"one\n", b"", b"two\n"):
        store.append("log/lines", line)
    assert store.read("log/lines") == b"one\ntwo\n"
    store.write("log/lines", b"new\n")
    store.append("log/lines", b"three\n")
    assert store.read("log/lines") == b"new\nthree\n"


def test_lines_added_at_once_are_all_there_and_whole(store: ObjectStore) -> None:
    lines = [f"{name}-{number:03}\n".encode() * 20 for name in "abcd" for number in range(10)]
    run_at_once([lambda part=lines[place::4]: [store.append("log", line) for line in part] for place in range(4)])
    found = store.read("log")
    assert len(found) == sum(map(len, lines))
    assert all(line in found for line in lines)


def test_children_are_names_of_objects_and_folders_in_order(store: ObjectStore) -> None:
    for key in ("p/b/x", "p/a", "p/c/y/z", "pq/other"):
        store.write(key, b"x")
    assert store.children("p") == ["a", "b", "c"]
    assert store.children("p/c") == ["y"]
    assert store.children("p/a") == []


def test_a_removed_tree_is_gone_and_its_neighbours_are_not(store: ObjectStore) -> None:
    for key in ("p/a/x", "p/a/y/z", "p/ab", "p/b"):
        store.write(key, b"x")
    store.delete_tree("p/a")
    assert store.children("p") == ["ab", "b"]
    store.delete("p/b")
    assert store.children("p") == ["ab"]
    store.write("p/a/x", b"again")
    assert store.read("p/a/x") == b"again"


def test_a_file_becomes_an_object_when_the_block_ends(store: ObjectStore) -> None:
    with store.writing("a/table") as path:
        path.write_bytes(b"rows")
        assert not store.exists("a/table")
    assert store.read("a/table") == b"rows"


def test_a_block_that_fails_leaves_what_was_there(store: ObjectStore) -> None:
    store.write("a/table", b"old")
    given: list[Path] = []

    def fail(key: str) -> None:
        with store.writing(key) as path:
            given.append(path)
            path.write_bytes(b"half")
            raise ZeroDivisionError

    for key in ("a/table", "a/fresh"):
        with pytest.raises(ZeroDivisionError):
            fail(key)
    assert store.read("a/table") == b"old"
    assert not any(path.exists() for path in given)
    assert store.children("a") == ["table"]


def enter(store: ObjectStore, key: str) -> None:
    """Begin and end a block of writing."""
    with store.writing(key) as path:
        path.write_bytes(b"x")


CALLS: dict[str, Callable[[ObjectStore, str], object]] = {
    "read": lambda store, key: store.read(key),
    "write": lambda store, key: store.write(key, b"x"),
    "write_if": lambda store, key: store.write_if(key, b"x", None),
    "append": lambda store, key: store.append(key, b"x"),
    "exists": lambda store, key: store.exists(key),
    "children": lambda store, key: store.children(key),
    "delete": lambda store, key: store.delete(key),
    "delete_tree": lambda store, key: store.delete_tree(key),
    "remove_torn": lambda store, key: store.remove_torn(key),
    "local_path": lambda store, key: store.local_path(key),
    "writing": enter,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("key", OUTSIDE)
def test_no_key_leads_outside(
    store: ObjectStore, tmp_path: Path, call: Callable[[ObjectStore, str], object], key: str
) -> None:
    (tmp_path / "outside").write_bytes(b"theirs")
    store.write("mine", b"mine")
    with pytest.raises(StorageError, match="outside of the workspace"):
        call(store, key)
    assert (tmp_path / "outside").read_bytes() == b"theirs"
    assert store.read("mine") == b"mine"


def test_the_contract_covers_every_method_of_a_store() -> None:
    methods = {name for name in vars(ObjectStore) if not name.startswith("_")}
    assert methods == {*CALLS, "uri"}


def run_at_once(calls: list[Callable[[], object]]) -> None:
    """Run calls in threads that set off together."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        gate.wait(timeout=30)
        call()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


@pytest.mark.parametrize("before", [None, b"old"])
def test_of_many_threads_exactly_one_wins_each_round(store: ObjectStore, before: bytes | None) -> None:
    won: list[tuple[int, bytes]] = []

    def race(number: int, who: bytes) -> None:
        if store.write_if(f"p/{number}", who, before):
            won.append((number, who))

    for number in range(5):
        if before is not None:
            store.write(f"p/{number}", before)
        run_at_once([partial(race, number, who) for who in (b"a", b"b", b"c")])
    assert won == [(number, store.read(f"p/{number}")) for number in range(5)]


RACER = """
import sys
from l4e_widgets.storage.objects import open_store
store, who = open_store(sys.argv[1]), sys.argv[2].encode()
store.append("here", b"x")
while len(store.read("here")) < 3:
    pass
print(sum(store.write_if(f"race/{number}", who, None) for number in range(40)))
"""


def test_of_many_processes_exactly_one_wins_each_key(store: ObjectStore) -> None:
    command = [sys.executable, "-c", RACER, store.uri]
    racers = [subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in ("a", "b", "c")]
    wins = {name: int(racer.communicate(timeout=60)[0]) for name, racer in zip("abc", racers, strict=True)}
    assert sum(wins.values()) == 40
    held = [store.read(f"race/{number}").decode() for number in range(40)]
    assert {name: held.count(name) for name in "abc"} == wins


def test_a_store_opens_again_from_its_address(store: ObjectStore) -> None:
    store.write("a/b", b"x")
    assert open_store(store.uri).read("a/b") == b"x"


def documents(store: ObjectStore, actor: str = "ada", now_ns: int = 0) -> Documents:
    """Documents of a store at a fixed time."""
    return Documents(store, lambda: now_ns, actor)


def test_documents_count_revisions_and_name_their_authors(store: ObjectStore) -> None:
    assert documents(store).put("p/project.json", ProjectRecord(name="Größe <b> 💧"), expected_revision=0) == 1
    assert documents(store, "bert", 10**9).put("p/project.json", ProjectRecord(name="two"), expected_revision=1) == 2
    stored = documents(store).get("p/project.json", ProjectRecord)
    assert (stored.value, stored.revision, stored.actor, stored.written_ns) == (
        ProjectRecord(name="two"),
        2,
        "bert",
        10**9,
    )


@pytest.mark.parametrize("started_from", [0, 1, 3, 7])
def test_a_document_changed_meanwhile_is_a_conflict_and_stays(store: ObjectStore, started_from: int) -> None:
    for name in ("one", "two"):
        documents(store, "bert").put("p/project.json", ProjectRecord(name=name))
    with pytest.raises(
        Conflict, match=rf"bert changed it at 1970-01-01 00:00 UTC \(revision 2, you started from {started_from}"
    ):
        documents(store).put("p/project.json", ProjectRecord(name="mine"), expected_revision=started_from)
    assert documents(store).get("p/project.json", ProjectRecord).value.name == "two"


def test_a_document_deleted_meanwhile_is_a_conflict(store: ObjectStore) -> None:
    documents(store).put("p/project.json", ProjectRecord(name="one"))
    store.delete("p/project.json")
    with pytest.raises(Conflict, match="deleted by someone else"):
        documents(store).put("p/project.json", ProjectRecord(name="mine"), expected_revision=1)
    assert not store.exists("p/project.json")


def test_of_many_writers_from_one_revision_exactly_one_is_first(store: ObjectStore) -> None:
    documents(store).put("p/project.json", ProjectRecord(name="start"))
    refused: list[str] = []

    def write(actor: str) -> None:
        try:
            documents(store, actor).put("p/project.json", ProjectRecord(name=actor), expected_revision=1)
        except Conflict as conflict:
            refused.append(conflict.what)

    run_at_once([lambda actor=actor: write(actor) for actor in ("ada", "bert", "carl", "dora")])
    stored = documents(store).get("p/project.json", ProjectRecord)
    assert (stored.revision, stored.value.name) == (2, stored.actor)
    assert len(refused) == 3
    assert all(stored.actor in sentence for sentence in refused)


def test_writers_that_do_not_care_all_count(store: ObjectStore) -> None:
    run_at_once([lambda n=n: documents(store).put("p/project.json", ProjectRecord(name=f"n{n}")) for n in range(6)])
    assert documents(store).get("p/project.json", ProjectRecord).revision == 6


def envelope(schema: str, version: int, content: str) -> bytes:
    """A document as a hand might have left it."""
    head = f'"schema": "{schema}", "schema_version": {version}, "revision": 1, "actor": "x", "written": "2025-01-01"'
    return f'{{{head}, "content": {content}}}'.encode()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "damaged"),
        (b"\xff\xfe\x00", "damaged"),
        (b"null", "damaged"),
        (b'{"schema": "project", "schema_version": "x"}', "damaged"),
        (b"[" * 100_000, "damaged"),
        (envelope("case", 1, "{}"), "another kind"),
        (envelope("project", 9, "{}"), "newer release"),
        (envelope("project", 1, "7"), "does not hold"),
    ],
)
def test_nonsense_is_a_sentence_that_names_the_document_and_nothing_is_lost(
    store: ObjectStore, content: bytes, told: str
) -> None:
    store.write("p/project.json", content)
    for call in (
        lambda: documents(store).get("p/project.json", ProjectRecord),
        lambda: documents(store).put("p/project.json", ProjectRecord(name="mine")),
    ):
        with pytest.raises(StorageError, match=told) as caught:
            call()
        assert caught.value.where == "p/project.json"
    assert store.read("p/project.json") == content


def test_a_clock_that_jumps_backwards_loses_no_revision(store: ObjectStore) -> None:
    for now_ns in (10**18, 5 * 10**17, 0):
        documents(store, now_ns=now_ns).put("p/project.json", ProjectRecord(name=str(now_ns)))
    stored = documents(store).get("p/project.json", ProjectRecord)
    assert (stored.revision, stored.value.name) == (3, "0")
    with pytest.raises(NotFound):
        documents(store).get("p/case.json", CaseRecord)

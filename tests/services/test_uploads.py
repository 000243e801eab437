"""Uploads: any order of chunks gives the file, what is wrong is refused, and nothing is lost by dying or by failing."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.compute.runner import LocalRunner
from l4e_widgets.core.errors import Blocked, Conflict, DataError, L4EError, NotFound, StorageError, UsageError
from l4e_widgets.services import uploads
from l4e_widgets.services.context import Context
from l4e_widgets.services.inbox import from_inbox, mark_inbox, move_upload, sees_mark
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.uploads import (
    BLOCK,
    UploadLimits,
    begin_chunk,
    cancel_upload,
    close_upload,
    expire_uploads,
    list_uploads,
    open_upload,
    upload_limits,
    write_chunk,
)
from l4e_widgets.storage.names import safe_file_name
from l4e_widgets.storage.objects import LocalStore
from tests.killing import dying, points

CONTENT = random.Random(3).randbytes(2 * BLOCK + 1234)
DAY_NS = 86_400 * 10**9


def context_of(root: Path, now_ns: int = 10**18) -> Context:
    return Context(LocalStore(root), LocalRunner(), lambda: now_ns, "ada")


def digests(content: bytes) -> list[str]:
    return [hashlib.sha256(content[at : at + BLOCK]).hexdigest() for at in range(0, len(content), BLOCK)]


def begin(context: Context, content: bytes = CONTENT, name: str = "pump 7.csv") -> str:
    return open_upload(context, name=name, size=len(content), fingerprint="1700000000", limits=UploadLimits()).id


def whole(context: Context, content: bytes = CONTENT, name: str = "pump 7.csv") -> uploads.Upload:
    upload_id = begin(context, content, name)
    for at in range(0, len(content), BLOCK):
        write_chunk(context, upload_id, offset=at, data=content[at : at + BLOCK])
    return close_upload(context, upload_id, digests(content)).upload


@given(st.data())
def test_any_order_of_chunks_with_repeats_gives_the_same_bytes(tmp_path_factory, data):
    context = context_of(tmp_path_factory.mktemp("inbox"))
    content = CONTENT[: data.draw(st.integers(0, 300))]
    cuts = sorted(data.draw(st.sets(st.integers(1, max(len(content) - 1, 1)), max_size=6)) | {0, len(content)})
    chunks = [one for one in itertools.pairwise(cuts) if one[1] <= len(content)]
    order = data.draw(st.permutations(chunks + data.draw(st.lists(st.sampled_from(chunks or [(0, 0)]), max_size=3))))
    upload_id = begin(context, content)
    for start, end in order:
        if start < end:
            write_chunk(context, upload_id, offset=start, data=content[start:end])
            assert begin(context_of(context.store.root), content) == upload_id
    done = close_upload(context, upload_id, digests(content))
    assert done.missing == ()
    assert done.upload.path.read_bytes() == content
    assert done.upload.sha256 == hashlib.sha256(content).hexdigest()


def test_chosen_again_it_goes_on_where_it_stopped(tmp_path):
    upload_id = begin(context_of(tmp_path))
    write_chunk(context_of(tmp_path), upload_id, offset=BLOCK, data=CONTENT[BLOCK : 2 * BLOCK])
    again = open_upload(context_of(tmp_path), name="pump 7.csv", size=len(CONTENT), fingerprint="1700000000")
    assert (again.id, again.have) == (upload_id, ((BLOCK, 2 * BLOCK),))
    other = open_upload(context_of(tmp_path), name="pump 7.csv", size=len(CONTENT), fingerprint="1700000001")
    assert (other.id != upload_id, other.have) == (True, ())
    missing = close_upload(context_of(tmp_path), upload_id, digests(CONTENT)).missing
    assert missing == ((0, BLOCK), (2 * BLOCK, len(CONTENT)))


def test_bytes_that_differ_are_asked_for_again_and_only_those(tmp_path):
    context = context_of(tmp_path)
    upload_id = begin(context)
    write_chunk(context, upload_id, offset=0, data=CONTENT)
    part = tmp_path / "inbox" / upload_id / "content.part"
    with part.open("r+b") as file:
        file.seek(BLOCK + 7)
        file.write(b"\0\0\0\0")
    closed = close_upload(context, upload_id, digests(CONTENT))
    assert (closed.missing, closed.upload.path) == (((BLOCK, 2 * BLOCK),), None)
    write_chunk(context, upload_id, offset=BLOCK, data=CONTENT[BLOCK : 2 * BLOCK])
    assert close_upload(context, upload_id, digests(CONTENT)).upload.path.read_bytes() == CONTENT


def test_a_journal_that_claims_more_than_there_is_is_not_believed(tmp_path):
    context = context_of(tmp_path)
    upload_id = begin(context)
    write_chunk(context, upload_id, offset=0, data=CONTENT)
    with (tmp_path / "inbox" / upload_id / "content.part").open("r+b") as file:
        file.truncate(BLOCK)
    (tmp_path / "inbox" / upload_id / "arrived").open("ab").write(b"0 %d\nx y\n77 5\n1 2 3\n-4 8\n0 4" % BLOCK)
    assert open_upload(context, name="pump 7.csv", size=len(CONTENT), fingerprint="1700000000").have == ((0, BLOCK),)


@pytest.mark.parametrize(
    ("offset", "length"),
    [(-1, 5), (0, 0), (0, -3), (len(CONTENT), 1), (len(CONTENT) - 1, 2), (10**15, 5), (0.5, 1), ("0", 1), (True, 1)],
)
def test_a_chunk_outside_of_its_file_is_refused(tmp_path, offset, length):
    context = context_of(tmp_path)
    upload_id = begin(context)
    with pytest.raises(UsageError):
        begin_chunk(context, upload_id, offset=offset, length=length)
    assert not list((tmp_path / "inbox" / upload_id).glob("content*"))


def test_a_chunk_of_another_length_than_announced_does_not_count(tmp_path):
    context = context_of(tmp_path)
    upload_id = begin(context)
    with begin_chunk(context, upload_id, offset=0, length=10) as writer:
        writer.write(b"12345")
        with pytest.raises(UsageError, match="less than it announced"):
            writer.finish()
    with begin_chunk(context, upload_id, offset=0, length=10) as writer:
        with pytest.raises(UsageError, match="more than it announced"):
            writer.write(b"x" * 11)
    assert list_uploads(context)[0].have == ()


@pytest.mark.parametrize("upload_id", ["0" * 32, "../../etc", "", "A" * 32, "0" * 31, None, 7, "/", "0" * 32 + "\n"])
def test_an_unknown_id_is_refused(tmp_path, upload_id):
    context = context_of(tmp_path)
    whole(context)
    before = sorted(tmp_path.rglob("*"))
    for act in (
        lambda: uploads.upload(context, upload_id),
        lambda: write_chunk(context, upload_id, offset=0, data=b"x"),
        lambda: close_upload(context, upload_id, []),
    ):
        with pytest.raises(NotFound):
            act()
    cancel_upload(context, upload_id)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("blocks", [None, [], ["x"] * 3, ["0" * 64] * 4, [7, 8, 9], "0" * 3])
def test_an_end_without_its_checksums_is_refused(tmp_path, blocks):
    context = context_of(tmp_path)
    upload_id = begin(context)
    write_chunk(context, upload_id, offset=0, data=CONTENT)
    with pytest.raises(UsageError, match="without its checksums"):
        close_upload(context, upload_id, blocks)


def test_a_finished_upload_takes_no_other_content(tmp_path):
    context = context_of(tmp_path)
    done = whole(context)
    with pytest.raises(Conflict, match="finished already"):
        write_chunk(context, done.id, offset=0, data=b"x")
    assert close_upload(context, done.id, digests(CONTENT)).upload == done
    with pytest.raises(Conflict, match="Another file of this name"):
        close_upload(context, done.id, digests(CONTENT[::-1]))
    assert done.path.read_bytes() == CONTENT


def test_the_operators_limits_hold(tmp_path):
    context = context_of(tmp_path)
    limits = upload_limits({"L4E_UPLOAD_LIMIT": "1 kB", "L4E_INBOX_LIMIT": "1.5kB"})
    with pytest.raises(Blocked, match=r"big\.csv: .*1\.0 kB are allowed"):
        open_upload(context, name="big.csv", size=1001, fingerprint="", limits=limits)
    open_upload(context, name="one.csv", size=1000, fingerprint="", limits=limits)
    with pytest.raises(Blocked, match=r"two\.csv: The uploads that wait"):
        open_upload(context, name="two.csv", size=600, fingerprint="", limits=limits)
    assert len(list_uploads(context)) == 1
    with pytest.raises(UsageError, match="L4E_UPLOAD_LIMIT"):
        upload_limits({"L4E_UPLOAD_LIMIT": "lots"})


def test_a_disk_without_room_refuses_before_a_byte_is_written(tmp_path):
    context = context_of(tmp_path)
    with pytest.raises(StorageError, match=r"huge\.csv: The disk has too little space"):
        open_upload(
            context,
            name="huge.csv",
            size=10**15,
            fingerprint="",
            limits=UploadLimits(file_bytes=10**16, inbox_bytes=10**16),
        )
    assert not (tmp_path / "inbox").exists()


def test_what_nobody_touches_for_long_goes(tmp_path):
    now = 4 * 10**18
    context = context_of(tmp_path, now)
    old = begin(context, name="old.csv")
    for path in ((tmp_path / "inbox" / old), *(tmp_path / "inbox" / old).iterdir()):
        os.utime(path, ns=(now - 8 * DAY_NS, now - 8 * DAY_NS))
    new = begin(context_of(tmp_path, now - 20 * DAY_NS), name="new.csv")
    for path in ((tmp_path / "inbox" / new), *(tmp_path / "inbox" / new).iterdir()):
        os.utime(path, ns=(now, now))
    assert expire_uploads(context) == 1
    assert [one.name for one in list_uploads(context)] == ["new.csv"]
    assert not (tmp_path / "inbox" / old).exists()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("pump 7.csv", "pump 7.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\pump.csv", "pump.csv"),
        ("<img src=x onerror=alert(1)>.csv", "_img src=x onerror=alert(1)_.csv"),
        ("..", "upload"),
        ("", "upload"),
        (".bashrc", "bashrc"),
        ("con.csv", "_con.csv"),
        ("a\0b\nc.csv", "a_b_c.csv"),
        ("Größe ☃.csv", "Größe ☃.csv"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_file_name(name) == safe


@given(st.text(max_size=300))
def test_a_safe_name_is_one_name_on_any_disk(name):
    safe = safe_file_name(name)
    assert safe
    assert Path(safe).name == safe
    assert len(safe.encode()) <= 200
    assert not set(safe) & set('/\\<>:"|?*\0')
    assert safe_file_name(safe) == safe


def test_a_folder_takes_it_and_keeps_what_it_has(tmp_path):
    context = context_of(tmp_path / "workspace")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "pump 7.csv").write_bytes(b"mine")
    target = move_upload(context, whole(context).id, folder)
    assert target == folder / "pump 7-2.csv"
    assert target.read_bytes() == CONTENT
    assert (folder / "pump 7.csv").read_bytes() == b"mine"
    assert list_uploads(context) == ()
    assert sorted(path.name for path in folder.iterdir()) == ["pump 7-2.csv", "pump 7.csv"]
    with pytest.raises(NotFound, match="not finished"):
        move_upload(context, begin(context), folder)


def rows(n: int) -> bytes:
    lines = [f"2025-01-{1 + i // 1440:02} {i // 60 % 24:02}:{i % 60:02}:00,{i % 7},{i % 5}.5\n" for i in range(n)]
    return ("time,flow,pressure\n" + "".join(lines)).encode()


def test_a_project_takes_an_upload_and_a_failure_loses_none(tmp_path):
    workspace = Workspace(tmp_path)
    context = workspace.context
    bad = whole(context, b"no table at all", name="notes.csv")
    with pytest.raises(DataError, match=r"notes\.csv"):
        workspace.create_project("pump", f"inbox:{bad.id}")
    assert uploads.upload(context, bad.id).path.read_bytes() == b"no table at all"
    cancel_upload(context, bad.id)
    good = whole(context, rows(3000), name="../Pump Größe.csv")
    project = workspace.create_project("pump", f"inbox:{good.id}")
    assert project.summary.n_rows == 3000
    assert "Pump Größe.csv" in " ".join(project.summary.sentences)
    assert list_uploads(context) == ()
    raw = list(tmp_path.glob("projects/*/dataset/raw/*/*"))
    assert [path.read_bytes() for path in raw] == [rows(3000)]
    more = whole(context, rows(3100), name="more.csv")
    project.add_data(more.path)
    assert project.summary.n_rows == 3100
    assert list_uploads(context) == ()


def test_only_a_finished_upload_can_be_named(tmp_path):
    context = context_of(tmp_path)
    with pytest.raises(NotFound, match="not finished"):
        from_inbox(context, f"inbox:{begin(context)}")
    with pytest.raises(NotFound, match="no such upload"):
        from_inbox(context, "inbox:../../secret")


def test_a_mark_shows_who_shares_the_inbox(tmp_path):
    context, other = context_of(tmp_path / "one", 0), context_of(tmp_path / "two", 0)
    mark = mark_inbox(context)
    assert sees_mark(context, mark)
    assert not sees_mark(other, mark)
    assert not any(sees_mark(context, wrong) for wrong in ("", "..", f"../{mark}", mark.upper() + "x"))
    assert not sees_mark(replace(context, clock=lambda: 4 * 10**18), mark)


ACTS: dict[str, Callable[[Context], object]] = {
    "begin": begin,
    "chunk": lambda context: write_chunk(context, begin(context), offset=BLOCK, data=CONTENT[BLOCK:]),
    "close": lambda context: close_upload(context, begin(context), digests(CONTENT)),
    "cancel": lambda context: cancel_upload(context, begin(context)),
}


def prepared(root: Path, name: str) -> Context:
    context = context_of(root)
    if name in ("close", "cancel"):
        write_chunk(context, begin(context), offset=BLOCK, data=CONTENT[BLOCK:])
    if name != "begin":
        write_chunk(context, begin(context), offset=0, data=CONTENT[:BLOCK])
    return context


@pytest.mark.parametrize("name", ACTS)
def test_killed_at_any_boundary_it_goes_on_or_begins_anew(tmp_path, name, record_property):
    with dying(tmp_path / "counted") as counted:
        ACTS[name](prepared(tmp_path / "counted", name))
    assert counted.count >= 3
    for at in points(counted.count, None):
        root = tmp_path / str(at)
        with dying(root, at) as death:
            ACTS[name](prepared(root, name))
        assert death.dead
        context = context_of(root)
        for seen in list_uploads(context):
            assert seen.path is None or seen.path.read_bytes() == CONTENT
            part = root / "inbox" / seen.id / "content.part"
            for start, end in seen.have if seen.path is None else ():
                assert part.read_bytes()[start:end] == CONTENT[start:end]
        done = whole_again(context)
        assert done.path.read_bytes() == CONTENT
        left = context.store.children(f"inbox/{done.id}")
        assert left == [
            "arrived",
            "file",
            "upload.json",
        ]
    record_property("counted", f"{counted.count} boundaries of an upload killed at: {name}")


def whole_again(context: Context) -> uploads.Upload:
    """Upload what is missing, as a sender does that knows nothing but its file."""
    opened = open_upload(context, name="pump 7.csv", size=len(CONTENT), fingerprint="1700000000")
    closed = close_upload(context, opened.id, digests(CONTENT))
    for start, end in closed.missing:
        write_chunk(context, opened.id, offset=start, data=CONTENT[start:end])
    return close_upload(context, opened.id, digests(CONTENT)).upload


def test_every_refusal_is_a_sentence_with_a_way_out(tmp_path):
    context = context_of(tmp_path)
    for name, size in (("", 1), ("x" * 300, 1), (None, 1), ("a.csv", -1), ("a.csv", True), ("a.csv", 1.5)):
        with pytest.raises(L4EError, match=r"\.$"):
            open_upload(context, name=name, size=size, fingerprint="")
    assert not (tmp_path / "inbox").exists()

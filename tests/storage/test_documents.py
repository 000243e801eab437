"""Documents are old or new, never neither, and say who was first."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from l4e_widgets.core.errors import Conflict, NotFound, StorageError
from l4e_widgets.storage import objects
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.names import storage_key
from l4e_widgets.storage.objects import LocalStore, open_store
from l4e_widgets.storage.records import ProjectRecord


@dataclass(frozen=True, kw_only=True)
class OtherRecord:
    """A document of another kind."""

    SCHEMA: ClassVar[str] = "other"
    SCHEMA_VERSION: ClassVar[int] = 1

    name: str


def documents(root: Path, actor: str = "ada", now_ns: int = 0) -> Documents:
    """Documents of a folder, at a fixed time."""
    return Documents(LocalStore(root), lambda: now_ns, actor)


def test_a_document_comes_back_with_its_revision_and_its_author(tmp_path: Path) -> None:
    mine = documents(tmp_path)
    assert mine.put("a/project.json", ProjectRecord(name="Größe <b>")) == 1
    assert mine.put("a/project.json", ProjectRecord(name="two"), expected_revision=1) == 2
    stored = mine.get("a/project.json", ProjectRecord)
    assert (stored.value.name, stored.revision, stored.actor) == ("two", 2, "ada")


def test_a_conflict_says_who_and_when_and_changes_nothing(tmp_path: Path) -> None:
    documents(tmp_path).put("project.json", ProjectRecord(name="one"))
    documents(tmp_path, "bert", 14 * 3_600 * 10**9).put("project.json", ProjectRecord(name="bert's"))
    with pytest.raises(Conflict, match=r"bert changed it at 1970-01-01 14:00 UTC \(revision 2, you started from 1\)"):
        documents(tmp_path).put("project.json", ProjectRecord(name="mine"), expected_revision=1)
    assert documents(tmp_path).get("project.json", ProjectRecord).value.name == "bert's"
    with pytest.raises(Conflict):
        documents(tmp_path).put("project.json", ProjectRecord(name="new"), expected_revision=0)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"[]", "damaged"),
        (b'{"schema": "project"}', "damaged"),
        (
            b'{"schema":"project","schema_version":9,"revision":1,"actor":"x","written":"2025-01-01","content":{}}',
            "newer release",
        ),
        (
            b'{"schema":"project","schema_version":1,"revision":1,"actor":"x","written":"2025-01-01","content":{}}',
            "does not hold what it should",
        ),
    ],
)
def test_a_document_edited_into_nonsense_is_a_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "project.json").write_bytes(content)
    with pytest.raises(StorageError, match=told):
        documents(tmp_path).get("project.json", ProjectRecord)
    assert (tmp_path / "project.json").read_bytes() == content


def test_a_document_of_another_kind_is_refused(tmp_path: Path) -> None:
    documents(tmp_path).put("x.json", OtherRecord(name="x"))
    with pytest.raises(StorageError, match="another kind"):
        documents(tmp_path).get("x.json", ProjectRecord)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        documents(tmp_path).get("project.json", ProjectRecord)


class Killed(BaseException):
    """Stands for the instant at which the process died."""


BOUNDARIES = ("fsync-file", "replace", "fsync-folder")


def dying(monkeypatch: pytest.MonkeyPatch, boundary: str) -> None:
    """Let the process die just before a boundary of the write."""
    real_sync, real_replace = objects._sync, Path.replace

    def sync(path: Path) -> None:
        if boundary == ("fsync-folder" if path.is_dir() else "fsync-file"):
            raise Killed
        real_sync(path)

    def replace(self: Path, target: Path) -> Path:
        if boundary == "replace":
            raise Killed
        return real_replace(self, target)

    monkeypatch.setattr(objects, "_sync", sync)
    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_killed_at_any_boundary_a_document_is_old_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, boundary: str
) -> None:
    documents(tmp_path).put("project.json", ProjectRecord(name="old"))
    with monkeypatch.context() as patch:
        dying(patch, boundary)
        with pytest.raises(Killed):
            documents(tmp_path).put("project.json", ProjectRecord(name="new"))
    assert documents(tmp_path).get("project.json", ProjectRecord).value.name in {"old", "new"}
    assert documents(tmp_path).put("project.json", ProjectRecord(name="after")) in {2, 3}


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "cannot be written"), (errno.EROFS, "cannot be written")],
)
def test_a_disk_that_refuses_is_a_sentence_and_keeps_the_old_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    documents(tmp_path).put("project.json", ProjectRecord(name="old"))

    def refuse(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(StorageError, match=told):
            documents(tmp_path).put("project.json", ProjectRecord(name="new"))
    assert documents(tmp_path).get("project.json", ProjectRecord).value.name == "old"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "a/../../b", "", "a\0b", "a\\..\\b"])
def test_no_key_leads_outside_of_the_workspace(tmp_path: Path, key: str) -> None:
    store = LocalStore(tmp_path / "workspace")
    calls: list[Callable[[], object]] = [lambda: store.read(key), lambda: store.write(key, b"x")]
    for call in calls:
        with pytest.raises(StorageError, match="outside"):
            call()
    assert list(tmp_path.rglob("*")) == []


def test_keys_of_names_are_safe_and_keep_capitals_apart() -> None:
    keys = {storage_key(name) for name in ("Pump", "pump", "PUMP", "CON", "../x", "ü", "💧", "a" * 500)}
    assert len(keys) == 8
    assert all(key.replace("-", "").isalnum() and key.islower() and len(key) <= 49 for key in keys)


def test_a_store_opens_again_from_its_address(tmp_path: Path) -> None:
    root = tmp_path / "work space"
    LocalStore(root).write("a/b", b"x")
    assert open_store(LocalStore(root).uri).read("a/b") == b"x"
    with pytest.raises(StorageError, match="no address"):
        open_store("gopher://old")

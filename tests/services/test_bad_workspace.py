"""A workspace that was edited by hand, moved, linked elsewhere or cannot be written: a sentence each, nothing lost."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from l4e_widgets.core.errors import L4EError, NotFound, StorageError
from l4e_widgets.services.cases import list_cases
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, quality, read_rows
from l4e_widgets.services.labels import label_groups, save_labels
from l4e_widgets.services.models import set_alarm_budget
from l4e_widgets.services.projects import list_projects, project_summary
from l4e_widgets.services.results import results
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.records import CalibrationRecord
from tests.golden import GOLDEN, LABELS
from tests.small import FAULT, MODEL, PROJECT, SetClock, create_small_project, small_context

KEYS = ProjectKeys.of(PROJECT)
NONSENSE = {
    "empty": b"",
    "half": b'{"schema": "pro',
    "list": b"[1, 2]",
    "binary": bytes(range(256)),
    "newer": b'{"schema":"%s","schema_version":99,"revision":1,"actor":"x","written":"2025-01-01","content":{}}',
    "fields": b'{"schema":"%s","schema_version":1,"revision":1,"actor":"x","written":"2025-01-01","content":{"x":1}}',
}
READERS: dict[str, tuple[str, str, Callable[[Context], object]]] = {
    "project": (KEYS.project, "project", lambda context: project_summary(context, PROJECT)),
    "dataset": (KEYS.dataset, "dataset", lambda context: dataset_record(context, PROJECT)),
    "quality": (KEYS.quality, "quality", lambda context: quality(context, PROJECT)),
    "series": (f"{KEYS.series()}/manifest.json", "series", lambda context: read_rows(context, PROJECT)),
    "labels": (KEYS.label_group(LABELS), "labels", lambda context: label_groups(context, PROJECT)),
    "model": (KEYS.model(MODEL).model, "model", lambda context: results(context, PROJECT, MODEL)),
    "calibration": (KEYS.model(MODEL).calibration, "calibration", lambda context: results(context, PROJECT, MODEL)),
}


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A copy of the golden workspace, with somebody else's file beside it."""
    shutil.copytree(GOLDEN / "workspace", tmp_path / "workspace")
    (tmp_path / "theirs.json").write_bytes(b"theirs")
    return small_context(tmp_path / "workspace")


def contents(root: Path) -> dict[Path, bytes]:
    """Everything below a folder but locks."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".locks" not in path.parts}


@pytest.mark.parametrize("data", NONSENSE.values(), ids=NONSENSE.keys())
@pytest.mark.parametrize(("key", "schema", "read"), READERS.values(), ids=READERS.keys())
def test_a_document_edited_into_nonsense_is_told_with_its_place_and_stays(
    context: Context, tmp_path: Path, key: str, schema: str, read: Callable[[Context], object], data: bytes
) -> None:
    context.store.write(key, data.replace(b"%s", schema.encode()))
    before = contents(tmp_path)
    with pytest.raises(StorageError) as caught:
        read(context)
    assert key in caught.value.where
    assert caught.value.fix
    assert contents(tmp_path) == before
    assert [summary.name for summary in list_projects(context)] != []


def test_a_damaged_project_hides_no_other(context: Context) -> None:
    create_small_project(context, "healthy")
    context.store.write(KEYS.project, b"nonsense")
    found = {summary.status: summary for summary in list_projects(context)}
    assert found["ready"].name == "healthy"
    assert "This document is damaged" in found["failed"].error


def part_of(context: Context) -> Path:
    """The one part of the stored rows."""
    folder = context.store.local_path(KEYS.series())
    return next(path for path in folder.iterdir() if path.suffix == ".parquet")


@pytest.mark.parametrize("damage", ["missing", "empty", "cut off", "swapped"])
def test_a_part_that_is_missing_or_another_is_told(context: Context, tmp_path: Path, damage: str) -> None:
    part = part_of(context)
    if damage == "missing":
        part.unlink()
    elif damage == "swapped":
        create_small_project(context, "other")
        other = context.store.local_path(ProjectKeys.of("other").series())
        table = next(path for path in other.iterdir() if path.suffix == ".parquet").read_bytes()
        part.write_bytes(table[:-1] + bytes([table[-1] ^ 1]))
    else:
        part.write_bytes(part.read_bytes()[: 0 if damage == "empty" else 4000])
    before = contents(tmp_path)
    with pytest.raises(StorageError, match="backup"):
        read_rows(context, PROJECT)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "The disk is full"), (errno.EROFS, "cannot be written to"), (errno.EIO, "could not be written")],
)
def test_a_disk_that_refuses_changes_nothing_and_is_a_sentence(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    before = contents(tmp_path)

    def refuse(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        for call in (
            lambda: save_labels(context, PROJECT, LABELS, []),
            lambda: set_alarm_budget(context, PROJECT, MODEL, 3.0),
            lambda: create_small_project(context, "second"),
        ):
            with pytest.raises(StorageError, match=words):
                call()
    assert contents(tmp_path) == before
    assert [summary.name for summary in list_projects(context)] == [PROJECT]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_a_sentence(context: Context) -> None:
    folder = context.store.local_path(KEYS.labels)
    folder.chmod(0o500)
    try:
        with pytest.raises(StorageError, match="cannot be written to"):
            save_labels(context, PROJECT, LABELS, [])
    finally:
        folder.chmod(0o700)


def test_a_folder_linked_to_elsewhere_is_not_followed(context: Context, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.move(context.store.local_path(KEYS.labels), elsewhere)
    context.store.local_path(KEYS.root).joinpath("labels").symlink_to(elsewhere)
    before = contents(elsewhere)
    for call in (label_groups, lambda context, project: save_labels(context, project, LABELS, [])):
        with pytest.raises(StorageError, match="outside of the workspace"):
            call(context, PROJECT)
    assert contents(elsewhere) == before


def test_a_clock_that_jumps_backwards_spoils_nothing(context: Context) -> None:
    past = small_context(context.store.local_path("x").parent, SetClock("1999-12-31 23:00"))
    set_alarm_budget(past, PROJECT, MODEL, 3.0)
    stored = past.documents.get(KEYS.model(MODEL).calibration, CalibrationRecord)
    assert (stored.revision, stored.value.alarm_budget) == (2, 3.0)
    assert results(past, PROJECT, MODEL).budget == 3.0
    create_small_project(past, "made-in-the-past")
    assert {summary.status for summary in list_projects(context)} == {"ready"}
    assert [case.verdict for case in list_cases(context, PROJECT)] == ["real"]
    assert label_groups(context, PROJECT)[0].labels[0].span == FAULT


@pytest.mark.parametrize("name", ["../x", "/etc", "a\0b", "x" * 500, "💧", "<b>x</b>"])
def test_names_of_what_is_not_there_reach_no_path(context: Context, tmp_path: Path, name: str) -> None:
    before = contents(tmp_path)
    for call in (
        lambda: project_summary(context, name),
        lambda: results(context, PROJECT, name),
        lambda: set_alarm_budget(context, name, MODEL, 1.0),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(L4EError):
        save_labels(context, PROJECT, name, [])
    assert contents(tmp_path) == before

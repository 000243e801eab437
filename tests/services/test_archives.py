"""A project goes through one file whole; what is no project leaves nothing; damage is told by name."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from l4e_widgets.core.errors import DataError, L4EError, NameRefused, NotFound, StorageError
from l4e_widgets.services import archives
from l4e_widgets.services.archives import export_project, import_project
from l4e_widgets.services.context import Context
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.projects import list_projects
from l4e_widgets.services.verify import verify_project


@pytest.fixture(scope="module")
def archive(trained: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained project as a file."""
    return export_project(trained.context, "pump", tmp_path_factory.mktemp("export") / "pump.zip")


@pytest.fixture
def copied(trained: Workspace, tmp_path: Path) -> Workspace:
    """The trained workspace, to be damaged."""
    shutil.copytree(trained.context.store.local_path("projects"), tmp_path / "workspace" / "projects")
    return Workspace(tmp_path / "workspace")


def left_behind(folder: Path) -> list[str]:
    """Files below a folder, without locks."""
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and ".locks" not in str(path)]


def test_a_round_trip_gives_the_same_results(trained: Workspace, archive: Path, tmp_path: Path) -> None:
    other = Workspace(tmp_path / "other")
    project = other.import_project(archive)
    assert project.name == "pump"
    there, here = (ws.project("pump").model("first").results for ws in (other, trained))
    assert there.answer.to_dict() == here.answer.to_dict()
    pd.testing.assert_frame_equal(there.scores, here.scores)
    assert project.verify().problems == ()
    assert not [name for name in zipfile.ZipFile(archive).namelist() if name.startswith("jobs/")]
    with pytest.raises(NameRefused, match="already"):
        other.import_project(archive)
    assert other.import_project(archive, name="pump-2").model("first").results.answer.events
    assert [found.name for found in other.projects] == ["pump", "pump-2"]


def repacked(archive: Path, path: Path, *, leave_out: str = "", add: dict[str, bytes] | None = None) -> Path:
    """The archive with an entry left out and others added."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != leave_out:
                new.writestr(name, old.read(name))
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return path


@pytest.mark.parametrize(
    "name", ["../escape", "labels/../../escape", "/absolute", "..", "a//b", "./a", ".hidden", "C:/x", "a/\x07"]
)
def test_entries_that_lead_elsewhere_are_refused(archive: Path, context: Context, tmp_path: Path, name: str) -> None:
    hostile = repacked(archive, tmp_path / "hostile.zip", add={name: b"x"})
    refused(context, hostile, tmp_path)


def refused(context: Context, path: Path, folder: Path, match: str = "Nothing of it was kept") -> None:
    """Assert that a file is refused by a sentence and leaves nothing, inside the workspace or outside."""
    before = left_behind(folder)
    with pytest.raises(DataError, match=match):
        import_project(context, path)
    assert left_behind(folder) == before
    assert list_projects(context) == ()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_links_doubles_bombs_and_files_without_a_project_are_refused(
    archive: Path, context: Context, tmp_path: Path
) -> None:
    link = tmp_path / "link.zip"
    shutil.copyfile(archive, link)
    with zipfile.ZipFile(link, "a") as opened:
        entry = zipfile.ZipInfo("labels/link.json")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(entry, "/etc/passwd")
    refused(context, link, tmp_path, "link or a device")
    with zipfile.ZipFile(archive) as opened:
        record = opened.read("project.json")
    refused(context, repacked(archive, tmp_path / "twice.zip", add={"project.json": record}), tmp_path, "twice")
    refused(context, repacked(archive, tmp_path / "case.zip", add={"Project.json": record}), tmp_path, "twice")
    refused(context, repacked(archive, tmp_path / "none.zip", leave_out="project.json"), tmp_path, "no project.json")
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("project.json", record)
        opened.writestr("dataset/zeros", bytes(archives.FREE_BYTES + 1))
    refused(context, bomb, tmp_path, "bytes that would become")
    text = tmp_path / "text.zip"
    text.write_text("no zip at all")
    refused(context, text, tmp_path, "no exported project")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:-4000])
    refused(context, cut, tmp_path, "no exported project")
    with pytest.raises(NotFound, match="no such file"):
        import_project(context, tmp_path / "absent.zip")


def test_damage_inside_and_newer_documents_are_refused(archive: Path, context: Context, tmp_path: Path) -> None:
    dataset = repacked(
        archive, tmp_path / "a.zip", leave_out="dataset/dataset.json", add={"dataset/dataset.json": b"{"}
    )
    refused(context, dataset, tmp_path, "is damaged")
    with zipfile.ZipFile(archive) as opened:
        record = json.loads(opened.read("project.json"))
    record["schema_version"] = 99
    newer = repacked(
        archive, tmp_path / "b.zip", leave_out="project.json", add={"project.json": json.dumps(record).encode()}
    )
    with pytest.raises(StorageError, match="newer release"):
        import_project(context, newer)
    assert list_projects(context) == ()
    flipped = bytearray(archive.read_bytes())
    flipped[len(flipped) // 2] ^= 0xFF
    (tmp_path / "c.zip").write_bytes(flipped)
    refused(context, tmp_path / "c.zip", tmp_path, "no exported project")


def test_an_import_that_dies_is_no_whole_project(
    archive: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def dying(*arguments: object) -> None:
        written.append("one")
        if len(written) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(archives, "_copy", dying)
    with pytest.raises(KeyboardInterrupt):
        import_project(context, archive)
    assert list_projects(context) == ()
    monkeypatch.undo()
    # A process that is killed cannot tidy up: what it leaves says itself that it is half-made.
    monkeypatch.setattr(type(context.store), "delete_tree", lambda *_: None)
    monkeypatch.setattr(archives, "_refuse_damaged", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        import_project(context, archive)
    monkeypatch.undo()
    (found,) = list_projects(context)
    assert (found.status, found.models) == ("failed", ())
    assert "import has not ended" in found.error
    Workspace(context.store.root).delete_project("pump", confirm_name="pump")
    assert import_project(context, archive) == "pump"


def one(workspace: Workspace, pattern: str) -> Path:
    """The only file of a pattern in the project."""
    (path,) = workspace.context.store.local_path("projects").glob(f"*/{pattern}")
    return path


def problems(workspace: Workspace) -> str:
    """What the check says."""
    return " ".join(verify_project(workspace.context, "pump").problems)


def test_a_whole_project_is_called_whole(trained: Workspace) -> None:
    checked = verify_project(trained.context, "pump")
    assert checked.problems == ()
    assert checked.n_checked >= 6


def test_a_missing_and_a_swapped_part_are_told(copied: Workspace) -> None:
    part = next(copied.context.store.local_path("projects").glob("*/series/*/part-*.parquet"))
    held = part.read_bytes()
    part.write_bytes(held[::-1])
    assert "is not what was stored" in problems(copied)
    part.unlink()
    assert "is missing" in problems(copied)
    part.write_bytes(held)
    assert problems(copied) == ""


@pytest.mark.parametrize(
    ("pattern", "change", "said"),
    [
        ("dataset/dataset.json", lambda parts: parts["content"].update(n_rows="many"), "does not hold what it should"),
        ("dataset/quality.json", lambda parts: parts.update(schema="labels"), "of another kind"),
        ("series/main/manifest.json", lambda parts: parts.update(schema_version=99), "newer release"),
        ("models/*/model.json", lambda parts: parts["content"].pop("request"), "does not hold what it should"),
        ("models/*/model.json", lambda parts: parts["content"].update(name="other"), "in the place of another"),
    ],
)
def test_documents_edited_by_hand_are_told(copied: Workspace, pattern: str, change, said: str) -> None:
    path = one(copied, pattern)
    parts = json.loads(path.read_text())
    change(parts)
    path.write_text(json.dumps(parts))
    assert said in problems(copied)


def test_a_damaged_model_is_told(copied: Workspace) -> None:
    weights = one(copied, "models/*/versions/1/weights.npz")
    weights.write_bytes(weights.read_bytes()[:-100])
    assert "weights.npz" in problems(copied)
    weights.unlink()
    assert problems(copied) != ""


def test_one_damaged_project_hides_no_other(copied: Workspace, archive: Path) -> None:
    copied.import_project(archive, name="other")
    path = next(path for path in copied.context.store.local_path("projects").glob("pump-*/project.json"))
    path.write_text("{")
    found = {summary.name: summary.status for summary in list_projects(copied.context)}
    assert found["other"] == "ready"
    assert sorted(found.values()) == ["failed", "ready"]


def test_an_export_that_cannot_be_written_leaves_the_old_file(trained: Workspace, tmp_path: Path) -> None:
    with pytest.raises(L4EError, match="folder is not there"):
        export_project(trained.context, "pump", tmp_path / "absent" / "pump.zip")
    with pytest.raises(NotFound, match="no project called"):
        export_project(trained.context, "pumpe", tmp_path / "pump.zip")
    assert left_behind(tmp_path) == []

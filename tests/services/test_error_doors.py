"""One error, one sentence: library, command line, job and page say the same, for every code."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import click
import pytest

from l4e_widgets.adapters.cli import cli, main
from l4e_widgets.compute.runner import job_uri
from l4e_widgets.core import errors
from l4e_widgets.core.errors import L4EError
from l4e_widgets.jobs.worker import Work, run_job
from l4e_widgets.services.context import Context
from l4e_widgets.services.jobs import job
from l4e_widgets.services.library import Workspace
from l4e_widgets.storage.job_files import JobFiles, JobRequest
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.widgets.parts.events import PageState, answered
from l4e_widgets.widgets.results.model import ResultsModel
from tests.house.sources import module_files, shown, tree

KINDS = sorted(
    {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, L4EError)},
    key=lambda kind: kind.code,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_code_says_the_same_through_every_door(
    kind: type[L4EError], context: Context, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = kind("It is so.", where="pump.csv, row 3", got='"<b>x</b>"', expected="a number", fix="Mend it.")
    sentence = 'pump.csv, row 3: It is so. Got "<b>x</b>", expected a number. Mend it.'
    assert str(error) == sentence

    def failing(*_: object) -> Any:
        raise error

    monkeypatch.setitem(cli.commands, "fail", click.Command("fail", callback=failing))
    with pytest.raises(SystemExit) as leaving:
        main(["fail"])
    written = capsys.readouterr()
    assert (written.out, written.err) == ("", f"l4e: {sentence}\n")
    assert leaving.value.code == kind.exit_code

    page = PageState()
    answered(page, failing)
    assert page.error == sentence

    project = ProjectKeys.of("pump")
    files = JobFiles(context.store, project.job("one"))
    files.write_request(JobRequest(id="one", kind="train", arguments={}, actor="ada", created_ns=0))

    def body(_work: Work) -> dict[str, Any]:
        return dict(failing())

    assert run_job(job_uri(context.store, files.key), body) == kind.exit_code
    view = job(context, project, "one")
    assert view.status == ("CANCELED" if kind.code == "canceled" else "FAILED")
    assert type(view.error) is kind
    assert str(view.error) == sentence
    assert view.error is not None
    assert view.error.to_dict() == error.to_dict()


@pytest.fixture
def copied(trained: Workspace, tmp_path: Path) -> Workspace:
    """The trained workspace, to be damaged."""
    shutil.copytree(trained.context.store.local_path("projects"), tmp_path / "workspace" / "projects")
    return Workspace(tmp_path / "workspace")


def test_what_really_fails_reads_alike_in_library_page_and_command_line(
    copied: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    project, place = copied.project("pump"), ("--workspace", str(copied.context.store.root))
    cases: list[tuple[str, Any, tuple[str, ...]]] = [
        ("not_found", lambda: project.model("frist"), ("results", "pump", "frist")),
        ("not_found", lambda: copied.project("pumpe").summary, ("data", "pumpe")),
        ("not_found", lambda: project.train(sensors=["x"]), ("train", "pump", "--sensors", "x")),
        ("not_found", lambda: project.train(label_group="x"), ("train", "pump", "--labels", "x")),
        ("name", lambda: project.train("no/slash"), ("train", "pump", "--model", "no/slash")),
        ("blocked", lambda: project.train("first"), ("train", "pump", "--model", "first")),
        ("usage", lambda: copied.delete_project("pump", confirm_name="x"), ("delete", "pump", "--confirm", "x")),
        ("usage", lambda: project.model("first").set_alarm_budget(float("nan")), ("budget", "pump", "first", "nan")),
    ]
    for code, call, typed in cases:
        with pytest.raises(L4EError) as raised:
            call()
        assert raised.value.code == code
        with pytest.raises(SystemExit) as leaving:
            main([*typed, *place])
        assert capsys.readouterr().err == f"l4e: {raised.value}\n"
        assert leaving.value.code == raised.value.exit_code
    with pytest.raises(L4EError) as raised:
        project.model("frist")
    assert ResultsModel(copied.context, "pump", "frist").error == str(raised.value)
    calibration = next(copied.context.store.local_path("projects").rglob("calibration.json"))
    calibration.write_text("{")
    with pytest.raises(L4EError, match="damaged") as raised:
        _ = project.model("first").results.answer
    assert ResultsModel(copied.context, "pump", "first").error == str(raised.value)
    with pytest.raises(SystemExit):
        main(["results", "pump", "first", *place])
    assert capsys.readouterr().err == f"l4e: {raised.value}\n"


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_every_error_says_how_to_mend_it(path: Path) -> None:
    # A cancelled job was wanted, a blocker brings its own sentences, and a missing object of the store is told in the
    # words of the project by the service that asked for it.
    names = {kind.__name__ for kind in KINDS} - {"Canceled", "Blocked"}
    if shown(path) == "l4e_widgets/storage/objects.py":
        names -= {"NotFound", "StorageError"}
    silent = [
        call.lineno
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in names
        and not {word.arg for word in call.keywords} & {"fix", "expected"}
    ]
    assert not silent, f"{shown(path)}: the errors on lines {silent} leave the user alone"


@pytest.mark.parametrize(
    "typed",
    [["nonsense"], ["train"], ["results", "pump", "first", "--budget", "0"], ["answer", "p", "m", "1", "maybe"]],
)
def test_what_cannot_be_meant_leaves_with_2(typed: list[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(typed)
    assert leaving.value.code == 2


def test_every_command_that_answers_has_json() -> None:
    without = [
        name
        for name, found in cli.commands.items()
        if not any(p.name in ("as_json", "json_file") for p in found.params)
    ]
    assert without == ["demo", "dashboard"]


def test_names_are_refused_and_kept_apart_on_the_command_line(
    copied: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--workspace", str(copied.context.store.root))
    archive = copied.project("pump").export(tmp_path / "pump.zip")
    for name in ("../up", "/absolute", "x" * 500, "🙂🙂🙂", "<b>x</b>"):
        with pytest.raises(SystemExit) as leaving:
            main(["import", str(archive), "--name", name, *place])
        assert leaving.value.code == 1
        assert "cannot be used" in capsys.readouterr().err
    for name in ("CON", "con", "Pump"):
        with pytest.raises(SystemExit) as leaving:
            main(["import", str(archive), "--name", name, *place, "--json"])
        assert leaving.value.code == 0
        assert json.loads(capsys.readouterr().out) == {"imported": name}
    assert [project.name for project in copied.projects] == ["CON", "Pump", "con", "pump"]
    copied.delete_project("CON", confirm_name="CON")
    assert copied.project("con").model("first").results.answer.sentence

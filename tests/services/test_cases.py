"""What people say of an event outlives alarm budgets and models, and is told with the event."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from l4e_widgets.adapters.cli import main
from l4e_widgets.core.errors import DataError, NotFound, StorageError, UsageError
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.cases import answer_event, list_cases
from l4e_widgets.services.library import Workspace

from .conftest import FAULT


@pytest.fixture
def copied(trained: Workspace, tmp_path: Path) -> Workspace:
    """The trained workspace, to be changed."""
    shutil.copytree(trained.context.store.local_path("projects"), tmp_path / "workspace" / "projects")
    return Workspace(tmp_path / "workspace")


def at_fault(events):
    """The event that meets the seal leak."""
    return next(event for event in events if event.span.overlaps(TimeRange.of(*FAULT)))


def test_an_answer_outlives_budgets_and_training_again(copied: Workspace) -> None:
    project = copied.project("pump")
    model = project.model("first")
    case = project.answer(at_fault(model.results.answer.events), "real", note="Seal replaced.")
    assert (case.verdict, case.answered_by) == ("real", copied.context.actor)
    for budget in (0.01, 300.0):
        event = at_fault(model.results_at(budget).answer.events)
        assert (event.verdict, event.note, event.case) == ("real", "Seal replaced.", case.id)
    sensors = [share.sensor.name for share in event.sensors[:6]]
    again = project.train("second", sensors=sensors, train_end="2025-01-25").wait().model
    event = at_fault(again.results.answer.events)
    assert (event.verdict, event.case) == ("real", case.id)
    table = again.results.events
    assert "real" in set(table["verdict"])
    model.delete()
    assert project.cases == (case,)


def test_answering_again_changes_the_case_and_the_log_keeps_both(copied: Workspace) -> None:
    project = copied.project("pump")
    event = at_fault(project.model("first").results.answer.events)
    first = project.answer(event, "real")
    second = project.answer(event, "false", note="Sensor was recalibrated.")
    assert first.id == second.id
    assert project.cases == (second,)
    log = next(copied.context.store.local_path("projects").glob("*/actions.jsonl")).read_text().splitlines()
    assert [json.loads(line)["arguments"]["verdict"] for line in log if "answer_event" in line] == ["real", "false"]
    assert project.answer(event, "open").answered_by == ""


def test_other_times_and_other_sensors_are_other_cases(copied: Workspace) -> None:
    context = copied.context
    span = TimeRange.of("2025-02-03", "2025-02-04")
    one = answer_event(context, "pump", span, ["a", "b", "c"], verdict="real")
    two = answer_event(context, "pump", span, ["x", "y", "a"], verdict="false")
    assert one.id == two.id, "they share time and one of three sensors"
    three = answer_event(context, "pump", span, ["p", "q"], verdict="false")
    four = answer_event(context, "pump", TimeRange.of("2025-02-06", "2025-02-07"), ["a"], verdict="real")
    assert len({one.id, three.id, four.id}) == 3
    assert [case.id for case in list_cases(context, "pump")][-1] == four.id


def test_nonsense_is_a_sentence_and_changes_nothing(copied: Workspace) -> None:
    context, span = copied.context, TimeRange.of("2025-02-03", "2025-02-04")
    with pytest.raises(UsageError, match="Got perhaps, expected real, false, open"):
        answer_event(context, "pump", span, ["a"], verdict="perhaps")
    with pytest.raises(UsageError, match="needs a sensor"):
        answer_event(context, "pump", span, [], verdict="real")
    with pytest.raises(DataError, match="2561 characters"):
        answer_event(context, "pump", span, ["a"], verdict="real", note="x" * 2561)
    with pytest.raises(DataError, match="outside of the data"):
        answer_event(context, "pump", TimeRange.of("2031-01-01", "2031-01-02"), ["a"], verdict="real")
    with pytest.raises(NotFound, match="no project"):
        answer_event(context, "pumpe", span, ["a"], verdict="real")
    assert list_cases(context, "pump") == ()


def test_a_case_moved_by_hand_is_told(copied: Workspace) -> None:
    case = answer_event(copied.context, "pump", TimeRange.of("2025-02-03", "2025-02-04"), ["a"], verdict="real")
    path = next(copied.context.store.local_path("projects").glob(f"*/cases/{case.id}.json"))
    path.rename(path.with_name("other.json"))
    with pytest.raises(StorageError, match="belongs to another case"):
        list_cases(copied.context, "pump")


def test_the_command_line_answers_by_number_and_by_time(copied: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--workspace", str(copied.context.store.root))
    events = copied.project("pump").model("first").results.answer.events
    number = events.index(at_fault(events)) + 1
    assert typed("answer", "pump", "first", str(number), "real", "--note", "Seal", *place) == 0
    assert "Answered: real" in capsys.readouterr().out
    assert typed("results", "pump", "first", *place, "--json") == 0
    told = json.loads(capsys.readouterr().out)["events"][number - 1]
    assert (told["verdict"], told["note"]) == ("real", "Seal")
    assert typed("answer", "pump", "first", told["start"], "false", *place, "--json") == 0
    assert json.loads(capsys.readouterr().out)["case"] == told["case"]
    assert typed("answer", "pump", "first", "9999", "real", *place) == 1
    assert 'There is no event "9999"' in capsys.readouterr().err
    assert typed("answer", "pump", "first", "1", "perhaps", *place) == 2


def typed(*arguments: str) -> int:
    """Exit code of a command."""
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    return int(leaving.value.code or 0)

"""Cases at every door: told by the training, kept, joined with their answers, the same in JSON, text and report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.adapters.cli import main
from l4e_widgets.core.times import to_ns
from l4e_widgets.services.cases import answer_event
from l4e_widgets.services.explanations import start_explain
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.reports import save_report
from l4e_widgets.services.results import explained_results, results

STEP = 60 * 10**9
START = to_ns("2025-01-01")
PIECES = ((18_000, 18_080), (19_000, 19_080), (20_000, 20_080))
OTHER = (24_000, 24_100)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Six sensors of two causes; sensor s1 is off in three pieces of one trouble, s4 once more, days later."""
    rng = np.random.default_rng(4)
    n_rows = 26_000
    cause = np.empty((n_rows, 2))
    cause[0] = 0
    kicks = rng.normal(size=(n_rows, 2))
    for row in range(1, n_rows):
        cause[row] = 0.98 * cause[row - 1] + 0.2 * kicks[row]
    values = 20 + cause @ rng.normal(size=(2, 6)) + 0.2 * rng.normal(size=(n_rows, 6))
    for first, last in PIECES:
        values[first:last, 1] += 3.0
    values[OTHER[0] : OTHER[1], 4] -= 3.0
    index = pd.to_datetime(START + np.arange(n_rows) * STEP)
    made = Workspace(tmp_path_factory.mktemp("told"))
    made.create_project("plant", pd.DataFrame(values, index=index, columns=[f"s{i}" for i in range(6)]))
    made.project("plant").train("first", train_rows=16_000).wait()
    return made


def test_pieces_of_one_fault_are_one_row_with_its_events_inside(workspace: Workspace) -> None:
    found = results(workspace.context, "plant", "first")
    assert len(found.events) == 4
    assert [case.events for case in found.cases] == [(0, 1, 2), (3,)]
    slow = found.cases[0]
    assert slow.span.start == found.events[0].span.start
    assert slow.span.end == found.events[2].span.end
    assert "s1" in slow.sentence
    assert "above what the other 5 sensors imply" in slow.sentence
    assert slow.sentence.count("in 3 events") == 1


def test_training_has_explained_every_case_already(workspace: Workspace) -> None:
    found = results(workspace.context, "plant", "first")
    assert all(case.is_explained for case in found.cases)
    assert [sensor.name for sensor in found.cases[0].repair.sensors] == ["s1"]
    assert "there would have been no event" in found.cases[0].repair.sentence


def test_another_budget_tells_less_until_its_rows_were_looked_at(workspace: Workspace) -> None:
    before = results(workspace.context, "plant", "first", budget=3.5)
    assert before.cases
    assert not any(case.is_explained for case in before.cases)
    view = start_explain(workspace.context, "plant", "first", budget=3.5, wait=True)
    assert view.result == {"model": "first", "cases": len(before.cases)}
    after = results(workspace.context, "plant", "first", budget=3.5)
    assert all(case.is_explained for case in after.cases)
    assert [case.events for case in after.cases] == [case.events for case in before.cases]


def test_library_json_and_command_line_tell_the_same(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    found = explained_results(workspace.context, "plant", "first")
    table = workspace.project("plant").model("first").results.cases
    assert list(table["sentence"]) == [case.sentence for case in found.cases]
    folder = workspace.context.store.uri.removeprefix("file://")
    with pytest.raises(SystemExit):
        main(["results", "plant", "first", "--workspace", folder, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [case["sentence"] for case in told["cases"]] == list(table["sentence"])
    assert told["cases"][0]["events"] == [1, 2, 3]
    assert told["cases"][0]["repair"]["sensors"] == ["s1"]
    with pytest.raises(SystemExit):
        main(["results", "plant", "first", "--workspace", folder])
    assert f"1, 2, 3. {found.cases[0].sentence}" in " ".join(capsys.readouterr().out.split())


def test_an_answer_to_a_case_stands_at_each_event_and_in_the_report(workspace: Workspace, tmp_path: Path) -> None:
    case = results(workspace.context, "plant", "first").cases[0]
    context = replace(workspace.context, actor="anna")
    answer_event(context, "plant", case.span, case.sensor_ids, verdict="real", note="Bearing worn.")
    found = results(workspace.context, "plant", "first")
    assert [event.verdict for event in found.events] == ["real", "real", "real", "open"]
    assert (found.cases[0].verdict, found.cases[0].note) == ("real", "Bearing worn.")
    text = save_report(workspace.context, "plant", "first", tmp_path / "report.html").read_text()
    assert "2 cases, 4 events" in text
    assert "Real fault, says anna: Bearing worn." in text
    assert text.index(found.cases[1].sentence) < text.index('id="events"')

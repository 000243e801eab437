"""Alarm budgets before training: an estimate, marked as one, superseded by the next."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from l4e_widgets.adapters.cli import main
from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.estimates import estimate_of, start_estimate
from l4e_widgets.services.jobs import job, list_jobs
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.projects import create_project
from l4e_widgets.services.training import propose_training
from tests.services.conftest import FAULT, PumpRecord


@pytest.fixture
def project(pump: PumpRecord, context: Context) -> Context:
    """The small pump without a model."""
    create_project(context, "pump", pump.frame, wait=True)
    return context


def test_the_estimate_counts_events_and_says_what_it_is(project: Context) -> None:
    labelled = Workspace(project.store.root).project("pump").estimate_budgets(labels=[FAULT])
    assert labelled is not None
    count = labelled.count(1.0)
    assert (count.found, labelled.n_labels, labelled.is_whole) == (1, 1, True)
    assert [one.budget for one in labelled.counts] == sorted(one.budget for one in labelled.counts)
    assert labelled.sentence(1.0).startswith("Estimate from a quick fit on ")
    assert "1 of 1 label found" in labelled.sentence(1.0)
    with pytest.raises(UsageError):
        labelled.count(0)


def test_the_same_request_is_estimated_once_and_another_cancels_what_runs(project: Context) -> None:
    request = propose_training(project, "pump").request
    first = start_estimate(project, "pump", request, wait=True)
    again = start_estimate(project, "pump", replace(request, alarm_budget=5.0, model="other"))
    assert again.id == first.id
    assert estimate_of(again) is not None
    span = request.training_range
    shorter = replace(request, training_range=TimeRange(span.start, span.end - (span.end - span.start) // 4))
    running = start_estimate(project, "pump", shorter)
    last = start_estimate(project, "pump", replace(shorter, sensors=shorter.sensors[:8]), wait=True)
    assert last.status == "SUCCESS"
    keys = project_keys(project, "pump")
    assert job(project, keys, running.id).status != "FAILED"
    assert [view.id for view in list_jobs(project, keys) if view.kind == "estimate"][-1] in (running.id, last.id)


def test_the_command_line_estimates_and_trains_nothing(project: Context, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project.store.uri.removeprefix("file://")
    with pytest.raises(SystemExit) as left:
        main(["train", "pump", "--estimate", "--workspace", folder, "--json"])
    assert left.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["is_estimate"] is True
    assert len(told["counts"]) == 31
    assert Workspace(project.store.root).project("pump").summary.models == ()


def test_the_curve_of_a_model_in_json_names_found_missed_and_false(
    trained: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = trained.context.store.uri.removeprefix("file://")
    with pytest.raises(SystemExit) as left:
        main(["budget", "pump", "first", "--curve", "--json", "--workspace", folder])
    assert left.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert {point["found"] + point["missed"] for point in told["curve"]} == {1}
    assert told["best"] in [point["budget"] for point in told["curve"]]

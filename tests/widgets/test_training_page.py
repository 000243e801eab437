"""The page that trains: proposal, blockers, the training itself, and nothing left behind."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.services.library import Workspace
from l4e_widgets.widgets.dashboard import Dashboard
from l4e_widgets.widgets.results import ResultsModel
from l4e_widgets.widgets.training import Training, TrainingModel


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Two days of three sensors at a minute, with one label group."""
    rng = np.random.default_rng(4)
    index = pd.date_range("2025-01-01", periods=2_880, freq="min", name="timestamp")
    load = np.sin(np.arange(2_880) / 200)
    values = {name: load * gain + rng.normal(0, 0.1, 2_880) for name, gain in (("a", 1.0), ("b", -2.0), ("c", 0.5))}
    workspace = Workspace(tmp_path)
    workspace.create_project("machine", pd.DataFrame(values, index=index))
    return workspace


def trained(model: TrainingModel) -> None:
    """Look until the training has ended."""
    until = time.monotonic() + 60
    while model.look():
        assert time.monotonic() < until, "the training did not end"
        time.sleep(0.05)


def test_the_default_is_one_click_and_a_second_name_is_refused_in_words(workspace: Workspace) -> None:
    model = TrainingModel(workspace.context, "machine")
    assert model.error == ""
    assert model.blockers == ()
    assert "model-1" in model.sentence
    model.train()
    trained(model)
    assert model.trained == "model-1"
    assert model.sentence == "model-1 is trained."
    model.leave()
    assert model.proposal is not None
    assert model.proposal.request.model == "model-2"
    model.set_name("model-1")
    assert [blocker.sentence for blocker in model.blockers] == ["model-1 belongs to a model already; model-2 is free."]


def test_a_short_range_blocks_with_the_number_of_rows_that_is_needed(workspace: Workspace) -> None:
    model = TrainingModel(workspace.context, "machine")
    model.set_range(end="2025-01-01 02:00")
    assert "120 rows at 1 min, 200 are needed" in model.blockers[0].sentence
    model.set_range(end="")
    assert model.blockers == ()


def test_a_training_that_runs_is_found_again_by_another_page(workspace: Workspace) -> None:
    first = TrainingModel(workspace.context, "machine")
    first.train()
    second = TrainingModel(workspace.context, "machine")
    assert second.job is not None
    assert first.job is not None
    assert second.job.id == first.job.id
    trained(second)
    assert second.trained == "model-1"


def test_the_page_goes_away_without_a_trace(workspace: Workspace, no_widget_left: None) -> None:
    for _ in range(3):
        page = Training(workspace, project="machine")
        assert "Train model" in page.parts[0].html
        page.close()


def test_a_time_that_is_none_is_a_sentence(workspace: Workspace) -> None:
    page = Training(workspace, project="machine")
    _ = page.parts
    page._chosen("end", "tomorrow")
    assert '"tomorrow" is not a time' in page.model.error
    assert "disabled" in page.parts[0].html
    page._chosen("end", "")
    assert "disabled" not in page.parts[0].html
    page.close()


def test_the_report_leaves_the_results_page_as_a_file(workspace: Workspace) -> None:
    training = TrainingModel(workspace.context, "machine")
    training.train()
    trained(training)
    model = ResultsModel(workspace.context, "machine")
    model.make_report()
    until = time.monotonic() + 60
    while (content := model.look_at_report()) is None:
        assert time.monotonic() < until, "the report was not made"
        time.sleep(0.05)
    assert content.startswith(b"<!doctype html>") or content.startswith(b"<!DOCTYPE html>")
    assert b"model-1" in content


def test_the_side_of_the_dashboard_offers_a_model_as_soon_as_it_is_trained(workspace: Workspace) -> None:
    dashboard = Dashboard(workspace, query="project=machine&page=train")
    assert len(dashboard.parts) == 3
    page = dashboard._page
    assert isinstance(page, Training)
    assert "train first" in dashboard._side.html
    page.model.train()
    trained(page.model)
    assert "train first" not in dashboard._side.html
    assert "model-1" in dashboard._side.html
    assert dashboard._page is page
    dashboard.close()


def test_the_budget_is_estimated_when_the_page_opens_and_follows_it(workspace: Workspace) -> None:
    page = Training(workspace, project="machine")
    model, estimate = page.model, page.parts[3]
    assert model.estimate_words == "Estimate: a quick fit counts what this budget would have raised on the past."
    until = time.monotonic() + 60
    while model.look_at_estimate():
        assert time.monotonic() < until, "the estimate did not end"
        time.sleep(0.05)
    assert model.estimate is not None
    model.set_budget(5.0)
    assert "with 5 false alarms a month the past would have raised about" in estimate.html
    assert "<svg" in estimate.html
    first = model.estimate_job
    model.set_range(end="2025-01-01 18:00")
    assert model.estimate_job.id != first.id
    page.close()

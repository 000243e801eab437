"""First page with its sample, the overview while data is loaded or could not be, and the dialog that deletes."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.labels import save_labels
from l4e_widgets.services.projects import create_project, list_projects
from l4e_widgets.services.training import propose_training, train
from l4e_widgets.widgets.dashboard import Dashboard
from l4e_widgets.widgets.overview import ProjectDashboard
from l4e_widgets.widgets.overview.deleting import DeletingModel
from l4e_widgets.widgets.overview.model import OverviewModel
from l4e_widgets.widgets.projects import SampleModel, Welcome


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return open_context(tmp_path / "workspace")


@pytest.fixture
def machine(context: Context) -> Context:
    """A project of three sensors with one label group."""
    rng = np.random.default_rng(4)
    index = pd.date_range("2025-01-01", periods=2_880, freq="min", name="timestamp")
    create_project(context, "machine", pd.DataFrame(rng.normal(0, 1, (2_880, 3)), index=index, columns=list("abc")))
    return context


def finished(model: OverviewModel) -> None:
    """Look until the loading has ended."""
    until = time.monotonic() + 60
    while model.look():
        assert time.monotonic() < until, "the loading did not end"
        time.sleep(0.05)


def test_the_first_page_offers_both_ways_and_says_what_suits(context: Context, no_widget_left: None) -> None:
    asked: list[str] = []
    page = Welcome(context, new_project=lambda: asked.append("new"))
    html = page.parts[0].html
    assert "Load data and build your first model" in html
    assert "Try it with the sample pump" in html
    assert html.count("l4e-dot optional") == 3
    assert "14 days is the least worth trusting" in html
    assert "not vehicles, robots" in html
    page._chosen("new", "")
    assert asked == ["new"]
    page.close()


@pytest.mark.soak
def test_the_sample_is_made_beside_the_page_and_opened(context: Context, no_widget_left: None) -> None:
    opened: list[str] = []
    page = Welcome(context, open_project=opened.append)
    panel = page.parts[0]
    page._chosen("sample", "")
    assert page.sample.is_making
    assert "Keep this page open until it is done" in panel.html
    page._chosen("sample", "")
    page.sample.settle()
    assert page.sample.error == ""
    assert opened == ["sample-pump"]
    assert list_projects(context)[0].models == ("first-model",)
    again = SampleModel(context)
    again.start()
    assert (again.made, again.is_making) == ("sample-pump", False)
    page.close()


def test_the_overview_of_a_project_that_is_loaded_shows_its_steps_and_then_its_data(
    context: Context, tmp_path: Path, no_widget_left: None
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time,x\n" + "".join(f"2025-01-01 {h:02}:{m:02},{m}\n" for h in range(24) for m in range(60)))
    create_project(context, "loading", path, wait=False)
    page = ProjectDashboard(context, project="loading")
    html = page.parts[0].html
    assert "Cancel loading" in html
    assert 'role="progressbar"' in html
    assert "Delete project" not in html
    finished(page.model)
    assert page.model.status == "ready"
    assert "Delete project" in page.parts[0].html
    assert "progressbar" not in page.parts[0].html
    page.close()


def test_a_failed_project_can_be_corrected_or_deleted(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time,x\n" + "".join(f"03/04/2025 {h:02}:00,{h}\n" for h in range(24)))
    create_project(context, "machine", path, wait=False)
    dashboard = Dashboard(context, query="project=machine")
    _ = dashboard.parts
    finished(dashboard._page.model)
    assert "Correct and try again" in dashboard._page.parts[0].html
    assert "Delete project" in dashboard._page.parts[0].html
    dashboard._page._chosen("correct", "")
    assert dashboard.model.place.page == "create"
    assert "Day and month cannot be told apart" in dashboard._page.model.failure
    assert dashboard._page.model.files.sources == (str(path),)
    assert list_projects(context) == ()
    dashboard.close()


def test_delete_lists_what_goes_and_waits_for_the_whole_name(machine: Context) -> None:
    save_labels(machine, "machine", "known", [], expected_revision=0)
    model = DeletingModel(machine, "machine")
    model.open()
    assert dict(model.goes) == {
        "Data": "2880 rows, 3 sensors",
        "Label groups": "known (0 labels)",
        "Models": "none",
        "Not touched": "your own files and saved reports",
    }
    model.typed = "machin"
    assert model.why_not == "waits for the whole name"
    model.delete()
    model.settle()
    assert len(list_projects(machine)) == 1
    model.typed = "machine"
    model.delete()
    model.settle()
    assert model.deleted
    assert list_projects(machine) == ()


def test_delete_is_refused_while_a_training_runs(machine: Context) -> None:
    model = DeletingModel(machine, "machine")
    model.open()
    model.typed = "machine"
    train(machine, "machine", propose_training(machine, "machine"), wait=False)
    model.delete()
    model.settle()
    assert 'Project "machine" is at work: train' in model.blocked
    assert not model.deleted
    model.keep()
    model.open()
    assert model.why_not == "the project is at work"


def test_a_deleted_project_leads_back_to_the_list(machine: Context, no_widget_left: None) -> None:
    dashboard = Dashboard(machine, query="project=machine")
    _ = dashboard.parts
    page = dashboard._page
    page._chosen("delete", "")
    words = page.parts[2].children[0].children[0]
    assert "Delete project machine?" in words.html
    assert "Type machine to delete it" in words.html
    page._dialog._chosen("typed", "machine")
    page._dialog._chosen("delete", "")
    page.deleting.settle()
    assert dashboard.model.place.page == "projects"
    assert dashboard.model.projects == ()
    dashboard.close()

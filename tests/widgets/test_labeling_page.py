"""The page where known faults are labelled: groups, unsaved edits, two pages at once, and what a model keeps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.times import to_ns
from l4e_widgets.services.labels import label_group
from l4e_widgets.services.library import Workspace
from l4e_widgets.widgets.dashboard import Dashboard
from l4e_widgets.widgets.labeling import Labeling, LabelingModel
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.panel import STATIC

needs_front_end = pytest.mark.skipif(not STATIC.joinpath("panel.js").is_file(), reason="the front end is not built")
EDGES = to_ns("2025-01-01 06:00"), to_ns("2025-01-01 07:00")
LATER = to_ns("2025-01-01 12:00"), to_ns("2025-01-01 13:00")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One day of four sensors at a minute."""
    rng = np.random.default_rng(8)
    index = pd.date_range("2025-01-01", periods=1_440, freq="min", name="timestamp")
    values = {name: np.sin(np.arange(1_440) / 90) + rng.normal(0, 0.1, 1_440) for name in "abcd"}
    workspace = Workspace(tmp_path)
    workspace.create_project("machine", pd.DataFrame(values, index=index))
    return workspace


def test_the_first_label_is_saved_as_a_group_and_the_step_is_done(workspace: Workspace) -> None:
    model = LabelingModel(workspace.context, "machine")
    assert model.why_not_save == "nothing has changed"
    assert model.why_not_delete == "nothing of it is saved"
    model.labels.add(*EDGES)
    assert model.unsaved == "1 change not saved"
    model.save()
    assert (model.unsaved, model.why_not_delete) == ("", "")
    assert label_group(workspace.context, "machine", "known-faults").labels[0].span.start == EDGES[0]
    step = next(step for step in workspace.project("machine").summary.steps if step.key == "label")
    assert (step.state, step.fact) == ("done", "1 label group")


def test_another_group_does_not_cost_the_unsaved_edits_of_the_first(workspace: Workspace) -> None:
    model = LabelingModel(workspace.context, "machine")
    model.labels.add(*EDGES)
    model.new_group("other")
    assert model.labels.values == ()
    assert ("known-faults", "known-faults · new, 1 not saved") in model.choices
    model.open_group("known-faults")
    assert model.unsaved == "1 change not saved"


def test_two_pages_that_save_the_same_group_both_keep_their_labels(workspace: Workspace) -> None:
    first, second = (LabelingModel(workspace.context, "machine") for _ in range(2))
    first.labels.add(*EDGES)
    first.save()
    second.labels.add(*LATER)
    second.save()
    assert second.labels.conflict is not None
    assert len(second.labels.values) == 1
    second.labels.combine()
    second.save()
    assert [label.span.start for label in label_group(workspace.context, "machine", "known-faults").labels] == [
        EDGES[0],
        LATER[0],
    ]


def test_a_copy_goes_on_alone(workspace: Workspace) -> None:
    model = LabelingModel(workspace.context, "machine")
    model.labels.add(*EDGES)
    model.save()
    model.labels.add(*LATER)
    model.copy_group("copy")
    assert model.group == "copy"
    assert len(model.labels.values) == 2
    assert len(label_group(workspace.context, "machine", "known-faults").labels) == 1


@pytest.mark.parametrize(
    ("name", "said"), [("no spaces", "name"), ("known-faults", 'There is a label group called "known-faults" already')]
)
def test_a_bad_name_is_a_sentence_and_the_open_group_stays(workspace: Workspace, name: str, said: str) -> None:
    model = LabelingModel(workspace.context, "machine")
    model.labels.add(*EDGES)
    model.save()
    answered(model, lambda: model.new_group(name))
    assert said in model.error
    assert model.group == "known-faults"


def test_a_group_of_a_model_stays_and_the_model_keeps_its_labels(workspace: Workspace) -> None:
    model = LabelingModel(workspace.context, "machine")
    model.labels.add(*EDGES)
    model.save()
    workspace.project("machine").train("first", label_group="known-faults").wait()
    model.refresh()
    assert model.why_not_delete == "it was used to train first"
    answered(model, model.delete_group)
    assert "known-faults was not deleted" in model.error
    model.labels.clear()
    model.save()
    model.open_group("model:first")
    assert [label.span.start for label in model.labels.values] == [EDGES[0]]
    answered(model, lambda: model.labels.add(*LATER))
    assert "kept as they were" in model.error


def test_a_group_is_deleted_and_the_page_goes_on(workspace: Workspace) -> None:
    model = LabelingModel(workspace.context, "machine")
    model.labels.add(*EDGES)
    model.save()
    model.delete_group()
    assert (model.groups, model.group, model.labels.values) == ((), "known-faults", ())


def test_one_sensor_stays_and_six_are_the_most(workspace: Workspace) -> None:
    model = LabelingModel(workspace.context, "machine")
    ids = [sensor.id for sensor in model.sensors]
    model.show_sensor(ids[3])
    assert model.shown == tuple(ids)
    for sensor in ids:
        model.show_sensor(sensor)
    assert len(model.shown) == 1
    model.show_sensor("unknown")
    assert len(model.shown) == 1


@needs_front_end
def test_the_dashboard_keeps_edits_while_another_page_is_open(workspace: Workspace, no_widget_left: None) -> None:
    dashboard = Dashboard(workspace, query="project=machine&page=label", is_page=True)
    assert dashboard.widget is not None
    page = dashboard._page
    assert isinstance(page, Labeling)
    page.model.labels.add(*EDGES)
    dashboard.go("review", "machine")
    dashboard.go("label", "machine")
    assert isinstance(dashboard._page, Labeling)
    assert dashboard._page.model.unsaved == "1 change not saved"
    assert "group=known-faults" in dashboard.model.place.to_query()
    dashboard._page.model.save()
    assert dashboard.model.summary.steps[2].state == "done"
    dashboard.close()

"""Label groups: revisions, mergers, files, and models that keep what they were trained with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from l4e_widgets.core.errors import Blocked, Conflict, DataError, NameRefused, NotFound
from l4e_widgets.core.labels import Label, Rating
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.training import propose_training


@pytest.fixture
def copied(trained: Workspace, tmp_path: Path) -> Workspace:
    """The trained workspace, to be changed."""
    shutil.copytree(trained.context.store.local_path("projects"), tmp_path / "workspace" / "projects")
    return Workspace(tmp_path / "workspace")


def test_saves_are_revisions_and_an_old_start_is_refused(copied: Workspace) -> None:
    labels = copied.project("pump").labels
    first = labels.save("known", [("2025-01-05", "2025-01-06")], expected_revision=0)
    assert (first.group.revision, first.group.saved_by, first.notices) == (1, copied.context.actor, ())
    second = labels.save("known", [("2025-01-05", "2025-01-07"), ("2025-01-06", "2025-01-08")], expected_revision=1)
    assert second.group.labels == (Label(span=TimeRange.of("2025-01-05", "2025-01-08")),)
    assert "made one" in second.notices[0]
    with pytest.raises(Conflict, match="revision 2, you started from 1"):
        labels.save("known", [], expected_revision=1)
    assert labels["known"].revision == 2


def test_labels_that_cannot_belong_are_refused_and_nothing_is_saved(copied: Workspace, tmp_path: Path) -> None:
    labels = copied.project("pump").labels
    with pytest.raises(DataError, match="outside of the data"):
        labels.save("known", [("2031-01-05", "2031-01-06")])
    with pytest.raises(DataError, match="101 characters"):
        labels.save("known", [Label(span=TimeRange.of("2025-01-05", "2025-01-06"), fault_code="x" * 101)])
    bad = tmp_path / "bad.csv"
    bad.write_text("2025-01-05 00:00:00,2025-01-04 00:00:00\n")
    with pytest.raises(DataError, match="end is not after the start"):
        labels.import_file("known", bad)
    assert labels.groups == ()
    with pytest.raises(NotFound, match="no group yet"):
        labels["known"]


def test_a_file_goes_out_and_in_again(copied: Workspace, tmp_path: Path) -> None:
    labels = copied.project("pump").labels
    normal = Label(span=TimeRange.of("2025-01-20", "2025-01-21"), rating=Rating.NO_ANOMALY)
    spans = [TimeRange.of("2025-01-05 10:00", "2025-01-06"), TimeRange.of("2025-01-08", "2025-01-09 00:00:30")]
    labels.save("known", [*spans, normal])
    path = labels.export_file("known", tmp_path / "known.csv")
    assert path.read_text().splitlines()[0] == "2025-01-05 10:00:00,2025-01-06 00:00:00"
    taken = labels.import_file("again", path)
    assert [label.span for label in taken.group.labels] == spans
    more = tmp_path / "more.csv"
    more.write_text("2025-01-12 00:00:00,2025-01-13 00:00:00\n")
    assert len(labels.import_file("again", more).group.labels) == 3


def test_a_model_keeps_its_labels_and_its_group(copied: Workspace) -> None:
    project = copied.project("pump")
    neutral = Label(span=TimeRange.of("2025-01-12", "2025-01-13"), rating=Rating.NEUTRAL)
    project.labels.save("known", [("2025-01-05", "2025-01-06"), neutral])
    request = propose_training(copied.context, "pump", label_group="known").request
    assert request.labels == (TimeRange.of("2025-01-05", "2025-01-06"),)
    assert request.exclude == (neutral.span,)
    sensors = [sensor.name for sensor in project.dataset.sensors[:6]]
    project.train("grouped", sensors=sensors, label_group="known").wait()
    project.labels.save("known", [])
    assert project.labels["known"].used_by == ("grouped",)
    answer = project.model("grouped").results.answer
    assert answer.accuracy is None, "its label lies in the training range, so there is nothing to hold events against"
    with pytest.raises(Blocked, match="used to train grouped"):
        project.labels.delete("known")
    project.model("grouped").delete()
    project.labels.delete("known")
    assert project.labels.groups == ()


@pytest.mark.parametrize(
    "name", ["", "../up", "/absolute", "nul\0", "x" * 500, "pümp", "🙂", "<b>x</b>", "a b", "a/b", "a\n", ".."]
)
def test_names_that_break_the_rule_are_refused_for_groups_and_models(trained: Workspace, name: str) -> None:
    project = trained.project("pump")
    with pytest.raises(NameRefused, match="label group name cannot be used"):
        project.labels.save(name, [])
    if name:
        with pytest.raises(NameRefused, match="model name cannot be used"):
            project.train(name)
    assert project.labels.groups == ()
    assert project.summary.models == ("first",)


def test_names_that_differ_in_capitals_only_live_side_by_side(copied: Workspace) -> None:
    labels = copied.project("pump").labels
    for number, name in enumerate(("CON", "con", "Pump", "pump", "x" * 200), start=1):
        labels.save(name, [(f"2025-01-{number:02}", f"2025-01-{number + 1:02}")])
    assert {group.name: group.labels[0].span for group in labels.groups} == {
        name: TimeRange.of(f"2025-01-{number:02}", f"2025-01-{number + 1:02}")
        for number, name in enumerate(("CON", "con", "Pump", "pump", "x" * 200), start=1)
    }
    labels.delete("CON")
    assert labels["con"].labels

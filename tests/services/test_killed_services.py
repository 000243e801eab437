"""Killed at every boundary, a service call leaves the old state, the new one, or one that says it is half-made."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.labels import Label
from l4e_widgets.services.adding import add_data
from l4e_widgets.services.archives import export_project, import_project
from l4e_widgets.services.cases import answer_event, list_cases
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import quality, read_rows
from l4e_widgets.services.jobs import list_jobs, restart_job
from l4e_widgets.services.labels import label_groups, save_labels
from l4e_widgets.services.models import delete_model, list_models, set_alarm_budget
from l4e_widgets.services.projects import delete_project, list_projects, project_summary
from l4e_widgets.services.results import results, score_frame
from l4e_widgets.services.verify import verify_project
from l4e_widgets.storage.layout import MAIN_CLOCK, ProjectKeys
from l4e_widgets.storage.records import SeriesManifest
from tests.killing import dying, points
from tests.small import (
    FAULT,
    MODEL,
    N_ROWS,
    PROJECT,
    SetClock,
    create_small_project,
    small_context,
    small_frame,
    train_small_model,
)

SAMPLE = 4


@dataclass(frozen=True)
class Templates:
    """Workspaces to start from: an empty one, one with data, one with a model; and the project as one file."""

    empty: Path
    created: Path
    trained: Path
    archive: Path


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Workspaces that no test changes."""
    root = tmp_path_factory.mktemp("templates")
    (root / "empty").mkdir()
    create_small_project(small_context(root / "created"))
    shutil.copytree(root / "created", root / "trained")
    context = small_context(root / "trained")
    train_small_model(context)
    save_labels(context, PROJECT, "known", [Label(span=FAULT)])
    return Templates(
        root / "empty", root / "created", root / "trained", export_project(context, PROJECT, root / "x.zip")
    )


def later(root: Path) -> Context:
    """The workspace two hours later, looked at by another program."""
    return small_context(root, SetClock("2025-03-05 14:00"))


def whole(context: Context) -> None:
    """Check that everything that is listed can be read."""
    for model in list_models(context, PROJECT):
        score_frame(context, PROJECT, model.name)
        results(context, PROJECT, model.name)


def settle(context: Context) -> None:
    """Check the list of projects after a death, and remove what is there as a user would."""
    found = list_projects(context)
    assert len(found) <= 1
    for summary in found:
        assert summary.status in {"ready", "failed"}
        if summary.status == "ready":
            assert summary.n_rows == 480
            whole(context)
        else:
            assert summary.error.endswith((".", "!"))
        delete_project(context, PROJECT, confirm_name=PROJECT)
    assert list_projects(context) == ()


def after_create(context: Context) -> None:
    """A project is there whole, or not, or says that it is not; then its name is free."""
    settle(context)
    create_small_project(context)
    assert project_summary(context, PROJECT).status == "ready"
    assert [model.name for model in list_models(context, PROJECT)] == []


def more_rows() -> SensorFrame:
    """Sixty rows more, and the last twenty of before with other values."""
    frame = small_frame(N_ROWS + 60)
    return SensorFrame(frame.timestamps[N_ROWS - 20 :], frame.values[N_ROWS - 20 :] + 1, frame.sensors)


def append(context: Context) -> object:
    """Add them."""
    return add_data(context, PROJECT, more_rows())


def after_append(context: Context) -> None:
    """The rows of before or those of after are there; added again, they are there, and nothing of a death is."""
    old, new = small_frame(), more_rows()
    rows = read_rows(context, PROJECT)
    assert len(rows) in {N_ROWS, N_ROWS + 60}
    kept = N_ROWS if len(rows) == N_ROWS else N_ROWS - 20
    np.testing.assert_allclose(rows.values[:kept], old.values[:kept], rtol=1e-6)
    assert project_summary(context, PROJECT).n_rows == len(rows)
    assert len(quality(context, PROJECT).sensors) == len(old.sensors)
    append(context)
    rows = read_rows(context, PROJECT)
    np.testing.assert_allclose(rows.values, np.concatenate([old.values[: N_ROWS - 20], new.values]), rtol=1e-6)
    assert verify_project(context, PROJECT).problems == ()
    assert leftovers(context) == []


def leftovers(context: Context) -> list[str]:
    """Files of the series that its manifest does not list, and torn ones."""
    prefix = ProjectKeys.of(PROJECT).series(MAIN_CLOCK)
    manifest = context.documents.get(f"{prefix}/manifest.json", SeriesManifest).value
    there = [path.name for path in context.store.local_path(prefix).iterdir() if path.is_file()]
    listed = {"manifest.json", *(part.name for part in manifest.parts), *manifest.retired}
    return sorted(name for name in there if name not in listed and not name.endswith(".lock"))


def after_train(context: Context) -> None:
    """A model is there whole or not at all, and the same job started again, or a new one, makes it."""
    whole(context)
    keys = ProjectKeys.of(PROJECT)
    trainings = [view for view in list_jobs(context, keys) if view.kind == "train"]
    for view in trainings:
        if view.status != "SUCCESS":
            assert view.stale
            assert restart_job(context, keys, view.id).status == "SUCCESS"
    if not trainings:
        train_small_model(context)
    assert [model.name for model in list_models(context, PROJECT)] == [MODEL]
    whole(context)


def after_delete(context: Context) -> None:
    """A project is there whole, or gone, or half deleted and says so; then its name is free."""
    settle(context)
    import_project(context, ARCHIVE[0])
    assert project_summary(context, PROJECT).models == (MODEL,)
    whole(context)


ARCHIVE: list[Path] = []


def after_small_change(context: Context) -> None:
    """Everything can be read, and the change can be made again."""
    whole(context)
    assert project_summary(context, PROJECT).status == "ready"
    change(context)
    change(context)
    assert [case.verdict for case in list_cases(context, PROJECT)] == ["real"]
    assert [len(group.labels) for group in label_groups(context, PROJECT)] == [1]


def change(context: Context) -> None:
    """Some changes of a project with a model."""
    answer_event(context, PROJECT, FAULT, ("Pressure",), verdict="real", note="seal")
    save_labels(context, PROJECT, "known", [Label(span=FAULT, notes="seal")])
    set_alarm_budget(context, PROJECT, MODEL, 2.0)


def after_delete_model(context: Context) -> None:
    """The model is there whole or gone, and its name is free."""
    whole(context)
    try:
        delete_model(context, PROJECT, MODEL)
    except NotFound:
        assert list_models(context, PROJECT) == ()
    train_small_model(context)
    whole(context)


@dataclass(frozen=True)
class Scenario:
    """A call to kill: where it starts, what it does, what must hold afterwards."""

    start: str
    act: Callable[[Context], object]
    check: Callable[[Context], None]


SCENARIOS = {
    "create_project": Scenario("empty", create_small_project, after_create),
    "add_data": Scenario("created", append, after_append),
    "train": Scenario("created", train_small_model, after_train),
    "delete_project": Scenario(
        "trained", lambda context: delete_project(context, PROJECT, confirm_name=PROJECT), after_delete
    ),
    "import_project": Scenario("empty", lambda context: import_project(context, ARCHIVE[0]), after_delete),
    "delete_model": Scenario("trained", lambda context: delete_model(context, PROJECT, MODEL), after_delete_model),
    "answer_event, save_labels, set_alarm_budget": Scenario("trained", change, after_small_change),
}


def kill(templates: Templates, scenario: Scenario, root: Path, sample: int | None) -> tuple[int, int]:
    """Kill a call at its boundaries; how many were killed at, of how many."""
    ARCHIVE[:] = [templates.archive]
    start = getattr(templates, scenario.start)
    shutil.copytree(start, root / "counted")
    with dying(root / "counted") as counted:
        scenario.act(small_context(root / "counted"))
    chosen = points(counted.count, sample)
    for at in chosen:
        place = root / str(at)
        shutil.copytree(start, place)
        with dying(place, at):
            scenario.act(small_context(place))
        scenario.check(later(place))
        shutil.rmtree(place)
    return len(chosen), counted.count


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_killed_at_some_boundaries_nothing_half_made_passes_for_whole(
    templates: Templates, tmp_path: Path, scenario: Scenario
) -> None:
    killed, _ = kill(templates, scenario, tmp_path, SAMPLE)
    assert killed == SAMPLE


@pytest.mark.soak
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_killed_at_every_boundary_nothing_half_made_passes_for_whole(
    templates: Templates, tmp_path: Path, scenario: Scenario, record_property: Callable[[str, object], None]
) -> None:
    killed, boundaries = kill(templates, scenario, tmp_path, None)
    assert killed == boundaries
    name = next(name for name, other in SCENARIOS.items() if other is scenario)
    record_property("counted", f"{boundaries} boundaries of services killed at: {name}")

"""Off-time from door to door: such rows are neither learned from nor judged, and every door says so."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.errors import Blocked, DataError, NotFound
from l4e_widgets.core.times import to_ns
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.off_times import off_stretches
from l4e_widgets.services.results import model_record, results, score_frame
from l4e_widgets.services.training import propose_training
from l4e_widgets.widgets.training import TrainingModel

STEPS_A_DAY = 144


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Thirty days at ten minutes of a machine that stands still from 20:00 to 04:00, where its sensors wander."""
    rng = np.random.default_rng(3)
    n = 30 * STEPS_A_DAY
    clock = np.arange(n) % STEPS_A_DAY
    off = (clock >= 120) | (clock < 24)
    load = np.sin(np.arange(n) / 37) + rng.normal(0, 0.05, n)
    values = {"speed": np.where(off, 0.0, 1_480 + 5 * load + rng.normal(0, 1, n))}
    for name, gain in (("flow", 10.0), ("pressure", -2.0), ("temp", 4.0)):
        running = 50 + gain * load + rng.normal(0, 0.1, n)
        wandering = 20 + np.cumsum(rng.normal(0, 1.0, n)) % 30
        values[name] = np.where(off, wandering, running)
    index = pd.date_range("2025-01-01", periods=n, freq="10min", name="timestamp")
    workspace = Workspace(tmp_path_factory.mktemp("off"))
    workspace.create_project("mill", pd.DataFrame(values, index=index))
    workspace.project("mill").train("running", off_time="speed<200", train_end="2025-01-20").wait()
    return workspace


def test_the_rows_in_which_the_machine_is_off_are_neither_learned_from_nor_judged(workspace: Workspace) -> None:
    record = model_record(workspace.context, "mill", "running")
    assert record.n_rows_trained == 19 * 96
    frame = score_frame(workspace.context, "mill", "running")
    hours = pd.DatetimeIndex(pd.to_datetime(frame.timestamps)).hour
    assert len(frame) == 30 * 96
    assert set(hours) == set(range(4, 20))
    found = results(workspace.context, "mill", "running")
    assert len(found.events) <= 1
    assert any("Off while speed<200: 33 % of the rows in 31 stretches" in reason for reason in found.reasons)


def test_pages_and_exports_know_when_it_was_off(workspace: Workspace) -> None:
    found = results(workspace.context, "mill", "running")
    assert len(found.off_time) == 31
    assert found.off_time[1].start == to_ns("2025-01-01 20:00")
    assert found.off_time[1].end == to_ns("2025-01-02 04:00")
    assert json.loads(json.dumps(found.to_dict()))["off_time"][1]["start"].startswith("2025-01-01T20:00")


def test_the_sensor_that_tells_need_not_be_learned_from(workspace: Workspace) -> None:
    job = workspace.project("mill").train(
        "three", sensors=["flow", "pressure", "temp"], off_time="speed<200", train_end="2025-01-20"
    )
    model = job.wait().model
    assert [sensor.name for sensor in results(workspace.context, "mill", model.name).sensors] == [
        "flow",
        "pressure",
        "temp",
    ]
    assert len(score_frame(workspace.context, "mill", model.name)) == 30 * 96


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("sped<200", NotFound, "did you mean"),
        ("speed<9000", DataError, "the machine never runs"),
        ("speed", DataError, "neither < nor >"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_starts(
    workspace: Workspace, text: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        workspace.project("mill").train("bad", off_time=text)
    assert "bad" not in workspace.project("mill").summary.models


def test_too_few_rows_left_is_a_blocker_with_their_number(workspace: Workspace) -> None:
    proposal = propose_training(workspace.context, "mill", model="few", off_time="flow<58")
    with pytest.raises(Blocked, match="rows at 10 min, 200 are needed") as blocked:
        workspace.project("mill").train("few", off_time="flow<58", train_end="2025-01-04")
    assert "Off while flow<58: 8" in str(blocked.value)
    assert "choose another threshold of off-time" in str(blocked.value)
    assert proposal.request.off_time is not None
    assert off_stretches(workspace.context, "mill", None, 600.0) == ()


def test_the_training_page_takes_it_and_says_its_share(workspace: Workspace) -> None:
    model = TrainingModel(workspace.context, "mill")
    model.set_off_time("speed < 200")
    assert model.proposal is not None
    assert any("33 % of the rows" in reason for reason in model.proposal.reasons)
    assert len(model.off_time) == 31
    model.set_off_time("")
    assert model.off_time == ()


def test_the_report_shades_it(workspace: Workspace, tmp_path: Path) -> None:
    from l4e_widgets.services.reports import save_report

    text = save_report(workspace.context, "mill", "running", tmp_path / "r.html").read_text()
    assert text.count('"off"') >= 31 or text.count("off-time") >= 1
    assert "speed&lt;200, 31 stretches not judged" in text


def test_a_fault_known_only_while_the_machine_is_off_is_not_missed(workspace: Workspace) -> None:
    labels = [("2025-01-25 21:00", "2025-01-26 02:00"), ("2025-01-27 10:00", "2025-01-27 12:00")]
    workspace.project("mill").train("labelled", off_time="speed<200", train_end="2025-01-20", labels=labels).wait()
    found = results(workspace.context, "mill", "labelled")
    assert found.accuracy is not None
    assert [label.start for label in found.accuracy.labels] == [to_ns("2025-01-27 10:00")]

"""Projects come whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.errors import Blocked, DataError, NameRefused, NotFound, UsageError
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, edge_rows, quality, read_rows
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.projects import create_project, delete_project, list_projects, project_summary


def table(n_rows: int = 300) -> pd.DataFrame:
    """Two noisy sensors, one row a minute."""
    rng = np.random.default_rng(1)
    index = pd.date_range("2025-01-01", periods=n_rows, freq="min", name="timestamp")
    return pd.DataFrame({"flow": rng.normal(10, 1, n_rows), "speed": rng.normal(1500, 5, n_rows)}, index=index)


def written(folder: Path, n_rows: int = 300) -> Path:
    """The same as a CSV."""
    path = folder / "pump.csv"
    table(n_rows).to_csv(path)
    return path


def test_a_csv_becomes_a_project_that_reads_back_its_values(context: Context, tmp_path: Path) -> None:
    create_project(context, "pump-7", written(tmp_path), description="Feed water pump")
    summary = project_summary(context, "pump-7")
    assert (summary.status, summary.n_rows, summary.n_sensors) == ("ready", 300, 2)
    assert summary.sampling_rate_s == 60
    frame = read_rows(context, "pump-7", sensors=("speed",))
    np.testing.assert_allclose(frame.values[:, 0], table()["speed"], rtol=1e-12)
    assert [step.state for step in summary.steps] == ["done", "done", "optional", "ready", "blocked"]


def test_a_table_from_memory_is_taken_as_it_is(context: Context) -> None:
    shuffled = table().sample(frac=1, random_state=2)
    create_project(context, "from-memory", shuffled)
    frame = read_rows(context, "from-memory")
    np.testing.assert_allclose(frame.values, table().to_numpy(), rtol=1e-12)
    first, last = edge_rows(context, "from-memory", count=5)
    assert (len(first), len(last)) == (5, 5)
    assert last.timestamps[-1] == frame.timestamps[-1]
    assert len(quality(context, "from-memory").sensors) == 2


@pytest.mark.parametrize(
    "name", ["", "ab", "../up", "a/b/c", "/absolute", "pump\0", "x" * 171, "pümp", "<b>pump</b>", "pump 7", "pump.7"]
)
def test_names_that_break_the_rule_are_refused_and_leave_nothing(context: Context, tmp_path: Path, name: str) -> None:
    path = written(tmp_path)
    with pytest.raises(NameRefused, match="cannot be used"):
        create_project(context, name, path)
    assert list_projects(context) == ()


def test_names_that_differ_in_capitals_only_live_side_by_side(context: Context) -> None:
    for name in ("Pump", "pump", "CON"):
        create_project(context, name, table())
    assert [summary.name for summary in list_projects(context)] == ["CON", "Pump", "pump"]


def test_a_name_that_is_taken_is_refused_and_the_first_project_stays(context: Context) -> None:
    create_project(context, "pump", table(), description="the first")
    with pytest.raises(NameRefused, match="already"):
        create_project(context, "pump", table(400))
    assert project_summary(context, "pump").description == "the first"


@pytest.mark.parametrize(
    "content", [b"", b"time,flow\n", b"flow\n1\n2\n", b"a,b\nx,y\nz,w\n", b"\x00\x01\x02\xff" * 99]
)
def test_a_file_that_cannot_be_read_leaves_no_project(context: Context, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"bad\.csv"):
        create_project(context, "bad", path)
    assert list_projects(context) == ()
    assert context.store.children("projects") == []


def test_a_file_that_is_not_there_is_told_before_anything_is_made(context: Context) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.csv"):
        create_project(context, "pump", "nowhere.csv")
    assert context.store.children("projects") == []


def test_without_waiting_a_failure_stays_visible_with_its_sentence(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    path = tmp_path / "bad.csv"
    path.write_text("time,flow\n")
    project = workspace.create_project("later", path, wait=False)
    with pytest.raises(DataError):
        project.jobs[0].wait(timeout_s=60)
    assert project.summary.status == "failed"
    assert "bad.csv" in project.summary.error
    with pytest.raises(Blocked, match="no data yet"):
        project.dataset.read()


def test_deleting_asks_for_the_name_and_leaves_nothing_behind(context: Context) -> None:
    create_project(context, "pump", table())
    with pytest.raises(UsageError, match="nothing was deleted"):
        delete_project(context, "pump", confirm_name="pomp")
    assert project_summary(context, "pump").status == "ready"
    delete_project(context, "pump", confirm_name="pump")
    assert list_projects(context) == ()
    with pytest.raises(NotFound, match='no project called "pump"'):
        dataset_record(context, "pump")


def test_each_changing_call_is_one_line_of_the_action_log(context: Context) -> None:
    create_project(context, "pump", table())
    folder = context.store.children("projects")[0]
    lines = context.store.read(f"projects/{folder}/actions.jsonl").decode().splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["create_project"]
    assert json.loads(lines[0])["actor"] == context.actor

"""One alarm budget, five doors: library, page, report, export and command line tell the same events."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from l4e_widgets.adapters.cli import main
from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.exports import save_scores
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.models import list_models, set_alarm_budget
from l4e_widgets.services.reports import save_report
from l4e_widgets.widgets.results.model import ResultsModel


@pytest.fixture(scope="module")
def copied(trained: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The trained workspace, to be changed."""
    folder = tmp_path_factory.mktemp("budgets") / "workspace"
    shutil.copytree(trained.context.store.local_path("projects").parent, folder)
    return Workspace(folder)


def typed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command writes to standard output."""
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    written = capsys.readouterr()
    assert leaving.value.code == 0, written.err
    return written.out


def spans_of(flags: np.ndarray, times: np.ndarray) -> list[tuple[int, int]]:
    """Runs of ones as first and last moment."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags, [0]))))
    return [(int(times[first]), int(times[last - 1])) for first, last in edges.reshape(-1, 2)]


@pytest.mark.parametrize("budget", [0.01, 300.0])
def test_all_five_tell_the_same_events(
    copied: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], budget: float
) -> None:
    context, root = copied.context, copied.context.store.local_path("projects")
    stored = {path: path.read_bytes() for path in root.rglob("*.parquet")} | {
        path: path.read_bytes() for path in root.rglob("*.npz")
    }
    assert len(stored) >= 3
    set_alarm_budget(context, "pump", "first", budget)
    assert list_models(context, "pump")[0].alarm_budget == budget

    library = copied.project("pump").model("first").results.answer
    events = [event.span for event in library.events]
    assert library.budget == budget

    page = ResultsModel(context, "pump", "first")
    assert page.found is not None
    assert [event.span for event in page.found.events] == events

    shown = json.loads(
        typed(capsys, "results", "pump", "first", "--workspace", str(copied.context.store.root), "--json")
    )
    assert [TimeRange.from_iso(event) for event in shown["events"]] == events
    assert shown["sentence"] == library.sentence

    report = save_report(context, "pump", "first", tmp_path / "report.html").read_text()
    drawn = json.loads(report.split('id="l4e-data">')[1].split("</script>")[0])["events"]
    told = [(event["start"] * 1_000_000, event["end"] * 1_000_000) for event in drawn]
    assert told == [(span.start, span.end) for span in events]

    save_scores(context, "pump", "first", tmp_path / "scores.parquet")
    table = pl.read_parquet(tmp_path / "scores.parquet")
    times = table["timestamp"].dt.replace_time_zone(None).cast(pl.Datetime("ns")).cast(pl.Int64).to_numpy()
    evaluation = library.evaluation_range
    assert evaluation is not None
    inside = times >= evaluation.start
    runs = spans_of(table["prediction"].to_numpy()[inside], times[inside])
    assert [start for start, _ in runs] == [span.start for span in events]
    assert all(last < span.end for (_, last), span in zip(runs, events, strict=True))

    assert {path: path.read_bytes() for path in stored} == stored


def test_a_look_at_another_budget_puts_nothing_in_force(copied: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    place = str(copied.context.store.root)
    typed(capsys, "budget", "pump", "first", "2", "--workspace", place)
    looked = json.loads(typed(capsys, "results", "pump", "first", "--budget", "300", "--workspace", place, "--json"))
    assert looked["budget"] == 300
    assert list_models(copied.context, "pump")[0].alarm_budget == 2


@pytest.mark.parametrize("budget", [0.0, -1.0, float("nan"), float("inf")])
def test_a_budget_that_means_nothing_is_refused_alike(copied: Workspace, budget: float) -> None:
    model = copied.project("pump").model("first")
    sentences = set()
    for call in (
        lambda: model.set_alarm_budget(budget),
        lambda: model.results_at(budget).answer,
        lambda: copied.project("pump").train("other", alarm_budget=budget),
    ):
        with pytest.raises(UsageError) as refused:
            call()
        sentences.add(refused.value.what)
    assert sentences == {"The alarm budget must be a number above 0."}

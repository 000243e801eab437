"""Training: what is proposed, what stands in the way, and what comes out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.errors import Blocked, DataError, NameRefused, NotFound
from l4e_widgets.core.ranges import RangeChoice
from l4e_widgets.core.simulation.pump import PumpRecord
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.services.context import Context
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.projects import create_project
from l4e_widgets.services.training import blockers, propose_training, train

from .conftest import FAULT


def wander(n_rows: int, n_sensors: int) -> pd.DataFrame:
    """Sensors that wander together, one row a minute."""
    rng = np.random.default_rng(3)
    load = rng.normal(size=(n_rows, 1)).cumsum(axis=0) * 0.05
    index = pd.date_range("2025-01-01", periods=n_rows, freq="min", name="timestamp")
    values = 50 + load + rng.normal(size=(n_rows, n_sensors))
    return pd.DataFrame(values, index=index, columns=[f"s{i}" for i in range(n_sensors)])


def test_the_proposal_says_what_it_chose_and_why(trained: Workspace) -> None:
    proposal = propose_training(trained.context, "pump")
    assert proposal.request.model == "model-1"
    assert proposal.request.training_range.start == to_ns("2025-01-01")
    assert proposal.request.evaluation_range is not None
    assert proposal.request.training_range.end == proposal.request.evaluation_range.start
    assert any("first half" in reason for reason in proposal.reasons)


@pytest.mark.parametrize(("n_rows", "n_sensors", "needed"), [(180, 3, 200), (240, 50, 250)])
def test_too_few_rows_are_refused_with_the_number_that_is_needed(
    context: Context, n_rows: int, n_sensors: int, needed: int
) -> None:
    create_project(context, "short", wander(n_rows, n_sensors))
    with pytest.raises(Blocked, match=f"{needed} are needed"):
        train(context, "short", propose_training(context, "short"), wait=True)
    assert project_models(context) == ()


def project_models(context: Context) -> tuple[str, ...]:
    """Models of the project `short`."""
    from l4e_widgets.services.projects import project_summary

    return project_summary(context, "short").models


def test_the_sentence_names_an_end_that_would_do(context: Context) -> None:
    create_project(context, "short", wander(600, 3))
    proposal = propose_training(context, "short", choice=RangeChoice(train_end=to_ns("2025-01-01 02:00")))
    sentences = [blocker.sentence for blocker in blockers(context, "short", proposal.request)]
    assert len(sentences) == 1
    assert "120 rows at 1 min, 200 are needed" in sentences[0]
    assert "Choose an end of 2025-01-01 03:20 or later." in sentences[0]


def test_more_training_rows_than_there_are_is_refused(context: Context) -> None:
    create_project(context, "short", wander(300, 3))
    with pytest.raises(DataError, match="301 training rows were asked for and there are 300"):
        propose_training(context, "short", choice=RangeChoice(train_rows=301))


def test_a_label_outside_of_the_data_is_refused(context: Context) -> None:
    create_project(context, "short", wander(300, 3))
    with pytest.raises(DataError, match="outside of the data"):
        propose_training(context, "short", labels=[TimeRange.of("2031-01-01", "2031-01-02")])


def test_an_evaluation_inside_the_training_range_is_refused(context: Context) -> None:
    create_project(context, "short", wander(300, 3))
    choice = RangeChoice(train_end=to_ns("2025-01-01 04:00"), evaluate_from=to_ns("2025-01-01 03:00"))
    with pytest.raises(DataError, match="inside the training range"):
        propose_training(context, "short", choice=choice)


def test_sensors_that_cannot_be_learned_from_are_named(context: Context) -> None:
    data = wander(500, 2)
    data["counter"] = np.arange(500.0)
    data["stuck"] = 7.0
    create_project(context, "mixed", data)
    proposal = propose_training(context, "mixed")
    assert proposal.request.sensors == ("s0", "s1", "stuck")
    said = " ".join(proposal.reasons)
    assert "counter" in said
    assert "first movement only: stuck" in said


def test_names_of_models_are_checked_and_must_be_free(trained: Workspace) -> None:
    context = trained.context
    with pytest.raises(NameRefused, match="cannot be used"):
        train(context, "pump", propose_training(context, "pump", model="no/slash"))
    with pytest.raises(Blocked, match="first belongs to a model already; model-1 is free"):
        train(context, "pump", propose_training(context, "pump", model="first"))
    with pytest.raises(NotFound, match="no sensor called presure"):
        propose_training(context, "pump", sensors=["presure"])


def test_the_leak_is_found_and_its_seal_is_named(trained: Workspace, pump: PumpRecord) -> None:
    answer = trained.project("pump").model("first").results.answer
    fault = pump.faults[0]
    hits = [event for event in answer.events if event.span.overlaps(fault.span)]
    assert hits
    named = {share.sensor.id for event in hits for share in event.sensors[:3]}
    assert named & set(fault.guilty)
    assert answer.accuracy is not None
    assert answer.accuracy.n_found == 1
    assert answer.accuracy.labels == (TimeRange.of(*FAULT),)


def test_moving_the_budget_changes_events_and_no_stored_series(trained: Workspace) -> None:
    model = trained.project("pump").model("first")
    root = trained.context.store.local_path("projects")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and "jobs" not in path.parts}
    strict, loose = model.results_at(0.01), model.results_at(200.0)
    assert len(loose.answer.events) >= len(strict.answer.events)
    assert loose.scores["prediction"].sum() > strict.scores["prediction"].sum()
    assert {path: path.read_bytes() for path in root.rglob("*") if path in before} == before


def test_scores_contributions_and_events_agree(trained: Workspace, pump: PumpRecord) -> None:
    results = trained.project("pump").model("first").results
    scores = results.scores
    assert len(scores) == len(pump.frame)
    assert scores["anomaly_score"].dropna().between(0, 1).all()
    start = results.answer.evaluation_range
    assert start is not None
    evaluated = scores[scores.index >= pd.Timestamp(start.start, tz="UTC")]
    inside = pd.Series(False, index=evaluated.index)
    for event in results.events.itertuples():
        inside |= (evaluated.index >= event.start) & (evaluated.index < event.end)
    assert (evaluated["prediction"].astype(bool) == inside).all()
    shares = results.contributions.dropna()
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-3)

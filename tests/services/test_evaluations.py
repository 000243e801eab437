"""What is found out about a model after its training: budgets, cases, repair sets, alike stretches, cards."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.detection.recount import recount
from l4e_widgets.core.errors import NotFound, UsageError
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.services import backtests, budgets, explanations, sensitivity
from l4e_widgets.services.library import Workspace

STEP = 60 * 10**9
START = to_ns("2025-01-01")
FAULTS = ((18_000, 18_120), (21_000, 21_120), (24_000, 24_060))
PROJECT, MODEL = "small", "first"


def span_of(first: int, last: int) -> TimeRange:
    """Return the range of some rows."""
    return TimeRange(START + first * STEP, START + last * STEP)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Six sensors of two causes, a row a minute for 18 days; the same sensor is off twice, another one once."""
    rng = np.random.default_rng(4)
    n_rows = 26_000
    cause = np.empty((n_rows, 2))
    cause[0] = 0
    kicks = rng.normal(size=(n_rows, 2))
    for row in range(1, n_rows):
        cause[row] = 0.98 * cause[row - 1] + 0.2 * kicks[row]
    values = 20 + cause @ rng.normal(size=(2, 6)) + 0.2 * rng.normal(size=(n_rows, 6))
    for (first, last), column, size in zip(FAULTS, (1, 1, 4), (3.0, 2.5, -3.0), strict=True):
        values[first:last, column] += size
    index = pd.to_datetime(START + np.arange(n_rows) * STEP)
    frame = pd.DataFrame(values, index=index, columns=[f"s{i}" for i in range(6)])
    made = Workspace(tmp_path_factory.mktemp("evaluated"))
    made.create_project(PROJECT, frame)
    labels = [span_of(*fault) for fault in FAULTS[:2]]
    made.project(PROJECT).train(MODEL, train_rows=16_000, labels=labels).wait()
    return made


def test_any_budget_is_recounted_at_once_and_as_the_results_say(workspace: Workspace) -> None:
    past = budgets.model_past(workspace.context, PROJECT, MODEL)
    for budget in (0.1, 1.0, 20.0):
        started = time.perf_counter()
        receipt = budgets.count_budget(past, budget)
        assert time.perf_counter() - started < 0.1
        events = workspace.project(PROJECT).model(MODEL).results_at(budget).answer.events
        assert receipt.count.events == tuple(event.span for event in events)
    counted = budgets.count_budget(past, 1.0)
    assert counted.count.n_found == 2
    assert "2 of 2 labels found" in counted.sentence
    with pytest.raises(UsageError):
        budgets.count_budget(past, 0)


def test_the_curve_falls_to_less_found_and_less_false_and_the_best_of_it_finds_the_labels(
    workspace: Workspace,
) -> None:
    past = budgets.model_past(workspace.context, PROJECT, MODEL)
    curve = [receipt.count for receipt in budgets.budget_curve(past)]
    assert [count.budget for count in curve] == sorted(count.budget for count in curve)
    assert all(a.threshold > b.threshold for a, b in pairwise(curve))
    best = budgets.tune_budget(past)
    assert best is not None
    assert best.count.n_found == 2
    assert best.count.n_false == min(count.n_false for count in curve if count.n_found == 2)
    none = budgets.model_past(workspace.context, PROJECT, MODEL, labels=())
    assert budgets.tune_budget(none) is None
    assert recount(none, 1.0).accuracy is None


def test_an_event_is_explained_by_its_one_sensor_and_the_same_fault_before(workspace: Workspace) -> None:
    told = explanations.explain_event(workspace.context, PROJECT, MODEL, span_of(*FAULTS[1]))
    assert [sensor.name for sensor in told.repair.sensors] == ["s1"]
    assert told.repair.is_enough
    assert told.repair.score_before >= 0.5 > told.repair.scores_after[-1]
    assert told.repair.sentence == ("Had s1 read what the other 5 sensors imply, there would have been no event.")
    assert told.pattern == "level"
    assert told.nearest[0].span.overlaps(span_of(*FAULTS[0]))
    assert told.nearest[0].is_labelled
    assert told.nearest[0].likeness > 0.7
    assert "s1" in told.sentence
    assert "above what the other 5 sensors imply" in told.sentence
    assert "Most alike: 2025-01-13" in told.sentence
    assert sum(told.components.values()) == pytest.approx(1)


def test_where_no_event_is_there_is_nothing_to_explain(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="no event in"):
        explanations.explain_event(workspace.context, PROJECT, MODEL, span_of(19_000, 19_100))


def test_alike_stretches_are_found_in_the_whole_history(workspace: Workspace) -> None:
    explanations.prepare_alike(workspace.context, PROJECT, MODEL, wait=True)
    found = explanations.alike_stretches(workspace.context, PROJECT, MODEL, span_of(*FAULTS[0]))
    assert found[0].span.overlaps(span_of(*FAULTS[1]))
    assert found[0].is_labelled
    other = [stretch.likeness for stretch in found if stretch.span.overlaps(span_of(*FAULTS[2]))]
    assert found[0].likeness > 0.7 > max(other, default=0.0)


def test_two_troubles_are_two_cases(workspace: Workspace) -> None:
    cases = explanations.told_cases(workspace.context, PROJECT, MODEL)
    for fault in FAULTS:
        assert sum(case.span.overlaps(span_of(*fault)) for case in cases) == 1
    events = [event for case in cases for event in case.events]
    assert len(events) == len(workspace.project(PROJECT).model(MODEL).results.answer.events)


def test_the_card_says_what_is_caught_and_how_soon(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="not been made"):
        sensitivity.sensitivity_card(workspace.context, PROJECT, MODEL)
    sensitivity.start_sensitivity(workspace.context, PROJECT, MODEL, wait=True)
    card = sensitivity.sensitivity_card(workspace.context, PROJECT, MODEL)
    assert card.record.is_held_out
    assert card.record.within_s == 72 * 60
    assert len(card.record.entries) == 6 * 5
    bias = next(entry for entry in card.record.entries if (entry.sensor, entry.fault) == ("s1", "bias"))
    assert bias.smallest is not None
    assert 0.2 < bias.smallest < 3.0
    assert bias.first[-1] > 0.8
    assert 0 < bias.seconds[-1] < 72 * 60
    assert any("s1: a bias of" in sentence and "is caught within" in sentence for sentence in card.sentences)


def test_the_configuration_is_tested_at_past_cut_offs(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="not been back-tested"):
        backtests.backtest(workspace.context, PROJECT, MODEL)
    backtests.start_backtest(workspace.context, PROJECT, MODEL, n_cut_offs=3, wait=True)
    record = backtests.backtest(workspace.context, PROJECT, MODEL)
    assert len(record.folds) == 3
    assert not any(fold.problem for fold in record.folds)
    assert [fold.training.end for fold in record.folds] == [fold.watched.start for fold in record.folds]
    assert record.folds[0].n_rows_trained < record.folds[2].n_rows_trained
    assert sum(fold.n_found for fold in record.folds) == sum(fold.n_labels for fold in record.folds) >= 1


def test_a_model_is_judged_and_its_bands_hold(workspace: Workspace) -> None:
    found = sensitivity.model_quality(workspace.context, PROJECT, MODEL)
    assert found.state.value == "CANNOT_DETERMINE_QUALITY"
    assert "14 are the least" in found.reasons[0]
    assert found.share_used == 1.0
    assert 0.92 < found.coverage < 0.98
    assert found.unpredictable == ()
    assert len(found.blocks) == 12


def test_live_data_within_what_was_learned_is_no_drift(workspace: Workspace) -> None:
    found = sensitivity.drift(workspace.context, PROJECT, MODEL)
    assert not found.report.has_left
    assert "lie within what the model learned" in found.sentences[0]

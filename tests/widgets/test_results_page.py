"""The results page without a browser: cases, answers, labels and the budget that is moved."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace

import pytest

from l4e_widgets.core.detection.recount import CURVE_BUDGETS
from l4e_widgets.core.errors import Conflict
from l4e_widgets.core.labels import Rating
from l4e_widgets.services.cases import list_cases
from l4e_widgets.services.labels import label_group
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.results import results
from l4e_widgets.widgets.parts.panel import STATIC
from l4e_widgets.widgets.results import Results, ResultsModel
from l4e_widgets.widgets.results.budget import BudgetModel, budget_receipt
from l4e_widgets.widgets.results.events import events_section
from tests.widgets.test_pages import use

WAIT_S = 60
needs_front_end = pytest.mark.skipif(not STATIC.joinpath("panel.js").is_file(), reason="the front end is not built")


@pytest.fixture
def own(trained, tmp_path):
    """A copy of the small project that a test may change."""
    copy = tmp_path / "copy"
    shutil.copytree(trained.context.store.uri.removeprefix("file://"), copy)
    return Workspace(copy)


def model_with_a_case(workspace, actor="anna"):
    """The page's state with the first case open."""
    model = ResultsModel(replace(workspace.context, actor=actor), "pump")
    model.choose_case(0)
    return model


def test_the_case_is_told_first_and_its_repair_set_below(own):
    model = model_with_a_case(own)
    case = model.found.cases[0]
    assert model.sentence == (case.sentence, case.repair.sentence)
    assert model.chosen in case.events
    assert model.explain_job is None


def test_an_answer_is_stored_shown_and_taken_back(own):
    model = model_with_a_case(own)
    model.note = "Seal replaced"
    model.answer("real")
    assert model.error == ""
    assert (model.case.verdict, model.case.note, model.case.answered_by) == ("real", "Seal replaced", "anna")
    assert "real fault" in events_section(model.found, model.chosen)
    assert list_cases(own.context, "pump")[0].verdict == "real"
    model.answer("open")
    assert (model.case.verdict, model.case.note) == ("open", "")


def test_a_second_browser_that_has_not_seen_the_answer_is_told_of_it(own):
    anna, ben = model_with_a_case(own), model_with_a_case(own, "ben")
    anna.answer("false")
    with pytest.raises(Conflict, match=r'answered meanwhile by anna: False alarm.*"Real fault" was not stored'):
        ben.answer("real")
    assert ben.case.verdict == "false"
    ben.answer("real")
    assert (ben.case.verdict, ben.case.answered_by) == ("real", "ben")


def test_a_label_of_the_case_is_made_in_one_click(own):
    model = model_with_a_case(own)
    span = model.case.span
    model.make_label()
    group = label_group(own.context, "pump", "from-events")
    assert [(label.span, label.rating) for label in group.labels] == [(span, Rating.ANOMALY)]
    assert model.said == "Labelled in group from-events, revision 1."


def test_several_events_of_a_case_stand_below_it(trained):
    found = results(trained.context, "pump", "first")
    case = replace(found.cases[0], events=tuple(range(len(found.events))))
    told = replace(found, cases=(case,), events=found.events)
    html = events_section(told, 0, whole_case=True)
    assert html.count('data-act="case"') == (1 if len(found.events) > 1 else 0)
    assert html.count('data-act="event"') == len(found.events)


def test_the_budget_counts_as_the_results_do(own):
    model = BudgetModel(own.context, "pump")
    model.open("first", 1.0)
    for place in (0, len(CURVE_BUDGETS) - 1):
        model.ask(place)
        events = results(own.context, "pump", "first", budget=CURVE_BUDGETS[place]).events
        assert model.receipt.count.events == tuple(event.span for event in events)
    assert "labels found" in budget_receipt(model)
    assert model.best.count.n_found == 1


@needs_front_end
def test_a_budget_that_is_kept_is_in_force_and_its_events_are_shown(own, no_widget_left):
    page = Results(own, project="pump")
    head, _, table, slider, receipt = page.parts[:5]
    page.settle()
    assert 'data-act="ask"' in slider.html
    use(slider, "ask", str(len(CURVE_BUDGETS) - 1))
    assert "50 false alarms a month" in receipt.html
    use(receipt, "keep")
    wanted = len(results(own.context, "pump", "first").events)
    until = time.monotonic() + WAIT_S
    while page.model.look_at_cases() and time.monotonic() < until:
        pass
    assert len(page.model.found.events) == wanted
    assert page.model.found.budget == CURVE_BUDGETS[-1]
    assert table.html.count('data-act="event"') == wanted
    use(table, "event", "0")
    assert 'data-act="answer"' in head.html
    use(head, "answer", "false")
    assert "False alarm" in head.html
    page.close()


def test_a_model_whose_events_nobody_explained_is_explained_by_a_job(own):
    root = own.context.store.root
    for kept in root.glob("projects/*/models/*/versions/1/explained/*"):
        kept.unlink()
    model = ResultsModel(own.context, "pump")
    assert model.found is None
    assert model.explain_job.is_active
    until = time.monotonic() + WAIT_S
    while model.look_at_cases() and time.monotonic() < until:
        pass
    assert model.found.cases
    assert all(case.is_explained for case in model.found.cases)

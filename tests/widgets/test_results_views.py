"""The views of a model beside its events: what they say, that jobs go on, and that two models are told apart."""

from __future__ import annotations

import re
import time

import pytest

from l4e_widgets.figures.card_words import CardRow, CardTold, card_detail, card_sentence
from l4e_widgets.figures.labelled_events import labelled_events
from l4e_widgets.services.results import results
from l4e_widgets.services.sensitivity import sensitivity_card
from l4e_widgets.widgets.parts.panel import STATIC
from l4e_widgets.widgets.results import Results
from l4e_widgets.widgets.results.accuracy import AccuracyModel, accuracy_section
from l4e_widgets.widgets.results.compare import CompareModel, compare_panels, compare_section
from l4e_widgets.widgets.results.sensitivity import CardModel, card_section
from tests.widgets.conftest import FAULT

needs_front_end = pytest.mark.skipif(not STATIC.joinpath("panel.js").is_file(), reason="the front end is not built")


def ended(look) -> None:
    """Look until the job has ended."""
    until = time.monotonic() + 120
    while look():
        assert time.monotonic() < until, "the job did not end"
        time.sleep(0.05)


def test_the_card_is_made_by_a_job_and_names_the_weakest_first(trained) -> None:
    model = CardModel(trained.context, "pump")
    model.open("first")
    assert "Make the card" in card_section(model)
    model.make("6 h")
    ended(model.look)
    card = sensitivity_card(trained.context, "pump", "first")
    assert card.record.within_s == 21_600
    assert model.sentence == (card.sentence, card.detail)
    assert [row.weakness for row in card.rows] == sorted((row.weakness for row in card.rows), reverse=True)
    assert re.match(r"(A|Added) .* would be seen within 6 h", card.sentence)
    text = card_section(model)
    assert text.count("<tr") == 1 + 30
    again = CardModel(trained.context, "pump")
    again.open("first")
    assert again.card is not None
    assert again.card.to_dict() == card.to_dict()


def test_the_card_says_what_is_not_seen() -> None:
    rows = (
        CardRow(
            sensor="tank level",
            unit="%",
            told=(
                CardTold(fault="bias", smallest=41.0, share=0.7, seconds=60.0),
                CardTold(fault="stuck", smallest=None, share=None, seconds=None),
            ),
            first=0.2,
        ),
        CardRow(
            sensor="flow",
            unit="bar",
            told=(CardTold(fault="ramp", smallest=0.412, share=0.1, seconds=60.0),),
            first=None,
        ),
    )
    assert card_sentence(rows, 21_600) == (
        "A drift of 0.41 bar in flow would be seen within 6 h; a stuck tank level would not."
    )
    assert card_detail(rows, n_injected=3900, days=61, is_held_out=True) == (
        "3900 faults added to normal stretches within 61 days that training never saw. "
        "Of those caught, the right sensor is named first in 20 %."
    )


def test_labels_are_held_against_events_by_the_chosen_rules(trained) -> None:
    model = AccuracyModel(trained.context, "pump")
    found = results(trained.context, "pump", "first")
    model.open(found)
    assert model.accuracy == found.accuracy
    assert model.sentence[0].startswith(f"{found.accuracy.n_found} of 1 labelled fault found")
    picture = labelled_events(model.events, model.accuracy, found.evaluation_range)
    assert picture.count("<rect") == len(model.events) + 1
    model.gap = "24 h"
    assert len(model.events) <= len(found.events)
    assert FAULT[0] in accuracy_section(model)


def test_the_back_test_is_a_job_and_stays(trained) -> None:
    model = AccuracyModel(trained.context, "pump")
    model.open(results(trained.context, "pump", "first"))
    model.test()
    ended(model.look)
    assert model.folds is not None
    assert accuracy_section(model).count("<tr") >= 1 + len(model.folds.folds)


def test_two_models_are_compared_where_both_looked(trained) -> None:
    model = CompareModel(trained.context, "pump")
    first = results(trained.context, "pump", "first")
    model.open(first)
    if not model.names:
        assert model.sentence[0] == "There is no other model to compare with."
        assert "One model only" in compare_section(model)
    job = trained.project("pump").train("other", train_end="2025-01-20")
    job.wait()
    try:
        model.open(first)
        assert model.second.model == "other"
        assert model.shared == first.evaluation_range
        assert [panel.name for panel in compare_panels(model)] == ["Score of first", "Score of other"]
        n_first, n_other = len(model.events(first)), len(model.events(model.second))
        assert ("each" in model.sentence[0]) == (n_first == n_other)
        for event in model.only(first, model.second):
            assert not any(event.span.overlaps(other.span) for other in model.second.events)
    finally:
        from l4e_widgets.services.models import delete_model

        delete_model(trained.context, "pump", "other")


@needs_front_end
def test_a_view_hides_the_events_and_comes_back(trained, no_widget_left) -> None:
    page = Results(trained, project="pump")
    head, chart, table = page.parts[:3]
    assert table.layout.display in ("", None)
    page.model.look_at_view("accuracy")
    assert (chart.layout.display, table.layout.display) == ("none", "none")
    assert "labelled fault found" in head.html
    page.model.look_at_view("nonsense")
    assert page.model.view == "accuracy"
    page.model.look_at_view("events")
    assert table.layout.display == ""
    page.settle()
    page.close()

"""The views of a model beside its events: sensitivity, accuracy with back-test, and another model on the same axis."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from l4e_widgets.widgets.parts.chart_place import ChartPlace
from l4e_widgets.widgets.parts.events import PageState, answered, sentence_of
from l4e_widgets.widgets.parts.markup import Html, together
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.parts.ticker import Ticker
from l4e_widgets.widgets.results.accuracy import AccuracyModel, accuracy_section
from l4e_widgets.widgets.results.compare import CompareModel, compare_choice, compare_panels, compare_section
from l4e_widgets.widgets.results.model import ResultsModel
from l4e_widgets.widgets.results.sensitivity import CardModel, card_section

__all__ = ["Views"]


class Views:
    """What stands below the head while another view than the events is chosen.

    Parameters
    ----------
    model : ResultsModel
        State of the page.
    """

    def __init__(self, model: ResultsModel) -> None:
        self.model = model
        self.card = CardModel(model.context, model.project)
        self.accuracy = AccuracyModel(model.context, model.project)
        self.compare = CompareModel(model.context, model.project)
        self._states: dict[str, PageState] = {
            "sensitivity": self.card,
            "accuracy": self.accuracy,
            "compare": self.compare,
        }
        self._chart = ChartPlace("Scores of two models over time")
        self._panel = Panel(self.chosen)
        self._ticker = Ticker(self._look)
        self._told: Callable[[], None] = lambda: None

    @property
    def parts(self) -> list[ipywidgets.Widget]:
        """Widgets below the head, hidden while the events are shown."""
        return [self._chart.widget, self._panel]

    def watch(self, told: Callable[[], None]) -> None:
        """Draw whatever changes, and tell the page so that its sentence follows.

        Parameters
        ----------
        told : callable
            Draws the head of the page.
        """
        self._told = told
        self.card.observe(self._changed, names=["card", "job", "error"])
        self.accuracy.observe(self._changed, names=["gap", "early", "folds", "job", "error"])
        self.compare.observe(self._changed, names=["second", "error"])

    def show(self) -> None:
        """Read what the chosen view shows, and draw it."""
        found, view = self.model.found, self.model.view
        state = self._states.get(view)
        for part in self.parts:
            part.layout.display = "none" if state is None else ""
        if state is None or found is None:
            return
        opened: dict[str, Callable[[], None]] = {
            "sensitivity": lambda: self.card.open(found.model),
            "accuracy": lambda: self.accuracy.open(found),
            "compare": lambda: self.compare.open(found),
        }
        answered(state, opened[view])
        self._draw()

    @property
    def sentence(self) -> tuple[str, str]:
        """What the chosen view says first, and the line below it."""
        state = self._states.get(self.model.view)
        return state.sentence if state is not None else ("", "")  # type: ignore[attr-defined,no-any-return]

    def tools(self) -> Html:
        """What stands above the chart of the chosen view."""
        return compare_choice(self.compare) if self.model.view == "compare" else together()

    def chosen(self, act: str, value: str) -> None:
        """Do what a control of a view asks for.

        Parameters
        ----------
        act, value : str
            As the panel sends them.
        """
        if act == "card":
            answered(self.card, lambda: self.card.make(value))
        elif act == "backtest":
            answered(self.accuracy, self.accuracy.test)
        elif act in ("gap", "early"):
            answered(self.accuracy, lambda: self.accuracy.set_trait(act, value))
        elif act == "compare":
            answered(self.compare, lambda: self.compare.take(value))
        if any(view.job is not None and view.job.is_active for view in (self.card, self.accuracy)):
            self._ticker.start()

    def close(self) -> None:
        """Look no more; jobs go on without the page."""
        self._ticker.stop()
        for state in self._states.values():
            state.unobserve_all()

    def _look(self) -> bool:
        looked = [answered(state, state.look) for state in (self.card, self.accuracy)]
        return any(looked)

    def _changed(self, _: object) -> None:
        if self.model.view in self._states:
            self._draw()

    def _draw(self) -> None:
        """Draw the chosen view."""
        view = self.model.view
        sections = {
            "sensitivity": lambda: card_section(self.card),
            "accuracy": lambda: accuracy_section(self.accuracy),
            "compare": lambda: compare_section(self.compare),
        }
        panels, failed = sentence_of(lambda: compare_panels(self.compare)) if view == "compare" else ([], "")
        self.model.error = failed or self.model.error
        off_time = self.model.found.off_time if self.model.found else ()
        self._chart.show(panels or [], **({"off_time": off_time} if panels else {}))
        self._panel.show(sections[view]())
        self._told()

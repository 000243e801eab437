"""The page that shows what a model found."""

from __future__ import annotations

import ipywidgets

from l4e_widgets.figures.answers import budget_text
from l4e_widgets.figures.wording import count_text
from l4e_widgets.widgets.parts.blocks import banner, button, choice, empty_place, head, sentence
from l4e_widgets.widgets.parts.chart_place import ChartPlace
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered, sentence_of
from l4e_widgets.widgets.parts.glyphs import badge
from l4e_widgets.widgets.parts.latest import Latest
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.parts.ticker import Ticker
from l4e_widgets.widgets.results.answering import answer_buttons, answer_row
from l4e_widgets.widgets.results.budget import BudgetModel, budget_controls, budget_receipt
from l4e_widgets.widgets.results.chart import chart_events, results_panels
from l4e_widgets.widgets.results.events import events_csv, events_section, notes_section
from l4e_widgets.widgets.results.model import VIEWS, WINDOWS, ResultsModel
from l4e_widgets.widgets.results.views import Views

__all__ = ["Results"]


class Results(Page):
    """Events of a model, the sensors behind them, and how they looked over time.

    Parameters
    ----------
    workspace : Workspace, Context, str, Path or None
        Where the project is; the user's default place where None.
    project : str
        Name of the project.
    model : str
        Name of the model; the newest one where empty.
    event : str
        Start of an event to open, as a time; the whole range where empty.
    """

    def __init__(self, workspace: Place = None, *, project: str, model: str = "", event: str = "") -> None:
        super().__init__(ResultsModel(context_of(workspace), project, model, event))
        self.model: ResultsModel
        self.budget = BudgetModel(self.model.context, project)
        self.views = Views(self.model)
        self._ticker = Ticker(self._look)
        self._counting = Latest(self._count)
        self._drawing = Latest(self._explain_chart)
        self._drawn: object = None

    def build(self) -> list[ipywidgets.Widget]:
        """Make head, chart and table.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        self._head = Panel(self._chosen)
        self._chart = ChartPlace("Anomaly score and sensors over time")
        self._chart.widget.add_class("l4e-beside")
        self._table = Panel(self._chosen)
        self._slider, self._receipt = Panel(self._chosen), Panel(self._chosen)
        told = [
            "found",
            "chosen",
            "whole_case",
            "width",
            "window",
            "error",
            "report_job",
            "explain_job",
            "said",
            "view",
        ]
        self.watch(self._draw_head, told)
        self.watch(self._draw_chart, ["found", "chosen", "window"])
        self.watch(self._draw_table, ["found", "chosen", "whole_case"])
        self.budget.observe(self._draw_receipt, names=["receipt", "curve", "best", "error"])
        self._events_parts = [self._chart.widget, self._table, self._slider, self._receipt]
        self.watch(self._show_view, ["view", "found"])
        self.views.watch(self._draw_head)
        if self.model.found is not None:
            self._counting.ask()
        if self.model.explain_job is not None:
            self._ticker.start()
        return [self._head, self._chart.widget, self._table, self._slider, self._receipt, *self.views.parts]

    def settle(self) -> None:
        """Wait until the chart is drawn and every budget is counted; the page does both beside its work."""
        self._drawing.settle()
        self._counting.settle()

    def _count(self) -> None:
        """Count every budget of the open model, away from the kernel's own thread."""
        model, budget, found = self.model, self.budget, self.model.found
        if found is not None and budget.model != model.model:
            answered(budget, lambda: budget.open(model.model, found.budget))
            self._slider.show(budget_controls(budget))
            self._draw_receipt()

    def _draw_receipt(self, _: object = None) -> None:
        self._receipt.show(budget_receipt(self.budget))

    def _chosen(self, act: str, value: str) -> None:
        model = self.model
        if act == "event":
            answered(model, lambda: model.choose(int(value)))
        elif act == "case":
            answered(model, lambda: model.choose_case(int(value)))
        elif act == "answer":
            answered(model, lambda: model.answer(value))
        elif act == "label":
            answered(model, model.make_label)
        elif act == "note":
            model.note = value
        elif act == "group":
            model.group = value
        elif act == "ask":
            answered(self.budget, lambda: self.budget.ask(int(value)))
        elif act == "keep":
            answered(self.budget, self.budget.keep)
            self._recounted()
        elif act == "step":
            answered(model, lambda: model.step(int(value)))
        elif act == "width":
            answered(model, lambda: model.zoom(value))
        elif act == "view":
            answered(model, lambda: model.look_at_view(value))
        elif act == "compare":
            self.views.chosen(act, value)
        elif act == "report":
            answered(model, model.make_report)
            self._ticker.start()
        elif act == "save" and model.found is not None:
            self._head.download(f"{model.project}-{model.model}-events.csv", events_csv(model.found), "text/csv")

    def _recounted(self) -> None:
        """Have the events of the budget that was put in force explained, and show them then."""
        self._draw_receipt()
        answered(self.model, self.model.recount)
        self._ticker.start()

    def _look(self) -> bool:
        """Look whether cases and report are made, hand the report to the reader, and tell whether to look again."""
        goes_on = bool(answered(self.model, self.model.look_at_cases))
        if self.model.found is not None and not self.budget.model:
            self._counting.ask()
        if self.model.report_job is None or not self.model.report_job.is_active:
            return goes_on
        content = answered(self.model, self.model.look_at_report)
        if content is not None:
            self._head.download(f"{self.model.project}-{self.model.model}.html", content, "text/html")
        return goes_on or self.model.report_job.is_active

    def _show_view(self) -> None:
        """Show the parts of the chosen view and hide the others."""
        is_events = self.model.view == "events"
        for part in self._events_parts:
            part.layout.display = "" if is_events else "none"
        self.views.show()

    def close(self) -> None:
        """Look no more for a report and take the page away."""
        self.views.close()
        self._ticker.stop()
        self._counting.stop()
        self._drawing.stop()
        self.budget.unobserve_all()
        super().close()

    def _actions(self) -> list[Html]:
        """What can be taken along."""
        found, view = self.model.found, self.model.report_job
        busy = view is not None and view.is_active
        report = button("Making report" if busy else "Save report", "report", off="being made" if busy else "")
        return [*([button("Save events as CSV", "save")] if found and found.events else []), report]

    def _draw_head(self) -> None:
        model, found = self.model, self.model.found
        if found is None:
            missing = None if model.error else self._nothing_yet()
            self._head.show(banner(model.error), head("Results"), element("div.l4e-sec", missing))
            return
        if model.view != "events":
            self._head.show(
                banner(model.error), self._title(), sentence(*self.views.sentence, sign="normal"), self.views.tools()
            )
            return
        event = model.event
        sign = event.severity if event else "normal" if not found.events else "warning"
        if not event and any(one.severity == "critical" for one in found.events):
            sign = "critical"
        self._head.show(
            banner(model.error),
            self._title(),
            sentence(*model.sentence, sign=sign, actions=answer_buttons(model)),
            answer_row(model),
            self._tools(),
        )

    def _title(self) -> Html:
        """Title, the choice of view, and what can be taken along."""
        budget = budget_text(self.model.found.budget) if self.model.found else ""
        return head(
            "Results",
            badge("trained", "eval"),
            choice("view", VIEWS, self.model.view, label="View"),
            element("span.l4e-2.l4e-s.l4e-nw", f"budget: {budget}"),
            actions=self._actions(),
        )

    def _nothing_yet(self) -> Html:
        """What stands there before there are results."""
        if self.model.explain_job is not None:
            return empty_place("The events are being explained", "It is done once, and goes on without this page.")
        return empty_place("No model yet", "Train one, and what it finds is shown here.")

    def _tools(self) -> Html:
        """Steps from event to event, and how much time is in view."""
        model = self.model
        count = len(model.found.events) if model.found else 0
        here = f"Event {model.chosen + 1} of {count}" if model.event else count_text(count, "event")
        if not count:
            return element("div")
        return element(
            "div.l4e-row.l4e-tools-row",
            button(
                "Event before", "step", "-1", kind="icon", icon="back", off="" if model.chosen != 0 else "first event"
            ),
            element("span.l4e-s.l4e-nw.l4e-count", here),
            button(
                "Next event",
                "step",
                "1",
                kind="icon",
                icon="next",
                off="" if model.chosen < count - 1 else "last event",
            ),
            choice("width", [(name, name) for name in WINDOWS], model.width, label="Time in view"),
        )

    def _draw_table(self) -> None:
        found = self.model.found
        if found is None:
            self._table.show()
            return
        self._table.show(
            events_section(found, self.model.chosen, whole_case=self.model.whole_case), notes_section(found)
        )

    def _wanted(self) -> object:
        """What the chart has to show now."""
        model, found = self.model, self.model.found
        return (model.model, found.budget, len(found.events), model.chosen, model.window) if found else None

    def _draw_chart(self) -> None:
        """Draw at once where rows are only read; where they are scored again the old picture stays until it is done."""
        if self._wanted() == self._drawn and self._drawn is not None:
            return
        if self.model.event is None:
            self._show_chart(self._wanted())
        else:
            self._drawing.ask()

    def _explain_chart(self) -> None:
        """Draw what is wanted now."""
        wanted = self._wanted()
        if wanted != self._drawn:
            self._show_chart(wanted)

    def _show_chart(self, wanted: object) -> None:
        model = self.model
        training = model.found.training_range if model.found else None
        panels, failed = sentence_of(lambda: results_panels(model))
        if wanted != self._wanted():
            return
        model.error = failed or model.error
        chosen = model.chosen if model.event else None
        self._chart.show(
            panels or [],
            events=chart_events(model),
            training=training,
            off_time=model.found.off_time if model.found else (),
            window=model.window,
            chosen=chosen,
        )
        self._drawn = wanted

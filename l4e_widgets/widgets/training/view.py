"""The page that trains a model, and shows the training while it runs."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from l4e_widgets.core.times import duration_text, minute_text
from l4e_widgets.figures.answers import budget_text
from l4e_widgets.figures.curves import rate_curve_picture
from l4e_widgets.services.jobs import JobView
from l4e_widgets.widgets.parts.blocks import banner, button, choice, head, sentence
from l4e_widgets.widgets.parts.chart import ChartPanel
from l4e_widgets.widgets.parts.chart_place import ChartPlace
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered, sentence_of
from l4e_widgets.widgets.parts.glyphs import badge, glyph
from l4e_widgets.widgets.parts.job_steps import progress_bar, steps_table
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.parts.ticker import Ticker
from l4e_widgets.widgets.training.model import BUDGETS, TrainingModel

__all__ = ["Training"]

GOES_ON = "Training goes on when you close this page or the notebook. You find it again under Train."


class Training(Page):
    """Train a model: the proposal with its reasons, what blocks it, and the training while it runs.

    Parameters
    ----------
    workspace : Workspace, Context, str, Path or None
        Where the project is; the user's default place where None.
    project : str
        Name of the project.
    open_results : callable, optional
        Called with the name of a model when its results are asked for.
    """

    def __init__(
        self, workspace: Place = None, *, project: str, open_results: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(TrainingModel(context_of(workspace), project))
        self.model: TrainingModel
        self._open = open_results
        self._ticker = Ticker(self._look)
        self._estimating = Ticker(self._look_at_estimate)

    def build(self) -> list[ipywidgets.Widget]:
        """Make head, chart, form and monitor.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        self._head = Panel(self._chosen)
        self._chart = ChartPlace("Training range")
        self._form = Panel(self._chosen)
        self._why = Panel(self._chosen)
        self._monitor = Panel(self._chosen)
        self._estimate = Panel()
        names = ["proposal", "blockers", "job", "error", "trained", "log"]
        self.watch(self._draw_head, names)
        self.watch(self._draw_form, ["groups", "job"])
        self.watch(self._draw_why, ["proposal", "job"])
        self.watch(self._draw_estimate, ["estimate", "estimate_job", "budget", "job"])
        self.watch(self._begin_estimate, ["proposal"])
        self.watch(self._draw_chart, ["proposal", "job"])
        self.watch(self._draw_monitor, ["job", "log"])
        if self.model.job is not None and self.model.job.is_active:
            self._ticker.start()
        return [self._head, self._chart.widget, self._form, self._estimate, self._why, self._monitor]

    def close(self) -> None:
        """Look no more and take the page away; the training goes on."""
        self._ticker.stop()
        self._estimating.stop()
        answered(self.model, self.model.stop_estimate)
        super().close()

    def _begin_estimate(self) -> None:
        """Estimate what budgets would raise with the training as it is proposed now."""
        _, failed = sentence_of(self.model.start_estimate)
        if not failed and self.model.estimate_job is not None:
            self._estimating.start()

    def _look_at_estimate(self) -> bool:
        goes_on, _ = sentence_of(self.model.look_at_estimate)
        return bool(goes_on)

    def _draw_estimate(self) -> None:
        model, found = self.model, self.model.estimate
        if model.job is not None or not model.estimate_words:
            self._estimate.show()
            return
        points = [(count.budget, count.events_a_month) for count in found.counts] if found else []
        self._estimate.show(
            element(
                "div.l4e-budget-receipt.l4e-estimate",
                element("p.l4e-s", model.estimate_words, role="status"),
                element("div", Html(rate_curve_picture(points, model.budget))),
            )
        )

    def _look(self) -> bool:
        return bool(answered(self.model, self.model.look))

    def _chosen(self, act: str, value: str) -> None:
        model = self.model
        actions: dict[str, Callable[[], None]] = {
            "name": lambda: model.set_name(value),
            "start": lambda: model.set_range(start=value),
            "end": lambda: model.set_range(end=value),
            "budget": lambda: model.set_budget(float(value)),
            "group": lambda: model.use_group(value),
            "off": lambda: model.set_off_time(value),
            "cancel": model.cancel,
            "again": model.leave,
        }
        if act == "train":
            answered(model, model.train)
            if model.job is not None:
                self._ticker.start()
        elif act == "results" and self._open is not None:
            self._open(value)
        elif act in actions:
            answered(model, actions[act])
            if act == "budget":
                self._draw_form()

    def _draw_head(self) -> None:
        model = self.model
        view = model.job
        if view is not None:
            sign = {"SUCCESS": "normal", "FAILED": "blocked"}.get(view.status, "ready")
            self._head.show(
                banner(model.error),
                head(f"Training {self._name_of(view)}", _state(view), actions=self._job_actions(view)),
                sentence(model.sentence, GOES_ON if view.is_active else "", sign=sign),
            )
            return
        off = model.error or (model.blockers[0].sentence if model.blockers else "")
        off = off or ("" if model.proposal else "nothing to train yet")
        blocks = badge(f"{len(model.blockers)} blocking", "warn") if model.blockers else None
        self._head.show(
            banner(model.error),
            head("Train a model", blocks, actions=[button("Train model", "train", kind="primary", off=off)]),
            sentence(model.sentence, sign="blocked" if model.blockers else "ready"),
            *(banner(blocker.sentence, kind="crit") for blocker in model.blockers),
        )

    def _name_of(self, view: JobView) -> str:
        """Name of the model that a job makes."""
        request = self.model.proposal.request if self.model.proposal else None
        return str(view.result.get("model", "")) or (request.model if request else "")

    def _job_actions(self, view: JobView) -> list[Html]:
        """What can be done with a training."""
        if view.is_active:
            return [button("Cancel training", "cancel")]
        again = button("Train another", "again")
        if view.status == "SUCCESS" and self._open is not None:
            return [again, button("Open results", "results", self.model.trained, kind="primary")]
        return [again]

    def _draw_form(self) -> None:
        model = self.model
        if model.job is not None or model.proposal is None:
            self._form.show()
            return
        request = model.proposal.request
        groups = [("", "no labels"), *((group.name, group.name) for group in model.groups)]
        options = [element("option", words, value=name, selected=name == model.group or None) for name, words in groups]
        budgets = [(f"{budget:g}", f"{budget:g} a month") for budget in BUDGETS]
        self._form.show(
            element(
                "div.l4e-cols.l4e-training-form.l4e-sec",
                _field("Model name", "name", request.model, "letters, digits, _ and -"),
                _field("Learn from, UTC", "start", minute_text(request.training_range.start), "empty: as proposed"),
                _field("to, UTC", "end", minute_text(request.training_range.end), "the rest is looked at"),
                element(
                    "div.l4e-field",
                    element("label", "Known faults", for_="l4e-training-group"),
                    element(
                        "select.l4e-in", options, id="l4e-training-group", data_act="group", aria_label="Known faults"
                    ),
                    element("div.hint", "left out of training"),
                ),
            ),
            element(
                "div.l4e-cols.l4e-training-form.l4e-sec",
                _field(
                    "Machine off while",
                    "off",
                    model.off_text,
                    "such as speed<200; neither learned from nor judged; empty: it always runs",
                ),
            ),
            element(
                "div.l4e-sec.l4e-row",
                element("h2.l4e-h2", "Alarm budget"),
                element("span.l4e-2", "false alarms you can live with when nothing is wrong"),
                choice("budget", budgets, f"{model.budget:g}", label="Alarm budget"),
            ),
        )

    def _draw_why(self) -> None:
        model = self.model
        if model.job is not None or model.proposal is None:
            self._why.show()
            return
        reasons = [
            element("li.l4e-row", glyph("done", tone="normal"), element("span", reason))
            for reason in model.proposal.reasons
        ]
        warned = [
            element("li.l4e-row", glyph("warning", tone="warn"), element("span", words))
            for words in model.proposal.warnings
        ]
        pairs = [(element("dt", name), element("dd", value)) for name, value in model.rest]
        self._why.show(
            element(
                "div.l4e-cols.l4e-halves.l4e-sec",
                element("div", element("h2.l4e-h2", "Why"), element("ul.l4e-why", [*reasons, *warned])),
                element("div", element("h2.l4e-h2", "The rest"), element("dl.l4e-dl", pairs)),
            )
        )

    def _draw_chart(self) -> None:
        model = self.model
        found = answered(model, lambda: model.source) if model.job is None and not model.error else None
        if found is None or model.proposal is None:
            self._chart.show([])
            return
        source, sensor = found
        request = model.proposal.request
        shown = dict.fromkeys((sensor, *((request.off_time.sensor,) if request.off_time else ())))
        panels = [ChartPanel(source=source, sensors=(one,)) for one in shown]  # type: ignore[arg-type]
        self._chart.show(panels, training=request.training_range, off_time=model.off_time)

    def _draw_monitor(self) -> None:
        view = self.model.job
        if view is None:
            self._monitor.show()
            return
        self._monitor.show(
            progress_bar(view, "Progress of the training"),
            element(
                "div.l4e-row.l4e-between.l4e-2.l4e-s",
                element("span", f"{round(100 * view.progress)} %, {duration_text(view.seconds)} gone"),
                element("span", budget_text(self.model.budget)),
            ),
            element("h2.l4e-h2.l4e-sec", "Steps"),
            steps_table(view, "Steps of the training"),
            element("h2.l4e-h2.l4e-sec", "Log"),
            element("pre.l4e-log", self.model.log or "Nothing was logged yet."),
        )


def _field(words: str, act: str, value: str, hint: str) -> Html:
    """One field to type in."""
    name = f"l4e-training-{act}"
    return element(
        "div.l4e-field",
        element("label", words, for_=name),
        element("input.l4e-in", id=name, type="text", value=value, data_act=act, spellcheck="false"),
        element("div.hint", hint),
    )


def _state(view: JobView) -> Html:
    """State of a training as a badge."""
    if view.status == "SUCCESS":
        return badge("trained", "eval")
    if view.status == "FAILED":
        return badge("failed", "crit")
    if view.status == "CANCELED":
        return badge("cancelled", "off")
    return badge("running", "run")

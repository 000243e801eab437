"""The alarm budget on the results page: what any budget would have raised, recounted as it is moved."""

from __future__ import annotations

import traitlets

from l4e_widgets.core.detection.recount import CURVE_BUDGETS
from l4e_widgets.figures.answers import budget_text
from l4e_widgets.figures.curves import budget_curve_picture
from l4e_widgets.services.budgets import BudgetReceipt, budget_curve, count_budget, model_past, tune_budget
from l4e_widgets.services.context import Context
from l4e_widgets.services.models import set_alarm_budget
from l4e_widgets.widgets.parts.blocks import banner, button
from l4e_widgets.widgets.parts.events import PageState
from l4e_widgets.widgets.parts.markup import Html, element, together

__all__ = ["BudgetModel", "budget_controls", "budget_receipt"]


class BudgetModel(PageState):
    """A budget that is tried on the past; nothing is in force before it is kept.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    asked: float = traitlets.Float(1.0)
    receipt: BudgetReceipt | None = traitlets.Any(None, allow_none=True)
    curve: tuple[BudgetReceipt, ...] = traitlets.Tuple()
    best: BudgetReceipt | None = traitlets.Any(None, allow_none=True)

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project
        self.model = ""
        self.in_force = 1.0
        self._past = None

    def open(self, model: str, budget: float) -> None:
        """Read the stored statistic of a model once and count every budget of the curve.

        Parameters
        ----------
        model : str
            Name of the model.
        budget : float
            Budget in force, false alarms a month.
        """
        self.model, self.in_force, self.asked = model, budget, budget
        self._past = model_past(self.context, self.project, model)
        self.receipt = count_budget(self._past, budget)
        self.curve = budget_curve(self._past)
        self.best = tune_budget(self._past) if self._past.labels else None

    def ask(self, place: int) -> None:
        """Count another budget.

        Parameters
        ----------
        place : int
            Place on the slider: a budget of the curve, or one past its end for the one in force.
        """
        if self._past is not None and 0 <= place < len(CURVE_BUDGETS):
            self.asked = CURVE_BUDGETS[place]
            self.receipt = count_budget(self._past, self.asked)

    def keep(self) -> None:
        """Put the budget that was asked for in force, for every reader."""
        set_alarm_budget(self.context, self.project, self.model, self.asked)
        self.in_force = self.asked

    @property
    def place(self) -> int:
        """Place of the asked budget on the slider."""
        return min(range(len(CURVE_BUDGETS)), key=lambda number: abs(CURVE_BUDGETS[number] / self.asked - 1))


def budget_controls(model: BudgetModel) -> Html:
    """Heading and slider; they stay as they are while it is moved.

    Parameters
    ----------
    model : BudgetModel
        What is tried.

    Returns
    -------
    Html
        Nothing while no model is open.
    """
    if model.receipt is None:
        return together(banner(model.error))
    low, high = budget_text(CURVE_BUDGETS[0]), f"{CURVE_BUDGETS[-1]:g}"
    return element(
        "section.l4e-below",
        element("h2.l4e-h2", "Alarm budget"),
        element(
            "div.l4e-row.l4e-budget",
            element("span.l4e-s.l4e-2", low),
            element(
                "input",
                type="range",
                min=0,
                max=len(CURVE_BUDGETS) - 1,
                step=1,
                value=model.place,
                data_act="ask",
                aria_label="Alarm budget, false alarms a month",
            ),
            element("span.l4e-s.l4e-2", high),
        ),
    )


def budget_receipt(model: BudgetModel) -> Html:
    """What the budget would have raised, and the curve of all of them.

    Parameters
    ----------
    model : BudgetModel
        What is tried.

    Returns
    -------
    Html
        Nothing while no model is open.
    """
    receipt = model.receipt
    if receipt is None:
        return together()
    low, high = receipt.count.plausible
    certain = f"The training allows {low:.2g} to {high:.2g} a month at this alarm line (95 %)."
    best = f"Serves the labels best: {budget_text(model.best.count.budget)}." if model.best else ""
    kept = model.asked == model.in_force
    picture = budget_curve_picture([one.count for one in model.curve], model.asked)
    return element(
        "div.l4e-budget-receipt",
        element(
            "div",
            element("p", receipt.sentence, role="status"),
            element("p.l4e-s.l4e-2", f"{certain} {best}"),
            element("span.l4e-s.l4e-2", "This budget is in force.")
            if kept
            else button(f"Use {budget_text(model.asked)}", "keep", kind="small"),
            banner(model.error),
        ),
        element("div", Html(picture)),
    )

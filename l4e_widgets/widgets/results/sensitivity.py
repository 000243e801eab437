"""The view that says which faults a model would see: the sensitivity card, made by a job where it is not there yet."""

from __future__ import annotations

import traitlets

from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.times import duration_text
from l4e_widgets.figures.answers import budget_text
from l4e_widgets.figures.card_words import CardRow, CardTold, size_text
from l4e_widgets.figures.wording import share_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.jobs import JobView, job
from l4e_widgets.services.sensitivity import SensitivityCard, sensitivity_card, start_sensitivity
from l4e_widgets.widgets.parts.blocks import Column, banner, button, choice, empty_place, table
from l4e_widgets.widgets.parts.events import PageState
from l4e_widgets.widgets.parts.glyphs import glyph
from l4e_widgets.widgets.parts.job_steps import job_bar
from l4e_widgets.widgets.parts.markup import Html, element, together

__all__ = ["CardModel", "card_section"]

COLUMNS = (
    Column("Sensor", "flex"),
    Column("Bias", "l4e-num"),
    Column("Drift", "l4e-num"),
    Column("Noise", "l4e-num"),
    Column("Stuck, seen after", "l4e-num"),
    Column("Decoupled, seen after", "l4e-num"),
    Column("Named first", "l4e-num"),
)
KINDS = ("bias", "ramp", "noise", "stuck", "decoupled")
SIZED = KINDS[:3]
TIMES = {"1 h": 3_600.0, "6 h": 21_600.0, "24 h": 86_400.0, "72 h": 259_200.0}
AMBER_FROM = 0.5


class CardModel(PageState):
    """The sensitivity card of a model, and the job that makes it.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    card: SensitivityCard | None = traitlets.Any(None, allow_none=True)
    job: JobView | None = traitlets.Any(None, allow_none=True)

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project
        self.model = ""

    def open(self, model: str) -> None:
        """Read the card of a model where there is one.

        Parameters
        ----------
        model : str
            Name of the model.
        """
        if model != self.model:
            self.model, self.job = model, None
        try:
            self.card = sensitivity_card(self.context, self.project, model)
        except NotFound:
            self.card = None

    def make(self, within: str = "") -> None:
        """Have the card made; that goes on without the page.

        Parameters
        ----------
        within : str
            A key of `TIMES`; a time of 72 rows where empty.
        """
        if self.job is None or not self.job.is_active:
            self.job = start_sensitivity(self.context, self.project, self.model, within_s=TIMES.get(within))

    def look(self) -> bool:
        """Look how the job stands, and tell whether it goes on.

        Returns
        -------
        bool
            Whether to look again.

        Raises
        ------
        L4EError
            The card could not be made.
        """
        if self.job is None or not self.job.is_active:
            return False
        self.job = job(self.context, project_keys(self.context, self.project), self.job.id)
        if self.job.error is not None:
            raise self.job.error
        if self.job.status == "SUCCESS":
            self.open(self.model)
        return self.job.is_active

    @property
    def sentence(self) -> tuple[str, str]:
        """What the view says first, and the line below it."""
        if self.card is None:
            return "Which faults would this model see, and how small?", ""
        return self.card.sentence, self.card.detail


def card_section(model: CardModel) -> Html:
    """The card as a table, or how to get it.

    Parameters
    ----------
    model : CardModel
        State of the view.

    Returns
    -------
    Html
        Markup below the sentence.
    """
    making = model.job is not None and model.job.is_active
    bar = job_bar(model.job) if making else together()
    card = model.card
    if card is None:
        lines = "Faults of five kinds are added to your own normal data and scored like live rows; only the card stays."
        make = button("Make the card", "card", kind="primary", off="being made" if making else "")
        return together(
            banner(model.error), bar, element("div.l4e-sec", empty_place("No card yet", element("p", lines), make))
        )
    within = next((name for name, seconds in TIMES.items() if seconds == card.record.within_s), "")
    return together(
        banner(model.error),
        element(
            "div.l4e-row.l4e-tools-row",
            element("span.l4e-s.l4e-2", "Seen within"),
            choice("card", [(name, name) for name in TIMES], within, label="Seen within"),
            element(
                "span.l4e-s.l4e-2",
                f"this card: {duration_text(card.record.within_s)}, {budget_text(card.record.budget)}",
            ),
            element("span.l4e-grow"),
            element("span.l4e-s.l4e-2", "smallest fault caught 9 times in 10; bar: share of the largest size tried"),
        ),
        bar,
        table(COLUMNS, [_row(row) for row in card.rows], label="Sensitivity by sensor"),
        element(
            "p.l4e-s.l4e-2",
            "Weakest first. The card knows sensors that fail; a machine that fails shows in several at once.",
        ),
    )


def _row(row: CardRow) -> Html:
    """One sensor."""
    by_kind = {one.fault: one for one in row.told}
    cells = [_cell(by_kind.get(kind), row.unit) for kind in KINDS]
    first = "–" if row.first is None else together(share_text(row.first), _bar(row.first, low=True))
    return element("tr", element("td.flex", row.sensor), cells, element("td.l4e-num", first))


def _cell(told: CardTold | None, unit: str) -> Html:
    """One kind of fault on one sensor."""
    if told is None:
        return element("td.l4e-num", "–")
    if told.smallest is None:
        return element("td.l4e-num", element("span.l4e-tone.warn", glyph("warning"), " not seen"))
    if told.fault not in SIZED:
        return element("td.l4e-num", duration_text(told.seconds or 0.0))
    return element("td.l4e-num", size_text(told.smallest, unit), _bar(told.share or 0.0))


def _bar(share: float, *, low: bool = False) -> Html:
    """A share as a bar; amber from half on, or below half where little is bad."""
    is_amber = share < AMBER_FROM if low else share >= AMBER_FROM
    inside = element("i", style=f"width:{round(100 * min(share, 1.0))}%", class_="warn" if is_amber else "")
    return element("span.l4e-cell-bar", inside, aria_hidden="true")

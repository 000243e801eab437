"""The view that holds events against labels, and the same configuration against other cut-offs of the past."""

from __future__ import annotations

import traitlets

from l4e_widgets.core.accuracy import Accuracy, hold_against_labels, merged
from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, duration_text, minute_text
from l4e_widgets.figures.answers import budget_text
from l4e_widgets.figures.labelled_events import labelled_events
from l4e_widgets.figures.wording import count_text, number_text
from l4e_widgets.services.backtests import BacktestFoldRecord, BacktestRecord, backtest, start_backtest
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.jobs import JobView, job
from l4e_widgets.services.results import Results, model_record
from l4e_widgets.widgets.parts.blocks import Column, banner, button, choice, empty_place, fact, table
from l4e_widgets.widgets.parts.events import PageState
from l4e_widgets.widgets.parts.glyphs import glyph
from l4e_widgets.widgets.parts.job_steps import job_bar
from l4e_widgets.widgets.parts.markup import Html, element, together

__all__ = ["AccuracyModel", "accuracy_section"]

HOUR_S = 3_600.0
MERGE_GAPS = {"0 h": 0.0, "1 h": HOUR_S, "6 h": 6 * HOUR_S, "24 h": 24 * HOUR_S}
EARLY_WARNINGS = {"1 h": HOUR_S, "6 h": 6 * HOUR_S, "24 h": 24 * HOUR_S, "168 h": 168 * HOUR_S}
LABEL_COLUMNS = (
    Column("Label, UTC"),
    Column("End"),
    Column("Lasted", "l4e-num"),
    Column("Found"),
    Column("Forewarning", "l4e-num"),
)
FOLD_COLUMNS = (
    Column("Learned until, UTC"),
    Column("Looked at", "l4e-num"),
    Column("Events", "l4e-num"),
    Column("A month", "l4e-num"),
    Column("Labels found", "l4e-num"),
    Column("Without a label", "l4e-num"),
    Column("", "flex"),
)


class AccuracyModel(PageState):
    """How events and labels agree by two rules, and the back-test of a model.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    gap: str = traitlets.Enum(tuple(MERGE_GAPS), default_value="1 h")
    early: str = traitlets.Enum(tuple(EARLY_WARNINGS), default_value="1 h")
    found: Results | None = traitlets.Any(None, allow_none=True)
    folds: BacktestRecord | None = traitlets.Any(None, allow_none=True)
    job: JobView | None = traitlets.Any(None, allow_none=True)

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project
        self.labels: tuple[TimeRange, ...] = ()

    def open(self, found: Results) -> None:
        """Take the results of a model.

        Parameters
        ----------
        found : Results
            As they are shown.
        """
        if self.found is None or self.found.model != found.model:
            self.job = None
        span = found.evaluation_range
        labels = model_record(self.context, self.project, found.model).request.labels
        self.labels = tuple(label for label in labels if span is not None and label.overlaps(span))
        try:
            self.folds = backtest(self.context, self.project, found.model)
        except NotFound:
            self.folds = None
        self.found = found

    @property
    def accuracy(self) -> Accuracy | None:
        """Events against labels by the chosen rules; None without labels."""
        if self.found is None or not self.labels:
            return None
        events = [event.span for event in self.found.events]
        return hold_against_labels(
            events, self.labels, merge_gap_s=MERGE_GAPS[self.gap], early_warning_s=EARLY_WARNINGS[self.early]
        )

    @property
    def events(self) -> tuple[TimeRange, ...]:
        """Events, those closer than the merge gap made one."""
        spans = [event.span for event in self.found.events] if self.found else []
        return merged(spans, gap_s=MERGE_GAPS[self.gap])

    @property
    def sentence(self) -> tuple[str, str]:
        """What the view says first, and the line below it."""
        accuracy = self.accuracy
        if accuracy is None:
            return "Without labels nothing can be found or missed.", "Label known faults and train with them."
        false = count_text(len(accuracy.false_events), "event")
        labels = count_text(len(accuracy.labels), "labelled fault")
        first = f"{accuracy.n_found} of {labels} found, {false} without a label."
        early = sorted(seconds for seconds in accuracy.forewarning_s if seconds > 0)
        return first, f"Forewarning, median: {duration_text(early[len(early) // 2])}." if early else ""

    def test(self) -> None:
        """Have the configuration tested at past cut-offs; that goes on without the page."""
        if self.found is not None and (self.job is None or not self.job.is_active):
            self.job = start_backtest(self.context, self.project, self.found.model)

    def look(self) -> bool:
        """Look how the back-test stands, and tell whether it goes on.

        Returns
        -------
        bool
            Whether to look again.

        Raises
        ------
        L4EError
            It could not be done.
        """
        if self.job is None or not self.job.is_active:
            return False
        self.job = job(self.context, project_keys(self.context, self.project), self.job.id)
        if self.job.error is not None:
            raise self.job.error
        if self.job.status == "SUCCESS" and self.found is not None:
            self.folds = backtest(self.context, self.project, self.found.model)
        return self.job.is_active


def accuracy_section(model: AccuracyModel) -> Html:
    """Events above, labels below, each label with its forewarning, and the back-test.

    Parameters
    ----------
    model : AccuracyModel
        State of the view.

    Returns
    -------
    Html
        Markup below the sentence.
    """
    return together(banner(model.error), _labelled(model), _backtest(model))


def _labelled(model: AccuracyModel) -> Html:
    """Events held against labels."""
    accuracy, found = model.accuracy, model.found
    if accuracy is None or found is None or found.evaluation_range is None:
        lines = "Mark the faults you know on the label page, and choose their group when you train."
        return element("div.l4e-sec", empty_place("No label in what was looked at", lines))
    n_true = len(model.events) - len(accuracy.false_events)
    forewarning = iter(accuracy.forewarning_s)
    rows = [
        _label_row(label, next(forewarning) if is_found else None)
        for label, is_found in zip(accuracy.labels, accuracy.found, strict=True)
    ]
    return element(
        "section.l4e-sec",
        element(
            "div.l4e-row.l4e-tools-row",
            element("span.l4e-s.l4e-2", "Events closer than this count as one"),
            choice("gap", [(name, name) for name in MERGE_GAPS], model.gap, label="Merge gap"),
            element("span.l4e-s.l4e-2", "An event may end this long before its label"),
            choice("early", [(name, name) for name in EARLY_WARNINGS], model.early, label="Early warning"),
        ),
        element(
            "div.l4e-facts.l4e-sec",
            fact("Labels found", f"{accuracy.n_found} of {len(accuracy.labels)}"),
            fact("Events true", f"{n_true} of {len(model.events)}"),
            fact("Events without a label", number_text(len(accuracy.false_events), 0)),
        ),
        Html(labelled_events(model.events, accuracy, found.evaluation_range)),
        table(LABEL_COLUMNS, rows, label="Labels"),
    )


def _label_row(label: TimeRange, forewarning: float | None) -> Html:
    """One label."""
    state = (
        element("span.l4e-tone.warn", glyph("blocked"), " missed")
        if forewarning is None
        else element("span.l4e-row", glyph("done", tone="normal"), "found")
    )
    early = "–" if forewarning is None else duration_text(forewarning) if forewarning else "none"
    return element(
        "tr",
        element("td", minute_text(label.start)),
        element("td", minute_text(label.end)),
        element("td.l4e-num", duration_text(label.seconds)),
        element("td", state),
        element("td.l4e-num", early),
    )


def _backtest(model: AccuracyModel) -> Html:
    """The same configuration at past cut-offs."""
    making = model.job is not None and model.job.is_active
    again = "Test again" if model.folds else "Test at four cut-offs"
    head = element(
        "div.l4e-row",
        element("h2.l4e-h2", "Back-test"),
        element("span.l4e-s.l4e-2", "the same configuration, trained as if it were an earlier day"),
        element("span.l4e-grow"),
        button(again, "backtest", kind="small", off="being tested" if making else ""),
    )
    bar = job_bar(model.job, words="Back-test") if making and model.job else together()
    if model.folds is None:
        return element("section.l4e-sec", head, bar)
    rows = [_fold(fold) for fold in model.folds.folds]
    promised = f"Promised: at most {budget_text(model.folds.budget)} when nothing is wrong."
    return element(
        "section.l4e-sec", head, bar, table(FOLD_COLUMNS, rows, label="Back-test"), element("p.l4e-s.l4e-2", promised)
    )


def _fold(fold: BacktestFoldRecord) -> Html:
    """One cut-off."""
    months = max(fold.months, 1e-9)
    cells = (
        ("–",) * 5
        if fold.problem
        else (
            duration_text((fold.watched.end - fold.watched.start) / NS_PER_SECOND),
            number_text(len(fold.events), 0),
            number_text(len(fold.events) / months, 1),
            f"{fold.n_found} of {fold.n_labels}" if fold.n_labels else "–",
            number_text(fold.n_false, 0),
        )
    )
    return element(
        "tr",
        element("td", minute_text(fold.training.end)),
        [element("td.l4e-num", cell) for cell in cells],
        element("td.l4e-2.flex", fold.problem),
    )

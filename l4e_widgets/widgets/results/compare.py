"""The view that puts two models side by side: their numbers, their scores on one axis, and where they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import traitlets

from l4e_widgets.core.times import TimeRange, duration_text, minute_text
from l4e_widgets.figures.answers import budget_text
from l4e_widgets.figures.wording import count_text, number_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.projects import project_summary
from l4e_widgets.services.results import EventRecord, Results, results, score_source
from l4e_widgets.widgets.parts.blocks import Column, banner, empty_place, table
from l4e_widgets.widgets.parts.chart import ChartPanel
from l4e_widgets.widgets.parts.events import PageState
from l4e_widgets.widgets.parts.markup import Html, element, together

__all__ = ["CompareModel", "compare_choice", "compare_panels", "compare_section"]

SHOWN = 10
ONLY_COLUMNS = (
    Column("Only in"),
    Column("Start, UTC"),
    Column("Lasted", "l4e-num"),
    Column("Score", "l4e-num"),
    Column("Named first", "flex"),
)


class CompareModel(PageState):
    """Two models of a project.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    names: tuple[str, ...] = traitlets.Tuple()
    first: Results | None = traitlets.Any(None, allow_none=True)
    second: Results | None = traitlets.Any(None, allow_none=True)

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project

    def open(self, found: Results) -> None:
        """Take the model that is shown, and beside it the newest other one.

        Parameters
        ----------
        found : Results
            As they are shown.
        """
        self.first = found
        self.names = tuple(name for name in project_summary(self.context, self.project).models if name != found.model)
        kept = self.second.model if self.second is not None and self.second.model in self.names else ""
        if self.names:
            self.take(kept or self.names[-1])
        else:
            self.second = None

    def take(self, name: str) -> None:
        """Put another model beside the first.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        NotFound
            There is no such model any more.
        """
        self.second = results(self.context, self.project, name)

    @property
    def shared(self) -> TimeRange | None:
        """Time that both have looked at; None where there is none."""
        spans = [one.evaluation_range for one in (self.first, self.second) if one is not None and one.evaluation_range]
        if len(spans) < 2:
            return None
        start, end = max(span.start for span in spans), min(span.end for span in spans)
        return TimeRange(start, end) if end > start else None

    def events(self, found: Results | None) -> tuple[EventRecord, ...]:
        """Events of one of them inside the time that both have looked at.

        Parameters
        ----------
        found : Results or None
            One of the two.

        Returns
        -------
        tuple of EventRecord
            In order of time.
        """
        shared = self.shared
        if found is None or shared is None:
            return ()
        return tuple(event for event in found.events if event.span.overlaps(shared))

    def only(self, found: Results | None, other: Results | None) -> tuple[EventRecord, ...]:
        """Events of one that no event of the other touches.

        Parameters
        ----------
        found, other : Results or None
            The two.

        Returns
        -------
        tuple of EventRecord
            In order of time.
        """
        spans = [event.span for event in self.events(other)]
        return tuple(event for event in self.events(found) if not any(event.span.overlaps(span) for span in spans))

    @property
    def sentence(self) -> tuple[str, str]:
        """What the view says first, and the line below it."""
        first, second = self.first, self.second
        if first is None or second is None:
            return "There is no other model to compare with.", ""
        if self.shared is None:
            return f"{first.model} and {second.model} have looked at no time in common.", ""
        n_first, n_second = len(self.events(first)), len(self.events(second))
        apart = n_first - n_second
        if apart:
            counted = count_text(abs(apart), "event")
            said = f"{first.model} raises {counted} {'more' if apart > 0 else 'fewer'} than {second.model}."
        else:
            said = f"{first.model} and {second.model} raise {count_text(n_first, 'event')} each."
        alone = [
            f"{count_text(len(found), 'event')} only in {model.model}"
            for model, found in ((first, self.only(first, second)), (second, self.only(second, first)))
            if found
        ]
        return said, f"{' and '.join(alone)}." if alone else "Each event of one is an event of the other."


def compare_panels(model: CompareModel) -> list[ChartPanel]:
    """The scores of both, one below the other.

    Parameters
    ----------
    model : CompareModel
        State of the view.

    Returns
    -------
    list of ChartPanel
        Empty without a second model.
    """
    if model.first is None or model.second is None:
        return []
    return [
        ChartPanel(
            source=score_source(model.context, model.project, found.model),
            sensors=("anomaly_score",),
            kind="score",
            name=f"Score of {found.model}",
        )
        for found in (model.first, model.second)
    ]


def compare_section(model: CompareModel) -> Html:
    """Numbers side by side, and the events that only one raises.

    Parameters
    ----------
    model : CompareModel
        State of the view.

    Returns
    -------
    Html
        Markup below the chart.
    """
    first, second = model.first, model.second
    if first is None or second is None:
        lines = "Train another model, with other sensors or another range, and both are shown here on one axis."
        return together(banner(model.error), element("div.l4e-sec", empty_place("One model only", lines)))
    columns = (Column("", "flex"), Column(first.model, "l4e-num"), Column(second.model, "l4e-num"))
    side = [
        element("tr", element("td.flex", name), [element("td.l4e-num", cell) for cell in cells])
        for name, cells in _numbers(model, first, second)
    ]
    only = [
        *((first.model, event) for event in model.only(first, second)),
        *((second.model, event) for event in model.only(second, first)),
    ]
    only.sort(key=lambda pair: pair[1].span, reverse=True)
    rows = [_only(name, event) for name, event in only[:SHOWN]]
    more = f"{len(only)} in all, newest first" if only else "none"
    return together(
        banner(model.error),
        element(
            "div.l4e-cols.l4e-halves.l4e-sec",
            element(
                "div",
                element("h2.l4e-h2", "Side by side"),
                table(columns, side, label="Side by side"),
                element("p.l4e-s.l4e-2", "Events inside the time that both have looked at."),
            ),
            element(
                "div",
                element("h2.l4e-h2", "Where they differ"),
                element("p.l4e-s.l4e-2", more),
                table(ONLY_COLUMNS, rows, label="Events of one model only") if rows else None,
            ),
        ),
    )


def compare_choice(model: CompareModel) -> Html:
    """Which model stands beside the first.

    Parameters
    ----------
    model : CompareModel
        State of the view.

    Returns
    -------
    Html
        Nothing where there is no other.
    """
    if model.first is None or model.second is None:
        return together()
    chosen = model.second.model
    options = [element("option", name, value=name, selected=name == chosen or None) for name in model.names]
    return element(
        "div.l4e-row.l4e-tools-row",
        element("b", model.first.model),
        element("span.l4e-s.l4e-2", "with"),
        element("select.l4e-in.l4e-short", options, data_act="compare", aria_label="The other model"),
    )


def _numbers(model: CompareModel, first: Results, second: Results) -> Sequence[tuple[str, tuple[str, str]]]:
    """Rows of the table: a name and the text of each model."""

    def each(text: Callable[[Results], str]) -> tuple[str, str]:
        return text(first), text(second)

    return (
        ("Events", each(lambda found: number_text(len(model.events(found)), 0))),
        (
            "Labelled faults found",
            each(lambda found: f"{found.accuracy.n_found} of {len(found.accuracy.labels)}" if found.accuracy else "–"),
        ),
        (
            "Events without a label",
            each(lambda found: number_text(len(found.accuracy.false_events), 0) if found.accuracy else "–"),
        ),
        ("Alarm budget", each(lambda found: budget_text(found.budget))),
        ("Trained on", each(lambda found: duration_text(found.training_range.seconds))),
        ("Sensors", each(lambda found: number_text(len(found.sensors), 0))),
        ("Sampling", each(lambda found: duration_text(found.sampling_rate_s))),
    )


def _only(name: str, event: EventRecord) -> Html:
    """One event that only one model raises."""
    named = ", ".join(share.sensor.label for share in event.sensors[:2])
    return element(
        "tr",
        element("td", name),
        element("td", minute_text(event.span.start)),
        element("td.l4e-num", duration_text(event.span.seconds)),
        element("td.l4e-num", number_text(event.max_score, 2)),
        element("td.flex", named),
    )

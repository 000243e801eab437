"""The library's objects of a model: what it found as tables, and what people said of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from l4e_widgets.core.detection.model_quality import ModelQuality
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.services import (
    backtests,
    budgets,
    cases,
    explanations,
    exports,
    models,
    reports,
    results,
    sensitivity,
)
from l4e_widgets.services.context import Context
from l4e_widgets.services.results import EventRecord
from l4e_widgets.services.showing import Shown
from l4e_widgets.services.watching import progress_bar
from l4e_widgets.storage.evaluation_records import BacktestRecord
from l4e_widgets.storage.records import CaseRecord

__all__ = ["Model", "ModelResultsView"]

CASE_COLUMNS = ["start", "end", "duration", "severity", "sentence", "events", "sensors", "verdict", "note"]
EVENT_COLUMNS = [
    "start",
    "end",
    "duration",
    "max_score",
    "severity",
    "sentence",
    "sensors",
    "case",
    "verdict",
    "note",
]


class Model(Shown):
    """A trained model.

    Parameters
    ----------
    context : Context
        The workspace.
    project, name : str
        Names of the project and of the model.
    """

    def __init__(self, context: Context, project: str, name: str) -> None:
        self.context = context
        self.project = project
        self.name = name

    def refuse_unknown(self) -> None:
        """Raise where there is no such model."""
        results.model_record(self.context, self.project, self.name)

    @property
    def results(self) -> ModelResultsView:
        """What it says of the evaluation range, at the budget in force."""
        return self.results_at(None)

    def results_at(self, alarm_budget: float | None) -> ModelResultsView:
        """Return what it says at another alarm budget; nothing stored changes.

        Parameters
        ----------
        alarm_budget : float or None
            False alarms a month; the budget in force where None.

        Returns
        -------
        ModelResultsView
            Events, scores, contributions.
        """
        return ModelResultsView(self.context, self.project, self.name, alarm_budget)

    def set_alarm_budget(self, alarm_budget: float) -> None:
        """Put another alarm budget in force, for every reader; nothing stored is scored again.

        Parameters
        ----------
        alarm_budget : float
            False alarms a month you can live with.

        Raises
        ------
        UsageError
            The budget is no number above 0.
        """
        models.set_alarm_budget(self.context, self.project, self.name, alarm_budget)

    def answer(
        self, event: EventRecord | str | int, verdict: str, note: str = "", *, alarm_budget: float | None = None
    ) -> CaseRecord:
        """Say what an event was; the answer outlives alarm budgets and models.

        Parameters
        ----------
        event : EventRecord, str or int
            An event of `results.answer.events`, its number in order of time from 1, or a time inside it.
        verdict : str
            ``real``, ``false`` or ``open``.
        note : str
            What else is to be said, at most 2,560 characters.
        alarm_budget : float, optional
            Budget at which a number or a time is looked up; the one in force where absent.

        Returns
        -------
        CaseRecord
            The case.

        Raises
        ------
        NotFound
            There is no such event.
        UsageError
            The verdict is none of the three.
        """
        if not isinstance(event, EventRecord):
            event = results.choose_event(self.results_at(alarm_budget).answer, str(event))
        return cases.answer_event(self.context, self.project, event.span, event.sensor_ids, verdict=verdict, note=note)

    def explain(self, start: str | pd.Timestamp | int, end: str | pd.Timestamp | int) -> explanations.EventExplanation:
        """Explain the event in a range: its repair set, its components, the earlier events most like it.

        Parameters
        ----------
        start, end : str, Timestamp or int
            `[start, end)`, UTC where no zone is given.

        Returns
        -------
        EventExplanation
            In numbers and words.

        Raises
        ------
        NotFound
            There is no event in the range.
        """
        return explanations.explain_event(self.context, self.project, self.name, TimeRange(to_ns(start), to_ns(end)))

    def alike(
        self, start: str | pd.Timestamp | int, end: str | pd.Timestamp | int, *, most: int = 10
    ) -> tuple[explanations.AlikeTold, ...]:
        """Find the stretches of the whole history that look most like one.

        Parameters
        ----------
        start, end : str, Timestamp or int
            `[start, end)`, UTC where no zone is given.
        most : int
            How many are wanted.

        Returns
        -------
        tuple of AlikeTold
            Most alike first.
        """
        span = TimeRange(to_ns(start), to_ns(end))
        return explanations.alike_stretches(self.context, self.project, self.name, span, most=most)

    @property
    def told_cases(self) -> tuple[explanations.ToldCase, ...]:
        """Its events, those of one trouble told as one, at the budget in force."""
        return explanations.told_cases(self.context, self.project, self.name)

    @property
    def budget_curve(self) -> pd.DataFrame:
        """One row a budget: events, found, false and the share of time inside events that it would have raised."""
        past = budgets.model_past(self.context, self.project, self.name)
        counts = [receipt.count for receipt in budgets.budget_curve(past)]
        rows = [(c.budget, len(c.events), c.n_found, c.n_false, c.share_of_time) for c in counts]
        table: pd.DataFrame = pd.DataFrame(rows, columns=["budget", "events", "found", "false", "share_of_time"])
        return table

    def sensitivity_card(self) -> sensitivity.SensitivityCard:
        """Make the card of the faults it catches, by injecting them into its own normal rows.

        Returns
        -------
        SensitivityCard
            In numbers and words; it is stored with the model.
        """
        with progress_bar() as watch:
            sensitivity.start_sensitivity(self.context, self.project, self.name, wait=True, watch=watch)
        return sensitivity.sensitivity_card(self.context, self.project, self.name)

    def backtest(self, n_cut_offs: int = 4) -> BacktestRecord:
        """Train its configuration at several cut-offs of the past and look at what followed each.

        Parameters
        ----------
        n_cut_offs : int
            How many.

        Returns
        -------
        BacktestRecord
            One fold a cut-off; it is stored with the model.
        """
        with progress_bar() as watch:
            backtests.start_backtest(
                self.context, self.project, self.name, n_cut_offs=n_cut_offs, wait=True, watch=watch
            )
        return backtests.backtest(self.context, self.project, self.name)

    @property
    def quality(self) -> ModelQuality:
        """Judgement without labels: one of three states, its reasons, and what they rest on."""
        return sensitivity.model_quality(self.context, self.project, self.name)

    @property
    def drift(self) -> sensitivity.Drift:
        """Whether the newest week has left what it learned, and which sensor by how much."""
        return sensitivity.drift(self.context, self.project, self.name)

    def delete(self) -> None:
        """Delete it with its scores; data, labels and cases stay."""
        models.delete_model(self.context, self.project, self.name)

    def save_report(self, path: str | Path) -> Path:
        """Save the report as one HTML file that works without a network.

        Parameters
        ----------
        path : str or Path
            The file; its folder must exist.

        Returns
        -------
        Path
            The file.
        """
        with progress_bar() as watch:
            return reports.save_report(self.context, self.project, self.name, Path(path), watch=watch)

    def save_scores(self, path: str | Path) -> None:
        """Save score, prediction and contributions of every row.

        Parameters
        ----------
        path : str or Path
            File ending in `.csv` or `.parquet`.
        """
        exports.save_scores(self.context, self.project, self.name, Path(path))

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        answer = self.results.answer
        return (("Model", self.name), ("Answer", answer.sentence), ("", answer.detail), *_warned(answer.warnings))


class ModelResultsView(Shown):
    """Results of a model as tables.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    alarm_budget : float or None
        False alarms a month; the budget in force where None.
    """

    def __init__(self, context: Context, project: str, model: str, alarm_budget: float | None = None) -> None:
        self.context = context
        self.project = project
        self.model = model
        self.alarm_budget = alarm_budget

    @cached_property
    def answer(self) -> results.Results:
        """Sentence, cases, events and findings."""
        with progress_bar() as watch:
            return results.explained_results(
                self.context, self.project, self.model, budget=self.alarm_budget, watch=watch
            )

    @property
    def events(self) -> pd.DataFrame:
        """One row an event: `EVENT_COLUMNS`; sensors maps names to shares, case is empty until somebody answered."""
        rows = [_event_row(event) for event in self.answer.events]
        table: pd.DataFrame = pd.DataFrame(rows, columns=EVENT_COLUMNS)
        return table

    @property
    def cases(self) -> pd.DataFrame:
        """One row a case, the events of one trouble told as one: `CASE_COLUMNS`; events are places in `events`."""
        rows = [_case_row(case) for case in self.answer.cases]
        table: pd.DataFrame = pd.DataFrame(rows, columns=CASE_COLUMNS)
        return table

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Anomaly score (0 to 1) and prediction (0 or 1) of every stored row, by UTC time."""
        table: pd.DataFrame = self._table[["anomaly_score", "prediction"]]
        return table

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """Share of every sensor in every stored row, by UTC time; rows sum to 1."""
        shares: pd.DataFrame = self._table.drop(columns=["anomaly_score", "prediction"]).rename(
            columns=lambda name: name.removeprefix("contribution_")
        )
        return shares

    @cached_property
    def _table(self) -> pd.DataFrame:
        """Scores, predictions and contributions of every stored row."""
        table = exports.score_table(self.context, self.project, self.model, budget=self.alarm_budget)
        columns = {name: table[name].to_numpy() for name in table.columns if name != "timestamp"}
        times = table["timestamp"].dt.replace_time_zone(None).to_numpy()
        index = pd.DatetimeIndex(times, tz="UTC", name="timestamp")
        whole: pd.DataFrame = pd.DataFrame(columns, index=index)
        return whole

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        answer = self.answer
        cases = [("Case", case.sentence) for case in answer.cases]
        return (("Answer", answer.sentence), ("", answer.detail), *cases, *_warned(answer.warnings))


def _case_row(case: results.CaseTold) -> dict[str, Any]:
    """Return a case as a row of a table."""
    start, end = pd.Timestamp(case.span.start, tz="UTC"), pd.Timestamp(case.span.end, tz="UTC")
    return {
        "start": start,
        "end": end,
        "duration": end - start,
        "severity": case.severity,
        "sentence": case.sentence,
        "events": case.events,
        "sensors": {share.sensor.name: share.share for share in case.sensors},
        "verdict": case.verdict,
        "note": case.note,
    }


def _event_row(event: results.EventRecord) -> dict[str, Any]:
    """Return an event as a row of a table."""
    start, end = pd.Timestamp(event.span.start, tz="UTC"), pd.Timestamp(event.span.end, tz="UTC")
    return {
        "start": start,
        "end": end,
        "duration": end - start,
        "max_score": event.max_score,
        "severity": event.severity,
        "sentence": event.sentence,
        "sensors": {share.sensor.name: share.share for share in event.sensors},
        "case": event.case,
        "verdict": event.verdict,
        "note": event.note,
    }


def _warned(warnings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return warnings as lines to show."""
    return tuple(("Warning", warning) for warning in warnings)

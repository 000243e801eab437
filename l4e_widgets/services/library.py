"""The library's objects: a workspace, its projects, their data and models. Each method is one call of a service."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from l4e_widgets.core.detection.calibration import DEFAULT_BUDGET
from l4e_widgets.core.errors import L4EError
from l4e_widgets.core.quality import QualityReport
from l4e_widgets.core.ranges import RangeChoice
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.services import datasets, exports, jobs, projects, reports, results, samples, training
from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.projects import Sources
from l4e_widgets.services.showing import Shown
from l4e_widgets.services.watching import progress_bar
from l4e_widgets.storage.layout import ProjectKeys

__all__ = ["Dataset", "Job", "Model", "ModelResultsView", "Project", "Workspace"]

Moment = str | pd.Timestamp | int


class Workspace(Shown):
    """The folder where projects live.

    Parameters
    ----------
    path : str or Path, optional
        The folder; `L4E_WORKSPACE`, else a folder of the user's own, where absent.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.context: Context = open_context(path)

    @property
    def projects(self) -> tuple[Project, ...]:
        """Projects by name."""
        return tuple(Project(self.context, summary.name) for summary in projects.list_projects(self.context))

    def project(self, name: str) -> Project:
        """Return a project.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        Project
            The project.

        Raises
        ------
        NotFound
            There is no such project.
        """
        datasets.project_keys(self.context, name)
        return Project(self.context, name)

    def create_project(
        self,
        name: str,
        data: Sources,
        description: str = "",
        *,
        wait: bool = True,
        options: ReadingOptions | None = None,
    ) -> Project:
        """Create a project from data.

        Parameters
        ----------
        name : str
            3 to 170 characters of `a-zA-Z0-9_-`, not taken.
        data : path, sequence of paths, DataFrame or SensorFrame
            Files, or a table with a time index.
        description : str
            What the asset is.
        wait : bool
            Return when the data is ingested, with a progress bar, else at once (see `Project.jobs`).
        options : ReadingOptions, optional
            What is known of the files.

        Returns
        -------
        Project
            The project.

        Raises
        ------
        NameRefused
            The name breaks its rule or is taken.
        DataError
            The data cannot be read; no project is left behind.
        """
        with progress_bar() as watch:
            projects.create_project(
                self.context, name, data, description=description, options=options, wait=wait, watch=watch
            )
        return Project(self.context, name)

    def create_sample_project(self) -> Project:
        """Make the sample pump's project anew, with a trained model.

        Returns
        -------
        Project
            The project `sample-pump`.
        """
        with progress_bar() as watch:
            samples.create_sample_project(self.context, watch=watch)
        return Project(self.context, samples.SAMPLE_PROJECT)

    def delete_project(self, name: str, *, confirm_name: str) -> None:
        """Delete a project with everything in it.

        Parameters
        ----------
        name : str
            Its name.
        confirm_name : str
            The name again.
        """
        projects.delete_project(self.context, name, confirm_name=confirm_name)

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        names = ", ".join(project.name for project in self.projects)
        return (("Workspace", self.context.store.uri), ("Projects", names or "none yet; create_project makes one"))


class Project(Shown):
    """One asset with its data and models.

    Parameters
    ----------
    context : Context
        The workspace.
    name : str
        Name of the project.
    """

    def __init__(self, context: Context, name: str) -> None:
        self.context = context
        self.name = name

    @property
    def summary(self) -> projects.ProjectSummary:
        """What it is and how far it is."""
        return projects.project_summary(self.context, self.name)

    @property
    def dataset(self) -> Dataset:
        """Its data."""
        return Dataset(self.context, self.name)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Its jobs, oldest first."""
        keys = ProjectKeys.of(self.name)
        return tuple(Job(self.context, self.name, view.id) for view in jobs.list_jobs(self.context, keys))

    @property
    def models(self) -> tuple[Model, ...]:
        """Its trained models, oldest first."""
        return tuple(Model(self.context, self.name, name) for name in self.summary.models)

    def model(self, name: str) -> Model:
        """Return a trained model.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        Model
            The model.

        Raises
        ------
        NotFound
            There is no such model; those there are get named.
        """
        model = Model(self.context, self.name, name)
        model.refuse_unknown()
        return model

    def train(
        self,
        model: str | None = None,
        *,
        sensors: Sequence[str] | None = None,
        train_start: Moment | None = None,
        train_end: Moment | None = None,
        train_rows: int | None = None,
        evaluate_from: Moment | None = None,
        labels: Sequence[TimeRange | tuple[Moment, Moment]] = (),
        exclude: Sequence[TimeRange | tuple[Moment, Moment]] = (),
        sampling_rate: pd.Timedelta | str | None = None,
        alarm_budget: float = DEFAULT_BUDGET,
    ) -> Job:
        """Train a model in a process of its own; what is not said is proposed by the data.

        Parameters
        ----------
        model : str, optional
            Its name, 1 to 200 characters of `a-zA-Z0-9_-`; a free one where absent.
        sensors : sequence of str, optional
            Names; all that are not graded Low where absent.
        train_start, train_end : str, Timestamp or int, optional
            Training range `[start, end)`, UTC where no zone is given.
        train_rows : int, optional
            Learn from so many rows instead.
        evaluate_from : str, Timestamp or int, optional
            Start of the evaluation range; the end of training where absent.
        labels : sequence of TimeRange or (start, end)
            Known faults; left out of training and held against the events.
        exclude : sequence of TimeRange or (start, end)
            Stretches to leave out of training.
        sampling_rate : Timedelta or str, optional
            Target sampling rate, for example ``"5min"``; the suggested one where absent.
        alarm_budget : float
            False alarms a month that are acceptable when nothing is wrong.

        Returns
        -------
        Job
            The training; `wait` for it, then read its `model`.

        Raises
        ------
        Blocked
            Something stands in the way; the sentence says what.
        DataError
            What was said does not fit the data.
        """
        choice = RangeChoice(
            train_start=_ns(train_start),
            train_end=_ns(train_end),
            train_rows=train_rows,
            evaluate_from=_ns(evaluate_from),
        )
        proposal = training.propose_training(
            self.context,
            self.name,
            model=model,
            sensors=sensors,
            choice=choice,
            labels=_ranges(labels),
            exclude=_ranges(exclude),
            sampling_rate_s=None if sampling_rate is None else pd.Timedelta(sampling_rate).total_seconds(),
            alarm_budget=alarm_budget,
        )
        return Job(self.context, self.name, training.train(self.context, self.name, proposal).id)

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        summary = self.summary
        return (
            ("Project", self.name),
            ("Asset", summary.description or "–"),
            ("Data", summary.sentences[0] if summary.sentences else summary.error or summary.status),
            ("Models", ", ".join(summary.models) or "none yet; train() makes one"),
        )


class Dataset(Shown):
    """The data of a project.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    def __init__(self, context: Context, project: str) -> None:
        self.context = context
        self.project = project

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Its sensors, in the order of the file."""
        return datasets.sensors(self.context, self.project)

    @property
    def quality(self) -> QualityReport:
        """Grade of every sensor with its reasons."""
        return datasets.quality(self.context, self.project)

    def read(
        self, sensors: Sequence[str] | None = None, start: Moment | None = None, end: Moment | None = None
    ) -> pd.DataFrame:
        """Return rows as they were ingested.

        Parameters
        ----------
        sensors : sequence of str, optional
            Names; all where absent.
        start, end : str, Timestamp or int, optional
            `[start, end)`, UTC where no zone is given; open where absent.

        Returns
        -------
        DataFrame
            UTC time index, one column a sensor in its unit, NaN where missing.

        Raises
        ------
        NotFound
            A sensor is unknown.
        """
        record = datasets.dataset_record(self.context, self.project)
        first = record.span.start if start is None else to_ns(start)
        last = record.span.end if end is None else to_ns(end)
        wanted = None if sensors is None else tuple(sensors)
        span = TimeRange(first, last)
        return datasets.read_rows(self.context, self.project, sensors=wanted, span=span).to_dataframe()

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        record = datasets.dataset_record(self.context, self.project)
        return tuple((str(number), sentence) for number, sentence in enumerate(record.sentences, start=1))


class Job(Shown):
    """Work that goes on in a process of its own.

    Parameters
    ----------
    context : Context
        The workspace.
    project, id : str
        Names of the project and of the job.
    """

    def __init__(self, context: Context, project: str, id: str) -> None:
        self.context = context
        self.project = project
        self.id = id
        self._keys = ProjectKeys.of(project)

    @property
    def view(self) -> jobs.JobView:
        """How it stands now."""
        return jobs.job(self.context, self._keys, self.id)

    @property
    def status(self) -> str:
        """PENDING, IN_PROGRESS, SUCCESS, FAILED or CANCELED."""
        return self.view.status

    def wait(self, timeout_s: float | None = None) -> Job:
        """Wait until it has ended, with a progress bar where it takes long.

        Parameters
        ----------
        timeout_s : float, optional
            Give up waiting after so many seconds; the job goes on.

        Returns
        -------
        Job
            Itself.

        Raises
        ------
        L4EError
            It failed or was cancelled.
        """
        with progress_bar() as watch:
            jobs.wait_for_job(self.context, self._keys, self.id, timeout_s=timeout_s, watch=watch)
        return self

    def cancel(self) -> None:
        """Ask it to stop at the next place where it can."""
        jobs.cancel_job(self.context, self._keys, self.id)

    @property
    def log(self) -> str:
        """What it logged."""
        return jobs.job_log(self.context, self._keys, self.id)

    @property
    def model(self) -> Model:
        """Model that this training made; waits for it."""
        view = self.wait().view
        if "model" not in view.result:
            raise L4EError(f"This job makes no model: it is of the kind {view.kind}.")
        return Model(self.context, self.project, view.result["model"])

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        view = self.view
        state = f"{view.status}, {view.progress:.0%}" if view.is_active else view.status
        return (("Job", self.id), ("State", state), ("Doing", str(view.error or view.message)))


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
        """Sentence, events and findings."""
        return results.results(self.context, self.project, self.model, budget=self.alarm_budget)

    @property
    def events(self) -> pd.DataFrame:
        """One row an event: start, end, duration, max_score, severity, sentence, sensors (name to share)."""
        rows = [_event_row(event) for event in self.answer.events]
        columns = ["start", "end", "duration", "max_score", "severity", "sentence", "sensors"]
        table: pd.DataFrame = pd.DataFrame(rows, columns=columns)
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
        events = [("Event", event.sentence) for event in answer.events]
        return (("Answer", answer.sentence), ("", answer.detail), *events, *_warned(answer.warnings))


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
    }


def _warned(warnings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return warnings as lines to show."""
    return tuple(("Warning", warning) for warning in warnings)


def _ns(moment: Moment | None) -> int | None:
    """Return a moment in nanoseconds UTC."""
    return None if moment is None else to_ns(moment)


def _ranges(spans: Sequence[TimeRange | tuple[Moment, Moment]]) -> tuple[TimeRange, ...]:
    """Return ranges in the form the services take."""
    return tuple(span if isinstance(span, TimeRange) else TimeRange(to_ns(span[0]), to_ns(span[1])) for span in spans)

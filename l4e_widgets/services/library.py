"""The library's objects: a workspace, its projects, their data and models. Each method is one call of a service."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from l4e_widgets.core.detection.calibration import DEFAULT_BUDGET
from l4e_widgets.core.detection.registry import DEFAULT_DETECTOR
from l4e_widgets.core.ranges import RangeChoice
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.services import (
    adding,
    archives,
    cases,
    datasets,
    estimates,
    inspecting,
    jobs,
    projects,
    results,
    samples,
    sensor_sheets,
    training,
    verify,
)
from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.library_data import Dataset
from l4e_widgets.services.library_jobs import Job
from l4e_widgets.services.library_labels import LabelGroups
from l4e_widgets.services.library_models import Model, ModelResultsView
from l4e_widgets.services.showing import Shown
from l4e_widgets.services.sources import Sources
from l4e_widgets.services.watching import progress_bar
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.records import CaseRecord

__all__ = ["Dataset", "Job", "LabelGroups", "Model", "ModelResultsView", "Project", "Workspace"]

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
        sensor_sheet: str | Path | None = None,
        **reading: Any,
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
        sensor_sheet : str or Path, optional
            A sheet of units, limits, kinds and names for people.
        **reading : object
            Fields of the options by name, for example ``timestamp_format="day-first"``.

        Returns
        -------
        Project
            The project.

        Raises
        ------
        NameRefused
            The name breaks its rule or is taken.
        UsageError
            There is no such field, or its value cannot be meant.
        DataError
            The data cannot be read; no project is left behind.
        """
        chosen = inspecting.reading_options(options, reading)
        sheet = None if sensor_sheet is None else Path(sensor_sheet)
        with progress_bar() as watch:
            projects.create_project(
                self.context,
                name,
                data,
                description=description,
                options=chosen,
                sensor_sheet=sheet,
                wait=wait,
                watch=watch,
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

    def import_project(self, path: str | Path, *, name: str = "") -> Project:
        """Take a project from a file that `Project.export` wrote.

        Parameters
        ----------
        path : str or Path
            The zip file.
        name : str
            Name to give it; its own where empty.

        Returns
        -------
        Project
            The project.

        Raises
        ------
        DataError
            The file is no exported project; nothing of it was kept.
        NameRefused
            The name breaks its rule or is taken.
        """
        return Project(self.context, archives.import_project(self.context, Path(path), name=name))

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

    @property
    def labels(self) -> LabelGroups:
        """Its label groups."""
        return LabelGroups(self.context, self.name)

    @property
    def cases(self) -> tuple[CaseRecord, ...]:
        """What people said of events, in order of time."""
        return cases.list_cases(self.context, self.name)

    def answer(self, event: results.EventRecord, verdict: str, note: str = "") -> CaseRecord:
        """Say what an event was; the answer outlives alarm budgets and models.

        Parameters
        ----------
        event : EventRecord
            An event of any model of the project, as in `model.results.answer.events`.
        verdict : str
            ``real``, ``false`` or ``open``.
        note : str
            What else is to be said, at most 2,560 characters.

        Returns
        -------
        CaseRecord
            The case.

        Raises
        ------
        UsageError
            The verdict is none of the three.
        """
        return cases.answer_event(self.context, self.name, event.span, event.sensor_ids, verdict=verdict, note=note)

    def verify(self) -> verify.Checked:
        """Check that every document, part and model of it is whole."""
        return verify.verify_project(self.context, self.name)

    def export(self, path: str | Path) -> Path:
        """Write it as one zip file that `Workspace.import_project` takes on any machine.

        Parameters
        ----------
        path : str or Path
            The file; its folder must exist.

        Returns
        -------
        Path
            The file.
        """
        return archives.export_project(self.context, self.name, Path(path))

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

    def apply_sensor_sheet(self, path: str | Path) -> sensor_sheets.SheetApplied:
        """Take units, limits, kinds and names of a sheet for its sensors, all lines or none.

        Parameters
        ----------
        path : str or Path
            The sheet.

        Returns
        -------
        SheetApplied
            The sensors as they are now, the names of those that changed, and what was passed over.

        Raises
        ------
        DataError
            A line of the sheet cannot be taken; nothing was changed.
        """
        return sensor_sheets.apply_sensor_sheet(self.context, self.name, Path(path))

    def add_data(
        self, data: Sources, *, wait: bool = True, options: ReadingOptions | None = None, **reading: Any
    ) -> Job:
        """Add data; where a time is there already, the new values win wherever there is one.

        Parameters
        ----------
        data : path, sequence of paths, DataFrame or SensorFrame
            Files, or a table with a time index; sensors are matched by name, new ones are added.
        wait : bool
            Return when it is stored, with a progress bar, else at once.
        options : ReadingOptions, optional
            What is known of the files; what is not said is taken from the files that the project was made of.
        **reading : object
            Fields of the options by name, for example ``timestamp_format="day-first"``.

        Returns
        -------
        Job
            Its result counts rows added, rows whose time was there, and values replaced.

        Raises
        ------
        Blocked
            The project has no data yet, or a job of it is under way.
        DataError
            The data cannot be read or does not fit; the project is as it was.
        """
        chosen = inspecting.reading_options(options, reading)
        with progress_bar() as watch:
            view = adding.add_data(self.context, self.name, data, options=chosen, wait=wait, watch=watch)
        return Job(self.context, self.name, view.id)

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
        label_group: str = "",
        detector: str = DEFAULT_DETECTOR,
        off_time: str = "",
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
        label_group : str
            Take the labels of this group instead of `labels`; the model keeps them as they are now.
        detector : str
            What learns: ours, or one that an installed package brings.
        off_time : str
            When the machine is off, for example ``"speed<200"``; such rows are neither learned from nor judged.

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
        NotFound
            A sensor, label group or detector is unknown.
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
            label_group=label_group,
            detector=detector,
            off_time=off_time,
        )
        return Job(self.context, self.name, training.train(self.context, self.name, proposal).id)

    def estimate_budgets(
        self,
        *,
        sensors: Sequence[str] | None = None,
        train_start: Moment | None = None,
        train_end: Moment | None = None,
        labels: Sequence[TimeRange | tuple[Moment, Moment]] = (),
        label_group: str = "",
    ) -> estimates.BudgetEstimate | None:
        """Estimate before any training what each alarm budget would have raised, by a quick fit on few rows.

        Parameters
        ----------
        sensors : sequence of str, optional
            Names; all that are not graded Low where absent.
        train_start, train_end : str, Timestamp or int, optional
            Training range `[start, end)`, UTC where no zone is given.
        labels : sequence of TimeRange or (start, end)
            Known faults.
        label_group : str
            Take the labels of this group instead of `labels`.

        Returns
        -------
        BudgetEstimate or None
            Counts by budget, and sentences that say they are estimates.

        Raises
        ------
        DataError
            What was said does not fit the data, or there is nothing to learn from.
        """
        proposal = training.propose_training(
            self.context,
            self.name,
            sensors=sensors,
            choice=RangeChoice(train_start=_ns(train_start), train_end=_ns(train_end)),
            labels=_ranges(labels),
            label_group=label_group,
        )
        with progress_bar() as watch:
            view = estimates.start_estimate(self.context, self.name, proposal.request, wait=True, watch=watch)
        return estimates.estimate_of(view)

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        summary = self.summary
        return (
            ("Project", self.name),
            ("Asset", summary.description or "–"),
            ("Data", summary.sentences[0] if summary.sentences else summary.error or summary.status),
            ("Models", ", ".join(summary.models) or "none yet; train() makes one"),
        )


def _ns(moment: Moment | None) -> int | None:
    """Return a moment in nanoseconds UTC."""
    return None if moment is None else to_ns(moment)


def _ranges(spans: Sequence[TimeRange | tuple[Moment, Moment]]) -> tuple[TimeRange, ...]:
    """Return ranges in the form the services take."""
    return tuple(span if isinstance(span, TimeRange) else TimeRange(to_ns(span[0]), to_ns(span[1])) for span in spans)

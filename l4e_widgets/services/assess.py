"""From files to an answer without naming a project: the same services, on a temporary workspace."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from l4e_widgets.core.detection.calibration import DEFAULT_BUDGET
from l4e_widgets.core.quality import QualityReport
from l4e_widgets.core.ranges import RangeChoice
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, quality
from l4e_widgets.services.jobs import JobView
from l4e_widgets.services.projects import create_project
from l4e_widgets.services.results import Results, explained_results
from l4e_widgets.services.training import propose_training, train
from l4e_widgets.storage.labels_file import read_labels
from l4e_widgets.storage.objects import LocalStore
from l4e_widgets.storage.records import DatasetRecord

__all__ = ["ASSESSED_MODEL", "ASSESSED_PROJECT", "AssessOptions", "Assessment", "assess", "temporary_context"]

ASSESSED_PROJECT = "assessed"
ASSESSED_MODEL = "model-1"


@dataclass(frozen=True, kw_only=True)
class AssessOptions:
    """What the user has said; everything else is found out or proposed.

    Parameters
    ----------
    reading : ReadingOptions
        What is known of the files.
    choice : RangeChoice
        What was said of the ranges.
    labels : Path or None
        File of known faults, start and end without header.
    alarm_budget : float
        False alarms a month that are acceptable when nothing is wrong.
    sensor_sheet : Path or None
        A sheet of what is known of the sensors.
    off_time : str
        When the machine is off, for example ``speed<200``; empty where nothing is said.
    """

    reading: ReadingOptions = field(default_factory=ReadingOptions)
    choice: RangeChoice = field(default_factory=RangeChoice)
    labels: Path | None = None
    alarm_budget: float = DEFAULT_BUDGET
    sensor_sheet: Path | None = None
    off_time: str = ""


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The answer.

    Parameters
    ----------
    dataset : DatasetRecord
        What was understood of the files.
    quality : QualityReport
        Grades of the sensors.
    results : Results
        Events, findings and accuracy.
    notices : tuple of str
        What was noticed about labels.
    timings : dict of str to float
        Seconds of each part of the work.
    """

    dataset: DatasetRecord
    quality: QualityReport
    results: Results
    notices: tuple[str, ...]
    timings: dict[str, float]

    @property
    def _reading_warnings(self) -> tuple[str, ...]:
        return ReadingReport.from_dict(self.dataset.reading).warnings

    @property
    def warnings(self) -> tuple[str, ...]:
        """Everything that a reader should know before trusting the answer, each once."""
        return tuple(
            dict.fromkeys((*self._reading_warnings, *self.quality.warnings, *self.results.warnings, *self.notices))
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values; times are ISO texts with Z."""
        return {
            **self.results.to_dict(),
            "rows": self.dataset.n_rows,
            "sensors": [
                {"name": grade.name, "grade": grade.grade, "reasons": list(grade.reasons)}
                for grade in self.quality.sensors
            ],
            "warnings": list(self.warnings),
            "understood": list(self.dataset.sentences),
            "timings": {name: round(seconds, 3) for name, seconds in self.timings.items()},
        }


@contextlib.contextmanager
def temporary_context(context: Context) -> Iterator[Context]:
    """Give a workspace that is gone when the block ends, however it ends.

    Parameters
    ----------
    context : Context
        Whose runner, clock and actor are used.

    Yields
    ------
    Context
        On a temporary folder.
    """
    with tempfile.TemporaryDirectory(prefix="l4e-assess-", ignore_cleanup_errors=True) as folder:
        yield replace(context, store=LocalStore(Path(folder)))


def assess(
    context: Context,
    paths: Sequence[Path],
    options: AssessOptions,
    *,
    watch: Callable[[JobView], None] | None = None,
) -> Assessment:
    """Create a project from files, train on it with what is proposed, and return the answer.

    Parameters
    ----------
    context : Context
        The workspace; usually a temporary one.
    paths : sequence of Path
        Files with the sensor data.
    options : AssessOptions
        What the user has said.
    watch : callable, optional
        Called with each job while it is waited for.

    Returns
    -------
    Assessment
        The answer; project and model stay in the workspace.

    Raises
    ------
    L4EError
        The data cannot be read or cannot be learned from.
    """
    started = time.monotonic()
    labels = read_labels(options.labels) if options.labels else None
    ingestion = create_project(
        context,
        ASSESSED_PROJECT,
        list(paths),
        options=options.reading,
        sensor_sheet=options.sensor_sheet,
        wait=True,
        watch=watch,
    )
    proposal = propose_training(
        context,
        ASSESSED_PROJECT,
        model=ASSESSED_MODEL,
        choice=options.choice,
        labels=labels.ranges if labels else (),
        alarm_budget=options.alarm_budget,
        off_time=options.off_time,
    )
    training = train(context, ASSESSED_PROJECT, proposal, wait=True, watch=watch)
    found = explained_results(context, ASSESSED_PROJECT, ASSESSED_MODEL, watch=watch)
    steps = {step.name: step.seconds for view in (ingestion, training) for step in view.steps}
    return Assessment(
        dataset=dataset_record(context, ASSESSED_PROJECT),
        quality=quality(context, ASSESSED_PROJECT),
        results=found,
        notices=labels.notices if labels else (),
        timings={**steps, "total": time.monotonic() - started},
    )

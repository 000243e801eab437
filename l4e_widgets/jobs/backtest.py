"""Back-test: trains a model's configuration at several past cut-offs and stores what each would have raised."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from l4e_widgets.core.detection.backtest import BacktestFold, backtest_fold, cut_offs
from l4e_widgets.core.detection.registry import detector_factory
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.times import TimeRange
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.evaluation_records import BacktestFoldRecord, BacktestRecord
from l4e_widgets.storage.model_past import model_frame
from l4e_widgets.storage.model_reader import ModelReader

__all__ = ["BacktestArguments", "run"]


@dataclass(frozen=True, kw_only=True)
class BacktestArguments:
    """What to test.

    Parameters
    ----------
    model : str
        Name of the model whose configuration is tested.
    n_cut_offs : int
        How many past cut-offs.
    budget : float or None
        False alarms a month; the budget in force where None.
    """

    model: str
    n_cut_offs: int = 4
    budget: float | None = None


def run(work: Work) -> dict[str, Any]:
    """Train and watch at each cut-off; what lies between one and the next is watched.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are a `BacktestArguments`.

    Returns
    -------
    dict
        Name of the model.
    """
    arguments = from_plain(work.request.arguments, BacktestArguments)
    work.plan({"Read the rows": 1, "Train at past cut-offs": 8, "Store the result": 1})
    with work.step("Read the rows"):
        reader = ModelReader(work.documents, work.project, arguments.model)
        frame = model_frame(reader)
    with work.step("Train at past cut-offs"):
        request, budget = reader.request, reader.budget(arguments.budget)
        out = (*request.labels, *request.exclude)
        cuts = cut_offs(frame.timestamps, n_sensors=len(request.sensors), labels=out, most=max(arguments.n_cut_offs, 1))
        bounds = [*cuts, int(frame.timestamps[-1]) + reader.step_ns]
        folds = []
        for number, (cut, stop) in enumerate(pairwise(bounds)):
            work.advance(number / len(cuts))
            training, watched = TimeRange(int(frame.timestamps[0]), cut), TimeRange(cut, stop)
            folds.append(_fold(reader, frame, training, watched, budget))
    with work.step("Store the result"):
        record = BacktestRecord(budget=budget, folds=tuple(folds), made_ns=work.documents.clock())
        work.documents.put(work.project.model(arguments.model, reader.stored.record.version).backtest, record)
    return {"model": arguments.model}


def _fold(
    reader: ModelReader, frame: SensorFrame, training: TimeRange, watched: TimeRange, budget: float
) -> BacktestFoldRecord:
    """Return what one cut-off gives; where nothing can be learned the sentence says why."""
    if not int(np.diff(np.searchsorted(frame.timestamps, [watched.start, watched.end]))[0]):
        return BacktestFoldRecord(training=training, watched=watched, problem="There is no row to look at.")
    configuration = reader.stored.detector.configuration()
    detector = detector_factory(reader.request.detector)(
        **{name: value for name, value in configuration.items() if name != "detector"}
    )
    try:
        fold = backtest_fold(
            detector,
            frame,
            training=training,
            watched=watched,
            step_s=reader.request.sampling_rate_s,
            budget=budget,
            exclude=reader.request.exclude,
            labels=reader.judged_labels,
        )
    except DataError as error:
        return BacktestFoldRecord(training=training, watched=watched, problem=error.what)
    return _record(fold)


def _record(fold: BacktestFold) -> BacktestFoldRecord:
    """Return a fold as it is stored."""
    accuracy = fold.accuracy
    return BacktestFoldRecord(
        training=fold.training,
        watched=fold.watched,
        n_rows_trained=fold.n_rows_trained,
        events=fold.events,
        months=fold.months,
        share_of_time=fold.share_of_time,
        n_labels=len(accuracy.labels) if accuracy else 0,
        n_found=accuracy.n_found if accuracy else 0,
        n_false=len(accuracy.false_events) if accuracy else len(fold.events),
    )

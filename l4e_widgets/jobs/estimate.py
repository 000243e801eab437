"""Estimate: a quick fit on a part of the rows, and what each alarm budget would have raised on the past with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.recount import BudgetCount, Past, trade_off
from l4e_widgets.core.detection.registry import detector_factory
from l4e_widgets.core.detection.thinning import stretches
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.off_time import judged_labels
from l4e_widgets.core.ranges import rows_inside
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.model_rows import model_rows, off_stretches_of
from l4e_widgets.storage.project_series import ProjectSeries
from l4e_widgets.storage.records import DatasetRecord, TrainingRequest

__all__ = ["EstimateArguments", "run"]

ROWS_LEARNED = 12_000
ROWS_LOOKED_AT = 48_000
STRETCHES = 6


@dataclass(frozen=True, kw_only=True)
class EstimateArguments:
    """What would be trained.

    Parameters
    ----------
    request : TrainingRequest
        The training.
    data : str
        Which state of the data it is made for.
    """

    request: TrainingRequest
    data: str = ""


def run(work: Work) -> dict[str, Any]:
    """Estimate what each alarm budget would raise.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are an `EstimateArguments`.

    Returns
    -------
    dict
        Rows learned from and looked at, months, labels, and one entry a budget.
    """
    request = from_plain(work.request.arguments, EstimateArguments).request
    work.plan({"Read the rows": 1, "Learn quickly": 2, "Look at the past": 2})
    with work.step("Read the rows"):
        dataset = work.documents.get(work.project.dataset, DatasetRecord).value
        series = ProjectSeries(work.documents, work.project, dataset)
        frame = model_rows(series, request, step_s=dataset.median_step_s, digits={})
    with work.step("Learn quickly"):
        detector = detector_factory(request.detector)()
        out = (*request.exclude, *request.labels)
        inside = np.flatnonzero(rows_inside(frame.timestamps, request.training_range, out))
        parts = stretches(inside, most=ROWS_LEARNED, n_stretches=STRETCHES)
        if not parts:
            raise DataError("There is nothing to learn from in the training range.", fix="Choose another range.")
        chosen = np.concatenate(parts)
        times = frame.timestamps[chosen]
        detector.fit(frame.values[chosen], timestamps=times, sensors=frame.sensors)
    with work.step("Look at the past"):
        rate_s, step_s = request.sampling_rate_s, dataset.median_step_s
        stopped = off_stretches_of(series, request.off_time, rate_s=rate_s, step_s=step_s)
        judged = replace(request, labels=judged_labels(request.labels, stopped))
        past, is_whole = _past(frame, judged, detector, work)
        counts = trade_off(past) if len(past.timestamps) else ()
    return {
        "rows_learned": len(chosen),
        "rows_looked_at": len(past.timestamps),
        "is_whole": is_whole,
        "months": past.months,
        "labels": len(past.labels),
        "counts": [_plain(count) for count in counts],
    }


def _past(frame: SensorFrame, request: TrainingRequest, detector: Any, work: Work) -> tuple[Past, bool]:
    """Return scored stretches of the evaluation range, and whether they are all of it."""
    evaluation = request.evaluation_range
    inside = rows_inside(frame.timestamps, evaluation, ()) if evaluation else np.zeros(len(frame), dtype=bool)
    parts = stretches(np.flatnonzero(inside), most=ROWS_LOOKED_AT, n_stretches=STRETCHES)
    statistic, release = [np.empty(0)], [np.empty(0)]
    for place, rows in enumerate(parts):
        scores = detector.score(frame.values[rows], timestamps=frame.timestamps[rows], state=None, explain=False)
        statistic.append(scores.statistic)
        release.append(scores.release)
        work.advance((place + 1) / len(parts))
    chosen = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
    is_whole = len(parts) <= 1
    labels = tuple(label for label in request.labels if evaluation and label.overlaps(evaluation)) if is_whole else ()
    past = Past(
        timestamps=frame.timestamps[chosen],
        statistic=np.concatenate(statistic).astype(np.float64),
        release=np.concatenate(release).astype(np.float64),
        step_s=request.sampling_rate_s,
        calibration=Calibration.from_evidence(detector.evidence),
        labels=labels,
    )
    return past, is_whole


def _plain(count: BudgetCount) -> dict[str, Any]:
    """Return one count as plain values."""
    has_labels = count.accuracy is not None
    return {
        "budget": count.budget,
        "events": len(count.events),
        "events_a_month": count.events_a_month,
        "found": count.n_found if has_labels else None,
        "false": count.n_false if has_labels else None,
    }

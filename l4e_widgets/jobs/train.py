"""Train: learns from the training range, scores every row, stores the model."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.contract import Detector, DetectorState, Finding
from l4e_widgets.core.detection.record import learn_grid
from l4e_widgets.core.detection.registry import detector_factory
from l4e_widgets.core.detection.watch import SENSOR_PRECISION
from l4e_widgets.core.errors import DataError, StorageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.ranges import rows_inside
from l4e_widgets.core.times import range_text
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.artefacts import Provenance, data_fingerprint
from l4e_widgets.storage.case_facts import case_facts
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.models import StoredModel, Track, made_by, write_model
from l4e_widgets.storage.project_series import ProjectSeries
from l4e_widgets.storage.records import DatasetRecord, FindingRecord, ModelRecord, TrainingRequest
from l4e_widgets.storage.rows_on_disk import open_model_rows

__all__ = ["CHECKPOINT_ROWS", "TrainArguments", "run"]

CHECKPOINT_ROWS = 8_192
PRECISION_CHANGED = "precision_changed"
ROWS_FOR_DIGITS = 100


@dataclass(frozen=True, kw_only=True)
class TrainArguments:
    """What to train.

    Parameters
    ----------
    request : TrainingRequest
        Everything the training needs to know.
    reasons : tuple of str
        Why sensors and ranges were chosen so, kept with the model.
    warnings : tuple of str
        What is known already that the model cannot promise.
    """

    request: TrainingRequest
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def run(work: Work) -> dict[str, Any]:
    """Train a model.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are a `TrainArguments`.

    Returns
    -------
    dict
        Name of the model.
    """
    arguments = from_plain(work.request.arguments, TrainArguments)
    request = arguments.request
    if made_by(work.documents, work.project, request.model, work.request.id):
        return {"model": request.model}
    work.plan(
        {
            "Read the rows": 2,
            "Learn what is normal": 3,
            "Score every row": 4,
            "Store the model": 1,
            "Explain the events": 2,
        }
    )
    with contextlib.ExitStack() as spare:
        with work.step("Read the rows"):
            fingerprint = data_fingerprint(work.documents.store, work.project)
            frame = spare.enter_context(_rows(work, request, {}))
        with work.step("Learn what is normal"):
            detector, n_rows = _learned(frame, request)
        with work.step("Score every row"):
            track, findings = _scored(frame, detector, work)
            digits = _coarser_digits(frame, findings)
            if digits:
                told = tuple(one for one in findings if one.kind in (PRECISION_CHANGED, SENSOR_PRECISION))
                frame = spare.enter_context(_rows(work, request, digits))
                detector, n_rows = _learned(frame, request)
                track, findings = _scored(frame, detector, work)
                findings = (*(_mended(finding) for finding in told), *findings)
        ranges = _ranges(frame, request)
    with work.step("Store the model"):
        record = ModelRecord(
            name=request.model,
            version=1,
            request=request,
            reasons=arguments.reasons,
            trained_ns=work.documents.clock(),
            seconds=work.seconds,
            n_rows_trained=n_rows,
            digits=digits,
            findings=tuple(_record(finding) for finding in findings),
            warnings=(*arguments.warnings, *detector.evidence.warnings),
            job=work.request.id,
        )
        calibration = Calibration.from_evidence(detector.evidence)
        model = StoredModel(
            record=record, detector=detector, calibration=calibration, alarm_budget=request.alarm_budget, track=track
        )
        provenance = Provenance(data_fingerprint=fingerprint, ranges=ranges, metrics=_metrics(detector, track, n_rows))
        write_model(work.documents, work.project.model(request.model), model, provenance)
    with work.step("Explain the events"), contextlib.suppress(DataError, StorageError):
        case_facts(
            work.documents,
            work.project,
            ModelReader(work.documents, work.project, request.model),
            progress=work.advance,
        )
    return {"model": request.model}


def _rows(work: Work, request: TrainingRequest, digits: Mapping[str, float]) -> AbstractContextManager[SensorFrame]:
    """Open all rows as the model sees them, with their digits."""
    dataset = work.documents.get(work.project.dataset, DatasetRecord).value
    series = ProjectSeries(work.documents, work.project, dataset)
    return open_model_rows(work.documents, work.project, series, request, step_s=dataset.median_step_s, digits=digits)


def _ranges(frame: SensorFrame, request: TrainingRequest) -> dict[str, tuple[float, float]]:
    """Return the lowest and the highest training value of every sensor that has one."""
    inside = rows_inside(frame.timestamps, request.training_range, (*request.exclude, *request.labels))
    low, high = np.full(len(frame.sensors), np.inf), np.full(len(frame.sensors), -np.inf)
    for first in range(0, len(frame), CHECKPOINT_ROWS):
        rows = slice(first, first + CHECKPOINT_ROWS)
        values = frame.values[rows][inside[rows]]
        if len(values):
            low, high = np.fmin(low, np.fmin.reduce(values)), np.fmax(high, np.fmax.reduce(values))
    return {
        sensor.id: (float(lowest), float(highest))
        for sensor, lowest, highest in zip(frame.sensors, low, high, strict=True)
        if np.isfinite(lowest)
    }


def _metrics(detector: Detector, track: Track, n_rows: int) -> dict[str, float]:
    """Return the numbers that describe a training."""
    evidence = detector.evidence
    return {
        "rows_trained": float(n_rows),
        "rows_scored": float(len(track.timestamps)),
        "rows_held_out": float(evidence.rows),
        "seconds_held_out": float(evidence.seconds),
        "statistic_centre": float(evidence.centre),
        "statistic_spread": float(evidence.spread),
    }


def _record(finding: Finding) -> FindingRecord:
    """Return a finding as it is stored."""
    return FindingRecord(kind=finding.kind, span=finding.span, sensors=finding.sensors, sentence=finding.sentence)


def _learned(frame: SensorFrame, request: TrainingRequest) -> tuple[Detector, int]:
    """Fit on the training range and return the detector and how many rows it had."""
    exclude = (*request.exclude, *request.labels)
    part = frame.between(request.training_range)
    n_rows = int(rows_inside(part.timestamps, request.training_range, exclude).sum())
    if not n_rows:
        raise DataError(
            f"No row is left to learn from in {range_text(request.training_range)} UTC.",
            fix="Choose another training range, or leave out less of it.",
        )
    detector = detector_factory(request.detector)()
    detector.fit(part.values, timestamps=part.timestamps, exclude=exclude, sensors=part.sensors)
    return detector, n_rows


def _coarser_digits(frame: SensorFrame, findings: Sequence[Finding]) -> dict[str, float]:
    """Return the decimal grid of the rows after a change of the record's precision, by sensor id."""
    digits: dict[str, float] = {}
    for finding in findings:
        if finding.kind not in (PRECISION_CHANGED, SENSOR_PRECISION):
            continue
        later = frame.values[np.searchsorted(frame.timestamps, finding.span.start) :]
        if len(later) < ROWS_FOR_DIGITS:
            continue
        asked = finding.sensors if finding.kind == SENSOR_PRECISION else [sensor.id for sensor in frame.sensors]
        columns = [place for place, sensor in enumerate(frame.sensors) if sensor.id in asked]
        for place, step in zip(columns, learn_grid(later[:, columns]).step, strict=True):
            if step > 0:
                digits.setdefault(frame.sensors[place].id, float(step))
    return digits


def _mended(finding: Finding) -> Finding:
    """Return the finding of a changed precision with what was done about it."""
    head = finding.sentence.split(" Train again", maxsplit=1)[0]
    return replace(finding, sentence=f"{head} The model was trained again on rows rounded alike.")


def _scored(frame: SensorFrame, detector: Detector, work: Work) -> tuple[Track, tuple[Finding, ...]]:
    """Score every row in blocks, keeping the state before each block."""
    statistic, release, findings = [], [], []
    states: list[DetectorState | None] = []
    state: DetectorState | None = None
    firsts = range(0, len(frame), CHECKPOINT_ROWS)
    for first in firsts:
        rows = slice(first, first + CHECKPOINT_ROWS)
        states.append(state)
        scores = detector.score(frame.values[rows], timestamps=frame.timestamps[rows], state=state, explain=False)
        state = scores.state
        statistic.append(scores.statistic)
        release.append(scores.release)
        findings.extend(scores.findings)
        work.advance(min(1.0, (first + CHECKPOINT_ROWS) / len(frame)))
    track = Track(
        timestamps=frame.timestamps,
        statistic=np.concatenate(statistic),
        release=np.concatenate(release),
        checkpoint_rows=np.array(list(firsts), dtype=np.int64),
        checkpoints=tuple(states),
    )
    return track, tuple(findings)

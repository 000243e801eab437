"""Sensitivity: injects faults into a model's own normal rows and stores which are caught."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.sensitivity import FaultRates, Stretch, normal_starts, sensitivity, state_before
from l4e_widgets.core.times import TimeRange
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.evaluation_records import SensitivityEntry, SensitivityRecord
from l4e_widgets.storage.model_past import model_frame, normal_rows
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.records import TrainingRequest

__all__ = ["SensitivityArguments", "deadline_rows", "run"]

DEADLINE_ROWS = 72
STRETCHES = 12
LEAST_STRETCHES = 4
LAST_PART = 0.25


@dataclass(frozen=True, kw_only=True)
class SensitivityArguments:
    """What card to make.

    Parameters
    ----------
    model : str
        Name of the model.
    within_s : float or None
        Time within which a fault has to be caught, seconds; 72 rows of the model where None.
    budget : float or None
        False alarms a month; the budget in force where None.
    """

    model: str
    within_s: float | None = None
    budget: float | None = None


def deadline_rows(request: TrainingRequest, within_s: float | None) -> int:
    """Rows within which a fault has to be caught.

    Parameters
    ----------
    request : TrainingRequest
        Says the model's sampling rate.
    within_s : float or None
        Seconds; 72 rows where None.

    Returns
    -------
    int
        At least 5.
    """
    return DEADLINE_ROWS if within_s is None else max(5, round(within_s / request.sampling_rate_s))


def run(work: Work) -> dict[str, Any]:
    """Make the sensitivity card of a model.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are a `SensitivityArguments`.

    Returns
    -------
    dict
        Name of the model.
    """
    arguments = from_plain(work.request.arguments, SensitivityArguments)
    work.plan({"Choose normal stretches": 1, "Inject faults": 8, "Store the card": 1})
    started = time.monotonic()
    with work.step("Choose normal stretches"):
        reader = ModelReader(work.documents, work.project, arguments.model)
        budget = reader.budget(arguments.budget)
        n_rows = deadline_rows(reader.request, arguments.within_s)
        starts, is_held_out = _starts(reader, budget, n_rows)
        stretches = [_stretch(reader, int(start), n_rows) for start in starts]
    with work.step("Inject faults"):
        threshold = reader.stored.calibration.threshold(budget)
        rates = sensitivity(reader.stored.detector, stretches, threshold=threshold, progress=work.advance)
    with work.step("Store the card"):
        times = reader.stored.track.timestamps
        record = SensitivityRecord(
            within_s=n_rows * reader.request.sampling_rate_s,
            budget=budget,
            n_stretches=len(stretches),
            span=TimeRange(int(times[starts[0]]), int(times[starts[-1] + n_rows - 1]) + reader.step_ns),
            is_held_out=is_held_out,
            entries=tuple(_entry(reader, rate) for rate in rates),
            made_ns=work.documents.clock(),
            seconds=time.monotonic() - started,
        )
        version = reader.stored.record.version
        work.documents.put(work.project.model(arguments.model, version).sensitivity, record)
    return {"model": arguments.model}


def _starts(reader: ModelReader, budget: float, n_rows: int) -> tuple[npt.NDArray[np.int64], bool]:
    """First rows of the stretches, held out where there are enough of them, else of the last part of training."""
    times = reader.stored.track.timestamps
    normal = normal_rows(reader, budget)
    training = reader.request.training_range
    seen = (times >= training.start) & (times < training.end)
    found = normal_starts(normal & ~seen, times, n_rows=n_rows, most=STRETCHES, step_ns=reader.step_ns)
    if len(found) >= LEAST_STRETCHES:
        return found, True
    late = seen & (times >= training.end - int((training.end - training.start) * LAST_PART))
    inside = normal_starts(normal & late, times, n_rows=n_rows, most=STRETCHES, step_ns=reader.step_ns)
    return (inside, False) if len(inside) > len(found) else (found, True)


def _stretch(reader: ModelReader, first: int, n_rows: int) -> Stretch:
    """Return a stretch with the state before it, walked from the nearest stored one."""
    track = reader.stored.track
    place = int(np.searchsorted(track.checkpoint_rows, first, side="right")) - 1
    begin = int(track.checkpoint_rows[place])
    end = int(track.timestamps[first + n_rows - 1]) + reader.step_ns
    frame = model_frame(reader, int(track.timestamps[begin]), end)
    walked = first - begin
    state = state_before(
        reader.stored.detector, frame.values[:walked], frame.timestamps[:walked], track.checkpoints[place]
    )
    rows = slice(walked, walked + n_rows)
    return Stretch(frame.values[rows], frame.timestamps[rows], state)


def _entry(reader: ModelReader, rate: FaultRates) -> SensitivityEntry:
    """Return the rates of one fault as they are stored."""
    step_s = reader.request.sampling_rate_s
    return SensitivityEntry(
        sensor=reader.stored.detector.sensors[rate.column].id,
        fault=rate.fault.value,
        sizes=rate.sizes,
        caught=rate.caught,
        first=rate.first,
        seconds=_seconds(rate.rows, step_s),
        smallest=rate.smallest,
    )


def _seconds(rows: Sequence[float], step_s: float) -> tuple[float, ...]:
    """Return times to the alarm, -1 where there was none."""
    return tuple(float(count * step_s) if np.isfinite(count) else -1.0 for count in rows)

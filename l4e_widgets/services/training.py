"""Training: what is proposed, what stands in its way, and the job that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.coverage import HistorySample
from l4e_widgets.core.detection.calibration import DEFAULT_BUDGET
from l4e_widgets.core.detection.registry import DEFAULT_DETECTOR, check_detector_name
from l4e_widgets.core.errors import Blocked, DataError, UsageError
from l4e_widgets.core.labels import Rating
from l4e_widgets.core.off_time import OffTime, parse_off_time
from l4e_widgets.core.quality import QualityReport
from l4e_widgets.core.ranges import RangeChoice, propose_ranges, rows_inside, rows_needed
from l4e_widgets.core.series_source import SeriesSource
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, duration_text, minute_text, range_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, quality, series_source
from l4e_widgets.services.jobs import JobView, list_jobs, start_job, wait_for_job
from l4e_widgets.services.labels import LabelGroup
from l4e_widgets.services.labels import label_group as read_group
from l4e_widgets.services.names import check_model_name
from l4e_widgets.services.off_times import running_rows
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.documents import to_plain
from l4e_widgets.storage.job_files import JobFiles
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.models import model_names
from l4e_widgets.storage.records import TrainingRequest

__all__ = ["Blocker", "TrainingProposal", "blockers", "free_model_name", "propose_training", "train"]


SAMPLE_ROWS = 20_000
"""Rows that are looked at for a proposal."""


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """Why a step cannot go on.

    Parameters
    ----------
    sentence : str
        The reason and how to mend it.
    step : str
        Page where it can be mended.
    """

    sentence: str
    step: str


@dataclass(frozen=True, kw_only=True)
class TrainingProposal:
    """A training as it would be started.

    Parameters
    ----------
    request : TrainingRequest
        Everything it needs to know.
    reasons : tuple of str
        Why it was chosen so.
    warnings : tuple of str
        What it cannot promise.
    """

    request: TrainingRequest
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


def free_model_name(context: Context, project: str) -> str:
    """Return a model name that is free: model-1, model-2 and so on.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    str
        A name.
    """
    taken = set(model_names(context.documents, ProjectKeys.of(project)))
    return next(name for name in (f"model-{number}" for number in range(1, len(taken) + 2)) if name not in taken)


def propose_training(
    context: Context,
    project: str,
    *,
    model: str | None = None,
    sensors: Sequence[str] | None = None,
    choice: RangeChoice | None = None,
    labels: Sequence[TimeRange] = (),
    label_group: str = "",
    exclude: Sequence[TimeRange] = (),
    sampling_rate_s: float | None = None,
    alarm_budget: float = DEFAULT_BUDGET,
    detector: str = DEFAULT_DETECTOR,
    off_time: str | OffTime = "",
) -> TrainingProposal:
    """Complete what the user has said to a whole training, with reasons.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    model : str, optional
        Name of the model; a free one where absent.
    sensors : sequence of str, optional
        Ids or names; all that are not graded Low where absent.
    choice : RangeChoice, optional
        What was said of the ranges.
    labels : sequence of TimeRange
        Known faults.
    label_group : str
        Take the labels of this group instead: anomalies are known faults, neutral stretches are left out of training.
    exclude : sequence of TimeRange
        Stretches to leave out of training.
    sampling_rate_s : float, optional
        Target sampling rate in seconds; the suggested one where absent.
    alarm_budget : float
        False alarms a month that are acceptable when nothing is wrong.
    detector : str
        Name in the registry of detectors: ours, or one that an installed package brings.
    off_time : str or OffTime
        When the machine is off, for example ``"speed<200"``; such rows are neither learned from nor judged.

    Returns
    -------
    TrainingProposal
        Request, reasons and warnings.

    Raises
    ------
    DataError
        What was said does not fit the data.
    NotFound
        A sensor, label group or detector is unknown.
    UsageError
        The alarm budget is no number above 0.
    """
    check_detector_name(detector)
    _check_budget(alarm_budget)
    record = dataset_record(context, project)
    source = series_source(context, project)
    timestamps = source.read([], record.span.start, record.span.end).timestamps
    condition = parse_off_time(off_time, record.sensors) if isinstance(off_time, str) and off_time else off_time or None
    rate_s = sampling_rate_s or record.sampling_rate_s
    timestamps, off_words = running_rows(context, project, condition, timestamps, rate_s)
    revision = 0
    if label_group:
        group = read_group(context, project, label_group)
        revision = group.revision
        labels = _rated(group, Rating.ANOMALY)
        exclude = (*exclude, *_rated(group, Rating.NEUTRAL))
    outside = [label for label in labels if not label.overlaps(record.span)]
    if outside:
        raise DataError(
            f"The label {range_text(outside[0])} UTC lies outside of the data.",
            expected=f"labels inside {range_text(record.span)} UTC",
            fix="Check the times of the labels and their zone.",
        )
    chosen, told = _chosen_sensors(context, project, quality(context, project), sensors)
    proposal = propose_ranges(
        timestamps,
        n_sensors=len(chosen),
        choice=choice or RangeChoice(),
        labels=(*labels, *exclude),
        sample=_history_sample(source, chosen, timestamps, record.span),
    )
    request = TrainingRequest(
        model=model or free_model_name(context, project),
        sensors=chosen,
        training_range=proposal.training,
        evaluation_range=proposal.evaluation,
        sampling_rate_s=rate_s,
        exclude=tuple(exclude),
        labels=tuple(labels),
        alarm_budget=alarm_budget,
        detector=detector,
        label_group=label_group,
        label_revision=revision,
        off_time=condition,
    )
    rate = f"One row every {duration_text(request.sampling_rate_s)}."
    return TrainingProposal(
        request=request, reasons=(*proposal.reasons, *off_words, *told, rate), warnings=proposal.warnings
    )


def _history_sample(
    source: SeriesSource, chosen: Sequence[str], timestamps: npt.NDArray[np.int64], span: TimeRange
) -> HistorySample | None:
    """Return evenly thinned rows of the chosen sensors, read one sensor at a time; None without a sensor."""
    times = timestamps[:: max(1, len(timestamps) // SAMPLE_ROWS)]
    values = np.full((len(times), len(chosen)), np.nan)
    names = []
    for column, sensor in enumerate(chosen):
        frame = source.read([sensor], span.start, span.end)
        names.append(frame.sensors[0].label)
        if len(frame):
            place = np.minimum(np.searchsorted(frame.timestamps, times), len(frame) - 1)
            values[:, column] = np.where(frame.timestamps[place] == times, frame.values[place, 0], np.nan)
    return HistorySample(timestamps=times, values=values, names=tuple(names)) if names else None


def _check_budget(alarm_budget: float) -> None:
    """Refuse an alarm budget that no calibration could keep."""
    if not (np.isfinite(alarm_budget) and alarm_budget > 0):
        raise UsageError(
            "The alarm budget must be a number above 0.",
            got=str(alarm_budget),
            expected="false alarms a month, such as 1",
            fix="Choose how many false alarms a month you can live with.",
        )


def _rated(group: LabelGroup, rating: Rating) -> tuple[TimeRange, ...]:
    """Return the stretches of a group that carry a rating."""
    return tuple(label.span for label in group.labels if label.rating is rating)


def _chosen_sensors(
    context: Context, project: str, grades: QualityReport, wanted: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return ids of the sensors to learn from, and what to say of the others."""
    records = dataset_record(context, project).sensors
    if wanted is not None:
        span = dataset_record(context, project).span
        found = series_source(context, project).read(wanted, span.start, span.start + 1).sensors
        return tuple(sensor.id for sensor in found), (f"{len(found)} of {len(records)} sensors, as asked.",)
    chosen, constant, low = [], [], []
    for sensor, grade in zip(records, grades.sensors, strict=True):
        if grade.constant:
            constant.append(sensor.label)
        elif grade.grade == "Low":
            low.append(f"{sensor.label} ({'; '.join(grade.reasons)})")
            continue
        chosen.append(sensor.id)
    told = [f"{len(chosen)} of {len(records)} sensors are used."]
    if constant:
        told.append(f"Never moving, watched for a first movement only: {', '.join(constant)}.")
    if low:
        told.append(f"Left out because graded Low: {', '.join(low)}.")
    if len(constant) == len(chosen):
        chosen = []
    return tuple(chosen), tuple(told)


def blockers(context: Context, project: str, request: TrainingRequest) -> tuple[Blocker, ...]:
    """Return what stands in the way of a training.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    request : TrainingRequest
        The training.

    Returns
    -------
    tuple of Blocker
        Empty where nothing does.
    """
    found = []
    if request.model in model_names(context.documents, ProjectKeys.of(project)):
        free = free_model_name(context, project)
        found.append(Blocker(sentence=f"{request.model} belongs to a model already; {free} is free.", step="train"))
    elif request.model in _models_in_training(context, project):
        found.append(
            Blocker(
                sentence=f"{request.model} is being trained already. Wait until that has ended, or take another name.",
                step="train",
            )
        )
    if not request.sensors:
        found.append(
            Blocker(
                sentence="No sensor can be learned from: each is graded Low or never moves. "
                "See the grades for the reasons, or choose sensors yourself.",
                step="review",
            )
        )
    else:
        found.extend(_too_few_rows(context, project, request))
    return tuple(found)


def _models_in_training(context: Context, project: str) -> set[str]:
    """Return the names of the models that workers are making now."""
    keys = ProjectKeys.of(project)
    busy = [view.id for view in list_jobs(context, keys) if view.kind == "train" and view.is_active and not view.stale]
    requests = [JobFiles(context.store, keys.job(job_id)).request().arguments for job_id in busy]
    return {str(arguments.get("request", {}).get("model", "")) for arguments in requests}


def _too_few_rows(context: Context, project: str, request: TrainingRequest) -> list[Blocker]:
    """Return the blocker of a training range with too few rows."""
    record = dataset_record(context, project)
    times = series_source(context, project).read([], record.span.start, record.span.end).timestamps
    times, off_words = running_rows(context, project, request.off_time, times, request.sampling_rate_s)
    times = _at_rate(times, request.sampling_rate_s, record.median_step_s)
    n_rows = int(rows_inside(times, request.training_range, (*request.exclude, *request.labels)).sum())
    needed = rows_needed(len(request.sensors))
    if n_rows >= needed:
        return []
    first = int(np.searchsorted(times, request.training_range.start))
    clear = np.flatnonzero(rows_inside(times[first:], record.span, (*request.exclude, *request.labels)))
    if len(clear) > needed:
        fix = f"Choose an end of {minute_text(int(times[first + clear[needed]]))} or later."
    else:
        fix = f"The data has {len(clear)} such rows in all: add more data, or use fewer sensors."
    if off_words:
        fix += " Or choose another threshold of off-time, which takes its rows away."
    sentence = (
        f'Model "{request.model}" cannot be trained: its training range {range_text(request.training_range)} UTC '
        f"has {n_rows} rows at {duration_text(request.sampling_rate_s)}, {needed} are needed "
        f"(200, and 5 for each of {len(request.sensors)} sensors). {' '.join((*off_words, fix))}"
    )
    return [Blocker(sentence=sentence, step="train")]


def _at_rate(times: npt.NDArray[np.int64], rate_s: float, step_s: float) -> npt.NDArray[np.int64]:
    """Return the times of the rows a model at that rate would have."""
    if rate_s == step_s:
        return times
    rate = round(rate_s * NS_PER_SECOND)
    return np.unique(times // rate) * rate


def train(
    context: Context,
    project: str,
    proposal: TrainingProposal,
    *,
    wait: bool = False,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Train a model.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    proposal : TrainingProposal
        The training with its reasons.
    wait : bool
        Return when it is trained, else at once.
    watch : callable, optional
        Called with the job while waiting.

    Returns
    -------
    JobView
        The training.

    Raises
    ------
    NameRefused
        The model's name breaks its rule.
    Blocked
        Something stands in the way; the sentence says what.
    L4EError
        The training failed, while waiting for it.
    """
    request = proposal.request
    check_model_name(request.model)
    found = blockers(context, project, request)
    if found:
        raise Blocked(" ".join(blocker.sentence for blocker in found))
    keys = ProjectKeys.of(project)
    log_action(context.documents, keys.actions, "train", {"model": request.model})
    arguments = {
        "request": to_plain(request),
        "reasons": list(proposal.reasons),
        "warnings": list(proposal.warnings),
    }
    started = start_job(context, keys, "train", arguments)
    return wait_for_job(context, keys, started.id, watch=watch) if wait else started

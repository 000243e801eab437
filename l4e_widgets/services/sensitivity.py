"""The sensitivity card of a model, its quality, and whether live data has left what it learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from l4e_widgets.core.coverage import HistorySample, unseen_share
from l4e_widgets.core.detection.drift_guard import DriftReport, learned_reach, watch_drift
from l4e_widgets.core.detection.model_quality import ModelQuality, block_stability, judge, sensor_fits
from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange
from l4e_widgets.figures.card_words import CardRow, CardTold, card_detail, card_sentence
from l4e_widgets.figures.case_words import caught_words, drift_words
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.jobs import JobView, start_job, wait_for_job
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.evaluation_records import SensitivityEntry, SensitivityRecord
from l4e_widgets.storage.model_past import model_frame, normal_rows
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.models import read_record

__all__ = ["Drift", "SensitivityCard", "drift", "model_quality", "sensitivity_card", "start_sensitivity"]

QUALITY_ROWS = 20_000
DRIFT_DAYS = 7.0


@dataclass(frozen=True, kw_only=True)
class SensitivityCard:
    """The stored card, ready to be told.

    Parameters
    ----------
    record : SensitivityRecord
        The numbers.
    sentences : tuple of str
        One a sensor and kind, in the order of the entries.
    sentence, detail : str
        What the card says, and what it was made from.
    rows : tuple of CardRow
        One a sensor, the weakest first.
    """

    record: SensitivityRecord
    sentences: tuple[str, ...]
    sentence: str
    detail: str
    rows: tuple[CardRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the card as plain values; times are ISO texts with Z."""
        record = self.record
        return {
            "sentence": self.sentence,
            "detail": self.detail,
            "within_seconds": record.within_s,
            "budget": record.budget,
            "held_out": record.is_held_out,
            "span": record.span.to_iso(),
            "faults": [
                {
                    "sensor": entry.sensor,
                    "fault": entry.fault,
                    "smallest": entry.smallest,
                    "sizes": list(entry.sizes),
                    "caught": list(entry.caught),
                    "named_first": list(entry.first),
                    "seconds": list(entry.seconds),
                }
                for entry in record.entries
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Drift:
    """Whether live data has left what was learned, ready to be told.

    Parameters
    ----------
    report : DriftReport
        The numbers.
    span : TimeRange
        What was looked at.
    sentences : tuple of str
        One a sensor.
    """

    report: DriftReport
    span: TimeRange
    sentences: tuple[str, ...]


def start_sensitivity(
    context: Context,
    project: str,
    model: str,
    *,
    within_s: float | None = None,
    budget: float | None = None,
    wait: bool = False,
    watch: Callable[[JobView], None] | None = None,
) -> JobView:
    """Make the sensitivity card of a model, in a process of its own.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    within_s : float, optional
        Time within which a fault has to be caught, seconds; 72 rows where absent.
    budget : float, optional
        False alarms a month; the budget in force where absent.
    wait : bool
        Return when it is done, else at once.
    watch : callable, optional
        Called with the job while waiting.

    Returns
    -------
    JobView
        The job.

    Raises
    ------
    NotFound
        There is no such project or model.
    L4EError
        It failed, while waiting for it.
    """
    keys = project_keys(context, project)
    read_record(context.documents, keys, model)
    log_action(context.documents, keys.actions, "start_sensitivity", {"model": model})
    started = start_job(context, keys, "sensitivity", {"model": model, "within_s": within_s, "budget": budget})
    return wait_for_job(context, keys, started.id, watch=watch) if wait else started


def sensitivity_card(context: Context, project: str, model: str) -> SensitivityCard:
    """Return the stored sensitivity card of a model.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.

    Returns
    -------
    SensitivityCard
        Numbers and sentences.

    Raises
    ------
    NotFound
        There is no such project or model, or its card has not been made.
    """
    reader = _reader(context, project, model)
    key = project_keys(context, project).model(model, reader.stored.record.version).sensitivity
    try:
        record = context.documents.get(key, SensitivityRecord).value
    except NotFound:
        raise NotFound(f'The sensitivity card of "{model}" has not been made yet.', fix="Make it.") from None
    sensors = {sensor.id: sensor for sensor in reader.stored.detector.sensors}
    sentences = tuple(
        caught_words(
            sensors[entry.sensor].label,
            sensors[entry.sensor].unit,
            entry.fault,
            smallest=entry.smallest,
            within_s=record.within_s,
        )
        for entry in record.entries
    )
    rows = tuple(sorted(_rows(record, sensors), key=lambda row: row.weakness, reverse=True))
    n_injected = record.n_stretches * sum(len(entry.sizes) for entry in record.entries)
    return SensitivityCard(
        record=record,
        sentences=sentences,
        sentence=card_sentence(rows, record.within_s),
        detail=card_detail(rows, n_injected=n_injected, days=record.span.days, is_held_out=record.is_held_out),
        rows=rows,
    )


def _rows(record: SensitivityRecord, sensors: Mapping[str, Sensor]) -> list[CardRow]:
    """Return the card sensor by sensor."""
    rows = []
    for sensor in dict.fromkeys(entry.sensor for entry in record.entries):
        entries = [entry for entry in record.entries if entry.sensor == sensor]
        named = [(caught, first) for entry in entries for caught, first in zip(entry.caught, entry.first, strict=True)]
        weight = sum(caught for caught, _ in named)
        rows.append(
            CardRow(
                sensor=sensors[sensor].label,
                unit=sensors[sensor].unit,
                told=tuple(_told(entry) for entry in entries),
                first=sum(caught * first for caught, first in named) / weight if weight else None,
            )
        )
    return rows


def _told(entry: SensitivityEntry) -> CardTold:
    """Return one fault of one sensor."""
    if entry.smallest is None:
        return CardTold(fault=entry.fault, smallest=None, share=None, seconds=None)
    place = int(np.argmin(np.abs(np.array(entry.sizes) - entry.smallest)))
    largest = max(entry.sizes)
    return CardTold(
        fault=entry.fault,
        smallest=entry.smallest,
        share=entry.smallest / largest if largest else 0.0,
        seconds=max(entry.seconds[place], 0.0),
    )


def model_quality(context: Context, project: str, model: str) -> ModelQuality:
    """Judge a model without labels.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.

    Returns
    -------
    ModelQuality
        One of three states with its reasons, and what they rest on.

    Raises
    ------
    NotFound
        There is no such project or model.
    """
    reader = _reader(context, project, model)
    track, training = reader.stored.track, reader.request.training_range
    times = track.timestamps
    normal = normal_rows(reader)
    first, last = (int(row) for row in np.searchsorted(times, [training.start, training.end]))
    begin = last if len(times) - last >= 200 else first
    stop = min(begin + QUALITY_ROWS, len(times))
    rows = reader.rows(begin, stop)
    keep = normal[begin:stop]
    fits = sensor_fits(rows.frame.values[keep], rows.expected.value[keep], rows.expected.half_band)
    blocks = block_stability(times, track.statistic, reader.prediction() == 1, training_end=training.end)
    frame = model_frame(reader)
    thin = slice(0, None, max(1, len(frame) // QUALITY_ROWS))
    sample = HistorySample(
        timestamps=frame.timestamps[thin],
        values=frame.values[thin],
        names=tuple(sensor.label for sensor in frame.sensors),
    )
    return judge(
        training_days=training.days,
        share_used=reader.stored.record.n_rows_trained / max(last - first, 1),
        modes_covered=1.0 - unseen_share(sample, training),
        fits=fits,
        blocks=blocks,
        spread=reader.stored.detector.evidence.spread,
    )


def drift(context: Context, project: str, model: str, *, days: float = DRIFT_DAYS) -> Drift:
    """Say whether the newest rows have left what a model learned, and which sensor by how much.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    days : float
        How far back to look from the newest row.

    Returns
    -------
    Drift
        Rows inside events do not count: a fault is no drift.

    Raises
    ------
    NotFound
        There is no such project or model.
    """
    reader = _reader(context, project, model)
    times, training = reader.stored.track.timestamps, reader.request.training_range
    end = int(times[-1]) + reader.step_ns
    begin = max(end - int(days * 86_400 * NS_PER_SECOND), training.end)
    learned = model_frame(reader, training.start, training.end).values
    thin = learned[:: max(1, len(learned) // QUALITY_ROWS)]
    first = int(np.searchsorted(times, begin))
    if first >= len(times):
        report = DriftReport(has_left=False, drifted=(), n_rows=0)
        return Drift(report=report, span=training, sentences=drift_words(report))
    rows = reader.rows(first, len(times))
    keep = normal_rows(reader)[first:]
    report = watch_drift(
        learned_reach(thin),
        rows.frame.values[keep],
        rows.expected.value[keep],
        rows.expected.half_band,
        rows.frame.sensors,
    )
    return Drift(report=report, span=TimeRange(int(times[first]), end), sentences=drift_words(report))


def _reader(context: Context, project: str, model: str) -> ModelReader:
    """Return the reader of a model."""
    return ModelReader(context.documents, project_keys(context, project), model)

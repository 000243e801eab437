"""Ingest: reads the sources, stores the series, grades the sensors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from l4e_widgets.core.quality import assess_quality
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.sampling import median_step_s, suggest_sampling_rate
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.records import DatasetRecord, QualityRecord
from l4e_widgets.storage.series import write_series
from l4e_widgets.storage.sources import SourceData, read_sources

__all__ = ["IngestArguments", "run"]


@dataclass(frozen=True, kw_only=True)
class IngestArguments:
    """What to ingest.

    Parameters
    ----------
    sources : tuple of str
        Paths of files.
    shown_as : tuple of str
        What to call them in sentences, in the same order.
    options : ReadingOptions
        What the user said of them.
    sensors : tuple of Sensor
        What is known of the sensors beyond their values, matched by name.
    """

    sources: tuple[str, ...]
    shown_as: tuple[str, ...]
    options: ReadingOptions
    sensors: tuple[Sensor, ...] = ()


def run(work: Work) -> dict[str, Any]:
    """Ingest the sources of a project.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are an `IngestArguments`.

    Returns
    -------
    dict
        Rows and sensors stored.
    """
    arguments = from_plain(work.request.arguments, IngestArguments)
    work.plan({"Read the data": 6, "Grade the sensors": 2, "Store the series": 3})
    with work.step("Read the data"):
        paths = [Path(source) for source in arguments.sources]
        data = _told(read_sources(paths, arguments.options, progress=work.advance), arguments.sensors)
    with work.step("Grade the sensors"):
        quality = assess_quality(data.frame, data.report)
    with work.step("Store the series"):
        write_series(work.documents, work.project.series(), data.frame)
        work.documents.put(work.project.quality, QualityRecord(quality=quality.to_dict()))
        work.documents.put(work.project.dataset, _record(data, arguments))
    return {"rows": len(data.frame), "sensors": len(data.frame.sensors)}


def _record(data: SourceData, arguments: IngestArguments) -> DatasetRecord:
    """Return the document of the data set."""
    frame = data.frame
    return DatasetRecord(
        sensors=frame.sensors,
        n_rows=len(frame),
        span=frame.span,
        sampling_rate_s=suggest_sampling_rate(frame.timestamps),
        median_step_s=median_step_s(frame.timestamps),
        missing_share=float(np.isnan(frame.values).mean()) if frame.values.size else 0.0,
        sources=arguments.shown_as,
        reading=data.report.to_dict(),
        sentences=data.report.sentences(),
    )


def _told(data: SourceData, sensors: tuple[Sensor, ...]) -> SourceData:
    """Return the data with what is known of its sensors: names, components, units, tags and limits."""
    known = {sensor.name: sensor for sensor in sensors}
    told = tuple(
        replace(known[sensor.name], id=sensor.id, kind=sensor.kind) if sensor.name in known else sensor
        for sensor in data.frame.sensors
    )
    return replace(data, frame=replace(data.frame, sensors=told))

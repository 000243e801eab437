"""What ingest and append share: the sources as told by the user, the grades, and the document of the data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.reading.kinds import kind_of
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.sampling import median_step_s, suggest_sampling_rate
from l4e_widgets.core.sensors import Sensor, SensorKind, told_sensors
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.records import DatasetRecord
from l4e_widgets.storage.sources import SourceData, read_sources

__all__ = ["IngestArguments", "dataset_of", "kinds_of", "read_told"]


@dataclass(frozen=True, kw_only=True)
class IngestArguments:
    """What to read.

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


def read_told(work: Work, arguments: IngestArguments) -> SourceData:
    """Read the sources and add what is known of their sensors: names, components, units, tags and limits.

    Parameters
    ----------
    work : Work
        Frame of the job.
    arguments : IngestArguments
        What to read.

    Returns
    -------
    SourceData
        Rows and report.

    Raises
    ------
    DataError
        The data cannot be read.
    """
    paths = [Path(source) for source in arguments.sources]
    data = read_sources(paths, arguments.options, progress=work.advance)
    told, notices = told_sensors(data.frame.sensors, arguments.sensors, words=data.report.categories)
    report = replace(data.report, notices=(*data.report.notices, *notices))
    return replace(data, frame=replace(data.frame, sensors=told), report=report)


def kinds_of(sensors: Sequence[Sensor], frame: SensorFrame, report: ReadingReport) -> tuple[Sensor, ...]:
    """Return the records with the kinds that all rows show.

    Parameters
    ----------
    sensors : sequence of Sensor
        Records.
    frame : SensorFrame
        All rows; has every sensor.
    report : ReadingReport
        Says which sensors hold words.

    Returns
    -------
    tuple of Sensor
        In the same order.
    """
    place = {sensor.id: index for index, sensor in enumerate(frame.sensors)}
    return tuple(
        sensor
        if sensor.kind_told
        else replace(
            sensor,
            kind=SensorKind.CATEGORICAL
            if sensor.name in report.categories
            else kind_of(frame.values[:, place[sensor.id]].astype(np.float64)),
        )
        for sensor in sensors
    )


def dataset_of(
    whole: SensorFrame,
    frames: Sequence[SensorFrame],
    sensors: tuple[Sensor, ...],
    report: ReadingReport,
    *,
    sources: tuple[str, ...],
    revision: int = 0,
) -> DatasetRecord:
    """Return the document of a data set.

    Parameters
    ----------
    whole : SensorFrame
        All rows.
    frames : sequence of SensorFrame
        Rows of each clock; the one with most sensors, else the quicker, says at which rate to work.
    sensors : tuple of Sensor
        Records.
    report : ReadingReport
        What came of reading.
    sources : tuple of str
        Files it came from.
    revision : int
        Newest append in it.

    Returns
    -------
    DatasetRecord
        The document.

    Raises
    ------
    DataError
        There are fewer than two rows.
    """
    clock = max(frames, key=lambda frame: (len(frame.sensors), len(frame)))
    n_cells = sum(frame.values.size for frame in frames)
    missing = sum(int(np.isnan(frame.values).sum()) for frame in frames)
    return DatasetRecord(
        sensors=sensors,
        n_rows=len(whole),
        span=whole.span,
        sampling_rate_s=suggest_sampling_rate(clock.timestamps),
        median_step_s=median_step_s(clock.timestamps),
        missing_share=missing / n_cells if n_cells else 0.0,
        sources=sources,
        reading=report.to_dict(),
        sentences=report.sentences(),
        revision=revision,
    )

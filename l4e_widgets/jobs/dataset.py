"""What ingest and append share: the sources as told by the user, the grades, and the document of the data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from l4e_widgets.core.columns import Columns
from l4e_widgets.core.quality_records import QualityReport
from l4e_widgets.core.reading.combine import Combined
from l4e_widgets.core.reading.kinds import KindTally
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.sampling import median_step_s, suggest_sampling_rate
from l4e_widgets.core.sensors import Sensor, SensorKind, told_sensors
from l4e_widgets.core.times import TimeRange
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.records import DatasetRecord
from l4e_widgets.storage.source_blocks import open_blocks

__all__ = ["IngestArguments", "dataset_of", "kinds_of", "open_told"]


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


@contextmanager
def open_told(work: Work, arguments: IngestArguments) -> Iterator[tuple[Combined, tuple[Sensor, ...]]]:
    """Read the sources, and add what is known of their sensors: names, components, units, tags and limits.

    Parameters
    ----------
    work : Work
        Frame of the job; it is told how far the reading is.
    arguments : IngestArguments
        What to read.

    Yields
    ------
    table : Combined
        Rows and report; the rows lie in a temporary folder until the block ends.
    sensors : tuple of Sensor
        Records of its columns.

    Raises
    ------
    DataError
        The data cannot be read.
    """
    paths = [Path(source) for source in arguments.sources]
    with open_blocks(paths, arguments.options, progress=work.advance) as blocks:
        table = blocks.table
        told, notices = told_sensors(table.sensors, arguments.sensors, words=table.report.categories)
        report = replace(table.report, notices=(*table.report.notices, *notices))
        yield replace(table, report=report), told


def kinds_of(
    sensors: Sequence[Sensor], clocks: Sequence[Columns], report: ReadingReport, *, check: Callable[[], None]
) -> tuple[Sensor, ...]:
    """Return the records with the kinds that all rows show.

    Parameters
    ----------
    sensors : sequence of Sensor
        Records.
    clocks : sequence of Columns
        All rows; each sensor is in one of them.
    report : ReadingReport
        Says which sensors hold words.
    check : callable
        Called after each sensor; it may stop the work.

    Returns
    -------
    tuple of Sensor
        In the same order.
    """
    kinds = {}
    for rows in clocks:
        for place, sensor in enumerate(rows.sensors):
            tally = KindTally()
            for chunk in rows.chunks(place):
                tally.add(chunk)
            kinds[sensor.id] = tally.kind()
            check()
    words = report.categories
    return tuple(
        sensor
        if sensor.kind_told
        else replace(sensor, kind=SensorKind.CATEGORICAL if sensor.name in words else kinds[sensor.id])
        for sensor in sensors
    )


def dataset_of(
    clocks: Sequence[Columns],
    sensors: tuple[Sensor, ...],
    report: ReadingReport,
    quality: QualityReport,
    *,
    sources: tuple[str, ...],
    revision: int = 0,
) -> DatasetRecord:
    """Return the document of a data set.

    Parameters
    ----------
    clocks : sequence of Columns
        Rows of each clock; the one with most sensors, else the quicker, says at which rate to work.
    sensors : tuple of Sensor
        Records.
    report : ReadingReport
        What came of reading; it counts the rows of all clocks.
    quality : QualityReport
        Counts the values of each sensor.
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
    clock = max(clocks, key=lambda rows: (len(rows.sensors), len(rows.timestamps)))
    n_cells = sum(len(rows.timestamps) * len(rows.sensors) for rows in clocks)
    n_values = sum(record.n_values for record in quality.sensors)
    return DatasetRecord(
        sensors=sensors,
        n_rows=report.n_rows,
        span=TimeRange(report.start_ns, report.end_ns + 1),
        sampling_rate_s=suggest_sampling_rate(clock.timestamps),
        median_step_s=median_step_s(clock.timestamps),
        missing_share=1 - n_values / n_cells if n_cells else 0.0,
        sources=sources,
        reading=report.to_dict(),
        sentences=report.sentences(),
        revision=revision,
    )

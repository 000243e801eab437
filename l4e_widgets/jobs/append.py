"""Append: reads more data, adds it to the series of a project, grades the sensors again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from l4e_widgets.core.clocks import grouped_by_clock
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.quality import grade_clocks
from l4e_widgets.core.reading.adding import matched, reports_as_one
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.jobs.dataset import dataset_of, kinds_of, read_told
from l4e_widgets.jobs.ingest import IngestArguments
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.layout import MAIN_CLOCK
from l4e_widgets.storage.project_series import ProjectSeries, clock_names
from l4e_widgets.storage.records import DatasetRecord, QualityRecord, SeriesManifest
from l4e_widgets.storage.series import append_rows, compact_series, drop_unfinished, needs_compaction
from l4e_widgets.storage.sources import SourceData

__all__ = ["run"]


def run(work: Work) -> dict[str, Any]:
    """Add data to a project. The document of the data set is written last; until then readers see what was there.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are an `IngestArguments`.

    Returns
    -------
    dict
        Rows added, rows whose time was there, values replaced, rows in all, and what to tell of it.
    """
    arguments = from_plain(work.request.arguments, IngestArguments)
    work.plan({"Read the data": 4, "Store the rows": 2, "Grade the sensors": 3, "Put the parts in order": 1})
    stored = work.documents.get(work.project.dataset, DatasetRecord)
    dataset = stored.value
    before = ReadingReport.from_dict(dataset.reading)
    with work.step("Read the data"):
        data = matched(read_told(work, arguments), dataset.sensors, before)
    with work.step("Store the rows"):
        revision = dataset.revision + 1
        counts = _added(work, data, ProjectSeries(work.documents, work.project, dataset), revision)
    with work.step("Grade the sensors"):
        known = {sensor.id for sensor in dataset.sensors}
        sensors = (*dataset.sensors, *(sensor for sensor in data.frame.sensors if sensor.id not in known))
        draft = replace(dataset, sensors=sensors, revision=revision)
        series = ProjectSeries(work.documents, work.project, draft)
        whole = series.read()
        notices = _notices(counts)
        report = reports_as_one(before, data.report, whole, notices=notices)
        sensors = kinds_of(sensors, whole, report)
        frames = [clock.read() for clock in series.clocks.values()]
        sources = (*dataset.sources, *arguments.shown_as)
        work.check()
        grades = grade_clocks(frames, sensors, report)
        work.documents.put(work.project.quality, QualityRecord(quality=grades.to_dict(), revision=revision))
        record = dataset_of(whole, frames, sensors, report, sources=sources, revision=revision)
        work.documents.put(work.project.dataset, record, expected_revision=stored.revision)
    with work.step("Put the parts in order"):
        for name in clock_names(work.documents, work.project):
            prefix = work.project.series(name)
            if needs_compaction(work.documents.get(f"{prefix}/manifest.json", SeriesManifest).value):
                compact_series(work.documents, prefix, revision=revision)
    rows, repeated, replaced = counts
    told = {"rows_repeated": repeated, "values_replaced": replaced, "notices": list(notices)}
    return {"rows": len(whole), "rows_added": rows, "sensors": len(sensors), **told}


def _added(work: Work, data: SourceData, series: ProjectSeries, revision: int) -> tuple[int, int, int]:
    """Store the rows clock by clock and return rows, rows whose time was there, and values replaced."""
    for name in clock_names(work.documents, work.project):
        drop_unfinished(work.documents, work.project.series(name), revision)
    counts = np.zeros(3, dtype=np.int64)
    for name, frame in _by_clock(data, series):
        found = append_rows(work.documents, work.project.series(name), frame, revision=revision)
        counts += (found.n_rows, found.n_repeated, found.n_replaced)
    return int(counts[0]), int(counts[1]), int(counts[2])


def _by_clock(data: SourceData, series: ProjectSeries) -> Iterator[tuple[str, SensorFrame]]:
    """Yield the rows for each clock: known sensors go to their own, new ones to the one they tick with."""
    held = {sensor.id for sensor in series.sensors}
    rows: dict[str, list[SensorFrame]] = {}
    for frame in data.frames():
        groups: dict[str, list[str]] = {}
        for sensor in frame.sensors:
            if sensor.id in held:
                groups.setdefault(series.clock_of(sensor.id), []).append(sensor.id)
        fresh = [sensor.id for sensor in frame.sensors if sensor.id not in held]
        if fresh:
            home = next(iter(groups)) if groups else _clock_for(frame, series, taken=set(rows))
            groups.setdefault(home, []).extend(fresh)
        for name, ids in groups.items():
            part = frame.select(ids)
            filled = ~np.isnan(part.values).all(axis=1) if len(groups) > 1 else np.ones(len(part), dtype=bool)
            kept = SensorFrame(part.timestamps[filled], part.values[filled], part.sensors)
            rows.setdefault(name, []).append(kept)
    for name, frames in rows.items():
        yield from ((name, frame) for frame in frames if len(frame))


def _clock_for(frame: SensorFrame, series: ProjectSeries, *, taken: set[str]) -> str:
    """Return the clock that rows of new sensors tick with, else a new one."""
    for name, stored in series.clocks.items():
        if len(grouped_by_clock([stored.read([]).timestamps, frame.timestamps])) == 1:
            return name
    names = {*series.clocks, *taken, MAIN_CLOCK}
    return next(f"clock-{number}" for number in range(2, len(names) + 3) if f"clock-{number}" not in names)


def _notices(counts: tuple[int, int, int]) -> tuple[str, ...]:
    """Return what people should know of rows that met others."""
    _, repeated, replaced = counts
    if not repeated:
        return ()
    rows = "1 added row has a time" if repeated == 1 else f"{repeated} added rows have a time"
    values = "1 value was replaced" if replaced == 1 else f"{replaced} values were replaced"
    return (f"{rows} that was there already; the newer values are kept, {values}.",)

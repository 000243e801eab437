"""Append: reads more data, adds it to the series of a project, grades the sensors again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.clocks import grouped_by_clock
from l4e_widgets.core.errors import Canceled
from l4e_widgets.core.quality import grade_clocks
from l4e_widgets.core.reading.adding import matched, reports_as_one
from l4e_widgets.core.reading.clock_columns import ClockColumns, columns_by_clock
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.times import TimeRange
from l4e_widgets.jobs.dataset import IngestArguments, dataset_of, kinds_of, open_told
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.layout import MAIN_CLOCK
from l4e_widgets.storage.project_series import ProjectSeries, clock_names
from l4e_widgets.storage.records import DatasetRecord, QualityRecord, SeriesManifest
from l4e_widgets.storage.series import (
    Appended,
    compact_series,
    drop_unfinished,
    needs_compaction,
    remove_retired,
    remove_unlisted,
)
from l4e_widgets.storage.series_columns import StoredColumns
from l4e_widgets.storage.series_streaming import append_columns

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
    revision = dataset.revision + 1
    with _undone_where_cancelled(work, revision), ExitStack() as opened:
        with work.step("Read the data"):
            table, told = opened.enter_context(open_told(work, arguments))
            data = matched(table, told, dataset.sensors, before)
        with work.step("Store the rows"):
            rows = columns_by_clock(table, data.sensors, data.recoded)
            counts = _added(work, rows, ProjectSeries(work.documents, work.project, dataset), revision)
    with _undone_where_cancelled(work, revision), work.step("Grade the sensors"):
        known = {sensor.id for sensor in dataset.sensors}
        sensors = (*dataset.sensors, *(sensor for sensor in data.sensors if sensor.id not in known))
        series = ProjectSeries(work.documents, work.project, replace(dataset, sensors=sensors, revision=revision))
        clocks = [StoredColumns(clock) for clock in series.clocks.values()]
        times = _all_times([clock.timestamps for clock in clocks])
        notices = _notices(counts)
        span = TimeRange(int(times[0]), int(times[-1]) + 1)
        report = reports_as_one(
            before, data.report, n_rows=len(times), n_sensors=len(sensors), span=span, notices=notices
        )
        sensors = kinds_of(sensors, clocks, report, check=work.check)
        sources = (*dataset.sources, *arguments.shown_as)
        grades = grade_clocks(clocks, sensors, report, progress=work.advance)
        work.check()
        work.documents.put(work.project.quality, QualityRecord(quality=grades.to_dict(), revision=revision))
        record = dataset_of(clocks, sensors, report, grades, sources=sources, revision=revision)
        work.documents.put(work.project.dataset, record, expected_revision=stored.revision)
    with work.step("Put the parts in order"):
        for name in clock_names(work.documents, work.project):
            prefix = work.project.series(name)
            if needs_compaction(work.documents.get(f"{prefix}/manifest.json", SeriesManifest).value):
                compact_series(work.documents, prefix, revision=revision)
    repeats = {"rows_repeated": counts.n_repeated, "values_replaced": counts.n_replaced, "notices": list(notices)}
    return {"rows": record.n_rows, "rows_added": counts.n_rows, "sensors": len(sensors), **repeats}


@contextmanager
def _undone_where_cancelled(work: Work, revision: int) -> Iterator[None]:
    """Remove the rows that were stored where the work is cancelled before the document of the data set counts them."""
    try:
        yield
    except Canceled:
        for name in clock_names(work.documents, work.project) if work.is_cancel_asked else ():
            drop_unfinished(work.documents, work.project.series(name), revision)
            remove_retired(work.documents, work.project.series(name))
        raise


def _all_times(times: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return times[0] if len(times) == 1 else np.unique(np.concatenate(times))


def _added(work: Work, rows: Sequence[ClockColumns], series: ProjectSeries, revision: int) -> Appended:
    """Store the rows clock by clock and count them, rows whose time was there, and values replaced."""
    for name in clock_names(work.documents, work.project):
        drop_unfinished(work.documents, work.project.series(name), revision)
    for name in work.documents.store.children(f"{work.project.root}/series"):
        remove_unlisted(work.documents, work.project.series(name))
    total = np.zeros(3, dtype=np.int64)
    for name, part in _by_clock(rows, series):
        found = append_columns(
            work.documents, work.project.series(name), part, revision=revision, progress=work.advance
        )
        total += (found.n_rows, found.n_repeated, found.n_replaced)
    return Appended(n_rows=int(total[0]), n_repeated=int(total[1]), n_replaced=int(total[2]))


def _by_clock(clocks: Sequence[ClockColumns], series: ProjectSeries) -> Iterator[tuple[str, ClockColumns]]:
    """Yield the rows for each clock: known sensors go to their own, new ones to the one they tick with."""
    held = {sensor.id for sensor in series.sensors}
    taken: set[str] = set()
    for rows in clocks:
        groups: dict[str, list[str]] = {}
        for sensor in rows.sensors:
            if sensor.id in held:
                groups.setdefault(series.clock_of(sensor.id), []).append(sensor.id)
        fresh = [sensor.id for sensor in rows.sensors if sensor.id not in held]
        if fresh:
            home = next(iter(groups)) if groups else _clock_for(rows.timestamps, series, taken=taken)
            groups.setdefault(home, []).extend(fresh)
        for name, ids in groups.items():
            taken.add(name)
            part = rows if len(groups) == 1 else rows.only(ids)
            if len(part.timestamps):
                yield name, part


def _clock_for(times: npt.NDArray[np.int64], series: ProjectSeries, *, taken: set[str]) -> str:
    """Return the clock that rows of new sensors tick with, else a new one."""
    for name, stored in series.clocks.items():
        if len(grouped_by_clock([stored.read([]).timestamps, times])) == 1:
            return name
    names = {*series.clocks, *taken, MAIN_CLOCK}
    return next(f"clock-{number}" for number in range(2, len(names) + 3) if f"clock-{number}" not in names)


def _notices(counts: Appended) -> tuple[str, ...]:
    """Return what people should know of rows that met others."""
    repeated, replaced = counts.n_repeated, counts.n_replaced
    if not repeated:
        return ()
    rows = "1 added row has a time" if repeated == 1 else f"{repeated} added rows have a time"
    values = "1 value was replaced" if replaced == 1 else f"{replaced} values were replaced"
    return (f"{rows} that was there already; the newer values are kept, {values}.",)

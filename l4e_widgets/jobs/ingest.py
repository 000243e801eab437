"""Ingest: reads the sources, stores the series, grades the sensors."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Any

from l4e_widgets.core.quality import grade_clocks
from l4e_widgets.core.reading.clock_columns import columns_by_clock
from l4e_widgets.jobs.dataset import IngestArguments, dataset_of, open_told
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.layout import MAIN_CLOCK
from l4e_widgets.storage.records import QualityRecord
from l4e_widgets.storage.series import remove_unlisted
from l4e_widgets.storage.series_streaming import write_columns_detail, write_columns_series

__all__ = ["IngestArguments", "run"]


def run(work: Work) -> dict[str, Any]:
    """Ingest the sources of a project, a series for each clock, block by block.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are an `IngestArguments`.

    Returns
    -------
    dict
        Rows and sensors stored, and the number of clocks.
    """
    arguments = from_plain(work.request.arguments, IngestArguments)
    work.plan({"Read the data": 7, "Grade the sensors": 2, "Store the series": 2, "Draw the level of detail": 1})
    with ExitStack() as opened:
        with work.step("Read the data"):
            table, sensors = opened.enter_context(open_told(work, arguments))
            clocks = columns_by_clock(table, sensors)
        with work.step("Grade the sensors"):
            quality = grade_clocks(clocks, sensors, table.report, progress=work.advance)
        stored = []
        with work.step("Store the series"):
            for number, rows in enumerate(clocks):
                prefix = work.project.series(f"clock-{number + 1}" if number else MAIN_CLOCK)
                told = partial(_advance, work, number, len(clocks))
                remove_unlisted(work.documents, prefix)
                stored.append((prefix, rows, write_columns_series(work.documents, prefix, rows, progress=told)))
        with work.step("Draw the level of detail"):
            for number, (prefix, rows, manifest) in enumerate(stored):
                told = partial(_advance, work, number, len(clocks))
                write_columns_detail(work.documents.store, prefix, rows, manifest, progress=told)
            work.check()
            work.documents.put(work.project.quality, QualityRecord(quality=quality.to_dict()))
            record = dataset_of(clocks, sensors, table.report, quality, sources=arguments.shown_as)
            work.documents.put(work.project.dataset, record)
    return {"rows": record.n_rows, "sensors": len(sensors), "clocks": len(clocks)}


def _advance(work: Work, number: int, count: int, share: float) -> None:
    work.advance((number + share) / count)

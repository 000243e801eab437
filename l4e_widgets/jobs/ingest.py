"""Ingest: reads the sources, stores the series, grades the sensors."""

from __future__ import annotations

from typing import Any

from l4e_widgets.core.quality import grade_clocks
from l4e_widgets.jobs.dataset import IngestArguments, dataset_of, read_told
from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.layout import MAIN_CLOCK
from l4e_widgets.storage.records import QualityRecord
from l4e_widgets.storage.series import write_series

__all__ = ["IngestArguments", "run"]


def run(work: Work) -> dict[str, Any]:
    """Ingest the sources of a project, a series for each clock.

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
    work.plan({"Read the data": 6, "Grade the sensors": 2, "Store the series": 3})
    with work.step("Read the data"):
        data = read_told(work, arguments)
    frames, sensors = data.frames(), data.frame.sensors
    with work.step("Grade the sensors"):
        quality = grade_clocks(frames, sensors, data.report)
    with work.step("Store the series"):
        for number, frame in enumerate(frames, start=1):
            name = MAIN_CLOCK if number == 1 else f"clock-{number}"
            write_series(work.documents, work.project.series(name), frame)
        work.documents.put(work.project.quality, QualityRecord(quality=quality.to_dict()))
        record = dataset_of(data.frame, frames, sensors, data.report, sources=arguments.shown_as)
        work.documents.put(work.project.dataset, record)
    return {"rows": len(data.frame), "sensors": len(sensors), "clocks": len(frames)}

"""Data that comes to a project later: its sensors matched to those there, and both reports as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.reading.combine import SourceData
from l4e_widgets.core.reading.naming import sensor_ids
from l4e_widgets.core.reading.report import CellLoss, ReadingReport, SetAside
from l4e_widgets.core.sensors import Sensor

__all__ = ["matched", "reports_as_one"]


@dataclass(frozen=True)
class _Words:
    """Words of one sensor as numbers: those of the project first, then new ones."""

    words: tuple[str, ...]
    number_of: np.ndarray


def matched(data: SourceData, sensors: Sequence[Sensor], before: ReadingReport) -> SourceData:
    """Data with the ids and the numbering of words that a project uses.

    Parameters
    ----------
    data : SourceData
        What comes.
    sensors : sequence of Sensor
        Sensors of the project; matched by name.
    before : ReadingReport
        What was read into the project before.

    Returns
    -------
    SourceData
        Known sensors carry the project's records; others have ids that are free. Words keep their numbers, and new
        words are numbered on; the report says so.

    Raises
    ------
    DataError
        A sensor holds words here and numbers there.
    """
    known = {sensor.name: sensor for sensor in sensors}
    fresh = [sensor.name for sensor in data.frame.sensors if sensor.name not in known]
    taken = [sensor.id for sensor in sensors]
    ids = dict(zip(fresh, sensor_ids([*taken, *fresh])[len(taken) :], strict=True))
    values = np.array(data.frame.values, order="F")
    categories = dict(data.report.categories)
    told = []
    for place, sensor in enumerate(data.frame.sensors):
        if sensor.name not in known:
            told.append(replace(sensor, id=ids[sensor.name]))
            continue
        told.append(known[sensor.name])
        _refuse_other_kind(sensor, known[sensor.name], data, before)
        if sensor.name in categories:
            words = _numbered(before.categories.get(sensor.name, ()), categories[sensor.name])
            column = values[:, place]
            filled = ~np.isnan(column)
            values[filled, place] = words.number_of[column[filled].astype(np.int64)]
            categories[sensor.name] = words.words
    renamed = {old.id: new.id for old, new in zip(data.frame.sensors, told, strict=True)}
    frame = SensorFrame(data.frame.timestamps, values, tuple(told))
    clocks = tuple(tuple(renamed[key] for key in clock) for clock in data.clocks)
    return SourceData(frame, replace(data.report, categories=categories), clocks)


def _refuse_other_kind(sensor: Sensor, known: Sensor, data: SourceData, before: ReadingReport) -> None:
    """Refuse words where the project has numbers and the reverse."""
    place = [record.name for record in data.frame.sensors].index(sensor.name)
    if np.isnan(data.frame.values[:, place]).all():
        return
    words = sensor.name in data.report.categories
    if words == (sensor.name in before.categories):
        return
    got, expected = ("words", "numbers") if words else ("numbers", "words")
    raise DataError(
        f'Sensor "{known.name}" holds {got} in the new data and {expected} in the project. Nothing was added.',
        where=data.report.files[0].name,
        fix="Give the column another name, or set it aside.",
    )


def _numbered(old: Sequence[str], new: Sequence[str]) -> _Words:
    words = (*old, *(word for word in new if word not in old))
    return _Words(words, np.array([words.index(word) for word in new], dtype=np.float64))


def reports_as_one(
    before: ReadingReport, after: ReadingReport, frame: SensorFrame, *, notices: Sequence[str] = ()
) -> ReadingReport:
    """Report of a project's data after more was added.

    Parameters
    ----------
    before, after : ReadingReport
        What was read before, and what came.
    frame : SensorFrame
        All rows of the project.
    notices : sequence of str
        Sentences to add.

    Returns
    -------
    ReadingReport
        All files, with the sums of what was kept, set aside and lost.
    """
    return replace(
        before,
        files=(*before.files, *after.files),
        rows_read=before.rows_read + after.rows_read,
        rows_kept=before.rows_kept + after.rows_kept,
        n_rows=len(frame),
        n_sensors=len(frame.sensors),
        start_ns=int(frame.timestamps[0]),
        end_ns=int(frame.timestamps[-1]),
        set_aside=_summed_rows([*before.set_aside, *after.set_aside]),
        cells_lost=_summed_cells([*before.cells_lost, *after.cells_lost]),
        rows_out_of_order=before.rows_out_of_order + after.rows_out_of_order,
        categories={**before.categories, **after.categories},
        notices=(*before.notices, *after.notices, *notices),
    )


def _summed_rows(entries: Sequence[SetAside]) -> tuple[SetAside, ...]:
    found: dict[str, SetAside] = {}
    for entry in entries:
        known = found.get(entry.reason, SetAside(entry.reason, 0))
        found[entry.reason] = SetAside(entry.reason, known.count + entry.count, (known.examples + entry.examples)[:3])
    return tuple(found.values())


def _summed_cells(entries: Sequence[CellLoss]) -> tuple[CellLoss, ...]:
    found: dict[str, CellLoss] = {}
    for entry in entries:
        known = found.get(entry.sensor, CellLoss(entry.sensor, 0))
        found[entry.sensor] = CellLoss(entry.sensor, known.count + entry.count, (known.examples + entry.examples)[:3])
    return tuple(found.values())

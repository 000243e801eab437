"""Data that comes to a project later: its sensors matched to those there, and both reports as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.combine import Combined
from l4e_widgets.core.reading.naming import sensor_ids
from l4e_widgets.core.reading.report import CellLoss, ReadingReport, SetAside
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = ["Matched", "matched", "reports_as_one"]


@dataclass(frozen=True)
class _Words:
    """Words of one sensor as numbers: those of the project first, then new ones."""

    words: tuple[str, ...]
    number_of: np.ndarray


@dataclass(frozen=True)
class Matched:
    """How data that comes fits a project.

    Parameters
    ----------
    sensors : tuple of Sensor
        Records of its columns: those of the project, and new ones with ids that are free.
    report : ReadingReport
        What came of reading it, with the words as the project numbers them.
    recoded : mapping of str to (n_words,) float
        By name of a column of words, the number that each of its numbers becomes.
    """

    sensors: tuple[Sensor, ...]
    report: ReadingReport
    recoded: Mapping[str, npt.NDArray[np.float64]]


def matched(table: Combined, told: Sequence[Sensor], sensors: Sequence[Sensor], before: ReadingReport) -> Matched:
    """Find the ids and the numbering of words that a project uses for data that comes.

    Parameters
    ----------
    table : Combined
        What comes.
    told : sequence of Sensor
        Records of its columns with what the user said of them.
    sensors : sequence of Sensor
        Sensors of the project; matched by name.
    before : ReadingReport
        What was read into the project before.

    Returns
    -------
    Matched
        Known sensors carry the project's records; others have ids that are free. Words keep their numbers, and new
        words are numbered on; the report says so.

    Raises
    ------
    DataError
        A sensor holds words here and numbers there.
    """
    known = {sensor.name: sensor for sensor in sensors}
    fresh = [sensor.name for sensor in told if sensor.name not in known]
    taken = [sensor.id for sensor in sensors]
    ids = dict(zip(fresh, sensor_ids([*taken, *fresh])[len(taken) :], strict=True))
    categories = dict(table.report.categories)
    recoded, records = {}, []
    for own, sensor in zip(table.sensors, told, strict=True):
        if sensor.name not in known:
            records.append(replace(sensor, id=ids[sensor.name]))
            continue
        records.append(known[sensor.name])
        if own.id not in table.empty:
            _refuse_other_kind(own, table.report, before)
        if own.name in categories:
            words = _numbered(before.categories.get(own.name, ()), categories[own.name])
            recoded[own.name] = words.number_of
            categories[own.name] = words.words
    return Matched(tuple(records), replace(table.report, categories=categories), recoded)


def _refuse_other_kind(sensor: Sensor, report: ReadingReport, before: ReadingReport) -> None:
    """Refuse words where the project has numbers and the reverse."""
    words = sensor.name in report.categories
    if words == (sensor.name in before.categories):
        return
    got, expected = ("words", "numbers") if words else ("numbers", "words")
    raise DataError(
        f'Sensor "{sensor.name}" holds {got} in the new data and {expected} in the project. Nothing was added.',
        where=report.files[0].name,
        fix="Give the column another name, or set it aside.",
    )


def _numbered(old: Sequence[str], new: Sequence[str]) -> _Words:
    words = (*old, *(word for word in new if word not in old))
    return _Words(words, np.array([words.index(word) for word in new], dtype=np.float64))


def reports_as_one(
    before: ReadingReport, after: ReadingReport, *, n_rows: int, n_sensors: int, span: TimeRange, notices: Sequence[str]
) -> ReadingReport:
    """Report of a project's data after more was added.

    Parameters
    ----------
    before, after : ReadingReport
        What was read before, and what came.
    n_rows, n_sensors : int
        Rows and sensors of the project now.
    span : TimeRange
        From its first row to just after the last.
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
        n_rows=n_rows,
        n_sensors=n_sensors,
        start_ns=span.start,
        end_ns=span.end - 1,
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

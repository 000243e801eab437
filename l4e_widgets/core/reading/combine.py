"""Several files to one frame: the same columns are stacked, different columns are joined by time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.clocks import grouped_by_clock
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.reading.joined import JoinedColumns
from l4e_widgets.core.reading.kinds import KindTally
from l4e_widgets.core.reading.naming import sensor_ids, split_unit
from l4e_widgets.core.reading.part import Part
from l4e_widgets.core.reading.report import CellLoss, Example, FileRead, ReadingReport, SetAside
from l4e_widgets.core.sensors import Sensor, SensorKind

__all__ = ["Combined", "SourceData", "combine_parts", "plan_parts"]

FloatArray = npt.NDArray[np.floating]
Int64Array = npt.NDArray[np.int64]

_PAIRS = (
    ("off", "on"),
    ("false", "true"),
    ("no", "yes"),
    ("closed", "open"),
    ("close", "open"),
    ("stop", "run"),
    ("stopped", "running"),
    ("stop", "start"),
    ("inactive", "active"),
    ("low", "high"),
)


@dataclass(frozen=True)
class SourceData:
    """What was read.

    Parameters
    ----------
    frame : SensorFrame
        Times, values and records of the sensors.
    report : ReadingReport
        What was understood, kept, set aside and lost.
    clocks : tuple of tuple of str
        Ids of the sensors that tick together, one group a clock; empty where all do.
    """

    frame: SensorFrame
    report: ReadingReport
    clocks: tuple[tuple[str, ...], ...] = ()

    def frames(self) -> tuple[SensorFrame, ...]:
        """Return one frame a clock, without the rows of the others."""
        if len(self.clocks) < 2:
            return (self.frame,)
        found = []
        for ids in self.clocks:
            frame = self.frame.select(ids)
            rows = ~np.isnan(frame.values).all(axis=1)
            found.append(SensorFrame(frame.timestamps[rows], frame.values[rows], frame.sensors))
        return tuple(frame for frame in found if len(frame))


@dataclass(frozen=True)
class Combined:
    """Several files as one table that is put together block by block.

    Parameters
    ----------
    columns : JoinedColumns
        The values.
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing: all times of all files.
    sensors : tuple of Sensor
        Record of every column.
    report : ReadingReport
        What was understood, kept, set aside and lost.
    clocks : tuple of tuple of str
        Ids of the sensors that tick together, one group a clock; empty where all do.
    empty : frozenset of str
        Ids of the sensors without a single value.
    """

    columns: JoinedColumns
    timestamps: Int64Array
    sensors: tuple[Sensor, ...]
    report: ReadingReport
    clocks: tuple[tuple[str, ...], ...] = ()
    empty: frozenset[str] = frozenset()

    def frame(self, start: int = 0, stop: int | None = None) -> SensorFrame:
        """Rows as a frame.

        Parameters
        ----------
        start, stop : int
            Places of the first row and of the row after the last; all rows where absent.

        Returns
        -------
        SensorFrame
            The rows; the value of a sensor is the one that the last file has.
        """
        stop = len(self.timestamps) if stop is None else stop
        single = all(self.columns.dtype(sensor.name) == np.float32 for sensor in self.sensors)
        dtype = np.dtype(np.float32 if single else np.float64)
        values = np.empty((stop - start, len(self.sensors)), dtype=dtype, order="F")
        for place, sensor in enumerate(self.sensors):
            values[:, place] = self.columns.read(sensor.name, start, stop, dtype)
        return SensorFrame(self.timestamps[start:stop], values, self.sensors)


def combine_parts(parts: Sequence[Part], *, notices: Sequence[str] = ()) -> SourceData:
    """One frame and one report from the files read.

    Parameters
    ----------
    parts : sequence of Part
        At least one file; where the same sensor has the same time in several, the last file wins.
    notices : sequence of str
        Sentences to add to the report.

    Returns
    -------
    SourceData
        The frame and its report.

    Raises
    ------
    DataError
        No file was given.
    """
    table = plan_parts(parts, notices=notices)
    return SourceData(table.frame(), table.report, table.clocks)


def _clocks(parts: Sequence[Part], sensors: Sequence[Sensor]) -> tuple[tuple[str, ...], ...]:
    """Return the ids of the sensors of each clock, nothing where there is one; files that share a sensor share it."""
    groups: list[tuple[set[str], list[Int64Array]]] = []
    for part in parts:
        names, times = set(part.columns), [part.timestamps]
        apart = []
        for group in groups:
            if group[0] & names:
                names, times = names | group[0], [*group[1], *times]
            else:
                apart.append(group)
        groups = [*apart, (names, times)]
    if len(groups) < 2:
        return ()
    clocks = grouped_by_clock([np.unique(np.concatenate(times)) for _, times in groups])
    named = [set().union(*(groups[place][0] for place in clock)) for clock in clocks]
    found = [tuple(sensor.id for sensor in sensors if sensor.name in names) for names in named]
    return tuple(ids for ids in found if ids) if len(clocks) > 1 else ()


def plan_parts(parts: Sequence[Part], *, notices: Sequence[str] = ()) -> Combined:
    """Everything about the files read as one table, but for its values.

    Parameters
    ----------
    parts : sequence of Part
        At least one file.
    notices : sequence of str
        Sentences to add to the report.

    Returns
    -------
    Combined
        The table.

    Raises
    ------
    DataError
        No file was given, or none has a single value.
    """
    if not parts:
        raise DataError("No file was given.", expected="at least one CSV or Parquet file", fix="Name a file.")
    names = tuple(dict.fromkeys(name for part in parts for name in part.columns))
    coded, categories, misfits = _code_words(parts)
    timestamps = parts[0].timestamps
    if len(parts) > 1:
        timestamps = np.unique(np.concatenate([part.timestamps for part in parts]))
    columns = JoinedColumns(parts, timestamps, coded)
    sensors, empty = _sensors(names, parts, columns, categories)
    replaced = _replaced(parts)
    gone = {id(part): entry.count for part, entry in replaced}
    set_aside = _merge_set_aside(
        [entry for part in parts for entry in part.set_aside] + [entry for _, entry in replaced]
    )
    files = tuple(
        FileRead(part.file, part.rows_read, part.rows_kept - gone.get(id(part), 0), part.understanding)
        for part in parts
    )
    report = ReadingReport(
        files=files,
        rows_read=sum(file.rows_read for file in files),
        rows_kept=sum(file.rows_kept for file in files),
        n_rows=len(timestamps),
        n_sensors=len(names),
        start_ns=int(timestamps[0]),
        end_ns=int(timestamps[-1]),
        set_aside=set_aside,
        cells_lost=_merge_lost(parts, names, misfits),
        rows_out_of_order=sum(part.out_of_order for part in parts),
        categories=categories,
        notices=(*(notice for part in parts for notice in part.notices), *notices),
    )
    return Combined(columns, timestamps, sensors, report, _clocks(parts, sensors), empty)


def _code_words(
    parts: Sequence[Part],
) -> tuple[dict[tuple[int, str], FloatArray], dict[str, tuple[str, ...]], list[CellLoss]]:
    """Numbers of every column of words, the words of every sensor, and words of sensors that are numbers elsewhere."""
    worded = {name for part in parts for name in part.words}
    numeric = {
        name
        for part in parts
        for name, values in part.numbers.items()
        if name in worded and not np.isnan(np.asarray(values)).all()
    }
    vocabulary: dict[str, set[str]] = {}
    for part in parts:
        for name, words in part.words.items():
            if name not in numeric:
                vocabulary.setdefault(name, set()).update(words.drop_nulls().unique().to_list())
    categories = {name: _in_order(words) for name, words in vocabulary.items()}
    coded: dict[tuple[int, str], FloatArray] = {}
    misfits = []
    for place, part in enumerate(parts):
        for name, words in part.words.items():
            if name in categories:
                codes = words.replace_strict(
                    list(categories[name]), list(range(len(categories[name]))), return_dtype=pl.Float64
                )
                coded[place, name] = codes.to_numpy().astype(np.float32)
            else:
                coded[place, name] = np.full(len(words), np.nan, dtype=np.float32)
                filled = words.drop_nulls()
                misfits.append(CellLoss(name, len(filled), (Example(part.file, 0, str(filled[0])[:80]),)))
    return coded, categories, misfits


def _in_order(words: set[str]) -> tuple[str, ...]:
    lower = {word.lower(): word for word in words}
    for pair in _PAIRS:
        if set(lower) == set(pair):
            return lower[pair[0]], lower[pair[1]]
    return tuple(sorted(words))


def _replaced(parts: Sequence[Part]) -> list[tuple[Part, SetAside]]:
    """Rows that a later file has again, by file."""
    if len(parts) == 1:
        return []
    gone = [np.zeros(len(part.timestamps), dtype=np.bool_) for part in parts]
    for place in range(len(parts)):
        _mark_replaced(parts, place, gone)
    replaced = []
    for part, mask in zip(parts, gone, strict=True):
        if mask.any():
            moments = [str(np.datetime64(int(ns), "ns"))[:19].replace("T", " ") for ns in part.timestamps[mask][:3]]
            examples = tuple(Example(part.file, 0, moment) for moment in moments)
            replaced.append((part, SetAside("duplicate_timestamp", int(mask.sum()), examples)))
    return replaced


def _mark_replaced(parts: Sequence[Part], place: int, gone: list[npt.NDArray[np.bool_]]) -> None:
    """Mark rows of earlier files all of whose columns this file has at the same time."""
    part = parts[place]
    for earlier in range(place):
        if set(parts[earlier].columns) <= set(part.columns):
            gone[earlier] |= np.isin(parts[earlier].timestamps, part.timestamps, assume_unique=True)


def _sensors(
    names: Sequence[str],
    parts: Sequence[Part],
    columns: JoinedColumns,
    categories: Mapping[str, tuple[str, ...]],
) -> tuple[tuple[Sensor, ...], frozenset[str]]:
    """Record of every sensor, and the ids of those without a value."""
    component_of = {name: part.component for part in parts for name in part.columns}
    units = {name: unit for part in parts for name, unit in part.units.items() if unit}
    records, empty = [], set()
    for name, key in zip(names, sensor_ids(names), strict=True):
        tally = KindTally()
        for chunk in columns.chunks(name):
            tally.add(chunk)
        if not tally.n_values:
            empty.add(key)
        short, unit = split_unit(name)
        records.append(
            Sensor(
                id=key,
                name=name or key,
                display_name=short if unit else "",
                component=component_of[name],
                unit=units.get(name, unit),
                kind=SensorKind.CATEGORICAL if name in categories else tally.kind(),
            )
        )
    if len(empty) == len(names):
        raise DataError(
            "No sensor has a single value.",
            where=parts[0].file,
            got=f"{len(names)} columns without a number",
            expected="numbers",
            fix="Choose a file with sensor values, or say the decimal mark with --decimal.",
        )
    return tuple(records), frozenset(empty)


def _merge_set_aside(entries: Sequence[SetAside]) -> tuple[SetAside, ...]:
    merged: dict[str, SetAside] = {}
    for entry in entries:
        known = merged.get(entry.reason, SetAside(entry.reason, 0))
        merged[entry.reason] = SetAside(entry.reason, known.count + entry.count, (known.examples + entry.examples)[:3])
    return tuple(merged.values())


def _merge_lost(parts: Sequence[Part], names: Sequence[str], misfits: Sequence[CellLoss]) -> tuple[CellLoss, ...]:
    merged: dict[str, CellLoss] = {}
    found = [CellLoss(name, lost.count, lost.examples) for part in parts for name, lost in part.lost.items()]
    for entry in (*found, *misfits):
        known = merged.get(entry.sensor, CellLoss(entry.sensor, 0))
        merged[entry.sensor] = CellLoss(entry.sensor, known.count + entry.count, (known.examples + entry.examples)[:3])
    return tuple(merged[name] for name in names if name in merged)

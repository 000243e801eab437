"""Several files to one frame: the same columns are stacked, different columns are joined by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.reading.kinds import fits_float32, kind_of
from l4e_widgets.core.reading.naming import sensor_ids, split_unit
from l4e_widgets.core.reading.part import Part
from l4e_widgets.core.reading.report import CellLoss, Example, FileRead, ReadingReport, SetAside
from l4e_widgets.core.sensors import Sensor, SensorKind

__all__ = ["SourceData", "combine_parts"]

Float64Array = npt.NDArray[np.float64]
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
    """

    frame: SensorFrame
    report: ReadingReport


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
    if not parts:
        raise DataError("No file was given.", expected="at least one CSV or Parquet file", fix="Name a file.")
    names = tuple(dict.fromkeys(name for part in parts for name in part.columns))
    coded, categories, misfits = _code_words(parts)
    timestamps, values, replaced = _stack(parts, names, coded)
    if np.isnan(values).all():
        raise DataError(
            "No sensor has a single value.",
            where=parts[0].file,
            got=f"{len(names)} columns without a number",
            expected="numbers",
            fix="Choose a file with sensor values, or say the decimal mark with --decimal.",
        )
    sensors = _sensors(names, values, categories)
    if all(fits_float32(values[:, place]) for place in range(len(names))):
        values = values.astype(np.float32)
    frame = SensorFrame(timestamps, values, sensors)
    set_aside = _merge_set_aside([entry for part in parts for entry in part.set_aside] + replaced)
    gone = {entry.examples[0].file: entry.count for entry in replaced}
    files = tuple(
        FileRead(
            part.file,
            part.rows_read,
            len(part.timestamps) - gone.get(part.file, 0),
            part.understanding,
        )
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
    return SourceData(frame, report)


def _code_words(
    parts: Sequence[Part],
) -> tuple[dict[tuple[int, str], Float64Array], dict[str, tuple[str, ...]], list[CellLoss]]:
    """Numbers of every column of words, the words of every sensor, and words of sensors that are numbers elsewhere."""
    numeric = {name for part in parts for name, values in part.numbers.items() if not np.isnan(values).all()}
    vocabulary: dict[str, set[str]] = {}
    for part in parts:
        for name, words in part.words.items():
            if name not in numeric:
                vocabulary.setdefault(name, set()).update(words.drop_nulls().unique().to_list())
    categories = {name: _in_order(words) for name, words in vocabulary.items()}
    coded: dict[tuple[int, str], Float64Array] = {}
    misfits = []
    for place, part in enumerate(parts):
        for name, words in part.words.items():
            if name in categories:
                codes = words.replace_strict(
                    list(categories[name]), list(range(len(categories[name]))), return_dtype=pl.Float64
                )
                coded[place, name] = codes.to_numpy().astype(np.float64)
            else:
                coded[place, name] = np.full(len(words), np.nan)
                filled = words.drop_nulls()
                misfits.append(CellLoss(name, len(filled), (Example(part.file, 0, str(filled[0])[:80]),)))
    return coded, categories, misfits


def _in_order(words: set[str]) -> tuple[str, ...]:
    lower = {word.lower(): word for word in words}
    for pair in _PAIRS:
        if set(lower) == set(pair):
            return lower[pair[0]], lower[pair[1]]
    return tuple(sorted(words))


def _stack(
    parts: Sequence[Part], names: Sequence[str], coded: dict[tuple[int, str], Float64Array]
) -> tuple[Int64Array, Float64Array, list[SetAside]]:
    """Union of the times, and the value every sensor has last; rows replaced by a later file are counted."""
    if len(parts) == 1:
        timestamps = parts[0].timestamps
    else:
        timestamps = np.unique(np.concatenate([part.timestamps for part in parts]))
    values = np.full((len(timestamps), len(names)), np.nan, order="F")
    column_of = {name: place for place, name in enumerate(names)}
    gone = [np.zeros(len(part.timestamps), dtype=np.bool_) for part in parts]
    for place, part in enumerate(parts):
        rows = slice(None) if len(timestamps) == len(part.timestamps) else np.searchsorted(timestamps, part.timestamps)
        for name in part.columns:
            column = part.numbers.get(name)
            values[rows, column_of[name]] = column if column is not None else coded[place, name]
        if len(parts) > 1:
            _mark_replaced(parts, place, gone)
    replaced = []
    for part, mask in zip(parts, gone, strict=True):
        if mask.any():
            moments = [str(np.datetime64(int(ns), "ns"))[:19].replace("T", " ") for ns in part.timestamps[mask][:3]]
            examples = tuple(Example(part.file, 0, moment) for moment in moments)
            replaced.append(SetAside("duplicate_timestamp", int(mask.sum()), examples))
    return timestamps, values, replaced


def _mark_replaced(parts: Sequence[Part], place: int, gone: list[npt.NDArray[np.bool_]]) -> None:
    """Mark rows of earlier files all of whose columns this file has at the same time."""
    part = parts[place]
    for earlier in range(place):
        if set(parts[earlier].columns) <= set(part.columns):
            gone[earlier] |= np.isin(parts[earlier].timestamps, part.timestamps, assume_unique=True)


def _sensors(names: Sequence[str], values: Float64Array, categories: dict[str, tuple[str, ...]]) -> tuple[Sensor, ...]:
    records = []
    for place, (name, key) in enumerate(zip(names, sensor_ids(names), strict=True)):
        short, unit = split_unit(name)
        kind = SensorKind.CATEGORICAL if name in categories else kind_of(values[:, place])
        display = short if unit else ""
        records.append(Sensor(id=key, name=name or key, display_name=display, unit=unit, kind=kind))
    return tuple(records)


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

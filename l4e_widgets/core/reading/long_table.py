"""A table of one value a row, with the sensor named in a column, to one column a sensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.cells import ColumnCells
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.row_log import RowLog
from l4e_widgets.core.reading.time_columns import is_row_number
from l4e_widgets.core.reading.times import NO_TIME

__all__ = ["LongColumns", "Pivoted", "find_long", "pivot"]

Int64Array = npt.NDArray[np.int64]

MOST_SENSORS = 3000
_SENSOR_NAMES = frozenset(
    "sensor sensorid sensorname tag tagname tagid point pointname signal signalname channel channelname variable "
    "parameter metric measurement item itemid datapoint messstelle kanal capteur".split()
)
_VALUE_NAMES = frozenset(
    "value values val reading measurement wert valeur valor data processvalue pv varvalue tagvalue".split()
)
_UNIT_NAMES = frozenset("unit units uom engunits eu einheit unite unidad".split())
_MOST_CELLS = 400_000_000


@dataclass(frozen=True)
class LongColumns:
    """Which column is which.

    Parameters
    ----------
    sensor, value : str
        Columns with the sensor and its value.
    unit : str
        Column with its unit, empty for none.
    """

    sensor: str
    value: str
    unit: str = ""


@dataclass(frozen=True)
class Pivoted:
    """The table with one column a sensor.

    Parameters
    ----------
    timestamps : (n_times,) int64
        Nanoseconds UTC, strictly increasing.
    columns : mapping of str to ColumnCells
        One a sensor, of n_times rows.
    rows : mapping of str to (n_times,) int64
        Line in the file of every cell, 0 where there is none.
    units : mapping of str to str
        Unit of each sensor that has one.
    rows_kept : int
        Rows of the file whose value is in a column.
    out_of_order : int
        Rows whose time was before that of the row of the same sensor above.
    """

    timestamps: Int64Array
    columns: Mapping[str, ColumnCells]
    rows: Mapping[str, Int64Array]
    units: Mapping[str, str]
    rows_kept: int
    out_of_order: int


def find_long(
    timestamps: Int64Array, columns: Mapping[str, ColumnCells], options: ReadingOptions, *, where: str
) -> LongColumns | None:
    """Columns of a table of one value a row.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC in file order; the smallest int64 for rows without a time.
    columns : mapping of str to ColumnCells
        The other columns.
    options : ReadingOptions
        Names of the two columns, where the user said them.
    where : str
        File for messages.

    Returns
    -------
    LongColumns or None
        None for a table of one column a sensor.

    Raises
    ------
    DataError
        Rows of the same time are told apart by a column of names, but no single column holds their values.
    """
    sensor = options.sensor_column or _sensor_column(timestamps, columns)
    if sensor is None:
        return None
    values = _value_columns(columns, sensor)
    named = [name for name in values if _bare(name) in _VALUE_NAMES]
    value = options.value_column or (values[0] if len(values) == 1 else named[0] if len(named) == 1 else None)
    missing = next((name for name in (sensor, value) if name is not None and name not in columns), None)
    if missing is not None:
        raise DataError(
            f'There is no column "{missing}".',
            where=where,
            got=", ".join(columns),
            fix="Correct the name of the column.",
        )
    if value is None:
        if not options.sensor_column and not _repeats(timestamps, columns[sensor]):
            return None
        words = _words(columns[sensor]).drop_nulls().unique(maintain_order=True).head(3).to_list()
        raise DataError(
            f'Rows of the same time are told apart by column "{sensor}", and several columns hold their values.',
            where=where,
            got=", ".join(words) + "; " + ", ".join(values[:5]),
            expected="one row for every time, or one column of values",
            fix="Split the table into one file for each of them, each in a folder of its own name.",
        )
    unit = next((name for name in columns if _bare(name) in _UNIT_NAMES and name not in (sensor, value)), "")
    return LongColumns(sensor, value, unit)


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _sensor_column(timestamps: Int64Array, columns: Mapping[str, ColumnCells]) -> str | None:
    n_valid = int((timestamps != NO_TIME).sum())
    for name, cells in columns.items():
        places, words = cells.words()
        told = _bare(name) in _SENSOR_NAMES
        numbered = told and not len(places) and _repeats(timestamps, cells)
        if not numbered and (len(places) < (0.5 if told else 0.9) * n_valid or words.n_unique() > MOST_SENSORS):
            continue
        values = _value_columns(columns, name)
        single = len(values) == 1 and (_bare(values[0]) in _VALUE_NAMES or words.n_unique() > 1)
        if told and (single or numbered or any(_bare(value) in _VALUE_NAMES for value in values)):
            return name
        if words.n_unique() > 1 and _repeats(timestamps, cells):
            return name
    return None


def _repeats(timestamps: Int64Array, cells: ColumnCells) -> bool:
    """Tell whether most times come several times, and nearly every time once for each name."""
    valid = timestamps != NO_TIME
    n_valid, n_times = int(valid.sum()), len(np.unique(timestamps[valid]))
    if n_valid < 2 or n_valid - n_times < 0.4 * n_valid:
        return False
    table = pl.DataFrame({"time": timestamps, "word": _words(cells)}).filter(pl.Series(valid)).drop_nulls()
    return table.height - table.n_unique() < 0.1 * (n_valid - n_times)


def _value_columns(columns: Mapping[str, ColumnCells], sensor: str) -> list[str]:
    """Names of the columns that hold numbers and do not only count the rows."""
    found = []
    for name, cells in columns.items():
        numbers = cells.numbers()
        good = np.isfinite(numbers)
        counted = is_row_number(name, [f"{value:.0f}" for value in numbers[:200][good[:200]]])
        if name != sensor and good.any() and not counted:
            found.append(name)
    return found


def _words(cells: ColumnCells) -> pl.Series:
    """Whole column as text, null where it is empty."""
    numbers = cells.numbers()
    text = pl.Series([None], dtype=pl.String).new_from_index(0, cells.n_rows)
    filled = np.flatnonzero(~np.isnan(numbers))
    if len(filled):
        text = text.scatter(filled, pl.Series([f"{value:g}" for value in numbers[filled]]))
    places, words = cells.words()
    whole: pl.Series = text.scatter(places, words) if len(places) else text
    return whole


def pivot(
    long: LongColumns,
    timestamps: Int64Array,
    rows: Int64Array,
    columns: Mapping[str, ColumnCells],
    log: RowLog,
) -> Pivoted:
    """One column a sensor.

    Parameters
    ----------
    long : LongColumns
        Which column is which.
    timestamps : (n_rows,) int64
        Nanoseconds UTC in file order; the smallest int64 for rows already set aside.
    rows : (n_rows,) int64
        Line in the file of every row.
    columns : mapping of str to ColumnCells
        The columns.
    log : RowLog
        Takes rows without a sensor, and repeated times of a sensor of which the last is kept.

    Returns
    -------
    Pivoted
        The table.

    Raises
    ------
    DataError
        No row has both a time and a sensor, or the table would be almost empty and too large.
    """
    words = _words(columns[long.sensor]).str.replace_all(r"\s+", " ")
    timed = timestamps != NO_TIME
    nameless = np.flatnonzero(timed & words.is_null().to_numpy())
    if len(nameless):
        log.add_many("no_sensor", rows[nameless], [""] * 3)
    places = np.flatnonzero(timed & words.is_not_null().to_numpy())
    if not len(places):
        raise DataError("No row has both a time and a sensor.", where=log.file, fix="Choose another file.")
    names = words.gather(places).unique(maintain_order=True)
    codes = words.gather(places).replace_strict(names, pl.Series(range(len(names))), return_dtype=pl.Int64).to_numpy()
    moments, at = np.unique(timestamps[places], return_inverse=True)
    if len(moments) * len(names) > _MOST_CELLS:
        raise DataError(
            "The table has one value a row, and its sensors share too few times.",
            where=log.file,
            got=f"{len(names)} sensors and {len(moments)} different times",
            expected=f"at most {_MOST_CELLS // len(names)} times",
            fix="Read the sensors in several smaller files.",
        )
    order = np.argsort(codes * len(moments) + at, kind="stable")
    key = (codes * len(moments) + at)[order]
    last = np.concatenate((np.diff(key) != 0, [True]))
    dropped = np.sort(places[order[~last]])
    if len(dropped):
        shown = [str(np.datetime64(int(ns), "ns"))[:19].replace("T", " ") for ns in timestamps[dropped[:3]]]
        log.add_many("duplicate_timestamp", rows[dropped], shown)
    by_sensor = np.argsort(codes, kind="stable")
    back = (np.diff(codes[by_sensor]) == 0) & (np.diff(timestamps[places][by_sensor]) < 0)
    cut, origins = _cut(names.to_list(), columns[long.value], places[order[last]], key[last], len(moments))
    return Pivoted(
        timestamps=moments,
        columns=cut,
        rows={name: np.where(origin >= 0, rows[origin], 0) for name, origin in origins.items()},
        units=_units(long, columns, words),
        rows_kept=int(last.sum()),
        out_of_order=int(back.sum()),
    )


def _cut(
    names: list[str], cells: ColumnCells, places: Int64Array, key: Int64Array, n_times: int
) -> tuple[dict[str, ColumnCells], dict[str, Int64Array]]:
    """Column of every sensor, and the row every cell came from, -1 for none; `key` is sensor times n_times + time."""
    numbers = cells.numbers()
    failed, text = cells.all_words()
    by_place = np.full(cells.n_rows, -1, dtype=np.int64)
    by_place[failed] = np.arange(len(failed))
    columns, origins = {}, {}
    for code, name in enumerate(names):
        low, high = np.searchsorted(key, [code * n_times, (code + 1) * n_times])
        at, of = key[low:high] - code * n_times, places[low:high]
        values, origin = np.full(n_times, np.nan), np.full(n_times, -1, dtype=np.int64)
        values[at], origin[at] = numbers[of], of
        wrong = by_place[of] >= 0
        column = ColumnCells(cells.style, values=[values], n_rows=n_times)
        if wrong.any():
            column.failed_rows, column.failed_text = [at[wrong]], [text.gather(by_place[of[wrong]])]
        columns[name], origins[name] = column, origin
    return columns, origins


def _units(long: LongColumns, columns: Mapping[str, ColumnCells], words: pl.Series) -> dict[str, str]:
    if not long.unit:
        return {}
    pairs = pl.DataFrame({"sensor": words, "unit": _words(columns[long.unit])}).drop_nulls().unique()
    once = pairs.filter(pl.col("sensor").is_unique())
    return dict(once.rows())

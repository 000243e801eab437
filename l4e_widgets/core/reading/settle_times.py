"""The timestamp column of a file: which cells are times, in which zone, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.date_order import ORDERS, parse_deciding_order
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.row_log import RowLog
from l4e_widgets.core.reading.time_shapes import shape_of
from l4e_widgets.core.reading.times import (
    EARLIEST_US,
    LATEST_US,
    NO_TIME,
    NUMBER_FORMATS,
    ParsedTimes,
    epoch_unit,
    is_excel,
    parse_epoch,
    parse_with_order,
    parse_with_pattern,
    written_again,
)

__all__ = ["TimesRead", "read_times", "settle_plain"]

Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TimesRead:
    """The timestamps of a file.

    Parameters
    ----------
    ns : (n_rows,) int64
        Nanoseconds UTC; the smallest int64 for rows set aside.
    pattern : str
        The format most of them have.
    notices : tuple of str
        Sentences on what was noticed.
    """

    ns: Int64Array
    pattern: str
    notices: tuple[str, ...] = ()


def read_times(
    cells: pl.Series,
    rows: Int64Array,
    *,
    options: ReadingOptions,
    log: RowLog,
    file: str,
    header: str = "",
    cut_last_row: bool = False,
    missing_words: Sequence[str] = (),
) -> TimesRead:
    """Timestamps of a file; rows without one are logged with their reason.

    Parameters
    ----------
    cells : Series of str or of numbers
        The timestamp column, without spaces around the cells.
    rows : (n_rows,) int64
        Line in the file of every row.
    options : ReadingOptions
        Format and zone, where the user said them.
    log : RowLog
        Takes the rows set aside.
    file : str
        Name of the file.
    header : str
        Name of the column in the header, to know a repeated header by.
    cut_last_row : bool
        Whether the last row was cut off at the end of the file.
    missing_words : sequence of str
        Words for a missing value, in small letters.

    Returns
    -------
    TimesRead
        The timestamps.

    Raises
    ------
    DataError
        Day and month cannot be told apart, the format or the zone is none.
    """
    empty = cells.is_null()
    if cells.dtype == pl.String:
        empty |= cells.str.to_lowercase().is_in(list(missing_words))
        repeated = (
            (cells.str.to_lowercase() == header.lower()) if header else pl.Series([False]).new_from_index(0, len(cells))
        )
    else:
        repeated = pl.Series([False]).new_from_index(0, len(cells))
    state = np.zeros(len(cells), dtype=np.int8)
    state[empty.fill_null(True).to_numpy()] = 1
    state[repeated.fill_null(False).to_numpy()] = 2
    if cut_last_row and len(state):
        state[-1] = 3
    asked = state == 0
    open_cells = cells if asked.all() else cells.filter(pl.Series(asked))
    parsed = _parse(open_cells, options, where=f'{file}, column "{header}"' if header else file, rows=rows[asked])
    found, skipped = _to_utc(parsed, options.time_zone)
    state[np.flatnonzero(asked)[skipped]] = 4
    ns = np.full(len(cells), NO_TIME, dtype=np.int64)
    ns[asked] = found
    for code, reason in enumerate(("no_time", "repeated_header", "truncated_last_line", "skipped_hour"), start=1):
        _log(log, reason, np.flatnonzero(state == code), cells, rows)
    _log(log, "impossible_time", np.flatnonzero((state == 0) & (ns == NO_TIME)), cells, rows)
    return TimesRead(ns, parsed.pattern)


def settle_plain(
    parsed: ParsedTimes, rows: Int64Array, *, options: ReadingOptions, log: RowLog, cut_last_row: str | None
) -> TimesRead:
    """Timestamps of a file in which every row has a time of one shape.

    Parameters
    ----------
    parsed : ParsedTimes
        The column.
    rows : (n_rows,) int64
        Line in the file of every row.
    options : ReadingOptions
        The zone, where the user said it.
    log : RowLog
        Takes the rows set aside.
    cut_last_row : str or None
        Text of the last time where the last row was cut off at the end of the file.

    Returns
    -------
    TimesRead
        The timestamps.

    Raises
    ------
    DataError
        The zone is none.
    """
    ns, skipped = _to_utc(parsed, options.time_zone)
    if cut_last_row is not None:
        ns = ns.copy()
        ns[-1], skipped[-1] = NO_TIME, False
        log.add("truncated_last_line", int(rows[-1]), cut_last_row)
    places = np.flatnonzero(skipped)
    if len(places):
        first = places[:3]
        _log(log, "skipped_hour", places, _texts(parsed, first, len(rows)), rows)
    return TimesRead(ns, parsed.pattern)


def _texts(parsed: ParsedTimes, places: Int64Array, n_rows: int) -> pl.Series:
    text = written_again(ParsedTimes(parsed.ns[places], parsed.absolute[places], parsed.pattern))
    whole: pl.Series = pl.Series([None], dtype=pl.String).new_from_index(0, n_rows).scatter(places, text)
    return whole


def _log(log: RowLog, reason: str, places: Int64Array, cells: pl.Series, rows: Int64Array) -> None:
    if len(places):
        log.add_many(reason, rows[places], [str(cells[int(place)] or "") for place in places[:3]])


def _parse(cells: pl.Series, options: ReadingOptions, *, where: str, rows: Int64Array) -> ParsedTimes:
    wanted = options.timestamp_format
    if isinstance(cells.dtype, pl.Datetime):
        return _stored(cells, absolute=cells.dtype.time_zone is not None)
    if wanted in NUMBER_FORMATS:
        return parse_epoch(_with_points(cells), str(wanted))
    if cells.dtype != pl.String:
        return _parse_numbers(cells)
    if wanted in ORDERS:
        return parse_with_order(cells, str(wanted))
    if wanted:
        return parse_with_pattern(cells, wanted)
    sample = cells.head(200).to_list()
    shaped = sum(shape_of(cell) is not None for cell in sample)
    if shaped < 0.5 * len(sample):
        numbers = _with_points(cells).cast(pl.Float64, strict=False)
        unit = epoch_unit(numbers) or ("excel" if is_excel(numbers, dates=True) else None)
        if unit and numbers.null_count() < 0.5 * len(numbers):
            return parse_epoch(_with_points(cells), unit)
    return parse_deciding_order(cells, where=where, rows=rows)


def _with_points(cells: pl.Series) -> pl.Series:
    return cells.str.replace(",", ".", literal=True) if cells.dtype == pl.String else cells


def _stored(cells: pl.Series, *, absolute: bool) -> ParsedTimes:
    """Times that were stored as times; those that nanoseconds cannot hold are none."""
    us = cells.dt.replace_time_zone(None) if not absolute else cells.dt.convert_time_zone("UTC")
    held = us.cast(pl.Datetime("us", us.dtype.time_zone)).to_physical()  # type: ignore[attr-defined]
    good = held.is_between(EARLIEST_US, LATEST_US).fill_null(False)
    kept = pl.select(pl.when(good).then(us)).to_series()
    ns = kept.cast(pl.Datetime("ns", us.dtype.time_zone)).to_physical().fill_null(NO_TIME)  # type: ignore[attr-defined]
    return ParsedTimes(ns.to_numpy(), np.full(len(cells), absolute), "")


def _parse_numbers(cells: pl.Series) -> ParsedTimes:
    numbers = cells.cast(pl.Float64, strict=False)
    unit = epoch_unit(numbers) or ("excel" if is_excel(numbers, dates=True) else None)
    if unit is None:
        text = cells.cast(pl.Int64, strict=False).cast(pl.String)
        return parse_with_order(text, "fixed")
    return parse_epoch(cells, unit)


def _to_utc(parsed: ParsedTimes, zone: str | None) -> tuple[Int64Array, npt.NDArray[np.bool_]]:
    """Nanoseconds UTC of times in a zone, and which of them the clock there skipped."""
    local = parsed.valid & ~parsed.absolute
    skipped = np.zeros(len(parsed.ns), dtype=np.bool_)
    if not zone or zone.upper() == "UTC" or not local.any():
        return parsed.ns, skipped
    text = pl.Series(parsed.ns[local]).cast(pl.Datetime("ns"))
    try:
        early = text.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        late = text.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    except pl.exceptions.PolarsError as error:
        raise DataError(
            f'"{zone}" is no time zone.',
            expected="a name such as Europe/Paris or UTC",
            fix="Correct --time-zone.",
        ) from error
    missing = early.is_null().to_numpy()
    first = early.to_physical().fill_null(0).to_numpy()
    second = late.to_physical().fill_null(0).to_numpy()
    utc = np.where(_second_pass(parsed.ns[local], first != second), second, first)
    utc = np.where(missing, NO_TIME, utc)
    ns = parsed.ns.copy()
    ns[local] = utc
    skipped[local] = missing
    return ns, skipped


def _second_pass(local: Int64Array, twice: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Rows of an hour that the clock shows twice which belong to its second time: those after the clock fell back."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], twice, [False])).astype(np.int8))).reshape(-1, 2)
    second = np.zeros(len(local), dtype=np.bool_)
    for start, end in edges:
        steps = np.diff(local[start:end])
        # Hourly rows show the hour as two equal times; in denser rows an equal time is a repeated row.
        back = steps <= 0 if end - start == 2 else steps < 0
        second[start + 1 : end] = np.cumsum(back) > 0
    return second

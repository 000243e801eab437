"""A column of written times to nanoseconds, with one order of day and month for the whole column."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.time_shapes import TimeShape, shape_of

__all__ = [
    "EPOCH_UNITS",
    "NUMBER_FORMATS",
    "ParsedTimes",
    "epoch_unit",
    "is_excel",
    "parse_epoch",
    "parse_with_order",
    "parse_with_pattern",
    "plain_times",
    "written_again",
]

Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NO_TIME = np.iinfo(np.int64).min
EARLIEST_US = -2_208_988_800_000_000  # 1900-01-01
LATEST_US = 7_258_118_400_000_000  # 2200-01-01
_HALF_WRITTEN = r":(?:\d(?:\D|$)|6\d)|[:.,/\-]$"
EPOCH_UNITS = {"epoch_s": 1_000_000_000, "epoch_ms": 1_000_000, "epoch_us": 1_000, "epoch_ns": 1}
NUMBER_FORMATS = (*EPOCH_UNITS, "excel")
_EXCEL_1970 = 25_569
_EXCEL_FROM, _EXCEL_TO = 29_221, 73_050  # 1980 and 2100, in days as Excel counts them
_DAY_NS = 86_400 * 10**9
_EPOCH_FROM, _EPOCH_TO = 315_532_800, 4_102_444_800  # 1980 and 2100, in seconds


@dataclass(frozen=True)
class ParsedTimes:
    """A column read as times.

    Parameters
    ----------
    ns : (n_rows,) int64
        Nanoseconds since 1970, in UTC where `absolute`, else in the file's own zone; the smallest int64 for no time.
    absolute : (n_rows,) bool
        Whether the text said its own zone.
    pattern : str
        The pattern most rows have.
    """

    ns: Int64Array
    absolute: BoolArray
    pattern: str

    @property
    def valid(self) -> BoolArray:
        """Which rows have a time."""
        return np.not_equal(self.ns, NO_TIME)


def epoch_unit(cells: pl.Series) -> str | None:
    """Unit of a column of numbers that count from 1970.

    Parameters
    ----------
    cells : Series of float64
        Values of the column; nulls are left out.

    Returns
    -------
    str or None
        ``epoch_s``, ``epoch_ms``, ``epoch_us`` or ``epoch_ns``; None where the numbers lie outside 1980 to 2100.
    """
    values = cells.drop_nulls()
    if not len(values):
        return None
    middle = float(np.median(values.to_numpy()))
    for name, unit in EPOCH_UNITS.items():
        if _EPOCH_FROM <= middle * unit / 1e9 <= _EPOCH_TO:
            return name
    return None


def is_excel(cells: pl.Series, *, dates: bool) -> bool:
    """Tell whether a column of numbers counts days the way Excel does.

    Parameters
    ----------
    cells : Series of float64
        Values of the column; nulls are left out.
    dates : bool
        Whether whole numbers will do, because the name of the column speaks of a date.

    Returns
    -------
    bool
        True where all lie between 1980 and 2100 and some have a time of day.
    """
    values = cells.drop_nulls().to_numpy()
    if not len(values) or not bool(((values >= _EXCEL_FROM) & (values < _EXCEL_TO)).all()):
        return False
    return dates or bool((values % 1 != 0).any())


def _parse_excel(cells: pl.Series) -> ParsedTimes:
    """Days since the end of 1899, to the coarsest of minute, second and millisecond that their digits allow."""
    number = cells.cast(pl.Float64, strict=False)
    low, high = EARLIEST_US * 1000 / _DAY_NS + _EXCEL_1970, LATEST_US * 1000 / _DAY_NS + _EXCEL_1970
    good = number.is_between(low, high).fill_null(False).to_numpy()
    values = number.fill_null(0).to_numpy()
    text = cells if cells.dtype == pl.String else number.cast(pl.String)
    digits = int(text.filter(pl.Series(good)).str.extract(r"[.,](\d+)").str.len_chars().max() or 0)
    unsure = 0.51 * 10.0**-digits * _DAY_NS + 20_000
    day = np.floor(values)
    exact = np.rint((values - day) * _DAY_NS)
    for step in (60 * 10**9, 10**9, 10**6):
        rounded = np.rint(exact / step) * step
        if step == 10**6 or np.abs(rounded - exact)[good].max(initial=0) <= unsure:
            break
    ns = (day.astype(np.int64) - _EXCEL_1970) * _DAY_NS + rounded.astype(np.int64)
    return ParsedTimes(np.where(good, ns, NO_TIME), np.zeros(len(cells), dtype=np.bool_), "excel")


def parse_epoch(cells: pl.Series, unit: str) -> ParsedTimes:
    """Numbers since 1970, or days as Excel counts them, to nanoseconds.

    Parameters
    ----------
    cells : Series of str, int or float
        The column.
    unit : str
        One of `NUMBER_FORMATS`; days as Excel counts them are in the file's own zone, all else is UTC.

    Returns
    -------
    ParsedTimes
        Numbers outside 1900 to 2200 are no times.
    """
    if unit == "excel":
        return _parse_excel(cells)
    size = EPOCH_UNITS[unit]
    whole = cells.cast(pl.Int64, strict=False)
    number = cells.cast(pl.Float64, strict=False)
    low, high = EARLIEST_US * 1000 // size, LATEST_US * 1000 // size
    good = number.is_between(low, high).fill_null(False).to_numpy()
    exact = whole.is_not_null().to_numpy()
    ns = np.full(len(cells), NO_TIME, dtype=np.int64)
    take = good & exact & (number.fill_null(0).to_numpy() % 1 == 0 if cells.dtype.is_float() else True)
    ns[take] = whole.fill_null(0).to_numpy()[take] * size
    rest = good & ~take
    if rest.any():
        values = number.fill_null(0).to_numpy()[rest]
        seconds = np.floor(values)
        parts = np.rint((values - seconds) * size / 1000).astype(np.int64) * 1000 if size > 1000 else 0
        ns[rest] = seconds.astype(np.int64) * size + parts
    return ParsedTimes(ns, np.ones(len(cells), dtype=np.bool_), unit)


def plain_times(cells: pl.Series) -> ParsedTimes | None:
    """Times of a block whose cells all have one shape in which nothing is open and no offset stands.

    Parameters
    ----------
    cells : Series of str
        Some rows of a column, without spaces around the cells.

    Returns
    -------
    ParsedTimes or None
        None where a cell is of another shape, or no time.
    """
    shape = shape_of(cells[0]) if len(cells) and cells[0] else None
    if shape is None or shape.orders != ("fixed",) or "z" in shape.template or "," in shape.template:
        return None
    ns = _strptime(cells, shape.pattern("fixed"))
    if (ns == NO_TIME).any():
        return None
    return ParsedTimes(ns, np.full(len(cells), shape.absolute), shape.pattern("fixed"))


def written_again(parsed: ParsedTimes) -> pl.Series:
    """Times as text of their pattern.

    Parameters
    ----------
    parsed : ParsedTimes
        What `plain_times` gave.

    Returns
    -------
    Series of str
        The column.
    """
    text: pl.Series = pl.Series(parsed.ns).cast(pl.Datetime("ns")).dt.strftime(parsed.pattern)
    return text


def parse_with_pattern(cells: pl.Series, pattern: str) -> ParsedTimes:
    """Written times by one strptime pattern.

    Parameters
    ----------
    cells : Series of str
        The column, without spaces around the cells.
    pattern : str
        A strptime pattern; an hour without minutes is allowed.

    Returns
    -------
    ParsedTimes
        Cells that do not follow the pattern are no times.

    Raises
    ------
    DataError
        The pattern is none.
    """
    wanted = pattern.replace(".%f", "%.f") if ".%f" in pattern else pattern
    if not re.search(r"%[dmYyHbBjFsDTpe]", wanted):
        raise DataError(
            f'"{pattern}" is no timestamp format.',
            expected="a pattern such as %d/%m/%Y %H:%M:%S, or day-first, month-first, epoch_s",
            fix="Correct --timestamp-format.",
        )
    ns = _strptime(cells, wanted)
    absolute = "%z" in wanted or "%#z" in wanted or wanted.endswith("Z")
    return ParsedTimes(ns, np.full(len(cells), absolute), pattern)


def parse_with_order(cells: pl.Series, order: str) -> ParsedTimes:
    """Written times of any known shape, with one order of day and month for all rows.

    Parameters
    ----------
    cells : Series of str
        The column, without spaces around the cells.
    order : str
        ``day-first``, ``month-first`` or ``year-first``; without effect on shapes in which nothing is open.

    Returns
    -------
    ParsedTimes
        Cells of no known shape, and dates that never were, are no times.
    """
    ns = np.full(len(cells), NO_TIME, dtype=np.int64)
    absolute = np.zeros(len(cells), dtype=np.bool_)
    share: dict[str, int] = {}
    pending = np.flatnonzero(cells.is_not_null().to_numpy())
    tried: set[str] = set()
    while len(pending):
        waiting = cells.gather(pending) if len(pending) < len(cells) else cells
        shape = _next_shape(waiting, tried)
        if shape is None:
            break
        tried.add(shape.template)
        read = _strptime(waiting, shape.pattern(order))
        hit = read != NO_TIME
        ns[pending[hit]] = read[hit]
        absolute[pending[hit]] = shape.absolute
        share[shape.pattern(order)] = int(hit.sum())
        pending = pending[~hit]
    pattern = max(share, key=lambda name: share[name]) if share else ""
    return ParsedTimes(ns, absolute, pattern)


def _next_shape(waiting: pl.Series, tried: set[str]) -> TimeShape | None:
    for part in (waiting.head(500), waiting[500:].unique().head(20_000)):
        for cell in part.to_list():
            shape = shape_of(cell)
            if shape is not None and shape.template not in tried:
                return shape
        if len(waiting) <= 500:
            break
    return None


def _strptime(cells: pl.Series, pattern: str) -> Int64Array:
    """Nanoseconds of written times; a half-written minute or second is no time."""
    wanted, text = pattern, cells
    if re.search(r"%[HI]", pattern) and "%M" not in pattern:
        text = text + "@00"
        wanted += "@%M"
    elif not re.search(r"%[HITs]", pattern):
        text = text + "@00:00"
        wanted += "@%H:%M"
    if wanted.startswith("%") and ",%f" in wanted:
        text, wanted = text.str.replace(r",(\d+)", ".$1"), wanted.replace(",%f", "%.f")
    try:
        parsed = text.str.to_datetime(wanted, time_unit="us", strict=False)
    except pl.exceptions.PolarsError as error:
        raise DataError(
            f'"{pattern}" is no timestamp format.',
            expected="a pattern such as %d/%m/%Y %H:%M:%S",
            fix="Correct --timestamp-format.",
        ) from error
    us = parsed.to_physical()
    good = us.is_between(EARLIEST_US, LATEST_US) & ~cells.str.contains(_HALF_WRITTEN)
    mask = good.fill_null(False).to_numpy()
    ns = us.fill_null(0).to_numpy().astype(np.int64) * 1000
    if "%.f" in wanted:
        exact = text.str.to_datetime(wanted, time_unit="ns", strict=False).to_physical().fill_null(0).to_numpy()
        ns = np.where(np.abs(exact - ns) < 1000, exact, ns)
    return np.where(mask, ns, NO_TIME)

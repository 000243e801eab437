"""Day first or month first, decided over the whole column and never row by row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.questions import Question, Reading
from l4e_widgets.core.reading.time_shapes import shape_of
from l4e_widgets.core.reading.times import ParsedTimes, parse_with_order
from l4e_widgets.core.times import minute_text

__all__ = ["ORDERS", "parse_deciding_order"]

ORDERS = ("day-first", "month-first", "year-first")
_DAY_NS = 86_400 * 10**9
_JUMP_DAYS = 7.0
_YEARLY_DAYS = 300.0
_WITHIN_DAY = 0.5


def parse_deciding_order(cells: pl.Series, *, where: str, rows: Sequence[int] | np.ndarray) -> ParsedTimes:
    """Written times, with the order of day and month that the whole column allows.

    Parameters
    ----------
    cells : Series of str
        The column, without spaces around the cells.
    where : str
        File and column for a message.
    rows : sequence of int
        Line in the file of every cell.

    Returns
    -------
    ParsedTimes
        The column, read in the one order that fits.

    Raises
    ------
    DataError
        Two orders fit all rows and nothing tells them apart, or no order fits all rows that some order reads.
    """
    candidates = _open_orders(cells)
    if len(candidates) == 1:
        return parse_with_order(cells, candidates[0])
    read = {order: parse_with_order(cells, order) for order in candidates}
    fitting = _fitting(cells, read, where=where, rows=rows)
    first, *others = fitting
    if all(np.array_equal(fitting[first].ns, fitting[other].ns) for other in others):
        return fitting[first]
    best = _steadiest(fitting)
    if best is None:
        raise _question(cells, fitting, where=where)
    return fitting[best]


def _open_orders(cells: pl.Series) -> tuple[str, ...]:
    """Orders that the shapes of the column leave open; the year stands first only where two digits may be a year."""
    orders: tuple[str, ...] = ("fixed",)
    for cell in cells.drop_nulls().head(500).to_list():
        shape = shape_of(cell)
        if shape is not None and len(shape.orders) > len(orders):
            orders = shape.orders
    return orders


def _fitting(
    cells: pl.Series, read: dict[str, ParsedTimes], *, where: str, rows: Sequence[int] | np.ndarray
) -> dict[str, ParsedTimes]:
    """Return the orders that read as many rows as any does."""
    day, month = read["day-first"].valid, read["month-first"].valid
    only_day, only_month = day & ~month, month & ~day
    most = max(int(day.sum()), int(month.sum()))
    year = read.get("year-first")
    if year is not None and most < 0.5 * int(year.valid.sum()):
        return {"year-first": year}
    if only_day.any() and only_month.any():
        raise _contradiction(cells, read, where=where, rows=rows)
    fitting = {order: read[order] for order in ("day-first", "month-first") if int(read[order].valid.sum()) == most}
    if year is not None and int(year.valid.sum()) >= most:
        fitting["year-first"] = year
    return fitting


def _contradiction(
    cells: pl.Series, read: dict[str, ParsedTimes], *, where: str, rows: Sequence[int] | np.ndarray
) -> DataError:
    day, month = read["day-first"].valid, read["month-first"].valid
    only_day, only_month = day & ~month, month & ~day
    day_leads = only_day.sum() >= only_month.sum()
    words, agreed = ("day/month/year", only_month) if day_leads else ("month/day/year", only_day)
    place, other = int(np.flatnonzero(agreed)[0]), int(np.flatnonzero(only_day if day_leads else only_month)[0])
    what = f'"{cells[place]}" contradicts {words}, which other rows of the column need.'
    at = f"{where}, row {rows[place]}"
    shown = (place, other)
    readings = (("day-first", read["day-first"]), ("month-first", read["month-first"]))
    question = Question(
        what,
        "timestamp_format",
        tuple(str(cells[p]) for p in shown),
        tuple(
            Reading(order, tuple(minute_text(int(parsed.ns[p])) if parsed.valid[p] else "no time" for p in shown))
            for order, parsed in readings
        ),
        at,
    )
    return DataError(
        what,
        where=at,
        expected="one order of day and month in the whole column",
        fix="Correct the row, or say which order it is with --timestamp-format day-first or month-first.",
        question=question,
    )


def _jumps(parsed: ParsedTimes) -> tuple[int, float]:
    """Count steps back or of over a week in the order of the file, and give the median step in days."""
    steps = np.diff(parsed.ns[parsed.valid]) / _DAY_NS
    if not len(steps):
        return 0, 0.0
    return int(((steps < 0) | (steps > _JUMP_DAYS)).sum()), float(np.median(np.abs(steps)))


def _steadiest(fitting: dict[str, ParsedTimes]) -> str | None:
    """Return the one order in which the rows go on steadily while they jump in every other; None where none is."""
    jumps = {order: _jumps(parsed) for order, parsed in fitting.items()}
    best = min(jumps, key=lambda order: jumps[order][0])
    count, median = jumps[best]
    for order in fitting:
        if order == best:
            continue
        yearly = "year-first" in (order, best) and jumps[order][1] > _YEARLY_DAYS
        if not yearly and (median >= _WITHIN_DAY or jumps[order][0] < max(1, 10 * count)):
            return None
    return best


def _question(cells: pl.Series, fitting: dict[str, ParsedTimes], *, where: str) -> DataError:
    first = next(iter(fitting))
    orders = [first, next(order for order in fitting if not np.array_equal(fitting[order].ns, fitting[first].ns))]
    differ = np.flatnonzero(fitting[orders[0]].ns != fitting[orders[1]].ns)
    places = dict.fromkeys([int(differ[0]), int(differ[len(differ) // 2]), int(differ[-1])])
    question = Question(
        "Day and month cannot be told apart in the timestamps.",
        "timestamp_format",
        tuple(str(cells[place]) for place in places),
        tuple(Reading(order, tuple(minute_text(int(fitting[order].ns[p])) for p in places)) for order in orders),
        where,
    )
    return DataError(
        question.about,
        where=where,
        got=question.shown,
        expected="a date that only one order allows",
        fix=f"Say which it is with {question.argument} {orders[0]} or {question.argument} {orders[1]}.",
        question=question,
    )

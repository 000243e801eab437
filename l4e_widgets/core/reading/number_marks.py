"""Which mark stands before fractions and which between groups of three digits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.questions import Question, Reading
from l4e_widgets.core.reading.options import ReadingOptions

__all__ = ["COMMA", "POINT", "find_decimal"]

POINT = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
"""A number with a decimal point."""
COMMA = re.compile(r"[+-]?(?:\d+,\d*|,\d+)(?:[eE][+-]?\d+)?\Z")
"""A number with a decimal comma."""
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<mark>[,.' \u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*(?P<decimal>[.,])\d+\Z")
_SPACED = re.compile(r"[+-]?\d{1,3}(?P<mark>[' \u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*\Z")
_MANY_GROUPS = re.compile(r"[+-]?\d{1,3}(?:(?P<mark>[,.])\d{3})(?:(?P=mark)\d{3})+\Z")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}\Z")
_BARE = re.compile(r"[+-]?\d{1,3}\Z")


def find_decimal(
    rows: Sequence[Sequence[str]], delimiter: str, options: ReadingOptions, *, where: str
) -> tuple[str, str, bool]:
    """Decimal mark and thousands mark of a table.

    Parameters
    ----------
    rows : sequence of sequence of str
        Cells of some rows.
    delimiter : str
        Character between cells.
    options : ReadingOptions
        The decimal mark, where the user said it.
    where : str
        File name for messages.

    Returns
    -------
    decimal : str
        ``.`` or ``,``.
    thousands : str
        Mark between groups of three digits, empty for none.
    seen : bool
        Whether a mark was seen at all; where not, the decimal mark is a supposition.

    Raises
    ------
    DataError
        ``1,234`` could be over a thousand or a little over one, and nothing tells which.
    """
    if options.thousands is not None:
        left = {",": ".", ".": ","}.get(options.thousands)
        decimal = options.decimal or left or find_decimal(rows, delimiter, _open(options), where=where)[0]
        return decimal, options.thousands, True
    found, marks, examples = _count(rows)
    point, comma = found["point"], found["comma"] + found["either"]
    if options.decimal:
        thousands = marks.most_common(1)[0][0] if marks else ""
        if options.decimal == "." and found["either"] and not found["comma"]:
            thousands = ","
        return options.decimal, "" if thousands == options.decimal else thousands, True
    unclear = found["either"] and not (found["comma"] or point or found["many,"])
    if unclear and (delimiter == "," or found["bare"]):
        raise _question(examples, where=where)
    if found["many,"] and not found["comma"]:
        return ".", ",", True
    if found["many."] and not point:
        return ",", ".", True
    decimal = "," if comma > point else "."
    thousands = next((mark for mark, _ in marks.most_common() if mark != decimal), "")
    return decimal, thousands, bool(point or comma or marks)


def _open(options: ReadingOptions) -> ReadingOptions:
    return replace(options, thousands=None)


def _count(rows: Sequence[Sequence[str]]) -> tuple[Counter[str], Counter[str], list[str]]:
    """How many cells show which mark, which marks group digits, and cells that could be either."""
    found, marks, either = Counter[str](), Counter[str](), list[str]()
    for cell in (cell for cells in rows for cell in cells):
        if _EITHER.match(cell):
            found["either"] += 1
            either.append(cell)
        elif POINT.match(cell):
            found["point"] += 1
        elif COMMA.match(cell):
            found["comma"] += 1
        elif many := _MANY_GROUPS.match(cell):
            found[f"many{many['mark']}"] += 1
        elif grouped := _GROUPED.match(cell):
            if grouped["mark"] != grouped["decimal"]:
                found["point" if grouped["decimal"] == "." else "comma"] += 1
                marks[grouped["mark"]] += 1
        elif spaced := _SPACED.match(cell):
            marks[spaced["mark"]] += 1
        elif _BARE.match(cell):
            found["bare"] += 1
    return found, marks, either


def _question(examples: Sequence[str], *, where: str) -> DataError:
    cells = tuple(dict.fromkeys(examples))[:3]
    readings = (
        Reading(".", tuple(cell.replace(",", "") for cell in cells)),
        Reading(",", tuple(cell.replace(",", ".") for cell in cells)),
    )
    shown = "; ".join(
        f'"{cell}" is {one} or {other}'
        for cell, one, other in zip(cells, readings[0].meanings, readings[1].meanings, strict=True)
    )
    what = "A comma may separate thousands or stand before fractions."
    return DataError(
        what,
        where=where,
        got=shown,
        expected="a number that only one reading allows",
        fix="Say which mark stands before fractions with --decimal . or --decimal ,",
        question=Question(what, "decimal", cells, readings, where),
    )

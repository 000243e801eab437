"""The one table, row by row as the figures come."""

from __future__ import annotations

import math

from benchmarks.engine.run import Row

__all__ = ["HEADINGS", "head", "line"]

HEADINGS = (
    ("set", 30),
    ("method", 29),
    ("F1", 5),
    ("FAR", 6),
    ("MAR", 5),
    ("delay", 5),
    ("found", 9),
    ("ev.P", 5),
    ("ev.R", 5),
    ("false/mo", 8),
    ("VUS-PR", 6),
    ("1st", 5),
    ("3", 5),
    ("s", 7),
    ("MB", 6),
)


def head() -> str:
    """Headings over a rule."""
    names = "  ".join(f"{name:<{width}}" if width > 9 else f"{name:>{width}}" for name, width in HEADINGS)
    return f"{names}  note\n{'-' * (len(names) + 6)}"


def line(row: Row, *, monthly: bool = False) -> str:
    """One row; a dash where a figure means nothing."""
    figures = row.figures
    if figures is None:
        cells = ["–"] * 11
    else:
        cells = [
            _fixed(figures.f1, 3),
            _fixed(figures.far, 4),
            _fixed(figures.mar, 3),
            _fixed(figures.delay_rows, 0),
            f"{figures.found} of {figures.windows}" if figures.windows else "–",
            _fixed(figures.event_precision, 3),
            _fixed(figures.event_recall, 3),
            _fixed(figures.false_events_a_month, 2) if monthly else "–",
            _fixed(figures.vus_pr, 3),
            _fixed(figures.first, 3),
            _fixed(figures.first_three, 3),
        ]
    cells += [_fixed(row.seconds, 2), _fixed(row.megabytes, 0)]
    widths = [width for _, width in HEADINGS]
    words = [f"{row.set:<{widths[0]}}", f"{row.peer:<{widths[1]}}"]
    words += [f"{cell:>{width}}" for cell, width in zip(cells, widths[2:], strict=True)]
    return "  ".join([*words, row.note]).rstrip()


def _fixed(value: float, digits: int) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}"

"""Statistics of one sensor counted cell by cell; imports nothing of the package."""

from __future__ import annotations

import math
from itertools import pairwise


def naive_statistics(timestamps, column, gap_ns):
    """Values there, large stretches without one, the longest of them in nanoseconds, and the direction."""
    filled = [(t, v) for t, v in zip(timestamps, column, strict=True) if not math.isnan(v)]
    if not filled:
        return 0, 0, 0, ""
    marks = [timestamps[0], *(t for t, _ in filled), timestamps[-1]]
    gaps = [b - a for a, b in pairwise(marks) if b - a > gap_ns]
    values = [v for _, v in filled]
    moves = [b - a for a, b in pairwise(values) if b != a]
    if not moves:
        direction = "STATIC"
    elif len(moves) < 2 or (min(moves) < 0 < max(moves)):
        direction = ""
    else:
        direction = "INCREASING" if moves[0] > 0 else "DECREASING"
    return len(filled), len(gaps), max(gaps, default=0), direction

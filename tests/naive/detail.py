"""Slow twin of the level of detail: one loop over pixels and sensors; imports nothing of the package."""

from __future__ import annotations

import math


def naive_extremes(times, values, edges):
    """Lowest and highest finite value of every sensor in every pixel that has rows.

    Returns a list of (pixel, [(low, high) or None for each sensor]).
    """
    found = []
    for pixel in range(len(edges) - 1):
        rows = [
            row
            for row, time in enumerate(times)
            if edges[pixel] <= time < edges[pixel + 1] or (pixel == len(edges) - 2 and time == edges[-1])
        ]
        if not rows:
            continue
        columns = []
        for column in range(len(values[0])):
            finite = [values[row][column] for row in rows if not math.isnan(values[row][column])]
            columns.append((min(finite), max(finite)) if finite else None)
        found.append((pixel, columns))
    return found


def naive_gaps(times, gap):
    """Rows after which the next one is farther than `gap`."""
    return [row for row in range(len(times) - 1) if times[row + 1] - times[row] > gap]

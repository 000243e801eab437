"""Slow twin of a stored series: a dict of time to a dict of sensor to value; imports nothing of the package."""

from __future__ import annotations

import math


def naive_append(rows, times, sensors, values):
    """Put rows in; a value wins over what was there, a missing one does not; count repeated rows, replaced values."""
    repeated = replaced = 0
    for time, line in zip(times, values, strict=True):
        repeated += time in rows
        row = rows.setdefault(time, {})
        for sensor, value in zip(sensors, line, strict=True):
            if math.isnan(value):
                continue
            replaced += sensor in row and row[sensor] != value
            row[sensor] = value
    return repeated, replaced


def naive_table(rows, sensors):
    """Times in order, and one list a time with NaN where a sensor has no value."""
    times = sorted(rows)
    return times, [[rows[time].get(sensor, math.nan) for sensor in sensors] for time in times]


def naive_cells(times, values, width):
    """Of every cell of the grid that has rows: (first, last, lowest, highest, sum, count), None for no value."""
    cells = {}
    for time, value in zip(times, values, strict=True):
        cells.setdefault(time // width, []).append((time, value))
    found = {}
    for cell, held in cells.items():
        known = [value for _, value in held if not math.isnan(value)]
        low, high = (min(known), max(known)) if known else (None, None)
        found[cell] = (held[0][0], held[-1][0], low, high, sum(known), len(known))
    return found


def naive_held(times, values, moments, hold):
    """Last value not after each moment, NaN where it is `hold` old or older."""
    found = []
    for moment in moments:
        before = [(time, value) for time, value in zip(times, values, strict=True) if time <= moment]
        found.append(before[-1][1] if before and moment - before[-1][0] < hold else math.nan)
    return found

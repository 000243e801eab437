"""Likeness of every window of cells to one of them, one window and one sensor at a time."""

import math


def naive_pattern(rows, level, power):
    """Pattern of some cells."""
    total = sum(rows)
    pattern = []
    for sensor in range(len(level[0])):
        mean = sum(n * cell[sensor] for n, cell in zip(rows, level, strict=True)) / total
        pattern.append(math.copysign(math.log1p(max(abs(mean) - 1, 0)), mean))
    for sensor in range(len(power[0])):
        mean = sum(n * cell[sensor] for n, cell in zip(rows, power, strict=True)) / total
        pattern.append(0.5 * math.log(max(mean, 1)))
    return pattern


def naive_likeness(a, b):
    """Twice the inner product over the sum of the squares, not below 0."""
    whole = sum(x * x for x in a) + sum(x * x for x in b)
    return max(2 * sum(x * y for x, y in zip(a, b, strict=True)) / whole, 0) if whole else 0.0


def naive_alike(rows, level, power, first, last):
    """Likeness of every window to the cells `[first, last)`."""
    wanted = naive_pattern(rows[first:last], level[first:last], power[first:last])
    length = last - first
    found = []
    for start in range(len(rows) - length + 1):
        cells = slice(start, start + length)
        found.append(naive_likeness(wanted, naive_pattern(rows[cells], level[cells], power[cells])))
    return found

"""The slow and obvious twin of the standstill: one sensor, row by row."""

import math
from itertools import pairwise


def naive_excess(values, limit):
    """Logarithm of repeats over the limit in each row, minus infinity where below; None is missing."""
    out, held, repeats, rests = [], None, 0, 0
    for value in values:
        if value is not None and value == held:
            repeats += 1
        else:
            if value is not None and repeats >= limit / 2:
                rests += 1
            repeats = 0
        held = value
        out.append(math.log(repeats / limit) if repeats >= limit and rests < 2 else -math.inf)
    return out


def naive_longest(values):
    """Most repeats of one value in a row."""
    longest = repeats = 0
    for before, value in pairwise(values):
        repeats = repeats + 1 if value == before else 0
        longest = max(longest, repeats)
    return longest

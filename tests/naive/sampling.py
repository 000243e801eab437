"""Bins of rows and the suggested sampling rate written out row by row; imports nothing of the package."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median

OFFERED_S = (1, 5, 10, 15, 30, 60, 300, 600, 900, 1800, 3600)


def naive_rate(timestamps):
    """The median step where it is offered (within 1 %), else the next coarser offer, else the step itself."""
    step = median(b - a for a, b in pairwise(timestamps)) / 1e9
    for offer in OFFERED_S:
        if abs(step - offer) <= 0.01 * offer:
            return float(offer)
    coarser = [offer for offer in OFFERED_S if offer > step]
    return float(min(coarser)) if coarser else step


def naive_bins(timestamps, column, rate_ns, keep_last):
    """Bin starts, the mean (or last) value in each, and the bin every row went into."""
    bins = {}
    for row, moment in enumerate(timestamps):
        start = moment - moment % rate_ns
        bins.setdefault(start, []).append(row)
    starts = sorted(bins)
    values = []
    for start in starts:
        filled = [column[row] for row in bins[start] if not math.isnan(column[row])]
        if not filled:
            values.append(math.nan)
        else:
            values.append(filled[-1] if keep_last else math.fsum(filled) / len(filled))
    place = {row: number for number, start in enumerate(starts) for row in bins[start]}
    return starts, values, [place[row] for row in range(len(timestamps))]

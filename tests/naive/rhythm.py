"""The slow and obvious twin of the waves: a cosine and a sine for each period, time by time."""

import math

HOUR = 3600.0
PERIODS = [24 * HOUR / k for k in (1, 2, 3, 4)] + [168 * HOUR / k for k in (1, 2, 3)]


def naive_waves(seconds):
    """One row a time: a one, then cosine and sine for each period; times in seconds since 1970."""
    rows = []
    for second in seconds:
        row = [1.0]
        for period in PERIODS:
            angle = 2 * math.pi * (second % period) / period
            row += [math.cos(angle), math.sin(angle)]
        rows.append(row)
    return rows


def naive_rhythm(values, seconds, slopes, steps):
    """Weights of the waves for one sensor by plain descent on the squared error; missing values are None."""
    rows = [(row[: len(slopes)], value) for row, value in zip(naive_waves(seconds), values, strict=True)]
    rows = [(row, value) for row, value in rows if value is not None]
    weights = list(slopes)
    for _ in range(steps):
        slope = [0.0] * len(weights)
        for row, value in rows:
            off = value - sum(w * x for w, x in zip(weights, row, strict=True))
            for place, x in enumerate(row):
                slope[place] += off * x
        weights = [w + 0.8 * s / len(rows) for w, s in zip(weights, slope, strict=True)]
    return weights

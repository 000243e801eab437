"""The slow and obvious twin of the event finder: one row at a time, the rules as they are written down."""

import math


def naive_events(statistic, release, seconds, *, threshold, hysteresis, drop, quiet_rows, merge_s, gap_s, step_s):
    """Rows `[first, last)` of the events."""
    found, row, n = [], 0, len(statistic)
    while row < n:
        if not statistic[row] >= threshold:
            row += 1
            continue
        first, end = row, row + 1
        while end < n and not statistic[end] < threshold - hysteresis and seconds[end] - seconds[end - 1] <= gap_s:
            end += 1
        found += _inside(statistic, release, first, end, threshold, drop, quiet_rows)
        row = end
    merged = []
    for first, last in found:
        if merged:
            before = merged[-1][1]
            rest = seconds[first] - seconds[before - 1]
            steps = [seconds[i] - seconds[i - 1] for i in range(before, first + 1)]
            if rest - step_s <= merge_s and all(step <= gap_s for step in steps):
                merged[-1] = (merged[-1][0], last)
                continue
        merged.append((first, last))
    return merged


def _inside(statistic, release, first, end, threshold, drop, quiet_rows):
    """Cut one stretch where it has gone quiet."""
    out, start = [], first
    while start < end:

        def typical(upto, start=start):
            known = [release[i] for i in range(start, upto + 1) if math.isfinite(release[i])]
            return sum(known) / len(known) if known else 0.0

        quiet = 0
        over = None
        for i in range(start, end):
            lag = max(i - start - quiet_rows, 0)
            calm = math.isfinite(release[i]) and release[i] < typical(start + lag) - drop
            quiet = quiet + 1 if calm else 0
            if quiet == quiet_rows:
                over = i - quiet_rows + 1
                break
        if over is None:
            out.append((start, end))
            return out
        if over > start:
            out.append((start, over))
        line = typical(max(over - 1, start)) - drop
        again = [i for i in range(over + quiet_rows, end) if release[i] >= line and statistic[i] >= threshold]
        if not again:
            return out
        start = again[0]
    return out

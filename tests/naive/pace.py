"""Rows that are looked at and changes of the pace, one row after another."""


def looked_at(times, step, looked=None, before=None):
    """True for each row that a model of slower rows looks at."""
    kept = []
    for time in times:
        if looked is None or time - looked >= (0.5 if before == looked else 0.95) * step:
            looked = time
            kept.append(True)
        else:
            kept.append(False)
        before = time
    return kept


def sides(times, low, high):
    """Row numbers at which thirty steps in a row are first slower (1), faster (-1) or as trained (0)."""
    turns, side = [], 0
    for row in range(30, len(times)):
        steps = [times[i] - times[i - 1] for i in range(row - 29, row + 1)]
        if all(step > 1.5 * high for step in steps):
            now = 1
        elif all(step < low / 1.5 for step in steps):
            now = -1
        elif all(low / 1.5 <= step <= 1.5 * high for step in steps):
            now = 0
        else:
            continue
        if now != side:
            turns.append((row, now))
            side = now
    return turns

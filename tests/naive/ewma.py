"""The slow and obvious twin of the exponentially weighted mean."""


def naive_ewma(rows, alpha, carried):
    """Go row by row."""
    out, now = [], list(carried)
    for row in rows:
        now = [(1 - alpha) * before + alpha * value for before, value in zip(now, row, strict=True)]
        out.append(now)
    return out

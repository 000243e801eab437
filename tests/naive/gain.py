"""The slow and obvious twin of the repair gain: put one sensor right, look at all residuals again."""

from math import log


def naive_gain(level, sizes, weights):
    """How much the surprise of one row falls when each sensor in turn loses its own smoothed residual."""
    n = len(level)

    def surprise(values):
        return sum(log(1 + (value / size) ** 2) for value, size in zip(values, sizes, strict=True))

    return [surprise(level) - surprise([level[j] - weights[j][i] * level[i] for j in range(n)]) for i in range(n)]

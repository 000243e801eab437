"""Lags, random walks and switches written out row by row; imports nothing of the package."""

from __future__ import annotations

import math
from itertools import pairwise


def naive_lag(target, step_s, lag_s, pieces=400):
    """Integrate dy/dt = (x - y) / lag with x straight between rows, in many small implicit steps."""
    out = [target[0]]
    small = step_s / pieces
    for before, after in pairwise(target):
        y = out[-1]
        for piece in range(pieces):
            middle = before + (after - before) * (piece + 0.5) / pieces
            y = (y * (lag_s - small / 2) + small * middle) / (lag_s + small / 2)
        out.append(y)
    return out


def naive_mean_reverting(shocks, step_s, memory_s):
    """Keep a share of yesterday's value and top the variance up to 1."""
    keep = math.exp(-step_s / memory_s)
    out = [shocks[0]]
    for shock in shocks[1:]:
        out.append(keep * out[-1] + math.sqrt(1 - keep * keep) * shock)
    return out


def naive_switch(level, up, down):
    """Remember the state until the other limit is crossed."""
    state = level[0] > up or (not level[0] < down and level[0] > (up + down) / 2)
    out = []
    for value in level:
        if value > up:
            state = True
        elif value < down:
            state = False
        out.append(state)
    return out

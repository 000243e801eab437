"""Slow twins of the benchmark's metrics; nothing here is imported from the benchmark."""

from __future__ import annotations

import math


def naive_windows(labels):
    """List `[first, last)` of each stretch of true labels."""
    out, start = [], None
    for row, label in enumerate([*labels, False]):
        if label and start is None:
            start = row
        if not label and start is not None:
            out.append((start, row))
            start = None
    return out


def naive_weights(labels, buffer):
    """Weight of each row: 1 in a window, in the buffers the root of 1 - distance / buffer, added up, at most 1."""
    out = []
    for row, label in enumerate(labels):
        weight = 1.0 if label else 0.0
        if not label:
            for first, stop in naive_windows(labels):
                distance = first - row if row < first else row - stop + 1
                if distance <= buffer // 2:
                    weight += math.sqrt(1 - distance / buffer)
        out.append(min(weight, 1.0))
    return out


def naive_vus_pr(labels, score, buffers):
    """Mean over buffers of the area, one threshold a distinct score, every sum by a loop."""
    areas = []
    for buffer in buffers:
        weights = naive_weights(labels, buffer)
        windows = naive_windows([weight > 0 for weight in weights])
        area, recall_before = 0.0, 0.0
        for threshold in sorted(set(score), reverse=True):
            flagged = [value >= threshold for value in score]
            found = sum(weight for weight, flag in zip(weights, flagged, strict=True) if flag)
            touched = sum(any(flagged[first:stop]) for first, stop in windows) / len(windows)
            recall = min(found / ((sum(labels) + sum(weights)) / 2), 1.0) * touched
            area += (recall - recall_before) * found / sum(flagged)
            recall_before = recall
        areas.append(area)
    return sum(areas) / len(areas)


def naive_joined(flags, rows):
    """Join flagged stretches while any two neighbours have at most `rows` unflagged rows between them."""
    spans = naive_windows(flags)
    changed = True
    while changed:
        changed = False
        for index in range(len(spans) - 1):
            if spans[index + 1][0] - spans[index][1] <= rows:
                spans[index : index + 2] = [(spans[index][0], spans[index + 1][1])]
                changed = True
                break
    return spans


def naive_association(memory, row, width):
    """Expected row of auto-associative kernel regression: mean of the remembered rows, weighted by nearness."""
    weights = [math.exp(-sum((a - b) ** 2 for a, b in zip(row, kept, strict=True)) / (2 * width**2)) for kept in memory]
    return [
        sum(weight * kept[column] for weight, kept in zip(weights, memory, strict=True)) / sum(weights)
        for column in range(len(row))
    ]

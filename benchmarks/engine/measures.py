"""What is counted: rows, never point-adjusted, and events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Counts", "counted", "windows_of"]


@dataclass(frozen=True)
class Counts:
    """F1, false-alarm rate and missing-alarm rate over rows."""

    f1: float
    far: float
    mar: float


def counted(labels, predicted):
    """Count rows; `labels` and `predicted` are bool arrays of one length."""
    hit, false = (labels & predicted).sum(), (~labels & predicted).sum()
    missed, quiet = (labels & ~predicted).sum(), (~labels & ~predicted).sum()
    return Counts(
        float(2 * hit / max(2 * hit + false + missed, 1)),
        float(false / max(false + quiet, 1)),
        float(missed / max(hit + missed, 1)),
    )


def windows_of(labels):
    """Rows `[first, last)` of each labelled stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], labels.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))

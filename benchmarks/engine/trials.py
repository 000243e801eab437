"""What passes between the parts of the benchmark: records, trials, and what a peer says of a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.times import TimeRange

__all__ = ["BenchmarkSet", "Judged", "Live", "Peer", "Record", "Trial", "windows_of"]


@dataclass(frozen=True, eq=False)
class Record:
    """Rows in time order: `(n_rows, n_sensors)` values and their nanoseconds since 1970-01-01 UTC."""

    values: npt.NDArray[np.float64]
    times: npt.NDArray[np.int64]

    @property
    def step_s(self) -> float:
        """Typical time between two rows, seconds."""
        return float(np.median(np.diff(self.times))) / 1e9


@dataclass(frozen=True, eq=False)
class Live:
    """A record to be judged, with the truth no peer is shown: labelled rows and the columns of guilty sensors."""

    record: Record
    labels: npt.NDArray[np.bool_]
    part: str
    guilty: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Trial:
    """One record to learn from, and the records that what was learned is tried on."""

    train: Record
    live: tuple[Live, ...]
    exclude: tuple[TimeRange, ...] = ()


@dataclass(frozen=True, eq=False)
class Judged:
    """What a peer says of a record: a score and a flag a row, perhaps shares of the sensors, perhaps findings."""

    score: npt.NDArray[np.float64]
    flags: npt.NDArray[np.bool_]
    shares: npt.NDArray[np.floating] | None = None
    findings: tuple[str, ...] = ()


class Peer(Protocol):
    """Learns from normal rows and judges others; its alarm line comes from the training rows alone."""

    def fit(self, train: Record, exclude: tuple[TimeRange, ...] = ()) -> Peer:
        """Learn from rows in time order, without what lies in `exclude`."""

    def judge(self, live: Record, *, explain: bool) -> Judged:
        """Judge rows in time order; shares are wanted only with `explain`."""


@dataclass(frozen=True)
class BenchmarkSet:
    """A data set with its protocol.

    `rows` names the rows of the table and the parts each of them counts (the empty tuple: all). `joined_s` is the
    time within which flagged stretches count as one event, `monthly` tells whether false events a month mean
    anything, `extra` names further variants of ours that belong to this set alone.
    """

    name: str
    published: str
    trials: Callable[[Path, bool], Iterator[Trial]]
    rows: dict[str, tuple[str, ...]]
    needs: str = ""
    joined_s: float = 0.0
    monthly: bool = False
    explain: bool = False
    told: str = "caught"
    extra: dict[str, Callable[[], Peer]] = field(default_factory=dict)


def windows_of(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Rows `[first, last)` of each flagged stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(flags, dtype=np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))

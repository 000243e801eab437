"""Whom we stand beside: a registry of peers, each made by a call without arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.engine.peers.classical import (
    AutoAssociation,
    DynamicMahalanobis,
    LargestDeviation,
    ScikitForest,
    SquaredPredictionError,
)
from benchmarks.engine.peers.ours import Ours
from benchmarks.engine.peers.points import PointModel, PointPeer
from benchmarks.engine.peers.pyod import PyodModel, pyod_is_here
from benchmarks.engine.trials import Judged, Peer, Record

__all__ = ["EVERY_ROW", "OURS", "PEERS", "Entry"]

OURS, EVERY_ROW = "l4e_widgets", "every row flagged"


@dataclass(frozen=True)
class Entry:
    """A peer of the registry: its point model where it is one, how far its training is thinned, and what it needs.

    `clocked_rows` is how many rows it is clocked on; its time is scaled to the whole.
    """

    model: Callable[[], PointModel] | None = None
    whole: Callable[[], Peer] | None = None
    most_rows: int = 0
    clocked_rows: int = 100_000
    here: Callable[[], bool] = lambda: True
    missing: str = ""

    def make(self) -> Peer:
        """Return a fresh peer."""
        if self.whole is not None:
            return self.whole()
        return PointPeer(self.model, most_rows=self.most_rows)


class EveryRow:
    """Flags every row: what any figure has to be read against."""

    def fit(self, train: Record, exclude=()):
        del train, exclude
        return self

    def judge(self, live: Record, *, explain: bool) -> Judged:
        del explain
        return Judged(np.zeros(len(live.values)), np.ones(len(live.values), dtype=bool))


def _pyod(module: str, name: str, *, most_rows: int = 0, clocked_rows: int = 100_000, **settings) -> Entry:
    return Entry(
        model=lambda: PyodModel(module, name, **settings),
        most_rows=most_rows,
        clocked_rows=clocked_rows,
        here=pyod_is_here,
        missing='PyOD is not installed: pip install "l4e-widgets[bench]"',
    )


PEERS: dict[str, Entry] = {
    OURS: Entry(whole=Ours),
    EVERY_ROW: Entry(whole=EveryRow),
    "dynamic Mahalanobis": Entry(model=DynamicMahalanobis),
    "AAKR (MSET)": Entry(model=AutoAssociation, clocked_rows=50_000),
    "PCA, Q": Entry(model=SquaredPredictionError),
    "largest deviation": Entry(model=LargestDeviation),
    "scikit-learn IsolationForest": Entry(model=ScikitForest),
    "PyOD PCA": _pyod("pca", "PCA", random_state=0),
    "PyOD ECOD": _pyod("ecod", "ECOD", most_rows=5_000),
    "PyOD IForest": _pyod("iforest", "IForest", random_state=0),
    "PyOD KNN": _pyod("knn", "KNN", most_rows=1_500, clocked_rows=8_000),
}

"""Our engine as it comes: one configuration for every set, learned again where it says that the record has changed."""

from __future__ import annotations

import numpy as np

from benchmarks.engine.trials import Judged, Record
from l4e_widgets.core.detection.calibration import DEFAULT_BUDGET, Calibration
from l4e_widgets.core.detection.events import EventRules, find_events
from l4e_widgets.core.detection.record import rounded_like
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.times import TimeRange

__all__ = ["Ours"]

_LOOKED_AT = 400
_PRECISION = "precision_changed"


class Ours:
    """The relation detector, its calibration and its events; `refit` does what the training service does."""

    def __init__(self, *, budget: float = DEFAULT_BUDGET, refit: bool = True) -> None:
        self._budget, self._refit = budget, refit

    def fit(self, train: Record, exclude: tuple[TimeRange, ...] = ()) -> Ours:
        """Learn, and keep the training rows for learning again."""
        self._train, self._exclude = train, exclude
        self._detector = self._learned(train.values)
        return self

    def judge(self, live: Record, *, explain: bool) -> Judged:
        """Flag the rows inside events."""
        detector = self._detector
        scores = detector.score(live.values, timestamps=live.times, explain=explain)
        findings = tuple(finding.kind for finding in scores.findings)
        if self._refit and _PRECISION in findings:
            detector = self._learned(rounded_like(self._train.values, live.values[:_LOOKED_AT]))
            scores = detector.score(live.values, timestamps=live.times, explain=explain)
        events = find_events(
            scores.statistic,
            scores.release,
            live.times,
            threshold=Calibration.from_evidence(detector.evidence).threshold(self._budget),
            rules=EventRules.for_step(self._train.step_s),
            step_s=self._train.step_s,
        )
        flags = np.zeros(len(live.values), dtype=bool)
        for event in events:
            flags[event.first_row : event.last_row_exclusive] = True
        return Judged(scores.statistic, flags, scores.contributions if explain else None, findings)

    def _learned(self, values):
        return RelationDetector().fit(values, timestamps=self._train.times, exclude=self._exclude)

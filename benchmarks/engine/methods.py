"""Our engine and the peers it stands beside, all as one function: training rows and live rows to flagged rows."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import IsolationForest

from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.events import EventRules, find_events
from l4e_widgets.core.detection.record import rounded_like
from l4e_widgets.core.detection.relations import RelationDetector

__all__ = ["METHODS", "ours"]

_LOOKED_AT = 400


def ours(train, live, times, exclude=()):
    """Relation detector as it comes; learned again on rounded rows where it says that the precision has changed."""
    n = len(train)

    def judged(rows):
        detector = RelationDetector().fit(rows, timestamps=times[:n], exclude=exclude)
        return detector, detector.score(live, timestamps=times[n:], explain=False)

    detector, scores = judged(train)
    if any(finding.kind == "precision_changed" for finding in scores.findings):
        detector, scores = judged(rounded_like(train, live[:_LOOKED_AT]))
    step_s = float(np.median(np.diff(times))) / 1e9
    events = find_events(
        scores.statistic,
        scores.release,
        times[n:],
        threshold=Calibration.from_evidence(detector.evidence).threshold(),
        rules=EventRules.for_step(step_s),
        step_s=step_s,
    )
    flags = np.zeros(len(live), dtype=bool)
    for event in events:
        flags[event.first_row : event.last_row_exclusive] = True
    return flags


def everything(train, live, times, exclude=()):
    """Flag every row: what any figure has to be read against."""
    del train, times, exclude
    return np.ones(len(live), dtype=bool)


def _lagged(rows, centre, scale):
    z = (rows - centre) / scale
    return np.hstack([z, np.vstack([z[:1], z[:-1]])])


def mahalanobis(train, live, times, exclude=()):
    """Dynamic Mahalanobis distance: one lag, shrunk covariance, smoothed, line at 99.5 % of five held-out blocks."""
    kept = _kept(train, times, exclude)
    centre, scale = kept.mean(axis=0), kept.std(axis=0)
    moving = scale > 0
    kept, live, centre, scale = kept[:, moving], live[:, moving], centre[moving], scale[moving]

    def distance(fit, rows):
        known = _lagged(fit, centre, scale)
        precision = np.linalg.inv(0.99 * np.cov(known, rowvar=False) + 0.01 * np.eye(known.shape[1]))
        off = _lagged(rows, centre, scale) - known.mean(axis=0)
        raw = np.log(np.einsum("ij,jk,ik->i", off, precision, off) + 1e-9)
        return np.convolve(raw, np.ones(5) / 5)[: len(raw)]

    blocks = np.array_split(np.arange(len(kept)), 5)
    held_out = np.concatenate([distance(np.delete(kept, block, axis=0), kept[block]) for block in blocks])
    return distance(kept, live) > np.quantile(held_out, 0.995)


def isolation_forest(train, live, times, exclude=()):
    """scikit-learn's isolation forest with its defaults."""
    forest = IsolationForest(random_state=0).fit(_kept(train, times, exclude))
    return forest.predict(live) == -1


def _kept(train, times, exclude):
    keep = np.ones(len(train), dtype=bool)
    for span in exclude:
        keep &= ~((times[: len(train)] >= span.start) & (times[: len(train)] < span.end))
    return train[keep]


METHODS = {
    "l4e_widgets": ours,
    "every row flagged": everything,
    "dynamic Mahalanobis": mahalanobis,
    "isolation forest": isolation_forest,
}

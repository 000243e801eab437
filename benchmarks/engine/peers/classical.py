"""Classical peers in a few lines each: the yardsticks of process monitoring."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import IsolationForest

__all__ = ["AutoAssociation", "DynamicMahalanobis", "LargestDeviation", "ScikitForest", "SquaredPredictionError"]


class LargestDeviation:
    """The largest standardised deviation in the row: each sensor for itself."""

    def fit(self, z):
        return self

    def score(self, z):
        return np.abs(z).max(axis=1)

    def shares(self, z):
        return np.square(z)


class SquaredPredictionError:
    """PCA's Q: what is left of a row outside the components that hold 90 % of the variance."""

    def fit(self, z):
        self._mean = z.mean(axis=0)
        power, axes = np.linalg.eigh(np.cov(z, rowvar=False).reshape(z.shape[1], -1))
        order = np.argsort(-power)
        count = int(np.searchsorted(np.cumsum(power[order]) / power.sum(), 0.9)) + 1
        self._axes = axes[:, order[: min(count, max(z.shape[1] - 1, 0))]]
        return self

    def score(self, z):
        return self.shares(z).sum(axis=1)

    def shares(self, z):
        off = z - self._mean
        return np.square(off - off @ self._axes @ self._axes.T)


class DynamicMahalanobis:
    """Mahalanobis distance of a row with the one before it, 1 % shrinkage, log averaged over five rows."""

    def fit(self, z):
        known = _lagged(z)
        self._mean = known.mean(axis=0)
        self._precision = np.linalg.inv(0.99 * np.cov(known, rowvar=False) + 0.01 * np.eye(known.shape[1]))
        return self

    def score(self, z):
        off = _lagged(z) - self._mean
        raw = np.log(np.maximum(np.einsum("ij,ij->i", off @ self._precision, off), 0.0) + 1e-9)
        padded = np.concatenate([np.full(4, raw[0]), raw])
        return np.convolve(padded, np.ones(5) / 5, mode="valid")

    def shares(self, z):
        off = _lagged(z) - self._mean
        parts = np.square(off @ self._precision) / np.diag(self._precision)
        return parts[:, : z.shape[1]] + parts[:, z.shape[1] :]


def _lagged(z):
    return np.hstack([z, np.vstack([z[:1], z[:-1]])])


class AutoAssociation:
    """Auto-associative kernel regression (AAKR, plain MSET): distance to what remembered rows alike let expect.

    The memory holds every n-th training row and the rows of each sensor's extremes; the kernel's width is the median
    distance of a training row to its nearest in the memory.
    """

    def __init__(self, memory: int = 400) -> None:
        self._size = memory

    def fit(self, z):
        extremes = np.concatenate([z.argmin(axis=0), z.argmax(axis=0)])
        evenly = np.linspace(0, len(z) - 1, min(self._size, len(z))).astype(int)
        places = np.unique(np.concatenate([evenly, extremes]))
        self._memory = z[places]
        others = z[np.setdiff1d(np.arange(len(z)), places)[::7]]
        nearest = np.sqrt(_distances(others if len(others) else z, self._memory).min(axis=1))
        self._width = max(float(np.median(nearest)), 1e-6)
        return self

    def score(self, z):
        return self.shares(z).sum(axis=1)

    def shares(self, z):
        out = np.empty(z.shape)
        for start in range(0, len(z), 4096):
            rows = z[start : start + 4096]
            apart = _distances(rows, self._memory)
            weights = np.exp(-(apart - apart.min(axis=1, keepdims=True)) / (2 * self._width**2))
            out[start : start + 4096] = np.square(rows - weights @ self._memory / weights.sum(axis=1, keepdims=True))
        return out


def _distances(rows, memory):
    apart = np.square(rows).sum(axis=1)[:, None] + np.square(memory).sum(axis=1) - 2 * rows @ memory.T
    return np.maximum(apart, 0.0)


class ScikitForest:
    """scikit-learn's isolation forest with its defaults."""

    def fit(self, z):
        self._forest = IsolationForest(random_state=0).fit(z)
        return self

    def score(self, z):
        return -self._forest.score_samples(z)

    def shares(self, z):
        return None

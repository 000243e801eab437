"""Moments of row segments, the shrunk covariance made of them, and residuals given all other sensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.missing import unseen_spread
from l4e_widgets.core.detection.training import TrainingRows

__all__ = ["SHRINKAGES", "Moments", "Relations", "effective_rows", "relations_from", "segment_moments"]

Float64Array = npt.NDArray[np.float64]

_MAX_BATCHES = 4096
_MIN_BATCHES = 4
SHRINKAGES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)


@dataclass(frozen=True)
class Moments:
    """Counts, sums and products of consecutive segments of standardised rows, and means of short batches.

    Parameters
    ----------
    cuts : (n_segments + 1,) int64
        First row of each segment and the row after the last.
    sums : (n_segments, n_sensors) float64
        Sum of the rows of each segment.
    products : (n_segments, n_sensors, n_sensors) float64
        Sum of the outer products of the rows of each segment.
    batch_means : (n_batches, n_sensors) float64
        Means of consecutive batches of `batch_rows` rows, at most 4,096 of them.
    batch_rows : int
        Rows of a batch.
    """

    cuts: npt.NDArray[np.int64]
    sums: Float64Array
    products: Float64Array
    batch_means: Float64Array
    batch_rows: int

    def covariance(self, segments: npt.NDArray[np.bool_]) -> tuple[float, Float64Array, Float64Array]:
        """Number of rows, mean and covariance of the chosen segments.

        Parameters
        ----------
        segments : (n_segments,) bool
            Which segments count.

        Returns
        -------
        tuple
            Rows (float), mean (n_sensors,) and covariance (n_sensors, n_sensors), no unit.
        """
        rows = float(np.diff(self.cuts)[segments].sum())
        mean = self.sums[segments].sum(axis=0) / rows
        return rows, mean, self.products[segments].sum(axis=0) / rows - np.outer(mean, mean)


@dataclass(frozen=True)
class Relations:
    """What each sensor is given all the others.

    Parameters
    ----------
    mean : (n_sensors,) float64
        Mean of the standardised rows.
    precision : (n_sensors, n_sensors) float64
        Inverse of the shrunk covariance.
    weights : (n_sensors, n_sensors) float64
        Row i times a centred row is the residual of sensor i given all the others; the diagonal is 1.
    clock : (n_waves, n_sensors) float64 or None
        What the time of day and week adds to each residual; None where no sensor is judged by the clock.
    """

    mean: Float64Array
    precision: Float64Array
    weights: Float64Array
    clock: Float64Array | None = None


def segment_moments(training: TrainingRows, folds: Sequence[int]) -> Moments:
    """Moments of the segments between all cuts that the wanted numbers of folds need, in one pass.

    Parameters
    ----------
    training : TrainingRows
        Standardised training rows.
    folds : sequence of int
        Numbers of folds of the cross-validations.

    Returns
    -------
    Moments
        Segment moments; those of any fold are sums of them.
    """
    n_rows, n_sensors = training.n_rows, training.n_sensors
    cuts = np.unique(np.concatenate([np.linspace(0, n_rows, k + 1).round().astype(np.int64) for k in folds]))
    batch = -(-n_rows // _MAX_BATCHES)
    sums = np.zeros((len(cuts) - 1, n_sensors))
    products = np.zeros((len(cuts) - 1, n_sensors, n_sensors))
    means = np.zeros((-(-n_rows // batch), n_sensors))
    for start, z, observed in training.blocks(0, n_rows):
        bounds = [start, *cuts[(cuts > start) & (cuts < start + len(z))], start + len(z)]
        for first, last in pairwise(bounds):
            segment = int(np.searchsorted(cuts, first, side="right")) - 1
            part = z[first - start : last - start]
            sums[segment] += np.ones(len(part)) @ part
            products[segment] += part.T @ part
            if observed is not None:
                products[segment] += unseen_spread(observed[first - start : last - start], training.precision)
        number = np.arange(start, start + len(z)) // batch
        steps = np.flatnonzero(np.diff(number, prepend=-1))
        means[number[steps]] += np.add.reduceat(z, steps, axis=0)
    rows_of = np.full(len(means), float(batch))
    rows_of[-1] = n_rows - batch * (len(means) - 1)
    return Moments(cuts, sums, products, means / rows_of[:, None], batch)


def effective_rows(moments: Moments, weights: Float64Array, n_rows: int) -> Float64Array:
    """Number of independent rows that the mean of each linear combination of sensors is worth.

    The variance of means of longer and longer batches, over what independent rows would give, is one plus
    twice the sum of the autocorrelations; the largest over all lengths counts.

    Parameters
    ----------
    moments : Moments
        Of the standardised training rows.
    weights : (n_combinations, n_sensors) float64
        The combinations, for example `Relations.weights`.
    n_rows : int
        Number of training rows.

    Returns
    -------
    (n_combinations,) float64
        Effective rows, between 1 and `n_rows`.
    """
    everything = np.ones(len(moments.sums), dtype=bool)
    _, _, covariance = moments.covariance(everything)
    variance = np.maximum(((weights @ covariance) * weights).sum(axis=1), 1e-300)
    means, length = moments.batch_means @ weights.T, moments.batch_rows
    inflation = np.ones(len(weights))
    while len(means) >= _MIN_BATCHES:
        inflation = np.maximum(inflation, length * means.var(axis=0) / variance)
        even = len(means) // 2 * 2
        means, length = means[:even].reshape(-1, 2, means.shape[1]).mean(axis=1), 2 * length
    return np.asarray(np.clip(n_rows / inflation, 1.0, n_rows))


def relations_from(mean: Float64Array, covariance: Float64Array, shrinkage: float) -> Relations:
    """Residual weights from a covariance that is shrunk towards independent sensors.

    Parameters
    ----------
    mean : (n_sensors,) float64
        Mean of the standardised rows.
    covariance : (n_sensors, n_sensors) float64
        Their covariance.
    shrinkage : float
        Share of the unit matrix in the shrunk covariance, in (0, 1].

    Returns
    -------
    Relations
        Mean, precision and residual weights.

    References
    ----------
    Ledoit & Wolf, A well-conditioned estimator for large-dimensional covariance matrices, 2004;
    Alcala & Qin, Reconstruction-based contribution for process monitoring, Automatica 2009.
    """
    shrunk = (1 - shrinkage) * covariance + shrinkage * np.eye(len(covariance))
    precision = np.linalg.inv(shrunk)
    precision = (precision + precision.T) / 2
    return Relations(mean, precision, precision / precision.diagonal()[:, None])

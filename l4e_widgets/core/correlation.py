"""Which sensors move together: correlations of all pairs, and sensors that are alike side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Correlations", "correlations", "pair_correlations"]

FloatArray = npt.NDArray[np.floating]
Float64Array = npt.NDArray[np.float64]

MOST_ROWS = 20_000
FEWEST_PAIRS = 30
TOGETHER = 0.6
"""Sensors whose correlation is at least this on average are one group, whichever sign it has."""


def pair_correlations(values: FloatArray, *, fewest_pairs: int = FEWEST_PAIRS) -> Float64Array:
    """Pearson's correlation of all pairs of sensors, each over the rows that both have.

    Parameters
    ----------
    values : (n_rows, n_sensors) float
        Values in each sensor's unit, NaN is missing; a regular sample of 20 000 rows is looked at.
    fewest_pairs : int
        Rows that two sensors need in common.

    Returns
    -------
    (n_sensors, n_sensors) float64
        Minus 1 to 1; 0 on the diagonal, where a sensor never moves, and where two share too few rows.
    """
    n_rows, n_sensors = values.shape
    sample = np.asarray(values[:: max(1, -(-n_rows // MOST_ROWS))], dtype=np.float64)
    if not len(sample):
        return np.zeros((n_sensors, n_sensors))
    there = np.isfinite(sample)
    filled = there.astype(np.float64)
    counts = np.maximum(filled.sum(axis=0), 1)
    centred = np.where(there, sample, 0)
    # Squares of 1e300 overflow and those of 1e-300 vanish: each sensor is looked at in units of its largest value.
    centred = centred / np.maximum(np.abs(centred).max(axis=0), np.finfo(np.float64).tiny)
    centred = np.where(there, centred - centred.sum(axis=0) / counts, 0.0)
    pairs = filled.T @ filled
    size = np.sqrt(np.maximum((centred**2).T @ filled, 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (centred.T @ centred) / (size * size.T)
    found[(pairs < fewest_pairs) | ~np.isfinite(found)] = 0.0
    np.fill_diagonal(found, 0.0)
    clipped: Float64Array = found.clip(-1, 1)
    return clipped


@dataclass(frozen=True, eq=False, kw_only=True)
class Correlations:
    """How sensors move together, those that are alike side by side.

    Parameters
    ----------
    names : tuple of str
        Sensors in the order of the matrix.
    matrix : (n_sensors, n_sensors) float64
        Correlations, minus 1 to 1; the diagonal is 0.
    groups : tuple of tuple of str
        Sensors that move together, in the same order; one that follows no other is a group of its own.
    """

    names: tuple[str, ...]
    matrix: Float64Array
    groups: tuple[tuple[str, ...], ...]

    def of(self, one: str, other: str) -> float:
        """Correlation of two sensors.

        Parameters
        ----------
        one, other : str
            Names.

        Returns
        -------
        float
            Minus 1 to 1.
        """
        return float(self.matrix[self.names.index(one), self.names.index(other)])


def correlations(names: Sequence[str], values: FloatArray) -> Correlations:
    """Correlations of sensors, ordered by likeness.

    Parameters
    ----------
    names : sequence of str
        Names of the sensors.
    values : (n_rows, n_sensors) float
        Their values, NaN is missing.

    Returns
    -------
    Correlations
        Ordered by average linkage over one minus the size of the correlation, the largest group first.
    """
    found = pair_correlations(values)
    # Imported where it is needed: every reading of a file passes this module, and this costs a quarter of a second.
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage
    from scipy.spatial.distance import squareform

    if len(names) < 2:
        return Correlations(names=tuple(names), matrix=found, groups=tuple((name,) for name in names))
    distance = 1 - np.abs(found)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), method="average", optimal_ordering=len(names) <= 100)
    marks = fcluster(tree, 1 - TOGETHER, criterion="distance")
    leaves = [int(leaf) for leaf in leaves_list(tree)]
    members: dict[int, list[int]] = {}
    for leaf in leaves:
        members.setdefault(int(marks[leaf]), []).append(leaf)
    groups = sorted(members.values(), key=lambda group: (-len(group), leaves.index(group[0])))
    order = [place for group in groups for place in group]
    return Correlations(
        names=tuple(names[place] for place in order),
        matrix=found[np.ix_(order, order)],
        groups=tuple(tuple(names[place] for place in group) for group in groups),
    )

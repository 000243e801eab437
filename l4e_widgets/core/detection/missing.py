"""Missing values: filled with what the other sensors of the same row let expect."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["fill_conditional", "leaning", "unseen_spread"]

Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_LEAST_KEPT = 0.9


def fill_conditional(z: Float64Array, precision: Float64Array) -> tuple[Float64Array, BoolArray | None]:
    """Fill missing values by their conditional mean given the values the row has.

    Rows with the same sensors missing share one small solve. A row's filling depends on that row alone.

    Parameters
    ----------
    z : (n_rows, n_sensors) float64
        Standardised values (no unit); NaN is missing.
    precision : (n_sensors, n_sensors) float64
        Inverse of the shrunk covariance of `z`.

    Returns
    -------
    filled : (n_rows, n_sensors) float64
        `z` itself where nothing was missing, else a filled copy; a row without any value becomes zeros.
    observed : (n_rows, n_sensors) bool or None
        Where a value was there; None where nothing was missing.
    """
    if np.isfinite(z.sum()):
        return z, None
    observed = np.isfinite(z)
    if observed.all():
        return z, None
    filled = np.where(observed, z, 0.0)
    holed = np.flatnonzero(~observed.all(axis=1))
    packed = np.packbits(observed[holed], axis=1)
    _, first, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    cuts = np.searchsorted(group.ravel()[order], np.arange(1, len(first)))
    for pattern, members in zip(first, np.split(order, cuts), strict=True):
        seen = observed[holed[pattern]]
        if not seen.any():
            continue
        rows = holed[members]
        weights = -np.linalg.solve(precision[np.ix_(~seen, ~seen)], precision[np.ix_(~seen, seen)])
        filled[np.ix_(rows, ~seen)] = filled[np.ix_(rows, seen)] @ weights.T
    return filled, observed


def unseen_spread(observed: BoolArray, precision: Float64Array) -> Float64Array:
    """Sum over rows of the covariance that missing values have around their conditional mean.

    Filled values alone would make the sensors look more alike than they are; a sum of outer products of filled rows
    becomes an expectation when this is added.

    Parameters
    ----------
    observed : (n_rows, n_sensors) bool
        Where a value was there.
    precision : (n_sensors, n_sensors) float64
        What the rows were filled with.

    Returns
    -------
    (n_sensors, n_sensors) float64
        The sum, without unit.

    References
    ----------
    Dempster, Laird & Rubin, Maximum likelihood from incomplete data via the EM algorithm, 1977.
    """
    out = np.zeros_like(precision)
    packed = np.packbits(observed, axis=1)
    _, first, count = np.unique(packed, axis=0, return_index=True, return_counts=True)
    for row, rows in zip(first, count, strict=True):
        unseen = np.flatnonzero(~observed[row])
        if len(unseen):
            out[np.ix_(unseen, unseen)] += rows * np.linalg.inv(precision[np.ix_(unseen, unseen)])
    return out


def leaning(observed: BoolArray, precision: Float64Array) -> BoolArray:
    """Where a sensor's residual leans on filled values: its size then says less than usual.

    With values filled by their conditional mean the residual of a sensor shrinks to the square root of its precision
    among the observed sensors over that among all.

    Parameters
    ----------
    observed : (n_rows, n_sensors) bool
        Where a value was there.
    precision : (n_sensors, n_sensors) float64
        Inverse of the shrunk covariance, also what the rows were filled with.

    Returns
    -------
    (n_rows, n_sensors) bool
        True where a residual is smaller by a tenth or more than with all sensors there.
    """
    packed = np.packbits(observed, axis=1)
    _, first, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    least = _LEAST_KEPT**2 * precision.diagonal()
    out = np.zeros((len(first), observed.shape[1]), dtype=bool)
    for place, row in enumerate(first):
        seen, unseen = np.flatnonzero(observed[row]), np.flatnonzero(~observed[row])
        if len(seen) and len(unseen):
            cross = precision[np.ix_(unseen, seen)]
            told = np.linalg.solve(precision[np.ix_(unseen, unseen)], cross)
            out[place, seen] = precision.diagonal()[seen] - np.einsum("ij,ij->j", cross, told) < least[seen]
    return np.asarray(out[group.ravel()])

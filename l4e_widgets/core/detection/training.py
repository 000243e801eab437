"""The training rows: the kept ones, standardised, filled, in blocks with their breaks in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.columns import Columns
from l4e_widgets.core.detection.missing import fill_conditional
from l4e_widgets.core.detection.rhythm import Rhythm

__all__ = ["TrainingRows"]

Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Int64Array = npt.NDArray[np.int64]

_BLOCK = 1024


@dataclass(frozen=True, eq=False)
class TrainingRows:
    """Rows to learn from, read as standardised blocks so that no second copy of the data is made.

    Parameters
    ----------
    values : (n_all, n_columns) float
        The data in the sensors' units.
    rows : (n_rows,) int64 or None
        Rows to learn from, ascending; None for all.
    breaks : (n_breaks,) int64
        Kept rows (numbered from 0) that do not follow on the one before in time.
    columns : Columns
        Roles and scales.
    precision : (n_sensors, n_sensors) float64
        What missing values are filled with; empty until it is known.
    times : (n_all,) int64
        Nanoseconds UTC.
    rhythm : Rhythm
        What is taken off the standardised rows before anything else.
    puts_back : bool
        Whether it is added again once missing values are filled.
    """

    values: npt.NDArray[np.floating]
    rows: Int64Array | None
    breaks: Int64Array
    columns: Columns
    precision: Float64Array
    times: Int64Array
    rhythm: Rhythm
    puts_back: bool = False

    @property
    def n_rows(self) -> int:
        """Number of rows to learn from."""
        return len(self.values) if self.rows is None else len(self.rows)

    @property
    def n_sensors(self) -> int:
        """Number of modelled sensors."""
        return len(self.columns.modelled)

    def block(self, start: int, stop: int) -> tuple[Float64Array, BoolArray | None]:
        """Return standardised rows with missing values filled, and where a value was there.

        Parameters
        ----------
        start, stop : int
            Rows `[start, stop)` of those to learn from.

        Returns
        -------
        tuple
            Rows (n_rows, n_sensors) without unit, and a mask of that shape, None where nothing was missing.
        """
        chosen = self.columns.modelled
        part = self.values[start:stop] if self.rows is None else self.values[self.rows[start:stop]]
        z = part.astype(np.float64) if len(chosen) == part.shape[1] else part[:, chosen].astype(np.float64)
        z -= self.columns.centre[chosen]
        z *= 1.0 / self.columns.scale[chosen]
        if self.rhythm.is_on:
            by_clock = self.rhythm.at(self.clock(start, stop))
            z, observed = fill_conditional(z - by_clock, self.precision)
            return (z + by_clock if self.puts_back else z), observed
        return fill_conditional(z, self.precision)

    def clock(self, start: int, stop: int) -> Int64Array:
        """Return the times of rows to learn from.

        Parameters
        ----------
        start, stop : int
            Rows `[start, stop)`.

        Returns
        -------
        (n_rows,) int64
            Nanoseconds UTC.
        """
        return self.times[start:stop] if self.rows is None else self.times[self.rows[start:stop]]

    def blocks(self, start: int, stop: int) -> Iterator[tuple[int, Float64Array, BoolArray | None]]:
        """Give rows in blocks.

        Parameters
        ----------
        start, stop : int
            Rows `[start, stop)` of those to learn from.

        Returns
        -------
        iterator of tuple
            First row of the block, and what `block` returns for it.
        """
        for first in range(start, stop, _BLOCK):
            z, observed = self.block(first, min(first + _BLOCK, stop))
            yield first, z, observed

    def with_precision(self) -> TrainingRows:
        """Return the rows with a precision for filling, from pairs of sensors that were there together."""
        pairs = np.zeros((self.n_sensors, self.n_sensors))
        together = np.zeros_like(pairs)
        blank = replace(self, precision=np.eye(self.n_sensors))
        for _, z, observed in blank.blocks(0, self.n_rows):
            there = np.ones_like(z) if observed is None else observed.astype(np.float64)
            known = z * there
            pairs += known.T @ known
            together += there.T @ there
        covariance = pairs / np.maximum(together, 1.0)
        values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
        whole = (vectors * np.maximum(values, 0.0)) @ vectors.T
        return replace(self, precision=np.linalg.inv(0.99 * whole + 0.01 * np.eye(self.n_sensors)))

    def has_missing(self) -> bool:
        """Tell whether a modelled sensor misses a value in the training rows."""
        return bool((self.columns.present[self.columns.modelled] < 1).any())

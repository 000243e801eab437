"""What the values of one sensor come to, counted chunk by chunk: the same however the rows are cut."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.times import NS_PER_SECOND

__all__ = ["ColumnTally", "RegularSample"]

FloatArray = npt.NDArray[np.floating]
Int64Array = npt.NDArray[np.int64]

SAMPLE_ROWS = 20_000
MOST_DISTINCT = 4_000_000
"""Different values are counted up to here, and no further: the set of them would take more memory than it tells."""


@dataclass
class RegularSample:
    """Every n-th value, where n is the smallest power of two that leaves at most 20 000.

    Parameters
    ----------
    step : int
        The n so far.
    seen : int
        Values so far.
    """

    step: int = 1
    seen: int = 0
    _parts: list[FloatArray] = field(default_factory=list)
    _held: int = 0

    def add(self, values: FloatArray) -> None:
        """Take the next values.

        Parameters
        ----------
        values : (n,) float
            In any unit.
        """
        picked = values[-self.seen % self.step :: self.step]
        self.seen += len(values)
        self._parts.append(picked.astype(np.float64))
        self._held += len(picked)
        while self._held > SAMPLE_ROWS:
            thinned = np.concatenate(self._parts)[::2]
            self._parts, self._held = [thinned], len(thinned)
            self.step *= 2

    def values(self) -> npt.NDArray[np.float64]:
        """Return the sample in order, (n_sample,)."""
        return np.concatenate(self._parts) if self._parts else np.empty(0)


@dataclass
class ColumnTally:
    """Counts over the values of one sensor in order of time.

    Parameters
    ----------
    gap_ns : float
        A stretch without values longer than this is a large gap, in nanoseconds.
    n_rows, n_values : int
        Rows so far, and values that are there.
    start_ns, end_ns : int or None
        First and last value, nanoseconds UTC.
    first, last : float
        First and last value in the sensor's unit.
    lowest, highest : float
        In the sensor's unit.
    large_gaps : int
        Stretches without values longer than `gap_ns` between values.
    longest_gap_ns : int
        The longest of these.
    longest_flat_ns : int
        Longest time without a change of the value.
    rises, falls : bool
        Whether a value is ever above or below the one before it.
    n_changes : int
        Values that differ from the one before.
    sample : RegularSample
        Every n-th value.
    """

    gap_ns: float
    n_rows: int = 0
    n_values: int = 0
    start_ns: int | None = None
    end_ns: int | None = None
    first: float = np.nan
    last: float = np.nan
    lowest: float = np.inf
    highest: float = -np.inf
    large_gaps: int = 0
    longest_gap_ns: int = 0
    longest_flat_ns: int = 0
    rises: bool = False
    falls: bool = False
    n_changes: int = 0
    sample: RegularSample = field(default_factory=RegularSample)
    _flat_since: int = 0
    _distinct: pl.Series | None = None

    def add(self, times: Int64Array, column: FloatArray) -> None:
        """Take the next rows.

        Parameters
        ----------
        times : (n,) int64
            Nanoseconds UTC, after those before.
        column : (n,) float
            Values in the sensor's unit, NaN for missing.
        """
        self.n_rows += len(column)
        filled = ~np.isnan(column)
        if not filled.all():
            column, times = column[filled], times[filled]
        if not len(column):
            return
        self._count_gaps(times)
        self._count_moves(times, column)
        self.sample.add(column)
        self._count_distinct(column)
        self.lowest = min(self.lowest, float(column.min()))
        self.highest = max(self.highest, float(column.max()))
        self.n_values += len(column)
        self.last, self.end_ns = float(column[-1]), int(times[-1])

    def _count_gaps(self, times: Int64Array) -> None:
        steps = np.diff(times, prepend=times[0] if self.end_ns is None else self.end_ns)
        large = steps[steps > self.gap_ns]
        self.large_gaps += len(large)
        self.longest_gap_ns = max(self.longest_gap_ns, int(large.max(initial=0)))

    def _count_moves(self, times: Int64Array, column: FloatArray) -> None:
        if self.start_ns is None:
            self.start_ns, self.first, self.last = int(times[0]), float(column[0]), float(column[0])
            self._flat_since = int(times[0])
        if column[0] != self.last:
            self.rises |= bool(column[0] > self.last)
            self.falls |= bool(column[0] < self.last)
            self.n_changes += 1
            self._flat_since = int(times[0])
        changes = np.flatnonzero(column[1:] != column[:-1])
        self.n_changes += len(changes)
        if len(changes):
            starts = np.concatenate(([self._flat_since], times[changes + 1]))
            ends = np.append(times[changes], times[-1])
            self.longest_flat_ns = max(self.longest_flat_ns, int((ends - starts).max()))
            self._flat_since = int(starts[-1])
            self.rises = self.rises or bool((column[1:] > column[:-1]).any())
            self.falls = self.falls or bool((column[1:] < column[:-1]).any())
        self.longest_flat_ns = max(self.longest_flat_ns, int(times[-1]) - self._flat_since)

    def _count_distinct(self, column: FloatArray) -> None:
        if self._distinct is not None and len(self._distinct) >= MOST_DISTINCT:
            return
        values = pl.Series(column)
        fresh = values if self._distinct is None else pl.concat([self._distinct.cast(values.dtype), values])
        self._distinct = fresh.unique()

    @property
    def distinct_values(self) -> int:
        """How many different values there are, at most `MOST_DISTINCT`."""
        return 0 if self._distinct is None else min(len(self._distinct), MOST_DISTINCT)

    def direction(self) -> str:
        """Direction of values that never turn; two levels with one change between them are a state, no trend."""
        if not self.n_values:
            return ""
        if not self.n_changes:
            return "STATIC"
        if (self.rises and self.falls) or self.n_changes < 2:
            return ""
        return "INCREASING" if self.rises else "DECREASING"

    def gaps(self, first_ns: int, last_ns: int) -> tuple[int, float]:
        """Large stretches without values, those at both ends of the rows among them.

        Parameters
        ----------
        first_ns, last_ns : int
            First and last row, nanoseconds UTC.

        Returns
        -------
        count : int
            How many.
        longest_s : float
            The longest of them in seconds, 0 where there are none.
        """
        if self.start_ns is None or self.end_ns is None:
            return 0, 0.0
        ends = [gap for gap in (self.start_ns - first_ns, last_ns - self.end_ns) if gap > self.gap_ns]
        return self.large_gaps + len(ends), max([self.longest_gap_ns, *ends]) / NS_PER_SECOND

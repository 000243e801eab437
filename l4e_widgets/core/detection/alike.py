"""What the past holds that looks like a stretch: signatures by how far and how widely each sensor departed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.contract import Detector, DetectorState
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.times import TimeRange

__all__ = ["AlikeStretch", "Signatures", "cell_rows_for", "cell_sums", "find_alike", "likeness", "signatures"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

_MOST_CELLS = 65_536
_CLIP = 50.0
_BAND_TO_SD = 1.96


@dataclass(frozen=True)
class AlikeStretch:
    """A stretch that looks like another.

    Parameters
    ----------
    span : TimeRange
        `[start, end)`.
    likeness : float
        1 for the same pattern at the same size, 0 for none.
    """

    span: TimeRange
    likeness: float


@dataclass(frozen=True, eq=False)
class Signatures:
    """How the sensors departed from what was expected, cell by cell along the whole history.

    Parameters
    ----------
    starts, ends : (n_cells,) int64
        `[start, end)` of each cell in nanoseconds UTC, in order of time.
    rows : (n_cells,) int64
        Rows of each cell.
    level : (n_cells, n_sensors) float32
        Mean deviation from the expected value in normal standard deviations; 0 where nothing is known.
    power : (n_cells, n_sensors) float32
        Mean squared deviation in the same unit.
    """

    starts: Int64Array
    ends: Int64Array
    rows: Int64Array
    level: npt.NDArray[np.float32]
    power: npt.NDArray[np.float32]

    def to_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the signatures as named arrays, for a file."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Signatures:
        """Rebuild signatures from what `to_arrays` gave.

        Parameters
        ----------
        arrays : mapping of str to array
            Named arrays.

        Returns
        -------
        Signatures
            The same signatures.

        Raises
        ------
        DataError
            An array is absent.
        """
        missing = [name for name in cls.__dataclass_fields__ if name not in arrays]
        if missing:
            raise DataError(f"The signatures lack {', '.join(missing)}.", fix="Make them again.")
        return cls(
            np.asarray(arrays["starts"], dtype=np.int64),
            np.asarray(arrays["ends"], dtype=np.int64),
            np.asarray(arrays["rows"], dtype=np.int64),
            np.asarray(arrays["level"], dtype=np.float32),
            np.asarray(arrays["power"], dtype=np.float32),
        )

    def cells(self, span: TimeRange) -> tuple[int, int]:
        """Return the cells that a range touches as `[first, last)`; at least one.

        Parameters
        ----------
        span : TimeRange
            The range.

        Returns
        -------
        tuple of int
            Numbers of cells.
        """
        first = int(np.searchsorted(self.ends, span.start, side="right"))
        last = int(np.searchsorted(self.starts, span.end, side="left"))
        first = min(first, len(self.starts) - 1)
        return first, max(last, first + 1)

    def pattern(self, span: TimeRange) -> Float64Array:
        """Pattern of a range.

        Parameters
        ----------
        span : TimeRange
            The range.

        Returns
        -------
        (2 n_sensors,) float64
            For `likeness`.
        """
        first, last = self.cells(span)
        weight = self.rows[first:last].astype(np.float64)[:, None]
        total = max(float(weight.sum()), 1.0)
        level = (self.level[first:last] * weight).sum(axis=0) / total
        return _pattern(level, (self.power[first:last] * weight).sum(axis=0) / total)


def _pattern(level: Float64Array, power: Float64Array) -> Float64Array:
    """Pattern of means: what lies within one standard deviation counts nothing, what lies beyond its logarithm."""
    direction = np.sign(level) * np.log1p(np.maximum(np.abs(level) - 1.0, 0.0))
    return np.concatenate([direction, 0.5 * np.log(np.maximum(power, 1.0))], axis=-1)


def likeness(pattern: Float64Array, others: Float64Array) -> Float64Array:
    """How much patterns look like one: 1 for the same, 0 for nothing in common.

    Parameters
    ----------
    pattern : (n_features,) float64
        The one.
    others : (n_patterns, n_features) float64
        The others.

    Returns
    -------
    (n_patterns,) float64
        Twice the inner product over the sum of both squared lengths: direction and size both count.
    """
    whole = np.square(others).sum(axis=-1) + float(pattern @ pattern)
    return np.asarray(np.maximum(2.0 * (others @ pattern) / np.maximum(whole, 1e-9), 0.0))


def cell_rows_for(n_rows: int) -> int:
    """Rows of a cell for a history: the smallest power of two that needs at most 65,536 cells.

    Parameters
    ----------
    n_rows : int
        Rows of the history.

    Returns
    -------
    int
        1, 2, 4, 8, ...
    """
    rows = 1
    while n_rows > rows * _MOST_CELLS:
        rows *= 2
    return rows


def cell_sums(
    values: npt.NDArray[np.floating], expected: npt.NDArray[np.floating], half_band: npt.NDArray[np.floating], rows: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Mean deviation and mean squared deviation of each cell.

    Parameters
    ----------
    values, expected : (n_rows, n_sensors) float
        Measured and expected, in the sensors' units.
    half_band : (n_sensors,) float
        Half width of the band that holds 95 % of normal rows.
    rows : int
        Rows of a cell; the last one may be shorter.

    Returns
    -------
    tuple of (n_cells, n_sensors) float32
        In normal standard deviations, and squared ones.
    """
    unit = np.where(half_band > 0, half_band, np.inf) / _BAND_TO_SD
    off = np.clip(np.nan_to_num((values - expected) / unit, posinf=0.0, neginf=0.0), -_CLIP, _CLIP)
    starts = np.arange(0, len(off), rows)
    known = np.maximum(np.add.reduceat(np.isfinite(values - expected).astype(np.float64), starts), 1.0)
    level = np.add.reduceat(off, starts) / known
    power = np.add.reduceat(np.square(off), starts) / known
    return level.astype(np.float32), power.astype(np.float32)


def signatures(
    detector: Detector,
    values: npt.NDArray[np.floating],
    timestamps: Int64Array,
    *,
    step_ns: int,
    states: Sequence[DetectorState | None],
    state_rows: Int64Array,
) -> Signatures:
    """Signatures of a whole history.

    Parameters
    ----------
    detector : Detector
        Fitted.
    values : (n_rows, n_sensors) float
        In the sensors' units, NaN for missing.
    timestamps : (n_rows,) int64
        Nanoseconds UTC.
    step_ns : int
        Time between rows.
    states : sequence of DetectorState or None
        States along the rows.
    state_rows : (n_states,) int64
        Rows before which they hold; the first is 0.

    Returns
    -------
    Signatures
        At most 65,536 cells and one a state.
    """
    size = cell_rows_for(len(values))
    levels, powers, starts, ends, counts = [], [], [], [], []
    bounds = [*state_rows.tolist(), len(values)]
    for state, first, last in zip(states, bounds[:-1], bounds[1:], strict=True):
        rows = slice(first, last)
        told = detector.expected(values[rows], timestamps=timestamps[rows], state=state)
        level, power = cell_sums(values[rows], told.value, told.half_band, size)
        cells = np.arange(first, last, size)
        after = np.minimum(cells + size, last)
        levels.append(level)
        powers.append(power)
        starts.append(timestamps[cells])
        ends.append(timestamps[after - 1] + step_ns)
        counts.append(after - cells)
    return Signatures(
        np.concatenate(starts),
        np.concatenate(ends),
        np.concatenate(counts),
        np.concatenate(levels),
        np.concatenate(powers),
    )


def find_alike(
    whole: Signatures, query: TimeRange, *, most: int = 10, least: float = 0.3, exclude: Sequence[TimeRange] = ()
) -> tuple[AlikeStretch, ...]:
    """Find the stretches of the history that look most like one of it.

    Parameters
    ----------
    whole : Signatures
        The history.
    query : TimeRange
        The stretch; stretches of the same number of cells are compared.
    most : int
        How many are returned.
    least : float
        Likeness below which a stretch is left out.
    exclude : sequence of TimeRange
        Where not to look; the query itself is never returned.

    Returns
    -------
    tuple of AlikeStretch
        Most alike first, without overlap.
    """
    first, last = whole.cells(query)
    length = last - first
    values = _alike_windows(whole, whole.pattern(query), length)
    for span in (query, *exclude):
        a, b = whole.cells(span)
        values[max(a - length + 1, 0) : b] = -1.0
    found: list[AlikeStretch] = []
    while len(found) < most and len(values):
        best = int(np.argmax(values))
        if values[best] < max(least, 1e-12):
            break
        span = TimeRange(int(whole.starts[best]), int(whole.ends[best + length - 1]))
        found.append(AlikeStretch(span, float(values[best])))
        values[max(best - length + 1, 0) : best + length] = -1.0
    return tuple(found)


def _alike_windows(whole: Signatures, pattern: Float64Array, length: int) -> Float64Array:
    """Likeness of every window of so many cells."""
    n_cells = len(whole.starts)
    if length > n_cells:
        return np.empty(0)
    weight = whole.rows.astype(np.float64)
    total = np.cumsum(np.concatenate([[0.0], weight]))
    count = (total[length:] - total[:-length])[:, None]
    means = []
    for part in (whole.level, whole.power):
        summed = np.zeros((n_cells + 1, part.shape[1]))
        np.cumsum(part * weight[:, None], axis=0, out=summed[1:])
        means.append((summed[length:] - summed[:-length]) / count)
    return likeness(pattern, _pattern(*means))

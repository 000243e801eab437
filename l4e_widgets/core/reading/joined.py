"""Columns of several files as one, read in chunks: rows of the same time meet, and the last file wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.columns import ROWS_A_CHUNK
from l4e_widgets.core.reading.kinds import widened
from l4e_widgets.core.reading.part import Part

__all__ = ["JoinedColumns"]

FloatArray = npt.NDArray[np.floating]
Int64Array = npt.NDArray[np.int64]
Rows = slice | npt.NDArray[np.intp]
_MOST_PLACES = 16


@dataclass(frozen=True)
class JoinedColumns:
    """Columns of several files by name.

    Parameters
    ----------
    parts : sequence of Part
        The files; where the same column has the same time in several, the last file wins.
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing: all times of all files.
    coded : mapping of (place, str) to (n_rows,) float32
        Numbers of the columns of words, by place of the file and name.
    """

    parts: Sequence[Part]
    timestamps: Int64Array
    coded: Mapping[tuple[int, str], FloatArray]
    _places: dict[tuple[int, int, int], tuple[Rows, slice]] = field(default_factory=dict)

    def dtype(self, name: str) -> np.dtype[np.floating]:
        """Precision of one column.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        dtype
            Single only where every file has it so.
        """
        found = [self._column(place, name).dtype for place, part in enumerate(self.parts) if name in part.columns]
        return np.dtype(np.float32 if all(kind == np.float32 for kind in found) else np.float64)

    def _column(self, place: int, name: str) -> FloatArray:
        numbers = self.parts[place].numbers
        return numbers[name] if name in numbers else self.coded[place, name]

    def read(self, name: str, start: int, stop: int, dtype: np.dtype[np.floating]) -> FloatArray:
        """Values of one column.

        Parameters
        ----------
        name : str
            Its name.
        start, stop : int
            Places of the first row and of the row after the last.
        dtype : dtype
            Precision to return; single only where `dtype` of the column is.

        Returns
        -------
        (stop - start,) float
            In the sensor's unit, NaN for missing.
        """
        holding = [place for place, part in enumerate(self.parts) if name in part.columns]
        values: FloatArray | None = None
        for place in holding:
            rows, own = self._rows(place, start, stop)
            column = np.asarray(self._column(place, name)[own])
            exact = column if column.dtype == dtype else widened(column)
            if len(holding) == 1 and isinstance(rows, slice) and len(exact) == stop - start:
                return exact
            if values is None:
                values = np.full(stop - start, np.nan, dtype=dtype)
            values[rows] = exact
        return np.full(stop - start, np.nan, dtype=dtype) if values is None else values

    def chunks(self, name: str, rows: int = ROWS_A_CHUNK) -> Iterator[FloatArray]:
        """Values of one column in order of time, in its own precision.

        Parameters
        ----------
        name : str
            Its name.
        rows : int
            Rows of a chunk.

        Yields
        ------
        (n_chunk,) float
            The next values.
        """
        dtype = self.dtype(name)
        for start in range(0, len(self.timestamps), rows):
            yield self.read(name, start, min(start + rows, len(self.timestamps)), dtype)

    def _rows(self, place: int, start: int, stop: int) -> tuple[Rows, slice]:
        """Where the rows of a file stand among those asked for, and which of its rows lie there."""
        if len(self.parts) == 1:
            return slice(None), slice(start, stop)
        key = place, start, stop
        if key not in self._places:
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
            self._places[key] = _shared_rows(self.timestamps[start:stop], self.parts[place].timestamps)
        return self._places[key]


def _shared_rows(times: Int64Array, own: Int64Array) -> tuple[Rows, slice]:
    if not len(times):
        return slice(0, 0), slice(0, 0)
    low, high = np.searchsorted(own, [times[0], times[-1] + 1])
    inside = slice(int(low), int(high))
    return slice(None) if high - low == len(times) else np.searchsorted(times, own[inside]), inside

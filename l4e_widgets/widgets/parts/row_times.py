"""The moments of a source's rows, so that what is drawn by hand lands on them."""

from __future__ import annotations

import numpy as np

from l4e_widgets.core.series_source import SeriesSource
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange

__all__ = ["RowTimes"]

ROWS_TO_JUDGE = 20


class RowTimes:
    """Nearest row of a moment, found by reading a little around it.

    Parameters
    ----------
    source : SeriesSource
        The rows.
    """

    def __init__(self, source: SeriesSource) -> None:
        self._source = source
        self._sensors = [sensor.id for sensor in source.sensors[:1]]
        self.span: TimeRange = source.span
        self.step_ns = self._usual_step()

    def _usual_step(self) -> int:
        """Usual distance of rows, from the first of them."""
        length = NS_PER_SECOND
        while True:
            rows = self._between(self.span.start, self.span.start + length)
            if len(rows) >= ROWS_TO_JUDGE or length > self.span.end - self.span.start:
                return int(np.median(np.diff(rows))) if len(rows) > 1 else NS_PER_SECOND
            length *= 8

    def _between(self, start: int, end: int) -> np.ndarray:
        return self._source.read(self._sensors, max(start, self.span.start), min(end, self.span.end)).timestamps

    def nearest(self, moment: int) -> int:
        """Moment of the nearest row, or the end of the data where that is nearer.

        Parameters
        ----------
        moment : int
            Nanoseconds UTC; one outside the data is taken as its first or last moment.

        Returns
        -------
        int
            Nanoseconds UTC.
        """
        moment = min(max(moment, self.span.start), self.span.end)
        reach = self.step_ns
        while True:
            rows = self._between(moment - reach, moment + reach + 1)
            if len(rows):
                best = int(rows[np.argmin(np.abs(rows - moment))])
                return self.span.end if self.span.end - moment < abs(best - moment) else best
            reach *= 8

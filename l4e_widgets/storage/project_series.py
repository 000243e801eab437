"""The rows of a project: the series of its clocks as one source, joined where they are read together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from l4e_widgets.core.clocks import at_times, joined_at_rate
from l4e_widgets.core.detail import Window
from l4e_widgets.core.errors import StorageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.merging import merge_blocks
from l4e_widgets.core.precision import widened
from l4e_widgets.core.sampling import Resampled, resample
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.layout import MAIN_CLOCK, ProjectKeys
from l4e_widgets.storage.records import DatasetRecord, SeriesManifest
from l4e_widgets.storage.series import StoredSeries, chosen_sensors

__all__ = ["ProjectSeries", "clock_names"]


def clock_names(documents: Documents, project: ProjectKeys) -> list[str]:
    """Names of the clocks that have a manifest.

    Parameters
    ----------
    documents : Documents
        Where the project lies.
    project : ProjectKeys
        Keys of the project.

    Returns
    -------
    list of str
        The main clock first.
    """
    found = documents.store.children(f"{project.root}/series")
    held = [name for name in found if documents.store.exists(f"{project.series(name)}/manifest.json")]
    return sorted(held, key=lambda name: (name != MAIN_CLOCK, name))


class ProjectSeries:
    """All rows of a project as one source.

    Parameters
    ----------
    documents : Documents
        Where the project lies.
    project : ProjectKeys
        Keys of the project.
    dataset : DatasetRecord
        Says which sensors there are and which appends are finished.

    Raises
    ------
    StorageError
        A sensor is in none of its series.
    """

    def __init__(self, documents: Documents, project: ProjectKeys, dataset: DatasetRecord) -> None:
        self.sensors: tuple[Sensor, ...] = dataset.sensors
        self.clocks: dict[str, StoredSeries] = {}
        self._clock_of: dict[str, str] = {}
        for name in clock_names(documents, project):
            held = set(documents.get(f"{project.series(name)}/manifest.json", SeriesManifest).value.sensors)
            records = [sensor for sensor in self.sensors if sensor.id in held]
            series = StoredSeries(documents, project.series(name), records, revision=dataset.revision)
            if series.parts and records:
                self.clocks[name] = series
                self._clock_of |= {sensor.id: name for sensor in records}
        lost = [sensor.name for sensor in self.sensors if sensor.id not in self._clock_of]
        if lost:
            raise StorageError(
                f"The stored data lacks the sensor {lost[0]}.",
                where=project.root,
                fix="Restore the project from a backup, or create it again from its files.",
            )

    @property
    def span(self) -> TimeRange:
        """Range from the first row to just after the last."""
        spans = [series.span for series in self.clocks.values()]
        return TimeRange(min(span.start for span in spans), max(span.end for span in spans))

    def clock_of(self, sensor: str) -> str:
        """Return the name of the clock of a sensor.

        Parameters
        ----------
        sensor : str
            Its id.

        Returns
        -------
        str
            Name of the clock.
        """
        return self._clock_of[sensor]

    def _by_clock(self, chosen: Sequence[Sensor]) -> dict[str, list[str]]:
        """Return the ids of the chosen sensors by clock; every clock where none is chosen."""
        if not chosen:
            return {name: [] for name in self.clocks}
        found: dict[str, list[str]] = {}
        for sensor in chosen:
            found.setdefault(self._clock_of[sensor.id], []).append(sensor.id)
        return found

    def read(
        self, sensors: Sequence[str] | None = None, start: int | None = None, end: int | None = None
    ) -> SensorFrame:
        """Return the rows of `[start, end)`.

        Parameters
        ----------
        sensors : sequence of str, optional
            Ids or names; all where absent.
        start, end : int, optional
            Nanoseconds UTC; open where absent.

        Returns
        -------
        SensorFrame
            The rows of every clock among the sensors; where clocks differ, a sensor is missing in the rows of others.

        Raises
        ------
        NotFound
            A sensor is unknown.
        StorageError
            A part is missing or damaged.
        """
        chosen = chosen_sensors(self.sensors, sensors)
        groups = self._by_clock(chosen)
        frames = [self.clocks[name].read(ids, start, end) for name, ids in groups.items()]
        if len(frames) == 1:
            return frames[0].select([sensor.id for sensor in chosen])
        place = {sensor.id: index for index, sensor in enumerate(chosen)}
        blocks = []
        for frame in frames:
            values = np.full((len(frame), len(chosen)), np.nan)
            for index, sensor in enumerate(frame.sensors):
                values[:, place[sensor.id]] = widened(frame.values[:, index])
            blocks.append((frame.timestamps, values))
        return SensorFrame(*merge_blocks(blocks, len(chosen)), chosen)

    def at_rate(
        self,
        sensors: Sequence[str] | None,
        rate_s: float,
        *,
        step_s: float | None = None,
        start: int | None = None,
        end: int | None = None,
    ) -> Resampled:
        """Rows at a sampling rate, joined over clocks.

        Parameters
        ----------
        sensors : sequence of str or None
            Ids or names; all where None.
        rate_s : float
            Sampling rate in seconds.
        step_s : float, optional
            Median distance of rows of the whole record in seconds.
        start, end : int, optional
            Nanoseconds UTC; open where absent.

        Returns
        -------
        Resampled
            The frame, and for each row of `read` with the same arguments the row of the frame it went into. A clock
            slower than the rate is held from row to row, never across a gap of its own.

        Raises
        ------
        NotFound
            A sensor is unknown.
        """
        chosen = chosen_sensors(self.sensors, sensors)
        groups = self._by_clock(chosen)
        stored = self.read(sensors, start, end)
        if len(groups) < 2:
            return resample(stored, rate_s, step_s=step_s)
        holds = [self.clocks[name].gap_ns for name in groups]
        frames = [
            self.clocks[name].read(ids, None if start is None else start - hold, end)
            for (name, ids), hold in zip(groups.items(), holds, strict=True)
        ]
        joined = joined_at_rate(frames, rate_s, holds, start=start).select([sensor.id for sensor in chosen])
        bins = np.searchsorted(joined.timestamps, stored.timestamps, side="right") - 1
        return Resampled(joined, bins.astype(np.int64))

    def window(self, sensors: Sequence[str], start: int, end: int, pixels: int) -> Window:
        """Rows to draw of `[start, end)`.

        Parameters
        ----------
        sensors : sequence of str
            Ids or names.
        start, end : int
            Nanoseconds UTC.
        pixels : int
            Width of the plot.

        Returns
        -------
        Window
            At most two points a pixel and sensor. Where clocks differ they share the pixels, and a slower one is held
            from row to row, never across a gap of its own.

        Raises
        ------
        NotFound
            A sensor is unknown.
        UsageError
            The window has no extent.
        """
        chosen = chosen_sensors(self.sensors, sensors)
        groups = self._by_clock(chosen)
        if len(groups) == 1:
            name = next(iter(groups))
            return self.clocks[name].window([sensor.id for sensor in chosen], start, end, pixels)
        share = max(1, pixels // len(groups))
        drawn = [self.clocks[name].window(ids, start, end, share) for name, ids in groups.items()]
        times = np.unique(np.concatenate([part.timestamps for part in drawn]))
        place = {sensor.id: index for index, sensor in enumerate(chosen)}
        values = np.full((len(times), len(chosen)), np.nan)
        for part, name in zip(drawn, groups, strict=True):
            held = at_times(SensorFrame(part.timestamps, part.values, part.sensors), times, self._hold(name, part))
            for index, sensor in enumerate(part.sensors):
                values[:, place[sensor.id]] = held[:, index]
        return Window(times, values, chosen, all(part.is_raw for part in drawn))

    def _hold(self, clock: str, part: Window) -> int:
        """Return how long a drawn row counts: a gap's length, and longer where pixels are wider than that."""
        widest = int(np.max(np.diff(part.timestamps))) + 1 if len(part.timestamps) > 1 and not part.is_raw else 0
        return max(self.clocks[clock].gap_ns, widest)

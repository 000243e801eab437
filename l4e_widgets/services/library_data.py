"""The data of a project, as the library shows it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.services import datasets
from l4e_widgets.services.context import Context
from l4e_widgets.services.library_quality import ShownQuality
from l4e_widgets.services.showing import Shown

__all__ = ["Dataset"]

Moment = str | pd.Timestamp | int


class Dataset(Shown):
    """The data of a project.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    def __init__(self, context: Context, project: str) -> None:
        self.context = context
        self.project = project

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Its sensors, in the order of the file."""
        return datasets.sensors(self.context, self.project)

    @property
    def quality(self) -> ShownQuality:
        """Grade of every sensor with its reasons."""
        return ShownQuality.showing(datasets.quality(self.context, self.project))

    def read(
        self, sensors: Sequence[str] | None = None, start: Moment | None = None, end: Moment | None = None
    ) -> pd.DataFrame:
        """Return rows as they were ingested.

        Parameters
        ----------
        sensors : sequence of str, optional
            Names; all where absent.
        start, end : str, Timestamp or int, optional
            `[start, end)`, UTC where no zone is given; open where absent.

        Returns
        -------
        DataFrame
            UTC time index, one column a sensor in its unit, NaN where missing.

        Raises
        ------
        NotFound
            A sensor is unknown.
        """
        record = datasets.dataset_record(self.context, self.project)
        first = record.span.start if start is None else to_ns(start)
        last = record.span.end if end is None else to_ns(end)
        wanted = None if sensors is None else tuple(sensors)
        span = TimeRange(first, last)
        return datasets.read_rows(self.context, self.project, sensors=wanted, span=span).to_dataframe()

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        record = datasets.dataset_record(self.context, self.project)
        return tuple((str(number), sentence) for number, sentence in enumerate(record.sentences, start=1))

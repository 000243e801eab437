"""A chosen range of a project's data against the rest of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from l4e_widgets.core.distributions import Distribution, shared_histograms
from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import series_source

__all__ = ["RangeValues", "range_values"]

MOST_VALUES = 200_000
"""Of more values a regular sample of this many is taken: no bin of a histogram changes visibly."""


@dataclass(frozen=True, eq=False)
class RangeValues:
    """Values of one sensor, inside and outside of a range.

    Parameters
    ----------
    sensor : Sensor
        Its record.
    groups : tuple of Distribution
        The range and the rest; one group where no range is chosen.
    """

    sensor: Sensor
    groups: tuple[Distribution, ...]

    @property
    def apart(self) -> float | None:
        """Share of the two that does not overlap, 0 to 1; None where no range is chosen or it holds no value."""
        return shared_histograms([group.values for group in self.groups]).apart


def range_values(
    context: Context, project: str, sensors: Sequence[str], span: TimeRange | None = None
) -> tuple[RangeValues, ...]:
    """Values of sensors in a range and in the rest of the data.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    sensors : sequence of str
        Ids or names.
    span : TimeRange, optional
        `[start, end)`; all values are one group where absent.

    Returns
    -------
    tuple of RangeValues
        One a sensor, in the same order.

    Raises
    ------
    UsageError
        The range lies outside of the data.
    NotFound
        There is no such project or sensor.
    """
    source = series_source(context, project)
    whole = source.span
    if span is not None and not (span.start < whole.end and whole.start < span.end):
        raise UsageError("The chosen range lies outside of the data.", fix="Choose a range inside of it.")
    told = []
    for name in sensors:
        frame = source.read([name], whole.start, whole.end)
        values = frame.values[:, 0]
        if span is None:
            groups = [Distribution(name="all values", values=_sampled(values), meaning="train")]
        else:
            start, end = np.searchsorted(frame.timestamps, [span.start, span.end])
            rest = np.concatenate((values[:start], values[end:]))
            groups = [
                Distribution(name="chosen range", values=_sampled(values[start:end]), meaning="eval"),
                Distribution(name="the rest", values=_sampled(rest), meaning="train"),
            ]
        told.append(RangeValues(frame.sensors[0], tuple(groups)))
    return tuple(told)


def _sampled(values: np.ndarray) -> np.ndarray:
    return values[:: max(1, -(-len(values) // MOST_VALUES))]

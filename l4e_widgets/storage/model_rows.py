"""The rows a model sees: its sensors at its rate, with its digits, while the machine runs; for training and reading."""

from __future__ import annotations

from collections.abc import Mapping

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.off_time import OffTime, off_rows, off_stretches
from l4e_widgets.core.rounding import rounded
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.project_series import ProjectSeries
from l4e_widgets.storage.records import TrainingRequest

__all__ = ["model_rows", "off_stretches_of"]


def model_rows(
    series: ProjectSeries,
    request: TrainingRequest,
    *,
    step_s: float,
    digits: Mapping[str, float],
    start: int | None = None,
    end: int | None = None,
) -> SensorFrame:
    """Rows of `[start, end)` as a model sees them.

    Parameters
    ----------
    series : ProjectSeries
        Rows as they were ingested.
    request : TrainingRequest
        Says which sensors and which sampling rate.
    step_s : float
        Median distance of rows of the whole series in seconds.
    digits : mapping of str to float
        Step of the decimal grid by sensor id, where the model was trained on rounded rows.
    start, end : int, optional
        Nanoseconds UTC; open where absent.

    Returns
    -------
    SensorFrame
        (n_rows, n_sensors) at the model's sampling rate, without the rows in which the machine was off.
    """
    off_time = request.off_time
    names = list(request.sensors)
    if off_time is not None and off_time.sensor not in names:
        names.append(off_time.sensor)
    frame = series.at_rate(names, request.sampling_rate_s, step_s=step_s, start=start, end=end).frame
    if off_time is not None:
        runs = ~off_rows(frame.values[:, names.index(off_time.sensor)], off_time)
        kept = slice(None, len(request.sensors))
        frame = SensorFrame(frame.timestamps[runs], frame.values[runs, kept], frame.sensors[kept])
    return rounded(frame, digits)


def off_stretches_of(
    series: ProjectSeries, off_time: OffTime | None, *, rate_s: float, step_s: float
) -> tuple[TimeRange, ...]:
    """When the machine was off, over all rows of a project.

    Parameters
    ----------
    series : ProjectSeries
        Rows as they were ingested.
    off_time : OffTime or None
        The condition.
    rate_s : float
        Sampling rate of the model in seconds.
    step_s : float
        Median distance of rows of the whole series in seconds.

    Returns
    -------
    tuple of TimeRange
        In order of time; empty without a condition.
    """
    if off_time is None:
        return ()
    frame = series.at_rate([off_time.sensor], rate_s, step_s=step_s).frame
    return off_stretches(frame.timestamps, off_rows(frame.values[:, 0], off_time))

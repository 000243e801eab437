"""Off-time of a project: when its machine stood still, and what that takes away."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.off_time import OffTime
from l4e_widgets.core.ranges import rows_inside
from l4e_widgets.core.times import TimeRange
from l4e_widgets.figures.wording import count_text, share_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, project_series
from l4e_widgets.storage.model_rows import off_stretches_of

__all__ = ["off_stretches", "running_rows"]


def off_stretches(
    context: Context, project: str, off_time: OffTime | None, sampling_rate_s: float
) -> tuple[TimeRange, ...]:
    """Return when the machine of a project was off.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    off_time : OffTime or None
        The condition.
    sampling_rate_s : float
        Sampling rate that a model works at, in seconds.

    Returns
    -------
    tuple of TimeRange
        In order of time; empty without a condition.

    Raises
    ------
    NotFound
        The sensor of the condition is not in the project.
    """
    if off_time is None:
        return ()
    record = dataset_record(context, project)
    series = project_series(context, project)
    return off_stretches_of(series, off_time, rate_s=sampling_rate_s, step_s=record.median_step_s)


def running_rows(
    context: Context,
    project: str,
    off_time: OffTime | None,
    timestamps: npt.NDArray[np.int64],
    sampling_rate_s: float,
) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Leave the rows in which the machine of a project runs.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    off_time : OffTime or None
        The condition; None leaves every row.
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing.
    sampling_rate_s : float
        Sampling rate that a model works at, in seconds.

    Returns
    -------
    timestamps : (n_running,) int64
        Those in which it runs.
    words : tuple of str
        What off-time takes away; empty without a condition.

    Raises
    ------
    DataError
        The machine would never run.
    NotFound
        The sensor of the condition is not in the project.
    """
    if off_time is None:
        return timestamps, ()
    record = dataset_record(context, project)
    stopped = off_stretches(context, project, off_time, sampling_rate_s)
    runs = rows_inside(timestamps, record.span, stopped)
    text = off_time.to_text(record.sensors)
    if not runs.any():
        raise DataError(
            f"With off-time {text} the machine never runs: no row is left.", fix="Choose another threshold or sign."
        )
    if not stopped:
        return timestamps, (f"Off-time {text} takes nothing away: the sensor is never there.",)
    share = share_text(1 - float(runs.mean()))
    stretches = count_text(len(stopped), "stretch", "stretches")
    return timestamps[runs], (
        f"Off while {text}: {share} of the rows in {stretches}, neither learned from nor judged.",
    )

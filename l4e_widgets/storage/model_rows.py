"""The rows a model sees: its sensors, at its sampling rate, with its digits. Training and reading share it."""

from __future__ import annotations

from collections.abc import Mapping

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.rounding import rounded
from l4e_widgets.storage.project_series import ProjectSeries
from l4e_widgets.storage.records import TrainingRequest

__all__ = ["model_rows"]


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
        (n_rows, n_sensors) at the model's sampling rate.
    """
    rows = series.at_rate(request.sensors, request.sampling_rate_s, step_s=step_s, start=start, end=end)
    return rounded(rows.frame, digits)

"""Bringing values to a decimal grid, so that two stretches of one record carry the same digits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from l4e_widgets.core.frame import SensorFrame

__all__ = ["rounded"]


def rounded(frame: SensorFrame, steps: Mapping[str, float]) -> SensorFrame:
    """Round sensors to the grid each is given.

    Parameters
    ----------
    frame : SensorFrame
        Rows in any precision.
    steps : mapping of str to float
        Step of the grid in the sensor's unit by sensor id; sensors that are not named stay as they are.

    Returns
    -------
    SensorFrame
        The frame itself where no sensor is named, else a copy.
    """
    columns = [(place, steps[sensor.id]) for place, sensor in enumerate(frame.sensors) if steps.get(sensor.id)]
    if not columns:
        return frame
    values = np.array(frame.values, copy=True)
    for place, step in columns:
        values[:, place] = np.round(values[:, place] / step) * step
    return SensorFrame(frame.timestamps, values, frame.sensors)

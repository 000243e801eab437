r"""Off-time: when the machine stands still, told by one sensor below or above a threshold.

The text form is L4E's: ``component\sensor<10.5``; a sensor without a component is written alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detail import gap_length
from l4e_widgets.core.errors import DataError, NotFound
from l4e_widgets.core.sensors import Sensor, nearest_names
from l4e_widgets.core.times import TimeRange

__all__ = ["OffTime", "judged_labels", "off_rows", "off_stretches", "parse_off_time"]

_EXPECTED = r"a sensor, < or >, and a number, such as component\sensor<10.5 or speed<200"


@dataclass(frozen=True)
class OffTime:
    """When the machine is off.

    Parameters
    ----------
    sensor : str
        Id of the sensor that tells.
    comparison : str
        ``<`` or ``>``.
    threshold : float
        In the unit of the sensor; the machine is off where the value is strictly below, or above, it.

    Raises
    ------
    DataError
        The comparison is neither, or the threshold is no finite number.
    """

    sensor: str
    comparison: str
    threshold: float

    def __post_init__(self) -> None:
        if self.comparison not in ("<", ">"):
            raise DataError("Off-time is below or above a threshold.", got=self.comparison, expected="< or >")
        if not math.isfinite(self.threshold):
            raise DataError("The threshold of off-time must be a number.", got=str(self.threshold), expected=_EXPECTED)

    def to_text(self, sensors: Sequence[Sensor]) -> str:
        """Return it in L4E's form.

        Parameters
        ----------
        sensors : sequence of Sensor
            Records of the project; the sensor of an unknown id is written by its id.

        Returns
        -------
        str
            Read back by `parse_off_time`.
        """
        names = {sensor.id: sensor.name for sensor in sensors}
        return f"{names.get(self.sensor, self.sensor)}{self.comparison}{repr(self.threshold).removesuffix('.0')}"


def parse_off_time(text: str, sensors: Sequence[Sensor]) -> OffTime:
    r"""Read L4E's form of an off-time condition.

    Parameters
    ----------
    text : str
        For example ``component\sensor<10.5``. A name may itself hold ``<`` or ``>``: the longest name that is known
        is taken.
    sensors : sequence of Sensor
        Records of the project.

    Returns
    -------
    OffTime
        With the id of the sensor.

    Raises
    ------
    DataError
        The text has another form.
    NotFound
        There is no such sensor; the nearest names are told.
    """
    places = [place for place, sign in enumerate(text) if sign in "<>"]
    if not places:
        raise DataError("This off-time condition has neither < nor >.", got=text, expected=_EXPECTED)
    known = _ids(sensors)
    for place in reversed(places):
        name, number = text[:place].strip(), text[place + 1 :].strip()
        if name in known:
            return OffTime(known[name], text[place], _threshold(number, text))
    name = text[: places[-1]].strip()
    _threshold(text[places[-1] + 1 :].strip(), text)
    if not name:
        raise DataError("This off-time condition names no sensor.", got=text, expected=_EXPECTED)
    raise NotFound(
        f'There is no sensor called "{name}" to tell off-time by{nearest_names(name, [one.name for one in sensors])}',
        expected="names such as " + ", ".join(sensor.name for sensor in sensors[:10]),
    )


def _ids(sensors: Sequence[Sensor]) -> dict[str, str]:
    """Return the ids by every form of a name: the id, with its component, alone where that leaves one."""
    alone: dict[str, list[str]] = {}
    for sensor in sensors:
        alone.setdefault(sensor.name.rsplit("\\", 1)[-1], []).append(sensor.id)
    known = {name: ids[0] for name, ids in alone.items() if len(ids) == 1}
    known |= {f"{sensor.component}\\{sensor.name}": sensor.id for sensor in sensors if sensor.component}
    return known | {sensor.id: sensor.id for sensor in sensors} | {sensor.name: sensor.id for sensor in sensors}


def _threshold(number: str, text: str) -> float:
    """Return the number of a condition."""
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(
            "The threshold of this off-time condition is no number.", got=number or text, expected=_EXPECTED
        )
    return value


def off_rows(values: npt.NDArray[np.floating], off_time: OffTime) -> npt.NDArray[np.bool_]:
    """Mark the rows where the machine is off.

    Parameters
    ----------
    values : (n_rows,) float
        Values of the sensor; NaN is missing.
    off_time : OffTime
        The condition.

    Returns
    -------
    (n_rows,) bool
        A missing value does not say that the machine is off.
    """
    with np.errstate(invalid="ignore"):
        return values < off_time.threshold if off_time.comparison == "<" else values > off_time.threshold


def off_stretches(timestamps: npt.NDArray[np.int64], is_off: npt.NDArray[np.bool_]) -> tuple[TimeRange, ...]:
    """Stretches of time in which the machine is off.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, strictly increasing.
    is_off : (n_rows,) bool
        The rows.

    Returns
    -------
    tuple of TimeRange
        From the first row that is off to the next that is not; a gap in the rows ends a stretch.
    """
    if not is_off.any():
        return ()
    steps = np.diff(timestamps)
    usual = int(np.median(steps)) if len(steps) else 1
    ends = np.append(timestamps[1:], timestamps[-1] + usual)
    is_gap = np.append(steps > gap_length(timestamps), True)
    ends = np.where(is_gap, timestamps + usual, ends)
    begins = is_off & ~np.concatenate(([False], is_off[:-1] & ~is_gap[:-1]))
    lasts = is_off & (~np.append(is_off[1:], False) | is_gap)
    return tuple(TimeRange(int(start), int(end)) for start, end in zip(timestamps[begins], ends[lasts], strict=True))


def judged_labels(labels: Sequence[TimeRange], stopped: Sequence[TimeRange]) -> tuple[TimeRange, ...]:
    """Labels that a model can find or miss: those that do not lie wholly in off-time.

    Parameters
    ----------
    labels : sequence of TimeRange
        Known faults.
    stopped : sequence of TimeRange
        When the machine was off.

    Returns
    -------
    tuple of TimeRange
        In their order.
    """
    return tuple(
        label for label in labels if not any(off.start <= label.start and label.end <= off.end for off in stopped)
    )

"""Documents of what was found out about a model after its training: the sensitivity card and the back-test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from l4e_widgets.core.times import TimeRange

__all__ = ["BacktestFoldRecord", "BacktestRecord", "SensitivityEntry", "SensitivityRecord"]


@dataclass(frozen=True, kw_only=True)
class SensitivityEntry:
    """How often one fault of one sensor is caught.

    Parameters
    ----------
    sensor : str
        Id of the sensor.
    fault : str
        ``bias``, ``ramp``, ``noise``, ``stuck`` or ``decoupled``.
    sizes : tuple of float
        In the sensor's unit, smallest first; one 0 for a fault without size.
    caught : tuple of float
        For each size, share of the injections that were caught, 0 to 1.
    first : tuple of float
        For each size, share of the caught ones in which this sensor was named first, 0 to 1.
    seconds : tuple of float
        For each size, median time from the injection to the alarm; negative where none was caught.
    smallest : float or None
        Smallest size that is caught, in the sensor's unit; None where none is.
    """

    sensor: str
    fault: str
    sizes: tuple[float, ...]
    caught: tuple[float, ...]
    first: tuple[float, ...]
    seconds: tuple[float, ...]
    smallest: float | None


@dataclass(frozen=True, kw_only=True)
class SensitivityRecord:
    """The sensitivity card of a model.

    Parameters
    ----------
    within_s : float
        Time within which a fault had to be caught, seconds.
    budget : float
        Alarm budget it holds for, false alarms a month.
    n_stretches : int
        Normal stretches that were injected into.
    span : TimeRange
        Where they lie.
    is_held_out : bool
        Whether the model had not learned from them.
    entries : tuple of SensitivityEntry
        One a sensor and kind.
    made_ns : int
        When it was made, nanoseconds UTC.
    seconds : float
        How long that took.
    """

    SCHEMA: ClassVar[str] = "sensitivity"
    SCHEMA_VERSION: ClassVar[int] = 1

    within_s: float
    budget: float
    n_stretches: int
    span: TimeRange
    is_held_out: bool
    entries: tuple[SensitivityEntry, ...]
    made_ns: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class BacktestFoldRecord:
    """One cut-off of a back-test.

    Parameters
    ----------
    training, watched : TimeRange
        Before and after the cut-off.
    n_rows_trained : int
        Rows it learned from.
    events : tuple of TimeRange
        What it raised.
    months : float
        Length of what it looked at.
    share_of_time : float
        Share of the watched rows inside an event, 0 to 1.
    n_labels, n_found, n_false : int
        Labels inside what it looked at, those found, and events without one.
    problem : str
        Why this cut-off could not be trained, empty where it could.
    """

    training: TimeRange
    watched: TimeRange
    n_rows_trained: int = 0
    events: tuple[TimeRange, ...] = ()
    months: float = 0.0
    share_of_time: float = 0.0
    n_labels: int = 0
    n_found: int = 0
    n_false: int = 0
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class BacktestRecord:
    """The back-test of a model's configuration.

    Parameters
    ----------
    budget : float
        False alarms promised a month.
    folds : tuple of BacktestFoldRecord
        In order of time.
    made_ns : int
        When it was made, nanoseconds UTC.
    """

    SCHEMA: ClassVar[str] = "backtest"
    SCHEMA_VERSION: ClassVar[int] = 1

    budget: float
    folds: tuple[BacktestFoldRecord, ...]
    made_ns: int

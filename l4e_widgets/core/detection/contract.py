"""What every detector promises: the Detector protocol and what passes through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = ["Detector", "DetectorState", "Evidence", "Expected", "Finding", "Scores"]

Float64Array = npt.NDArray[np.float64]
FloatArray = npt.NDArray[np.floating]
Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Finding:
    """Something worth saying that is no anomaly score: a first movement, a changed precision.

    Parameters
    ----------
    kind : str
        Stable word for the sort of finding, such as ``first_movement`` or ``precision_changed``.
    span : TimeRange
        When, `[start, end)`.
    sensors : tuple of str
        Ids of the sensors it is about.
    sentence : str
        What is the case, for people.
    """

    kind: str
    span: TimeRange
    sensors: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class DetectorState:
    """What a detector carries from one block of rows to the next.

    Parameters
    ----------
    arrays : mapping of str to array
        Named arrays without objects in them, so that they can be stored in an npz.
    """

    arrays: Mapping[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Scores:
    """What a detector says of a block of rows.

    Parameters
    ----------
    statistic : (n_rows,) float64
        Uncalibrated, no unit, higher is more abnormal; NaN where a row cannot be judged.
    release : (n_rows,) float64
        Unsmoothed, unclipped amplitude of the row in the statistic's unit: an event ends where it has become quiet.
    contributions : (n_rows, n_sensors) float32
        Share of each sensor in the row, rows sum to 1; NaN rows where a row cannot be judged. Empty columns
        (n_rows, 0) where explanations were not asked for.
    findings : tuple of Finding
        What is no anomaly score.
    state : DetectorState
        State after the last row.
    """

    statistic: Float64Array
    release: Float64Array
    contributions: Float32Array
    findings: tuple[Finding, ...]
    state: DetectorState


@dataclass(frozen=True)
class Expected:
    """What each sensor would have read, judged by the others.

    Parameters
    ----------
    value : (n_rows, n_sensors) float32
        Expected value in the sensor's unit; NaN where it cannot be told.
    half_band : (n_sensors,) float32
        Half width of the band that holds 95 % of normal rows, in the sensor's unit.
    """

    value: Float32Array
    half_band: Float32Array


@dataclass(frozen=True)
class Evidence:
    """What a fit learned about the statistic on normal rows it had not seen; calibration is made from it.

    Parameters
    ----------
    peaks : (n_peaks,) float64
        Declustered peaks of the held-out statistic, largest first (the largest few hundred are enough).
    rows, seconds : float
        How many held-out rows, and how much time, the peaks come from.
    centre, spread : float
        Median and robust standard deviation of the held-out statistic.
    tail_scale : float
        Mean excess of the declustered peaks above the tail's start: scale of an exponential tail, in the
        statistic's unit.
    warnings : tuple of str
        Sentences on what the training cannot promise (too short, seasons missing).
    """

    peaks: Float64Array
    rows: float
    seconds: float
    centre: float
    spread: float
    tail_scale: float
    warnings: tuple[str, ...] = field(default=())


@runtime_checkable
class Detector(Protocol):
    """Learns normal behaviour and scores rows against it."""

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Records of the sensors it was fitted on, in the order of the columns."""

    @property
    def evidence(self) -> Evidence:
        """What the fit learned about the statistic on held-out normal rows."""

    def fit(
        self,
        X: FloatArray,  # noqa: N803
        *,
        timestamps: Int64Array,
        exclude: Sequence[TimeRange] = (),
        sensors: Sequence[Sensor] = (),
    ) -> Detector:
        """Learn from rows in time order, leaving out what lies in `exclude`.

        Parameters
        ----------
        X : (n_rows, n_sensors) float
            Values in the sensors' units, NaN for missing.
        timestamps : (n_rows,) int64
            Nanoseconds since 1970-01-01 UTC, strictly increasing.
        exclude : sequence of TimeRange
            Stretches known to be abnormal, `[start, end)`.
        sensors : sequence of Sensor
            Records of the columns; plain ones where absent.

        Returns
        -------
        Detector
            Itself, fitted.

        Raises
        ------
        DataError
            Too few rows, times out of order, or no sensor with more than one value.
        """

    def score(
        self,
        X: FloatArray,  # noqa: N803
        *,
        timestamps: Int64Array,
        state: DetectorState | None = None,
        explain: bool = True,
    ) -> Scores:
        """Score rows in time order; blocks with the state handed on give the same numbers as all at once.

        Parameters
        ----------
        X : (n_rows, n_sensors) float
            Values in the sensors' units, NaN for missing; the columns as in training.
        timestamps : (n_rows,) int64
            Nanoseconds since 1970-01-01 UTC, strictly increasing.
        state : DetectorState, optional
            State after the rows before; a fresh stream where absent.
        explain : bool
            Whether contributions are wanted; without them scoring is faster.

        Returns
        -------
        Scores
            Statistic, release, contributions, findings and the state after the last row.

        Raises
        ------
        UsageError
            It was not fitted.
        DataError
            Another number of columns than in training, or times out of order.
        """

    def expected(
        self,
        X: FloatArray,  # noqa: N803
        *,
        timestamps: Int64Array,
        state: DetectorState | None = None,
    ) -> Expected:
        """Say what each sensor would have read had only the others been known.

        Parameters
        ----------
        X : (n_rows, n_sensors) float
            Values in the sensors' units, NaN for missing; the columns as in training.
        timestamps : (n_rows,) int64
            Nanoseconds since 1970-01-01 UTC, strictly increasing.
        state : DetectorState, optional
            State after the rows before; a fresh stream where absent.

        Returns
        -------
        Expected
            Expected values and the half width of the band of normal rows, in the sensors' units.

        Raises
        ------
        UsageError
            It was not fitted.
        DataError
            Another number of columns than in training, or times out of order.
        """

    @classmethod
    def from_arrays(
        cls,
        arrays: Mapping[str, npt.NDArray[np.generic]],
        configuration: Mapping[str, float | int | str | bool],
        sensors: Sequence[Sensor],
    ) -> Detector:
        """Rebuild a fitted detector from what `to_arrays` and `configuration` gave.

        Parameters
        ----------
        arrays : mapping of str to array
            Named arrays, without objects in them.
        configuration : mapping of str to number, text or bool
            Settings.
        sensors : sequence of Sensor
            Records of the columns it was fitted on, in their order.

        Returns
        -------
        Detector
            Scores as the one that was stored.

        Raises
        ------
        DataError
            An array is absent or has another shape than the sensors ask for.
        """

    def to_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return everything that was learned as named arrays without objects, for an artefact."""

    def configuration(self) -> dict[str, float | int | str | bool]:
        """Return the settings as plain values, for an artefact's manifest."""

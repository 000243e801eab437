"""A small detector of one's own: robust z-scores beside the load that all sensors share.

It follows the contract in `l4e_widgets.core.detection.contract` and nothing else of the engine but its checks of rows
and its evidence. What it cannot do is as honest as what it can: it knows no delays, no operating modes and no slow
filter, so small faults that last are found late or never.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.checks import LEAST_ROWS, checked_rows, default_sensors, kept_rows, training_warnings
from l4e_widgets.core.detection.contract import DetectorState, Evidence, Expected, Scores
from l4e_widgets.core.detection.evidence import evidence_from
from l4e_widgets.core.errors import DataError, UsageError
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange

__all__ = ["RobustZScore"]

Float64Array = npt.NDArray[np.float64]
FloatArray = npt.NDArray[np.floating]
Int64Array = npt.NDArray[np.int64]

FOLDS = 5
PEAK_SPACING_ROWS = 20
TO_SD = 1.4826
BAND_SHARE = 0.95
LOWEST = 1e-3


class RobustZScore:
    """Judges every sensor by its robust z-score beside the median z-score of the others.

    The statistic is the natural logarithm of the largest such distance of a row, in robust standard deviations.

    Parameters
    ----------
    least_rows : int
        Rows it asks for to learn from.
    """

    def __init__(self, *, least_rows: int = LEAST_ROWS) -> None:
        self.least_rows = least_rows
        self._sensors: tuple[Sensor, ...] = ()
        self._evidence: Evidence | None = None

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Records of the sensors it was fitted on, in the order of the columns."""
        return self._sensors

    @property
    def evidence(self) -> Evidence:
        """What the fit learned about the statistic on rows it had not seen."""
        if self._evidence is None:
            raise UsageError("This detector has not been fitted.", fix="Call fit first.")
        return self._evidence

    def fit(
        self,
        X: FloatArray,  # noqa: N803
        *,
        timestamps: Int64Array,
        exclude: Sequence[TimeRange] = (),
        sensors: Sequence[Sensor] = (),
    ) -> RobustZScore:
        """Learn middle and spread of every sensor, and of its distance from the others.

        Parameters
        ----------
        X : (n_rows, n_sensors) float
            Values in the sensors' units, NaN for missing.
        timestamps : (n_rows,) int64
            Nanoseconds UTC, strictly increasing.
        exclude : sequence of TimeRange
            Stretches known to be abnormal.
        sensors : sequence of Sensor
            Records of the columns; plain ones where absent.

        Returns
        -------
        RobustZScore
            Itself, fitted.

        Raises
        ------
        DataError
            Too few rows, times out of order, or no sensor with more than one value.
        """
        values, times = checked_rows(X, timestamps)
        named = tuple(sensors) or default_sensors(values.shape[1])
        rows = kept_rows(values, times, exclude, named, self.least_rows)
        learned = np.asarray(values[rows], dtype=np.float64)
        self._sensors = named
        self._learn(learned)
        if not (self._spread > 0).any():
            raise DataError("No sensor has more than one value.", fix="Choose other sensors or a longer range.")
        seconds = float(np.median(np.diff(times))) / NS_PER_SECOND * len(rows)
        held_out = self._held_out(learned)
        self._learn(learned)
        self._evidence = evidence_from(
            [held_out],
            seconds=seconds,
            spacing=PEAK_SPACING_ROWS,
            warnings=training_warnings(len(rows), seconds),
        )
        return self

    def _learn(self, values: Float64Array) -> None:
        """Learn from rows without excluded ones."""
        self._middle, self._spread = _middle_and_spread(values)
        distance = self._distance(values)[0]
        self._distance_middle, self._distance_spread = _middle_and_spread(distance)
        moved = np.isfinite(distance).any(axis=0)
        self._band = np.zeros(values.shape[1])
        away = np.abs(distance[:, moved] - self._distance_middle[moved])
        self._band[moved] = np.nanquantile(away, BAND_SHARE, axis=0) * self._spread[moved]

    def _held_out(self, values: Float64Array) -> Float64Array:
        """Return the statistic of every row, each judged by what the other folds taught."""
        statistic = np.full(len(values), np.nan)
        for fold in np.array_split(np.arange(len(values)), FOLDS):
            self._learn(np.delete(values, fold, axis=0))
            statistic[fold] = self._statistic(values[fold])[0]
        return statistic

    def _distance(self, values: Float64Array) -> tuple[Float64Array, Float64Array]:
        """Return the distance of each sensor from the others in its spreads, and where the others are."""
        z = np.divide(values - self._middle, self._spread, out=np.full(values.shape, np.nan), where=self._spread > 0)
        others = np.zeros_like(z)
        for column in range(z.shape[1]):
            rest = np.delete(z, column, axis=1)
            known = np.isfinite(rest).any(axis=1)
            others[known, column] = np.nanmedian(rest[known], axis=1)
        return z - others, others

    def _statistic(self, values: Float64Array) -> tuple[Float64Array, Float64Array]:
        """Return the statistic of rows and the distance of each sensor, 0 where it is missing."""
        distance = self._distance(values)[0] - self._distance_middle
        sized = np.abs(
            np.divide(distance, self._distance_spread, out=np.zeros(distance.shape), where=self._distance_spread > 0)
        )
        sized = np.where(np.isfinite(sized), sized, 0.0)
        largest = np.where(np.isfinite(values).any(axis=1), sized.max(axis=1, initial=0.0), np.nan)
        return np.log(np.maximum(largest, LOWEST)), sized

    def score(
        self,
        X: FloatArray,  # noqa: N803
        *,
        timestamps: Int64Array,
        state: DetectorState | None = None,
        explain: bool = True,
    ) -> Scores:
        """Score rows; each stands for itself, so the state is empty.

        Parameters
        ----------
        X : (n_rows, n_sensors) float
            Values in the sensors' units; the columns as in training.
        timestamps : (n_rows,) int64
            Nanoseconds UTC, strictly increasing.
        state : DetectorState, optional
            Not needed here: no row depends on those before it.
        explain : bool
            Whether contributions are wanted.

        Returns
        -------
        Scores
            Statistic, release, contributions and an empty state.

        Raises
        ------
        UsageError
            It was not fitted.
        DataError
            Another number of columns than in training, or times out of order.
        """
        del state
        statistic, sized = self._statistic(self._rows(X, timestamps))
        shares = np.empty((len(statistic), 0), dtype=np.float32)
        if explain:
            weight = sized**2 + 1e-12
            shares = (weight / weight.sum(axis=1, keepdims=True)).astype(np.float32)
            shares[np.isnan(statistic)] = np.nan
        return Scores(statistic, statistic.copy(), shares, (), DetectorState({}))

    def expected(
        self,
        X: FloatArray,  # noqa: N803
        *,
        timestamps: Int64Array,
        state: DetectorState | None = None,
    ) -> Expected:
        """Say what each sensor would have read had it moved with the others.

        Parameters
        ----------
        X : (n_rows, n_sensors) float
            Values in the sensors' units; the columns as in training.
        timestamps : (n_rows,) int64
            Nanoseconds UTC, strictly increasing.
        state : DetectorState, optional
            Not needed here.

        Returns
        -------
        Expected
            Values and the half width of the band of normal rows, in the sensors' units.
        """
        del state
        values = self._rows(X, timestamps)
        value = self._middle + self._spread * (self._distance(values)[1] + self._distance_middle)
        value[~np.isfinite(values).any(axis=1)] = np.nan
        return Expected(value.astype(np.float32), self._band.astype(np.float32))

    def _rows(self, values: FloatArray, timestamps: Int64Array) -> Float64Array:
        """Return rows that were checked."""
        if self._evidence is None:
            raise UsageError("This detector has not been fitted.", fix="Call fit first.")
        return np.asarray(checked_rows(values, timestamps, len(self._sensors))[0], dtype=np.float64)

    @classmethod
    def from_arrays(
        cls,
        arrays: Mapping[str, npt.NDArray[np.generic]],
        configuration: Mapping[str, float | int | str | bool],
        sensors: Sequence[Sensor],
    ) -> RobustZScore:
        """Rebuild a fitted detector from what `to_arrays` and `configuration` gave.

        Parameters
        ----------
        arrays : mapping of str to array
            Named arrays.
        configuration : mapping of str to number
            Settings.
        sensors : sequence of Sensor
            Records of the columns it was fitted on.

        Returns
        -------
        RobustZScore
            Scores as the one that was stored.

        Raises
        ------
        DataError
            An array is absent or does not fit the sensors.
        """
        made = cls(least_rows=int(configuration.get("least_rows", LEAST_ROWS)))
        table = arrays.get("scales", np.empty(0))
        numbers, peaks = arrays.get("numbers", np.empty(0)), arrays.get("peaks")
        if table.shape != (5, len(sensors)) or numbers.shape != (5,) or peaks is None:
            raise DataError(
                "The stored model and its sensors do not fit together.",
                got=f"scales of shape {table.shape}",
                expected=f"(5, {len(sensors)})",
                fix="Train the model again.",
            )
        made._sensors = tuple(sensors)
        scales = table.astype(np.float64)
        made._middle, made._spread, made._distance_middle, made._distance_spread, made._band = scales
        rows, seconds, centre, spread, tail_scale = (float(number) for number in numbers)
        made._evidence = Evidence(
            peaks=peaks.astype(np.float64),
            rows=rows,
            seconds=seconds,
            centre=centre,
            spread=spread,
            tail_scale=tail_scale,
            warnings=training_warnings(int(rows), seconds),
        )
        return made

    def to_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return everything that was learned as named arrays."""
        known = self.evidence
        return {
            "scales": np.stack([self._middle, self._spread, self._distance_middle, self._distance_spread, self._band]),
            "numbers": np.array([known.rows, known.seconds, known.centre, known.spread, known.tail_scale]),
            "peaks": known.peaks,
        }

    def configuration(self) -> dict[str, float | int | str | bool]:
        """Return the settings as plain values."""
        return {"least_rows": self.least_rows}


def _middle_and_spread(values: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return median and robust standard deviation of every column; a column without values has neither."""
    known = np.isfinite(values).any(axis=0)
    middle, spread = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    part = values[:, known]
    middle[known] = np.nanmedian(part, axis=0)
    robust = TO_SD * np.nanmedian(np.abs(part - middle[known]), axis=0)
    plain = np.nanstd(part, axis=0)
    spread[known] = np.where(robust > 0.1 * plain, robust, plain)
    return middle, spread

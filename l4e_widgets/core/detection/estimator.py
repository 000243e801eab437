"""The engine in scikit-learn manners."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from l4e_widgets.core.detection.calibration import DEFAULT_BUDGET, Calibration
from l4e_widgets.core.detection.checks import LEAST_ROWS
from l4e_widgets.core.detection.contract import Detector, Expected, Scores
from l4e_widgets.core.detection.events import EventRules, EventSpan, find_events
from l4e_widgets.core.detection.registry import detector_factory
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.frame import timestamps_ns
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange

__all__ = ["AnomalyDetector"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]


class AnomalyDetector(BaseEstimator):  # type: ignore[misc]
    """Detect anomalies of a machine from the rows of its sensors.

    Rows are in time order. Without times (no `timestamps`, no DatetimeIndex) they are taken to be one minute apart.

    Parameters
    ----------
    detector : str
        Name of the detector in the registry.
    alarm_budget : float
        False alarms promised a month.
    min_rows : int
        Rows needed to learn from; fewer than 200 are for trying things out only.

    Attributes
    ----------
    detector_ : Detector
        The fitted detector.
    calibration_ : Calibration
        Alarm line and anomaly score for every budget.
    threshold_ : float
        Alarm line of the statistic at the budget.
    n_features_in_ : int
        Number of sensors.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.random.default_rng(0).normal(size=(500, 3))
    >>> AnomalyDetector().fit(rows).predict(rows[:5]).tolist()
    [0, 0, 0, 0, 0]
    """

    def __init__(
        self, detector: str = "relations", alarm_budget: float = DEFAULT_BUDGET, min_rows: int = LEAST_ROWS
    ) -> None:
        self.detector = detector
        self.alarm_budget = alarm_budget
        self.min_rows = min_rows

    def fit(
        self,
        X: npt.ArrayLike | pd.DataFrame,  # noqa: N803
        y: object = None,
        *,
        timestamps: npt.ArrayLike | None = None,
        exclude: Sequence[TimeRange] = (),
    ) -> AnomalyDetector:
        """Learn normal behaviour.

        Parameters
        ----------
        X : (n_rows, n_sensors) array or DataFrame
            Values in the sensors' units, NaN for missing.
        y : object
            Not used; here for scikit-learn.
        timestamps : (n_rows,) array, optional
            Times or nanoseconds UTC.
        exclude : sequence of TimeRange
            Stretches known to be abnormal.

        Returns
        -------
        AnomalyDetector
            Itself.

        Raises
        ------
        DataError
            Too few rows, times out of order, or no sensor with more than one value.
        """
        del y
        times = _times(X, timestamps)
        names = [str(name) for name in X.columns] if isinstance(X, pd.DataFrame) else None
        values = self._values(X, reset=True)
        sensors = tuple(Sensor(id=name, name=name.strip()) for name in names) if names else ()
        settings = {} if self.min_rows == LEAST_ROWS else {"least_rows": self.min_rows}
        made = detector_factory(self.detector)(**settings)
        self.detector_: Detector = made.fit(values, timestamps=times, exclude=exclude, sensors=sensors)
        self.calibration_ = Calibration.from_evidence(self.detector_.evidence)
        self.threshold_ = self.calibration_.threshold(self.alarm_budget)
        self.step_s_ = float(np.median(np.diff(times))) / NS_PER_SECOND
        return self

    def anomaly_score(
        self,
        X: npt.ArrayLike | pd.DataFrame,  # noqa: N803
        *,
        timestamps: npt.ArrayLike | None = None,
    ) -> Float64Array:
        """Anomaly score of each row from a fresh start.

        Parameters
        ----------
        X : (n_rows, n_sensors) array or DataFrame
            Values in the sensors' units.
        timestamps : (n_rows,) array, optional
            Times or nanoseconds UTC.

        Returns
        -------
        (n_rows,) float64
            In [0, 1], higher is more abnormal, 0.5 is the alarm line; NaN where a row has no value.
        """
        scores, _ = self._scores(X, timestamps, explain=False)
        return self.calibration_.anomaly_score(scores.statistic, self.alarm_budget)

    def decision_function(self, X: npt.ArrayLike | pd.DataFrame) -> Float64Array:  # noqa: N803
        """Anomaly score minus 0.5: above 0 is beyond the alarm line.

        Parameters
        ----------
        X : (n_rows, n_sensors) array or DataFrame
            Values in the sensors' units.

        Returns
        -------
        (n_rows,) float64
            In [-0.5, 0.5].
        """
        return self.anomaly_score(X) - 0.5

    def predict(self, X: npt.ArrayLike | pd.DataFrame, *, timestamps: npt.ArrayLike | None = None) -> Int64Array:  # noqa: N803
        """Tell which rows lie inside an event.

        Parameters
        ----------
        X : (n_rows, n_sensors) array or DataFrame
            Values in the sensors' units.
        timestamps : (n_rows,) array, optional
            Times or nanoseconds UTC.

        Returns
        -------
        (n_rows,) int64
            1 inside an event, 0 outside.
        """
        inside = np.zeros(len(_rows(X)), dtype=np.int64)
        for event in self.events(X, timestamps=timestamps):
            inside[event.first_row : event.last_row_exclusive] = 1
        return inside

    def events(
        self,
        X: npt.ArrayLike | pd.DataFrame,  # noqa: N803
        *,
        timestamps: npt.ArrayLike | None = None,
    ) -> tuple[EventSpan, ...]:
        """Find the events in the rows.

        Parameters
        ----------
        X : (n_rows, n_sensors) array or DataFrame
            Values in the sensors' units.
        timestamps : (n_rows,) array, optional
            Times or nanoseconds UTC.

        Returns
        -------
        tuple of EventSpan
            In time order.
        """
        scores, times = self._scores(X, timestamps, explain=False)
        return find_events(
            scores.statistic,
            scores.release,
            times,
            threshold=self.threshold_,
            rules=EventRules.for_step(self.step_s_),
            step_s=self.step_s_,
        )

    def contributions(
        self,
        X: npt.ArrayLike | pd.DataFrame,  # noqa: N803
        *,
        timestamps: npt.ArrayLike | None = None,
    ) -> npt.NDArray[np.float32]:
        """Share of each sensor in each row.

        Parameters
        ----------
        X : (n_rows, n_sensors) array or DataFrame
            Values in the sensors' units.
        timestamps : (n_rows,) array, optional
            Times or nanoseconds UTC.

        Returns
        -------
        (n_rows, n_sensors) float32
            Rows sum to 1.
        """
        return self._scores(X, timestamps, explain=True)[0].contributions

    def expected(self, X: npt.ArrayLike | pd.DataFrame, *, timestamps: npt.ArrayLike | None = None) -> Expected:  # noqa: N803
        """What each sensor would have read, judged by the others.

        Parameters
        ----------
        X : (n_rows, n_sensors) array or DataFrame
            Values in the sensors' units.
        timestamps : (n_rows,) array, optional
            Times or nanoseconds UTC.

        Returns
        -------
        Expected
            Value and half width of the band, in the sensors' units.
        """
        check_is_fitted(self)
        return self.detector_.expected(self._values(X, reset=False), timestamps=_times(X, timestamps))

    def _values(self, X: npt.ArrayLike | pd.DataFrame, *, reset: bool) -> Float64Array:  # noqa: N803
        """Values as scikit-learn checks them: two-dimensional, numeric, NaN allowed."""
        return np.asarray(
            validate_data(
                self,
                X,
                reset=reset,
                dtype=[np.float64, np.float32],
                ensure_all_finite="allow-nan",
                ensure_min_samples=2 if reset else 1,
            )
        )

    def _scores(
        self,
        X: npt.ArrayLike | pd.DataFrame,  # noqa: N803
        timestamps: npt.ArrayLike | None,
        *,
        explain: bool,
    ) -> tuple[Scores, Int64Array]:
        """Scores of the rows from a fresh state, and their times."""
        check_is_fitted(self)
        values, times = self._values(X, reset=False), _times(X, timestamps)
        return self.detector_.score(values, timestamps=times, explain=explain), times

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        """Show the settings and, once fitted, what was learned."""
        del kwargs
        text = repr(self)
        if hasattr(self, "detector_"):
            evidence = self.detector_.evidence
            text += f"\nfitted on {int(evidence.rows)} rows of {self.n_features_in_} sensors"
            text += "".join(f"\n{sentence}" for sentence in evidence.warnings)
        return {"text/plain": text, "text/html": f"<pre>{escape(text)}</pre>"}

    def __sklearn_tags__(self) -> Any:
        """Missing values are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _rows(X: npt.ArrayLike | pd.DataFrame) -> Any:  # noqa: N803
    return X if hasattr(X, "__len__") else np.asarray(X)


def _times(X: npt.ArrayLike | pd.DataFrame, timestamps: npt.ArrayLike | None) -> Int64Array:  # noqa: N803
    """Nanoseconds UTC of the rows: as given, from a DatetimeIndex, or a minute apart."""
    if timestamps is None:
        if isinstance(X, pd.DataFrame) and isinstance(X.index, pd.DatetimeIndex):
            return timestamps_ns(X.index)
        n_rows = X.shape[0] if hasattr(X, "shape") and len(X.shape) else len(_rows(X))
        return np.arange(n_rows, dtype=np.int64) * (60 * NS_PER_SECOND)
    given = np.asarray(timestamps)
    if given.dtype.kind in "iu":
        return given.astype(np.int64)
    try:
        return timestamps_ns(pd.DatetimeIndex(given))
    except (ValueError, TypeError) as error:
        raise DataError("The timestamps are no times.", expected="times or nanoseconds") from error

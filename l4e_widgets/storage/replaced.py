"""What stands for the detector of a stored model whose kind of detector was replaced since it was trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.contract import DetectorState, Evidence, Expected, Scores
from l4e_widgets.core.errors import StorageError
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = ["ReplacedDetector"]


class ReplacedDetector:
    """Knows the sensors of the stored model; whatever would need what was learned says that it must be trained again.

    Parameters
    ----------
    sensors : sequence of Sensor
        Columns of the model, in order.
    error : StorageError
        Why it cannot score.
    """

    def __init__(self, sensors: Sequence[Sensor], error: StorageError) -> None:
        self.sensors = tuple(sensors)
        self.error = error

    def _refuse(self) -> NoReturn:
        """Raise the error that says why; a new one each time, so that it carries one traceback."""
        error = self.error
        raise StorageError(error.what, where=error.where, got=error.got, expected=error.expected, fix=error.fix)

    @property
    def evidence(self) -> Evidence:
        """Nothing: what it learned cannot be read."""
        self._refuse()

    def fit(
        self,
        X: npt.NDArray[np.floating],  # noqa: N803
        *,
        timestamps: npt.NDArray[np.int64],
        exclude: Sequence[TimeRange] = (),
        sensors: Sequence[Sensor] = (),
    ) -> NoReturn:
        """Refuse to learn.

        Parameters
        ----------
        X : (n_rows, n_sensors) float
            Values in the sensors' units.
        timestamps : (n_rows,) int64
            Nanoseconds UTC.
        exclude : sequence of TimeRange
            Stretches to leave out.
        sensors : sequence of Sensor
            Records of the columns.

        Raises
        ------
        StorageError
            Always.
        """
        del X, timestamps, exclude, sensors
        self._refuse()

    def score(
        self,
        X: npt.NDArray[np.floating],  # noqa: N803
        *,
        timestamps: npt.NDArray[np.int64],
        state: DetectorState | None = None,
        explain: bool = True,
    ) -> Scores:
        """Refuse to score.

        Parameters
        ----------
        X : (n_rows, n_sensors) float
            Values in the sensors' units.
        timestamps : (n_rows,) int64
            Nanoseconds UTC.
        state : DetectorState, optional
            State after the rows before.
        explain : bool
            Whether contributions are wanted.

        Returns
        -------
        Scores
            Never.

        Raises
        ------
        StorageError
            Always.
        """
        del X, timestamps, state, explain
        self._refuse()

    def expected(
        self,
        X: npt.NDArray[np.floating],  # noqa: N803
        *,
        timestamps: npt.NDArray[np.int64],
        state: DetectorState | None = None,
    ) -> Expected:
        """Refuse to say what was expected.

        Parameters
        ----------
        X : (n_rows, n_sensors) float
            Values in the sensors' units.
        timestamps : (n_rows,) int64
            Nanoseconds UTC.
        state : DetectorState, optional
            State after the rows before.

        Returns
        -------
        Expected
            Never.

        Raises
        ------
        StorageError
            Always.
        """
        del X, timestamps, state
        self._refuse()

    @classmethod
    def from_arrays(
        cls,
        arrays: Mapping[str, npt.NDArray[np.generic]],
        configuration: Mapping[str, float | int | str | bool],
        sensors: Sequence[Sensor],
    ) -> ReplacedDetector:
        """Refuse what would have been read.

        Parameters
        ----------
        arrays : mapping of str to array
            Not read.
        configuration : mapping of str to number, text or bool
            Not read.
        sensors : sequence of Sensor
            Columns of the model.

        Returns
        -------
        ReplacedDetector
            For those sensors.
        """
        del arrays, configuration
        return cls(sensors, StorageError("This model must be trained again.", fix="Train it again."))

    def to_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Refuse to be stored: the artefact is the old one."""
        self._refuse()

    def configuration(self) -> dict[str, float | int | str | bool]:
        """Refuse to tell settings that mean nothing any more."""
        self._refuse()

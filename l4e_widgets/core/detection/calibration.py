"""From an alarm budget to the alarm line, and from the statistic to an anomaly score in [0, 1]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.contract import Evidence
from l4e_widgets.core.errors import DataError, UsageError

__all__ = ["CRITICAL", "DEFAULT_BUDGET", "MONTH_S", "Calibration"]

Float64Array = npt.NDArray[np.float64]

DEFAULT_BUDGET = 1.0
MONTH_S = 30.4375 * 86_400
CRITICAL = 0.9
_PROMISE_KEPT_BY = 0.5
_MARGIN = float(np.log(1.3))
_CRITICAL_TIMES = float(np.log(2.0))
_Z95 = 1.96


@dataclass(frozen=True)
class Calibration:
    """Alarm line for every budget, from held-out evidence.

    The line lies where an exponential tail through the held-out peaks, or through the highest of them, promises half
    the false alarms asked for, but never more than a factor of 1.3 in amplitude above the highest held-out value: a
    record shorter than the promise cannot show its tail.

    Parameters
    ----------
    tail_start : float
        Level of the statistic where the tail begins.
    tail_scale : float
        Scale of the exponential tail.
    tail_peaks : float
        Number of declustered peaks above its start.
    highest : float
        Highest held-out value.
    centre : float
        Typical value of the statistic.
    seconds : float
        Time the peaks come from.
    """

    tail_start: float
    tail_scale: float
    tail_peaks: float
    highest: float
    centre: float
    seconds: float

    @classmethod
    def from_evidence(cls, evidence: Evidence) -> Calibration:
        """Make a calibration from what a fit learned.

        Parameters
        ----------
        evidence : Evidence
            Of a detector.

        Returns
        -------
        Calibration
            For every budget.

        Raises
        ------
        DataError
            The evidence holds no peak.
        """
        if not len(evidence.peaks):
            raise DataError(
                "The alarm line cannot be chosen: the training gave no held-out peak.",
                expected="at least one",
                fix="Train on a longer range.",
            )
        return cls(
            tail_start=float(evidence.peaks[-1]),
            tail_scale=float(evidence.tail_scale),
            tail_peaks=float(len(evidence.peaks)),
            highest=float(evidence.peaks[0]),
            centre=float(evidence.centre),
            seconds=float(evidence.seconds),
        )

    def threshold(self, budget: float = DEFAULT_BUDGET) -> float:
        """Level of the statistic above which a row is alarmed.

        Parameters
        ----------
        budget : float
            False alarms promised a month, above 0.

        Returns
        -------
        float
            The level; it falls as the budget rises.

        Raises
        ------
        UsageError
            The budget is not above 0.
        """
        return self._line(self._allowed(budget))

    def interval(self, budget: float = DEFAULT_BUDGET) -> tuple[float, float]:
        """Range of false alarms a month that the evidence allows at a budget's line, 95 %.

        Parameters
        ----------
        budget : float
            False alarms promised a month, above 0.

        Returns
        -------
        tuple of float
            Lowest and highest plausible number a month; wide where the training is short.
        """
        months = self.seconds / MONTH_S
        line = self.threshold(budget)
        rate = self.tail_peaks / months * float(np.exp(-max(line - self.tail_start, 0.0) / self.tail_scale))
        depth = max(line - self.tail_start, 0.0) / self.tail_scale
        spread = _Z95 * np.sqrt(1 + depth**2) / np.sqrt(self.tail_peaks)
        unseen = min(3.0 / months, self.tail_peaks / months) if rate * months < 1 else 0.0
        return float(rate * np.exp(-spread)), float(max(rate * np.exp(min(spread, 20.0)), min(unseen, 3.0 / months)))

    def anomaly_score(self, statistic: Float64Array, budget: float = DEFAULT_BUDGET) -> Float64Array:
        """Map the statistic to [0, 1]: 0.5 at the alarm line, 0.9 at twice the amplitude of the line.

        Parameters
        ----------
        statistic : (n_rows,) float64
            Uncalibrated, NaN where a row could not be judged.
        budget : float
            False alarms promised a month, above 0.

        Returns
        -------
        (n_rows,) float64
            Anomaly score, strictly rising with the statistic, NaN where the statistic is.
        """
        line = self.threshold(budget)
        over = (np.asarray(statistic, dtype=np.float64) - line) / _CRITICAL_TIMES
        below = (np.asarray(statistic, dtype=np.float64) - line) / max(line - self.centre, 0.1)
        rising = 0.5 + 0.5 * over / (np.abs(over) + 0.25)
        falling = 0.5 * np.exp(np.log(2.5) * np.minimum(below, 0.0))
        return np.asarray(np.where(over >= 0, rising, falling))

    def to_dict(self) -> dict[str, float]:
        """Return the calibration as plain numbers, for a document."""
        return {name: float(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def from_dict(cls, parts: Mapping[str, float]) -> Calibration:
        """Rebuild a calibration from what `to_dict` gave.

        Parameters
        ----------
        parts : mapping of str to float
            The numbers.

        Returns
        -------
        Calibration
            The same calibration.

        Raises
        ------
        DataError
            A number is absent.
        """
        missing = [name for name in cls.__dataclass_fields__ if name not in parts]
        if missing:
            raise DataError(f"The calibration document lacks {', '.join(missing)}.", fix="Calibrate the model again.")
        return cls(**{name: float(parts[name]) for name in cls.__dataclass_fields__})

    def _allowed(self, budget: float) -> float:
        """False alarms allowed within the time the evidence comes from."""
        if not np.isfinite(budget) or budget <= 0:
            raise UsageError(
                "The alarm budget must be a number above 0.",
                got=str(budget),
                expected="false alarms a month, such as 1",
            )
        return _PROMISE_KEPT_BY * budget * max(self.seconds, 1.0) / MONTH_S

    def _line(self, allowed: float) -> float:
        """Level of the statistic for a number of allowed false alarms in the time of the evidence."""
        tail = self.tail_start + self.tail_scale * float(np.log(self.tail_peaks / allowed))
        ranked = self.highest - self.tail_scale * float(np.log(allowed))
        limit = self.highest + _MARGIN
        beyond = 1e-3 * self.tail_scale * float(np.log(self.tail_peaks / allowed))
        return max(min(max(tail, ranked), limit) + beyond, self.centre + self.tail_scale)

"""One trouble is one case: events that lie near each other and are about the same sensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange

__all__ = ["CaseRules", "group_events"]


@dataclass(frozen=True, kw_only=True)
class CaseRules:
    """Which events are told as one case.

    Parameters
    ----------
    apart_s : float
        Longest pause between two events of one trouble, seconds.
    alike : float
        Cosine of the sensors' shares from which two events are about the same sensors, 0 to 1.
    at_once_s : float
        Events this near to each other are one trouble whatever their sensors, seconds.

    Raises
    ------
    UsageError
        A rule is negative or the likeness is no share.
    """

    apart_s: float = 86_400.0
    alike: float = 0.6
    at_once_s: float = 0.0

    def __post_init__(self) -> None:
        """Refuse rules that cannot mean anything."""
        if min(self.apart_s, self.at_once_s) < 0 or not 0 <= self.alike <= 1:
            raise UsageError("A rule for cases cannot mean anything.", got=str(self), expected="seconds of 0 or more")

    @classmethod
    def for_step(cls, step_s: float) -> CaseRules:
        """Rules for a sampling rate.

        Parameters
        ----------
        step_s : float
            Seconds between rows.

        Returns
        -------
        CaseRules
            A day between events where rows come a minute apart or slower, else 300 rows; five rows are at once.
        """
        return cls(apart_s=max(86_400.0, 20 * step_s) if step_s >= 60 else 300 * step_s, at_once_s=5 * step_s)


def group_events(
    spans: Sequence[TimeRange], shares: npt.NDArray[np.floating], rules: CaseRules
) -> tuple[tuple[int, ...], ...]:
    """Group events so that each group is one trouble.

    In order of time, an event joins the latest case that ended no longer than `apart_s` before and whose shares,
    weighted by the length of its events, are alike; events nearly at once join in any case.

    Parameters
    ----------
    spans : sequence of TimeRange
        Events in order of time.
    shares : (n_events, n_sensors) float
        Share of each sensor in each event; rows sum to 1.
    rules : CaseRules
        Which belong together.

    Returns
    -------
    tuple of tuple of int
        Numbers of the events of each case, both in order of time.
    """
    groups: list[list[int]] = []
    totals: list[npt.NDArray[np.float64]] = []
    for number, span in enumerate(spans):
        share = np.asarray(shares[number], dtype=np.float64)
        weighted = share * max(span.seconds, 1e-9)
        home = _home(span, share, spans=spans, groups=groups, totals=totals, rules=rules)
        if home is None:
            groups.append([number])
            totals.append(weighted)
        else:
            groups[home].append(number)
            totals[home] = totals[home] + weighted
    return tuple(tuple(group) for group in groups)


def _home(
    span: TimeRange,
    share: npt.NDArray[np.float64],
    *,
    spans: Sequence[TimeRange],
    groups: Sequence[Sequence[int]],
    totals: Sequence[npt.NDArray[np.float64]],
    rules: CaseRules,
) -> int | None:
    """Return the number of the case an event belongs to, None for a case of its own."""
    for home in range(len(groups) - 1, -1, -1):
        pause = (span.start - max(spans[number].end for number in groups[home])) / NS_PER_SECOND
        if pause <= rules.at_once_s or (pause <= rules.apart_s and _cosine(share, totals[home]) >= rules.alike):
            return home
    return None


def _cosine(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    """Cosine of the angle between two vectors, 0 where one has no length."""
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length > 0 else 0.0

"""What is drawn of distributions: histograms over shared bins, how far apart they are, shares, and days of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.times import TimeRange

__all__ = ["Contribution", "Days", "Distribution", "Histograms", "daily_events", "largest_shares", "shared_histograms"]

FloatArray = npt.NDArray[np.floating]
Float64Array = npt.NDArray[np.float64]

N_BINS = 30
OUTSIDE = 0.001
"""This share of the values at each end may lie beyond the outer bins: one wild value must not squeeze the rest into
a single bin. It is counted in the outermost bin, so that no value is lost."""
_LARGEST = np.finfo(np.float64).max / 4
_DAY_NS = 86_400_000_000_000


@dataclass(frozen=True, eq=False, kw_only=True)
class Distribution:
    """Values of one group in a histogram.

    Parameters
    ----------
    name : str
        What the group is.
    values : (n,) float
        Its values; missing ones are left out.
    meaning : str
        Colour token: ``train``, ``eval``, ``anomaly``, ``normal`` or ``label``.
    """

    name: str
    values: FloatArray
    meaning: str = "normal"


@dataclass(frozen=True, eq=False, kw_only=True)
class Histograms:
    """Histograms of several groups over the same bins.

    Parameters
    ----------
    edges : (n_bins + 1,) float64
        Edges of the bins in the unit of the values; empty where no group has a value.
    shares : (n_groups, n_bins) float64
        Share of a group's values in each bin; each row sums to 1, or is 0 where the group has no values.
    counts : (n_groups,) int64
        Values of each group.
    apart : float or None
        Share of the first and the last group that does not overlap, 0 (the same) to 1 (nothing in common); None where
        there is one group, or either has no values.

    References
    ----------
    Inman & Bradley, The overlapping coefficient as a measure of agreement between probability distributions and point
    estimation of the overlap of two normal densities, Communications in Statistics - Theory and Methods 18(10), 1989:
    `apart` is one minus their coefficient, taken over the bins that are drawn.
    """

    edges: Float64Array
    shares: Float64Array
    counts: npt.NDArray[np.int64]
    apart: float | None


def shared_histograms(groups: Sequence[FloatArray], *, n_bins: int = N_BINS) -> Histograms:
    """Histograms of several groups over the same bins, with one number for how far the first and the last are apart.

    Parameters
    ----------
    groups : sequence of (n,) float
        Values of each group in one unit; NaN and infinite values are left out.
    n_bins : int
        Bins.

    Returns
    -------
    Histograms
        Bins from the lowest 0.1 % of all groups to the highest; what lies beyond is in the outermost bins.
    """
    kept = [np.asarray(values, dtype=np.float64).ravel() for values in groups]
    kept = [values[np.isfinite(values)].clip(-_LARGEST, _LARGEST) for values in kept]
    counts = np.array([len(values) for values in kept], dtype=np.int64)
    if not counts.any():
        return Histograms(edges=np.empty(0), shares=np.zeros((len(kept), 0)), counts=counts, apart=None)
    edges = _edges([values for values in kept if len(values)], n_bins)
    shares = np.zeros((len(kept), n_bins))
    for place, values in enumerate(kept):
        if len(values):
            inside = values.clip(edges[0], edges[-1])
            shares[place] = np.histogram(inside, edges)[0] / len(values)
    compared = len(kept) > 1 and counts[0] > 0 and counts[-1] > 0
    apart = float(np.abs(shares[0] - shares[-1]).sum() / 2) if compared else None
    return Histograms(edges=edges, shares=shares, counts=counts, apart=apart)


def _edges(groups: Sequence[Float64Array], n_bins: int) -> Float64Array:
    """Bins that hold the middle of every group."""
    ends = [np.quantile(values, [OUTSIDE, 1 - OUTSIDE], method="inverted_cdf") for values in groups]
    low, high = float(min(end[0] for end in ends)), float(max(end[1] for end in ends))
    if not high - low > 1e-12 * max(abs(low), abs(high)):
        half = max(0.5, 1e-6 * abs(low)) if low else 0.5
        low, high = low - half, high + half
    return np.linspace(low, high, n_bins + 1)


@dataclass(frozen=True)
class Contribution:
    """Share of one sensor in an anomaly.

    Parameters
    ----------
    name : str
        The sensor.
    share : float
        0 to 1.
    """

    name: str
    share: float


def largest_shares(shares: Sequence[tuple[str, float]], *, most: int = 10) -> tuple[Contribution, ...]:
    """Shares to draw, the largest first.

    Parameters
    ----------
    shares : sequence of (str, float)
        Names and shares, 0 to 1; those that are no numbers count as 0.
    most : int
        How many are named; the rest is one share.

    Returns
    -------
    tuple of Contribution
        At most ``most + 1``; the last is the sum of what is not named, where that is anything.
    """
    known = [(name, float(share) if np.isfinite(share) and share > 0 else 0.0) for name, share in shares]
    ordered = sorted(known, key=lambda one: -one[1])
    named = tuple(Contribution(name, share) for name, share in ordered[:most])
    rest = sum(share for _, share in ordered[most:])
    others = len(ordered) - most
    return (*named, Contribution(f"{others} more", rest)) if rest > 0 else named


@dataclass(frozen=True, eq=False, kw_only=True)
class Days:
    """Hours in events of every day.

    Parameters
    ----------
    starts : (n_days,) int64
        Start of each day, nanoseconds UTC.
    hours : (n_days,) float64
        Hours of the day in events, 0 to 24.
    events : (n_days,) int64
        Events that begin on the day.
    """

    starts: npt.NDArray[np.int64]
    hours: Float64Array
    events: npt.NDArray[np.int64]


def daily_events(events: Sequence[TimeRange], span: TimeRange) -> Days:
    """Hours in events of every day, and how many begin on it.

    Parameters
    ----------
    events : sequence of TimeRange
        The events; time that two of them share counts once.
    span : TimeRange
        What is looked at; the days are those of UTC that it touches.

    Returns
    -------
    Days
        One entry a day, without a hole.
    """
    first, last = span.start // _DAY_NS, max((span.end - 1) // _DAY_NS, span.start // _DAY_NS)
    starts = np.arange(first, last + 1, dtype=np.int64) * _DAY_NS
    hours, begun = np.zeros(len(starts)), np.zeros(len(starts), dtype=np.int64)
    reached = span.start
    for event in sorted(events, key=lambda one: one.start):
        if span.start <= event.start < span.end:
            begun[event.start // _DAY_NS - first] += 1
        start, end = max(event.start, reached), min(event.end, span.end)
        if end > start:
            days = slice(int(start // _DAY_NS - first), int((end - 1) // _DAY_NS - first) + 1)
            shared = np.minimum(end, starts[days] + _DAY_NS) - np.maximum(start, starts[days])
            hours[days] += shared / 3_600e9
            reached = end
    return Days(starts=starts, hours=hours, events=begun)

"""The pace of a record: whether rows come at another rate than in training, and which of faster rows are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.contract import Finding, Scores
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, duration_text, minute_text

__all__ = ["Pace", "PaceSeen", "held_between", "looked_at", "pace_of", "steady_rows"]

Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[np.generic]]

_OTHER = 1.5
_LASTING = 30
_FAST = 0.5
_DUE = 0.95
_GAP_STEPS = 10.0
_MOST_TOLD = 3
_EVEN = 0.9
_NO_TIME = np.iinfo(np.int64).min
_SLOWER, _FASTER, _AS_TRAINED = 1, -1, 2


def looked_at(
    timestamps: Int64Array, step_ns: float, looked_ns: int = _NO_TIME, before_ns: int = _NO_TIME
) -> BoolArray:
    """Rows that a model of slower rows looks at: one for each of its steps.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing.
    step_ns : float
        Step of the training in nanoseconds, the short ones where it varies.
    looked_ns, before_ns : int
        Time of the last row that was looked at and of the row before, nanoseconds UTC; the smallest integer where there
        is none.

    Returns
    -------
    (n_rows,) bool
        False for a row less than half a step after the last one looked at, and for those after it until a step is over.
    """
    kept = np.ones(len(timestamps), dtype=bool)
    if not len(timestamps):
        return kept
    near, due = _FAST * step_ns, _DUE * step_ns
    starts = looked_ns == _NO_TIME
    quick = np.flatnonzero(np.diff(timestamps) < near) + 1
    last, is_next, row = looked_ns, before_ns == looked_ns, 0
    while row < len(timestamps):
        if starts or timestamps[row] - last >= (near if is_next else due):
            place = int(np.searchsorted(quick, row, side="right"))
            following = int(quick[place]) if place < len(quick) else len(timestamps)
            last, is_next, starts, row = int(timestamps[following - 1]), True, False, following
        else:
            after = max(int(np.searchsorted(timestamps, last + due)), row + 1)
            kept[row:after] = False
            is_next, row = False, after
    return kept


@dataclass(frozen=True)
class PaceSeen:
    """What the pace of a block of rows was.

    Parameters
    ----------
    findings : tuple of Finding
        Changes of the pace, in time order.
    looked : (n_rows,) bool
        Rows that are looked at; of faster rows one in each step of the training.
    after_gap : (n_rows,) bool
        Rows that do not follow on the row before in time.
    slow : (n_rows,) bool
        Rows that come at a slower pace for good.
    state : dict of arrays
        After the last row.
    """

    findings: tuple[Finding, ...]
    looked: BoolArray
    after_gap: BoolArray
    slow: BoolArray
    state: Arrays


@dataclass(frozen=True)
class Pace:
    """The clock of the training, and what live rows are told against.

    Parameters
    ----------
    step_ns : float
        Typical step of the training.
    low_ns, high_ns : float
        Its short and its long steps (1 % and 99 % of them).
    gap_ns : float
        Longer steps are gaps.
    """

    step_ns: float
    low_ns: float
    high_ns: float
    gap_ns: float

    def fresh(self) -> Arrays:
        """Return the state of a stream that has just begun."""
        return {
            "pace_before": np.full(1, _NO_TIME),
            "pace_steps": np.full(_LASTING - 1, np.nan),
            "pace_step": np.zeros(1),
            "pace_told": np.zeros(1, dtype=np.int64),
        }

    def look(self, timestamps: Int64Array, state: Arrays) -> PaceSeen:
        """Tell where the pace changes for good, and where gaps are at the pace the rows have by then.

        Parameters
        ----------
        timestamps : (n_rows,) int64
            Nanoseconds UTC, increasing; every row of the stream in its turn.
        state : dict of arrays
            As `fresh` or an earlier call gave it, and in ``last_ns`` the time of the last row that was looked at.

        Returns
        -------
        PaceSeen
            Three findings a stream at most. Thirty steps in a row tell a pace, so a gap tells none.
        """
        if not len(timestamps):
            none = np.zeros(0, dtype=bool)
            return PaceSeen((), none, none, none, {})
        looked_ns = int(state["last_ns"][0])
        before = max(int(state["pace_before"][0]), looked_ns)
        first = np.nan if before == _NO_TIME else float(timestamps[0] - before)
        steps = np.concatenate([[first], np.diff(timestamps)])
        recent = np.concatenate([np.asarray(state["pace_steps"], np.float64), steps])
        live, told = float(state["pace_step"][0]), int(state["pace_told"][0])
        live_at = np.full(len(timestamps), live)
        findings = []
        side = self._lasting_side(recent)
        for row in np.flatnonzero((side != 0) & (side != np.concatenate([[0], side[:-1]]))):
            if side[row] == self._side_of(live):
                continue
            lasting = recent[row : row + _LASTING]
            live = 0.0 if side[row] == _AS_TRAINED else float(np.median(lasting))
            live_at[row:] = live
            if live and told < _MOST_TOLD:
                findings.append(self._finding(int(timestamps[row]) - round(float(lasting.sum())), live))
                told += 1
        after = {
            "pace_before": timestamps[-1:].copy(),
            "pace_steps": recent[len(recent) - _LASTING + 1 :].copy(),
            "pace_step": np.array([live]),
            "pace_told": np.array([told], dtype=np.int64),
        }
        after_gap = steps > np.maximum(self.gap_ns, _GAP_STEPS * live_at)
        looked = looked_at(timestamps, self.low_ns, looked_ns, before)
        return PaceSeen(tuple(findings), looked, after_gap, live_at > self.step_ns, after)

    def breaks(self, seen: PaceSeen) -> dict[str, BoolArray]:
        """Where what is carried from row to row ends, for the rows that are looked at.

        Parameters
        ----------
        seen : PaceSeen
            What `look` gave.

        Returns
        -------
        dict of (n_looked,) bool
            ``after_gap`` and ``slow``.
        """
        return {"after_gap": seen.after_gap[seen.looked], "slow": seen.slow[seen.looked]}

    def _side_of(self, live_step: float) -> int:
        """Whether live rows are slower or faster than the training, or as there."""
        return _AS_TRAINED if live_step == 0 else _SLOWER if live_step > self.step_ns else _FASTER

    def _lasting_side(self, recent: Float64Array) -> Int64Array:
        """Where all of the last thirty steps are slower, faster or as in training; 0 where they are mixed."""
        slower, faster = recent > _OTHER * self.high_ns, recent < self.low_ns / _OTHER
        sides = {_SLOWER: slower, _FASTER: faster, _AS_TRAINED: np.isfinite(recent) & ~slower & ~faster}
        out = np.zeros(len(recent) - _LASTING + 1, dtype=np.int64)
        for side, there in sides.items():
            count = np.concatenate([[0], np.cumsum(there)])
            out[count[_LASTING:] - count[:-_LASTING] == _LASTING] = side
        return out

    def _finding(self, began: int, step: float) -> Finding:
        ours, live = duration_text(self.step_ns / NS_PER_SECOND), duration_text(step / NS_PER_SECOND)
        head = f"From {minute_text(began)} rows come every {live}; in training they came every {ours}."
        if step > self.step_ns:
            means = (
                "They are judged as they come: what begins and ends between two rows is not seen, and a slow fault "
                "takes more time to show."
            )
        else:
            means = f"One row is judged in each {ours}, and its score stands until the next one."
        end = "For another rate, train again on rows of it."
        return Finding("sampling_changed", TimeRange(began, began + max(round(step), 1)), (), f"{head} {means} {end}")


def pace_of(timestamps: Int64Array, step_ns: float, gap_ns: float) -> Pace:
    """Pace of training rows.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing.
    step_ns, gap_ns : float
        Typical step, and the one beyond which rows do not follow on each other.

    Returns
    -------
    Pace
        Short and long steps are the 1 % and 99 % quantiles of those that are no gaps.
    """
    steps = np.diff(timestamps)
    steps = steps[steps <= gap_ns]
    low, high = np.quantile(steps, [0.01, 0.99]) if len(steps) else (step_ns, step_ns)
    return Pace(float(step_ns), float(low), float(high), float(gap_ns))


def held_between(scores: Scores, looked: BoolArray, state: Arrays) -> Scores:
    """Scores of all rows from those of the rows that were looked at: each stands until the next.

    Parameters
    ----------
    scores : Scores
        Of the rows that were looked at.
    looked : (n_rows,) bool
        Which ones these are.
    state : dict of arrays
        Before the first row; ``held_score`` has the statistic and the release of the last row looked at.

    Returns
    -------
    Scores
        A row before the first one looked at has no contributions (NaN).
    """
    place = np.cumsum(looked)
    held = np.asarray(state.get("held_score", np.full(2, np.nan)), dtype=np.float64)
    no_shares = np.full((1, scores.contributions.shape[1]), np.nan, dtype=np.float32)
    return Scores(
        np.concatenate([held[:1], scores.statistic])[place],
        np.concatenate([held[1:], scores.release])[place],
        np.concatenate([no_shares, scores.contributions])[place],
        scores.findings,
        scores.state,
    )


def steady_rows(timestamps: Int64Array) -> tuple[BoolArray, Pace | None, tuple[str, ...]]:
    """What to learn from where the pace changes within the training rows.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC, increasing.

    Returns
    -------
    kept : (n_rows,) bool
        Rows to learn from: all slower ones, and of faster ones one in each step of the pace that held longest.
    pace : Pace or None
        That pace; None where nothing changed, or where steps are so uneven that there is no pace.
    sentences : tuple of str
        What is worth telling.
    """
    every = np.ones(len(timestamps), dtype=bool)
    if len(timestamps) <= 2 * _LASTING:
        return every, None, ()
    steps = np.diff(timestamps)
    alike = np.maximum(steps[1:], steps[:-1]) <= _OTHER * np.minimum(steps[1:], steps[:-1])
    if alike.mean() < _EVEN:
        return every, None, ()
    step = _steady_step(timestamps)
    pace = Pace(step, step, step, _GAP_STEPS * step)
    seen = pace.look(timestamps, {**pace.fresh(), "last_ns": np.full(1, _NO_TIME)})
    if not seen.findings:
        return every, None, ()
    others = "; ".join(finding.sentence.split(";")[0] for finding in seen.findings)
    return seen.looked, pace, (f"{others}. The training is learned at {duration_text(step / NS_PER_SECOND)}.",)


def _steady_step(timestamps: Int64Array) -> float:
    """Step at which a record goes for the longest time, so that many fast rows do not outvote years of slow ones."""
    steps = np.diff(timestamps).astype(np.float64)
    typical = float(np.median(steps))
    if steps.max() <= _OTHER * typical:
        return typical
    alike = np.maximum(steps[1:], steps[:-1]) <= _OTHER * np.minimum(steps[1:], steps[:-1])
    steady = np.sort(steps[1:][alike])
    if 2 * len(steady) < len(steps):
        return typical
    over_time = np.cumsum(steady)
    middle = float(steady[int(np.searchsorted(over_time, over_time[-1] / 2))])
    return middle if middle > _OTHER * typical else typical

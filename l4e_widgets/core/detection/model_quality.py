"""How good a model is, judged without labels on rows outside of its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

__all__ = ["BlockStability", "ModelQuality", "QualityState", "SensorFit", "block_stability", "judge", "sensor_fits"]

ADVISED_DAYS = 14.0
PREDICTABLE_FROM = 0.1
COVERED = (0.93, 0.97)
_LEAST_ROWS = 50
_LOUD_SHARE = 0.05
_SHIFTED = 3.0
_MOST_IN_EVENTS = 0.25


class QualityState(str, Enum):
    """The three states that Amazon Lookout for Equipment knew."""

    MET = "QUALITY_THRESHOLD_MET"
    UNKNOWN = "CANNOT_DETERMINE_QUALITY"
    POOR = "POOR_QUALITY_DETECTED"


@dataclass(frozen=True, kw_only=True)
class SensorFit:
    """How well one sensor is known from the others.

    Parameters
    ----------
    column : int
        Its place among the detector's sensors.
    explained : float
        Share of its variance that the others explain, up to 1; NaN where it did not move.
    coverage : float
        Share of normal rows inside its 95 % band; NaN where it did not move.
    """

    column: int
    explained: float
    coverage: float


@dataclass(frozen=True, kw_only=True)
class BlockStability:
    """How calm the statistic was in one block of time.

    Parameters
    ----------
    start_ns, end_ns : int
        `[start, end)`, nanoseconds UTC.
    median : float
        Median of the statistic of its rows outside of events.
    share_in_events : float
        Share of its rows inside an event, 0 to 1.
    in_training : bool
        Whether it lies inside the training range.
    """

    start_ns: int
    end_ns: int
    median: float
    share_in_events: float
    in_training: bool


@dataclass(frozen=True, kw_only=True)
class ModelQuality:
    """The judgement.

    Parameters
    ----------
    state : QualityState
        Good enough, poor, or not to be told.
    reasons : tuple of str
        Sentences.
    share_used : float
        Share of the rows of the training range that was learned from, 0 to 1.
    modes_covered : float
        Share of the later rows that lie in an operating mode seen in training, 0 to 1; NaN without later rows.
    fits : tuple of SensorFit
        One a sensor.
    blocks : tuple of BlockStability
        In order of time.
    """

    state: QualityState
    reasons: tuple[str, ...]
    share_used: float
    modes_covered: float
    fits: tuple[SensorFit, ...]
    blocks: tuple[BlockStability, ...]

    @property
    def unpredictable(self) -> tuple[int, ...]:
        """Columns of the moving sensors that the others say next to nothing about."""
        return tuple(fit.column for fit in self.fits if fit.explained < PREDICTABLE_FROM)

    @property
    def coverage(self) -> float:
        """Mean share of normal rows inside the 95 % band, over the moving sensors."""
        known = [fit.coverage for fit in self.fits if np.isfinite(fit.coverage)]
        return float(np.mean(known)) if known else float("nan")


def sensor_fits(
    values: npt.NDArray[np.floating], expected: npt.NDArray[np.floating], half_band: npt.NDArray[np.floating]
) -> tuple[SensorFit, ...]:
    """How well each sensor is known from the others on normal rows.

    Parameters
    ----------
    values, expected : (n_rows, n_sensors) float
        Normal rows, best such that were not learned from, in the sensors' units.
    half_band : (n_sensors,) float
        Half width of the band that should hold 95 % of them.

    Returns
    -------
    tuple of SensorFit
        One a column.
    """
    off = np.asarray(values, dtype=np.float64) - np.asarray(expected, dtype=np.float64)
    fits = []
    for column in range(off.shape[1]):
        known = np.isfinite(off[:, column])
        spread = float(np.var(values[known, column].astype(np.float64))) if known.sum() >= _LEAST_ROWS else 0.0
        if spread <= 0 or not half_band[column] > 0:
            fits.append(SensorFit(column=column, explained=float("nan"), coverage=float("nan")))
            continue
        left = off[known, column]
        fits.append(
            SensorFit(
                column=column,
                explained=1.0 - float(np.var(left)) / spread,
                coverage=float((np.abs(left) <= half_band[column]).mean()),
            )
        )
    return tuple(fits)


def block_stability(
    timestamps: npt.NDArray[np.int64],
    statistic: npt.NDArray[np.float64],
    in_event: npt.NDArray[np.bool_],
    *,
    training_end: int,
    n_blocks: int = 12,
) -> tuple[BlockStability, ...]:
    """How calm the statistic was, block by block.

    Parameters
    ----------
    timestamps : (n_rows,) int64
        Nanoseconds UTC.
    statistic : (n_rows,) float64
        Of every row.
    in_event : (n_rows,) bool
        Rows inside an event.
    training_end : int
        End of the training range, nanoseconds UTC.
    n_blocks : int
        Blocks of equal time.

    Returns
    -------
    tuple of BlockStability
        Blocks without rows are left out.
    """
    if not len(timestamps):
        return ()
    edges = np.linspace(int(timestamps[0]), int(timestamps[-1]) + 1, n_blocks + 1).astype(np.int64)
    rows = np.searchsorted(timestamps, edges)
    blocks = []
    for place in range(n_blocks):
        part = slice(int(rows[place]), int(rows[place + 1]))
        if part.start == part.stop:
            continue
        calm = statistic[part][~in_event[part]]
        calm = calm[np.isfinite(calm)]
        blocks.append(
            BlockStability(
                start_ns=int(edges[place]),
                end_ns=int(edges[place + 1]),
                median=float(np.median(calm)) if len(calm) else float("nan"),
                share_in_events=float(in_event[part].mean()),
                in_training=bool(edges[place + 1] <= training_end),
            )
        )
    return tuple(blocks)


def judge(
    *,
    training_days: float,
    share_used: float,
    modes_covered: float,
    fits: Sequence[SensorFit],
    blocks: Sequence[BlockStability],
    spread: float,
) -> ModelQuality:
    """Put the parts together to a judgement.

    It is poor where most moving sensors say nothing of each other, where a quarter of the later time lies inside
    events, or where the statistic of the later blocks has moved by three of its spreads. It cannot be told from less
    than 14 days of training or without later rows.

    Parameters
    ----------
    training_days : float
        Length of the training range.
    share_used : float
        Share of its rows that was learned from.
    modes_covered : float
        Share of the later rows in operating modes that were learned.
    fits : sequence of SensorFit
        See `sensor_fits`.
    blocks : sequence of BlockStability
        See `block_stability`.
    spread : float
        Robust standard deviation of the held-out statistic.

    Returns
    -------
    ModelQuality
        State and reasons.
    """
    moving = [fit for fit in fits if np.isfinite(fit.explained)]
    alone = [fit for fit in moving if fit.explained < PREDICTABLE_FROM]
    before = [block.median for block in blocks if block.in_training and np.isfinite(block.median)]
    later = [block for block in blocks if not block.in_training and np.isfinite(block.median)]
    moved = max((abs(block.median - float(np.median(before))) for block in later), default=0.0) if before else 0.0
    in_events = float(np.mean([block.share_in_events for block in later])) if later else 0.0
    poor, unknown, remarks = [], [], []
    if len(moving) > 1 and len(alone) > len(moving) / 2:
        poor.append(f"{len(alone)} of {len(moving)} moving sensors cannot be told from the others.")
    elif alone and len(moving) > 1:
        remarks.append(f"{len(alone)} of {len(moving)} moving sensors cannot be told from the others.")
    if in_events > _MOST_IN_EVENTS:
        poor.append(f"{in_events:.0%} of the time after training lies inside events: it may have learned too little.")
    if moved > _SHIFTED * spread:
        poor.append("What is typical after training is not what was typical in it: train on a longer or later range.")
    if training_days < ADVISED_DAYS:
        unknown.append(f"It learned from {training_days:.1f} days; {ADVISED_DAYS:.0f} are the least worth judging.")
    if not later:
        unknown.append("No time after the training is there to judge it by.")
    if np.isfinite(modes_covered) and modes_covered < 1 - _LOUD_SHARE:
        remarks.append(f"{1 - modes_covered:.0%} of the later rows lie in operating modes that it has not seen.")
    if share_used < 0.9:
        remarks.append(f"{share_used:.0%} of the training range could be learned from.")
    state = QualityState.POOR if poor else QualityState.UNKNOWN if unknown else QualityState.MET
    good = ("What it expects holds after training too.",) if state is QualityState.MET else ()
    return ModelQuality(
        state=state,
        reasons=(*poor, *unknown, *good, *remarks),
        share_used=share_used,
        modes_covered=modes_covered,
        fits=tuple(fits),
        blocks=tuple(blocks),
    )

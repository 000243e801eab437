"""The detector made of the relations between sensors: each one judged by all the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.artefact import scorer_arrays, scorer_from_arrays
from l4e_widgets.core.detection.by_the_clock import residuals
from l4e_widgets.core.detection.calibration import Calibration
from l4e_widgets.core.detection.checks import (
    LEAST_ROWS,
    checked_rows,
    clock_of,
    default_sensors,
    kept_rows,
    training_warnings,
)
from l4e_widgets.core.detection.contract import DetectorState, Evidence, Expected, Scores
from l4e_widgets.core.detection.fitting import Learned, learn
from l4e_widgets.core.detection.pace import PaceSeen, held_between, pace_of, steady_rows
from l4e_widgets.core.detection.record import grid_step, learn_grid
from l4e_widgets.core.detection.scoring import Scorer
from l4e_widgets.core.detection.sharing import learn_shares
from l4e_widgets.core.detection.standstill import learn_standstill
from l4e_widgets.core.detection.unit_history import in_one_unit
from l4e_widgets.core.detection.unit_watch import UnitWatch
from l4e_widgets.core.detection.watch import Watcher
from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange

__all__ = ["RelationDetector"]

FloatArray = npt.NDArray[np.floating]
Float64Array = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[np.generic]]

_CENTRE_DAYS = 30.0
_SHARE_ROWS = 20_000
_BAND_SHARE = 0.95


class RelationDetector:
    """Judges every sensor by all the others: a level channel, a variance channel, one statistic.

    The statistic is the natural logarithm of the row's amplitude over its typical value on held-out normal rows:
    0 is typical, 1 is 2.7 times the typical.

    Parameters
    ----------
    alpha : float
        Weight of the newest row in both channels, in (0, 1].
    least_rows : int
        Rows it asks for to learn from; fewer than 200 are for trying things out only.

    References
    ----------
    Kresta, MacGregor & Marlin, Multivariate statistical monitoring of process operating performance, 1991;
    Lowry et al., A multivariate exponentially weighted moving average control chart, Technometrics 1992.
    """

    ARTEFACT_VERSION: ClassVar[int] = 1
    """Version of what is learned; raised when arrays stored before cannot give the same scores any more."""

    def __init__(self, *, alpha: float = 0.2, least_rows: int = LEAST_ROWS) -> None:
        if not 0 < alpha <= 1:
            raise UsageError(
                "The weight of the newest row must lie above 0 and not above 1.", got=str(alpha), expected="such as 0.2"
            )
        self.alpha = float(alpha)
        self.least_rows = max(int(least_rows), 2)
        self._sensors: tuple[Sensor, ...] = ()
        self._scorer: Scorer | None = None
        self._watcher: Watcher | None = None
        self._evidence: Evidence | None = None
        self._half_band: Float64Array = np.empty(0)

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Records of the sensors it was fitted on, in the order of the columns."""
        return self._sensors

    @property
    def evidence(self) -> Evidence:
        """What the fit learned about the statistic on held-out normal rows."""
        if self._evidence is None:
            raise _not_fitted()
        return self._evidence

    def fit(
        self,
        X: FloatArray,  # noqa: N803
        *,
        timestamps: Int64Array,
        exclude: Sequence[TimeRange] = (),
        sensors: Sequence[Sensor] = (),
    ) -> RelationDetector:
        """Learn from rows in time order, leaving out what lies in `exclude`.

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
        RelationDetector
            Itself.

        Raises
        ------
        DataError
            Too few rows, times out of order, or no sensor with more than one value.
        """
        values, times = checked_rows(X, timestamps)
        self._sensors = tuple(sensors) if sensors else default_sensors(values.shape[1])
        rows = kept_rows(values, times, exclude, self._sensors, self.least_rows)
        kept, pace, said = steady_rows(times[rows])
        rows = rows[kept]
        values, changed = in_one_unit(values, rows, times, self._sensors)
        pace = pace or pace_of(times, *clock_of(times))
        step_ns, gap_ns = pace.step_ns, pace.gap_ns
        grid = learn_grid(values[rows[:: grid_step(len(rows))]])
        learned = learn(
            values,
            rows,
            times,
            alpha=self.alpha,
            gap_ns=gap_ns,
            least_step=grid.step,
            seconds_per_row=step_ns / 1e9,
            counters=tuple(i for i, sensor in enumerate(self._sensors) if sensor.kind.value == "counter"),
            warnings=(*changed, *said, *training_warnings(len(rows), len(rows) * step_ns / 1e9)),
        )
        self._evidence = learned.evidence
        level = Calibration.from_evidence(learned.evidence).threshold()
        constant = learned.columns.constant
        self._scorer = _scorer(learned, self.alpha, step_ns, level)
        self._watcher = Watcher(self._sensors, constant, learned.columns.centre[constant], grid, level, pace)
        self._half_band = np.quantile(np.abs(learned.sample.residual), _BAND_SHARE, axis=0)
        return self

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
            Values in the sensors' units, NaN for missing.
        timestamps : (n_rows,) int64
            Nanoseconds UTC, strictly increasing.
        state : DetectorState, optional
            After the rows before; a fresh stream where absent.
        explain : bool
            Whether contributions are wanted.

        Returns
        -------
        Scores
            Statistic, release, contributions, findings and the state after the last row.

        Raises
        ------
        DataError
            Another number of columns than in training, or times out of order.
        """
        scorer, watcher = self._parts()
        values, times = checked_rows(X, timestamps, n_sensors=len(self._sensors))
        units = UnitWatch(scorer, self._sensors)
        now = {**scorer.fresh(), **watcher.fresh(), **units.fresh(), **(state.arrays if state is not None else {})}
        seen = watcher.pace.look(times, now)
        if seen.looked.all():
            return self._scored(values, times, now, seen, explain=explain)
        part = self._scored(values[seen.looked], times[seen.looked], now, seen, explain=explain)
        return held_between(part, seen.looked, now)

    def _scored(self, values: FloatArray, times: Int64Array, now: Arrays, seen: PaceSeen, *, explain: bool) -> Scores:
        """Scores of those rows that are looked at."""
        scorer, watcher = self._parts()
        n_rows, breaks = len(values), watcher.pace.breaks(seen)
        statistic, release = np.full(n_rows, np.nan), np.full(n_rows, np.nan)
        shares = np.zeros((n_rows, len(self._sensors) if explain else 0), dtype=np.float32)
        rows_before = int(now["rows"][0])
        modelled = scorer.columns.modelled
        places = slice(None) if len(modelled) == len(self._sensors) else modelled
        judged, turned, units = UnitWatch(scorer, self._sensors).screen(values, times, now)
        if n_rows:
            for part, after in scorer.walk(judged, times, now, explain=explain, **breaks):
                statistic[part.rows], release[part.rows] = part.statistic, part.release
                if part.shares is not None:
                    shares[part.rows, places] = part.shares
                now = after
        shares[np.isnan(statistic)] = np.nan
        findings, watched = watcher.look(values, times, statistic, now, rows_before)
        if n_rows:
            watched["held_score"] = np.array([statistic[-1], release[-1]])
        found = tuple(sorted((*findings, *turned, *seen.findings), key=lambda finding: finding.span.start))
        return Scores(statistic, release, shares, found, DetectorState({**now, **watched, **units, **seen.state}))

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
            Values in the sensors' units, NaN for missing.
        timestamps : (n_rows,) int64
            Nanoseconds UTC, strictly increasing.
        state : DetectorState, optional
            After the rows before; a fresh stream where absent.

        Returns
        -------
        Expected
            Expected values and the half width of the band of normal rows, in the sensors' units.

        Raises
        ------
        DataError
            Another number of columns than in training, or times out of order.
        """
        scorer, watcher = self._parts()
        values, times = checked_rows(X, timestamps, n_sensors=len(self._sensors))
        units = UnitWatch(scorer, self._sensors)
        now = {**scorer.fresh(), **watcher.fresh(), **units.fresh(), **(state.arrays if state is not None else {})}
        seen = watcher.pace.look(times, now)
        values, _, _ = units.screen(values, times, now)
        columns = scorer.columns
        out = np.full(values.shape, np.nan, dtype=np.float32)
        out[:, columns.constant] = columns.centre[columns.constant]
        scale, centre = columns.scale[columns.modelled], columns.centre[columns.modelled]
        if len(values):
            for part, _ in scorer.walk(values, times, now, after_gap=seen.after_gap, slow=seen.slow, explain=False):
                told = (part.z - part.residual + scorer.rhythm.at(times[part.rows])) * scale + centre
                told[np.isnan(part.statistic)] = np.nan
                out[part.rows, columns.modelled] = told
        band = np.full(len(self._sensors), np.nan, dtype=np.float32)
        band[columns.constant] = 0.0
        band[columns.modelled] = self._half_band * scale
        return Expected(out, band)

    def to_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return everything that was learned as named arrays without objects, for an artefact."""
        scorer, watcher = self._parts()
        return scorer_arrays(scorer, watcher, self.evidence, self._half_band)

    def configuration(self) -> dict[str, float | int | str | bool]:
        """Return the settings as plain values, for an artefact's manifest."""
        return {"detector": "relations", "alpha": self.alpha, "least_rows": self.least_rows}

    @classmethod
    def from_arrays(
        cls,
        arrays: Mapping[str, npt.NDArray[np.generic]],
        configuration: Mapping[str, float | int | str | bool],
        sensors: Sequence[Sensor],
    ) -> RelationDetector:
        """Rebuild a fitted detector from what `to_arrays` and `configuration` gave.

        Parameters
        ----------
        arrays : mapping of str to array
            Named arrays.
        configuration : mapping
            Settings.
        sensors : sequence of Sensor
            Records of the columns.

        Returns
        -------
        RelationDetector
            Scores as the one that was stored.

        Raises
        ------
        DataError
            An array is absent or has another shape than the sensors ask for.
        """
        made = cls(
            alpha=float(configuration.get("alpha", 0.2)), least_rows=int(configuration.get("least_rows", LEAST_ROWS))
        )
        made._sensors = tuple(sensors)
        parts = scorer_from_arrays(arrays, made._sensors, made.alpha)
        made._scorer, made._watcher, made._evidence, made._half_band = parts
        return made

    def _parts(self) -> tuple[Scorer, Watcher]:
        """Return what scores and what watches, or say that there is no fit yet."""
        if self._scorer is None or self._watcher is None:
            raise _not_fitted()
        return self._scorer, self._watcher


def _not_fitted() -> UsageError:
    return UsageError("The detector has not been fitted.", fix="Call fit with normal rows first.")


def _scorer(learned: Learned, alpha: float, step_ns: float, slow_level: float) -> Scorer:
    """Scorer of what was learned, with the normal sizes of the contributions."""
    training, relations = learned.training, learned.relations
    stop = min(training.n_rows, _SHARE_ROWS)
    first = (training.n_rows - stop) // 2
    z, _ = training.block(first, first + stop)
    residual = residuals(relations, z, training.clock(first, first + stop))
    level_sd = np.sqrt(np.maximum(np.square(learned.sample.level).mean(axis=0), 1e-12))
    shares = learn_shares(residual, z, alpha=alpha, level_sd=level_sd, relations=relations)
    days = training.n_rows * step_ns / 86_400e9
    centre_rows = max(training.n_rows * min(1.0, _CENTRE_DAYS / max(days, 1e-9)), 1.0)
    return Scorer(
        learned.columns,
        relations,
        learned.scale,
        shares,
        alpha,
        float(centre_rows),
        float(slow_level),
        training.rhythm,
        learn_standstill(training, alpha),
    )

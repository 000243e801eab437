"""How good the data of every sensor is: statistics, a grade, and the reasons for it in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.columns import Columns, FrameColumns
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.operating_modes import has_several_modes
from l4e_widgets.core.quality_records import QualityReport, SensorQuality
from l4e_widgets.core.quality_statistics import Statistics, step_jitter, strongest_partners, tallied_statistics
from l4e_widgets.core.quality_tally import SAMPLE_ROWS, ColumnTally
from l4e_widgets.core.reading.report import ReadingReport
from l4e_widgets.core.sensors import Sensor, SensorKind
from l4e_widgets.core.times import NS_PER_SECOND, duration_text, short_of

__all__ = ["QualityReport", "SensorQuality", "assess_columns", "assess_quality", "grade_clocks"]

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.floating]

SHORT_HISTORY_DAYS = 14.0
"""A history below this is worth a warning: it holds two weekly rhythms at most."""
LARGE_GAP_S = 86_400.0
"""A stretch without values is large when it is longer than a day ..."""
LARGE_GAP_STEPS = 10
"""... and longer than this many median steps, so that daily data does not count as gaps."""
SHORT_SENSOR_SHARE = 0.5
"""A sensor whose values cover less than this share of the data set's time is said to have few days."""
COMPLETE = "It is complete: no value is missing, repeated or unreadable, and it has no large gap."
"""Why a sensor is graded High."""
_DAY_S = 86_400.0


@dataclass(frozen=True)
class _Counts:
    """Counts of the reading that concern a sensor."""

    rows: int
    duplicates: int
    invalid_times: int
    invalid: int


def assess_quality(frame: SensorFrame, report: ReadingReport | None = None) -> QualityReport:
    """Grade every sensor of a frame.

    Parameters
    ----------
    frame : SensorFrame
        The data.
    report : ReadingReport, optional
        What came of reading it; without one nothing was set aside or lost.

    Returns
    -------
    QualityReport
        Low: no data, or monotonic (never moving among it). Medium: large gaps, several operating modes, missing
        values, categorical or non-numeric values, repeated times, or few days in a long data set. Else High.
    """
    return assess_columns(FrameColumns(frame), report)


def assess_columns(
    rows: Columns, report: ReadingReport | None = None, *, progress: Callable[[float], None] | None = None
) -> QualityReport:
    """Grade every sensor of rows that are read chunk by chunk.

    Parameters
    ----------
    rows : Columns
        The rows of one clock.
    report : ReadingReport, optional
        What came of reading them; without one nothing was set aside or lost.
    progress : callable, optional
        Takes the share of the sensors that are done, 0 to 1.

    Returns
    -------
    QualityReport
        As `assess_quality` gives it.
    """
    times = rows.timestamps
    duplicates = report.count("duplicate_timestamp") if report else 0
    invalid_times = sum(report.count(reason) for reason in _UNREAD_TIMES) if report else 0
    n_read = len(times) + duplicates + invalid_times
    step_s = float(np.median(np.diff(times))) / NS_PER_SECOND if len(times) > 1 else 0.0
    gap_s = max(LARGE_GAP_S, LARGE_GAP_STEPS * step_s)
    span_s = float(times[-1] + 1 - times[0]) / NS_PER_SECOND if len(times) else 0.0
    total_days = (span_s + step_s) / _DAY_S if len(times) else 0.0
    stride = max(1, -(-len(times) // SAMPLE_ROWS))
    sampled = np.empty((len(times[::stride]), len(rows.sensors)))
    records = []
    for place, sensor in enumerate(rows.sensors):
        counts = _Counts(n_read, duplicates, invalid_times, report.lost(sensor.name) if report else 0)
        tally = ColumnTally(gap_ns=gap_s * NS_PER_SECOND)
        _tallied(tally, rows, place, sampled[:, place], stride)
        again = partial(rows.chunks, place)
        records.append(_assess(sensor, times, tally, again, counts, total_days=total_days))
        if progress:
            progress((place + 1) / len(rows.sensors))
    for place, partner in enumerate(strongest_partners(sampled)):
        if partner is not None:
            other, correlation = partner
            name = rows.sensors[other].name
            records[place] = replace(records[place], correlated_with=name, correlation=correlation)
    return QualityReport(tuple(records), tuple(_warnings(records, total_days)), step_s, step_jitter(times))


def _tallied(tally: ColumnTally, rows: Columns, place: int, sampled: npt.NDArray[np.float64], stride: int) -> None:
    """Count the values of one sensor, and pick those of a regular sample of the rows."""
    start = 0
    for chunk in rows.chunks(place):
        tally.add(rows.timestamps[start : start + len(chunk)], chunk)
        sampled[-(-start // stride) : -(-(start + len(chunk)) // stride)] = chunk[-start % stride :: stride]
        start += len(chunk)


def grade_clocks(
    clocks: Sequence[SensorFrame | Columns],
    sensors: Sequence[Sensor],
    report: ReadingReport | None = None,
    *,
    progress: Callable[[float], None] | None = None,
) -> QualityReport:
    """Grade every sensor on the rows of its own clock.

    Parameters
    ----------
    clocks : sequence of SensorFrame or Columns
        Rows of each clock.
    sensors : sequence of Sensor
        Records, in the order of the grades; each is in one of the clocks.
    report : ReadingReport, optional
        What came of reading.
    progress : callable, optional
        Takes the share that is done, 0 to 1.

    Returns
    -------
    QualityReport
        Grades in the order of the sensors, and the warnings on all clocks, each once.
    """
    known = {sensor.id: sensor for sensor in sensors}
    reports = []
    for number, clock in enumerate(clocks):
        rows = FrameColumns(clock) if isinstance(clock, SensorFrame) else clock
        told = _Renamed(rows, tuple(known[sensor.id] for sensor in rows.sensors))
        share = partial(_share_of, progress, number, len(clocks)) if progress else None
        reports.append(assess_columns(told, report, progress=share))
    records = {record.id: record for graded in reports for record in graded.sensors}
    warnings = tuple(dict.fromkeys(warning for graded in reports for warning in graded.warnings))
    first = reports[0] if reports else QualityReport(())
    return QualityReport(tuple(records[sensor.id] for sensor in sensors), warnings, first.step_s, first.unsteady_share)


def _share_of(progress: Callable[[float], None], number: int, count: int, share: float) -> None:
    progress((number + share) / count)


@dataclass(frozen=True)
class _Renamed:
    """Rows with other records of their sensors."""

    rows: Columns
    sensors: tuple[Sensor, ...]

    @property
    def timestamps(self) -> Int64Array:
        return self.rows.timestamps

    def chunks(self, place: int) -> Iterator[FloatArray]:
        return self.rows.chunks(place)


def _assess(
    sensor: Sensor,
    timestamps: Int64Array,
    tally: ColumnTally,
    again: Callable[[], Iterator[FloatArray]],
    counts: _Counts,
    *,
    total_days: float,
) -> SensorQuality:
    n_rows, n_values = tally.n_rows, tally.n_values
    gaps, longest = tally.gaps(int(timestamps[0]), int(timestamps[-1])) if n_values else (0, 0.0)
    monotonic = tally.direction()
    categorical = n_values > 0 and monotonic != "STATIC" and sensor.kind in _STATES
    modes = not categorical and not monotonic and has_several_modes(tally.sample.values())
    end_ns, start_ns = tally.end_ns or 0, tally.start_ns or 0
    rows = max(counts.rows, 1)
    missing = n_rows - n_values - min(counts.invalid, n_rows - n_values)
    found: dict[str, Any] = {
        "start_ns": tally.start_ns,
        "end_ns": tally.end_ns,
        "days": float(end_ns - start_ns) / NS_PER_SECOND / _DAY_S,
        "n_values": n_values,
        "categorical": categorical,
        "n_categories": tally.distinct_values if categorical else 0,
        "large_gaps": gaps,
        "max_gap_days": longest / _DAY_S,
        "monotonic": monotonic,
        "multiple_operating_modes": modes,
        "duplicate_count": counts.duplicates,
        "duplicate_share": counts.duplicates / rows,
        "invalid_timestamp_count": counts.invalid_times,
        "invalid_timestamp_share": counts.invalid_times / rows,
        "invalid_count": counts.invalid,
        "invalid_share": counts.invalid / max(n_rows, 1),
        "missing_count": missing,
        "missing_share": missing / max(n_rows, 1),
        "constant": monotonic == "STATIC",
        "statistics": tallied_statistics(tally, again, several_modes=modes),
    }
    low = _low_reasons(found, tally.first)
    medium = _medium_reasons(found, total_days)
    grade = "Low" if low else "Medium" if medium else "High"
    reasons = (*low, *medium) or (COMPLETE,)
    return SensorQuality(id=sensor.id, name=sensor.name, grade=grade, reasons=reasons, **found)


_STATES = (SensorKind.CATEGORICAL, SensorKind.TWO_VALUED)
_UNREAD_TIMES = ("impossible_time", "no_time", "skipped_hour")


def _low_reasons(found: Mapping[str, Any], value: float) -> tuple[str, ...]:
    if not found["n_values"]:
        return ("It has no values.",)
    if found["monotonic"] == "STATIC":
        return (f"It never moves: every value is {value:g}.",)
    if found["monotonic"]:
        word = "rises" if found["monotonic"] == "INCREASING" else "falls"
        return (f"It only ever {word}, so it says when, not how the machine is.",)
    return ()


def _medium_reasons(found: Mapping[str, Any], total_days: float) -> tuple[str, ...]:
    if not found["n_values"]:
        return ()
    reasons = []
    if found["large_gaps"]:
        longest = duration_text(found["max_gap_days"] * _DAY_S)
        count = found["large_gaps"]
        reasons.append(
            f"It has a large gap of {longest}." if count == 1 else f"It has {count} large gaps, the longest {longest}."
        )
    if found["multiple_operating_modes"]:
        levels = " and ".join(f"{level:.4g} ({100 * share:.0f} % of the time)" for level, share in _modes(found))
        reasons.append(f"Its values gather around several levels, as in several operating modes: {levels}.")
    if found["missing_count"]:
        reasons.append(f"{_part(found['missing_count'], found['missing_share'])} of its values are missing.")
    if found["categorical"]:
        reasons.append(f"It takes {found['n_categories']} different values only, so it is a state, no measurement.")
    if found["invalid_count"]:
        reasons.append(f"{_part(found['invalid_count'], found['invalid_share'])} of its cells are no numbers.")
    if found["duplicate_count"]:
        reasons.append(f"{_part(found['duplicate_count'], found['duplicate_share'])} of its times are repeated.")
    if total_days >= SHORT_HISTORY_DAYS and found["days"] < SHORT_SENSOR_SHARE * total_days:
        reasons.append(f"It has values for {found['days']:.1f} of {total_days:.0f} days only.")
    return tuple(reasons)


def _modes(found: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    statistics: Statistics = found["statistics"]
    return statistics.modes


def _part(count: int, share: float) -> str:
    percent = f"{100 * share:.1f} %" if share >= 0.001 else "under 0.1 %"
    return f"{count:,}".replace(",", "\u202f") + f" ({percent})"


def _warnings(records: list[SensorQuality], total_days: float) -> list[str]:
    said = []
    if total_days < SHORT_HISTORY_DAYS:
        said.append(
            f"The data covers {short_of(total_days * _DAY_S, SHORT_HISTORY_DAYS)}; less than "
            f"{SHORT_HISTORY_DAYS:.0f} days show the machine in few conditions, so more false alarms are to be "
            "expected."
        )
    still = [record.name for record in records if record.constant]
    if still:
        names = ", ".join(still[:8]) + (f" and {len(still) - 8} more" if len(still) > 8 else "")
        said.append(f"{'One sensor never moves' if len(still) == 1 else f'{len(still)} sensors never move'}: {names}.")
    empty = [record.name for record in records if not record.n_values]
    if empty:
        said.append(f"Without any values: {', '.join(empty[:8])}{' and more' if len(empty) > 8 else ''}.")
    return said

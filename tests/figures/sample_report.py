"""Content of a report made from a small seeded series, for the tests of this folder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange
from l4e_widgets.figures.report_content import (
    Accuracy,
    Card,
    ReportContent,
    ReportEvent,
    ReportFinding,
    ReportLabel,
    SensorGrade,
    Timeline,
)

HOSTILE = ("<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", '"; alert(3) //')
HOUR = 3_600_000_000_000


def timeline_of(n_rows: int, n_sensors: int, step: int, *, name: str = "sensor") -> Timeline:
    """Noise around one common cause, with a gap and with a score that rises in one place."""
    rng = np.random.default_rng(7)
    times = 1_735_689_600_000_000_000 + np.arange(n_rows, dtype=np.int64) * step
    cause = np.sin(np.arange(n_rows) / 40)
    values = cause[:, None] * np.linspace(1, 3, n_sensors) + rng.normal(0, 0.1, (n_rows, n_sensors)) + 10
    expected = cause[:, None] * np.linspace(1, 3, n_sensors) + 10
    score = np.clip(rng.normal(0.15, 0.03, n_rows), 0, 1)
    first, last = int(n_rows * 0.6), int(n_rows * 0.62)
    score[first:last] = 0.97
    values[first:last, 1] -= 4
    values[int(n_rows * 0.3) : int(n_rows * 0.32)] = np.nan
    shares = rng.random((n_rows, n_sensors))
    shares[first:last, 1] += n_sensors
    shares /= shares.sum(axis=1, keepdims=True)
    sensors = tuple(Sensor(id=f"c{i}", name=f"{name} {i}", unit="bar") for i in range(n_sensors))
    half = np.full(n_sensors, 0.2)
    return Timeline(
        timestamps=times,
        sensors=sensors,
        values=values,
        score=score,
        contributions=shares,
        expected=expected,
        half_band=half,
    )


def part_of(timeline: Timeline, first: int, last: int) -> Timeline:
    """Some rows of a timeline."""
    assert timeline.score is not None
    assert timeline.contributions is not None
    assert timeline.expected is not None
    return replace(
        timeline,
        timestamps=timeline.timestamps[first:last],
        values=timeline.values[first:last],
        score=timeline.score[first:last],
        contributions=timeline.contributions[first:last],
        expected=timeline.expected[first:last],
    )


def sample_content(
    n_rows: int = 20_000, n_sensors: int = 4, *, n_events: int = 1, name: str = "sensor"
) -> ReportContent:
    """A report of one event (or of many more places that are told as events)."""
    timeline = timeline_of(n_rows, n_sensors, HOUR // 12, name=name)
    times, length = timeline.timestamps, int(n_rows * 0.02)
    events = []
    for number in range(n_events):
        first = int(n_rows * 0.6) if number == 0 else int(n_rows * 0.05) + number * int(n_rows * 0.5) // n_events
        events.append(
            ReportEvent(
                span=TimeRange(int(times[first]), int(times[first + length])),
                severity="critical" if number == 0 else "warning",
                score=0.97,
                sentence=f"Event {number}: {name} 1 fell.",
                shares=(("c1", 0.6), ("c2", 0.2)),
                label="trip" if number == 0 else None,
                forewarning_s=3600.0 if number == 0 else None,
                timeline=part_of(timeline, max(first - length, 0), first + 2 * length),
            )
        )
    return ReportContent(
        title=f"Report on {name}",
        project="pump-7",
        description="feed water pump",
        model="winter",
        created_ns=int(times[-1]),
        sentence="1 event in 62 days.",
        detail=("It was found in time.",),
        evaluation=TimeRange(int(times[n_rows // 4]), int(times[-1])),
        training=TimeRange(int(times[0]), int(times[n_rows // 4])),
        off_time=(TimeRange(int(times[n_rows // 3]), int(times[n_rows // 3 + 50])),),
        timeline=timeline,
        events=tuple(events),
        labels=(ReportLabel(span=TimeRange(int(times[-200]), int(times[-100])), fault_code=name),),
        findings=(ReportFinding(span=events[0].span, sensors=(name,), sentence=f"{name} moved for the first time."),),
        grades=(SensorGrade(name=f"{name} 0", unit="bar", grade="Low", reasons=(f"{name}: 12 % missing",)),),
        cards=(Card(title="Data", pairs=(("Rows", "20 000"), ("File", name))),),
        assumed=(f"{name} was read as UTC.",),
        warnings=("The training is short.",),
        accuracy=Accuracy(found=1, missed=1, false=n_events - 1, forewarning_s=(3600.0,)),
    )

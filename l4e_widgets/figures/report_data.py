"""The arrays of a report, thinned and packed for the chart inside the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detail import Window, gap_length, mean_window, window
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange
from l4e_widgets.figures.packing import NS_PER_MS, pack_shares, pack_times, pack_values
from l4e_widgets.figures.report_content import ReportContent, ReportEvent, Timeline

__all__ = ["Detail", "event_window", "report_data", "report_size", "whole_range"]

SHOWN_PANELS = 4


@dataclass(frozen=True, kw_only=True)
class Detail:
    """How much of the data a report carries.

    Parameters
    ----------
    pixels : int
        Pixels of the whole range, two rows each.
    event_pixels : int
        Pixels of an event, two rows each.
    event_sensors : int
        How many sensors of an event are kept at full resolution.
    """

    pixels: int
    event_pixels: int
    event_sensors: int


def _ms(span: TimeRange) -> list[int]:
    """Start and end in milliseconds."""
    return [span.start // NS_PER_MS, span.end // NS_PER_MS]


def whole_range(content: ReportContent) -> TimeRange:
    """Range the chart can show.

    Parameters
    ----------
    content : ReportContent
        What the report says.

    Returns
    -------
    TimeRange
        All rows of the timeline, else the evaluation.
    """
    times = content.timeline.timestamps
    if len(times) < 2:
        return content.evaluation
    return TimeRange(int(times[0]), int(times[-1]) + 1)


def event_window(event: ReportEvent, whole: TimeRange) -> TimeRange:
    """Stretch to look at an event in: its full-resolution rows, else the event with as much again on each side.

    Parameters
    ----------
    event : ReportEvent
        The event.
    whole : TimeRange
        The range that may be shown.

    Returns
    -------
    TimeRange
        Inside `whole` where they meet.
    """
    rows = event.timeline.timestamps if event.timeline is not None else np.empty(0, dtype=np.int64)
    length = event.span.end - event.span.start
    start, end = event.span.start - length, event.span.end + length
    if len(rows) > 1:
        start, end = int(rows[0]), int(rows[-1]) + 1
    start, end = max(start, whole.start), min(end, whole.end)
    return TimeRange(start, end) if end > start else whole


def _frame(timeline: Timeline, columns: Sequence[int]) -> SensorFrame:
    """Score first, then some of the sensors."""
    score = timeline.score if timeline.score is not None else np.full(len(timeline.timestamps), np.nan)
    table = np.column_stack([score, *(timeline.values[:, column] for column in columns)])
    sensors = (Sensor(id="score", name="score"), *(timeline.sensors[column] for column in columns))
    return SensorFrame(timeline.timestamps, table, sensors)


def _block(
    timeline: Timeline, columns: Sequence[int], span: TimeRange, pixels: int, *, is_fine: bool
) -> dict[str, Any]:
    """Packed score and sensors; with what was expected where the rows are fine enough to tell."""
    rows = window(_frame(timeline, columns), span.start, span.end, pixels)
    packed: dict[str, Any] = {"score": {"y": pack_values(rows.values[:, 0])}}
    nearest = _nearest(timeline.timestamps, rows)
    for place, column in enumerate(columns):
        entry = {"y": pack_values(rows.values[:, place + 1])}
        if timeline.expected is not None and (is_fine or rows.is_raw):
            expected = np.where(nearest >= 0, timeline.expected[nearest, column], np.nan)
            if np.isfinite(expected).any():
                entry["expected"] = pack_values(expected)
        packed[f"s{column}"] = entry
    return {"times": pack_times(rows.timestamps), "columns": packed}


def _nearest(timestamps: npt.NDArray[np.int64], rows: Window) -> npt.NDArray[np.intp]:
    """Row of the timeline at each drawn row, -1 where a gap was put in."""
    place = np.minimum(np.searchsorted(timestamps, rows.timestamps), len(timestamps) - 1)
    return np.where(timestamps[place] == rows.timestamps, place, -1) if len(timestamps) else place


def _share_block(timeline: Timeline, span: TimeRange, bins: int) -> dict[str, Any] | None:
    """Packed contributions of all sensors, None where there are none."""
    if timeline.contributions is None or not timeline.contributions.size:
        return None
    frame = SensorFrame(timeline.timestamps, timeline.contributions, timeline.sensors)
    rows = mean_window(frame, span.start, span.end, bins, gap_ns=gap_length(timeline.timestamps))
    parts = [pack_shares(rows.values[:, column]) for column in range(rows.values.shape[1])]
    return {"times": pack_times(rows.timestamps), "columns": {"contribution": {"parts": parts}}}


def _panels(timeline: Timeline) -> list[dict[str, Any]]:
    """What each panel is called."""
    panels: list[dict[str, Any]] = []
    if timeline.score is not None:
        panels.append({"id": "score", "kind": "score", "name": "Anomaly score"})
    if timeline.contributions is not None and timeline.contributions.size:
        names = [sensor.label for sensor in timeline.sensors]
        panels.append({"id": "contribution", "kind": "contribution", "name": "Contribution", "parts": names})
    for column, sensor in enumerate(timeline.sensors):
        half = None if timeline.half_band is None else float(timeline.half_band[column])
        half = half if half is not None and np.isfinite(half) else None
        panels.append(
            {"id": f"s{column}", "kind": "sensor", "name": sensor.label, "unit": sensor.unit, "halfBand": half}
        )
    return panels


def _ranked(content: ReportContent, events: Sequence[ReportEvent]) -> list[int]:
    """Columns of the timeline by their share in some events, the rest in their own order."""
    ids = [sensor.id for sensor in content.timeline.sensors]
    weight = dict.fromkeys(ids, 0.0)
    for event in events:
        for name, share in event.shares:
            if name in weight and np.isfinite(share):
                weight[name] += share * (event.span.seconds if len(events) > 1 else 1.0)
    return sorted(range(len(ids)), key=lambda column: (-weight[ids[column]], column))


def report_data(content: ReportContent, detail: Detail) -> dict[str, Any]:
    """Everything the report's script needs, as plain values for JSON.

    Parameters
    ----------
    content : ReportContent
        What the report says.
    detail : Detail
        How much of the data it carries.

    Returns
    -------
    dict
        The shape that `js/src/report.js` calls Report.
    """
    timeline, whole = content.timeline, whole_range(content)
    events = sorted(content.events, key=lambda event: event.span.start)
    panels = _panels(timeline)
    heads = [panel["id"] for panel in panels if panel["kind"] != "sensor"]
    columns = list(range(len(timeline.sensors)))
    coarse = [_block(timeline, columns, whole, detail.pixels, is_fine=False)]
    shares = _share_block(timeline, whole, detail.pixels // 2)
    coarse += [shares] if shares else []
    is_raw = len(timeline.timestamps) <= detail.pixels
    fine, told = [], []
    for event in events:
        span = event_window(event, whole)
        order = _ranked(content, [event])
        shown = _shown(heads, order)
        told.append(
            {
                "start": event.span.start // NS_PER_MS,
                "end": event.span.end // NS_PER_MS,
                "severity": event.severity,
                "window": _ms(span),
                "shown": shown,
            }
        )
        rows = event.timeline
        if rows is None or len(rows.timestamps) < 2 or (is_raw and rows.expected is None):
            continue
        kept = order[: detail.event_sensors]
        fine.append({"range": _ms(span), **_block(rows, kept, span, detail.event_pixels, is_fine=True)})
        shares = _share_block(rows, span, detail.event_pixels // 4)
        fine += [{"range": _ms(span), **shares}] if shares else []
    order = _ranked(content, events)
    return {
        "zone": content.zone,
        "range": _ms(whole),
        "caption": "All data" if content.training else "Whole evaluation",
        "panels": panels,
        "coarse": coarse,
        "fine": fine,
        "events": told,
        "bands": _bands(content),
        "labels": [
            {"start": label.span.start // NS_PER_MS, "end": label.span.end // NS_PER_MS, "code": label.fault_code}
            for label in content.labels
        ],
        "shown": _shown([head for head in heads if head != "contribution"], order),
    }


def _shown(heads: Sequence[str], order: Sequence[int]) -> list[str]:
    """Ids of as many panels as a chart shows at once, so that its height never changes."""
    return [*heads, *(f"s{column}" for column in order[: SHOWN_PANELS - len(heads)])]


def report_size(content: ReportContent, detail: Detail) -> int:
    """Estimate of how large the packed data will be, from above.

    Parameters
    ----------
    content : ReportContent
        What the report says.
    detail : Detail
        How much of the data it carries.

    Returns
    -------
    int
        Characters.
    """
    n_sensors = len(content.timeline.sensors)
    rows = min(2 * len(content.timeline.timestamps), 2 * detail.pixels)
    is_raw = len(content.timeline.timestamps) <= 2 * detail.pixels
    columns = (2 if is_raw and content.timeline.expected is not None else 1) * n_sensors + 1
    size = rows * 2 * columns + rows // 2 * n_sensors
    for event in content.events:
        length = len(event.timeline.timestamps) if event.timeline is not None else 0
        kept = min(n_sensors, detail.event_sensors)
        size += min(length, 2 * detail.event_pixels) * (2 * (2 * kept + 1) + 4)
        size += min(length, detail.event_pixels // 2) * n_sensors
    return int(size * 1.34) + 120 * n_sensors * (len(content.events) + 2)


def _bands(content: ReportContent) -> list[dict[str, Any]]:
    """Training and off-time as bands of the chart."""
    spans = [("training", content.training)] if content.training else []
    spans += [("off", span) for span in content.off_time]
    return [
        {"kind": kind, "start": span.start // NS_PER_MS, "end": span.end // NS_PER_MS}
        for kind, span in spans
        if span is not None
    ]

"""How the rows of a chart travel to the browser: one buffer, part after part; the twin of `js/src/widget.js`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import SeriesSource
from l4e_widgets.core.times import TimeRange

__all__ = ["ChartEvent", "ChartPanel", "DetailRequest", "pack_window", "range_from_ms"]

NS_PER_MS = 1_000_000
MOST_PIXELS = 20_000


@dataclass(frozen=True, eq=False, kw_only=True)
class ChartPanel:
    """One panel of a chart.

    Parameters
    ----------
    source : SeriesSource
        Where its rows come from.
    sensors : tuple of str
        Ids of the source's sensors: one for a score or a sensor, all parts for a contribution; several sensors
        share one panel and one axis.
    kind : str
        ``sensor``, ``score`` or ``contribution``.
    name : str
        Name to show; that of the sensor where empty.
    unit : str
        Unit to show; that of the sensor where empty.
    expected : str or None
        Id of the source's sensor that holds the expected values.
    half_band : float or None
        Half width of the expected band, in the unit.
    mixed_units : bool
        Sensors of different units may share the axis.

    Raises
    ------
    UsageError
        Sensors of different units would share one axis, and nobody asked for it.
    """

    source: SeriesSource
    sensors: tuple[str, ...]
    kind: str = "sensor"
    name: str = ""
    unit: str = ""
    expected: str | None = None
    half_band: float | None = None
    mixed_units: bool = False

    def __post_init__(self) -> None:
        """Refuse an axis that would have no one unit."""
        units = {record.unit for record in self.records}
        if self.kind == "sensor" and len(units) > 1 and not self.mixed_units:
            raise UsageError(
                "Sensors of different units would share one axis.",
                got=", ".join(f"{record.label} in {record.unit or 'no unit'}" for record in self.records),
                expected="sensors of one unit",
                fix="Give each a panel of its own, or say mixed_units=True.",
            )

    @property
    def records(self) -> list[Sensor]:
        """Records of its sensors; one that the source does not know is left out."""
        known = {sensor.name: sensor for sensor in self.source.sensors}
        known.update({sensor.id: sensor for sensor in self.source.sensors})
        return [known[name] for name in self.sensors if name in known]

    @property
    def columns(self) -> list[str]:
        """Role of each column it sends: y, line, expected or part."""
        role = "part" if self.kind == "contribution" else "line" if len(self.sensors) > 1 else "y"
        roles = [role] * len(self.sensors)
        return [*roles, "expected"] if self.expected else roles

    def describe(self, number: int) -> dict[str, Any]:
        """What the browser is told of it.

        Parameters
        ----------
        number : int
            Its place in the chart.

        Returns
        -------
        dict
            Id, kind, name, unit, band, limits and the names of its parts.
        """
        records = self.records
        labels = [record.label for record in records]
        first = records[0] if records else None
        units = {record.unit for record in records}
        name = labels[0] if self.kind != "sensor" or len(labels) == 1 else ", ".join(labels)
        limits = [first.limit_low, first.limit_high] if first and len(records) == 1 else [None, None]
        return {
            "id": f"p{number}",
            "kind": self.kind,
            "name": self.name or name,
            "unit": self.unit or (first.unit if first and len(units) == 1 else ""),
            "halfBand": _finite(self.half_band),
            "limits": [_finite(limit) for limit in limits],
            "parts": labels,
        }


@dataclass(frozen=True, kw_only=True)
class ChartEvent:
    """An event on the ribbon.

    Parameters
    ----------
    span : TimeRange
        When.
    severity : str
        ``critical`` or ``warning``.
    """

    span: TimeRange
    severity: str = "critical"

    def describe(self) -> dict[str, Any]:
        """Return it as the browser is told, in milliseconds."""
        return {**_ms(self.span), "severity": self.severity}


def _finite(value: float | None) -> float | None:
    """Return a number that JSON can carry, else None."""
    return value if value is not None and np.isfinite(value) else None


def _ms(span: TimeRange) -> dict[str, int]:
    """Start and end in milliseconds."""
    return {"start": span.start // NS_PER_MS, "end": span.end // NS_PER_MS}


@dataclass(frozen=True, kw_only=True)
class DetailRequest:
    """A browser's question for the rows of a window.

    Parameters
    ----------
    view : str
        Which drawing of the chart asks: a notebook may show one chart twice.
    number : int
        Rises with every question of a view; an answer carries it back.
    span : TimeRange
        The window.
    pixels : int
        Width to draw it on.
    """

    view: str
    number: int
    span: TimeRange
    pixels: int

    @classmethod
    def from_message(cls, message: object, *, whole: TimeRange) -> DetailRequest:
        """Question read from a message, cut to the range there is.

        Parameters
        ----------
        message : object
            What came from the browser.
        whole : TimeRange
            The chart's range.

        Returns
        -------
        DetailRequest
            The question.

        Raises
        ------
        UsageError
            The message holds no window, or one outside the data.
        """
        parts = message if isinstance(message, dict) else {}
        numbers = [parts.get(name) for name in ("request", "start", "end", "pixels")]
        if not all(isinstance(n, (int, float)) and not isinstance(n, bool) and np.isfinite(n) for n in numbers):
            raise UsageError("The chart asked for a window without saying which.", fix="Load the page again.")
        number, start_ms, end_ms, pixels = (float(n) for n in numbers)  # type: ignore[arg-type]
        start, end = max(int(start_ms * NS_PER_MS), whole.start), min(int(end_ms * NS_PER_MS), whole.end)
        if end <= start or not 1 <= pixels <= MOST_PIXELS:
            raise UsageError(
                "The chart asked for a window that holds nothing.",
                got=f"{pixels:g} pixels",
                expected=f"a window inside the data and 1 to {MOST_PIXELS} pixels",
            )
        return cls(
            view=str(parts.get("view", ""))[:40], number=int(number), span=TimeRange(start, end), pixels=int(pixels)
        )


def range_from_ms(ends: Sequence[object], whole: TimeRange) -> TimeRange | None:
    """Range that a browser told in milliseconds, cut to the data.

    Parameters
    ----------
    ends : sequence of object
        Start and end, milliseconds UTC.
    whole : TimeRange
        Range of the data.

    Returns
    -------
    TimeRange or None
        None where the two are no range, or one outside of the data.
    """
    if len(ends) != 2 or not all(isinstance(end, (int, float)) and np.isfinite(end) for end in ends):
        return None
    start, end = (float(end) * NS_PER_MS for end in ends)  # type: ignore[arg-type]
    low, high = max(round(start), whole.start), min(round(end), whole.end)
    return TimeRange(low, high) if high > low else None


def pack_window(panels: Sequence[ChartPanel], span: TimeRange, pixels: int) -> tuple[list[dict[str, Any]], bytes]:
    """Rows of every panel over a window; panels of one source share their times and are read once.

    Parameters
    ----------
    panels : sequence of ChartPanel
        The panels, in the order of their ids.
    span : TimeRange
        The window.
    pixels : int
        Width to draw it on.

    Returns
    -------
    (parts, buffer)
        What lies where, and the bytes: for each part float64 milliseconds, then one float32 column after the other.
    """
    by_source: dict[int, list[int]] = {}
    for number, panel in enumerate(panels):
        by_source.setdefault(id(panel.source), []).append(number)
    parts, pieces = [], []
    for numbers in by_source.values():
        ids = [name for n in numbers for name in (*panels[n].sensors, *filter(None, [panels[n].expected]))]
        rows = panels[numbers[0]].source.window(ids, span.start, span.end, pixels)
        pieces.append((rows.timestamps / NS_PER_MS).astype("<f8").tobytes())
        pieces.append(_float32(rows.values).T.tobytes())
        parts.append(
            {
                "rows": len(rows.timestamps),
                "raw": rows.is_raw,
                "panels": [{"id": f"p{n}", "columns": panels[n].columns} for n in numbers],
            }
        )
    return parts, b"".join(pieces)


def _float32(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Values as float32; what is too large for it becomes its largest number, so that it is drawn."""
    limit = float(np.finfo(np.float32).max)
    return np.clip(values, -limit, limit).astype("<f4")

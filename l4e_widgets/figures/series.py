"""Sensors over time as one SVG, for places where the chart itself cannot run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.times import TimeRange, minute_text
from l4e_widgets.figures.escape import escape
from l4e_widgets.figures.wording import number_text

__all__ = ["SeriesPanel", "series_picture"]

COLOURS = ("c1", "c2", "c3", "c4", "c5", "c6")
LEFT, RIGHT, HEIGHT = 56, 160, 64


@dataclass(frozen=True, eq=False, kw_only=True)
class SeriesPanel:
    """Lines that share one panel.

    Parameters
    ----------
    name : str
        Name to show.
    unit : str
        Unit of the values.
    timestamps : (n,) int64
        Nanoseconds UTC, increasing.
    values : (n, n_lines) float
        NaN is a gap.
    """

    name: str
    unit: str
    timestamps: npt.NDArray[np.int64]
    values: npt.NDArray[np.floating]


def series_picture(
    panels: Sequence[SeriesPanel], span: TimeRange, *, marks: Sequence[tuple[TimeRange, str]] = (), width: int = 880
) -> str:
    """Panels below each other on one time axis.

    Parameters
    ----------
    panels : sequence of SeriesPanel
        From top to bottom.
    span : TimeRange
        Range of the axis.
    marks : sequence of (TimeRange, str)
        Ranges to tint, and the colour token of each.
    width : int
        Pixels.

    Returns
    -------
    str
        An SVG element, 76 pixels a panel.
    """
    plot, length = width - LEFT - RIGHT, max(span.end - span.start, 1)
    floor = 76 * len(panels)
    parts = []
    for mark, colour in marks:
        start, end = (LEFT + plot * min(max((edge - span.start) / length, 0), 1) for edge in (mark.start, mark.end))
        parts.append(
            f'<rect x="{start:.1f}" width="{max(end - start, 2):.1f}" height="{floor}" '
            f'fill="var(--l4e-{escape(colour)})" fill-opacity=".18"/>'
        )
    for place, panel in enumerate(panels):
        xs = LEFT + plot * (panel.timestamps - span.start) / length
        parts.append(_panel(panel, xs, 76 * place + 6, width))
    parts.append(
        f'<text x="{LEFT}" y="{floor + 14}">{minute_text(span.start)}</text>'
        f'<text x="{LEFT + plot}" y="{floor + 14}" text-anchor="end">{minute_text(span.end)} UTC</text>'
    )
    label = "over time: " + ", ".join(panel.name for panel in panels)
    return (
        f'<svg class="l4e-chart" role="img" aria-label="{escape(label)}" width="{width}" height="{floor + 20}" '
        f'viewBox="0 0 {width} {floor + 20}">{"".join(parts)}</svg>'
    )


def _panel(panel: SeriesPanel, xs: npt.NDArray[np.floating], top: int, width: int) -> str:
    """Lines of one panel with its highest and lowest value."""
    right, bottom = width - RIGHT, top + HEIGHT
    finite = panel.values[np.isfinite(panel.values)]
    said = f"{panel.name[:22]}, {panel.unit}" if panel.unit else panel.name[:24]
    name = f'<text class="b" x="{right + 12}" y="{top + 12}">{escape(said)}</text>'
    if not len(finite):
        return f'{name}<text x="{LEFT}" y="{top + 12}">no values</text>'
    low, high = float(finite.min()), float(finite.max())
    ys = bottom - np.clip((panel.values / 2 - low / 2) / ((high / 2 - low / 2) or 1), 0, 1) * HEIGHT
    lines = "".join(
        f'<path class="ln" d="{_path(xs, ys[:, line])}" stroke="var(--l4e-{COLOURS[line % len(COLOURS)]})"/>'
        for line in range(ys.shape[1])
    )
    ends = "".join(
        f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{escape(number_text(value))}</text>'
        for y, value in ((top + 8, high), (bottom, low))
    )
    return f'<path class="axis" d="M{LEFT} {bottom + 0.5}H{right}"/>{lines}{ends}{name}'


def _path(xs: npt.NDArray[np.floating], ys: npt.NDArray[np.floating]) -> str:
    """Path through the points, lifted at gaps."""
    there = np.isfinite(ys)
    begins = there & ~np.concatenate(([False], there[:-1]))
    return "".join(
        f"{'M' if begin else 'L'}{x:.1f} {y:.1f}"
        for x, y, begin in zip(xs[there], ys[there], begins[there], strict=True)
    )

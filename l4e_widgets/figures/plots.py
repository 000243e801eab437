"""Distributions and shares as SVG: what bqplot draws where it is worked on is drawn here where it is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.correlation import Correlations
from l4e_widgets.core.distributions import Contribution, Days, Distribution, shared_histograms
from l4e_widgets.core.times import minute_text
from l4e_widgets.figures.escape import escape
from l4e_widgets.figures.svg import histogram
from l4e_widgets.figures.wording import number_text, share_text

__all__ = ["apart_text", "contribution_bars", "correlation_matrix", "daily_bars", "ring_caption", "titled_histogram"]

SERIES = ("c1", "c5", "c3", "c6", "c4")
WEAKEST = 0.1
"""Correlations below this are drawn as a dot: they are noise in most data."""


def _svg(width: float, height: float, label: str, body: str) -> str:
    return (
        f'<svg class="l4e-chart" role="img" aria-label="{escape(label)}" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}">{body}</svg>'
    )


def _short(name: str, most: int = 24) -> str:
    """Name that fits its place."""
    return escape(name if len(name) <= most else f"{name[: most - 1]}…")


def apart_text(apart: float | None) -> str:
    """How far two distributions are apart, in words.

    Parameters
    ----------
    apart : float or None
        Share that does not overlap, 0 to 1.

    Returns
    -------
    str
        For example ``29 % apart``; empty where there is nothing to compare.
    """
    return "" if apart is None else f"{share_text(apart)} apart"


def titled_histogram(
    groups: Sequence[Distribution], *, name: str = "", unit: str = "", width: int = 256, height: int = 128
) -> str:
    """Histograms with the name of the sensor above them, and how far the first and the last group are apart.

    Parameters
    ----------
    groups : sequence of Distribution
        From back to front.
    name : str
        The sensor.
    unit : str
        Its unit.
    width, height : int
        Pixels.

    Returns
    -------
    str
        An SVG element.
    """
    said = apart_text(shared_histograms([group.values for group in groups]).apart)
    title = f"{name}, {unit}" if name and unit else name
    most = max(8, (width - 84) // 7)
    legend, x = [], 0
    for group in groups:
        colour = f"var(--l4e-{escape(group.meaning)}-mark)"
        legend.append(f'<rect x="{x}" y="23" width="8" height="8" rx="2" fill="{colour}"/>')
        legend.append(f'<text x="{x + 12}" y="31">{_short(group.name, 20)}</text>')
        x += 24 + 6 * min(len(group.name), 20)
    inner = histogram(groups, unit=unit, width=width, height=height - 38)
    body = inner.replace("<svg ", '<svg y="38" ', 1)
    heads = f'<text class="b" x="0" y="12">{_short(title, most)}</text>'
    number = f'<text class="b" x="{width}" y="12" text-anchor="end">{escape(said)}</text>'
    label = f"{title or 'values'}: " + ", ".join(group.name for group in groups) + (f", {said}" if said else "")
    return _svg(width, height, label, f"{heads}{number}{''.join(legend)}{body}")


def contribution_bars(shares: Sequence[Contribution], *, width: int = 360) -> str:
    """Horizontal bars of shares with their names and numbers.

    Parameters
    ----------
    shares : sequence of Contribution
        The largest first.
    width : int
        Pixels.

    Returns
    -------
    str
        An SVG element, 24 pixels a bar.
    """
    left, right = 150, 44
    plot = width - left - right
    largest = max((one.share for one in shares), default=0) or 1.0
    parts = []
    for place, one in enumerate(shares):
        y = 24 * place
        colour = SERIES[place] if place < len(SERIES) else "off-mark"
        length = plot * one.share / largest
        parts.append(
            f'<text x="{left - 8}" y="{y + 16}" text-anchor="end">{_short(one.name)}</text>'
            f'<rect x="{left}" y="{y + 5}" width="{length:.1f}" height="14" rx="2" fill="var(--l4e-{colour})"/>'
            f'<text class="b" x="{left + length + 6:.1f}" y="{y + 16}">{share_text(one.share)}</text>'
        )
    label = ", ".join(f"{one.name} {share_text(one.share)}" for one in shares) or "no contributions"
    return _svg(width, max(24, 24 * len(shares)), label, "".join(parts))


def ring_caption(healthy: float | None, warning: float, critical: float) -> str:
    """Shares of a condition ring in words.

    Parameters
    ----------
    healthy : float or None
        Share of time without an event, 0 to 1; None where it is too early to tell.
    warning, critical : float
        Shares of time in events of either severity.

    Returns
    -------
    str
        One line.
    """
    if healthy is None:
        return "too early to tell"
    shares = f"healthy {share_text(healthy)}, warning {share_text(warning)}, critical {share_text(critical)}"
    return f"{shares} of the time"


def correlation_matrix(found: Correlations, *, cell: int = 20) -> str:
    """Half a matrix of correlations: size is how strong, a hollow square is the opposite sign.

    Parameters
    ----------
    found : Correlations
        Sensors in order of likeness.
    cell : int
        Pixels of a cell.

    Returns
    -------
    str
        An SVG element.
    """
    left, n = 160, len(found.names)
    parts = []
    for row, name in enumerate(found.names):
        y = (row + 0.5) * cell
        parts.append(f'<text x="{left - 8}" y="{y + 4:g}" text-anchor="end">{_short(name)}</text>')
        for column in range(row):
            parts.append(_cell(float(found.matrix[row, column]), left + (column + 0.5) * cell, y, cell))
        parts.append(f'<circle cx="{left + (row + 0.5) * cell:g}" cy="{y:g}" r="1" fill="var(--l4e-off-mark)"/>')
    floor = n * cell + 10
    parts.append(
        f'<rect x="{left}" y="{floor}" width="10" height="10" rx="2" fill="var(--l4e-c1)"/>'
        f'<text x="{left + 16}" y="{floor + 9}">rise together</text>'
        f'<rect x="{left + 105}" y="{floor + 1}" width="8" height="8" rx="1" fill="none" stroke="var(--l4e-c2)" '
        f'stroke-width="2"/><text x="{left + 120}" y="{floor + 9}">one rises, one falls</text>'
    )
    label = f"correlations of {n} sensors in {len(found.groups)} groups"
    return _svg(left + max(n * cell + 8, 240), floor + 18, label, "".join(parts))


def _cell(value: float, x: float, y: float, cell: int) -> str:
    """One square; its side is how strong."""
    strength = abs(value)
    if strength < WEAKEST:
        return f'<circle cx="{x:g}" cy="{y:g}" r="1.5" fill="var(--l4e-border-strong)"/>'
    side = (cell - 3) * (0.25 + 0.75 * strength)
    place = f'x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" height="{side:.1f}" rx="2"'
    opacity = f"{0.45 + 0.55 * strength:.2f}"
    if value > 0:
        return f'<rect {place} fill="var(--l4e-c1)" fill-opacity="{opacity}"/>'
    return f'<rect {place} fill="none" stroke="var(--l4e-c2)" stroke-width="2" stroke-opacity="{opacity}"/>'


def daily_bars(days: Days, *, width: int = 640, height: int = 96) -> str:
    """Hours in events of every day as bars.

    Parameters
    ----------
    days : Days
        The days.
    width, height : int
        Pixels.

    Returns
    -------
    str
        An SVG element; more days than pixels share a bar, the longest of them counts.
    """
    left, floor = 32, height - 18
    hours, plot = _fewer(days.hours, width - left), width - left
    step = plot / len(hours)
    bars = "".join(
        f'<rect x="{left + place * step:.2f}" y="{floor - (floor - 8) * hour / 24:.1f}" '
        f'width="{max(step - (1 if step > 3 else 0), 0.8):.2f}" height="{(floor - 8) * hour / 24:.1f}" '
        'fill="var(--l4e-anomaly-mark)"/>'
        for place, hour in enumerate(hours)
        if hour > 0
    )
    grid = "".join(
        f'<path class="grid" d="M{left} {y:g}H{width}"/>'
        f'<text x="{left - 6}" y="{y + 4:g}" text-anchor="end">{text}</text>'
        for y, text in ((8.5, "24 h"), (floor + 0.5, "0"))
    )
    ends = (
        f'<text x="{left}" y="{height - 3}">{minute_text(int(days.starts[0]))[:10]}</text>'
        f'<text x="{width}" y="{height - 3}" text-anchor="end">{minute_text(int(days.starts[-1]))[:10]}</text>'
    )
    label = (
        f"{number_text(float(days.hours.sum()))} hours in events on {int((days.hours > 0).sum())} "
        f"of {len(days.hours)} days"
    )
    return _svg(width, height, label, grid + bars + ends)


def _fewer(hours: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.float64]:
    """Most hours of neighbouring days, where there are more days than places."""
    if len(hours) <= most:
        return hours
    return np.maximum.reduceat(hours, np.linspace(0, len(hours), most, endpoint=False).astype(np.intp))

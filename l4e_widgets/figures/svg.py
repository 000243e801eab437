"""Small pictures as plain SVG text, for places where nothing has to be worked on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.distributions import Distribution, shared_histograms
from l4e_widgets.figures.escape import escape
from l4e_widgets.figures.wording import number_text, share_text

__all__ = ["Distribution", "half_ring", "histogram", "score_strip", "share_bar", "sparkline"]

SERIES = ("c1", "c5", "c3", "c6", "c4")
FloatArray = npt.NDArray[np.floating]


def _svg(width: float, height: float, label: str, body: str, kind: str = "l4e-chart") -> str:
    """Frame of a picture with its name for screen readers."""
    return (
        f'<svg class="{kind}" role="img" aria-label="{escape(label)}" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}">{body}</svg>'
    )


def histogram(groups: Sequence[Distribution], *, unit: str = "", width: int = 240, height: int = 72) -> str:
    """Histograms of several groups over the same bins, each scaled to its own share.

    Parameters
    ----------
    groups : sequence of Distribution
        The groups, from back to front.
    unit : str
        Unit of the values.
    width, height : int
        Pixels.

    Returns
    -------
    str
        An SVG element.
    """
    drawn = shared_histograms([group.values for group in groups])
    if not len(drawn.edges):
        return _svg(width, height, "no values", f'<text x="{width / 2:g}" y="{height / 2:g}">no values</text>')
    floor, n_bins = height - 16, len(drawn.edges) - 1
    parts = []
    for group, shares in zip(groups, drawn.shares, strict=True):
        if not shares.any():
            continue
        tops = floor - (floor - 4) * shares / shares.max()
        steps = "".join(f"H{x:.1f}V{y:.1f}" for x, y in zip(np.linspace(0, width, n_bins + 1)[:-1], tops, strict=True))
        outline = f"M0 {floor}{steps}H{width}V{floor}"
        colour = f"var(--l4e-{escape(group.meaning)}-mark)"
        parts.append(f'<path d="{outline}Z" fill="{colour}" fill-opacity=".16" stroke="{colour}" stroke-width="1.25"/>')
    low, high = drawn.edges[0], drawn.edges[-1]
    ends = (
        f'<text x="0" y="{height - 3}">{escape(number_text(float(low)))}</text>'
        f'<text x="{width}" y="{height - 3}" text-anchor="end">{escape(number_text(float(high)))} {escape(unit)}</text>'
    )
    name = "distribution of " + ", ".join(group.name for group in groups)
    return _svg(width, height, name, f'<path class="axis" d="M0 {floor + 0.5}H{width}"/>{"".join(parts)}{ends}')


def _line(xs: FloatArray, values: FloatArray, limits: tuple[float, float], box: tuple[float, float]) -> str:
    """Path of values over pixels `xs`, lifted at gaps; `limits` are low and high, `box` is top and bottom."""
    (low, high), (top, bottom) = limits, box
    scale = (bottom - top) / (high - low if high > low else 1.0)
    path, is_open = [], False
    for x, value in zip(xs, values, strict=True):
        if not np.isfinite(value):
            is_open = False
            continue
        y = bottom - (min(max(float(value), low), high) - low) * scale
        path.append(f"{'L' if is_open else 'M'}{x:.1f} {y:.1f}")
        is_open = True
    return "".join(path)


def _columns(values: FloatArray, count: int) -> FloatArray:
    """Lowest and highest value of evenly many rows each, NaN where there is none; as it is where short."""
    if len(values) <= 2 * count:
        return values
    begin = np.linspace(0, len(values), count, endpoint=False).astype(np.intp)
    return np.stack([np.fmin.reduceat(values, begin), np.fmax.reduceat(values, begin)], axis=1).ravel()


def sparkline(values: FloatArray, *, width: int = 120, height: int = 24, label: str = "course over time") -> str:
    """Course of values over time without axes.

    Parameters
    ----------
    values : (n,) float
        Evenly spaced values; NaN is a gap.
    width, height : int
        Pixels.
    label : str
        Name for screen readers.

    Returns
    -------
    str
        An SVG element.
    """
    few = _columns(np.asarray(values, dtype=np.float64), width)
    finite = few[np.isfinite(few)]
    if not len(finite):
        return _svg(width, height, f"{label}: no values", "")
    xs = np.linspace(0, width, len(few))
    path = _line(xs, few, (float(finite.min()), float(finite.max())), (2, height - 2))
    return _svg(width, height, label, f'<path class="ln" d="{path}" stroke="var(--l4e-c1)"/>')


def share_bar(shares: Sequence[tuple[str, float]], *, width: int = 72, height: int = 8) -> str:
    """Bar of shares, largest first, the rest in grey.

    Parameters
    ----------
    shares : sequence of (str, float)
        Names and shares, 0 to 1; the first five are drawn.
    width, height : int
        Pixels.

    Returns
    -------
    str
        An SVG element.
    """
    parts, x = [f'<rect width="{width}" height="{height}" rx="2" fill="var(--l4e-bg-inset)"/>'], 0.0
    for (_, share), colour in zip(shares, SERIES, strict=False):
        length = min(max(share, 0.0), 1.0) * width
        if length >= 1 and x + length <= width + 0.5:
            parts.append(f'<rect x="{x:.1f}" width="{length - 1:.1f}" height="{height}" fill="var(--l4e-{colour})"/>')
        x += length
    label = ", ".join(f"{name} {share_text(share)}" for name, share in shares[:5])
    return _svg(width, height, label, "".join(parts), "sharebar")


def half_ring(healthy: float | None, warning: float = 0.0, critical: float = 0.0, *, width: int = 96) -> str:
    """Half ring of the share of time in each condition.

    Parameters
    ----------
    healthy : float or None
        Share of time without an event, 0 to 1; None where it is too early to tell.
    warning, critical : float
        Shares of time in events of either severity.
    width : int
        Pixels.

    Returns
    -------
    str
        An SVG element with the share in its middle.
    """
    middle, radius, thick = width / 2, width / 2 - 6, 10
    shares = [("border-strong", 1.0)]
    if healthy is not None:
        shares = [("normal-mark", healthy), ("warn-mark", warning), ("anomaly-mark", critical)]
    parts, begin = [], 0.0
    for colour, share in shares:
        end = min(begin + max(share, 0.0), 1.0)
        if end - begin > 1e-4:
            angles = np.pi * (1 - np.array([begin, end]))
            (x0, x1), (y0, y1) = middle + radius * np.cos(angles), middle - radius * np.sin(angles)
            dash = ' stroke-dasharray="2 1.5"' if colour == "anomaly-mark" else ""
            parts.append(
                f'<path d="M{x0:.1f} {y0:.1f}A{radius:g} {radius:g} 0 0 1 {x1:.1f} {y1:.1f}" fill="none" '
                f'stroke="var(--l4e-{colour})" stroke-width="{thick}"{dash}/>'
            )
        begin = end
    said = "–" if healthy is None else share_text(healthy)
    parts.append(f'<text class="v" x="{middle:g}" y="{middle - 2:g}" text-anchor="middle">{said}</text>')
    label = "too early to tell" if healthy is None else f"healthy {said} of the time"
    return _svg(width, middle + 4, label, "".join(parts))


def score_strip(
    places: FloatArray,
    score: FloatArray,
    marks: Sequence[tuple[float, float]],
    *,
    ends: tuple[str, str],
    width: int = 1040,
) -> str:
    """Anomaly score over time with its lines and events, for pages where no script runs.

    Parameters
    ----------
    places : (n,) float
        Time of each score as a share of the whole width, 0 to 1.
    score : (n,) float
        Scores, 0 to 1; NaN is a gap.
    marks : sequence of (float, float)
        Start and end of each event as shares of the whole width.
    ends : (str, str)
        First and last moment, for people.
    width : int
        Pixels.

    Returns
    -------
    str
        An SVG element, 112 pixels high.
    """
    left, plot = 48, width - 48
    events = "".join(
        f'<rect x="{left + start * plot:.1f}" width="{max((end - start) * plot, 4):.1f}" height="12" '
        'fill="var(--l4e-anomaly-mark)"/>'
        for start, end in marks
    )
    grid = "".join(
        f'<path class="grid" d="M{left} {y}H{width}"/><text x="{left - 8}" y="{y + 4}" text-anchor="end">{text}</text>'
        for y, text in ((20.5, "1.0"), (50.5, "0.5"), (80.5, "0.0"))
    )
    lines = (
        f'<path d="M{left} 50.5H{width}" stroke="var(--l4e-warn-mark)" stroke-dasharray="2 3"/>'
        f'<path d="M{left} 26.5H{width}" stroke="var(--l4e-anomaly-mark)" stroke-dasharray="7 3"/>'
    )
    path = _line(left + np.asarray(places) * plot, np.asarray(score, dtype=np.float64), (0.0, 1.0), (20, 80))
    curve = f'<path class="ln" d="{path}" stroke="var(--l4e-normal-mark)"/>'
    words = (
        f'<text x="{left}" y="104">{escape(ends[0])}</text>'
        f'<text x="{width}" y="104" text-anchor="end">{escape(ends[1])}</text>'
    )
    return _svg(width, 112, "anomaly score over time", events + grid + lines + curve + words)

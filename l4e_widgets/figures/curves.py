"""What alarm budgets would have raised, as a small picture: found and false, or events a month, by budget."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from l4e_widgets.core.detection.recount import BudgetCount
from l4e_widgets.figures.escape import escape
from l4e_widgets.figures.wording import number_text

__all__ = ["budget_curve_picture", "rate_curve_picture"]

LEFT, RIGHT, TOP, BOTTOM = 40, 104, 8, 34
TICKS = (0.1, 0.5, 1, 2, 5, 10, 50)


def budget_curve_picture(
    counts: Sequence[BudgetCount], budget: float | None = None, *, width: int = 480, height: int = 150
) -> str:
    """Draw counts by budget on a logarithmic axis.

    Parameters
    ----------
    counts : sequence of BudgetCount
        In order of the budget; with labels labels found and missed and events without a label are drawn, else events.
    budget : float, optional
        Budget to mark, false alarms a month.
    width, height : int
        Pixels.

    Returns
    -------
    str
        An SVG element; empty where there is nothing to draw.
    """
    if len(counts) < 2:
        return ""
    return _picture([count.budget for count in counts], _lines(counts), budget, width, height)


def rate_curve_picture(
    points: Sequence[tuple[float, float]], budget: float | None = None, *, width: int = 480, height: int = 150
) -> str:
    """Draw events a month by budget, as an estimate: a dashed line.

    Parameters
    ----------
    points : sequence of (float, float)
        Budget and events a month, in order of the budget.
    budget : float, optional
        Budget to mark, false alarms a month.
    width, height : int
        Pixels.

    Returns
    -------
    str
        An SVG element; empty where there is nothing to draw.
    """
    if len(points) < 2:
        return ""
    dashed = ' stroke-dasharray="6 3"'
    lines = [("events a month", [rate for _, rate in points], "normal", dashed)]
    return _picture([one for one, _ in points], lines, budget, width, height)


def _picture(
    budgets: Sequence[float],
    lines: Sequence[tuple[str, list[float], str, str]],
    budget: float | None,
    width: int,
    height: int,
) -> str:
    """Return lines over a logarithmic axis of budgets, with one budget marked."""
    top = max(1.0, *(max(values) for _, values, _, _ in lines))
    low, high = np.log(budgets[0]), np.log(budgets[-1])
    plot, floor = width - LEFT - RIGHT, height - BOTTOM

    def place(value: float) -> float:
        """Pixel of a budget."""
        return float(LEFT + plot * (np.log(value) - low) / (high - low))

    def level(value: float) -> float:
        """Pixel of a count."""
        return float(floor - (floor - TOP) * value / top)

    parts = [
        f'<path class="grid" d="M{LEFT} {level(tick):.1f}H{LEFT + plot}"/>'
        f'<text x="{LEFT - 8}" y="{level(tick) + 4:.1f}" text-anchor="end">{escape(number_text(tick, 0))}</text>'
        for tick in sorted({0, round(top / 2), round(top)})
    ]
    parts += [
        f'<text x="{place(tick):.1f}" y="{floor + 15}" text-anchor="middle">{tick:g}</text>'
        for tick in TICKS
        if low - 1e-9 <= np.log(tick) <= high + 1e-9
    ]
    parts.append(f'<text x="{LEFT}" y="{height - 3}">false alarms a month you accept</text>')
    if budget is not None and low - 1e-9 <= np.log(budget) <= high + 1e-9:
        parts.append(f'<path d="M{place(budget):.1f} {TOP}V{floor}" stroke="var(--l4e-accent)" stroke-width="1.5"/>')
    ends = _spread([level(values[-1]) for _, values, _, _ in lines], floor)
    for (name, values, colour, dash), end in zip(lines, ends, strict=True):
        points = [f"{place(one):.1f} {level(value):.1f}" for one, value in zip(budgets, values, strict=True)]
        path = "M" + "L".join(points)
        parts.append(f'<path class="ln" d="{path}" stroke="var(--l4e-{colour}-mark)"{dash}/>')
        parts.append(f'<text x="{LEFT + plot + 8}" y="{end + 4:.1f}">{escape(name)}</text>')
    label = "; ".join(
        f"{name}: {number_text(values[0], 0)} to {number_text(values[-1], 0)}" for name, values, _, _ in lines
    )
    return (
        f'<svg class="l4e-chart" role="img" aria-label="{escape(label)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def _lines(counts: Sequence[BudgetCount]) -> list[tuple[str, list[float], str, str]]:
    """Return name, values, colour and dash of each line."""
    if counts[0].accuracy is None:
        return [("events", [float(len(count.events)) for count in counts], "normal", "")]
    total = len(counts[0].accuracy.labels)
    dotted, dashed = ' stroke-dasharray="2 3"', ' stroke-dasharray="6 3"'
    return [
        ("labels found", [float(count.n_found) for count in counts], "label", ""),
        ("labels missed", [float(total - count.n_found) for count in counts], "label", dotted),
        ("without label", [float(count.n_false) for count in counts], "warn", dashed),
    ]


def _spread(places: Sequence[float], floor: float, least: float = 14.0) -> list[float]:
    """Return places of texts moved apart upwards from a floor, so that none lies on another or on the axis."""
    moved, last = [0.0] * len(places), floor + least
    for number in np.argsort(places, kind="stable")[::-1]:
        last = min(places[number], last - least)
        moved[number] = float(last)
    return moved

"""Distributions and shares with bqplot, for notebooks and pages where a plot is worked on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import bqplot
import ipywidgets
import numpy as np
import numpy.typing as npt

from l4e_widgets.core.distributions import (
    Days,
    Distribution,
    Histograms,
    daily_events,
    largest_shares,
    shared_histograms,
)
from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.times import TimeRange, minute_text
from l4e_widgets.figures.plots import apart_text, contribution_bars, daily_bars, ring_caption, titled_histogram
from l4e_widgets.figures.svg import half_ring
from l4e_widgets.figures.wording import count_text, number_text, quantity_text, share_text
from l4e_widgets.widgets.parts.fallback import Bundle, with_fallback
from l4e_widgets.widgets.parts.markup import element
from l4e_widgets.widgets.parts.panel import Panel

__all__ = ["ConditionRing", "ContributionBars", "DailyEvents", "Histogram", "Plot"]

MEANINGS = {1: ("normal",), 2: ("eval", "train"), 3: ("train", "eval", "anomaly")}
SERIES = ("c1", "c5", "c3", "c6", "c4")


class Plot(ipywidgets.VBox):
    """A head in words and a figure below it; the data is in the mimebundle as text and as SVG too.

    Parameters
    ----------
    figure : Figure
        What bqplot draws.
    """

    def __init__(self, figure: bqplot.Figure) -> None:
        self._head = Panel()
        self.figure = figure
        super().__init__([self._head, figure])
        for name in ("l4e", "l4e-plot"):
            self.add_class(name)

    def lines(self) -> list[str]:
        """Return the data in words, a line each."""
        raise NotImplementedError

    def picture(self) -> str:
        """Return the data as an SVG element."""
        raise NotImplementedError

    def close(self) -> None:
        """Take the plot away with all that it is made of."""
        figure = getattr(self, "figure", None)
        if figure is None:  # refused before it was built
            return
        scales = [scale for mark in figure.marks for scale in mark.scales.values()]
        parts = [*figure.marks, *figure.axes, *scales, figure.scale_x, figure.scale_y, figure, self._head]
        for part in parts:
            layout = getattr(part, "layout", None)
            part.close()
            if layout is not None:
                layout.close()
        super().close()
        self.layout.close()

    def _repr_mimebundle_(self, **options: Any) -> Bundle:
        """Bundle of the widget, with its data for places where no widget can be shown."""
        return with_fallback(super()._repr_mimebundle_, options, self.lines(), self.picture())


def _figure(*, height: int, margin: dict[str, int], **parts: Any) -> bqplot.Figure:
    """Plain figure that takes its colours from the page."""
    return bqplot.Figure(
        fig_margin={"top": 4, "bottom": 22, "left": 0, "right": 0, **margin},
        layout=ipywidgets.Layout(width="100%", height=f"{height}px", min_width="0"),
        background_style={"fill": "transparent"},
        padding_x=0,
        padding_y=0,
        **parts,
    )


def _short(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:19]}…"


def _token(name: str) -> str:
    return f"var(--l4e-{name})"


class Histogram(Plot):
    """Histograms of one, two or three groups over the same bins, each scaled to its own share.

    Parameters
    ----------
    groups : mapping of str to (n,) float, or sequence of Distribution
        Values of each group in one unit. Two are drawn green and blue (a selection and the rest), three blue, green
        and red (training, evaluation, anomalous).
    name : str
        The sensor.
    unit : str
        Its unit.

    Attributes
    ----------
    apart : float or None
        Share of the first and the last group that does not overlap, 0 to 1.
    """

    def __init__(
        self,
        groups: Mapping[str, npt.ArrayLike] | Sequence[Distribution],
        *,
        name: str = "",
        unit: str = "",
    ) -> None:
        self._x, self._y = bqplot.LinearScale(), bqplot.LinearScale(min=0)
        axis = bqplot.Axis(scale=self._x, num_ticks=5, grid_lines="none")
        super().__init__(
            _figure(height=112, scale_x=self._x, scale_y=self._y, margin={"left": 12, "right": 12}, axes=[axis])
        )
        self.show(groups, name=name, unit=unit)

    def show(
        self, groups: Mapping[str, npt.ArrayLike] | Sequence[Distribution], *, name: str = "", unit: str = ""
    ) -> None:
        """Show other values in the same place.

        Parameters
        ----------
        groups : mapping of str to (n,) float, or sequence of Distribution
            Values of each group in one unit.
        name : str
            The sensor.
        unit : str
            Its unit.

        Raises
        ------
        UsageError
            There is no group, or there are more than three.
        """
        self.groups, self.name, self.unit = _distributions(groups), name, unit
        self.drawn: Histograms = shared_histograms([group.values for group in self.groups])
        self._draw_marks()
        said = apart_text(self.drawn.apart)
        title = f"{name}, {unit}" if name and unit else name
        legend = [
            element("span", element("i", class_=f"l4e-swatch {group.meaning}"), group.name) for group in self.groups
        ]
        self._head.show(
            element("div.l4e-plot-head", element("span.l4e-name", title, title=title), element("b", said)),
            element("div.l4e-plot-legend", legend),
        )

    @property
    def apart(self) -> float | None:
        """Share of the first and the last group that does not overlap, 0 to 1; None where nothing is compared."""
        return self.drawn.apart

    def _draw_marks(self) -> None:
        """Draw each group; a mark that is there takes the new values."""
        old, marks = list(self.figure.marks), []
        for place, group in enumerate(self.groups):
            shares = self.drawn.shares[place]
            top = shares.max(initial=0) or 1.0
            told = {
                "x": self.drawn.edges if len(shares) else np.array([0.0, 1.0]),
                "y": np.append(shares, shares[-1:]) / top if len(shares) else np.zeros(2),
                "colors": [_token(f"{group.meaning}-mark")],
                "fill_colors": [_token(f"{group.meaning}-mark")],
            }
            if place < len(old):
                with old[place].hold_sync():
                    for key, value in told.items():
                        setattr(old[place], key, value)
                marks.append(old[place])
            else:
                marks.append(
                    bqplot.Lines(
                        scales={"x": self._x, "y": self._y},
                        interpolation="step-after",
                        fill="bottom",
                        fill_opacities=[0.16],
                        stroke_width=1.25,
                        **told,
                    )
                )
        self.figure.marks = marks
        for mark in old[len(marks) :]:
            mark.close()

    def lines(self) -> list[str]:
        """Return each group with its number of values and its middle, and how far they are apart."""
        told = []
        for group in self.groups:
            finite = group.values[np.isfinite(group.values)]
            middle = quantity_text(float(np.median(finite)) if len(finite) else None, self.unit)
            told.append(f"  {group.name}: {count_text(len(finite), 'value')}, median {middle}")
        said = apart_text(self.apart)
        return [f"Histogram{f' of {self.name}' if self.name else ''}{f': {said}' if said else ''}", *told]

    def picture(self) -> str:
        """Return the histograms as an SVG element."""
        return titled_histogram(self.groups, name=self.name, unit=self.unit, width=360, height=150)


def _distributions(groups: Mapping[str, npt.ArrayLike] | Sequence[Distribution]) -> tuple[Distribution, ...]:
    """Groups with their colours."""
    if not 1 <= len(groups) <= 3:
        raise UsageError(
            "A histogram shows one, two or three groups.", got=f"{len(groups)} groups", fix="Choose groups."
        )
    if not isinstance(groups, Mapping):
        return tuple(groups)
    meanings = MEANINGS[len(groups)]
    return tuple(
        Distribution(name=str(name), values=np.asarray(values, dtype=np.float64).ravel(), meaning=meaning)
        for (name, values), meaning in zip(groups.items(), meanings, strict=True)
    )


class ContributionBars(Plot):
    """Share of each sensor in an anomaly as horizontal bars, the largest first.

    Parameters
    ----------
    shares : mapping of str to float, Series, or sequence of (str, float)
        Names of sensors and their shares, 0 to 1.
    most : int
        How many are named; the rest is one bar.
    """

    def __init__(self, shares: Mapping[str, float] | Sequence[tuple[str, float]] | Any, *, most: int = 10) -> None:
        pairs = shares.items() if hasattr(shares, "items") else shares
        self.shares = largest_shares([(str(name), float(share)) for name, share in pairs], most=most)
        names = [f"{_short(one.name)}  {share_text(one.share)}" for one in self.shares]
        x, y = bqplot.LinearScale(min=0), bqplot.OrdinalScale(domain=names[::-1])
        colours = [_token(SERIES[place] if place < len(SERIES) else "off-mark") for place in range(len(names))]
        bars = bqplot.Bars(
            x=names[::-1],
            y=[one.share for one in self.shares][::-1],
            scales={"x": y, "y": x},
            orientation="horizontal",
            colors=colours[::-1],
            padding=0.35,
        )
        axes = [bqplot.Axis(scale=y, side="left", grid_lines="none")]
        margin = {"left": 184, "right": 16, "bottom": 4}
        super().__init__(_figure(height=24 * len(names) + 8, margin=margin, marks=[bars], axes=axes))
        first = self.shares[0] if self.shares else None
        said = f"{first.name} {share_text(first.share)}" if first else "no contributions"
        self._head.show(element("div.l4e-plot-head", element("span.l4e-name", said, title=said)))

    def lines(self) -> list[str]:
        """Return each sensor with its share."""
        return ["Contributions", *(f"  {one.name}: {share_text(one.share)}" for one in self.shares)]

    def picture(self) -> str:
        """Return the bars as an SVG element."""
        return contribution_bars(self.shares)


class ConditionRing(Plot):
    """Half ring of the share of time in each condition.

    Parameters
    ----------
    healthy : float or None
        Share of time without an event, 0 to 1; None where it is too early to tell.
    warning, critical : float
        Shares of time in events of either severity.
    """

    def __init__(self, healthy: float | None, warning: float = 0.0, critical: float = 0.0) -> None:
        self.condition = (healthy, warning, critical)
        shares = [1.0] if healthy is None else [healthy, warning, critical]
        meanings = ["border-strong"] if healthy is None else ["normal-mark", "warn-mark", "anomaly-mark"]
        ring = bqplot.Pie(
            sizes=shares,
            colors=[_token(meaning) for meaning in meanings],
            start_angle=-90,
            end_angle=90,
            sort=False,
            radius=64,
            inner_radius=48,
            stroke=_token("bg"),
            labels=[""] * len(shares),
        )
        super().__init__(_figure(height=136, margin={"bottom": 4}, marks=[ring], axes=[]))
        self.add_class("l4e-plot-ring")
        said = "–" if healthy is None else share_text(healthy)
        self._head.show(element("div.l4e-plot-figure", said), element("p.l4e-s.l4e-2", ring_caption(*self.condition)))

    def lines(self) -> list[str]:
        """Return the shares in words."""
        return [f"Condition: {ring_caption(*self.condition)}"]

    def picture(self) -> str:
        """Return the half ring as an SVG element."""
        return half_ring(*self.condition, width=144)


class DailyEvents(Plot):
    """Hours in events of every day as bars.

    Parameters
    ----------
    events : sequence of TimeRange or of (start, end)
        The events.
    span : TimeRange or (start, end), optional
        What is looked at; from the first event to the last where absent.

    Raises
    ------
    UsageError
        There is neither an event nor a span.
    """

    def __init__(
        self,
        events: Sequence[TimeRange | tuple[Any, Any]],
        *,
        span: TimeRange | tuple[Any, Any] | None = None,
    ) -> None:
        ready = [event if isinstance(event, TimeRange) else TimeRange.of(*event) for event in events]
        if span is None and not ready:
            raise UsageError("There is no day to draw.", fix="Give the span that was looked at, or an event.")
        whole = span if isinstance(span, TimeRange) else TimeRange.of(*span) if span else None
        whole = whole or TimeRange(min(one.start for one in ready), max(one.end for one in ready))
        self.days: Days = daily_events(ready, whole)
        days = self.days
        x, y = bqplot.DateScale(), bqplot.LinearScale(min=0, max=24)
        begins = days.starts.astype("datetime64[ns]").astype("datetime64[ms]")
        moments = begins + np.timedelta64(12, "h")
        bars = bqplot.Bars(
            x=moments, y=days.hours, scales={"x": x, "y": y}, colors=[_token("anomaly-mark")], padding=0.1
        )
        axes = [
            bqplot.Axis(scale=x, tick_values=begins[:: -(-len(begins) // 8)], tick_format="%d %b", grid_lines="none"),
            bqplot.Axis(scale=y, side="left", tick_values=[0, 12, 24], grid_lines="solid"),
        ]
        margin = {"left": 28, "right": 24}
        super().__init__(_figure(height=112, scale_x=x, scale_y=y, margin=margin, marks=[bars], axes=axes))
        self._head.show(element("div.l4e-plot-head", element("span.l4e-name", self.lines()[0])))

    def lines(self) -> list[str]:
        """Return the hours of every day that has any."""
        days = self.days
        struck = np.flatnonzero(days.hours > 0)
        head = (
            f"{count_text(int(days.events.sum()), 'event')}, {number_text(float(days.hours.sum()))} h "
            f"on {len(struck)} of {count_text(len(days.hours), 'day')} (UTC)"
        )
        told = [
            f"  {minute_text(int(days.starts[day]))[:10]}: {number_text(float(days.hours[day]))} h" for day in struck
        ]
        return [head, *told]

    def picture(self) -> str:
        """Return the bars as an SVG element."""
        return daily_bars(self.days)

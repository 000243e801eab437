"""The time-series chart as a widget: panels on one time axis, at the detail of the window on screen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from l4e_widgets.core.errors import NotFound, UsageError
from l4e_widgets.core.times import TimeRange
from l4e_widgets.widgets.parts.chart_panels import Drawable, panels_of
from l4e_widgets.widgets.parts.chart_picture import chart_lines, chart_picture
from l4e_widgets.widgets.parts.chart_wire import (
    NS_PER_MS,
    ChartEvent,
    ChartPanel,
    DetailRequest,
    pack_window,
    range_from_ms,
)
from l4e_widgets.widgets.parts.events import sentence_of
from l4e_widgets.widgets.parts.fallback import Bundle, with_fallback

__all__ = ["ChartEvent", "ChartPanel", "TimeSeriesChart", "link_charts"]

STATIC = Path(__file__).resolve().parents[2] / "static"
COARSE_PIXELS = 2000
MOST_PANELS = 20
MOST_VIEWS = 16


class TimeSeriesChart(anywidget.AnyWidget):
    """Score, contributions and sensors over time.

    Parameters
    ----------
    panels : DataFrame, SensorFrame, SeriesSource or sequence of ChartPanel
        What is shown, from top to bottom; at most twenty panels. A table gets a panel for each of its sensors.
    events : sequence of ChartEvent
        Events on the ribbon.
    training : TimeRange or None
        Range that was learned from.
    off_time : sequence of TimeRange
        When the asset stood still.
    labels : sequence of (TimeRange, str)
        Known faults and their codes.
    zone : str
        Zone of the time axis.
    title : str
        Name for screen readers.
    window : TimeRange or None
        Window to open with; the whole range where None.
    chosen : int or None
        Place of the event whose sensors are shown, None for none.
    overlay : sequence of sequence of str
        Names of the sensors that share a panel, for example ``[("inlet", "outlet")]``; they need one unit.
    on_select : callable, optional
        Called with the selected `TimeRange`, or None when the selection was taken away.
    link : callable, optional
        Given the window on screen, returns the address that "Copy link" copies; without it there is no such button.

    Raises
    ------
    UsageError
        There is no panel, there are more than twenty, or sensors of different units would share one.
    NotFound
        The front end was not built.
    """

    _esm = STATIC / "chart.js"
    _css = STATIC / "l4e.css"
    description = traitlets.Dict(help="What is shown, without its rows.").tag(sync=True)
    data = traitlets.Bytes(help="Coarse rows of the whole range.").tag(sync=True)
    window = traitlets.List(trait=traitlets.Float(), help="Window on screen, milliseconds UTC.").tag(sync=True)
    selection = traitlets.List(trait=traitlets.Float(), help="Selected range, milliseconds UTC.").tag(sync=True)
    group = traitlets.Unicode(help="Charts of one group show one window.").tag(sync=True)
    title = traitlets.Unicode("Time-series chart", help="Name for screen readers.").tag(sync=True)

    def __init__(
        self,
        panels: Drawable,
        *,
        events: Sequence[ChartEvent] = (),
        training: TimeRange | None = None,
        off_time: Sequence[TimeRange] = (),
        labels: Sequence[tuple[TimeRange, str]] = (),
        zone: str = "UTC",
        title: str = "Time-series chart",
        window: TimeRange | None = None,
        chosen: int | None = None,
        overlay: Sequence[Sequence[str]] = (),
        on_select: Callable[[TimeRange | None], None] | None = None,
        link: Callable[[TimeRange], str] | None = None,
    ) -> None:
        if not STATIC.joinpath("chart.js").is_file():
            raise NotFound(
                "The front end of l4e_widgets is not built.",
                where="static/chart.js",
                fix='Run "npm ci && npm run build" in js/, or install the package with pip.',
            )
        super().__init__(title=title)
        self._drawings = 0
        self._link = link
        self._on_select = on_select
        self.show(
            panels_of(panels, overlay=overlay),
            events=events,
            training=training,
            off_time=off_time,
            labels=labels,
            zone=zone,
            window=window,
            chosen=chosen,
        )
        self.on_msg(self._on_message)
        self.observe(self._tell_selection, names=["selection"])

    def show(
        self,
        panels: Sequence[ChartPanel],
        *,
        events: Sequence[ChartEvent] = (),
        training: TimeRange | None = None,
        off_time: Sequence[TimeRange] = (),
        labels: Sequence[tuple[TimeRange, str]] = (),
        zone: str = "UTC",
        window: TimeRange | None = None,
        chosen: int | None = None,
        keep_view: bool = False,
    ) -> None:
        """Show other panels in the same place, without the page moving.

        Parameters
        ----------
        panels : sequence of ChartPanel
            What is shown, from top to bottom; at most twenty.
        events : sequence of ChartEvent
            Events on the ribbon.
        training : TimeRange or None
            Range that was learned from.
        off_time : sequence of TimeRange
            When the asset stood still.
        labels : sequence of (TimeRange, str)
            Known faults and their codes.
        zone : str
            Zone of the time axis.
        window : TimeRange or None
            Window to open with; the whole range where None.
        chosen : int or None
            Place of the event whose sensors are shown, None for none.
        keep_view : bool
            Window and selection stay as they are on screen.

        Raises
        ------
        UsageError
            There is no panel, or there are more than twenty.
        """
        if not panels or len(panels) > MOST_PANELS:
            raise UsageError(
                "The chart cannot show these panels.",
                got=f"{len(panels)} panels",
                expected=f"1 to {MOST_PANELS}",
                fix=f"Choose sensors, for example the first {MOST_PANELS}: table.iloc[:, :{MOST_PANELS}]."
                if panels
                else "Choose at least one sensor.",
            )
        self._panels = tuple(panels)
        spans = [panel.source.span for panel in panels]
        self._whole = TimeRange(min(span.start for span in spans), max(span.end for span in spans))
        self._newest: dict[str, int] = {}
        self._drawings += 1
        parts, buffer = pack_window(self._panels, self._whole, COARSE_PIXELS)
        bands = [("training", training)] if training else []
        bands += [("off", span) for span in off_time]
        with self.hold_sync():
            self.data = buffer
            if not keep_view:
                self.window = [window.start / NS_PER_MS, window.end / NS_PER_MS] if window else []
                self.selection = []
            self.description = {
                "drawing": self._drawings,
                "zone": zone,
                "range": [self._whole.start / NS_PER_MS, self._whole.end / NS_PER_MS],
                "panels": [panel.describe(number) for number, panel in enumerate(self._panels)],
                "events": [event.describe() for event in events],
                "bands": [{"kind": kind, **_ms(span)} for kind, span in bands],
                "labels": [{"code": code, **_ms(span)} for span, code in labels],
                "parts": parts,
                "chosen": chosen,
                "link": self._link is not None,
                **self._further(),
            }

    def _further(self) -> dict[str, Any]:
        """Return what a kind of chart adds to the description."""
        return {}

    @property
    def seen(self) -> TimeRange:
        """Window on screen; the whole range where nobody zoomed."""
        return range_from_ms(self.window, self._whole) or self._whole

    @property
    def selected(self) -> TimeRange | None:
        """Range that was selected; None for none."""
        return range_from_ms(self.selection, self._whole)

    def select(self, span: TimeRange | None) -> None:
        """Select a range, or none.

        Parameters
        ----------
        span : TimeRange or None
            The range.
        """
        self.selection = [span.start / NS_PER_MS, span.end / NS_PER_MS] if span else []

    def _tell_selection(self, _: object) -> None:
        """Tell who asked to be told."""
        if self._on_select is not None:
            self._on_select(self.selected)

    def look_at(self, span: TimeRange) -> None:
        """Show a window.

        Parameters
        ----------
        span : TimeRange
            The window.
        """
        self.window = [span.start / NS_PER_MS, span.end / NS_PER_MS]

    def answer(self, message: object) -> tuple[dict[str, Any], list[bytes]] | None:
        """Answer to a message of the browser.

        Parameters
        ----------
        message : object
            What came; ``{"kind": "window", "request", "start", "end", "pixels"}`` asks for rows,
            ``{"kind": "link", "start", "end"}`` for the address of a window.

        Returns
        -------
        (content, buffers) or None
            What to send back; None where nothing was asked, or where a newer question came first.

        Raises
        ------
        UsageError
            The question cannot mean anything.
        """
        if isinstance(message, dict) and message.get("kind") == "link" and self._link is not None:
            shown = range_from_ms([message.get("start"), message.get("end")], self._whole) or self._whole
            return {"kind": "link", "text": self._link(shown)}, []
        if not isinstance(message, dict) or message.get("kind") != "window":
            return None
        request = DetailRequest.from_message(message, whole=self._whole)
        if request.number < self._newest.get(request.view, 0):
            return None
        while len(self._newest) >= MOST_VIEWS:
            self._newest.pop(next(iter(self._newest)))
        self._newest[request.view] = request.number
        parts, buffer = pack_window(self._panels, request.span, request.pixels)
        # Before and after the data there is nothing, so the answer holds for all of the window asked for.
        asked = {"start": message["start"], "end": message["end"]}
        content = {"kind": "detail", "view": request.view, "request": request.number, **asked, "parts": parts}
        return content, [buffer]

    def lines(self) -> list[str]:
        """Return the range of each sensor in the window, a line each."""
        return chart_lines(self.title, self._panels, self.seen)

    def picture(self) -> str:
        """Return the window as an SVG element."""
        tints = {"training": "train-mark", "off": "off-mark"}
        marks = [(band["kind"], band) for band in self.description["bands"]]
        spans = [(tints[kind], band) for kind, band in marks]
        spans += [("anomaly-mark", event) for event in self.description["events"]]
        spans += [("label-mark", label) for label in self.description["labels"]]
        told = [(range_from_ms([one["start"], one["end"]], self._whole), colour) for colour, one in spans]
        return chart_picture(self._panels, self.seen, marks=[(span, colour) for span, colour in told if span])

    def _repr_mimebundle_(self, **options: Any) -> Bundle:
        """Bundle of the widget, with its data for places where no widget can be shown."""
        return with_fallback(super()._repr_mimebundle_, options, self.lines(), self.picture())

    def _on_message(self, _: object, message: object, __: object) -> None:
        """Send the answer, or the sentence of why there is none."""
        answer, sentence = sentence_of(lambda: self.answer(message))
        if sentence:
            asked = message if isinstance(message, dict) else {}
            told = {"view": asked.get("view"), "request": asked.get("request"), "sentence": sentence}
            self.send({"kind": "refused", **told})
        elif answer is not None:
            self.send(answer[0], answer[1])


def _ms(span: TimeRange) -> dict[str, float]:
    """Start and end in milliseconds."""
    return {"start": span.start / NS_PER_MS, "end": span.end / NS_PER_MS}


def link_charts(*charts: TimeSeriesChart) -> None:
    """Let several charts on one page show one window and one cursor; without a chart nothing happens.

    Parameters
    ----------
    *charts : TimeSeriesChart
        The charts; those linked before to others leave them.
    """
    group = uuid.uuid4().hex
    for chart in charts:
        chart.group = group

"""Score, contributions and sensors of a model over time, as panels of one chart."""

from __future__ import annotations

from l4e_widgets.core.times import NS_PER_SECOND, TimeRange
from l4e_widgets.services.datasets import series_source
from l4e_widgets.services.results import explained_frames, score_source
from l4e_widgets.widgets.parts.chart import ChartEvent, ChartPanel
from l4e_widgets.widgets.results.model import ResultsModel
from l4e_widgets.widgets.results.sources import Explained, Shares, expected_id

__all__ = ["chart_events", "results_panels"]

ROWS_AT_ONCE = 20_000
MARGIN = 24 * 3_600 * NS_PER_SECOND


def chart_events(model: ResultsModel) -> list[ChartEvent]:
    """Events of the ribbon.

    Parameters
    ----------
    model : ResultsModel
        State of the page.

    Returns
    -------
    list of ChartEvent
        In order of time.
    """
    events = model.found.events if model.found else ()
    return [ChartEvent(span=event.span, severity=event.severity) for event in events]


def results_panels(model: ResultsModel) -> list[ChartPanel]:
    """Score and sensors; with an event open also the contributions and what was expected.

    Parameters
    ----------
    model : ResultsModel
        State of the page.

    Returns
    -------
    list of ChartPanel
        From top to bottom; empty where no model is open.
    """
    if model.found is None:
        return []
    context, project, name = model.context, model.project, model.model
    score = score_source(context, project, name, opened=model.opened)
    rows = series_source(context, project)
    panels = [ChartPanel(source=score, sensors=("anomaly_score",), kind="score", name="Anomaly score")]
    stretch = explained_stretch(model)
    if stretch is None:
        return [*panels, *(ChartPanel(source=rows, sensors=(sensor,)) for sensor in model.drawn)]
    contributions, expected = explained_frames(model.opened, stretch, sensors=model.drawn)
    shares = Shares(contributions)
    if len(shares):
        parts = tuple(sensor.id for sensor in shares.sensors)
        panels.append(ChartPanel(source=shares, sensors=parts, kind="contribution", name="Contribution"))
    bands = {sensor.id: float(band) for sensor, band in zip(expected.sensors, expected.half_band, strict=True)}
    explained = Explained(rows, expected)
    for sensor in model.drawn:
        has_expected = sensor in bands
        panels.append(
            ChartPanel(
                source=explained,
                sensors=(sensor,),
                expected=expected_id(sensor) if has_expected else None,
                half_band=bands.get(sensor),
            )
        )
    return panels


def explained_stretch(model: ResultsModel) -> TimeRange | None:
    """Stretch of time for which shares and expected values are computed.

    Parameters
    ----------
    model : ResultsModel
        State of the page.

    Returns
    -------
    TimeRange or None
        The window in view with half of it on each side, or the event with a day on each side where that is too much;
        None while no event is open.
    """
    event, window, whole = model.event, model.window, model.whole
    if event is None or window is None or whole is None or model.found is None:
        return None
    half = (window.end - window.start) // 2
    wide = TimeRange(max(window.start - half, whole.start), min(window.end + half, whole.end))
    if wide.seconds / model.found.sampling_rate_s <= ROWS_AT_ONCE:
        return wide
    return TimeRange(max(event.span.start - MARGIN, whole.start), min(event.span.end + MARGIN, whole.end))

"""The chosen sensors of the review over time."""

from __future__ import annotations

from l4e_widgets.widgets.parts.chart import ChartPanel
from l4e_widgets.widgets.review.model import ReviewModel

__all__ = ["review_panels"]


def review_panels(model: ReviewModel) -> list[ChartPanel]:
    """One panel for each sensor that is drawn.

    Parameters
    ----------
    model : ReviewModel
        State of the page.

    Returns
    -------
    list of ChartPanel
        From top to bottom; empty where nothing is drawn.
    """
    if model.source is None:
        return []
    return [ChartPanel(source=model.source, sensors=(sensor.id,)) for sensor in model.drawn_sensors]

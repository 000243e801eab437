"""The picture of the welcome page: a made-up event as results show it."""

from __future__ import annotations

import math

from l4e_widgets.widgets.parts.markup import Html, element, together

__all__ = ["welcome_picture"]

WIDTH, HEIGHT = 400, 132
FROM, TO = 294, 390
SENTENCE = "Tue 04:10–09:30: discharge pressure 3.1 bar below what the other 28 sensors imply, 6 h before the trip."


def welcome_picture() -> Html:
    """What one gets, drawn from formulas.

    Returns
    -------
    Html
        Sentence, picture and key.
    """
    score = _points([(x, 52 - 2 * _wave(x, 9) - 34 * _fault(x)) for x in range(0, WIDTH + 1, 2)])
    measured = _points([(x, 72 - _wave(x, 31) + 26 * _fault(x)) for x in range(0, WIDTH + 1, 2)])
    expected = [(x, 72 - _wave(x, 31)) for x in range(0, WIDTH + 1, 4)]
    upper, lower = [(x, y - 5) for x, y in expected], [(x, y + 5) for x, y in reversed(expected)]
    drawing = Html(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img" aria-label="A score that rises while a pressure '
        f'falls below what is expected" fill="none">'
        f'<rect width="{WIDTH}" height="7" fill="var(--l4e-bg-inset)"/>'
        f'<rect x="{FROM}" width="{TO - FROM}" height="7" fill="var(--l4e-anomaly-mark)"/>'
        f'<rect x="{FROM}" y="7" width="{TO - FROM}" height="{HEIGHT - 8}" fill="var(--l4e-anomaly-soft)"/>'
        f'<path d="M0 36H{WIDTH}" stroke="var(--l4e-warn-mark)" stroke-dasharray="3 3"/>'
        f'<polygon points="{_points(upper + lower)}" fill="var(--l4e-expected-band)"/>'
        f'<polyline points="{_points(expected)}" stroke="var(--l4e-expected-line)" stroke-dasharray="4 3"/>'
        f'<polyline points="{score}" stroke="var(--l4e-normal-mark)" stroke-width="1.5"/>'
        f'<polyline points="{measured}" stroke="var(--l4e-c1)" stroke-width="1.75"/>'
        f'<path d="M0 {HEIGHT - 0.5}H{WIDTH}" stroke="var(--l4e-border)"/></svg>'
    )
    captions = element(
        "div.l4e-row.l4e-between.l4e-s.l4e-2",
        element("span", "above: anomaly score and its line"),
        element("span", "below: discharge pressure, measured and expected"),
    )
    return together(
        element("p.l4e-2", "What you get"), element("p.l4e-b.l4e-picture-words", SENTENCE), drawing, captions
    )


def _fault(x: float) -> float:
    """Size of the fault along the picture, 0 to 1."""
    rise = 1 / (1 + math.exp(-(x - FROM) / 9))
    return rise / (1 + math.exp((x - TO + 6) / 3))


def _wave(x: float, length: float) -> float:
    """Some movement that looks like a machine at work."""
    return math.sin(x / length) + 0.4 * math.sin(2.7 * x)


def _points(points: list[tuple[int, float]]) -> str:
    """Points as SVG writes them."""
    return " ".join(f"{x},{y:.1f}" for x, y in points)

"""Events above a line of time and labels below it: true, without a label, found, missed; told by shape and colour."""

from __future__ import annotations

from collections.abc import Sequence

from l4e_widgets.core.accuracy import Accuracy
from l4e_widgets.core.times import TimeRange, minute_text
from l4e_widgets.figures.escape import escape

__all__ = ["labelled_events"]

WIDTH = 1000
BAR = 26
MIDDLE = 40
LEAST = 4.0


def labelled_events(events: Sequence[TimeRange], accuracy: Accuracy, span: TimeRange) -> str:
    """Picture of events and labels over time.

    Parameters
    ----------
    events : sequence of TimeRange
        Events, merged as `accuracy` has them.
    accuracy : Accuracy
        How they agree.
    span : TimeRange
        What was looked at.

    Returns
    -------
    str
        SVG with a description for screen readers.
    """
    false = set(accuracy.false_events)
    parts = [f'<path d="M0 {MIDDLE}h{WIDTH}" stroke="var(--l4e-border)"/>']
    for event in events:
        style = (
            'fill="none" stroke="var(--l4e-warn-mark)" stroke-width="1.5"'
            if event in false
            else 'fill="var(--l4e-anomaly-mark)"'
        )
        parts.append(_box(event, span, MIDDLE - BAR, style, "event without a label" if event in false else "event"))
    for label, is_found in zip(accuracy.labels, accuracy.found, strict=True):
        style = (
            'fill="var(--l4e-label-mark)"'
            if is_found
            else 'fill="none" stroke="var(--l4e-label-mark)" stroke-width="1.5" stroke-dasharray="3 2"'
        )
        parts.append(_box(label, span, MIDDLE + 1, style, "label, found" if is_found else "label, missed"))
    told = (
        f"{len(events)} events above, {len(accuracy.labels)} labels below: {accuracy.n_found} found, "
        f"{accuracy.n_missed} missed, {len(false)} events without a label"
    )
    legend = (
        '<span><i class="l4e-sw" style="background:var(--l4e-anomaly-mark)"></i>true event</span>'
        '<span><i class="l4e-sw" style="border:1.5px solid var(--l4e-warn-mark)"></i>event without a label</span>'
        '<span><i class="l4e-sw" style="background:var(--l4e-label-mark)"></i>label found</span>'
        '<span><i class="l4e-sw" style="border:1.5px dashed var(--l4e-label-mark)"></i>label missed</span>'
    )
    ends = f"<span>{minute_text(span.start)}</span><span>UTC</span><span>{minute_text(span.end)}</span>"
    return (
        f'<figure class="l4e-labelled"><svg viewBox="0 0 {WIDTH} {MIDDLE + BAR + 8}" preserveAspectRatio="none" '
        f'role="img" aria-label="{escape(told)}">{"".join(parts)}</svg>'
        f'<div class="l4e-between l4e-s l4e-2">{ends}</div>'
        f'<figcaption class="l4e-s l4e-2">{legend}</figcaption></figure>'
    )


def _box(stretch: TimeRange, span: TimeRange, top: float, style: str, words: str) -> str:
    """One stretch as a box, wide enough to be seen."""
    scale = WIDTH / (span.end - span.start)
    left = min(max((stretch.start - span.start) * scale, 0.0), WIDTH - LEAST)
    width = max((stretch.end - max(stretch.start, span.start)) * scale, LEAST)
    title = escape(f"{words}: {minute_text(stretch.start)} to {minute_text(stretch.end)} UTC")
    return (
        f'<rect x="{left:.1f}" y="{top:g}" width="{min(width, WIDTH - left):.1f}" height="{BAR}" {style} '
        f'vector-effect="non-scaling-stroke"><title>{title}</title></rect>'
    )

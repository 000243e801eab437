"""The small signs beside words: each state has its own shape, so that nothing is said by colour alone."""

from __future__ import annotations

from l4e_widgets.widgets.parts.markup import Html, element

__all__ = ["GRADES", "STEPS", "badge", "glyph"]

DRAWN = {
    "done": '<path d="M2.5 7.5l3 3 6-7"/>',
    "here": '<circle cx="7" cy="7" r="3.6" fill="currentColor" stroke="none"/>',
    "ready": '<circle cx="7" cy="7" r="3.6"/>',
    "optional": '<path d="M3.5 7h7"/>',
    "blocked": '<path d="M7 2.5v5.2" stroke-width="2"/>'
    '<circle cx="7" cy="11" r=".9" fill="currentColor" stroke="none"/>',
    "running": '<path d="M7 2.2a4.8 4.8 0 1 1-4.6 3.4"/><path d="M2 2.6l.4 3 3-.5"/>',
    "normal": '<circle cx="7" cy="7" r="4" fill="currentColor" stroke="none"/>',
    "warning": '<path d="M7 2L12.6 12H1.4z" fill="currentColor"/><path d="M7 5.6v3" stroke="var(--l4e-bg)"/>'
    '<circle cx="7" cy="10.4" r=".8" fill="var(--l4e-bg)" stroke="none"/>',
    "critical": '<path d="M7 .8L13.2 7 7 13.2.8 7z" fill="currentColor" stroke="none"/>'
    '<path d="M7 4.2v3" stroke="var(--l4e-bg)"/><circle cx="7" cy="9.6" r=".8" fill="var(--l4e-bg)" stroke="none"/>',
    "high": '<path d="M3 11V8.5M7 11V6M11 11V3" stroke-width="2.2"/>',
    "medium": '<path d="M3 11V8.5M7 11V6" stroke-width="2.2"/><path d="M11 11V3" stroke-width="2.2" opacity=".3"/>',
    "low": '<path d="M3 11V8.5" stroke-width="2.2"/><path d="M7 11V6M11 11V3" stroke-width="2.2" opacity=".3"/>',
    "info": '<circle cx="7" cy="7" r="5.4"/><path d="M7 6.4v3.2"/>'
    '<circle cx="7" cy="4.2" r=".8" fill="currentColor" stroke="none"/>',
    "list": '<path d="M2 3.5h10M2 7h7M2 10.5h4"/>',
    "open": '<path d="M3.5 5.5L7 9l3.5-3.5"/>',
    "back": '<path d="M8.5 3.5L5 7l3.5 3.5"/>',
    "next": '<path d="M5.5 3.5L9 7l-3.5 3.5"/>',
    "find": '<circle cx="6" cy="6" r="3.8"/><path d="M9 9l3.2 3.2"/>',
    "check": '<path d="M2.5 7.5l3 3 6-7" stroke-width="2.2"/>',
    "plus": '<path d="M7 2.5v9M2.5 7h9"/>',
    "cross": '<path d="M3.5 3.5l7 7M10.5 3.5l-7 7"/>',
}

STEPS = {
    "done": "normal",
    "here": "accent",
    "ready": "quiet",
    "optional": "quiet",
    "blocked": "warn",
    "running": "accent",
}
GRADES = {"High": "normal", "Medium": "warn", "Low": "anomaly"}
BADGES = {"eval": "done", "crit": "blocked", "warn": "warning", "run": "running", "off": "optional"}


def glyph(name: str, *, tone: str = "", size: int = 14) -> Html:
    """One sign.

    Parameters
    ----------
    name : str
        Its name in `DRAWN`; an unknown one gives the sign of a ready step.
    tone : str
        Meaning that colours it: normal, warn, anomaly, accent, quiet; the colour of the text where empty.
    size : int
        Width and height in pixels.

    Returns
    -------
    Html
        The drawing; hidden from screen readers, for a word always stands beside it.
    """
    drawing = Html(
        f'<svg width="{size}" height="{size}" viewBox="0 0 14 14" fill="none" stroke="currentColor" stroke-width="1.6" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{DRAWN.get(name, DRAWN["ready"])}</svg>'
    )
    return element(f"span.l4e-glyph.{tone or 'plain'}", drawing)


def badge(word: str, kind: str = "") -> Html:
    """State of a thing as a sign and a word.

    Parameters
    ----------
    word : str
        The state.
    kind : str
        eval, crit, warn, run, off, or empty for neutral.

    Returns
    -------
    Html
        The badge.
    """
    return element(f"span.l4e-badge.{kind or 'plain'}", glyph(BADGES.get(kind, "done")), word)

"""What stands in for a widget where no widget can be shown: a notebook on a code host, an exported page, a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from l4e_widgets.figures.colours import standalone
from l4e_widgets.figures.escape import escape

__all__ = ["Bundle", "text_picture", "with_fallback"]

Bundle = tuple[dict[str, Any], dict[str, Any]]
MOST_LINES = 40


def with_fallback(shown: Callable[..., Any], options: dict[str, Any], lines: Sequence[str], picture: str) -> Bundle:
    """Bundle of a widget with its data as plain text and as a picture.

    Parameters
    ----------
    shown : callable
        The widget's own ``_repr_mimebundle_``.
    options : dict
        What it is called with.
    lines : sequence of str
        The data in words, a line each.
    picture : str
        The data as an SVG element; the lines are drawn where it is empty.

    Returns
    -------
    (dict, dict)
        Data by media type, and its metadata.
    """
    bundle = shown(**options)
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
    further = {"text/plain": "\n".join(lines), "image/svg+xml": standalone(picture or text_picture(lines))}
    return {**data, **further}, metadata


def text_picture(lines: Sequence[str], *, width: int = 720) -> str:
    """Lines of text as a picture.

    Parameters
    ----------
    lines : sequence of str
        From top to bottom; what is too much for one picture is counted.
    width : int
        Pixels.

    Returns
    -------
    str
        An SVG element.
    """
    shown = list(lines[:MOST_LINES])
    if len(lines) > len(shown):
        shown.append(f"and {len(lines) - len(shown)} lines more")
    texts = "".join(
        f'<text x="8" y="{18 * place + 20}">{escape(line[: width // 6])}</text>' for place, line in enumerate(shown)
    )
    height = 18 * len(shown) + 14
    return f'<svg role="img" width="{width}" height="{height}" viewBox="0 0 {width} {height}">{texts}</svg>'

"""The one helper through which text from data reaches a page."""

from __future__ import annotations

import html
import json

__all__ = ["escape", "script_json"]


def escape(text: object) -> str:
    """Text with nothing left in it that HTML or SVG could take for markup.

    Parameters
    ----------
    text : object
        Anything; its `str` is taken. Characters that XML forbids are left out.

    Returns
    -------
    str
        Safe between tags and inside quoted attributes.
    """
    allowed = "".join(c for c in str(text) if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff"))
    return html.escape(allowed, quote=True)


def script_json(value: object) -> str:
    """JSON that can stand inside a ``<script>`` element without ending it.

    Parameters
    ----------
    value : object
        What `json.dumps` takes; NaN is refused.

    Returns
    -------
    str
        JSON text without ``<``, ``>`` and ``&``.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

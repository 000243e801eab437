"""The light colours of the design tokens, for pictures that leave the page: a file has no style sheet around it."""

from __future__ import annotations

import re

__all__ = ["LIGHT", "standalone"]

LIGHT = {
    "bg": "#ffffff",
    "bg-inset": "#eef0f3",
    "border": "#e3e6eb",
    "border-strong": "#c7cdd6",
    "text": "#171c24",
    "text-2": "#4a5463",
    "text-3": "#5f6977",
    "accent": "#0b6478",
    "normal-mark": "#64788f",
    "train-mark": "#2a78c2",
    "eval-mark": "#0f8f68",
    "anomaly-mark": "#cc2f39",
    "label-mark": "#8a55bf",
    "label-soft": "#f0e8f8",
    "off-mark": "#858d99",
    "warn-mark": "#bf7a00",
    "contrib-mark": "#d9730d",
    "grid": "#edeff2",
    "axis": "#c7cdd6",
    "c1": "#0072b2",
    "c2": "#d55e00",
    "c3": "#009e73",
    "c4": "#cc79a7",
    "c5": "#e69f00",
    "c6": "#56b4e9",
}
_STYLE = (
    "<style>text{font:11px ui-sans-serif,system-ui,Arial,sans-serif;fill:#4a5463}"
    ".b{font-weight:600;fill:#171c24}.axis{stroke:#c7cdd6}.grid{stroke:#edeff2}.ln{fill:none;stroke-width:1.25}</style>"
)


def standalone(svg: str) -> str:
    """Picture that can be shown without a page around it.

    Parameters
    ----------
    svg : str
        An SVG element whose colours are design tokens.

    Returns
    -------
    str
        The same with its colours written out, on white, in our font.
    """
    coloured = re.sub(r"var\(--l4e-([a-z0-9-]+)\)", lambda found: LIGHT.get(found[1], LIGHT["normal-mark"]), svg)
    head, _, body = coloured.partition(">")
    head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f'{head}>{_STYLE}<rect width="100%" height="100%" fill="{LIGHT["bg"]}"/>{body}'

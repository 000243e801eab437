"""The address of the browser, kept in step with what the page shows."""

from __future__ import annotations

from collections.abc import Callable

import anywidget
import traitlets

from l4e_widgets.widgets.parts.panel import STATIC

__all__ = ["PageLink"]


class PageLink(anywidget.AnyWidget):
    """Writes the query of the page's address and its title.

    Parameters
    ----------
    came_back : callable
        Called with the query when the reader uses the browser's back and forward buttons.
    """

    _esm = STATIC / "page-link.js"

    query = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    is_step = traitlets.Bool().tag(sync=True)

    def __init__(self, came_back: Callable[[str], None]) -> None:
        super().__init__()
        self._came_back = came_back
        self.on_msg(self._receive)

    def _receive(self, _: PageLink, content: object, __: object) -> None:
        """Hand on the address that the browser went back to."""
        if isinstance(content, dict) and content.get("act") == "address":
            self._came_back(str(content.get("value", "")))

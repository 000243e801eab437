"""A piece of a page as one widget: markup from the kernel, and what was chosen in it back to the kernel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets

from l4e_widgets.widgets.parts.markup import Html, together

__all__ = ["STATIC", "Panel"]

STATIC = Path(__file__).resolve().parents[2] / "static"

Chosen = Callable[[str, str], None]


class Panel(anywidget.AnyWidget):
    """Markup with controls; a control names its action in ``data-act`` and what it acts on in ``data-value``.

    Parameters
    ----------
    chosen : callable, optional
        Called with action and value when a control is used.
    classes : str
        Classes of the outermost element.
    """

    _esm = STATIC / "panel.js"
    _css = STATIC / "l4e.css"

    html = traitlets.Unicode().tag(sync=True)
    classes = traitlets.Unicode().tag(sync=True)

    def __init__(self, chosen: Chosen | None = None, *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._chosen = chosen
        self.on_msg(self._receive)

    def show(self, *parts: Html) -> None:
        """Exchange the markup.

        Parameters
        ----------
        *parts : Html
            Finished markup.
        """
        self.html = str(together(*parts))

    def download(self, name: str, content: bytes, mime: str) -> None:
        """Give the reader a file.

        Parameters
        ----------
        name : str
            Name of the file.
        content : bytes
            What is in it.
        mime : str
            Its media type.
        """
        self.send({"kind": "download", "name": name, "mime": mime}, buffers=[content])

    def _receive(self, _: Panel, content: object, __: object) -> None:
        """Hand on what was chosen; anything of another shape is not for us."""
        if self._chosen is None or not isinstance(content, dict):
            return
        act, value = content.get("act"), content.get("value", "")
        if isinstance(act, str) and isinstance(value, str):
            self._chosen(act, value)

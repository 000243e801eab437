"""What pages have in common: a model, widgets that are built when they are first shown, and an end."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import ipywidgets

from l4e_widgets.widgets.parts.events import PageState
from l4e_widgets.widgets.parts.fallback import Bundle, with_fallback
from l4e_widgets.widgets.parts.panel import Panel

__all__ = ["Page"]


class Page:
    """One page; shows itself in a notebook, and lives in the frame of the dashboard.

    Parameters
    ----------
    model : PageState
        State of the page; it can be driven without the page.
    """

    def __init__(self, model: PageState) -> None:
        self.model = model
        self._widget: ipywidgets.VBox | None = None
        self._parts: list[ipywidgets.Widget] | None = None
        self._observed: list[tuple[Any, list[str]]] = []

    @property
    def parts(self) -> list[ipywidgets.Widget]:
        """Widgets of the page from top to bottom, built when they are first asked for."""
        if self._parts is None:
            self._parts = self.build()
        return self._parts

    @property
    def widget(self) -> ipywidgets.VBox:
        """The page as one widget, for a notebook."""
        if self._widget is None:
            self._widget = ipywidgets.VBox(self.parts)
            for name in self.outer_classes:
                self._widget.add_class(name)
        return self._widget

    @property
    def outer_classes(self) -> tuple[str, ...]:
        """Classes of the page's outermost element."""
        return ("l4e", "l4e-alone")

    def build(self) -> list[ipywidgets.Widget]:
        """Make the widgets of the page.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        raise NotImplementedError

    def watch(self, draw: Any, names: list[str]) -> None:
        """Draw now, and again whenever one of the model's traits changes.

        Parameters
        ----------
        draw : callable
            Called without arguments.
        names : list of str
            Traits of the model.
        """

        def changed(_: object) -> None:
            draw()

        self.model.observe(changed, names=names)
        self._observed.append((changed, names))
        draw()

    def close(self) -> None:
        """Take the page away with all of its widgets."""
        for changed, names in self._observed:
            self.model.unobserve(changed, names=names)
        self._observed.clear()
        for part in (*(self._parts or ()), *((self._widget,) if self._widget else ())):
            close_all(part)
        self._parts = self._widget = None

    def _repr_mimebundle_(self, **options: Any) -> Bundle:
        """Show the page as its widget, or its words and its first chart where no widget can be shown."""
        inside = list(_inside(self.widget))
        lines = [line for part in inside for line in _lines_of(part)]
        pictures = [part.picture() for part in inside if hasattr(part, "picture")]
        return with_fallback(
            self.widget._repr_mimebundle_, options, lines or [type(self).__name__], next(iter(pictures), "")
        )


def _inside(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """Widgets of a page in the order they are read; a plot counts as one."""
    yield widget
    if not hasattr(widget, "lines"):
        for child in getattr(widget, "children", ()):
            yield from _inside(child)


def _lines_of(widget: ipywidgets.Widget) -> list[str]:
    """What a widget says in words."""
    if isinstance(widget, Panel):
        broken = re.sub(r"</(?:div|p|tr|h1|h2|h3|li|button)>", "\n", widget.html)
        text = html.unescape(re.sub(r"<[^>]*>", " ", broken))
        return [line for line in (" ".join(one.split()) for one in text.splitlines()) if line]
    return widget.lines() if hasattr(widget, "lines") else []


def close_all(widget: ipywidgets.Widget) -> None:
    """Close a widget with everything in it.

    Parameters
    ----------
    widget : Widget
        A widget, perhaps one with children.
    """
    for child in getattr(widget, "children", ()):
        close_all(child)
    layout = getattr(widget, "layout", None)
    widget.close()
    if layout is not None:
        layout.close()

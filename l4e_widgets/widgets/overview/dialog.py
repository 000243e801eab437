"""The dialog that deletes a project: what goes with it, and its name to be typed."""

from __future__ import annotations

import ipywidgets

from l4e_widgets.widgets.overview.deleting import DeletingModel
from l4e_widgets.widgets.parts.blocks import banner, button
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.markup import element
from l4e_widgets.widgets.parts.panel import Panel

__all__ = ["DeleteDialog"]


class DeleteDialog:
    """Asks for the name of a project before it is deleted.

    Parameters
    ----------
    model : DeletingModel
        Its state.
    """

    def __init__(self, model: DeletingModel) -> None:
        self.model = model
        self._words, self._buttons = Panel(self._chosen), Panel(self._chosen)
        box = ipywidgets.VBox([self._words, self._buttons])
        box.add_class("l4e-dialog")
        self.widget = ipywidgets.VBox([box])
        self.widget.add_class("l4e-scrim")
        model.observe(self._draw, names=["is_open", "goes", "blocked"])
        model.observe(self._draw_buttons, names=["is_open", "typed", "blocked", "is_deleting"])
        self._draw()
        self._draw_buttons()

    def close(self) -> None:
        """Look at the state no more; the widgets are closed by their page."""
        self.model.unobserve(self._draw, names=["is_open", "goes", "blocked"])
        self.model.unobserve(self._draw_buttons, names=["is_open", "typed", "blocked", "is_deleting"])

    def _chosen(self, act: str, value: str) -> None:
        if act == "typed":
            self.model.typed = value.strip()
        elif act == "keep":
            self.model.keep()
        elif act == "delete":
            answered(self.model, self.model.delete)

    def _draw(self, _: object = None) -> None:
        model = self.model
        (self.widget.remove_class if model.is_open else self.widget.add_class)("l4e-away")
        if not model.is_open:
            self._words.show()
            return
        pairs = [(element("dt", name), element("dd.l4e-cut", words, title=words)) for name, words in model.goes]
        self._words.show(
            element(
                "div",
                element("h2.l4e-h2", f"Delete project {model.project}?"),
                element("p.l4e-2", "This cannot be undone. Gone with it:"),
                element("dl.l4e-dl", pairs),
                banner(model.blocked),
                element("label.l4e-lab", f"Type {model.project} to delete it", for_="l4e-delete-name"),
                element(
                    "input.l4e-in",
                    id="l4e-delete-name",
                    type="text",
                    value=model.typed,
                    data_act="typed",
                    data_focus=True,
                    spellcheck="false",
                    autocomplete="off",
                ),
                role="alertdialog",
                aria_label=f"Delete project {model.project}?",
                data_escape="keep",
            )
        )

    def _draw_buttons(self, _: object = None) -> None:
        model = self.model
        if not model.is_open:
            self._buttons.show()
            return
        self._buttons.show(
            element(
                "div.l4e-row",
                element("span.l4e-2.l4e-s.l4e-grow", model.why_not, role="status"),
                button("Keep project", "keep"),
                button("Delete project", "delete", kind="" if model.why_not else "danger solid", off=model.why_not),
                data_escape="keep",
            )
        )

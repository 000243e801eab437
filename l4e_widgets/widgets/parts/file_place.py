"""Where files are chosen on a page: the uploader, what waits in the inbox, and a path of the server's disk."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from l4e_widgets.core.byte_sizes import size_text
from l4e_widgets.widgets.parts.blocks import banner, button
from l4e_widgets.widgets.parts.chosen_files import ChosenFile, ChosenFiles
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.parts.page import close_all
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.parts.uploader import Uploader

__all__ = ["FilePlace"]

DRAWN = ["files", "earlier", "error"]


class FilePlace:
    """The files of a page, as widgets.

    Parameters
    ----------
    model : ChosenFiles
        Its state.
    """

    def __init__(self, model: ChosenFiles) -> None:
        self.model = model
        self._place = ipywidgets.VBox()
        self.renew()
        self._others = Panel(self._chosen)
        self._path = Panel(self._chosen)
        self._typed = ""
        self._draw_path()
        model.observe(self._draw, names=DRAWN)
        self._draw()

    @property
    def parts(self) -> list[ipywidgets.Widget]:
        """Its widgets from top to bottom."""
        return [self._place, self._others, self._path]

    def close(self) -> None:
        """Look at the state no more; the widgets are closed by their page."""
        self.model.unobserve(self._draw, names=DRAWN)

    def renew(self) -> None:
        """Begin with an uploader that has no files, as after they were stored."""
        old = getattr(self, "_uploader", None)
        self._uploader = Uploader(self.model.context, title="Data files")
        self._uploader.observe(self._uploaded, names=["files"])
        self._place.children = (self._uploader,)
        if old is not None:
            old.unobserve(self._uploaded, names=["files"])
            close_all(old)

    def _uploaded(self, _: object) -> None:
        answered(self.model, lambda: self.model.uploaded(self._uploader.files))

    def _chosen(self, act: str, value: str) -> None:
        model = self.model
        actions: dict[str, Callable[[], None]] = {
            "leave": lambda: model.leave(value),
            "take": lambda: model.add_upload(value),
            "remove": lambda: model.remove(value),
            "path": lambda: model.add_path(self._typed),
        }
        if act == "typed":
            self._typed = value
        elif act in actions:
            answered(model, actions[act])

    def _draw(self, _: object = None) -> None:
        model = self.model
        chosen = [
            _line(file, button("Take off the list", "leave", file.source, kind="icon quiet", icon="cross"))
            for file in model.files
            if not file.is_sent_here
        ]
        earlier = [
            _line(
                file,
                button("Use", "take", file.source, kind="small"),
                button(f"Remove {file.name}", "remove", file.source, kind="icon quiet", icon="cross"),
            )
            for file in model.earlier
        ]
        self._others.show(
            element("div.l4e-files", chosen) if chosen else None,
            element("div.l4e-files", element("span.l4e-lab", "Uploaded earlier"), earlier) if earlier else None,
            banner(model.error),
        )

    def _draw_path(self) -> None:
        self._path.show(
            element(
                "details.l4e-more",
                element("summary", "A file on the computer that runs this"),
                element(
                    "div.l4e-row.l4e-path-row",
                    element(
                        "input.l4e-in",
                        type="text",
                        placeholder="path of a file or folder",
                        data_act="typed",
                        aria_label="Path of a file or folder",
                        spellcheck="false",
                    ),
                    button("Add", "path", kind="small"),
                ),
            )
        )


def _line(file: ChosenFile, *buttons: Html) -> Html:
    """One file with what can be done with it."""
    return element(
        "div.l4e-row",
        element("span.l4e-cut.l4e-grow", element("span.l4e-m", file.name), element("span.l4e-2", f" {_size(file)}")),
        buttons,
    )


def _size(file: ChosenFile) -> str:
    """Size of a file in words."""
    return size_text(file.size) if file.size else "folder"

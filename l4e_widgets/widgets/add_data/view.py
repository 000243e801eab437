"""The page that adds data to a project, and takes a sheet of its sensors."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from l4e_widgets.widgets.add_data.model import AddDataModel
from l4e_widgets.widgets.parts.blocks import banner, button, head
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.file_place import FilePlace
from l4e_widgets.widgets.parts.glyphs import badge, glyph
from l4e_widgets.widgets.parts.job_steps import job_steps
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.parts.reading import Reading
from l4e_widgets.widgets.parts.ticker import Ticker
from l4e_widgets.widgets.parts.uploader import Uploader

__all__ = ["AddData"]

GOES_ON = "This goes on when you close the page. Opened again, from any browser, this page shows it."
SHEET = (
    "A CSV with a line for each sensor: name, display name, unit, tag, limits, kind. Sent, it is applied at once, all "
    "lines or none."
)
READ = ["look", "is_reading", "defect", "sources"]
SHEET_DRAWN = ["is_applying", "refused", "told", "error"]


class AddData(Page):
    """Add files to a project: what was understood of them, the adding while it runs, and a sheet of the sensors.

    Parameters
    ----------
    workspace : Workspace, Context, str, Path or None
        Where the project is; the user's default place where None.
    project : str
        Name of the project.
    leave : callable, optional
        Called to go back to the project.
    """

    def __init__(self, workspace: Place = None, *, project: str, leave: Callable[[], None] | None = None) -> None:
        super().__init__(AddDataModel(context_of(workspace), project))
        self.model: AddDataModel
        self._leave = leave
        self._ticker = Ticker(self._look)

    def build(self) -> list[ipywidgets.Widget]:
        """Make head, files, what was understood, the adding, and the sheet.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        model = self.model
        self._head, self._loading = Panel(self._chosen), Panel(self._chosen)
        self._files = FilePlace(model.files)
        self._reading = Reading(model.reading)
        label, self._sheet = Panel(), Panel(self._chosen)
        label.show(element("span.l4e-lab", "Files"))
        self._sheet_place = Uploader(model.context, title="Sensor sheet")
        self._sheet_place.observe(lambda _: model.sheet.uploaded(self._sheet_place.files), names=["files"])
        left = ipywidgets.VBox([label, *self._files.parts, self._sheet, self._sheet_place])
        right = ipywidgets.VBox(self._reading.parts)
        left.add_class("l4e-create-form")
        self._form = ipywidgets.HBox([left, right])
        self._form.add_class("l4e-create")
        self.watch(self._draw_head, ["summary", "is_starting", "job", "failure", "told", "error"])
        self.watch(self._draw_loading, ["job", "is_starting"])
        model.reading.observe(self._draw_head, names=READ)
        model.sheet.observe(self._draw_sheet, names=SHEET_DRAWN)
        self._draw_sheet()
        if model.job is not None:
            self._ticker.start()
        return [self._head, self._form, self._loading]

    def close(self) -> None:
        """Look no more and take the page away; an adding that runs goes on."""
        self._ticker.stop()
        if self._parts is not None:
            self.model.reading.unobserve(self._draw_head, names=READ)
            self.model.sheet.unobserve(self._draw_sheet, names=SHEET_DRAWN)
            self._files.close()
            self._reading.close()
        self.model.close()
        super().close()

    def _look(self) -> bool:
        if self.model.is_starting:
            return True
        goes_on = bool(answered(self.model, self.model.look)) if self.model.job is not None else False
        if not goes_on and self.model.told:
            self._files.renew()
        return goes_on

    def _chosen(self, act: str, _: str) -> None:
        model = self.model
        if act == "add":
            answered(model, model.add)
            self._ticker.start()
        elif act == "cancel":
            answered(model, model.cancel)
        elif act == "leave" and self._leave is not None:
            self._leave()
        elif act == "sheet":
            content = answered(model.sheet, model.sheet.content)
            if content is not None:
                self._sheet.download(f"{model.project}-sensors.csv", content, "text/csv")

    def _draw_head(self, _: object = None) -> None:
        model = self.model
        running = model.job is not None or model.is_starting
        back = [button("Back to project", "leave")] if self._leave is not None else []
        acts = (
            [button("Cancel adding", "cancel")]
            if running
            else [
                *back,
                button("Add data", "add", kind="primary", off=f"ready {model.why_not}" if model.why_not else ""),
            ]
        )
        self._head.show(
            banner(model.error or model.failure),
            banner(" ".join(model.told), kind="info"),
            head(f"Add data to {model.project}", badge("adding", "run") if running else None, actions=acts),
            element("p.l4e-lede", model.sentence, role="status"),
            element("p.l4e-2.l4e-s", model.detail),
        )

    def _draw_loading(self) -> None:
        model = self.model
        running = model.job is not None or model.is_starting
        (self._form.add_class if running else self._form.remove_class)("l4e-away")
        if model.job is None:
            self._loading.show()
            return
        self._loading.show(job_steps(model.job, "Adding the data"), element("p.l4e-2.l4e-sec", GOES_ON))

    def _draw_sheet(self, _: object = None) -> None:
        sheet = self.model.sheet
        told = [element("p.l4e-s.l4e-row.base", glyph("done", tone="normal"), words) for words in sheet.told]
        state: Html | None = element("p.l4e-2.l4e-s", "The sheet is being applied …") if sheet.is_applying else None
        self._sheet.show(
            element("h2.l4e-h2.l4e-sec", "Sensor sheet"),
            element("p.l4e-2.l4e-s", SHEET),
            element("div.l4e-row.l4e-tools-row", button("Save the sheet as it stands", "sheet", kind="small")),
            banner(sheet.refused or sheet.error),
            element("div", state, told, role="status"),
        )

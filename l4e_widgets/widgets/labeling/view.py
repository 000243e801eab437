"""The page where known faults are labelled."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from l4e_widgets.widgets.labeling.model import FROZEN, SHOWN_AT_MOST, LabelingModel
from l4e_widgets.widgets.parts.blocks import banner, button, head, sentence
from l4e_widgets.widgets.parts.chart_wire import ChartPanel
from l4e_widgets.widgets.parts.context import Place, context_of
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.glyphs import badge, glyph
from l4e_widgets.widgets.parts.label_editor import LabelEditor
from l4e_widgets.widgets.parts.markup import Html, element
from l4e_widgets.widgets.parts.page import Page
from l4e_widgets.widgets.parts.panel import Panel

__all__ = ["Labeling"]

WHY = "Training keeps clear of labels, and results are counted against them. Press ? over the chart for all keys."


class Labeling(Page):
    """Label groups of a project, drawn over its sensors by mouse, touch or keyboard.

    Parameters
    ----------
    workspace : Workspace, Context, str, Path or None
        Where the project is; the user's default place where None.
    project : str
        Name of the project.
    group : str
        Group to open, or ``model:`` and the name of a model for the labels it was trained with; the first where empty.
    model : LabelingModel, optional
        State of an earlier page of the same project, with the edits that were not saved.
    """

    def __init__(
        self, workspace: Place = None, *, project: str, group: str = "", model: LabelingModel | None = None
    ) -> None:
        super().__init__(model or LabelingModel(context_of(workspace), project, group))
        self.model: LabelingModel
        self._editor: LabelEditor | None = None
        self._typed = ""

    def build(self) -> list[ipywidgets.Widget]:
        """Make head, tools and editor.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        self._head = Panel(self._chosen)
        self._tools = Panel(self._chosen)
        self._place = ipywidgets.VBox()
        self._place.add_class("l4e-chart-place")
        self.watch(self._draw_head, ["error", "groups", "group", "edits"])
        self.watch(self._draw_tools, ["groups", "models", "group", "shown"])
        self.watch(self._draw_editor, ["group"])
        self.watch(self._draw_sensors, ["shown"])
        return [self._head, self._tools, self._place]

    def close(self) -> None:
        """Take the page away; its model keeps what is not saved."""
        if self._editor is not None:
            self._editor.close()
            self._editor = None
        super().close()

    def _chosen(self, act: str, value: str) -> None:
        model = self.model
        actions: dict[str, Callable[[], None]] = {
            "group": lambda: model.open_group(value),
            "delete": model.delete_group,
            "save": model.save,
            "new": lambda: model.new_group(self._typed),
            "copy": lambda: model.copy_group(self._typed),
            "sensor": lambda: model.show_sensor(value) if value else None,
        }
        if act == "typed":
            self._typed = value
        elif act in actions:
            answered(model, actions[act])

    def _draw_head(self) -> None:
        model = self.model
        self._head.show(
            banner(model.error),
            head(
                "Label known faults",
                badge("optional", "off"),
                badge(model.unsaved, "warn") if model.unsaved else None,
                actions=[button("Save label group", "save", kind="primary", off=model.why_not_save)],
            ),
            sentence(model.sentence, WHY, sign="ready"),
        )

    def _draw_tools(self) -> None:
        model = self.model
        if model.labels is None:
            self._tools.show()
            return
        options = [
            element("option", words, value=name, selected=name == model.group or None) for name, words in model.choices
        ]
        self._tools.show(
            element(
                "div.l4e-row.l4e-tools-row",
                element("select.l4e-in", options, data_act="group", aria_label="Label group"),
                button("Delete group", "delete", kind="quiet small", off=model.why_not_delete),
                element("span.l4e-grow"),
                element(
                    "input.l4e-in.l4e-short",
                    type="text",
                    placeholder="name of a new group",
                    aria_label="Name of a new group",
                    data_act="typed",
                    spellcheck="false",
                ),
                button("New group", "new", kind="small"),
                button("Copy to it", "copy", kind="small quiet"),
            ),
            element("div.l4e-row.l4e-tools-row.l4e-wrap", self._sensors()),
        )

    def _sensors(self) -> list[Html]:
        """The sensors that are drawn, each with its cross, and the others to choose from."""
        model = self.model
        names = {sensor.id: sensor.display_name or sensor.name for sensor in model.sensors}
        drawn = [
            element(
                "button.l4e-btn.small",
                element("span.l4e-cut", names[sensor]),
                glyph("cross", size=10),
                type="button",
                data_act="sensor",
                data_value=sensor,
                aria_label=f"Take {names[sensor]} away",
            )
            for sensor in model.shown
        ]
        others = [element("option", "Add a sensor …", value="")]
        others += [element("option", name, value=sensor) for sensor, name in names.items() if sensor not in model.shown]
        words = f"Sensors: {len(model.shown)} of {len(names)}, at most {SHOWN_AT_MOST}"
        add = element("select.l4e-in.l4e-short", others, data_act="sensor", aria_label="Add a sensor")
        return [element("span.l4e-s.l4e-2", words), *drawn, add]

    def _panels(self) -> list[ChartPanel]:
        """One panel for each sensor that is drawn."""
        source = self.model.source
        return [ChartPanel(source=source, sensors=(sensor,)) for sensor in self.model.shown] if source else []

    def _draw_editor(self) -> None:
        model, old = self.model, self._editor
        if model.labels is None or model.source is None:
            return
        title = f"Labels of {model.group.removeprefix(FROZEN)}"
        names = [sensor.name for sensor in model.sensors if sensor.id in model.shown]
        self._editor = LabelEditor(model.source, sensors=names, model=model.labels, title=title)
        if old is not None:
            self._editor.window = old.window
        self._place.children = (self._editor,)
        if old is not None:
            old.close()
        self._draw_sensors()

    def _draw_sensors(self) -> None:
        panels = self._panels()
        if self._editor is not None and panels:
            self._editor.show(panels, keep_view=True)

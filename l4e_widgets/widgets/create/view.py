"""The page that makes a project of files."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from l4e_widgets.widgets.create.model import GOES_ON, CreateProjectModel
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

__all__ = ["CreateProject"]

READ = ["look", "is_reading", "defect", "sources"]
NAME_RULE = "3–170 letters, digits, _ or -"
DESCRIPTION_RULE = "shown in the list of projects and in reports"


class CreateProject(Page):
    """Make a project: name, files, what was understood of them, and the loading while it runs.

    Parameters
    ----------
    workspace : Workspace, Context, str, Path or None
        Where the project is to be; the user's default place where None.
    project : str
        Project whose loading is followed, or taken back where it failed; empty for a new one.
    open_project : callable, optional
        Called with the name of the project when it is loaded.
    leave : callable, optional
        Called when the user does not want a project after all.
    """

    def __init__(
        self,
        workspace: Place = None,
        *,
        project: str = "",
        open_project: Callable[[str], None] | None = None,
        leave: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(CreateProjectModel(context_of(workspace), project))
        self.model: CreateProjectModel
        self._open = open_project
        self._leave = leave
        self._ticker = Ticker(self._look)

    def build(self) -> list[ipywidgets.Widget]:
        """Make head, form, what was understood, and the loading.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        model = self.model
        self._head = Panel(self._chosen)
        self._name, self._name_hint = Panel(self._chosen), Panel()
        self._description, self._description_hint = Panel(self._chosen), Panel()
        self._loading = Panel(self._chosen)
        self._files = FilePlace(model.files)
        self._reading = Reading(model.reading)
        label = Panel()
        label.show(element("span.l4e-lab", "Files"))
        fields = [self._name, self._name_hint, self._description, self._description_hint, label]
        left = ipywidgets.VBox([*fields, *self._files.parts])
        right = ipywidgets.VBox(self._reading.parts)
        left.add_class("l4e-create-form")
        self._form = ipywidgets.HBox([left, right])
        self._form.add_class("l4e-create")
        self.watch(self._draw_fields, ["filled"])
        self.watch(self._draw_hints, ["name", "name_refused", "description_refused"])
        self.watch(self._draw_loading, ["job", "project", "created", "is_starting"])
        self.watch(
            self._draw_head,
            ["name", "name_refused", "description_refused", "job", "is_starting", "error", "failure", "created"],
        )
        model.reading.observe(self._draw_head, names=READ)
        if model.job is not None:
            self._ticker.start()
        return [self._head, self._form, self._loading]

    def close(self) -> None:
        """Look no more and take the page away; a loading that runs goes on."""
        self._ticker.stop()
        if self._parts is not None:
            self.model.reading.unobserve(self._draw_head, names=READ)
            self._files.close()
            self._reading.close()
        self.model.close()
        super().close()

    def _look(self) -> bool:
        if self.model.is_starting:
            return True
        goes_on = bool(answered(self.model, self.model.look)) if self.model.project else False
        if self.model.created and self._open is not None:
            self._open(self.model.created)
        return goes_on

    def _chosen(self, act: str, value: str) -> None:
        model = self.model
        actions: dict[str, Callable[[], None]] = {
            "name": lambda: model.set_name(value),
            "description": lambda: model.set_description(value),
            "cancel": model.cancel,
        }
        if act == "create":
            answered(model, model.create)
            if model.is_starting:
                self._ticker.start()
        elif act == "leave" and self._leave is not None:
            self._leave()
        elif act == "open" and self._open is not None:
            self._open(value)
        elif act in actions:
            answered(model, actions[act])

    def _draw_head(self, _: object = None) -> None:
        model = self.model
        if model.job is not None or model.is_starting:
            self._head.show(
                banner(model.error),
                head(
                    f"Loading {model.project or model.name}",
                    badge("loading", "run"),
                    actions=[button("Cancel loading", "cancel")],
                ),
                element("p.l4e-lede", model.sentence, role="status"),
            )
            return
        if model.created:
            opened = [button("Open project", "open", model.created, kind="primary")] if self._open else []
            self._head.show(
                head(model.created, badge("data ready", "eval"), actions=opened),
                element("p.l4e-lede", f"{model.created} is loaded.", role="status"),
            )
            return
        off = f"ready {model.why_not}" if model.why_not else ""
        leave = [button("Cancel", "leave")] if self._leave is not None else []
        create = button("Create project", "create", kind="primary", off=off)
        self._head.show(
            banner(model.error or model.failure),
            head("New project", actions=[*leave, create]),
            element("p.l4e-lede", model.sentence, role="status"),
        )

    def _draw_fields(self) -> None:
        model = self.model
        self._name.show(_field("Project name", "name", model.name, "pump-7"))
        self._description.show(_field("Asset description", "description", model.description, "Feed water pump, line 2"))

    def _draw_hints(self) -> None:
        model = self.model
        self._name_hint.show(_hint(model.name_refused, f"free; {NAME_RULE}" if model.name else NAME_RULE, model.name))
        self._description_hint.show(_hint(model.description_refused, DESCRIPTION_RULE))

    def _draw_loading(self) -> None:
        model = self.model
        is_form = model.job is None and not model.created and not model.is_starting
        (self._form.remove_class if is_form else self._form.add_class)("l4e-away")
        if model.job is None:
            self._loading.show()
            return
        self._loading.show(job_steps(model.job, "Loading the data"), element("p.l4e-2.l4e-sec", GOES_ON))


def _field(words: str, act: str, value: str, example: str) -> Html:
    """One field to type in."""
    name = f"l4e-create-{act}"
    return element(
        "div.l4e-field",
        element("label", words, for_=name),
        element(
            "input.l4e-in",
            id=name,
            type="text",
            value=value,
            placeholder=example,
            data_act=act,
            spellcheck="false",
            autocomplete="off",
        ),
    )


def _hint(refused: str, rule: str, value: str = "") -> Html:
    """What a field takes, or why it does not take what stands there."""
    if refused:
        return element("div.l4e-field", element("div.hint.l4e-warn-ink", glyph("warning", tone="warn"), refused))
    sign = glyph("done", tone="normal") if value else None
    return element("div.l4e-field", element("div.hint", sign, rule), role="status")

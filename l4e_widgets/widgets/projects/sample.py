"""State of the sample pump while it is being made."""

from __future__ import annotations

import threading

import traitlets

from l4e_widgets.services.context import Context
from l4e_widgets.services.jobs import JobView
from l4e_widgets.services.samples import SAMPLE_PROJECT, create_sample_project, sample_project
from l4e_widgets.widgets.parts.events import PageState, answered

__all__ = ["SampleModel"]

STAY = "Keep this page open until it is done. Closed, the data is still loaded, but no model is trained of it."


class SampleModel(PageState):
    """The sample pump, made beside the kernel's own thread.

    Parameters
    ----------
    context : Context
        The workspace.
    """

    is_making: bool = traitlets.Bool(False)
    view: JobView | None = traitlets.Any(None, allow_none=True)
    made: str = traitlets.Unicode(help="Name of the project when it is ready.")

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Make the sample; one that is ready with its model is only opened, and one that is being made goes on."""
        if self.is_making:
            return
        there = sample_project(self.context)
        if there is not None and there.models:
            self.made = there.name
            return
        self.is_making, self.view = True, None
        self._thread = threading.Thread(target=self._make, daemon=True)
        self._thread.start()

    def settle(self) -> None:
        """Wait until it is made, or has failed."""
        if self._thread is not None:
            self._thread.join(timeout=300)

    def _make(self) -> None:
        answered(self, lambda: create_sample_project(self.context, watch=self._watch))
        self.is_making = False
        if not self.error:
            self.made = SAMPLE_PROJECT

    def _watch(self, view: JobView) -> None:
        """Show a job where something of it has changed that a reader can see."""
        old = self.view
        if old is None or _seen(old) != _seen(view):
            self.view = view

    @property
    def sentence(self) -> str:
        """What is done now."""
        if self.view is None:
            return "The pump is being simulated."
        what = {"ingest": "Its data is being loaded", "train": "Its model is being trained"}.get(self.view.kind, "")
        return f"{what}: {self.view.message}." if self.view.message else f"{what}."


def _seen(view: JobView) -> tuple[object, ...]:
    """Return what a reader sees of a job."""
    return view.kind, view.status, round(100 * view.progress), view.message, [step.state for step in view.steps]

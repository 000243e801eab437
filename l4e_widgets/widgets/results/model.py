"""State of the page that shows what a model found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import traitlets

from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, iso_z, to_ns
from l4e_widgets.services.cases import answer_event
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.event_labels import ANSWERED_GROUP, label_event
from l4e_widgets.services.explanations import start_explain
from l4e_widgets.services.jobs import JobView, job
from l4e_widgets.services.labels import label_groups
from l4e_widgets.services.projects import project_summary
from l4e_widgets.services.reports import report_bytes, start_report
from l4e_widgets.services.results import EventRecord, open_model, results
from l4e_widgets.services.results import Results as Found
from l4e_widgets.services.told import CaseTold
from l4e_widgets.widgets.parts.events import PageState, answered

__all__ = ["ALL", "VIEWS", "WINDOWS", "ResultsModel"]

ALL = "All"
HOUR = 3_600 * NS_PER_SECOND
WINDOWS = {"48 h": 48 * HOUR, "7 d": 7 * 24 * HOUR, "30 d": 30 * 24 * HOUR, ALL: 0}
DRAWN = 2
VIEWS = (("events", "Events"), ("sensitivity", "Sensitivity"), ("accuracy", "Accuracy"), ("compare", "Compare"))


class ResultsModel(PageState):
    """Events of a model, the chosen one, and the window in view.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    model : str
        Name of the model; the newest one where empty.
    event : str
        Start of the event to open, as a time; none where empty.
    """

    models: tuple[str, ...] = traitlets.Tuple()
    model: str = traitlets.Unicode()
    found: Found | None = traitlets.Any(None, allow_none=True)
    chosen: int = traitlets.Int(-1)
    window: TimeRange | None = traitlets.Any(None, allow_none=True)
    width: str = traitlets.Enum(tuple(WINDOWS), default_value=ALL)
    report_job: JobView | None = traitlets.Any(None, allow_none=True)
    explain_job: JobView | None = traitlets.Any(None, allow_none=True)
    whole_case: bool = traitlets.Bool(False, help="Whether the chosen event stands for its whole case.")
    groups: tuple[str, ...] = traitlets.Tuple()
    group: str = traitlets.Unicode(ANSWERED_GROUP)
    note: str = traitlets.Unicode()
    view: str = traitlets.Enum(tuple(key for key, _ in VIEWS), default_value="events")
    said: str = traitlets.Unicode(help="What the last click did.")

    def __init__(self, context: Context, project: str, model: str = "", event: str = "") -> None:
        super().__init__()
        self.context = context
        self.project = project
        self.opened: Any = None
        self._linked = ""
        answered(self, lambda: self.open(model, event))

    def open(self, model: str = "", event: str = "") -> None:
        """Show a model, and an event of it.

        Parameters
        ----------
        model : str
            Name of the model; the newest one where empty.
        event : str
            Start of an event, as a time; the whole range where empty.

        Raises
        ------
        NotFound
            The project has no such model, or the model no event that starts then.
        """
        self.models = project_summary(self.context, self.project).models
        if not model and not self.models:
            self.found = None
            return
        self.model = model or self.models[-1]
        self.groups = tuple(group.name for group in label_groups(self.context, self.project))
        self._linked = event
        self.load()
        self._begin()

    def _begin(self) -> None:
        """Show the whole range, or the event of the link, once there is something to show."""
        if self.found is None:
            return
        self.show_all()
        if self._linked:
            self.choose_start(self._linked)
        self.explain()

    def load(self, *, again: bool = True) -> None:
        """Read the model as it is stored now; the chosen event stays chosen where it is still there.

        Parameters
        ----------
        again : bool
            Whether model and budget are read again too, else only what was said of the events.
        """
        if again:
            self.opened = open_model(self.context, self.project, self.model)
        if not self.opened.is_explained():
            self.explain_job = start_explain(self.context, self.project, self.model)
            return
        self.found = results(self.context, self.project, self.model, opened=self.opened)
        if self.chosen >= len(self.found.events):
            self.show_all()

    def explain(self) -> None:
        """Have the rows of the cases looked at again where nobody did at this budget; that goes on without the page."""
        cases = self.found.cases if self.found else ()
        if all(case.is_explained for case in cases):
            return
        if self.explain_job is None or not self.explain_job.is_active:
            self.explain_job = start_explain(self.context, self.project, self.model)

    def recount(self) -> None:
        """Show the events of the budget that was just put in force, as soon as a job has explained them."""
        self.show_all()
        self.explain_job = start_explain(self.context, self.project, self.model)

    def look_at_cases(self) -> bool:
        """Look how the explaining stands, take over what it found, and tell whether it goes on.

        Returns
        -------
        bool
            Whether to look again.

        Raises
        ------
        L4EError
            The rows could not be looked at.
        """
        if self.explain_job is None or not self.explain_job.is_active:
            return False
        view = job(self.context, project_keys(self.context, self.project), self.explain_job.id)
        self.explain_job = view
        if view.error is not None:
            raise view.error
        if view.status == "SUCCESS":
            is_first = self.found is None
            self.load()
            if is_first:
                self._begin()
        return self.explain_job.is_active

    def make_report(self) -> None:
        """Start to make the report; one that is being made already goes on."""
        if self.report_job is None or not self.report_job.is_active:
            self.report_job = start_report(self.context, self.project, self.model)

    def look_at_report(self) -> bytes | None:
        """Look how the report stands.

        Returns
        -------
        bytes or None
            The file once it is made, None until then.

        Raises
        ------
        L4EError
            It could not be made.
        """
        if self.report_job is None:
            return None
        keys = project_keys(self.context, self.project)
        view = job(self.context, keys, self.report_job.id)
        self.report_job = view
        if view.error is not None:
            raise view.error
        return report_bytes(self.context, view) if view.status == "SUCCESS" else None

    @property
    def whole(self) -> TimeRange | None:
        """From the start of the training to the end of the evaluation."""
        if self.found is None:
            return None
        ranges = [span for span in (self.found.training_range, self.found.evaluation_range) if span]
        return TimeRange(min(span.start for span in ranges), max(span.end for span in ranges))

    @property
    def event(self) -> EventRecord | None:
        """The chosen event, or None while the whole range is in view."""
        if self.found is None or self.chosen < 0:
            return None
        return self.found.events[self.chosen]

    @property
    def case(self) -> CaseTold | None:
        """The case of the chosen event, None while the whole range is in view."""
        cases = self.found.cases if self.found and self.chosen >= 0 else ()
        return next((case for case in cases if self.chosen in case.events), None)

    @property
    def sentence(self) -> tuple[str, str]:
        """What the page says first, and the line below it."""
        if self.found is None:
            return "", ""
        event, case = self.event, self.case
        if event is None:
            return self.found.sentence, self.found.detail
        if case is None or (len(case.events) > 1 and not self.whole_case):
            return event.sentence, f"Part of a case: {case.sentence}" if case else ""
        alike = case.alike.sentence if case.alike else ""
        told = case.sentence.removesuffix(alike).strip()
        more = [alike, case.repair.sentence if case.repair else ""]
        return told, " ".join(filter(None, more)) or (
            "" if case.is_explained else "What it is most like is being looked for."
        )

    def answer(self, verdict: str) -> None:
        """Say what the case of the chosen event was.

        Parameters
        ----------
        verdict : str
            ``real``, ``false`` or ``open``, which takes an answer back.

        Raises
        ------
        Conflict
            Somebody else answered since the page read the case; their answer is shown then.
        """
        told = self.case or self.event
        if told is None:
            return
        seen = self.case.answered_ns if self.case else None
        note = "" if verdict == "open" else self.note
        try:
            answer_event(
                self.context, self.project, told.span, told.sensor_ids, verdict=verdict, note=note, seen_ns=seen
            )
        finally:
            self.load(again=False)
        words = {
            "real": "Answered: real fault.",
            "false": "Answered: false alarm.",
            "open": "The answer is taken back.",
        }
        self.note, self.said = note, words[verdict]

    def make_label(self) -> None:
        """Make a label of the chosen case or event, in the group that is chosen."""
        told = self.case if self.whole_case else self.event
        if told is None:
            return
        saved = label_event(
            self.context, self.project, told.span, group=self.group, verdict=told.verdict, notes=self.note
        )
        self.groups = tuple(sorted({*self.groups, self.group}))
        self.said = f"Labelled in group {self.group}, revision {saved.group.revision}."

    @property
    def event_link(self) -> str:
        """Start of the chosen event as it stands in a link; empty for none."""
        return iso_z(self.event.span.start) if self.event else ""

    @property
    def drawn(self) -> tuple[str, ...]:
        """Ids of the sensors worth drawing: those with the largest share in the open event, else in all events."""
        if self.found is not None and not self.found.events:
            return tuple(sensor.id for sensor in self.found.sensors[:DRAWN])
        return by_share([self.event] if self.event else self.found.events if self.found else ())[:DRAWN]

    def choose(self, index: int) -> None:
        """Open an event: the window moves to it.

        Parameters
        ----------
        index : int
            Place of the event in order of time; one past an end changes nothing.
        """
        if self.found is None or not 0 <= index < len(self.found.events):
            return
        self.whole_case = False
        self.chosen = index
        case = self.case
        self.whole_case = case is None or len(case.events) == 1
        self.note, self.said = (case.note if case else ""), ""
        self.width = self._narrowest()
        self.window = self._around()

    def choose_case(self, index: int) -> None:
        """Open a case: the window moves to its longest event.

        Parameters
        ----------
        index : int
            Place of the case in order of time; one past an end changes nothing.
        """
        if self.found is None or not 0 <= index < len(self.found.cases):
            return
        events = self.found.events
        self.choose(max(self.found.cases[index].events, key=lambda number: events[number].span.seconds))
        self.whole_case = True

    def choose_start(self, start: str) -> None:
        """Open the event that starts at a time.

        Parameters
        ----------
        start : str
            The time, in any form.

        Raises
        ------
        NotFound
            No event starts then.
        """
        moment = to_ns(start)
        for index, event in enumerate(self.found.events if self.found else ()):
            if event.span.start // (60 * NS_PER_SECOND) == moment // (60 * NS_PER_SECOND):
                self.choose(index)
                return
        raise NotFound(
            f"No event starts at {start}.",
            where=f"{self.project}, model {self.model}",
            fix="Choose one in the table: the model or its alarm budget was changed since the link was made.",
        )

    def step(self, by: int) -> None:
        """Open the event before or after the chosen one; from the whole range the first or the last.

        Parameters
        ----------
        by : int
            1 for the next one, -1 for the one before.
        """
        count = len(self.found.events) if self.found else 0
        if self.chosen < 0:
            self.choose(0 if by > 0 else count - 1)
        else:
            self.choose(self.chosen + by)

    def show_all(self) -> None:
        """Close the event and show the whole range."""
        self.chosen, self.whole_case, self.said = -1, False, ""
        self.width = ALL
        self.window = self.whole

    def look_at_view(self, view: str) -> None:
        """Show another view of the model; an unknown one changes nothing.

        Parameters
        ----------
        view : str
            A key of `VIEWS`.
        """
        if view in dict(VIEWS):
            self.view = view

    def zoom(self, width: str) -> None:
        """Change how much time is in view around the open event; all of it closes the event.

        Parameters
        ----------
        width : str
            A key of `WINDOWS`.
        """
        if width == ALL:
            self.show_all()
            return
        self.width = width
        self.window = self._around()

    def _narrowest(self) -> str:
        """Narrowest window that shows the chosen event with as much again around it."""
        event = self.event
        length = (event.span.end - event.span.start) if event else 0
        return next((name for name, size in WINDOWS.items() if size >= 2 * length and size), ALL)

    def _around(self) -> TimeRange | None:
        """Window of the chosen width, moved so that it stays inside the data."""
        whole = self.whole
        if whole is None:
            return None
        size = WINDOWS[self.width]
        if not size or size >= whole.end - whole.start:
            return whole
        middle = (self.event.span.start + self.event.span.end) // 2 if self.event else whole.end - size // 2
        start = min(max(middle - size // 2, whole.start), whole.end - size)
        return TimeRange(start, start + size)


def by_share(events: Iterable[EventRecord]) -> tuple[str, ...]:
    """Ids of the sensors of some events by their share.

    Parameters
    ----------
    events : iterable of EventRecord
        The events.

    Returns
    -------
    tuple of str
        Largest sum of shares first.
    """
    total: dict[str, float] = {}
    for event in events:
        for share in event.sensors:
            total[share.sensor.id] = total.get(share.sensor.id, 0.0) + share.share
    return tuple(sorted(total, key=lambda sensor: (-total[sensor], sensor)))

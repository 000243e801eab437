"""State of the page where known faults are labelled."""

from __future__ import annotations

import traitlets

from l4e_widgets.core.errors import Blocked, NotFound
from l4e_widgets.core.labels import Label
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import SeriesSource
from l4e_widgets.figures.wording import count_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import sensors, series_source
from l4e_widgets.services.labels import LabelGroup, delete_label_group, label_groups, save_labels
from l4e_widgets.services.names import check_label_group_name
from l4e_widgets.services.projects import project_summary
from l4e_widgets.services.results import model_record
from l4e_widgets.widgets.parts.events import PageState, answered
from l4e_widgets.widgets.parts.label_model import LabelModel

__all__ = ["FROZEN", "LabelingModel"]

FROZEN = "model:"
"""What the name of a model begins with where the labels it was trained with are chosen."""

FIRST_GROUP = "known-faults"
SHOWN_AT_FIRST = 3
SHOWN_AT_MOST = 6


class LabelingModel(PageState):
    """Label groups of a project, the open one, and the sensors that it is drawn over.

    A group keeps its unsaved edits while another one is open.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    group : str
        Group to open, or ``model:`` and the name of a model for the labels it was trained with; the first where empty.
    """

    groups: tuple[LabelGroup, ...] = traitlets.Tuple()
    models: tuple[str, ...] = traitlets.Tuple()
    group: str = traitlets.Unicode()
    shown: tuple[str, ...] = traitlets.Tuple()
    edits: int = traitlets.Int(0, help="Counts what was edited or saved on this page.")

    def __init__(self, context: Context, project: str, group: str = "") -> None:
        super().__init__()
        self.context = context
        self.project = project
        self.sensors: tuple[Sensor, ...] = ()
        self.source: SeriesSource | None = None
        self._opened: dict[str, LabelModel] = {}
        answered(self, lambda: self._begin(group))

    def _begin(self, group: str) -> None:
        """Read what there is and open a group."""
        self.sensors = sensors(self.context, self.project)
        self.source = series_source(self.context, self.project)
        self.shown = tuple(sensor.id for sensor in self.sensors[:SHOWN_AT_FIRST])
        self.refresh()
        first = self.groups[0].name if self.groups else FIRST_GROUP
        self.open_group(first)
        if group:
            self.open_group(group)

    def refresh(self) -> None:
        """Read again which groups and models there are."""
        self.groups = label_groups(self.context, self.project)
        self.models = project_summary(self.context, self.project).models

    @property
    def labels(self) -> LabelModel | None:
        """Labels of the open group; None where the project cannot be read."""
        return self._opened.get(self.group)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Groups and models that can be opened, each with its words."""
        known = {group.name: count_text(len(group.labels), "label") for group in self.groups}
        for name in self._opened:
            if not name.startswith(FROZEN):
                known.setdefault(name, "new")
        words = [(name, f"{name} · {told}{self._unsaved(name)}") for name, told in known.items()]
        return (*words, *((FROZEN + name, f"model {name}, as it was trained") for name in self.models))

    def _unsaved(self, name: str) -> str:
        """How many labels of a group are not saved, in words."""
        labels = self._opened.get(name)
        return f", {labels.n_changes} not saved" if labels is not None and labels.n_changes else ""

    @property
    def stored(self) -> LabelGroup | None:
        """The open group as it is stored; None for a new one and for the labels of a model."""
        return next((group for group in self.groups if group.name == self.group), None)

    @property
    def why_not_delete(self) -> str:
        """Why the open group cannot be deleted; empty where it can."""
        if self.group.startswith(FROZEN):
            return "these labels belong to a model"
        if self.stored is None:
            return "nothing of it is saved"
        return f"it was used to train {', '.join(self.stored.used_by)}" if self.stored.used_by else ""

    @property
    def unsaved(self) -> str:
        """How many changes of the open group are not saved, in words; empty for none."""
        count = self.labels.n_changes if self.labels is not None and self.labels.can_save else 0
        return f"{count_text(count, 'change')} not saved" if count else ""

    @property
    def why_not_save(self) -> str:
        """Why the open group cannot be saved now; empty where it can."""
        if self.labels is None or self.labels.read_only:
            return "these labels are kept as they were"
        return "" if self.unsaved else "nothing has changed"

    @property
    def sentence(self) -> str:
        """What the page says first."""
        labels = self.labels
        if labels is None:
            return "Nothing can be labelled yet."
        if self.group.startswith(FROZEN):
            return f"{self.group.removeprefix(FROZEN)} was trained with {count_text(len(labels.values), 'label')}."
        if not labels.values:
            return "Mark the stretches when you know that the machine was not healthy."
        return f"{count_text(len(labels.values), 'label')} in {self.group}."

    def open_group(self, name: str) -> None:
        """Open a group, a new one, or the labels that a model was trained with.

        Parameters
        ----------
        name : str
            Name of the group, or ``model:`` and the name of a model.

        Raises
        ------
        NameRefused
            The name breaks the rule of label groups.
        NotFound
            There is no such model.
        """
        if self.source is None:
            return
        if name not in self._opened:
            self._opened[name] = self._made(name)
        self.group = name

    def _made(self, name: str) -> LabelModel:
        """Labels of a group, ready to be edited, or of a model, to be looked at."""
        if self.source is None:
            raise NotFound("The project has no data to label.", fix="Load its data first.")
        if name.startswith(FROZEN):
            model = name.removeprefix(FROZEN)
            request = model_record(self.context, self.project, model).request
            why = f"These are the labels that {model} was trained with. They are kept as they were."
            labels = [Label(span=span) for span in request.labels]
            return LabelModel(self.source, labels=labels, read_only=why)
        check_label_group_name(name)
        opened = LabelModel(self.source)
        opened.open_group(self.context, self.project, name)
        opened.observe(lambda _: self._saved(opened), names=["saved"])
        opened.observe(lambda _: self._edited(), names=["labels"])
        return opened

    def _edited(self) -> None:
        """Count an edit, so that a page shows what is not saved."""
        self.edits += 1

    def _saved(self, labels: LabelModel) -> None:
        """Follow a group that was saved, perhaps under another name."""
        self.refresh()
        name = next((known for known, opened in self._opened.items() if opened is labels), labels.group)
        if name != labels.group:
            self._opened[labels.group] = self._opened.pop(name)
            self.group = labels.group
        self._edited()

    def save(self) -> None:
        """Save the open group as its next revision; somebody else's version is never written over.

        Raises
        ------
        Blocked
            The labels are those of a model.
        """
        if self.labels is not None:
            self.labels.save()

    def copy_group(self, name: str) -> None:
        """Save the labels as they stand as a new group, and go on with that one; the old one stays as it is stored.

        Parameters
        ----------
        name : str
            Name of the new group.

        Raises
        ------
        NameRefused
            The name breaks the rule of label groups.
        Conflict
            There is a group of that name.
        """
        if self.labels is None:
            return
        save_labels(self.context, self.project, name.strip(), self.labels.values, expected_revision=0)
        self._opened.pop(name.strip(), None)
        self.refresh()
        self.open_group(name.strip())

    def new_group(self, name: str) -> None:
        """Begin a new group; it is stored when it is saved.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        NameRefused
            The name breaks the rule of label groups.
        Blocked
            There is a group of that name.
        """
        name = name.strip()
        if any(group.name == name for group in self.groups):
            raise Blocked(f'There is a label group called "{name}" already.', fix="Open it, or type another name.")
        self.open_group(name)

    def delete_group(self) -> None:
        """Delete the open group and open the first of those that are left.

        Raises
        ------
        Blocked
            A model was trained with it, or nothing of it is saved.
        """
        if self.why_not_delete:
            raise Blocked(f"{self.group} was not deleted: {self.why_not_delete}.")
        name = self.group
        delete_label_group(self.context, self.project, name)
        self._opened.pop(name, None)
        self.refresh()
        self.open_group(self.groups[0].name if self.groups else FIRST_GROUP)

    def show_sensor(self, sensor: str) -> None:
        """Draw a sensor, or take it away where it is drawn; one stays.

        Parameters
        ----------
        sensor : str
            Id of the sensor; an unknown one changes nothing.
        """
        if sensor in self.shown:
            left = tuple(other for other in self.shown if other != sensor)
            self.shown = left or self.shown
        elif any(known.id == sensor for known in self.sensors):
            self.shown = (*self.shown, sensor)[-SHOWN_AT_MOST:]

"""The library's label groups of a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from l4e_widgets.core.labels import Label
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.services import labels
from l4e_widgets.services.context import Context
from l4e_widgets.services.showing import Shown

__all__ = ["LabelGroups"]


class LabelGroups(Shown):
    """Label groups of a project, by name.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    def __init__(self, context: Context, project: str) -> None:
        self.context = context
        self.project = project

    @property
    def groups(self) -> tuple[labels.LabelGroup, ...]:
        """All of them, by name."""
        return labels.label_groups(self.context, self.project)

    def __getitem__(self, name: str) -> labels.LabelGroup:
        """Return one group; a name that is not there is told with those that are."""
        return labels.label_group(self.context, self.project, name)

    def save(
        self,
        name: str,
        known: Sequence[Label | TimeRange | tuple[str, str]],
        *,
        expected_revision: int | None = None,
    ) -> labels.SavedLabels:
        """Save all labels of a group as its next revision.

        Parameters
        ----------
        name : str
            1 to 200 characters of `a-zA-Z0-9_-`.
        known : sequence of Label, TimeRange or (start, end)
            What is known; a range alone is an anomaly. Labels that overlap are made one.
        expected_revision : int, optional
            Revision the change started from, 0 for a new group; None writes over whatever is there.

        Returns
        -------
        SavedLabels
            The group as it stands now, and what was merged.

        Raises
        ------
        Conflict
            Someone else saved the group meanwhile.
        DataError
            A label lies outside of the data, or one of its texts is too long.
        """
        return labels.save_labels(
            self.context, self.project, name, [_label(part) for part in known], expected_revision=expected_revision
        )

    def import_file(self, name: str, path: str | Path, *, timestamp_format: str | None = None) -> labels.SavedLabels:
        """Add the labels of a CSV of start and end to a group, which is made where it is new.

        Parameters
        ----------
        name : str
            Name of the group.
        path : str or Path
            The file, without header.
        timestamp_format : str, optional
            How its times are written; found out where absent.

        Returns
        -------
        SavedLabels
            The group, and what was merged.
        """
        return labels.import_labels(self.context, self.project, name, Path(path), timestamp_format=timestamp_format)

    def export_file(self, name: str, path: str | Path) -> Path:
        """Write the anomalies of a group as a CSV of start and end, without header.

        Parameters
        ----------
        name : str
            Name of the group.
        path : str or Path
            The file; its folder must exist.

        Returns
        -------
        Path
            The file.
        """
        return labels.export_labels(self.context, self.project, name, Path(path))

    def delete(self, name: str) -> None:
        """Delete a group that no model was trained with.

        Parameters
        ----------
        name : str
            Name of the group.

        Raises
        ------
        Blocked
            Models were trained with it; they are named.
        """
        labels.delete_label_group(self.context, self.project, name)

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        found = self.groups
        return tuple((group.name, f"{len(group.labels)} labels, revision {group.revision}") for group in found) or (
            ("Label groups", "none yet; save() makes one"),
        )


def _label(part: Label | TimeRange | tuple[str, str]) -> Label:
    """Return a label of what was given; a range alone is an anomaly."""
    if isinstance(part, Label):
        return part
    return Label(span=part if isinstance(part, TimeRange) else TimeRange(to_ns(part[0]), to_ns(part[1])))

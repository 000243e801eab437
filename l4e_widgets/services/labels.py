"""Label groups: list, read, save, import, export, delete."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from l4e_widgets.core.errors import Blocked, NotFound
from l4e_widgets.core.labels import Label, Rating, check_labels, merged_labels
from l4e_widgets.core.times import TimeRange, minute_text, range_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, project_keys
from l4e_widgets.services.exports import check_output
from l4e_widgets.services.names import check_label_group_name
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.documents import Stored
from l4e_widgets.storage.labels_file import label_lines, read_labels
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.models import model_names, read_record
from l4e_widgets.storage.objects import told_as_storage_error, write_atomically
from l4e_widgets.storage.records import LabelGroupRecord

__all__ = [
    "LabelGroup",
    "LabelPreview",
    "LineProblem",
    "SavedLabels",
    "delete_label_group",
    "export_labels",
    "import_labels",
    "label_group",
    "label_groups",
    "labels_csv",
    "preview_labels",
    "save_labels",
]


@dataclass(frozen=True, kw_only=True)
class LabelGroup:
    """A label group as it stands.

    Parameters
    ----------
    name : str
        Its name.
    labels : tuple of Label
        In order of time.
    revision : int
        Counts from 1 with every save.
    saved_by : str
        Who saved this revision.
    saved_ns : int
        When, nanoseconds UTC.
    used_by : tuple of str
        Models that were trained with the group.
    """

    name: str
    labels: tuple[Label, ...]
    revision: int
    saved_by: str
    saved_ns: int
    used_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SavedLabels:
    """What a save did.

    Parameters
    ----------
    group : LabelGroup
        The group as it stands now.
    notices : tuple of str
        What was merged or passed over.
    """

    group: LabelGroup
    notices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LineProblem:
    """A line of a file of labels that cannot be taken.

    Parameters
    ----------
    number : int
        Its place in the file, from 1.
    text : str
        What stands there.
    why : str
        What is wrong with it.
    """

    number: int
    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class LabelPreview:
    """What a file of labels would add.

    Parameters
    ----------
    name : str
        Name of the file.
    labels : tuple of Label
        Labels that can be taken, in the order of the file.
    problems : tuple of LineProblem
        Lines that cannot.
    """

    name: str
    labels: tuple[Label, ...]
    problems: tuple[LineProblem, ...]


def preview_labels(content: bytes, name: str, data: TimeRange, *, timestamp_format: str | None = None) -> LabelPreview:
    """Look at a file of labels before any of it is taken.

    Parameters
    ----------
    content : bytes
        CSV of start and end; a header is tolerated.
    name : str
        Name of the file.
    data : TimeRange
        Range of the data; lines outside of it are problems.
    timestamp_format : str, optional
        How its times are written; found out where absent.

    Returns
    -------
    LabelPreview
        What can be taken, and what cannot and why.

    Raises
    ------
    DataError
        The file holds no labels, or its times can be read in two ways.
    """
    labels, problems = [], []
    for line in label_lines(content, name, timestamp_format=timestamp_format):
        if line.span is not None and line.span.overlaps(data):
            labels.append(Label(span=line.span))
        else:
            why = line.problem or f"It lies outside of the data, which covers {range_text(data)} UTC."
            problems.append(LineProblem(number=line.number, text=line.text, why=why))
    return LabelPreview(name=name, labels=tuple(labels), problems=tuple(problems))


def labels_csv(labels: Sequence[Label]) -> str:
    """Return the anomalies among some labels as a CSV of start and end, without header: the format has no rating.

    Parameters
    ----------
    labels : sequence of Label
        The labels.

    Returns
    -------
    str
        One line an anomaly, times in UTC to the second.
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    for label in labels:
        if label.rating is not Rating.ANOMALY:
            continue
        lines.writerow([_second_text(label.span.start), _second_text(label.span.end)])
    return text.getvalue()


def label_groups(context: Context, project: str) -> tuple[LabelGroup, ...]:
    """Return the label groups of a project, by name.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    tuple of LabelGroup
        Empty where there are none.
    """
    keys = project_keys(context, project)
    found = []
    for file in context.store.children(keys.labels):
        stored = context.documents.get(f"{keys.labels}/{file}", LabelGroupRecord)
        found.append(_group(context, keys, stored))
    return tuple(sorted(found, key=lambda group: group.name))


def label_group(context: Context, project: str, name: str) -> LabelGroup:
    """Return one label group.

    Parameters
    ----------
    context : Context
        The workspace.
    project, name : str
        Names of the project and of the group.

    Returns
    -------
    LabelGroup
        The group.

    Raises
    ------
    NotFound
        There is no such group; those there are get named.
    """
    keys = project_keys(context, project)
    try:
        stored = context.documents.get(keys.label_group(name), LabelGroupRecord)
    except NotFound:
        known = ", ".join(group.name for group in label_groups(context, project)) or "no group yet"
        raise NotFound(
            f'There is no label group called "{name}".', expected=known, fix="Choose one of these or save one."
        ) from None
    return _group(context, keys, stored)


def _group(context: Context, keys: ProjectKeys, stored: Stored[LabelGroupRecord]) -> LabelGroup:
    """Return a stored group as it stands."""
    return LabelGroup(
        name=stored.value.name,
        labels=stored.value.labels,
        revision=stored.revision,
        saved_by=stored.actor,
        saved_ns=stored.written_ns,
        used_by=_users(context, keys, stored.value.name),
    )


def _users(context: Context, keys: ProjectKeys, name: str) -> tuple[str, ...]:
    """Return the models that were trained with a group."""
    models = model_names(context.documents, keys)
    return tuple(model for model in models if read_record(context.documents, keys, model).request.label_group == name)


def save_labels(
    context: Context, project: str, name: str, labels: Sequence[Label], *, expected_revision: int | None = None
) -> SavedLabels:
    """Save the labels of a group as its next revision.

    Parameters
    ----------
    context : Context
        The workspace.
    project, name : str
        Names of the project and of the group.
    labels : sequence of Label
        All labels of the group; those that overlap are made one.
    expected_revision : int, optional
        Revision the change started from, 0 for a new group; None writes over whatever is there.

    Returns
    -------
    SavedLabels
        The group, and what was merged.

    Raises
    ------
    NameRefused
        The name breaks its rule.
    DataError
        A label lies outside of the data, or one of its texts is too long.
    Conflict
        Someone else saved the group meanwhile.
    """
    check_label_group_name(name)
    check_labels(labels, dataset_record(context, project).span)
    keys = project_keys(context, project)
    joined, notices = merged_labels(labels)
    record = LabelGroupRecord(name=name, labels=joined)
    context.documents.put(keys.label_group(name), record, expected_revision=expected_revision)
    log_action(context.documents, keys.actions, "save_labels", {"group": name, "labels": len(joined)})
    return SavedLabels(group=label_group(context, project, name), notices=notices)


def import_labels(
    context: Context, project: str, name: str, path: Path, *, timestamp_format: str | None = None
) -> SavedLabels:
    """Add the labels of a file to a group, which is made where it is new.

    Parameters
    ----------
    context : Context
        The workspace.
    project, name : str
        Names of the project and of the group.
    path : Path
        CSV of start and end, without header.
    timestamp_format : str, optional
        How its times are written; found out where absent.

    Returns
    -------
    SavedLabels
        The group, and what was merged.

    Raises
    ------
    NameRefused
        The name breaks its rule.
    DataError
        A line cannot be read; nothing was saved.
    NotFound
        There is no such file.
    """
    check_label_group_name(name)
    keys = project_keys(context, project)
    read = read_labels(path, timestamp_format=timestamp_format)
    before: tuple[Label, ...] = ()
    revision = 0
    if context.store.exists(keys.label_group(name)):
        group = label_group(context, project, name)
        before, revision = group.labels, group.revision
    labels = (*before, *(Label(span=span) for span in read.ranges))
    saved = save_labels(context, project, name, labels, expected_revision=revision)
    return SavedLabels(group=saved.group, notices=(*read.notices, *saved.notices))


def export_labels(context: Context, project: str, name: str, path: Path) -> Path:
    """Write the anomalies of a group as a CSV of start and end, without header.

    The form knows no rating, so stretches that are normal or neutral are left out: read back they would be anomalies.

    Parameters
    ----------
    context : Context
        The workspace.
    project, name : str
        Names of the project and of the group.
    path : Path
        The file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    NotFound
        There is no such group.
    StorageError
        It cannot be written; an older file of that name is untouched.
    """
    check_output(path)
    with told_as_storage_error(str(path)):
        write_atomically(path, labels_csv(label_group(context, project, name).labels).encode())
    return path


def _second_text(ns: int) -> str:
    """Return a moment to the second, as label files write it."""
    text = minute_text(ns)
    return text if text.count(":") == 2 else f"{text}:00"


def delete_label_group(context: Context, project: str, name: str) -> None:
    """Delete a label group that no model was trained with.

    Parameters
    ----------
    context : Context
        The workspace.
    project, name : str
        Names of the project and of the group.

    Raises
    ------
    NotFound
        There is no such group.
    Blocked
        Models were trained with it; they are named.
    """
    group = label_group(context, project, name)
    if group.used_by:
        raise Blocked(
            f'Label group "{name}" was not deleted: it was used to train {", ".join(group.used_by)}.',
            fix="Delete these models first, or keep the group.",
        )
    keys = project_keys(context, project)
    context.store.delete(keys.label_group(name))
    log_action(context.documents, keys.actions, "delete_label_group", {"group": name})

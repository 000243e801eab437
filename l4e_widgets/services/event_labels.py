"""A label from an event in one step, in the group that is named or a group of its own."""

from __future__ import annotations

from l4e_widgets.core.errors import NotFound
from l4e_widgets.core.labels import Label, Rating
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.context import Context
from l4e_widgets.services.labels import SavedLabels, label_group, save_labels

__all__ = ["ANSWERED_GROUP", "label_event"]

ANSWERED_GROUP = "from-events"
"""Group that takes labels of events where no other is named."""


def label_event(
    context: Context,
    project: str,
    span: TimeRange,
    *,
    group: str = ANSWERED_GROUP,
    verdict: str = "real",
    fault_code: str = "",
    notes: str = "",
) -> SavedLabels:
    """Make a label of an event, as the next revision of a group; the group is made where it is not there.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    span : TimeRange
        When the event was.
    group : str
        Name of the group.
    verdict : str
        ``false`` makes a stretch without a fault, anything else a fault.
    fault_code : str
        At most 100 characters.
    notes : str
        At most 2,560 characters.

    Returns
    -------
    SavedLabels
        The group, and what was merged.

    Raises
    ------
    NameRefused
        The name breaks its rule.
    DataError
        The event lies outside of the data, or one of the texts is too long.
    Conflict
        Someone else saved the group meanwhile.
    """
    try:
        before = label_group(context, project, group)
        labels, revision = before.labels, before.revision
    except NotFound:
        labels, revision = (), 0
    rating = Rating.NO_ANOMALY if verdict == "false" else Rating.ANOMALY
    label = Label(span=span, rating=rating, fault_code=fault_code, notes=notes)
    return save_labels(context, project, group, (*labels, label), expected_revision=revision)

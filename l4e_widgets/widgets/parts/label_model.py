"""State of the label editor: labels, what is selected, undo and redo, import, and saving without losing anybody's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import traitlets

from l4e_widgets.core.errors import Blocked, Conflict, DataError, NotFound, UsageError
from l4e_widgets.core.labels import Label, Rating, check_labels, merged_labels
from l4e_widgets.core.series_source import SeriesSource
from l4e_widgets.core.times import TimeRange, minute_text, to_ns
from l4e_widgets.figures.wording import count_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.labels import LabelGroup, LabelPreview, label_group, preview_labels, save_labels
from l4e_widgets.widgets.parts.events import PageState
from l4e_widgets.widgets.parts.row_times import RowTimes

__all__ = ["KeyedLabel", "LabelModel"]

TEXTS = ("fault_code", "notes", "equipment")


@dataclass(frozen=True)
class KeyedLabel:
    """A label that keeps its key while it is edited.

    Parameters
    ----------
    key : int
        Its key, never used for another label of the same editor.
    label : Label
        As it stands.
    """

    key: int
    label: Label


@dataclass(frozen=True)
class _Step:
    """Where an edit started from, for undo."""

    labels: tuple[KeyedLabel, ...]
    selected: tuple[int, ...]
    kind: tuple[str, int] | None


class LabelModel(PageState):
    """Labels of a stretch of data, edited one step at a time.

    Parameters
    ----------
    source : SeriesSource
        Rows that the labels belong to; labels begin and end at rows.
    labels : sequence of Label
        Labels to begin with.
    read_only : str
        Why nothing can be changed; empty where it can.
    """

    labels: tuple[KeyedLabel, ...] = traitlets.Tuple()
    selected: tuple[int, ...] = traitlets.Tuple()
    notice: str = traitlets.Unicode()
    read_only: str = traitlets.Unicode()
    group: str = traitlets.Unicode()
    preview: LabelPreview | None = traitlets.Any(None, allow_none=True)
    conflict: LabelGroup | None = traitlets.Any(None, allow_none=True)
    saved: tuple[Label, ...] = traitlets.Tuple()

    def __init__(self, source: SeriesSource, *, labels: Sequence[Label] = (), read_only: str = "") -> None:
        super().__init__()
        self.rows = RowTimes(source)
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._next = 0
        self._context: Context | None = None
        self._project = ""
        self.revision = 0
        self._begin(labels)
        self.read_only = read_only

    # What it knows

    @property
    def span(self) -> TimeRange:
        """Range of the data."""
        return self.rows.span

    @property
    def values(self) -> tuple[Label, ...]:
        """The labels, in order of time."""
        return tuple(item.label for item in self.labels)

    @property
    def can_undo(self) -> bool:
        """True while there is an edit to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """True while there is an edit to do again."""
        return bool(self._redo)

    @property
    def n_changes(self) -> int:
        """Number of labels that differ from what was saved last."""
        before, now = list(self.saved), []
        for label in self.values:
            if label in before:
                before.remove(label)
            else:
                now.append(label)
        return max(len(before), len(now))

    @property
    def can_save(self) -> bool:
        """True where the labels belong to a group of a project and may be changed."""
        return self._context is not None and not self.read_only

    def labelled(self, key: int) -> Label:
        """Label of a key.

        Parameters
        ----------
        key : int
            A key of `labels`.

        Returns
        -------
        Label
            As it stands.

        Raises
        ------
        NotFound
            There is no such label any more.
        """
        for item in self.labels:
            if item.key == key:
                return item.label
        raise NotFound("This label is not there any more.", fix="Choose another one in the table.")

    # Edits, each one step of undo

    def add(self, start: int, end: int, *, rating: Rating = Rating.ANOMALY) -> int:
        """Add a label and select it.

        Parameters
        ----------
        start, end : int
            Nanoseconds UTC; moved to the nearest rows.
        rating : Rating
            What it says.

        Returns
        -------
        int
            Key of the label, or of the one that it became part of.

        Raises
        ------
        DataError
            It lies outside of the data or holds no row.
        Blocked
            The labels are read-only.
        """
        self._refuse_outside(start, end)
        key = self._new_key()
        item = KeyedLabel(key, Label(span=self._snapped(start, end), rating=rating))
        self._commit([*self.labels, item], (key,), touched=key)
        return key

    def resize(self, key: int, start: int, end: int, *, joins: bool = False) -> None:
        """Give a label other edges.

        Parameters
        ----------
        key : int
            The label.
        start, end : int
            Nanoseconds UTC; moved to the nearest rows.
        joins : bool
            It belongs to the same step as the resizing before, as when a key is held down.

        Raises
        ------
        DataError
            It would lie outside of the data or hold no row.
        """
        label = self.labelled(key)
        self._refuse_outside(start, end)
        after = replace(label, span=self._snapped(start, end))
        self._change({key: after}, kind=("resize", key), joins=joins)

    def retime(self, key: int, edge: str, text: str) -> None:
        """Set the start or the end of a label by typing.

        Parameters
        ----------
        key : int
            The label.
        edge : str
            ``start`` or ``end``.
        text : str
            A time such as 2026-11-24 10:05, in UTC where it has no zone.

        Raises
        ------
        DataError
            The text is no time, or the end would not come after the start.
        """
        span = self.labelled(key).span
        moment = to_ns(text.strip())
        start, end = (moment, span.end) if edge == "start" else (span.start, moment)
        if not self.span.start <= moment <= self.span.end:
            raise self._outside(moment)
        if end <= start:
            raise DataError(
                "The end of a label comes after its start.",
                got=f"{minute_text(start)} to {minute_text(end)}",
                fix="Type a later end or an earlier start.",
            )
        self.resize(key, start, end)

    def move(self, keys: Sequence[int], by: int) -> None:
        """Move labels along the series; none leaves the data.

        Parameters
        ----------
        keys : sequence of int
            The labels.
        by : int
            Nanoseconds, negative to earlier times.
        """
        spans = [self.labelled(key).span for key in keys]
        if not spans:
            return
        room = self.span.start - min(span.start for span in spans), self.span.end - max(span.end for span in spans)
        by = min(max(by, room[0]), room[1])
        moved = {}
        for key, span in zip(keys, spans, strict=True):
            start = self.rows.nearest(span.start + by)
            end = self.rows.nearest(start + span.end - span.start)
            if end > start:
                moved[key] = replace(self.labelled(key), span=TimeRange(start, end))
        self._change(moved)

    def rate(self, keys: Sequence[int], rating: Rating) -> None:
        """Say what labels mean.

        Parameters
        ----------
        keys : sequence of int
            The labels.
        rating : Rating
            Anomaly, no anomaly or neutral.
        """
        self._change({key: replace(self.labelled(key), rating=rating) for key in keys})

    def write(self, key: int, field: str, text: str) -> None:
        """Set one of the texts of a label.

        Parameters
        ----------
        key : int
            The label.
        field : str
            ``fault_code``, ``notes`` or ``equipment``.
        text : str
            The text.

        Raises
        ------
        UsageError
            There is no such field.
        DataError
            The text is too long.
        """
        if field not in TEXTS:
            raise UsageError("A label has no such text.", got=field, expected=", ".join(TEXTS))
        after = replace(self.labelled(key), **{field: text.strip()})
        check_labels([after], self.span)
        self._change({key: after})

    def delete(self, keys: Sequence[int]) -> None:
        """Take labels away.

        Parameters
        ----------
        keys : sequence of int
            The labels.

        Raises
        ------
        NotFound
            One of them is not there any more.
        """
        for key in keys:
            self.labelled(key)
        gone = set(keys)
        self._commit([item for item in self.labels if item.key not in gone], ())

    def clear(self) -> None:
        """Take all labels away."""
        self._commit([], ())

    def select(self, keys: Iterable[int]) -> None:
        """Select labels; this is no edit.

        Parameters
        ----------
        keys : iterable of int
            The labels; unknown ones are passed over.
        """
        known = {item.key for item in self.labels}
        self.selected = tuple(key for key in dict.fromkeys(keys) if key in known)

    def undo(self) -> None:
        """Take the last edit back."""
        self._turn_back(self._undo, self._redo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._turn_back(self._redo, self._undo)

    # Files

    def look_at_file(self, content: bytes, name: str) -> None:
        """Read a CSV of labels and show what it would add; nothing is added yet.

        Parameters
        ----------
        content : bytes
            The file.
        name : str
            Its name.

        Raises
        ------
        DataError
            The file holds no labels, or its times can be read in two ways.
        """
        self._refuse_read_only()
        self.preview = preview_labels(content, name, self.span)

    def take_file(self) -> None:
        """Add the good lines of the file that was looked at."""
        preview, self.preview = self.preview, None
        if preview is None or not preview.labels:
            return
        added = []
        for label in preview.labels:
            start, end = self.rows.nearest(label.span.start), self.rows.nearest(label.span.end)
            if end > start:
                added.append(KeyedLabel(self._new_key(), replace(label, span=TimeRange(start, end))))
        self._commit([*self.labels, *added], tuple(item.key for item in added))
        told = f"{count_text(len(added), 'label')} came from {preview.name}."
        self.notice = " ".join(filter(None, (told, self.notice)))

    def put_file_away(self) -> None:
        """Add nothing of the file."""
        self.preview = None

    # Saving

    def open_group(self, context: Context, project: str, name: str) -> None:
        """Edit a label group of a project; a new name begins an empty group.

        Parameters
        ----------
        context : Context
            The workspace.
        project, name : str
            Names of the project and of the group.
        """
        self._context, self._project, self.group = context, project, name
        try:
            found = label_group(context, project, name)
        except NotFound:
            self.revision = 0
            self._begin(())
            return
        self.revision = found.revision
        self._begin(found.labels)

    def save(self) -> None:
        """Save the group as its next revision; where somebody else saved it meanwhile both versions are kept.

        Raises
        ------
        Blocked
            The labels belong to no group, or are read-only.
        """
        self._refuse_read_only()
        if self._context is None:
            raise Blocked("These labels belong to no project.", fix="Take them from the labels property.")
        try:
            done = save_labels(self._context, self._project, self.group, self.values, expected_revision=self.revision)
        except Conflict:
            self.conflict = label_group(self._context, self._project, self.group)
            return
        self._saved(done.group)
        self.notice = " ".join(done.notices)

    def save_as(self, name: str) -> None:
        """Save the labels as a new group, and go on with that one.

        Parameters
        ----------
        name : str
            Name of the new group.

        Raises
        ------
        Conflict
            There is a group of that name already.
        """
        if self._context is None:
            raise Blocked("These labels belong to no project.", fix="Take them from the labels property.")
        done = save_labels(self._context, self._project, name, self.values, expected_revision=0)
        self.group = name
        self._saved(done.group)

    def take_theirs(self) -> None:
        """Show what the other one saved; undo brings the own version back."""
        self._settle(lambda theirs: theirs)

    def combine(self) -> None:
        """Put both versions together; saving it is left to the user."""
        mine = self.values
        self._settle(lambda theirs: (*theirs, *(label for label in mine if label not in theirs)))

    # Inside

    def _settle(self, choose: Callable[[tuple[Label, ...]], Sequence[Label]]) -> None:
        theirs, self.conflict = self.conflict, None
        if theirs is None:
            return
        self.revision, self.saved = theirs.revision, theirs.labels
        known = {item.label: item.key for item in self.labels}
        items = [KeyedLabel(known.get(label) or self._new_key(), label) for label in choose(theirs.labels)]
        self._commit(items, ())

    def _saved(self, group: LabelGroup) -> None:
        """Take what the store now holds as saved; the keys stay."""
        self.revision, self.conflict = group.revision, None
        self.saved = group.labels

    def _begin(self, labels: Sequence[Label]) -> None:
        """Start anew with some labels."""
        joined, notices = merged_labels(labels)
        self._undo.clear()
        self._redo.clear()
        self.selected, self.conflict, self.preview = (), None, None
        self.labels = tuple(KeyedLabel(self._new_key(), label) for label in joined)
        self.saved = tuple(labels)
        self.notice = " ".join(notices)

    def _new_key(self) -> int:
        self._next += 1
        return self._next

    def _snapped(self, start: int, end: int) -> TimeRange:
        first, last = self.rows.nearest(start), self.rows.nearest(end)
        if last <= first:
            last = self.rows.nearest(first + self.rows.step_ns)
        if last <= first:
            raise DataError("There is no row for this label.", fix="Zoom in and draw it over a row.")
        return TimeRange(first, last)

    def _refuse_outside(self, start: int, end: int) -> None:
        if end <= self.span.start or start >= self.span.end:
            raise self._outside(start)

    def _outside(self, moment: int) -> DataError:
        return DataError(
            f"{minute_text(moment)} lies outside of the data.",
            expected=f"a time from {minute_text(self.span.start)} to {minute_text(self.span.end)} UTC",
        )

    def _refuse_read_only(self) -> None:
        if self.read_only:
            raise Blocked(self.read_only)

    def _change(self, after: dict[int, Label], *, kind: tuple[str, int] | None = None, joins: bool = False) -> None:
        items = [KeyedLabel(item.key, after.get(item.key, item.label)) for item in self.labels]
        touched = next(iter(after), None)
        if tuple(items) != self.labels:
            self._commit(items, self.selected, touched=touched, kind=kind, joins=joins)

    def _commit(
        self,
        items: Sequence[KeyedLabel],
        selected: tuple[int, ...],
        *,
        touched: int | None = None,
        kind: tuple[str, int] | None = None,
        joins: bool = False,
    ) -> None:
        """Make an edit: merge what overlaps, remember where it started."""
        self._refuse_read_only()
        labels, notices = _merged(items, touched)
        if labels == self.labels:
            return
        if not (joins and kind and self._undo and self._undo[-1].kind == kind):
            self._undo.append(_Step(self.labels, self.selected, kind))
        self._redo.clear()
        self.notice = " ".join(notices)
        self.labels = labels
        self.select(selected)

    def _turn_back(self, taken: list[_Step], kept: list[_Step]) -> None:
        self._refuse_read_only()
        if not taken:
            return
        step = taken.pop()
        kept.append(_Step(self.labels, self.selected, None))
        self.notice = ""
        self.labels = step.labels
        self.select(step.selected)


def _merged(items: Sequence[KeyedLabel], touched: int | None) -> tuple[tuple[KeyedLabel, ...], tuple[str, ...]]:
    """Labels in order of time, those that overlap made one; the one that was touched keeps its key."""
    joined, notices = merged_labels([item.label for item in items])
    left = sorted(items, key=lambda item: item.key != touched)
    keyed = []
    for label in joined:
        parts = [
            item
            for item in left
            if item.label.rating is label.rating
            and item.label.span.start >= label.span.start
            and item.label.span.end <= label.span.end
        ]
        keyed.append(KeyedLabel(parts[0].key, label))
        left = [item for item in left if item not in parts]
    return tuple(keyed), notices

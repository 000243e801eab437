"""The label editor as a widget: a chart to draw labels on, and a table that always says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import traitlets

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.labels import Label, Rating
from l4e_widgets.core.series_source import SeriesSource
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, duration_text, minute_text
from l4e_widgets.figures.wording import share_text
from l4e_widgets.services.labels import labels_csv
from l4e_widgets.widgets.parts.chart import ChartEvent, TimeSeriesChart
from l4e_widgets.widgets.parts.chart_panels import panels_of, source_of
from l4e_widgets.widgets.parts.chart_picture import chart_picture
from l4e_widgets.widgets.parts.chart_wire import NS_PER_MS
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.label_model import KeyedLabel, LabelModel

__all__ = ["LabelEditor"]

MOST_FILE_BYTES = 20_000_000
SHOWN_PROBLEMS = 20
DRAWN_AT_FIRST = 3
TOLD = ["labels", "selected", "notice", "error", "read_only", "group", "preview", "conflict", "saved"]


class LabelEditor(TimeSeriesChart):
    """Draw, move, resize, rate and describe labels over sensors, by mouse, touch or keyboard.

    Parameters
    ----------
    data : DataFrame, SensorFrame or SeriesSource
        The rows; labels begin and end at rows.
    labels : sequence of Label or of (start, end)
        Labels to begin with.
    sensors : sequence of str, optional
        Names of the sensors to show; the first three where absent.
    events : sequence of ChartEvent
        Events of a model, to make labels from.
    off_time : sequence of TimeRange
        When the asset stood still.
    zone : str
        Zone of the time axis; the table is in UTC.
    title : str
        Name for screen readers.
    read_only : str
        Why nothing can be changed; empty where it can.
    model : LabelModel, optional
        Labels of a page; made from `data` and `labels` where absent.
    on_change : callable, optional
        Called with the labels after every edit.

    Raises
    ------
    UsageError
        No sensor is to be shown, or more than twenty.
    DataError
        A label is empty, or the data has no time index.
    """

    editor = traitlets.Dict(help="Labels and what can be done with them.").tag(sync=True)

    def __init__(
        self,
        data: pd.DataFrame | SensorFrame | SeriesSource,
        *,
        labels: Sequence[Label | tuple[Any, Any]] = (),
        sensors: Sequence[str] | None = None,
        events: Sequence[ChartEvent] = (),
        off_time: Sequence[TimeRange] = (),
        zone: str = "UTC",
        title: str = "Label editor",
        read_only: str = "",
        model: LabelModel | None = None,
        on_change: Callable[[tuple[Label, ...]], None] | None = None,
    ) -> None:
        self.source = source_of(data)
        ready = [label if isinstance(label, Label) else Label(span=TimeRange.of(*label)) for label in labels]
        self.model = model or LabelModel(self.source, labels=ready, read_only=read_only)
        self._acks: dict[str, int] = {}
        self._on_change = on_change
        panels = panels_of(self.source)
        first = [panel.sensors[0] for panel in panels[:DRAWN_AT_FIRST]]
        wanted = set(sensors if sensors is not None else first)
        chosen = [panel for panel in panels if wanted & {panel.sensors[0], panel.records[0].name}]
        super().__init__(chosen, events=events, off_time=off_time, zone=zone, title=title)
        self._told()
        self.model.observe(self._told, names=TOLD)
        self.model.observe(self._labels_changed, names=["labels"])

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels as they stand, in order of time."""
        return self.model.values

    def close(self) -> None:
        """Take the widget away; the model stays."""
        if self.comm is not None:
            self.model.unobserve(self._told, names=TOLD)
            self.model.unobserve(self._labels_changed, names=["labels"])
        super().close()

    def lines(self) -> list[str]:
        """Return the sensors and the labels, a line each."""
        told = [
            f"  label {minute_text(label.span.start)} to {minute_text(label.span.end)}: "
            f"{label.rating.value.lower().replace('_', ' ')} {label.fault_code} {label.notes}".rstrip()
            for label in self.labels
        ]
        return [*super().lines(), *told]

    def picture(self) -> str:
        """Return the window with its labels as an SVG element."""
        return chart_picture(self._panels, self.seen, marks=[(label.span, "label-mark") for label in self.labels])

    def _further(self) -> dict[str, Any]:
        """What the editor adds to the chart's description."""
        return {"editing": True, "rowMs": self.model.rows.step_ns / NS_PER_MS}

    def _labels_changed(self, _: object) -> None:
        if self._on_change is not None:
            self._on_change(self.labels)

    def _told(self, _: object = None) -> None:
        """Tell the browser how the labels stand."""
        model = self.model
        self.editor = {
            "labels": [_described(item) for item in model.labels],
            "selected": list(model.selected),
            "undo": model.can_undo,
            "redo": model.can_redo,
            "changes": model.n_changes if model.group else None,
            "canSave": model.can_save,
            "group": model.group,
            "readOnly": model.read_only,
            "notice": model.notice,
            "error": model.error,
            "facts": self._facts(),
            "preview": self._preview(),
            "conflict": self._conflict(),
            "acks": dict(self._acks),
        }

    def _facts(self) -> str:
        seconds = sum(label.span.seconds for label in self.labels)
        if not seconds:
            return ""
        share = seconds / max(self.model.span.seconds, 1e-9)
        return f"{duration_text(seconds)} in all, {share_text(share)} of the data"

    def _preview(self) -> dict[str, Any] | None:
        preview = self.model.preview
        if preview is None:
            return None
        bad = [{"number": one.number, "text": one.text[:80], "why": one.why} for one in preview.problems]
        return {
            "name": preview.name,
            "good": len(preview.labels),
            "bad": bad[:SHOWN_PROBLEMS],
            "others": max(len(bad) - SHOWN_PROBLEMS, 0),
        }

    def _conflict(self) -> dict[str, Any] | None:
        theirs = self.model.conflict
        if theirs is None:
            return None
        when = f"{minute_text(theirs.saved_ns // NS_PER_SECOND * NS_PER_SECOND)} UTC"
        return {
            "sentence": f'"{theirs.name}" was not saved: {theirs.saved_by} saved it at {when} (revision '
            f"{theirs.revision}, you started from {self.model.revision}). Your version is kept on this page.",
            "theirs": len(theirs.labels),
            "mine": len(self.labels),
        }

    def _on_message(self, widget: object, message: object, buffers: object) -> None:
        """Do an edit; anything else is for the chart."""
        if not isinstance(message, dict) or message.get("kind") != "edit":
            super()._on_message(widget, message, buffers)
            return
        files = buffers if isinstance(buffers, list) else []
        answered(self.model, lambda: self._edit(message, files))
        view, number = str(message.get("view", ""))[:40], message.get("seq")
        if isinstance(number, int):
            while len(self._acks) >= 16 and view not in self._acks:
                self._acks.pop(next(iter(self._acks)))
            self._acks[view] = number
        self._told()

    def _edit(self, message: dict[str, Any], files: list[Any]) -> None:
        """Do what the browser asks for; what means nothing is refused."""
        model, act = self.model, message.get("act")
        plain: dict[object, Callable[[], None]] = {
            "undo": model.undo,
            "redo": model.redo,
            "clear": model.clear,
            "save": model.save,
            "take": model.take_file,
            "away": model.put_file_away,
            "theirs": model.take_theirs,
            "combine": model.combine,
        }
        if act in plain:
            plain[act]()
        elif act == "add":
            model.add(_moment(message, "start"), _moment(message, "end"))
        elif act == "resize":
            joins = message.get("joins") is True
            model.resize(_key(message), _moment(message, "start"), _moment(message, "end"), joins=joins)
        elif act == "move":
            model.move(_keys(message), _moment(message, "by"))
        elif act == "select":
            model.select(_keys(message))
        elif act == "delete":
            model.delete(_keys(message))
        elif act == "rate":
            model.rate(_keys(message), Rating(_text(message, "rating", [one.value for one in Rating])))
        elif act == "time":
            model.retime(_key(message), _text(message, "edge", ["start", "end"]), _text(message, "text"))
        elif act == "write":
            model.write(_key(message), _text(message, "field"), _text(message, "text"))
        elif act == "as":
            model.save_as(_text(message, "name"))
        elif act == "import":
            model.look_at_file(_file(files), _text(message, "name"))
        elif act == "export":
            content = labels_csv(self.labels).encode()
            name = f"{model.group or 'labels'}.csv"
            self.send({"kind": "download", "name": name, "mime": "text/csv"}, [content])
        else:
            raise UsageError("The editor was asked for something that it does not know.", fix="Load the page again.")


def _described(item: KeyedLabel) -> dict[str, Any]:
    """One label as the browser is told."""
    span = item.label.span
    return {
        "key": item.key,
        "start": span.start / NS_PER_MS,
        "end": span.end / NS_PER_MS,
        "startText": minute_text(span.start),
        "endText": minute_text(span.end),
        "lasts": duration_text(span.seconds),
        "rating": item.label.rating.value,
        "code": item.label.fault_code,
        "notes": item.label.notes,
        "equipment": item.label.equipment,
    }


def _moment(message: dict[str, Any], name: str) -> int:
    """Milliseconds of a message as nanoseconds."""
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 9e12:
        raise UsageError("The editor was told of a label without its time.", fix="Load the page again.")
    return round(value * NS_PER_MS)


def _keys(message: dict[str, Any]) -> list[int]:
    """Keys of labels in a message."""
    keys = message.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, int) for key in keys):
        raise UsageError("The editor was told of labels without saying which.", fix="Load the page again.")
    return keys


def _key(message: dict[str, Any]) -> int:
    """Key of the one label in a message."""
    return _keys({"keys": [message.get("key")]})[0]


def _text(message: dict[str, Any], name: str, known: Sequence[str] | None = None) -> str:
    """Text of a message, one of the known ones where they are given."""
    value = message.get(name)
    if not isinstance(value, str) or (known is not None and value not in known):
        raise UsageError("The editor was told something that it does not understand.", fix="Load the page again.")
    return value


def _file(files: list[Any]) -> bytes:
    """Content of the one file that came with a message."""
    content = bytes(files[0]) if files else b""
    if not content or len(content) > MOST_FILE_BYTES:
        raise UsageError("This file of labels was not read.", expected="a file of 1 byte to 20 MB")
    return content

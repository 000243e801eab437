"""Explained events are kept, and made again whenever anything they are made from has changed."""

from __future__ import annotations

from pathlib import Path

from l4e_widgets.core.results import ExplainedEvent, SensorShare
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.explained import keep_events, kept_events
from l4e_widgets.storage.objects import LocalStore

EVENTS = (
    ExplainedEvent(
        span=TimeRange.of("2025-01-01", "2025-01-02"),
        max_score=0.75,
        shares=(
            SensorShare(sensor=Sensor(id="a", name="A", unit="bar"), share=0.8, deviation=-0.25),
            SensorShare(sensor=Sensor(id="b", name="B"), share=0.2, deviation=None),
        ),
    ),
)


def test_events_come_back_for_the_same_parts_alone(tmp_path: Path) -> None:
    documents = Documents(LocalStore(tmp_path), lambda: 0, "ada")
    assert kept_events(documents, "version", ("1.0", "x")) is None
    keep_events(documents, "version", ("1.0", "x"), EVENTS)
    assert kept_events(documents, "version", ("1.0", "x")) == EVENTS
    assert kept_events(documents, "version", ("1.0", "y")) is None


def test_a_damaged_or_foreign_copy_is_made_again(tmp_path: Path) -> None:
    documents = Documents(LocalStore(tmp_path), lambda: 0, "ada")
    keep_events(documents, "version", ("1.0", "x"), EVENTS)
    (copy,) = (tmp_path / "version" / "explained").iterdir()
    whole = copy.read_bytes()
    for damaged in (b"", whole[:-30], whole.replace(b'"made_from": "', b'"made_from": "0')):
        copy.write_bytes(damaged)
        assert kept_events(documents, "version", ("1.0", "x")) is None

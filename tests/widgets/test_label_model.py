"""The label editor's state, driven without a browser."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.errors import Blocked, DataError, NotFound, UsageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.labels import Label, Rating
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.series_source import FrameSource
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.labels import label_group, save_labels
from l4e_widgets.services.library import Workspace
from l4e_widgets.widgets.parts.label_model import LabelModel

MINUTE = 60_000_000_000
N_ROWS = 300
ROWS = np.arange(N_ROWS, dtype=np.int64) * MINUTE
FRAME = SensorFrame(ROWS, np.zeros((N_ROWS, 1)), (Sensor(id="a", name="a"),))


def model(*spans: tuple[int, int], **options) -> LabelModel:
    """Labels over some minutes of five hours."""
    labels = [Label(span=TimeRange(start * MINUTE, end * MINUTE)) for start, end in spans]
    return LabelModel(FrameSource(FRAME), labels=labels, **options)


def minutes(state: LabelModel) -> list[tuple[float, float]]:
    """Edges of the labels, in minutes."""
    return [(label.span.start / MINUTE, label.span.end / MINUTE) for label in state.values]


def test_a_drawn_label_begins_and_ends_at_rows() -> None:
    state = model()
    key = state.add(int(10.4 * MINUTE), int(19.6 * MINUTE))
    assert minutes(state) == [(10, 20)]
    assert state.selected == (key,)
    state.add(int(30.1 * MINUTE), int(30.2 * MINUTE))
    assert minutes(state)[1] == (30, 31), "the smallest label holds one row"
    state.add(290 * MINUTE, 10**18)
    assert state.values[2].span.end == ROWS[-1] + 1
    with pytest.raises(DataError, match="outside of the data"):
        state.add(400 * MINUTE, 500 * MINUTE)


def test_rows_are_found_across_a_long_gap() -> None:
    times = np.concatenate([ROWS, ROWS + 10**6 * MINUTE])
    state = LabelModel(FrameSource(SensorFrame(times, np.zeros((len(times), 1)), FRAME.sensors)))
    assert state.rows.nearest(400_000 * MINUTE) == ROWS[-1]
    assert state.rows.nearest(700_000 * MINUTE) == 10**6 * MINUTE
    single = LabelModel(FrameSource(SensorFrame(ROWS[:1], np.zeros((1, 1)), FRAME.sensors)))
    single.add(0, MINUTE)
    assert single.values[0].span == TimeRange(0, 1)


def test_labels_that_overlap_become_one_and_it_is_said() -> None:
    state = model((10, 20), (40, 50))
    first, second = (item.key for item in state.labels)
    state.write(first, "fault_code", "valve")
    state.resize(second, 15 * MINUTE, 50 * MINUTE)
    assert minutes(state) == [(10, 50)]
    assert state.labels[0].key == second, "the label under the pointer keeps its key"
    assert state.values[0].fault_code == "valve"
    assert "were made one" in state.notice
    state.undo()
    assert minutes(state) == [(10, 20), (40, 50)]
    state.rate([second], Rating.NEUTRAL)
    state.resize(second, 15 * MINUTE, 50 * MINUTE)
    assert minutes(state) == [(10, 20), (15, 50)], "ratings that differ stay apart"


def test_several_labels_move_together_and_stay_inside() -> None:
    state = model((10, 20), (40, 50), (100, 110))
    keys = [item.key for item in state.labels[:2]]
    state.move(keys, -25 * MINUTE)
    assert minutes(state) == [(0, 10), (30, 40), (100, 110)]
    state.undo()
    assert minutes(state) == [(10, 20), (40, 50), (100, 110)]
    state.delete(keys)
    assert minutes(state) == [(100, 110)]
    state.clear()
    state.undo()
    assert minutes(state) == [(100, 110)]


def test_times_are_typed_and_refused_with_a_sentence() -> None:
    state = model((10, 20))
    key = state.labels[0].key
    state.retime(key, "end", "1970-01-01 00:45")
    assert minutes(state) == [(10, 45)]
    for text, words in [
        ("soon", "is not a time"),
        ("1970-01-01 00:05", "comes after its start"),
        ("1999-01-01", "outside"),
    ]:
        with pytest.raises(DataError, match=words):
            state.retime(key, "end", text)
    with pytest.raises(DataError, match="too long"):
        state.write(key, "fault_code", "x" * 101)
    with pytest.raises(UsageError, match="no such text"):
        state.write(key, "rating", "x")
    with pytest.raises(NotFound, match="not there"):
        state.write(999, "notes", "x")
    assert minutes(state) == [(10, 45)]


def test_a_key_held_down_is_one_step() -> None:
    state = model((10, 20))
    key = state.labels[0].key
    for end in (21, 22, 23):
        state.resize(key, 10 * MINUTE, end * MINUTE, joins=end > 21)
    state.undo()
    assert minutes(state) == [(10, 20)]
    assert not state.can_undo
    state.redo()
    assert minutes(state) == [(10, 23)]


def test_frozen_labels_cannot_be_changed() -> None:
    state = model((10, 20), read_only="Model winter keeps the labels it was trained with.")
    with pytest.raises(Blocked, match="winter"):
        state.add(30 * MINUTE, 40 * MINUTE)
    with pytest.raises(Blocked, match="winter"):
        state.delete([state.labels[0].key])
    with pytest.raises(Blocked, match="winter"):
        state.look_at_file(b"1970-01-01 00:01,1970-01-01 00:02", "x.csv")
    state.select([state.labels[0].key])
    assert len(state.selected) == 1


def test_a_file_is_looked_at_before_it_is_taken() -> None:
    state = model((10, 20))
    lines = ["start,end", "1970-01-01 00:30,1970-01-01 00:40", "soon,later", "1970-01-01 03:00,1970-01-01 02:00"]
    lines += ["1999-01-01 00:00,1999-01-02 00:00", "1970-01-01 00:15,1970-01-01 00:25"]
    state.look_at_file("\n".join(lines).encode(), "old.csv")
    assert minutes(state) == [(10, 20)]
    assert [problem.number for problem in state.preview.problems] == [3, 4, 5]
    assert "not a time" in state.preview.problems[0].why
    assert "outside of the data" in state.preview.problems[2].why
    state.take_file()
    assert minutes(state) == [(10, 25), (30, 40)]
    assert state.notice.startswith("2 labels came from old.csv.")
    state.undo()
    assert minutes(state) == [(10, 20)]


EDITS = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 298), st.integers(1, 60)),
    st.tuples(st.just("resize"), st.integers(0, 9), st.integers(0, 298), st.integers(1, 60)),
    st.tuples(st.just("move"), st.integers(0, 9), st.integers(-400, 400)),
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("rate"), st.integers(0, 9), st.sampled_from(list(Rating))),
    st.tuples(st.just("write"), st.integers(0, 9), st.text(max_size=5)),
    st.tuples(st.just("clear")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


def apply(state: LabelModel, edit: tuple) -> None:
    """Do one edit on the label that a number points to."""
    name, *rest = edit
    if name in ("clear", "undo", "redo"):
        getattr(state, name)()
    elif name == "add":
        state.add(rest[0] * MINUTE, (rest[0] + rest[1]) * MINUTE)
    elif state.labels:
        key = state.labels[rest[0] % len(state.labels)].key
        if name == "resize":
            state.resize(key, rest[1] * MINUTE, (rest[1] + rest[2]) * MINUTE)
        elif name == "move":
            state.move([key], rest[1] * MINUTE)
        elif name == "delete":
            state.delete([key])
        elif name == "rate":
            state.rate([key], rest[1])
        else:
            state.write(key, "notes", rest[1])


@given(st.lists(EDITS, max_size=25))
def test_any_edits_taken_back_give_the_start_and_done_again_the_end(edits: list[tuple]) -> None:
    state = model((10, 20), (100, 130))
    start = state.labels
    for edit in edits:
        apply(state, edit)
        spans = [(label.rating, label.span) for label in state.values]
        assert len({item.key for item in state.labels}) == len(state.labels)
        for rating in Rating:
            own = [span for kind, span in spans if kind is rating]
            assert all(a.end <= b.start for a, b in itertools.pairwise(own)), "labels of a rating stay apart"
    while state.can_redo:
        state.redo()
    end = state.labels
    while state.can_undo:
        state.undo()
    assert state.labels == start
    while state.can_redo:
        state.redo()
    assert state.labels == end


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    """A workspace with five hours of one sensor."""
    workspace = Workspace(tmp_path / "labels")
    values = np.sin(np.arange(N_ROWS))[:, None]
    workspace.create_project("pump", SensorFrame(ROWS, values, FRAME.sensors))
    return workspace


def test_saving_counts_changes_and_keeps_both_versions_of_a_conflict(project: Workspace) -> None:
    context = project.context
    state = model()
    state.open_group(context, "pump", "faults")
    state.add(10 * MINUTE, 20 * MINUTE)
    assert state.n_changes == 1
    state.save()
    assert (state.n_changes, state.revision) == (0, 1)
    theirs = Label(span=TimeRange(50 * MINUTE, 60 * MINUTE), fault_code="trip")
    save_labels(context, "pump", "faults", [theirs], expected_revision=1)
    state.add(100 * MINUTE, 110 * MINUTE)
    state.save()
    assert state.conflict.labels == (theirs,)
    assert minutes(state) == [(10, 20), (100, 110)]
    state.take_theirs()
    assert minutes(state) == [(50, 60)]
    state.undo()
    assert minutes(state) == [(10, 20), (100, 110)]
    state.save_as("faults-mine")
    assert label_group(context, "pump", "faults").labels == (theirs,)
    assert len(label_group(context, "pump", "faults-mine").labels) == 2


def test_both_versions_can_be_put_together(project: Workspace) -> None:
    context = project.context
    state = model()
    state.open_group(context, "pump", "faults")
    state.add(10 * MINUTE, 20 * MINUTE)
    save_labels(context, "pump", "faults", [Label(span=TimeRange(50 * MINUTE, 60 * MINUTE))])
    state.save()
    state.combine()
    assert minutes(state) == [(10, 20), (50, 60)]
    state.save()
    assert state.conflict is None
    assert len(label_group(context, "pump", "faults").labels) == 2

"""A project that an earlier release stored opens with its data, labels, cases, scores and events."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.errors import StorageError
from l4e_widgets.services.context import Context
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.projects import project_summary
from l4e_widgets.services.results import contribution_frame, expected_frame, results, score_frame
from tests.golden import GOLDEN, seen
from tests.small import FAULT, MODEL, PROJECT, small_context

TRAIN_AGAIN = "must be trained again to score new rows"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A copy of the golden workspace."""
    shutil.copytree(GOLDEN / "workspace", tmp_path / "workspace")
    return small_context(tmp_path / "workspace")


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """What a reader saw when it was stored."""
    found: dict[str, Any] = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))
    return found


def replace_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the detectors of today learn something that the stored arrays do not hold."""
    monkeypatch.setattr(RelationDetector, "ARTEFACT_VERSION", RelationDetector.ARTEFACT_VERSION + 1)


@pytest.mark.parametrize("is_replaced", [False, True], ids=["same detector", "replaced detector"])
def test_everything_stored_reads_back_as_it_was(
    context: Context, expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch, is_replaced: bool
) -> None:
    if is_replaced:
        replace_detector(monkeypatch)
    found = seen(context)
    assert found.keys() == expected.keys()
    for name in found:
        if name == "scores":
            ours, theirs = (np.array(scores, dtype=float) for scores in (found[name], expected[name]))
            np.testing.assert_allclose(ours, theirs, atol=2e-6)
        else:
            assert found[name] == expected[name], name


def test_the_golden_project_holds_what_a_project_can_hold(context: Context, expected: dict[str, Any]) -> None:
    summary = project_summary(context, PROJECT)
    assert (summary.status, summary.n_rows, summary.n_sensors, summary.models) == ("ready", 480, 4, (MODEL,))
    assert expected["labels"] == [FAULT.to_iso()]
    assert [case[2:] for case in expected["cases"]] == [["real", "seal replaced"]]
    assert len(expected["events"]["1"]) >= 1
    assert sum(path.stat().st_size for path in GOLDEN.rglob("*") if path.is_file()) < 300_000


def test_a_replaced_detector_is_told_where_rows_would_be_scored(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_detector(monkeypatch)
    for call in (contribution_frame, expected_frame):
        with pytest.raises(StorageError, match=TRAIN_AGAIN):
            call(context, PROJECT, MODEL, span=FAULT)
    answer = results(context, PROJECT, MODEL)
    assert TRAIN_AGAIN in answer.warnings[0]
    assert all(event.sensors == () for event in answer.events)
    assert all("must be trained again" in event.sentence for event in answer.events)
    assert "Expected" not in repr(Workspace(Path(context.store.local_path("x")).parent).projects)


def test_arrays_that_the_detector_does_not_understand_are_told_in_the_same_words(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = RelationDetector.from_arrays.__func__

    def without_one(cls: type, arrays: Any, configuration: Any, sensors: Any) -> Any:
        names = [name for name in arrays if name.startswith("relations")]
        return real(cls, {name: array for name, array in arrays.items() if name not in names}, configuration, sensors)

    monkeypatch.setattr(RelationDetector, "from_arrays", classmethod(without_one))
    with pytest.raises(StorageError, match=TRAIN_AGAIN):
        contribution_frame(context, PROJECT, MODEL, span=FAULT)
    assert len(score_frame(context, PROJECT, MODEL)) == 480

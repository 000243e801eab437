"""Rows laid on disk block by block are the rows read at once, and the file is nobody's once the process is gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.off_time import OffTime
from l4e_widgets.services.context import Context
from l4e_widgets.services.projects import create_project
from l4e_widgets.services.training import propose_training, train
from l4e_widgets.storage import rows_on_disk
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.model_rows import model_rows
from l4e_widgets.storage.project_series import ProjectSeries
from l4e_widgets.storage.records import DatasetRecord, TrainingRequest
from l4e_widgets.storage.rows_on_disk import laid_on_disk, open_model_rows
from tests.small import small_context

KEYS = ProjectKeys.of("plant")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A workspace with a project of 3,000 minutes and four sensors, some values missing."""
    opened = small_context(tmp_path / "workspace")
    rng = np.random.default_rng(4)
    load = np.cumsum(rng.normal(size=(3_000, 1)), axis=0) * 0.05
    values = 20 + load * [1, -2, 0.5, 3] + rng.normal(size=(3_000, 4))
    values[rng.random(values.shape) < 0.02] = np.nan
    values[1_200:1_500, 3] = 0.0
    index = pd.date_range("2025-01-01", periods=3_000, freq="min", name="timestamp")
    create_project(opened, "plant", pd.DataFrame(values, index=index, columns=list("abcd")))
    return opened


def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read 700 rows of four sensors at a time."""
    monkeypatch.setattr(rows_on_disk, "VALUES_A_BLOCK", 2_800)


def series_of(context: Context) -> tuple[ProjectSeries, DatasetRecord]:
    """Stored rows of the project."""
    dataset = context.documents.get(KEYS.dataset, DatasetRecord).value
    return ProjectSeries(context.documents, KEYS, dataset), dataset


@pytest.mark.parametrize("rate_s", [60.0, 420.0])
@pytest.mark.parametrize("is_off", [False, True])
def test_blocks_together_are_the_rows_read_at_once(
    context: Context, monkeypatch: pytest.MonkeyPatch, rate_s: float, is_off: bool
) -> None:
    few(monkeypatch)
    series, dataset = series_of(context)
    ids = tuple(sensor.id for sensor in dataset.sensors)
    request = TrainingRequest(
        model="m",
        sensors=ids,
        sampling_rate_s=rate_s,
        training_range=series.span,
        evaluation_range=None,
        off_time=OffTime(ids[3], "<", 0.5) if is_off else None,
    )
    asked = {"step_s": dataset.median_step_s, "digits": {ids[0]: 0.1}}
    whole = model_rows(series, request, **asked)
    with open_model_rows(context.documents, KEYS, series, request, **asked) as frame:
        assert isinstance(frame.values, np.memmap)
        assert frame.sensors == whole.sensors
        np.testing.assert_array_equal(frame.timestamps, whole.timestamps)
        if rate_s == 60:
            np.testing.assert_array_equal(frame.values, whole.values)
        else:
            np.testing.assert_allclose(frame.values, whole.values, rtol=1e-12, atol=1e-12)


def test_a_model_trained_from_the_disk_is_the_model_trained_in_memory(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trained(name: str) -> ModelReader:
        train(context, "plant", propose_training(context, "plant", model=name), wait=True)
        return ModelReader(context.documents, KEYS, name)

    in_memory = trained("first")
    few(monkeypatch)
    laid: list[Path] = []
    kept = rows_on_disk.laid_on_disk

    def watched(blocks: Iterator[SensorFrame], folder: Path) -> AbstractContextManager[SensorFrame]:
        laid.append(folder)
        return kept(blocks, folder)

    monkeypatch.setattr(rows_on_disk, "laid_on_disk", watched)
    on_disk = trained("second")
    assert laid
    for name in ("timestamps", "statistic", "release"):
        told, expected = getattr(on_disk.stored.track, name), getattr(in_memory.stored.track, name)
        np.testing.assert_allclose(told, expected, rtol=0, atol=1e-12)
    assert on_disk.stored.calibration.to_dict() == pytest.approx(in_memory.stored.calibration.to_dict(), rel=1e-12)


def test_nothing_is_left_of_a_process_that_dies(tmp_path: Path) -> None:
    program = (
        "import os, sys, numpy as np\n"
        "from pathlib import Path\n"
        "from l4e_widgets.core.frame import SensorFrame\n"
        "from l4e_widgets.core.sensors import Sensor\n"
        "from l4e_widgets.storage.rows_on_disk import laid_on_disk\n"
        "sensors = (Sensor(id='a', name='a'),)\n"
        "blocks = [SensorFrame(np.arange(4) + 4 * n, np.ones((4, 1)) * n, sensors) for n in (0, 1)]\n"
        "with laid_on_disk(blocks, Path(sys.argv[1])) as frame:\n"
        "    assert frame.values[4, 0] == 1 and len(frame) == 8\n"
        "    os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, capture_output=True)
    assert done.returncode == 9, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_blocks_without_rows_are_a_frame_without_rows(tmp_path: Path) -> None:
    empty = SensorFrame(np.empty(0, dtype=np.int64), np.empty((0, 0)), ())
    with laid_on_disk([empty, empty], tmp_path) as frame:
        assert len(frame) == 0

"""A detector that another package brings: installed, held to the contract, trained with by name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.errors import NotFound
from l4e_widgets.services.context import Context
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.training import propose_training
from tests.house.sources import ROOT

TRAIN = """
import sys
import l4e_widgets as l4e
project = l4e.Workspace(sys.argv[1]).project("pump")
model = project.train("own", detector="robust-zscore", train_rows=1500).wait().model
answer = model.results.answer
assert answer.events, answer.sentence
assert l4e.AnomalyDetector(detector="robust-zscore").detector == "robust-zscore"
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment in which pip has installed the example package, from a copy and without a network."""
    copy = tmp_path_factory.mktemp("copy") / "own_detector"
    shutil.copytree(ROOT / "docs" / "examples" / "own_detector", copy)
    target = tmp_path_factory.mktemp("site")
    offline = ("--no-deps", "--no-index", "--no-build-isolation", "--quiet")
    command = [sys.executable, "-m", "pip", "install", *offline, "--target", str(target), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return {**os.environ, "PYTHONPATH": f"{target}{os.pathsep}{ROOT}", "OPENBLAS_NUM_THREADS": "1"}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python where the example is installed."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_keeps_the_contract(installed: dict[str, str]) -> None:
    suite = "tests/core/detection/test_contract.py"
    ended = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", suite, "-k", "robust")
    assert ended.returncode == 0, ended.stdout[-3000:]
    assert " passed" in ended.stdout


def test_it_trains_by_name_through_library_and_command_line(installed: dict[str, str], tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    load = np.sin(np.arange(2400) / 60)[:, None] + 0.1 * rng.normal(size=(2400, 1))
    rows = 20 + 5 * load + rng.normal(size=(2400, 4))
    rows[2000:2100, 2] += 60
    table = pd.DataFrame(rows, columns=list("abcd"), index=pd.date_range("2025-01-01", periods=2400, freq="min"))
    project = Workspace(tmp_path).create_project("pump", table)
    ended = run(installed, "-c", TRAIN, str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    typed = ["train", "pump", "--model", "typed", "--detector", "robust-zscore", "--workspace", str(tmp_path), "--json"]
    ended = run(installed, "-m", "l4e_widgets.adapters.cli", *typed)
    assert ended.returncode == 0, ended.stderr
    assert '"model": "typed"' in ended.stdout
    assert project.summary.models == ("own", "typed")


def test_a_name_nobody_has_is_refused_before_any_work(context: Context) -> None:
    with pytest.raises(NotFound, match=r'no detector called "robust-zscore".*one of relations'):
        propose_training(context, "pump", detector="robust-zscore")


@pytest.mark.parametrize(
    ("value", "said"), [("nowhere_at_all:Thing", "cannot be loaded"), ("json:JSONDecoder", "is no detector")]
)
def test_a_broken_package_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    from l4e_widgets.core.detection.registry import detector_factory
    from l4e_widgets.core.errors import DataError

    info = tmp_path / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[l4e_widgets.detectors]\nbroken = {value}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DataError, match=said):
        detector_factory("broken")

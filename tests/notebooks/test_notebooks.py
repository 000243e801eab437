"""The guided notebooks run from top to bottom in a kernel of their own, in an empty folder, with an empty workspace."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
TIMEOUT_S = 300
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_runs_from_top_to_bottom(path, tmp_path, tmp_workspace, monkeypatch):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("nbclient.exceptions")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep))
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=TIMEOUT_S, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    told = ""
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        told = COLOURS.sub("", str(error))
    if told:
        pytest.fail(f"{path.name} ends with an error cell:\n{told}", pytrace=False)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code, f"{path.name} has no code cell"
    errors = [output.text for cell in code for output in cell.outputs if output.get("name") == "stderr"]
    assert not errors, f"{path.name} writes to stderr: {errors}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_kept_without_outputs(path):
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(path, as_version=4)
    kept = [number for number, cell in enumerate(notebook.cells) if cell.get("outputs") or cell.get("execution_count")]
    assert not kept, f"{path.name}: cells {kept} carry outputs; clear them before you commit"

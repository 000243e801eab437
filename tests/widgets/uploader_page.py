"""Starts our dashboard's server with a page that shows nothing but an uploader."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BROWSER_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SERVE = """
import sys
from pathlib import Path
import l4e_widgets.adapters.dashboard as dashboard
dashboard.dashboard_notebook = lambda: Path(sys.argv[2])
dashboard.run_dashboard(workspace=Path(sys.argv[1]), port=int(sys.argv[3]), base_url="plant", token="secret",
                        ready=lambda address: sys.stdout.write(address + chr(10)) and sys.stdout.flush())
"""
WIDGET = "import l4e_widgets as l4e\nu = l4e.Uploader(to={to!r})\nu"


def environment(**further: str) -> dict[str, str]:
    """What a process of ours is started with."""
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", **further}


def notebook(path: Path, *cells: str) -> Path:
    """Write a notebook."""
    code = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": cell}
        for i, cell in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(json.dumps({"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


@contextmanager
def dashboard(folder: Path, target: Path, *, port: int = 0, workspace: Path | None = None) -> Iterator[str]:
    """Serve our subclass of Voila with an uploader as its page; its address."""
    page = notebook(folder / "page.ipynb", WIDGET.format(to=str(target)))
    command = [sys.executable, "-c", SERVE, str(workspace or folder / "workspace"), str(page), str(port)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()

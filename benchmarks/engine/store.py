"""Where a run is kept: JSON with machine, versions, seeds and the revision it was run at."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.engine.run import Row
from benchmarks.engine.sets.injected import SEED
from l4e_widgets import __version__

__all__ = ["RESULTS", "circumstances", "installed", "stored"]

RESULTS = Path(__file__).resolve().parents[1] / "results"
_PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "pyod")


def circumstances(*, quick: bool) -> dict:
    """What a figure depends on beside the code."""
    return {
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "git": _git("rev-parse", "HEAD"),
        "changed_files": len(_git("status", "--porcelain", "--", "l4e_widgets", "benchmarks").splitlines()),
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()},
        "python": platform.python_version(),
        "versions": {"l4e-widgets": __version__, **{name: installed(name) for name in _PACKAGES}},
        "threads": {name: os.environ.get(name) for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")},
        "seeds": {"injected": SEED, "pump faults": [30, 31, 32], "drift": [10, 11, 12, 13, 14], "peers": 0},
        "quick": quick,
    }


def stored(rows: list[Row], about: dict, path: Path) -> None:
    """Write a run, a row a line; a figure that means nothing is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(_plain(row.as_dict()), allow_nan=False, ensure_ascii=False) for row in rows)
    head = json.dumps(about, allow_nan=False)
    path.write_text(f'{{"about": {head},\n"rows": [\n{lines}\n]}}\n', encoding="utf-8")


def _plain(value):
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.4g}")
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


def installed(name: str) -> str | None:
    """Version of a package, None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _git(*words: str) -> str:
    try:
        told = subprocess.run(["git", *words], cwd=RESULTS.parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()

"""One thing on the clock, in a process of its own: ``python -m benchmarks.reading.clock WHAT SOURCE FOLDER``."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

import numpy as np

from benchmarks.reading.bare import BARE
from l4e_widgets.core.times import TimeRange
from l4e_widgets.services.datasets import dataset_record, series_source
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.projects import create_project

__all__ = ["EXPORT", "LOOK", "OURS", "clocked"]

OURS, LOOK, EXPORT = "l4e_widgets", "look", "export"
PROJECT = "benchmark"
_PIXELS, _MANY, _WARM = 2000, 10, 5


def clocked(what: str, source: Path, folder: Path) -> dict:
    """Figures of one thing from a fresh process, so that nothing of another counts as its memory."""
    command = [sys.executable, "-m", "benchmarks.reading.clock", what, str(source), str(folder)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(told.stdout.splitlines()[-1])


def _megabytes() -> float:
    """Return the highest memory of this process or of one that it started, in MB of a million bytes.

    Linux counts what the process that started this one had among its own highest: there the status is asked.
    """
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        own = int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    with suppress(ChildProcessError):
        while os.wait():
            pass
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * unit / 1e6


@contextmanager
def _most_spare(found: list[float]) -> Iterator[None]:
    """Note how much the temporary folder of the reading came to hold, where it can be told."""
    with tempfile.TemporaryDirectory(prefix="l4e-benchmark-") as spare:
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = spare
        try:
            yield
        finally:
            found.append(_bytes(Path(spare)) / 1e6)
            os.environ.pop("TMPDIR")
            if before is not None:
                os.environ["TMPDIR"] = before


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _ours(source: Path, folder: Path) -> dict:
    left: list[float] = []
    with _most_spare(left):
        context = Workspace(folder).context
        began = time.perf_counter()
        create_project(context, PROJECT, source)
        seconds = time.perf_counter() - began
    root = next((folder / "projects").iterdir()) / "series"
    parts = sum(path.stat().st_size for path in root.rglob("part-*"))
    detail = sum(path.stat().st_size for path in root.rglob("*.npz"))
    record = dataset_record(context, PROJECT)
    return {
        "seconds": seconds,
        "megabytes": _megabytes(),
        "rows": record.n_rows,
        "parts_bytes": parts,
        "detail_bytes": detail,
        "left_in_temporary_folder_mb": left[0],
    }


def _bare(name: str, source: Path, folder: Path) -> dict:
    target = folder / "bare.parquet"
    for needed in BARE[name][0].split():
        import_module(needed)
    began = time.perf_counter()
    BARE[name][1](source, target)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "megabytes": _megabytes(), "parts_bytes": target.stat().st_size}


def _forget(folder: Path) -> bool:
    """Ask the system to let go of the files it holds in memory; not all can."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)
    return True


def _read() -> dict[str, int]:
    """Bytes that this process asked for, and that came from the disk for it; empty where the system does not tell."""
    try:
        lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    told = {name: int(value) for name, value in (line.split(": ") for line in lines)}
    return {"asked": told["rchar"], "from_disk": told["read_bytes"]}


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _look(_: Path, folder: Path) -> dict:
    """First screens: every sensor by itself, ten together, and the whole year of all of them."""
    context = Workspace(folder).context
    sensors = [sensor.id for sensor in dataset_record(context, PROJECT).sensors]
    cold, warm = [], []
    for sensor in sensors[:30]:
        dropped = _forget(folder)
        source = series_source(context, PROJECT)
        span = source.span
        cold.append(_milliseconds(lambda: source.window([sensor], span.start, span.end, _PIXELS)))  # noqa: B023
        warm += [
            _milliseconds(lambda: source.window([sensor], span.start, span.end, _PIXELS))  # noqa: B023
            for _ in range(_WARM)
        ]
    _forget(folder)
    source = series_source(context, PROJECT)
    many = _milliseconds(lambda: source.window(sensors[:_MANY], span.start, span.end, _PIXELS))
    year = TimeRange(span.start, min(span.end, span.start + 365 * 86_400 * 10**9))
    _forget(folder)
    before = _read()
    source = series_source(context, PROJECT)
    source.window(sensors, year.start, year.end, _PIXELS)
    read = {name: value - before[name] for name, value in _read().items()}
    return {
        "cold_ms_median": float(np.median(cold)),
        "cold_ms_most": max(cold),
        "warm_ms_median": float(np.median(warm)),
        "warm_ms_most": max(warm),
        "ten_cold_ms": many,
        "year_bytes": read,
        "file_cache_dropped": dropped,
    }


def _export(_: Path, folder: Path) -> dict:
    """Export as one file, and import under another name."""
    workspace = Workspace(folder)
    target = folder.parent / "exported.zip"
    out = _milliseconds(lambda: workspace.project(PROJECT).export(target)) / 1000
    back = _milliseconds(lambda: workspace.import_project(target, name="imported")) / 1000
    size = target.stat().st_size
    target.unlink()
    return {"export_seconds": out, "import_seconds": back, "zip_bytes": size}


def main() -> None:
    """Measure what the command line names and print it as JSON."""
    what, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    known = {OURS: _ours, LOOK: _look, EXPORT: _export}
    figures = known[what](source, folder) if what in known else _bare(what, source, folder)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

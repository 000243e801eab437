"""Reads every ugly file and prints how each was read, as a table with counts."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from l4e_widgets.core.errors import L4EError
from l4e_widgets.core.reading import ReadingOptions
from l4e_widgets.core.times import iso_z
from l4e_widgets.storage.sources import read_sources
from tests.ugly.cases import CASES, Ugly
from tests.ugly.exports import EXPORTS


def judged(case: Ugly, folder: Path) -> tuple[str, str]:
    """Return how a file was read: right, refused, told otherwise or silently wrong, and what came of it."""
    (path := folder / "ugly.csv").write_bytes(case.data)
    try:
        data = read_sources([path], ReadingOptions(**case.options))
    except L4EError as error:
        said = str(error)
        return ("right" if case.error and all(word in said for word in case.error) else "refused"), said
    report = data.report
    told = " ".join(report.sentences())
    if case.error:
        return "silently wrong", told
    columns = {sensor.name: data.frame.values[:, place] for place, sensor in enumerate(data.frame.sensors)}
    times = tuple(iso_z(int(ns)) for ns in data.frame.timestamps)
    same = not case.times or times == case.times
    for name, values in case.values.items():
        found = columns.get(name)
        same = same and found is not None and found.shape == (len(values),)
        same = same and bool(np.allclose(found, np.array(values, dtype=float), rtol=1e-6, equal_nan=True))
    counts = (
        {entry.reason: entry.count for entry in report.set_aside} == case.set_aside
        and {entry.sensor: entry.count for entry in report.cells_lost} == case.lost
        and tuple(column.name for column in report.understanding.columns_set_aside) == case.columns_aside
        and all(getattr(report.understanding, field) == value for field, value in case.understood.items())
    )
    if same and counts:
        return "right", ""
    loud = bool(report.set_aside or report.cells_lost or report.understanding.columns_set_aside)
    return "told otherwise" if same or loud else "silently wrong", told


def main() -> None:
    """Print the table."""
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for case in (*CASES, *EXPORTS):
            how, told = judged(case, Path(folder))
            found[how] += 1
            if how != "right":
                sys.stdout.write(f"{how:15} {case.name}: {told}\n")
    total = sum(found.values())
    for how in ("right", "refused", "told otherwise", "silently wrong"):
        sys.stdout.write(f"{how:15} {found[how]:4} of {total}\n")


if __name__ == "__main__":
    main()

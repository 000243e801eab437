"""Questions that .ci/run asks about what was built, installed and answered; each answers with a sentence or fails.

usage: verify.py versions | sample CSV | answer CSV JSON HTML SCORES | wheel WHEEL | same WHEEL ENVIRONMENT
"""

from __future__ import annotations

import csv
import json
import platform
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOLD = (
    "numpy",
    "pandas",
    "polars",
    "scikit-learn",
    "scipy",
    "ipywidgets",
    "anywidget",
    "bqplot",
    "voila",
    "jupyterlab",
)
SAMPLE_ROWS = 9000
FAULT = range(7600, 7900)
ANSWER_KEYS = {
    "rows", "sensors", "sampling_rate_seconds", "training_range", "evaluation_range", "events", "findings", "warnings",
    "timings",
}  # fmt: skip


def versions() -> str:
    """Tell the interpreter and the libraries this environment really has."""
    told = ", ".join(f"{name} {metadata.version(name)}" for name in TOLD)
    return f"found: Python {platform.python_version()}, {told}"


def sample(target: str) -> str:
    """Write a month of a machine at 5 minutes, with one sensor leaving its relation to the others for a day."""
    import numpy as np

    random = np.random.default_rng(7)
    rows = np.arange(SAMPLE_ROWS)
    load = 1 + 0.3 * np.sin(2 * np.pi * rows / 288) + 0.05 * np.cumsum(random.normal(size=SAMPLE_ROWS)) / 20
    columns = {
        f"sensor_{number}": 10 * number + gain * load + 0.05 * random.normal(size=SAMPLE_ROWS)
        for number, gain in enumerate((1.0, 2.0, -1.5, 0.7, 3.0, -0.8), start=1)
    }
    columns["sensor_3"][FAULT.start : FAULT.stop] += 3.0
    start = datetime(2024, 1, 1)
    with Path(target).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["timestamp", *columns])
        for row in rows.tolist():
            stamp = (start + timedelta(minutes=5 * row)).isoformat(sep=" ")
            writer.writerow([stamp, *(f"{values[row]:.4f}" for values in columns.values())])
    return f"found: {SAMPLE_ROWS} rows of {len(columns)} sensors written to {target}"


def answer(data: str, document: str, report: str, scores: str) -> str:
    """Hold the three outputs of `l4e assess` against what was put into the sample."""
    said = json.loads(Path(document).read_text(encoding="utf-8"))
    missing = ANSWER_KEYS - set(said)
    _require(not missing, f"{document} lacks {sorted(missing)}")
    _require(said["rows"] == SAMPLE_ROWS, f"{document} tells {said['rows']} rows, {data} has {SAMPLE_ROWS}")
    begin = _stamp(FAULT.start)
    end = _stamp(FAULT.stop)
    hits = [event for event in said["events"] if event["start"] < end and event["end"] > begin]
    _require(bool(hits), f"no event touches the fault from {begin} to {end}: {said['events']}")
    first = [sensor["name"] for sensor in hits[0]["sensors"][:3]]
    _require("sensor_3" in first, f"sensor_3 left its relation, but the event names {first}")
    page = Path(report).read_text(encoding="utf-8")
    _require("sensor_3" in page, f"{report} does not name the guilty sensor")
    _require(
        'src="http' not in page and 'href="http' not in page.replace("xmlns", ""), f"{report} reaches for the network"
    )
    with Path(scores).open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    _require(len(table) == SAMPLE_ROWS, f"{scores} has {len(table)} rows, not {SAMPLE_ROWS}")
    wanted = {"timestamp", "anomaly_score", "prediction", "contribution_sensor_3"}
    _require(wanted <= set(table[0]), f"{scores} lacks {sorted(wanted - set(table[0]))}")
    return f"found: {len(said['events'])} events, {len(hits)} of them at the fault, {first[0]} named first"


def wheel(path: str) -> str:
    """Look for every tracked file of the package, for the built front end and for the notebooks in the wheel."""
    inside = set(zipfile.ZipFile(path).namelist())
    listed = subprocess.run(["git", "ls-files", "l4e_widgets"], cwd=ROOT, capture_output=True, text=True, check=True)
    missing = sorted(set(listed.stdout.split()) - inside)
    _require(not missing, f"the wheel lacks {missing}")
    scripts = [name for name in inside if name.startswith("l4e_widgets/static/") and name.endswith(".js")]
    _require(bool(scripts), "the wheel has no built front end")
    tracked = subprocess.run(["git", "ls-files", "notebooks"], cwd=ROOT, capture_output=True, text=True, check=True)
    unpacked = sorted(name for name in tracked.stdout.split() if f"l4e_widgets/{name}" not in inside)
    _require(not unpacked, f"the wheel lacks {unpacked}")
    return f"found: {len(inside)} files in the wheel, {len(scripts)} of them built scripts"


def same(path: str, environment: str) -> str:
    """Hold what the source archive installed against what the wheel carries."""
    carried = {name for name in zipfile.ZipFile(path).namelist() if name.startswith("l4e_widgets/")}
    places = list(Path(environment).glob("lib/python3*/site-packages/l4e_widgets"))
    _require(len(places) == 1, f"l4e_widgets is not installed in {environment}")
    installed = {
        f"l4e_widgets/{file.relative_to(places[0]).as_posix()}"
        for file in places[0].rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    _require(installed == carried, f"the source archive and the wheel differ in {sorted(installed ^ carried)}")
    return f"found: the source archive installs the same {len(installed)} files as the wheel"


def _stamp(row: int) -> str:
    return (datetime(2024, 1, 1) + timedelta(minutes=5 * row)).isoformat() + "Z"


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        sys.exit(sentence)


if __name__ == "__main__":
    questions = {"versions": versions, "sample": sample, "answer": answer, "wheel": wheel, "same": same}
    if len(sys.argv) < 2 or sys.argv[1] not in questions:
        sys.exit(__doc__)
    sys.stdout.write(questions[sys.argv[1]](*sys.argv[2:]) + "\n")

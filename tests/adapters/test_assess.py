"""`l4e assess`: an answer, its files, and a sentence for everything that cannot be read."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from l4e_widgets.services.library import Workspace

ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def l4e(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "l4e_widgets.adapters.cli", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=ENVIRONMENT, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of four sensors at one minute; in the last hours one of them leaves the others."""
    rng = np.random.default_rng(7)
    n_rows = 1_440
    load = np.sin(np.arange(n_rows) / 60) + rng.normal(0, 0.1, n_rows).cumsum() * 0.05
    values = np.column_stack([load * gain + rng.normal(0, 0.05, n_rows) for gain in (1.0, 2.0, -1.5, 0.7)])
    values[1_200:1_320, 2] += 1.5
    lines = ["time,flow,pressure,speed,level"]
    lines += [
        f"2025-03-01 {i // 60:02}:{i % 60:02}:00," + ",".join(f"{value:.4f}" for value in row)
        for i, row in enumerate(values)
    ]
    path = tmp_path_factory.mktemp("machine") / "machine.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def answered(machine: Path) -> tuple[subprocess.CompletedProcess[str], dict[str, object], Path]:
    """The machine assessed once with every output."""
    folder = machine.parent
    labels = folder / "labels.csv"
    labels.write_text("2025-03-01 20:00:00,2025-03-01 22:00:00\n")
    outputs = ("--json", folder / "a.json", "--scores", folder / "a.csv", "--report", folder / "a.html")
    done = l4e("assess", machine, "--labels", labels, *outputs)
    return done, json.loads((folder / "a.json").read_text()), folder


def test_the_fault_is_found_and_named(
    answered: tuple[subprocess.CompletedProcess[str], dict[str, object], Path],
) -> None:
    done, answer, _ = answered
    assert done.returncode == 0, done.stderr
    assert "speed" in done.stdout
    assert "1 of 1 labelled fault" in done.stdout or "Of 1 labelled" in done.stdout
    assert answer["accuracy"]["found"] == 1  # type: ignore[index]
    first = max(answer["events"], key=lambda event: event["max_score"])  # type: ignore[call-overload]
    assert first["sensors"][0]["name"] == "speed"
    assert first["sensors"][0]["deviation"] == pytest.approx(1.5, rel=0.3)
    assert first["sentence"] in done.stdout.replace("\n  ", " ") or "speed 1" in done.stdout


def test_the_json_has_every_key_that_is_promised(
    answered: tuple[subprocess.CompletedProcess[str], dict[str, object], Path],
) -> None:
    _, answer, _ = answered
    assert answer["rows"] == 1_440
    assert answer["sampling_rate_seconds"] == 60
    assert set(answer["training_range"]) == {"start", "end"}  # type: ignore[call-overload]
    assert {sensor["name"] for sensor in answer["sensors"]} == {"flow", "pressure", "speed", "level"}  # type: ignore[attr-defined]
    assert all({"name", "grade", "reasons"} <= set(sensor) for sensor in answer["sensors"])  # type: ignore[attr-defined]
    for event in answer["events"]:  # type: ignore[attr-defined]
        assert {"start", "end", "max_score", "sentence", "sensors"} <= set(event)
        assert event["start"].endswith("Z")
        assert sum(sensor["share"] for sensor in event["sensors"]) == pytest.approx(1, abs=1e-3)
    assert any("14 days" in warning for warning in answer["warnings"])  # type: ignore[attr-defined]
    assert {"findings", "timings", "accuracy", "evaluation_range"} <= set(answer)
    assert set(answer["accuracy"]) >= {"found", "missed", "false", "forewarning_seconds"}  # type: ignore[call-overload]


def test_scores_have_one_row_a_kept_row_and_agree_with_the_events(
    answered: tuple[subprocess.CompletedProcess[str], dict[str, object], Path],
) -> None:
    _, answer, folder = answered
    table = pl.read_csv(folder / "a.csv")
    assert table.height == 1_440
    names = [f"contribution_{name}" for name in ("flow", "pressure", "speed", "level")]
    assert table.columns == ["timestamp", "anomaly_score", "prediction", *names]
    start = answer["evaluation_range"]["start"]  # type: ignore[index]
    evaluated = table.filter(pl.col("timestamp") >= start)
    inside = pl.lit(value=False)
    for event in answer["events"]:  # type: ignore[attr-defined]
        inside = inside | ((pl.col("timestamp") >= event["start"]) & (pl.col("timestamp") < event["end"]))
    assert (evaluated.select(inside.cast(pl.Int64)).to_series() == evaluated["prediction"]).all()


def test_the_report_is_one_file_that_names_the_sensor_and_asks_no_network(
    answered: tuple[subprocess.CompletedProcess[str], dict[str, object], Path],
) -> None:
    _, _, folder = answered
    report = (folder / "a.html").read_text()
    assert "speed" in report
    assert 'src="http' not in report
    assert 'href="http' not in report
    assert len(report) < 3_000_000


def test_assess_and_the_three_services_find_the_same_events(
    answered: tuple[subprocess.CompletedProcess[str], dict[str, object], Path], machine: Path, tmp_path: Path
) -> None:
    _, answer, _ = answered
    project = Workspace(tmp_path / "workspace").create_project("machine", machine)
    job = project.train(labels=[("2025-03-01 20:00:00", "2025-03-01 22:00:00")])
    events = job.model.results.answer.events
    assert [event.to_dict() for event in events] == answer["events"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"time,flow\n", "row"),
        (b"time\n2025-01-01\n2025-01-02\n", "column"),
        (b"a,b\n1,2\n3,4\n", "time"),
        (b"time,flow\nred,blue\ngreen,grey\n", ""),
        (bytes(range(256)) * 40, ""),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    done = l4e("assess", path, "--json", tmp_path / "out.json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "bad.csv" in done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("l4e:")]) == 1
    assert not (tmp_path / "out.json").exists()


def test_what_was_asked_too_much_is_one_sentence(machine: Path, tmp_path: Path) -> None:
    done = l4e("assess", machine, "--train-rows", "5000")
    assert (done.returncode, "5 000" in done.stderr or "5000" in done.stderr) == (1, True)
    labels = tmp_path / "labels.csv"
    labels.write_text("2025-03-01 20:00:00,yesterday\n")
    done = l4e("assess", machine, "--labels", labels)
    assert (done.returncode, "labels.csv" in done.stderr) == (1, True)
    done = l4e("assess", machine, "--report", tmp_path / "no" / "where" / "a.html")
    assert (done.returncode, "not there" in done.stderr) == (1, True)
    done = l4e("assess", tmp_path / "nowhere.csv")
    assert (done.returncode, "nowhere.csv" in done.stderr) == (1, True)


def test_no_output_replaces_the_data_the_labels_or_another_output(machine: Path, tmp_path: Path) -> None:
    data, labels = tmp_path / "machine.csv", tmp_path / "labels.csv"
    data.write_bytes(machine.read_bytes())
    labels.write_text("2025-03-01 20:00:00,2025-03-01 22:00:00\n")
    link = tmp_path / "link.csv"
    link.symlink_to(data)
    for outputs in (
        ("--scores", data),
        ("--report", labels),
        ("--json", link),
        ("--json", tmp_path / "a", "--report", tmp_path / "." / "a"),
    ):
        done = l4e("assess", data, "--labels", labels, *outputs)
        assert (done.returncode, "Choose another name" in done.stderr) == (2, True), done.stderr
    assert data.read_bytes() == machine.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labels.csv", "link.csv", "machine.csv"]


@pytest.mark.parametrize("arguments", [(), ("--no-such-option",), ("x.csv", "--train-rows", "many")])
def test_usage_errors_end_with_two(arguments: tuple[str, ...]) -> None:
    done = l4e("assess", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_lines_that_do_not_fit_are_set_aside_counted_and_told(machine: Path, tmp_path: Path) -> None:
    lines = machine.read_text().splitlines()
    lines[100:100] = [lines[0], "2025-03-01 01:39:30,1,2", "2025-13-45 00:00:00,1,2,3,4"]
    lines[200] = lines[200].rsplit(",", 1)[0] + ",broken"
    path = tmp_path / "ragged.csv"
    path.write_text("\n".join(lines) + "\n2025-03-02 00:00:00,1.0,2")
    done = l4e("assess", path, "--json", tmp_path / "out.json")
    assert done.returncode == 0, done.stderr
    answer = json.loads((tmp_path / "out.json").read_text())
    assert answer["rows"] == 1_440
    said = " ".join(answer["understood"])
    assert "broken" in said


def limited() -> None:
    """Let no file of this process grow beyond 20 kB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_written(machine: Path, tmp_path: Path) -> None:
    target = tmp_path / "scores.csv"
    target.write_text("old")
    done = l4e("assess", machine, "--scores", target, preexec_fn=limited)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["scores.csv"]


def test_interrupted_it_ends_with_130_and_leaves_nothing(machine: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "l4e_widgets.adapters.cli", "assess", str(machine), "--json", str(tmp_path / "a")]
    environment = {**ENVIRONMENT, "TMPDIR": str(temporary)}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "a").exists()


INTERRUPTED_WHILE_LOADING = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "pandas":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from l4e_widgets.adapters.entry import main
main()
"""


def test_interrupted_while_libraries_load_it_ends_in_words_too() -> None:
    command = [sys.executable, "-c", INTERRUPTED_WHILE_LOADING, "assess", "any.csv"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
    assert done.returncode == 130, done.stderr
    assert done.stderr == "l4e: Interrupted. Nothing half-made was kept.\n"


def test_importing_costs_little_and_loads_no_cloud() -> None:
    code = "import sys, l4e_widgets; print(sorted({'boto3', 'sagemaker', 'pandas', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.real_data
@pytest.mark.parametrize("part", ["skab", "nab", "batadal"])
def test_real_files_are_assessed(bench_data: Path, tmp_path: Path, part: str) -> None:
    arguments = {
        "skab": [bench_data / "skab/valve1/3.csv", "--ignore", "anomaly,changepoint", "--train-rows", "400"],
        "nab": [
            bench_data / "nab/machine_temperature_system_failure.csv",
            "--labels",
            bench_data / "nab/labels.csv",
        ],
        "batadal": [bench_data / "batadal/water_network.csv", "--ignore", "ATT_FLAG", "--train-rows", "8761"],
    }[part]
    done = l4e("assess", *arguments, "--json", tmp_path / "a.json")
    assert done.returncode == 0, done.stderr
    answer = json.loads((tmp_path / "a.json").read_text())
    assert answer["rows"] == {"skab": 1_148, "nab": 22_683, "batadal": 12_938}[part]
    assert len(answer["sensors"]) == {"skab": 8, "nab": 1, "batadal": 43}[part]
    assert not {"anomaly", "changepoint", "ATT_FLAG"} & {sensor["name"] for sensor in answer["sensors"]}

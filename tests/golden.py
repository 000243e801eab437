"""Makes the golden project anew: `python -m tests.golden`.

It is a small workspace with data, labels, a trained model and a case, as a release stored it, and beside it what a
reader saw then. Later releases open it and must see the same. Make it anew only where a change of the format is meant.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from l4e_widgets.core.labels import Label
from l4e_widgets.services.cases import answer_event, list_cases
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import read_rows
from l4e_widgets.services.labels import label_group, save_labels
from l4e_widgets.services.results import results, score_frame
from tests.small import FAULT, MODEL, PROJECT, create_small_project, small_context, train_small_model

GOLDEN = Path(__file__).parent / "data" / "golden"
LABELS = "known"
NOT_KEPT = ("jobs", "dataset/raw")
BUDGETS = (0.1, 1.0, 20.0)


def seen(context: Context) -> dict[str, Any]:
    """What a reader sees of the golden project, as plain values."""
    frame = read_rows(context, PROJECT)
    group = label_group(context, PROJECT, LABELS)
    scores = score_frame(context, PROJECT, MODEL)
    return {
        "sensors": [[sensor.id, sensor.name, sensor.unit, sensor.component] for sensor in frame.sensors],
        "timestamps": frame.timestamps.tolist(),
        "values": frame.values.astype(float).round(4).tolist(),
        "labels": [label.span.to_iso() for label in group.labels],
        "label_notes": [label.notes for label in group.labels],
        "cases": [
            [case.span.to_iso(), list(case.sensors), case.verdict, case.note] for case in list_cases(context, PROJECT)
        ],
        "score_timestamps": scores.timestamps.tolist(),
        "scores": [None if np.isnan(score) else round(float(score), 6) for score in scores.values[:, 0]],
        "events": {
            f"{budget:g}": [
                [event.span.to_iso(), round(event.max_score, 6)]
                for event in results(context, PROJECT, MODEL, budget=budget).events
            ]
            for budget in BUDGETS
        },
    }


def make(folder: Path) -> None:
    """Write workspace and expectations into an empty folder."""
    context = small_context(folder / "workspace", actor="golden")
    create_small_project(context)
    save_labels(context, PROJECT, LABELS, [Label(span=FAULT, notes="seal leak, café")])
    train_small_model(context)
    event = max(results(context, PROJECT, MODEL).events, key=lambda event: event.max_score)
    sensors = tuple(share.sensor.id for share in event.sensors[:3])
    answer_event(context, PROJECT, event.span, sensors, verdict="real", note="seal replaced")
    project = next((folder / "workspace" / "projects").iterdir())
    for place in (*(project / name for name in NOT_KEPT), folder / "workspace" / ".locks"):
        shutil.rmtree(place, ignore_errors=True)
    for kept in project.rglob("explained"):
        shutil.rmtree(kept)
    text = json.dumps(seen(small_context(folder / "workspace")), ensure_ascii=False)
    for kept in (*project.rglob("explained"), folder / "workspace" / ".locks"):
        shutil.rmtree(kept, ignore_errors=True)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Replace the golden folder."""
    with tempfile.TemporaryDirectory() as place:
        make(Path(place))
        shutil.rmtree(GOLDEN, ignore_errors=True)
        shutil.copytree(place, GOLDEN)


if __name__ == "__main__":
    main()

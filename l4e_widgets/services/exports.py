"""Results as files: scores of every row as CSV or Parquet, and the answer as JSON."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.errors import StorageError, UsageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.objects import told_as_storage_error, write_atomically

__all__ = ["check_output", "save_json", "save_scores", "score_table"]

SCORE_SUFFIXES = (".csv", ".parquet")


def check_output(path: Path, *, suffixes: tuple[str, ...] = (), taken: Sequence[Path] = ()) -> None:
    """Refuse an output path before any work is done for it.

    Parameters
    ----------
    path : Path
        File to be written later.
    suffixes : tuple of str
        Endings that are known; any where empty.
    taken : sequence of Path
        Files that are read, or written as something else, in the same work.

    Raises
    ------
    UsageError
        Its ending is not known, or it is one of the files taken.
    StorageError
        Its folder is not there or cannot be written to, or it is a folder itself.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise UsageError(
            "The ending of this file is not known.",
            where=str(path),
            got=path.suffix or "no ending",
            expected=" or ".join(suffixes),
            fix="Give the file one of these endings.",
        )
    place = path.expanduser().resolve()
    if place in [other.expanduser().resolve() for other in taken]:
        raise UsageError(
            "This file is read, or written as something else, in the same work.",
            where=str(path),
            fix="Choose another name for it.",
        )
    folder = place.parent
    if path.is_dir():
        raise StorageError("This is a folder, not a file.", where=str(path), fix="Add a file name to it.")
    if not folder.is_dir():
        raise StorageError("The folder is not there.", where=str(folder), fix="Create it first or choose another.")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise StorageError(
            "This place cannot be written to.", where=str(path), fix="Choose another folder or change its permissions."
        )


def score_table(context: Context, project: str, model: str, *, budget: float | None = None) -> pl.DataFrame:
    """Return score, prediction and contributions of every stored row, training included.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    budget : float, optional
        False alarms a month; the budget in force where absent.

    Returns
    -------
    DataFrame
        One row a stored row: `timestamp` (UTC), `anomaly_score` (0 to 1), `prediction` (0 or 1) and one
        `contribution_<sensor>` a sensor of the model (0 to 1).
    """
    reader = ModelReader(context.documents, project_keys(context, project), model)
    stored, place = _rows_of_model(reader)
    columns: dict[str, npt.NDArray[np.generic]] = {
        "timestamp": stored.timestamps.view("datetime64[ns]"),
        "anomaly_score": reader.score(budget)[place],
        "prediction": reader.prediction(budget)[place],
    }
    shares = _contributions(reader)[place]
    for index, sensor in enumerate(stored.sensors):
        columns[f"contribution_{sensor.name}"] = shares[:, index]
    table = pl.DataFrame(columns, nan_to_null=True)
    return table.with_columns(pl.col("timestamp").dt.replace_time_zone("UTC"))


def _rows_of_model(reader: ModelReader) -> tuple[SensorFrame, npt.NDArray[np.int64]]:
    """Return the stored rows that the model scored, and for each the row of the model it belongs to."""
    ids = [sensor.id for sensor in reader.stored.detector.sensors]
    stored = reader.series.read(ids)
    rate, step = reader.request.sampling_rate_s, reader.dataset.median_step_s
    rows = reader.series.at_rate(ids, rate, step_s=step)
    times, moments = reader.stored.track.timestamps, rows.frame.timestamps[rows.bin_of_row]
    place = np.minimum(np.searchsorted(times, moments), len(times) - 1)
    scored = times[place] == moments
    return SensorFrame(stored.timestamps[scored], stored.values[scored], stored.sensors), place[scored]


def _contributions(reader: ModelReader) -> npt.NDArray[np.float32]:
    """Return the contributions of every row of the model, scored again block by block."""
    rows = reader.stored.track.checkpoint_rows
    ends = [*rows[1:], len(reader.stored.track.timestamps)]
    blocks = [reader.rows(int(first), int(last)).scores.contributions for first, last in zip(rows, ends, strict=True)]
    return np.concatenate(blocks)


def save_scores(context: Context, project: str, model: str, path: Path, *, budget: float | None = None) -> None:
    """Save score, prediction and contributions of every stored row.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    path : Path
        File ending in `.csv` or `.parquet`.
    budget : float, optional
        False alarms a month; the budget in force where absent.

    Raises
    ------
    UsageError
        The file has another ending.
    StorageError
        It cannot be written; an older file of that name is untouched.
    """
    check_output(path, suffixes=SCORE_SUFFIXES)
    table = score_table(context, project, model, budget=budget)
    buffer = io.BytesIO()
    if path.suffix.lower() == ".parquet":
        table.write_parquet(buffer, compression="zstd")
    else:
        fine = table["timestamp"].dt.nanosecond().max() or 0
        form = "%Y-%m-%dT%H:%M:%S%.fZ" if fine else "%Y-%m-%dT%H:%M:%SZ"
        table.with_columns(pl.col("timestamp").dt.strftime(form)).write_csv(buffer, float_precision=6)
    with told_as_storage_error(str(path)):
        write_atomically(path, buffer.getvalue())


def save_json(path: Path, parts: dict[str, Any]) -> None:
    """Save plain values as JSON.

    Parameters
    ----------
    path : Path
        The file.
    parts : dict
        Plain values.

    Raises
    ------
    StorageError
        It cannot be written; an older file of that name is untouched.
    """
    text = json.dumps(parts, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    with told_as_storage_error(str(path)):
        write_atomically(path, text.encode())

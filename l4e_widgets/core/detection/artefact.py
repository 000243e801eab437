"""What a fitted relation detector is as named arrays, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.channels import ChannelScale
from l4e_widgets.core.detection.columns import Columns
from l4e_widgets.core.detection.contract import Evidence
from l4e_widgets.core.detection.moments import Relations
from l4e_widgets.core.detection.pace import Pace
from l4e_widgets.core.detection.record import RecordGrid
from l4e_widgets.core.detection.rhythm import Rhythm, no_rhythm
from l4e_widgets.core.detection.scoring import Scorer
from l4e_widgets.core.detection.sharing import ShareScale
from l4e_widgets.core.detection.standstill import Standstill, no_standstill
from l4e_widgets.core.detection.watch import Watcher
from l4e_widgets.core.errors import DataError
from l4e_widgets.core.sensors import Sensor

__all__ = ["scorer_arrays", "scorer_from_arrays"]

Float64Array = npt.NDArray[np.float64]
Arrays = Mapping[str, npt.NDArray[np.generic]]

_PARTS: dict[str, Any] = {
    "columns": Columns,
    "relations": Relations,
    "scale": ChannelScale,
    "shares": ShareScale,
    "grid": RecordGrid,
    "evidence": Evidence,
}
_LATER_PARTS: dict[str, Any] = {"rhythm": Rhythm, "standstill": Standstill}
_OPTIONAL = ("relations.clock", "grid.fine_below")
_NUMBERS = ("gap_ns", "centre_rows", "slow_level", "step_ns")


def scorer_arrays(
    scorer: Scorer, watcher: Watcher, evidence: Evidence, half_band: Float64Array
) -> dict[str, npt.NDArray[np.generic]]:
    """Named arrays of everything learned.

    Parameters
    ----------
    scorer : Scorer
        What scores.
    watcher : Watcher
        What watches beside it.
    evidence : Evidence
        For the calibration.
    half_band : (n_modelled,) float64
        Half width of the band of normal residuals, standardised units.

    Returns
    -------
    dict of str to array
        ``part.field`` for every field, plain numbers as arrays of no dimension.
    """
    parts: tuple[Any, ...] = (scorer.columns, scorer.relations, scorer.scale, scorer.shares, watcher.grid, evidence)
    arrays = {
        f"{name}.{field}": np.asarray(getattr(part, field))
        for name, part in zip(_PARTS, parts, strict=True)
        for field in part.__dataclass_fields__
        if getattr(part, field) is not None
    }
    pace = watcher.pace
    numbers = (pace.gap_ns, scorer.centre_rows, scorer.slow_level, pace.step_ns)
    arrays["evidence.warnings"] = np.array(evidence.warnings, dtype=np.str_)
    arrays["numbers"] = np.array(numbers, dtype=np.float64)
    arrays["half_band"] = half_band
    arrays["pace"] = np.array([pace.low_ns, pace.high_ns])
    arrays["standstill.limit"] = scorer.standstill.limit
    if scorer.rhythm.is_on:
        arrays["rhythm.weights"], arrays["rhythm.follows"] = scorer.rhythm.weights, scorer.rhythm.follows
    return arrays


def scorer_from_arrays(
    arrays: Arrays, sensors: tuple[Sensor, ...], alpha: float
) -> tuple[Scorer, Watcher, Evidence, Float64Array]:
    """Rebuild what `scorer_arrays` was given.

    Parameters
    ----------
    arrays : mapping of str to array
        As `scorer_arrays` gave them.
    sensors : tuple of Sensor
        Records of the columns.
    alpha : float
        Weight of the newest row.

    Returns
    -------
    tuple
        Scorer, watcher, evidence and half band.

    Raises
    ------
    DataError
        An array is absent or does not fit the sensors.
    """
    made = {name: _part(arrays, name) for name in _PARTS}
    for name in ("numbers", "half_band"):
        if name not in arrays:
            raise _damaged(name)
    columns: Columns = made["columns"]
    if len(columns.centre) != len(sensors):
        raise DataError(
            "The stored model and its sensors do not fit together.",
            got=f"{len(sensors)} sensors",
            expected=f"{len(columns.centre)}",
        )
    gap_ns, centre_rows, slow_level, step_ns = np.asarray(arrays["numbers"], dtype=np.float64).tolist()
    rhythm = _part(arrays, "rhythm") if "rhythm.weights" in arrays else no_rhythm(len(columns.modelled))
    scorer = Scorer(
        columns,
        made["relations"],
        made["scale"],
        made["shares"],
        alpha,
        centre_rows,
        slow_level,
        rhythm,
        _part(arrays, "standstill") if "standstill.limit" in arrays else no_standstill(len(columns.modelled)),
    )
    constant = columns.constant
    low_ns, high_ns = np.asarray(arrays.get("pace", [step_ns, step_ns]), dtype=np.float64).tolist()
    pace = Pace(step_ns, low_ns, high_ns, gap_ns)
    watcher = Watcher(sensors, constant, columns.centre[constant], made["grid"], slow_level, pace)
    return scorer, watcher, made["evidence"], np.asarray(arrays["half_band"], dtype=np.float64)


def _part(arrays: Arrays, name: str) -> Any:
    """One of the dataclasses from its fields."""
    kind = {**_PARTS, **_LATER_PARTS}[name]
    fields = {}
    for field in kind.__dataclass_fields__:
        if f"{name}.{field}" not in arrays:
            if f"{name}.{field}" in _OPTIONAL:
                continue
            raise _damaged(f"{name}.{field}")
        value = np.asarray(arrays[f"{name}.{field}"])
        fields[field] = tuple(value.tolist()) if field == "warnings" else float(value) if value.ndim == 0 else value
    return kind(**fields)


def _damaged(name: str) -> DataError:
    return DataError(f'The stored model lacks the array "{name}".', fix="Train the model again.")

"""Columns as compact base64 text, the twin of `js/src/pack.js`."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["pack_shares", "pack_times", "pack_values"]

NS_PER_MS = 1_000_000
U2_GAP, U1_GAP = 65_535, 255
LARGEST = 1e300


def _base64(array: npt.NDArray[np.generic]) -> str:
    """Little-endian bytes of an array as base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def pack_times(timestamps: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Times as a start, a unit and the distances between them.

    Parameters
    ----------
    timestamps : (m,) int64
        Nanoseconds since 1970-01-01 UTC, strictly increasing; cut to milliseconds.

    Returns
    -------
    dict
        ``start`` and ``unit`` in milliseconds, ``n``, and either ``step`` or ``bytes`` with ``data``.
    """
    ms = timestamps // NS_PER_MS
    if not len(ms):
        return {"start": 0, "unit": 1, "n": 0, "step": 1}
    steps = np.diff(ms)
    head = {"start": int(ms[0]), "n": len(ms)}
    unit = max(int(np.gcd.reduce(steps)), 1) if len(steps) else 1
    steps = steps // unit
    if not len(steps) or (steps == steps[0]).all():
        return {**head, "unit": unit, "step": int(steps[0]) if len(steps) else 1}
    largest = int(steps.max())
    if largest > 2**32 - 1:
        unit, steps = unit * 1000, steps // 1000
        largest = int(steps.max())
    width = 1 if largest < 2**8 else 2 if largest < 2**16 else 4
    return {**head, "unit": unit, "bytes": width, "data": _base64(steps.astype(f"<u{width}"))}


def pack_values(values: npt.NDArray[np.floating]) -> dict[str, Any]:
    """Values as 65 535 steps between their lowest and highest, or as float32 where these would be too coarse.

    Parameters
    ----------
    values : (m,) float
        NaN is a gap.

    Returns
    -------
    dict
        ``type``, ``data`` and for steps ``low`` and ``high``.
    """
    known = np.where(np.isfinite(values), np.clip(values.astype(np.float64), -LARGEST, LARGEST), np.nan)
    finite = known[np.isfinite(known)]
    if not len(finite):
        return {"type": "u2", "low": 0, "high": 1, "data": _base64(np.full(len(values), U2_GAP, dtype="<u2"))}
    low, high = float(finite.min()), float(finite.max())
    inner = float(np.subtract(*np.quantile(finite, [0.95, 0.05])))
    if high - low > 500 * inner > 0 and max(abs(low), abs(high)) < float(np.finfo(np.float32).max):
        return {"type": "f4", "data": _base64(known.astype("<f4"))}
    span = high - low or 1.0
    steps = np.where(np.isnan(known), U2_GAP, np.round((known - low) / span * (U2_GAP - 1)))
    return {"type": "u2", "low": low, "high": low + span, "data": _base64(steps.astype("<u2"))}


def pack_shares(shares: npt.NDArray[np.floating]) -> dict[str, Any]:
    """Shares as 255 steps between 0 and 1.

    Parameters
    ----------
    shares : (m,) float
        0 to 1; NaN is a gap.

    Returns
    -------
    dict
        ``type``, ``low``, ``high`` and ``data``.
    """
    steps = np.where(np.isfinite(shares), np.round(np.clip(np.nan_to_num(shares), 0, 1) * (U1_GAP - 1)), U1_GAP)
    return {"type": "u1", "low": 0, "high": 1, "data": _base64(steps.astype("u1"))}

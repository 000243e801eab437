"""Packed columns come back as they were, within what a screen can show."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.figures.packing import pack_shares, pack_times, pack_values


def unpack_times(packed: dict[str, Any]) -> list[int]:
    """What `js/src/pack.js` does, one row after the other."""
    times = [packed["start"]] if packed["n"] else []
    steps = [packed["step"]] * (packed["n"] - 1) if "step" in packed else []
    if "data" in packed:
        steps = np.frombuffer(base64.b64decode(packed["data"]), dtype=f"<u{packed['bytes']}").tolist()
    for step in steps:
        times.append(times[-1] + step * packed["unit"])
    return times


def unpack_values(packed: dict[str, Any]) -> list[float]:
    """What `js/src/pack.js` does, one value after the other."""
    kind = {"u1": "u1", "u2": "<u2", "f4": "<f4"}[packed["type"]]
    numbers = np.frombuffer(base64.b64decode(packed["data"]), dtype=kind).tolist()
    if packed["type"] == "f4":
        return numbers
    gap = 255 if packed["type"] == "u1" else 65_535
    width = packed["high"] - packed["low"]
    return [float("nan") if n == gap else packed["low"] + n / (gap - 1) * width for n in numbers]


@given(st.lists(st.integers(1, 10**7), max_size=50), st.integers(-(10**12), 10**12))
def test_times_come_back_to_the_millisecond(steps: list[int], start: int) -> None:
    ms = np.cumsum(np.array([start, *steps], dtype=np.int64))
    assert unpack_times(pack_times(ms * 1_000_000)) == ms.tolist()


def test_regular_times_take_no_room_and_no_times_are_none() -> None:
    packed = pack_times(np.arange(1000, dtype=np.int64) * 60_000_000_000)
    assert "data" not in packed
    assert unpack_times(pack_times(np.empty(0, dtype=np.int64))) == []


@given(st.lists(st.one_of(st.just(float("nan")), st.floats(-1e300, 1e300)), max_size=60))
def test_values_come_back_within_a_step_and_gaps_as_gaps(values: list[float]) -> None:
    packed = pack_values(np.array(values, dtype=np.float64))
    back = np.array(unpack_values(packed))
    np.testing.assert_array_equal(np.isnan(back), np.isnan(values))
    finite = np.array(values)[~np.isnan(values)]
    if len(finite) and packed["type"] == "u2":
        assert np.abs(back[~np.isnan(back)] - finite).max() <= (packed["high"] - packed["low"]) / 65_000


def test_one_huge_value_does_not_flatten_the_others() -> None:
    values = np.sin(np.arange(1000) / 10)
    values[500] = 1e7
    assert pack_values(values)["type"] == "f4"
    np.testing.assert_allclose(unpack_values(pack_values(values)), values, rtol=1e-6, atol=1e-6)


def test_shares_come_back_within_half_a_percent() -> None:
    shares = np.array([0.0, 0.41, 1.0, np.nan])
    np.testing.assert_allclose(unpack_values(pack_shares(shares)), shares, atol=0.0025)

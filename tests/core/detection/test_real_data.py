"""The engine on public data, by the protocols of the benchmarks; figures that a change must not lose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.engine.methods import everything, ours
from benchmarks.engine.runs import run_batadal, run_nab, run_skab, run_tep

FOLDER = Path(os.environ.get("L4E_BENCH_DATA", ""))
pytestmark = pytest.mark.skipif("L4E_BENCH_DATA" not in os.environ, reason="L4E_BENCH_DATA names no folder of data")


def test_water_rig_with_closed_valves():
    figures = run_skab(FOLDER, ours)
    assert figures["F1"] > 0.86
    assert figures["FAR"] < 0.10
    assert figures["MAR"] < 0.19
    assert run_skab(FOLDER, everything)["F1"] == pytest.approx(0.70, abs=0.01)


def test_chemical_plant():
    figures = run_tep(FOLDER, ours)
    assert figures["FDR"] > 0.98
    assert figures["FAR"] < 0.005


def test_water_network_whose_record_has_changed():
    figures = run_batadal(FOLDER, ours)
    assert figures["attacks"] == "7 of 7"
    assert figures["F1"] > 0.87
    assert figures["FAR"] < 0.012
    assert figures["false events a month"] <= 0.3


def test_one_temperature_of_a_machine():
    figures = run_nab(FOLDER, ours)
    assert figures["windows"] in ("2 of 3", "3 of 3")
    assert figures["false events a month"] <= 2

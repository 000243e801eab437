"""The engine on public data, by the protocols of the benchmarks; figures that a change must not lose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.engine.peers import EVERY_ROW, OURS, PEERS
from benchmarks.engine.run import measured, rows_of, trials_of
from benchmarks.engine.sets import SETS

FOLDER = Path(os.environ.get("L4E_BENCH_DATA", ""))
pytestmark = pytest.mark.skipif("L4E_BENCH_DATA" not in os.environ, reason="L4E_BENCH_DATA names no folder of data")


def figures_of(name, peer=OURS):
    """First row of a set in the table."""
    trials = trials_of(SETS[name], FOLDER, quick=False)
    return rows_of(SETS[name], peer, measured(trials, SETS[name], PEERS[peer].make))[0].figures


def test_water_rig_with_closed_valves():
    figures = figures_of("skab")
    assert figures.f1 > 0.86
    assert figures.far < 0.10
    assert figures.mar < 0.19
    assert figures_of("skab", EVERY_ROW).f1 == pytest.approx(0.70, abs=0.01)


def test_chemical_plant():
    figures = figures_of("tep")
    assert figures.mar < 0.02
    assert figures.far < 0.005


def test_water_network_whose_record_has_changed():
    figures = figures_of("batadal")
    assert (figures.found, figures.windows) == (7, 7)
    assert figures.f1 > 0.87
    assert figures.far < 0.012
    assert figures.false_events_a_month <= 0.3


def test_one_temperature_of_a_machine():
    figures = figures_of("nab")
    assert figures.found >= 2
    assert figures.windows == 3
    assert figures.false_events_a_month <= 2

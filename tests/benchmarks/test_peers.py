"""Peers take their alarm line from training alone, and the sets inject what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.engine.peers import EVERY_ROW, OURS, PEERS
from benchmarks.engine.peers.classical import AutoAssociation
from benchmarks.engine.peers.points import filled
from benchmarks.engine.run import measured, rows_of, trials_of
from benchmarks.engine.sets import SETS
from benchmarks.engine.sets.injected import injected
from benchmarks.engine.sets.precision import significant
from benchmarks.engine.table import head, line
from benchmarks.engine.trials import BenchmarkSet, Live, Record, Trial
from tests.naive.areas import naive_association

HERE = [name for name, entry in PEERS.items() if entry.here()]


def plant(n_rows, seed):
    rng = np.random.default_rng(seed)
    load = np.cumsum(rng.normal(size=n_rows)) * 0.05
    rows = np.column_stack([load, 2 * load, -load, np.zeros(n_rows)]) + 0.1 * rng.normal(size=(n_rows, 4))
    rows[:, 3] = 5.0
    rows[10, 0] = np.nan
    return Record(rows, np.arange(n_rows, dtype=np.int64) * 60 * 10**9)


@pytest.mark.parametrize("name", HERE)
def test_every_peer_judges_a_gap_and_a_constant_sensor_the_same_way_twice(name):
    train, live = plant(400, 0), plant(200, 1)
    first, second = (PEERS[name].make().fit(train).judge(live, explain=True) for _ in range(2))
    assert first.flags.shape == first.score.shape == (200,)
    np.testing.assert_array_equal(first.flags, second.flags)
    if first.shares is not None:
        assert first.shares.shape == (200, 4)
        np.testing.assert_allclose(np.nansum(first.shares, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in HERE if name not in {OURS, EVERY_ROW, "PyOD ECOD"}])
def test_a_line_does_not_depend_on_what_is_judged(name):
    peer, live = PEERS[name].make().fit(plant(400, 0)), plant(200, 1)
    quiet = peer.judge(live, explain=False).flags[:100]
    values = np.array(live.values)
    values[150:] += 50.0
    loud = peer.judge(Record(values, live.times), explain=False).flags
    np.testing.assert_array_equal(loud[:100], quiet)


def test_auto_association_equals_its_slow_twin():
    rng = np.random.default_rng(3)
    model = AutoAssociation(memory=20).fit(rng.normal(size=(60, 3)))
    rows = rng.normal(size=(5, 3))
    for row, share in zip(rows, model.shares(rows), strict=True):
        expected = naive_association(model._memory.tolist(), row.tolist(), model._width)
        np.testing.assert_allclose(share, np.square(row - expected), rtol=1e-6)


def test_gaps_take_the_value_before_them():
    rows = np.array([[np.nan, 1.0], [2.0, np.nan], [np.nan, np.nan]])
    np.testing.assert_array_equal(filled(rows, np.array([9.0, 9.0])), [[9, 1], [2, 1], [2, 1]])


@pytest.mark.parametrize("kind", ["bias", "ramp", "noise", "stuck", "decoupled"])
def test_a_fault_begins_at_its_row(kind):
    own = np.random.default_rng(0).normal(size=500)
    values = np.random.default_rng(1).normal(size=100)
    out = injected(values, 40, kind, 2.0, own, np.random.default_rng(2))
    np.testing.assert_array_equal(out[:40], values[:40])
    assert (out[41:] != values[41:]).all()
    if kind == "stuck":
        assert (out[40:] == values[39]).all()
    if kind == "bias":
        np.testing.assert_allclose(out[40:] - values[40:], 2 * own.std())


def test_significant_digits():
    np.testing.assert_allclose(significant(np.array([0.0, 1234.0, -0.012345, 99.96]), 3), [0, 1230, -0.0123, 100])


def test_an_absent_set_is_absent_and_a_set_makes_rows():
    assert trials_of(SETS["tep"], Path("there is no such folder"), quick=True) is None
    labels = np.arange(200) >= 120
    live = plant(200, 1)
    live.values[120:, 1] += 5
    own = BenchmarkSet("own", "", lambda _folder, _quick: iter(()), {"own": ()}, joined_s=300)
    trials = [Trial(plant(400, 0), (Live(live, labels, "bias 5", (1,)),))]
    (row,) = rows_of(own, OURS, measured(trials, own, PEERS[OURS].make))
    assert row.figures.found == 1
    assert row.figures.far == 0
    assert len(line(row)) <= len(head().splitlines()[0]) + 2

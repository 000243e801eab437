"""Every switch names something that exists, changes what the engine says, and is back in its place afterwards."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from benchmarks.engine.ablation import COLUMNS, WHOLE, ablation_lines, idle
from benchmarks.engine.peers.ours import Ours
from benchmarks.engine.run import Row
from benchmarks.engine.switches import SWITCHES, Switch, switched
from benchmarks.engine.trials import Record
from l4e_widgets.core.detection import relations
from l4e_widgets.core.detection.calibration import Calibration

HOUR_NS = 3_600 * 10**9
BUDGET = 0.4
BY_NAME = {switch.name: switch for switch in SWITCHES}


def held(address):
    """What stands at a place of a switch now."""
    module, _, path = address.partition(":")
    found = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    return found


def plant(n_rows, seed):
    """Hourly rows of five sensors, one each with spikes, a drift, whole tens and a day of its own, with gaps."""
    rng = np.random.default_rng(seed)
    load = np.zeros(n_rows)
    for row in range(1, n_rows):
        load[row] = 0.95 * load[row - 1] + rng.standard_normal()
    hours = np.arange(n_rows)
    rows = np.column_stack([load, 2 * load, -load, 3 * load, 9 * np.sin(2 * np.pi * hours / 24)])
    rows += np.array([0.2, 0.3, 0.3, 0.1, 0.5]) * rng.standard_normal((n_rows, 5))
    rows[:, 0] += 0.1 * rng.standard_t(3, n_rows)
    rows[:, 2] += 0.05 * np.cumsum(rng.standard_normal(n_rows))
    holes = np.repeat(rng.random((-(-n_rows // 6), 5)) < 0.08, 6, axis=0)[:n_rows]
    holes[:, 4] = False
    rows[:, 3] = np.round(rows[:, 3], -1)
    return np.where(holes, np.nan, np.round(rows, 3)), hours * HOUR_NS


def said(coarser=3):
    """What the engine says of a plant with an anomaly in its training and every kind of fault live."""
    values, times = plant(912, 0)
    values[300:320, :2] += 25.0
    live, later = plant(400, 1)
    live[100:120, 1] += 200.0
    live[120:150, 1] += 3.0
    live[250:330, 1] = 1.234
    peer = Ours(budget=BUDGET).fit(Record(values, times))
    line = Calibration.from_evidence(peer._detector.evidence).threshold(BUDGET)
    judged = peer.judge(Record(np.round(live, coarser), later + times[-1] + HOUR_NS), explain=True)
    return np.column_stack([judged.score - line, judged.flags, judged.shares])


@pytest.fixture(scope="module")
def whole():
    """What the engine says as it comes, of a record like the training and of a coarser one."""
    return {coarser: said(coarser) for coarser in (3, 1)}


@pytest.mark.parametrize("name", BY_NAME)
def test_every_switch_changes_what_the_engine_says_and_is_put_back(name, whole):
    before = [held(address) for address, _ in BY_NAME[name].places]
    coarser = 1 if "coarser" in name else 3
    with switched(BY_NAME[name]):
        assert [held(address) for address, _ in BY_NAME[name].places] == [new for _, new in BY_NAME[name].places]
        without = said(coarser)
    assert [held(address) for address, _ in BY_NAME[name].places] == before
    assert not np.allclose(without, whole[coarser], equal_nan=True)


def test_a_name_that_is_gone_is_told_and_nothing_is_replaced():
    kept = relations.learn_standstill
    place = "l4e_widgets.core.detection.relations:learn_standstill"
    with pytest.raises(AttributeError), switched(Switch("", ((place, None), (f"{place}_of_old", None)))):
        pass
    assert relations.learn_standstill is kept


def test_names_are_unique_and_the_table_shows_what_did_not_move(tmp_path):
    assert len(BY_NAME) == len(SWITCHES)
    chosen = [BY_NAME["limit on repeats off"], BY_NAME["anomalies in training stay"]]
    lines, rows = zip(*ablation_lines(tmp_path, quick=True, switches=chosen, columns=COLUMNS[-2:]), strict=True)
    assert lines[0].startswith("| switched off | day F1")
    assert lines[2].startswith(f"| {WHOLE} | 0.")
    assert "= | =" in lines[4]
    kept: list[Row] = [row for told in rows for row in told]
    assert [row.peer for row in kept] == [name for name in (WHOLE, *(one.name for one in chosen)) for _ in range(2)]
    assert "anomalies in training stay" in idle(kept)

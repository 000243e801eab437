"""The figures of explanations on a trial whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.engine.explained import Tally, tallied
from benchmarks.engine.trials import Live, Record, Trial

STEP = 60 * 10**9


@pytest.fixture(scope="module")
def tally() -> Tally:
    """Four sensors of one cause; the third is far off in one record, nothing is wrong in another."""
    rng = np.random.default_rng(0)
    cause = rng.normal(size=(4_600, 1)).cumsum(axis=0) * 0.05
    values = cause @ np.array([[1.0, -1.0, 0.5, 2.0]]) + 0.1 * rng.normal(size=(4_600, 4))
    times = np.arange(4_600, dtype=np.int64) * STEP
    faulty = values[4_000:].copy()
    faulty[300:, 2] += 3.0
    labels = np.arange(600) >= 300
    return tallied(
        Trial(
            Record(values[:4_000], times[:4_000]),
            (
                Live(Record(values[4_000:], times[4_000:]), np.zeros(600, dtype=bool), "nothing"),
                Live(Record(faulty, times[4_000:]), labels, "bias 2", (2,)),
            ),
        ),
        repaired=1,
    )


def test_the_guilty_sensor_is_first_and_alone_in_the_repair_set(tally: Tally) -> None:
    assert (tally.faults, tally.places, tally.sizes, tally.named, tally.enough) == (1, [0], [1], [True], [True])
    assert tally.cases == [1]
    assert 0.8 < tally.inside[0] <= 1.0


def test_a_note_leaves_out_what_was_not_counted(tally: Tally) -> None:
    assert "among three in 100 %" in tally.note()
    assert Tally().note() == ""
    assert tally.parts()["all"]["repair_size"] == 1.0

"""What the benchmark counts, against slow twins and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.engine.metrics import joined, outcome_of, pooled
from benchmarks.engine.trials import Judged, Live, Record, windows_of
from benchmarks.engine.vus import softened, vus_pr
from tests.naive.areas import naive_joined, naive_vus_pr, naive_weights, naive_windows

flags = st.lists(st.booleans(), min_size=1, max_size=40)
labelled_scores = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=1, max_size=40).filter(
    lambda rows: any(label for label, _ in rows)
)


def live(labels, guilty=()):
    n_rows = len(labels)
    record = Record(np.zeros((n_rows, 2)), np.arange(n_rows, dtype=np.int64) * 60 * 10**9)
    return Live(record, np.asarray(labels, dtype=bool), "part", guilty)


@given(labelled_scores)
def test_the_volume_equals_its_slow_twin(rows):
    labels, score = [label for label, _ in rows], [float(value) for _, value in rows]
    fast = vus_pr(np.array(labels), np.array(score), (0, 4, 7))
    assert fast == pytest.approx(naive_vus_pr(labels, score, (0, 4, 7)), abs=1e-12)


@given(flags, st.integers(1, 12))
def test_weights_around_windows_equal_their_slow_twin(labels, buffer):
    np.testing.assert_allclose(softened(np.array(labels), buffer), naive_weights(labels, buffer), atol=1e-12)


@given(flags, st.integers(0, 6))
def test_joined_stretches_equal_their_slow_twin(flagged, rows):
    assert windows_of(np.array(flagged)) == naive_windows(flagged)
    assert joined(np.array(flagged), rows) == naive_joined(flagged, rows)


def test_the_volume_of_a_perfect_score_is_one_and_of_a_constant_one_little():
    labels = np.zeros(1000, dtype=bool)
    labels[400:500] = True
    weights = np.mean([softened(labels, buffer) for buffer in (0, 5, 10, 15, 20)], axis=0)
    assert vus_pr(labels, weights) > 0.97
    assert vus_pr(labels, np.zeros(1000)) < 0.11
    assert math.isnan(vus_pr(np.zeros(5, dtype=bool), np.zeros(5)))


def test_one_hit_does_not_count_for_its_whole_window():
    labels = [False] * 50 + [True] * 50
    flagged = np.zeros(100, dtype=bool)
    flagged[[10, 70]] = True
    one = outcome_of(live(labels), Judged(flagged.astype(float), flagged), join_rows=5)
    figures = pooled([one])
    assert (one.hit, one.false, one.missed, one.quiet) == (1, 1, 49, 49)
    assert figures.f1 == pytest.approx(2 / 52)
    assert figures.far == pytest.approx(1 / 50)
    assert figures.mar == pytest.approx(49 / 50)
    assert figures.delay_rows == 20
    assert (figures.event_precision, figures.event_recall) == (0.5, 1.0)


def test_the_guilty_sensor_is_placed_by_its_share_in_the_longest_event():
    labels = [False] * 20 + [True] * 20
    flagged = np.array([False] * 22 + [True] * 2 + [False] * 4 + [True] * 12)
    shares = np.tile([0.9, 0.1], (40, 1))
    shares[28:] = [0.2, 0.8]
    said = Judged(flagged.astype(float), flagged, shares)
    assert outcome_of(live(labels, (1,)), said, join_rows=0).place == 0
    assert outcome_of(live(labels, (0,)), said, join_rows=0).place == 1
    unnamed = Judged(flagged.astype(float), flagged)
    assert math.isnan(pooled([outcome_of(live(labels, (1,)), unnamed, join_rows=0)]).first)


def test_false_events_are_counted_a_month():
    days = 61
    times = np.linspace(0, days * 86_400e9, 1000).astype(np.int64)
    normal = Live(Record(np.zeros((1000, 1)), times), np.zeros(1000, dtype=bool), "part")
    flagged = np.zeros(1000, dtype=bool)
    flagged[[10, 500, 502, 900]] = True
    figures = pooled([outcome_of(normal, Judged(np.zeros(1000), flagged), join_rows=5)])
    assert figures.false_events_a_month == pytest.approx(3 / (days / 30.4375))
    assert math.isnan(figures.f1)

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.quality_statistics import sensor_statistics, step_jitter, strongest_partners

MINUTE = 60 * 10**9
RNG = np.random.default_rng(3)


def statistics(values, several_modes=False):
    values = np.asarray(values, dtype=float)
    return sensor_statistics(values, np.arange(len(values), dtype=np.int64) * MINUTE, several_modes=several_modes)


def test_the_longest_flat_stretch_is_told_in_seconds():
    assert statistics([1, 2, 2, 2, 3, 3]).longest_flat_s == 120
    assert statistics([5, 5, 5]).longest_flat_s == 120
    assert statistics([1, 2, 3]).longest_flat_s == 0
    assert statistics([]).longest_flat_s == 0


def test_resolution_is_the_smallest_step_and_values_are_counted():
    found = statistics(np.round(RNG.normal(size=5000), 1))
    assert found.resolution == pytest.approx(0.1)
    assert found.distinct_values < 90
    assert (statistics([7, 7]).resolution, statistics([7, 7]).distinct_values) == (0, 1)


def test_only_values_far_outside_are_outliers():
    values = RNG.normal(size=10_000)
    assert statistics(values).outlier_share == 0
    values[::1000] = 40
    assert statistics(values).outlier_share == pytest.approx(0.001)


def test_drift_is_told_in_widths_of_the_middle_half():
    values = RNG.normal(size=8000)
    assert abs(statistics(values).drift) < 0.1
    assert statistics(values + np.linspace(0, 8, 8000)).drift > 1
    assert statistics(values - np.linspace(0, 8, 8000)).drift < -1
    assert statistics(np.ones(100)).drift == 0


def test_operating_modes_are_told_with_level_and_share():
    values = np.concatenate((RNG.normal(0, 1, 3000), RNG.normal(20, 1, 2000), RNG.normal(50, 1, 5000)))
    levels, shares = zip(*statistics(values, several_modes=True).modes, strict=True)
    assert levels == pytest.approx([0, 20, 50], abs=0.2)
    assert shares == pytest.approx([0.3, 0.2, 0.5], abs=0.01)
    ((level, share),) = statistics(values[:3000]).modes
    assert (level, share) == (pytest.approx(0, abs=0.1), 1)


def test_unsteady_steps_are_counted():
    times = np.arange(101, dtype=np.int64) * MINUTE
    assert step_jitter(times) == 0
    times[50] += MINUTE // 10
    assert step_jitter(times) == pytest.approx(0.02)
    assert step_jitter(times[:2]) == 0


def test_each_sensor_names_the_one_it_moves_with():
    base = RNG.normal(size=500)
    values = np.column_stack((base, -base + 0.1 * RNG.normal(size=500), RNG.normal(size=500), np.ones(500)))
    values[::7, 0] = np.nan
    found = strongest_partners(values)
    assert found[0] is not None
    assert found[0][0] == 1
    assert found[0][1] == pytest.approx(-0.995, abs=0.01)
    assert found[1] == pytest.approx((0, found[0][1]))
    assert found[3] is None
    assert strongest_partners(values[:, :1]) == [None]
    assert strongest_partners(values[:5]) == [None] * 4


@given(column=st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_counts_agree_with_the_naive_ones(column):
    found = statistics(column)
    runs = [len(list(run)) for _, run in groupby(column)]
    assert found.longest_flat_s == 60 * (max(runs) - 1)
    assert found.distinct_values == len(set(column))
    steps = [b - a for a, b in pairwise(sorted(set(column)))]
    assert found.resolution == min(steps, default=0)


@given(
    rows=st.lists(
        st.lists(st.one_of(st.just(float("nan")), st.integers(-9, 9).map(float)), min_size=3, max_size=3),
        min_size=30,
        max_size=60,
    )
)
def test_a_partner_has_a_correlation_no_other_exceeds(rows):
    values = np.array(rows)
    for place, partner in enumerate(strongest_partners(values)):
        if partner is None:
            continue
        other, correlation = partner
        assert other != place
        assert -1 <= correlation <= 1
        both = ~np.isnan(values[:, [place, other]]).any(axis=1)
        assert both.sum() >= 30

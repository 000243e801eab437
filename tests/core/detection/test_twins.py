"""Each fast algorithm against its slow and obvious twin."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from l4e_widgets.core.detection.channels import Channels, ChannelScale, Memory, fused_by, raw_amplitude
from l4e_widgets.core.detection.columns import describe_columns
from l4e_widgets.core.detection.events import EventRules, find_events
from l4e_widgets.core.detection.evidence import decluster
from l4e_widgets.core.detection.filters import ewma
from l4e_widgets.core.detection.missing import fill_conditional, leaning, unseen_spread
from l4e_widgets.core.detection.moments import relations_from
from l4e_widgets.core.detection.scaling import fold_scales
from l4e_widgets.core.detection.sharing import repair_gain
from l4e_widgets.core.detection.validation import HeldOut
from tests.naive.clusters import naive_clusters
from tests.naive.events import naive_events
from tests.naive.ewma import naive_ewma
from tests.naive.gain import naive_gain
from tests.naive.residuals import naive_residuals
from tests.naive.statistic import naive_amplitude, naive_statistic

levels = st.floats(-3, 3, width=32) | st.just(float("nan"))


@given(rows=st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 2), min_size=1, max_size=200), alpha=st.floats(0.05, 1.0))
def test_smoothing(rows, alpha):
    fast = ewma(np.array(rows), alpha, np.array([5.0, -5.0]))
    np.testing.assert_allclose(fast, naive_ewma(rows, alpha, [5.0, -5.0]), atol=1e-9)


@given(n_rows=st.integers(1, 1100), n_columns=st.sampled_from([1, 16, 17]), alpha=st.floats(0.02, 1.0))
@settings(max_examples=20, deadline=None)
def test_smoothing_of_many_columns_by_products(n_rows, n_columns, alpha):
    rows = np.random.default_rng(n_rows).normal(size=(n_rows, n_columns))
    carried = np.linspace(-5, 5, n_columns)
    np.testing.assert_allclose(ewma(rows, alpha, carried), naive_ewma(rows.tolist(), alpha, carried), atol=1e-9)


@given(seed=st.integers(0, 1000), n_sensors=st.sampled_from([1, 3, 20]), narrow=st.booleans())
@settings(max_examples=20, deadline=None)
def test_the_statistic_is_that_of_the_written_formula(seed, n_sensors, narrow):
    rng = np.random.default_rng(seed)
    level, log_power = rng.normal(size=(40, n_sensors)), rng.uniform(-6.9, 4.1, size=(40, n_sensors))
    sd, power_sd = rng.uniform(0.1, 2, n_sensors), rng.uniform(0.5, 2, n_sensors) * (1e-3 if narrow else 1)
    mean, log_mean, log_sd = rng.normal(size=n_sensors), rng.normal(size=2), rng.uniform(0.05, 1, 2)
    scale = ChannelScale(sd, sd, sd, mean, power_sd, log_mean, log_sd, 0.3)
    channels = Channels(level, log_power, Memory.fresh(n_sensors))
    told = naive_statistic(level, log_power, (sd, mean, power_sd, log_mean, log_sd))
    np.testing.assert_allclose(fused_by(channels, [scale, scale]), [told, told], rtol=1e-9)
    np.testing.assert_allclose(raw_amplitude(level, level > 0, scale), naive_amplitude(level, sd, 0.3), rtol=1e-9)


@given(seed=st.integers(0, 1000), n_rows=st.integers(100, 9000), holed=st.booleans())
@settings(max_examples=15, deadline=None)
def test_columns_by_pieces_and_by_rows_are_those_of_the_whole(seed, n_rows, holed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n_rows, 4)) * [1, 100, 1e-3, 0] + [5, -1000, 0, 7]
    if holed:
        values[rng.random(values.shape) < 0.2] = np.nan
    rows = np.flatnonzero(rng.random(n_rows) < 0.8)
    told = describe_columns(values, rows=rows)
    np.testing.assert_array_equal(told.constant, [3])
    np.testing.assert_allclose(told.low, np.nanmin(values[rows], axis=0), rtol=1e-12)
    np.testing.assert_allclose(told.high, np.nanmax(values[rows], axis=0), rtol=1e-12)
    np.testing.assert_allclose(told.centre, np.nanmean(values[rows], axis=0), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(told.scale[:3], np.nanstd(values[rows], axis=0)[:3], rtol=1e-9)


@given(seed=st.integers(0, 1000), n_sensors=st.integers(2, 6), shrinkage=st.floats(0.01, 1.0))
def test_residuals_are_those_of_a_regression_on_all_others(seed, n_sensors, shrinkage):
    rng = np.random.default_rng(seed)
    covariance = np.cov(rng.normal(size=(n_sensors, 40)) + rng.normal(size=40))
    shrunk = (1 - shrinkage) * covariance + shrinkage * np.eye(n_sensors)
    rows = rng.normal(size=(5, n_sensors))
    fast = rows @ relations_from(np.zeros(n_sensors), covariance, shrinkage).weights.T
    np.testing.assert_allclose(fast, naive_residuals(rows.tolist(), shrunk.tolist()), atol=1e-8)


@given(seed=st.integers(0, 1000), share=st.floats(0.0, 0.9))
def test_what_is_filled_leaves_no_residual(seed, share):
    rng = np.random.default_rng(seed)
    relations = relations_from(np.zeros(5), np.cov(rng.normal(size=(5, 40)) + rng.normal(size=40)), 0.1)
    z = rng.normal(size=(30, 5))
    z[rng.random(z.shape) < share] = np.nan
    filled, observed = fill_conditional(z, relations.precision)
    if observed is None:
        assert not np.isnan(z).any()
        return
    some = observed.any(axis=1)
    residual = filled @ relations.weights.T
    np.testing.assert_allclose(residual[some][~observed[some]], 0, atol=1e-9)
    np.testing.assert_array_equal(filled[observed], z[observed])


@given(seed=st.integers(0, 1000), n_folds=st.integers(2, 9))
@settings(max_examples=20, deadline=None)
def test_the_scale_of_a_fold_has_not_seen_it(seed, n_folds):
    rng = np.random.default_rng(seed)
    fold = np.arange(90) * n_folds // 90
    rows = [rng.normal(size=(90, 2)) for _ in range(3)]
    worth, sizes = np.full(2, 50.0), {"residual_sd": np.ones(2), "innovation_sd": np.ones(2), "least_sd": np.zeros(2)}
    before = fold_scales(HeldOut(*rows, fold), worth, **sizes)
    for number in range(n_folds):
        spoiled = [np.where((fold == number)[:, None], 100.0, part) for part in rows]
        after = fold_scales(HeldOut(*spoiled, fold), worth, **sizes)
        np.testing.assert_array_equal(after[number].level_sd, before[number].level_sd)
        assert (after[(number + n_folds // 2) % n_folds].level_sd > before[number].level_sd).all()


@given(values=st.lists(levels, max_size=60), above=st.floats(-2, 2), spacing=st.integers(1, 6))
def test_clusters(values, above, spacing):
    assert decluster(np.array(values, dtype=float), above, spacing).tolist() == naive_clusters(values, above, spacing)


@settings(max_examples=200)
@given(
    rows=st.lists(st.tuples(levels, levels, st.sampled_from([1, 1, 1, 1, 4, 30])), min_size=1, max_size=70),
    quiet_rows=st.integers(1, 5),
    merge_s=st.integers(0, 8),
)
def test_events(rows, quiet_rows, merge_s):
    statistic, release = (np.array([row[i] for row in rows], dtype=float) for i in (0, 1))
    seconds = np.cumsum([row[2] for row in rows])
    rules = EventRules(hysteresis=0.5, release_drop=0.7, quiet_rows=quiet_rows, merge_s=merge_s, gap_s=10)
    fast = find_events(statistic, release, seconds * 10**9, threshold=1.0, rules=rules, step_s=1.0)
    slow = naive_events(
        statistic,
        release,
        seconds.tolist(),
        threshold=1.0,
        hysteresis=0.5,
        drop=0.7,
        quiet_rows=quiet_rows,
        merge_s=merge_s,
        gap_s=10,
        step_s=1.0,
    )
    assert [(event.first_row, event.last_row_exclusive) for event in fast] == slow


@given(seed=st.integers(0, 1000), n_sensors=st.integers(1, 8))
def test_what_repairing_a_sensor_gains(seed, n_sensors):
    rng = np.random.default_rng(seed)
    spread = rng.normal(size=(n_sensors, 40)) + rng.normal(size=40)
    relations = relations_from(np.zeros(n_sensors), np.cov(spread).reshape(n_sensors, n_sensors), 0.1)
    level, sizes = rng.normal(size=(4, n_sensors)) * 5, rng.uniform(0.2, 2, n_sensors)
    slow = [naive_gain(row, sizes, relations.weights) for row in level]
    np.testing.assert_allclose(repair_gain(level, sizes, relations), slow, rtol=1e-3, atol=1e-3)


def test_of_many_sensors_the_one_furthest_off_gains_most_and_few_are_looked_at():
    rng = np.random.default_rng(0)
    relations = relations_from(np.zeros(30), np.cov(rng.normal(size=(30, 200)) + rng.normal(size=200)), 0.1)
    z = rng.normal(size=(50, 30))
    z[:, 7] += 20
    gain = repair_gain(z @ relations.weights.T, np.ones(30), relations)
    assert (gain.argmax(axis=1) == 7).all()
    assert ((gain != 0).sum(axis=1) <= 8).all()


@given(seed=st.integers(0, 1000), share=st.floats(0.1, 0.8))
def test_missing_values_spread_around_their_filling_as_the_model_says(seed, share):
    rng = np.random.default_rng(seed)
    covariance = np.cov(rng.normal(size=(4, 40)) + rng.normal(size=40)) + 0.1 * np.eye(4)
    precision = np.linalg.inv(covariance)
    observed = rng.random((20, 4)) >= share
    slow, leans = np.zeros((4, 4)), np.zeros((20, 4), dtype=bool)
    for number, seen in enumerate(observed):
        there, gone = np.flatnonzero(seen), np.flatnonzero(~seen)
        kept = covariance[np.ix_(there, there)]
        cross = covariance[np.ix_(gone, there)]
        slow[np.ix_(gone, gone)] += covariance[np.ix_(gone, gone)] - cross @ np.linalg.inv(kept) @ cross.T
        leans[number, there] = np.linalg.inv(kept).diagonal() / precision.diagonal()[there] < 0.81 - 1e-9
    np.testing.assert_allclose(unseen_spread(observed, precision), slow, atol=1e-7)
    np.testing.assert_array_equal(leaning(observed, precision), leans)

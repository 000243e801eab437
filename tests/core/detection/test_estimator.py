"""The estimator, and scikit-learn's own checks of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from l4e_widgets.core.detection.estimator import AnomalyDetector
from l4e_widgets.core.errors import NotFound

ROWS_IN_ORDER = "rows are a time series: state is carried from row to row"
EXPECTED_FAILURES = {
    "check_methods_subset_invariance": ROWS_IN_ORDER,
    "check_methods_sample_order_invariance": ROWS_IN_ORDER,
}


@parametrize_with_checks([AnomalyDetector(min_rows=2)], expected_failed_checks=lambda _: EXPECTED_FAILURES)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    load = np.sin(np.arange(1200) / 40)
    values = load[:, None] * [1.0, 2.0, 3.0] + 0.2 * rng.normal(size=(1200, 3))
    values[1000:1060, 1] += 3.0
    index = pd.date_range("2025-01-01", periods=1200, freq="5min")
    return pd.DataFrame(values, index=index, columns=["flow", "power", "speed"])


def test_a_fault_is_an_event_with_its_sensor(table):
    model = AnomalyDetector().fit(table[:800])
    predicted = model.predict(table[800:])
    assert predicted[205:255].all()
    assert predicted[:200].sum() == 0
    score = model.anomaly_score(table[800:])
    assert ((score >= 0) & (score <= 1)).all()
    shares = model.contributions(table[800:])
    assert shares[205:255].mean(axis=0).argmax() == 1
    told = model.expected(table[800:])
    assert np.abs(table["power"].to_numpy()[1005:1055] - told.value[205:255, 1]).mean() > 2
    events = model.events(table[800:])
    assert len(events) == 1
    assert pd.Timestamp(events[0].start_ns) >= pd.Timestamp("2025-01-04 11:20")


def test_a_smaller_budget_raises_the_line(table):
    strict, loose = (AnomalyDetector(alarm_budget=budget).fit(table[:800]) for budget in (0.1, 10.0))
    assert strict.threshold_ > loose.threshold_


def test_times_may_be_given(table):
    times = table.index
    with_times = AnomalyDetector().fit(table[:800].to_numpy(), timestamps=times[:800])
    assert with_times.step_s_ == 300.0
    assert AnomalyDetector().fit(table[:800].to_numpy()).step_s_ == 60.0


def test_settings_can_be_cloned_and_shown(table):
    model = clone(AnomalyDetector(alarm_budget=2.0)).fit(table[:800])
    bundle = model._repr_mimebundle_()
    assert "fitted on 800 rows of 3 sensors" in bundle["text/plain"]
    assert "alarm_budget=2.0" in bundle["text/html"]


def test_an_unknown_detector_is_told(table):
    with pytest.raises(NotFound, match='no detector called "nope"'):
        AnomalyDetector(detector="nope").fit(table[:800])

"""The alarm line and the anomaly score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.detection.calibration import CRITICAL, DEFAULT_BUDGET, MONTH_S, Calibration
from l4e_widgets.core.detection.contract import Evidence
from l4e_widgets.core.errors import DataError, UsageError


def evidence(months=6.0, n_peaks=60):
    peaks = 1 - 0.2 * np.log((np.arange(n_peaks) + 0.5) / n_peaks)
    return Evidence(peaks, 50_000, months * MONTH_S, 0.0, 0.4, 0.2)


def test_default_budget_is_one_a_month():
    assert DEFAULT_BUDGET == 1.0


def test_line_promises_half_the_budget_on_a_long_record():
    long = evidence(months=24.0, n_peaks=240)
    beyond = (long.peaks > Calibration.from_evidence(long).threshold(1.0)).sum()
    assert 6 <= beyond <= 13


def test_line_of_a_short_record_stays_near_its_highest_value():
    short = evidence(months=0.01)
    assert Calibration.from_evidence(short).threshold() == pytest.approx(short.peaks[0] + np.log(1.3), abs=0.01)


@given(months=st.floats(0.001, 60), one=st.floats(0.01, 50), more=st.floats(1.01, 100))
def test_line_falls_with_the_budget(months, one, more):
    calibration = Calibration.from_evidence(evidence(months))
    assert calibration.threshold(one) >= calibration.threshold(one * more)
    low, high = calibration.interval(one)
    assert 0 <= low <= high


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=30), st.floats(0.01, 50))
def test_score_rises_with_the_statistic(values, budget):
    calibration = Calibration.from_evidence(evidence())
    score = calibration.anomaly_score(np.sort(values), budget)
    assert (np.diff(score) >= 0).all()
    assert ((score >= 0) & (score <= 1)).all()


def test_score_at_the_line_is_a_half_and_critical_at_twice_its_amplitude():
    calibration = Calibration.from_evidence(evidence())
    line = calibration.threshold(2.0)
    score = calibration.anomaly_score(np.array([line - 1e-9, line, line + np.log(2), np.nan]), 2.0)
    assert score[0] < 0.5
    assert score[1] == 0.5
    assert score[2] == pytest.approx(CRITICAL)
    assert np.isnan(score[3])


def test_document_round_trip():
    calibration = Calibration.from_evidence(evidence())
    assert Calibration.from_dict(calibration.to_dict()) == calibration
    with pytest.raises(DataError, match="lacks highest"):
        Calibration.from_dict({k: v for k, v in calibration.to_dict().items() if k != "highest"})


@pytest.mark.parametrize("budget", [0.0, -1.0, float("nan")])
def test_a_budget_that_means_nothing_is_told(budget):
    with pytest.raises(UsageError, match="above 0"):
        Calibration.from_evidence(evidence()).threshold(budget)


def test_no_peaks_are_told():
    with pytest.raises(DataError, match="no held-out peak"):
        Calibration.from_evidence(Evidence(np.empty(0), 0, 0, 0, 1, 1))

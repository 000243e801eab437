"""What every detector promises, once over the registry."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l4e_widgets.core.detection.contract import Detector, DetectorState
from l4e_widgets.core.detection.registry import detector_factory, detector_names
from l4e_widgets.core.errors import DataError, UsageError
from l4e_widgets.core.times import TimeRange

STEP = 60 * 10**9


def plant(n_rows, seed, n_sensors=5):
    """Rows of a small plant: shared slow load, own noise, one two-valued sensor."""
    rng = np.random.default_rng(seed)
    gains = rng.uniform(0.5, 2, n_sensors)
    load = np.cumsum(rng.normal(size=n_rows)) * 0.02 + np.sin(np.arange(n_rows) / 50)
    values = load[:, None] * gains + 0.2 * rng.normal(size=(n_rows, n_sensors))
    values[:, -1] = load > 0
    return values * 10.0 ** np.arange(n_sensors) + 3.0


def times(n_rows, start=0):
    return (np.arange(n_rows, dtype=np.int64) + start) * STEP


@pytest.fixture(scope="module", params=detector_names())
def make(request):
    return detector_factory(request.param)


@pytest.fixture(scope="module")
def normal():
    return plant(900, 1)


@pytest.fixture(scope="module")
def live():
    rows = plant(400, 1)
    rows[200:260, 1] += 40.0
    rows[50:70, 2] = np.nan
    rows[300] = np.nan
    return rows


@pytest.fixture(scope="module")
def fitted(make, normal):
    return make().fit(normal, timestamps=times(len(normal)))


def agree(one, other):
    np.testing.assert_allclose(one.statistic, other.statistic, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(one.release, other.release, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(one.contributions, other.contributions, rtol=1e-4, atol=1e-5)


def test_it_is_a_detector(fitted):
    assert isinstance(fitted, Detector)


def test_shapes_ranges_and_shares(fitted, live):
    scores = fitted.score(live, timestamps=times(400))
    assert scores.statistic.shape == scores.release.shape == (400,)
    assert scores.contributions.shape == live.shape
    assert scores.contributions.dtype == np.float32
    known = np.isfinite(scores.statistic)
    assert known.sum() == 399
    assert not known[300]
    assert np.isnan(scores.contributions[300]).all()
    assert (scores.contributions[known] >= 0).all()
    np.testing.assert_allclose(scores.contributions[known].sum(axis=1), 1, rtol=1e-5)
    assert np.median(scores.statistic[205:255]) > np.nanmax(scores.statistic[:200])
    assert scores.contributions[210:255].mean(axis=0).argmax() == 1


def test_without_explanation_columns_are_none(fitted, live):
    scores = fitted.score(live, timestamps=times(400), explain=False)
    assert scores.contributions.shape == (400, 0)
    np.testing.assert_array_equal(scores.statistic, fitted.score(live, timestamps=times(400)).statistic)


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=6))
def test_blocks_give_the_same_as_all_at_once(fitted, live, cuts):
    moments = times(400)
    moments[150:] += 3600 * 10**9
    whole = fitted.score(live, timestamps=moments)
    state, parts = None, []
    for first, last in zip([0, *sorted(cuts)], [*sorted(cuts), 400], strict=True):
        part = fitted.score(live[first:last], timestamps=moments[first:last], state=state)
        state = part.state
        parts.append(part)
    joined = type(whole)(
        np.concatenate([part.statistic for part in parts]),
        np.concatenate([part.release for part in parts]),
        np.concatenate([part.contributions for part in parts]),
        (),
        parts[-1].state,
    )
    agree(joined, whole)
    assert [f.kind for part in parts for f in part.findings] == [f.kind for f in whole.findings]


def test_one_row_at_a_time(fitted, live):
    whole = fitted.score(live[:30], timestamps=times(30))
    state, statistic = None, []
    for row in range(30):
        scores = fitted.score(live[row : row + 1], timestamps=times(1, row), state=state)
        state = scores.state
        statistic.append(scores.statistic[0])
    np.testing.assert_allclose(statistic, whole.statistic, atol=1e-6)


def test_order_of_sensors_does_not_matter(make, normal, live, fitted):
    order = np.array([3, 0, 4, 1, 2])
    other = make().fit(normal[:, order], timestamps=times(len(normal))).score(live[:, order], timestamps=times(400))
    here = fitted.score(live, timestamps=times(400))
    np.testing.assert_allclose(other.statistic, here.statistic, atol=1e-6)
    np.testing.assert_allclose(other.contributions, here.contributions[:, order], atol=1e-4)


def test_units_do_not_matter(make, normal, live, fitted):
    factor, shift = np.array([2.0, 4.0, 0.5, 8.0, 2.0]), np.array([5.0, -3.0, 100.0, 7.0, 1.0])
    other = make().fit(normal * factor + shift, timestamps=times(len(normal)))
    scores = other.score(live * factor + shift, timestamps=times(400))
    np.testing.assert_allclose(scores.statistic, fitted.score(live, timestamps=times(400)).statistic, atol=1e-5)


def test_same_rows_same_numbers(make, normal):
    one, two = (make().fit(normal, timestamps=times(len(normal))).to_arrays() for _ in range(2))
    assert one.keys() == two.keys()
    for name in one:
        assert one[name].tobytes() == two[name].tobytes()


def test_model_and_state_survive_an_npz(make, fitted, live):
    first = fitted.score(live[:170], timestamps=times(170))
    stored = io.BytesIO()
    np.savez(stored, **first.state.arrays)
    stored.seek(0)
    with np.load(stored, allow_pickle=False) as archive:
        state = DetectorState(dict(archive))
    model = io.BytesIO()
    np.savez(model, **fitted.to_arrays())
    model.seek(0)
    with np.load(model, allow_pickle=False) as archive:
        again = make.from_arrays(dict(archive), fitted.configuration(), fitted.sensors)
    rest = again.score(live[170:], timestamps=times(230, 170), state=state)
    whole = fitted.score(live, timestamps=times(400))
    np.testing.assert_allclose(rest.statistic, whole.statistic[170:], atol=1e-6)
    assert again.evidence.warnings == fitted.evidence.warnings
    np.testing.assert_array_equal(again.evidence.peaks, fitted.evidence.peaks)


def test_a_gap_starts_afresh(fitted, live):
    moments = times(400)
    moments[230:] += 86_400 * 10**9
    after = fitted.score(live, timestamps=moments).statistic[230:]
    fresh = fitted.score(live[230:], timestamps=moments[230:]).statistic
    np.testing.assert_allclose(after[:5], fresh[:5], atol=0.3)


def test_expected_values_stay_with_the_others(fitted, live):
    told = fitted.expected(live, timestamps=times(400))
    assert told.value.shape == live.shape
    assert told.half_band.shape == (5,)
    assert (live[210:255, 1] - told.value[210:255, 1]).mean() > 15
    inside = np.abs(live[:50] - told.value[:50]) <= told.half_band
    assert inside[:, :4].mean() > 0.85
    assert np.isfinite(told.value[50:70, 2]).all()
    assert np.isnan(told.value[300]).all()


def test_no_rows(fitted):
    scores = fitted.score(np.empty((0, 5)), timestamps=times(0))
    assert scores.statistic.shape == (0,)


def test_too_few_rows_are_told(make):
    with pytest.raises(DataError, match="199, and 200 are needed for 2 sensors"):
        make().fit(plant(199, 0, 2), timestamps=times(199))


def test_another_number_of_sensors_is_told(fitted):
    with pytest.raises(DataError, match="Got 4 sensors, expected 5"):
        fitted.score(np.zeros((3, 4)), timestamps=times(3))


def test_unfitted_is_told(make):
    with pytest.raises(UsageError, match="has not been fitted"):
        make().score(np.zeros((3, 4)), timestamps=times(3))


def test_rows_with_holes_are_judged_by_what_is_there(fitted, live):
    holes = live.copy()
    holes[np.random.default_rng(4).random(live.shape) < 0.2] = np.nan
    scores = fitted.score(holes, timestamps=times(400))
    seen = np.isfinite(holes).any(axis=1)
    assert np.isfinite(scores.statistic[seen]).all()
    assert np.isnan(scores.statistic[~seen]).all()
    assert np.median(scores.statistic[205:255]) > np.median(scores.statistic[:200])


def test_training_rows_with_holes_are_learned_from(make, normal, live):
    holes = normal.copy()
    holes[np.random.default_rng(5).random(normal.shape) < 0.1] = np.nan
    scores = make().fit(holes, timestamps=times(len(holes))).score(live, timestamps=times(400))
    assert np.median(scores.statistic[205:255]) > np.nanmax(scores.statistic[:200])


def test_what_is_excluded_is_not_learned(make, normal, live, fitted):
    spoiled = normal.copy()
    spoiled[300:420, 1] += 400.0
    moments = times(len(normal))
    span = TimeRange(int(moments[300]), int(moments[420]))
    without = make().fit(spoiled, timestamps=moments, exclude=[span])
    scores = without.score(live, timestamps=times(400))
    assert np.median(scores.statistic[205:255]) > np.nanmax(scores.statistic[:200])
    assert without.evidence.rows <= len(normal) - 120


def test_a_constant_sensor_takes_no_share_and_harms_nothing(make, normal, live):
    stuck = np.column_stack([normal, np.full(len(normal), 7.0)])
    scores = (
        make()
        .fit(stuck, timestamps=times(len(stuck)))
        .score(np.column_stack([live, np.full(len(live), 7.0)]), timestamps=times(400))
    )
    known = np.isfinite(scores.statistic)
    assert known.sum() >= 399
    assert scores.contributions[210:255, 5].max() < 0.01


def test_no_sensor_that_moves_is_told(make):
    with pytest.raises(DataError, match="No sensor"):
        make().fit(np.full((400, 3), 7.0), timestamps=times(400))


def test_times_out_of_order_are_told(make, normal, fitted):
    moments = times(len(normal))[::-1]
    with pytest.raises(DataError, match="do not increase"):
        make().fit(normal, timestamps=moments)
    with pytest.raises(DataError, match="do not increase"):
        fitted.score(normal, timestamps=moments)


def test_scoring_changes_neither_the_detector_nor_the_rows(fitted, live):
    rows, before = live.copy(), {name: array.tobytes() for name, array in fitted.to_arrays().items()}
    fitted.score(live, timestamps=times(400))
    fitted.expected(live, timestamps=times(400))
    np.testing.assert_array_equal(rows, live)
    assert {name: array.tobytes() for name, array in fitted.to_arrays().items()} == before


def test_what_is_stored_is_plain(fitted, live):
    stored = {**fitted.to_arrays(), **fitted.score(live, timestamps=times(400)).state.arrays}
    assert all(array.dtype.kind in "biufU" for array in map(np.asarray, stored.values()))
    assert json.loads(json.dumps(fitted.configuration())) == fitted.configuration()


def test_arrays_that_do_not_fit_the_sensors_are_told(make, fitted):
    with pytest.raises(DataError):
        make.from_arrays(fitted.to_arrays(), fitted.configuration(), fitted.sensors[:3])
    with pytest.raises(DataError):
        make.from_arrays({}, fitted.configuration(), fitted.sensors)

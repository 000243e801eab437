"""Sensors that move together stand side by side, and their correlation is Pearson's over the rows both have."""

from __future__ import annotations

import numpy as np
import pytest

from l4e_widgets.core.correlation import correlations, pair_correlations


def test_each_pair_is_as_pandas_says():
    import pandas as pd

    rng = np.random.default_rng(4)
    values = rng.normal(size=(500, 5)) @ rng.normal(size=(5, 5))
    full = pair_correlations(values)
    wanted = pd.DataFrame(values).corr().to_numpy() - np.eye(5)
    np.testing.assert_allclose(full, wanted, atol=1e-9)
    assert np.abs(pair_correlations(values * [1e300, 1e-300, 1, 1, 1]) - full).max() < 1e-6


def test_groups_are_found_whatever_their_sign_and_order():
    rng = np.random.default_rng(5)
    load, heat = rng.normal(size=(2, 2000))
    noise = rng.normal(0, 0.2, size=(2000, 6))
    values = np.column_stack([heat, load, -load, heat, load, np.zeros(2000)]) + noise
    values[:, 5] = 3.0
    values[::7, 1] = np.nan
    found = correlations(list("abcdef"), values)
    assert [set(group) for group in found.groups] == [{"b", "c", "e"}, {"a", "d"}, {"f"}]
    assert found.of("b", "c") < -0.9
    assert found.of("a", "d") == pytest.approx(found.of("d", "a"))
    assert found.of("a", "f") == 0


def test_one_sensor_and_no_rows_are_no_failure():
    assert correlations(["a"], np.ones((4, 1))).groups == (("a",),)
    assert correlations(["a", "b"], np.empty((0, 2))).groups == (("a",), ("b",))

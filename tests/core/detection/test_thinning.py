"""Few rows instead of many."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.detection.thinning import stretches


@given(n_rows=st.integers(0, 400), most=st.integers(10, 100), n_stretches=st.integers(1, 6))
def test_stretches_are_spread_neighbours_and_none_is_taken_twice(n_rows, most, n_stretches):
    rows = np.arange(n_rows) * 3 + 7
    found = stretches(rows, most=most, n_stretches=n_stretches)
    taken = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
    assert len(np.unique(taken)) == len(taken) <= most
    assert all((np.diff(part) == 3).all() for part in found)
    if n_rows <= most:
        assert taken.tolist() == rows.tolist()
    else:
        assert len(found) == n_stretches
        assert taken[0] == rows[0]
        assert n_stretches == 1 or taken[-1] == rows[-1]

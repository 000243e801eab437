from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.quality_tally import SAMPLE_ROWS, ColumnTally, RegularSample
from l4e_widgets.core.reading.kinds import KindTally, kind_of
from tests.naive.quality import naive_statistics

VALUES = st.lists(st.one_of(st.just(float("nan")), st.integers(-3, 3).map(float)), min_size=1, max_size=40)


@given(VALUES, st.lists(st.integers(0, 40), max_size=4))
def test_counts_are_the_same_however_the_rows_are_cut(column, cuts):
    values = np.array(column)
    times = np.arange(len(values), dtype=np.int64) * 60
    edges = [0, *sorted(min(cut, len(values)) for cut in cuts), len(values)]
    tally, kind = ColumnTally(gap_ns=150), KindTally()
    for start, stop in pairwise(edges):
        tally.add(times[start:stop], values[start:stop])
        kind.add(values[start:stop])
    n_values, gaps, longest, direction = naive_statistics(times.tolist(), column, 150)
    assert (tally.n_values, tally.direction()) == (n_values, direction)
    assert tally.gaps(int(times[0]), int(times[-1])) == (gaps, longest / 10**9)
    filled = values[~np.isnan(values)]
    assert tally.distinct_values == len(set(filled.tolist()))
    np.testing.assert_array_equal(tally.sample.values(), filled)
    assert kind.kind() is kind_of(values)


def test_a_regular_sample_is_thinned_by_powers_of_two_in_chunks_of_any_size():
    values = np.arange(5 * SAMPLE_ROWS + 7, dtype=np.float64)
    sample = RegularSample()
    for part in np.array_split(values, 23):
        sample.add(part)
    np.testing.assert_array_equal(sample.values(), values[::8])

"""Sizes in words, and the arithmetic of stretches beside its slow twin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.byte_sizes import gaps, merged_stretches, size_from_text, size_text, without
from l4e_widgets.core.errors import UsageError
from tests.naive.stretches import naive_bytes, naive_stretches

STRETCHES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


@given(STRETCHES)
def test_merging_keeps_the_same_bytes(stretches):
    assert merged_stretches(stretches) == naive_stretches(naive_bytes(stretches))


@given(STRETCHES, st.integers(0, 50))
def test_gaps_are_what_is_in_no_stretch(stretches, size):
    assert gaps(stretches, size) == naive_stretches(set(range(size)) - naive_bytes(stretches))


@given(STRETCHES, STRETCHES)
def test_taking_out_takes_those_bytes(stretches, taken):
    assert without(stretches, taken) == naive_stretches(naive_bytes(stretches) - naive_bytes(taken))


@pytest.mark.parametrize(
    ("text", "size"), [("20GB", 20 * 10**9), (" 1.5 mb", 1_500_000), ("7", 7), ("300 kB", 300_000), ("2TB", 2 * 10**12)]
)
def test_a_size_is_read(text, size):
    assert size_from_text(text) == size


@pytest.mark.parametrize("text", ["", "much", "-3GB", "0", "1e9", "5 GiB", "nan"])
def test_what_is_no_size_is_refused_with_its_place(text):
    with pytest.raises(UsageError, match="--upload-limit: This is no size"):
        size_from_text(text, where="--upload-limit")


def test_a_size_is_told_in_its_unit():
    assert [size_text(size) for size in (0, 999, 1000, 412_600_000, 5.3e9, 2e12)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "412.6 MB",
        "5.3 GB",
        "2.0 TB",
    ]

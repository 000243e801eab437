"""Small pictures show the data they are given, and only that."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np

from l4e_widgets.figures.svg import Distribution, half_ring, histogram, score_strip, share_bar, sparkline

HOSTILE = '"><img src=x onerror=alert(1)>'


def parsed(svg: str) -> ElementTree.Element:
    """The picture as XML: it must be well-formed."""
    return ElementTree.fromstring(svg)  # noqa: S314 - made by us


def test_histograms_share_their_bins_and_differ_with_the_data() -> None:
    rng = np.random.default_rng(0)
    groups = [
        Distribution(name=HOSTILE, values=rng.normal(size=500)),
        Distribution(name="b", values=np.array([5.0, np.nan])),
    ]
    svg = histogram(groups, unit="bar")
    root = parsed(svg)
    assert "<img" not in svg
    assert [path.get("d") for path in root.iter("path")][1] != [path.get("d") for path in root.iter("path")][2]
    assert "5 bar" in "".join(root.itertext())
    assert "no values" in histogram([Distribution(name="a", values=np.array([np.nan]))])


def test_a_sparkline_breaks_at_gaps_and_keeps_a_spike() -> None:
    values = np.zeros(10_000)
    values[1234] = 7.0
    svg = sparkline(values, height=24)
    assert " 2.0" in svg, "the spike reaches the top"
    assert sparkline(np.array([1.0, 2.0, np.nan, 3.0, 4.0])).count("M") == 2
    assert "no values" in sparkline(np.full(3, np.nan))


def test_shares_fill_their_part_of_the_bar() -> None:
    svg = share_bar([("a", 0.5), (HOSTILE, 0.25)], width=72)
    widths = [float(width) for width in re.findall(r'width="([\d.]+)" height="8" fill="var\(--l4e-c', svg)]
    assert widths == [35.0, 17.0]
    assert "<img" not in svg
    assert "a 50 %" in parsed(svg).get("aria-label", "")


def test_the_half_ring_says_its_share_or_that_it_is_too_early() -> None:
    assert "96 %" in half_ring(0.96, 0.03, 0.01)
    assert half_ring(0.96, 0.03, 0.01).count("<path") == 3
    assert "too early" in half_ring(None)


def test_the_score_strip_marks_events_where_they_are() -> None:
    svg = score_strip(
        np.array([0.0, 0.5, 1.0]), np.array([0.1, 0.95, np.nan]), [(0.5, 0.75)], ends=("a", "<b>"), width=1048
    )
    assert '<rect x="548.0" width="250.0"' in svg
    assert parsed(svg).get("height") == "112"

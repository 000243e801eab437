"""Pictures of distributions show the data they are given, and can leave the page."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from l4e_widgets.core.correlation import correlations
from l4e_widgets.core.distributions import Distribution, daily_events, largest_shares
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.figures.colours import LIGHT, standalone
from l4e_widgets.figures.plots import contribution_bars, correlation_matrix, daily_bars, titled_histogram

HOSTILE = '"><img src=x onerror=alert(1)>'
TOKENS = Path(__file__).resolve().parents[2] / "js" / "styles" / "tokens.css"
SPAN = TimeRange(to_ns("2026-01-01"), to_ns("2026-03-01"))


def histogram_of(rng):
    groups = [
        Distribution(name="selected", values=rng.normal(size=400), meaning="eval"),
        Distribution(name=HOSTILE, values=rng.normal(1, 1, 400), meaning="train"),
    ]
    return titled_histogram(groups, name=HOSTILE, unit="bar")


def matrix_of(rng):
    return correlation_matrix(correlations(["a", HOSTILE, "c"], rng.normal(size=(60, 3))))


def days_of(rng):
    start = SPAN.start + int(rng.integers(1, 40)) * 86_400_000_000_000
    return daily_bars(daily_events([TimeRange(start, start + 3_600_000_000_000)], SPAN))


def bars_of(rng):
    return contribution_bars(largest_shares([(HOSTILE, rng.random()), ("b", rng.random())]))


@pytest.mark.parametrize("make", [histogram_of, matrix_of, days_of, bars_of])
def test_other_data_is_another_picture_and_names_are_text(make):
    one, other = (make(np.random.default_rng(seed)) for seed in (1, 2))
    assert one != other
    assert "<img" not in one
    ElementTree.fromstring(one)  # noqa: S314 made by us
    alone = standalone(one)
    assert "var(" not in alone
    assert ElementTree.fromstring(alone).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 made by us


def test_the_number_stands_in_the_picture_and_in_its_name():
    rng = np.random.default_rng(0)
    low, high = rng.normal(size=300), rng.normal(50, 1, 300)
    root = ElementTree.fromstring(  # noqa: S314 made by us
        titled_histogram([Distribution(name="a", values=low), Distribution(name="b", values=high)], name="flow")
    )
    assert "100 % apart" in "".join(root.itertext())
    assert root.get("aria-label") == "flow: a, b, 100 % apart"


def test_more_days_than_pixels_keep_the_one_with_an_event():
    span = TimeRange(to_ns("2020-01-01"), to_ns("2026-01-01"))
    event = TimeRange(to_ns("2023-05-05"), to_ns("2023-05-05 12:00"))
    assert daily_bars(daily_events([event], span), width=332).count("<rect") == 1


def test_colours_of_files_are_those_of_the_pages():
    light = TOKENS.read_text(encoding="utf-8").split('[data-l4e-theme="dark"]')[0]
    told = dict(re.findall(r"--l4e-([a-z0-9-]+): (#[0-9a-f]{6});", light))
    assert {name: told.get(name) for name in LIGHT} == LIGHT

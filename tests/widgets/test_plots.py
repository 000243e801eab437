"""Plots of bqplot draw what the pure module computed, and say it where no widget can be shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import l4e_widgets as l4e
from l4e_widgets.core.errors import UsageError
from l4e_widgets.widgets.parts.panel import STATIC

pytestmark = pytest.mark.skipif(not STATIC.joinpath("panel.js").is_file(), reason="the front end is not built")
HOSTILE = "<img src=x onerror=alert(1)>"


def histogram(rng):
    return l4e.Histogram(
        {"selected": rng.normal(size=300), "the rest": rng.normal(2, 1, 300)}, name=HOSTILE, unit="bar"
    )


def matrix(rng):
    return l4e.CorrelationMatrix(pd.DataFrame(rng.normal(size=(90, 4)), columns=["a", "b", HOSTILE, "d"]))


def contributions(rng):
    return l4e.ContributionBars({HOSTILE: float(rng.random()), "flow": 0.3, "speed": 0.1})


def ring(rng):
    share = float(rng.uniform(0.01, 0.4))
    return l4e.ConditionRing(1 - share, share / 2, share / 2)


def days(rng):
    start = pd.Timestamp("2026-03-01") + pd.Timedelta(days=int(rng.integers(1, 20)))
    return l4e.DailyEvents([(str(start), str(start + pd.Timedelta(hours=5)))], span=("2026-03-01", "2026-04-01"))


@pytest.mark.parametrize("make", [histogram, matrix, contributions, ring, days])
def test_a_plot_says_its_data_where_no_widget_is_shown_and_closes_whole(make, no_widget_left):
    one, other = make(np.random.default_rng(1)), make(np.random.default_rng(2))
    data, again = one._repr_mimebundle_()[0], other._repr_mimebundle_()[0]
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == one.model_id
    for kind in ("text/plain", "image/svg+xml"):
        assert data[kind] != again[kind]
    assert "<img" not in data["image/svg+xml"]
    assert "<img" not in one._head.html
    one.close()
    other.close()


def test_the_histogram_draws_its_bins_and_takes_others_in_place(no_widget_left):
    plot = l4e.Histogram({"selected": [0.0, 0.0, 10.0], "rest": [10.0, 10.0]}, name="flow")
    green, blue = plot.figure.marks
    assert (green.colors, blue.colors) == (["var(--l4e-eval-mark)"], ["var(--l4e-train-mark)"])
    assert plot.apart == pytest.approx(2 / 3)
    assert "67 % apart" in plot._head.html
    assert green.y[0] == 1.0
    assert green.y[-1] == 0.5
    plot.show({"training": [1.0], "evaluation": [1.0], "anomalous": [2.0]})
    assert plot.figure.marks[0] is green
    assert [mark.colors[0][10:-6] for mark in plot.figure.marks] == ["train", "eval", "anomaly"]
    plot.show({"all": [np.nan]})
    assert plot.apart is None
    assert len(plot.figure.marks) == 1
    with pytest.raises(UsageError, match="one, two or three"):
        plot.show({})
    plot.close()


def test_a_clicked_square_names_its_pair(no_widget_left):
    rng = np.random.default_rng(3)
    load = rng.normal(size=500)
    table = pd.DataFrame({"flow": load, "noise": rng.normal(size=500), "valve": -load})
    plot = l4e.CorrelationMatrix(table)
    assert plot.found.groups == (("flow", "valve"), ("noise",)) or plot.found.groups[0] == ("valve", "flow")
    plot._clicked(1, {"data": {"index": 0}})
    assert set(plot.pair) == {"flow", "valve"}
    assert "r = −1.00" in plot._head.html
    for nonsense in (None, {"data": {"index": 99}}, {"data": {"index": "0"}}):
        plot._clicked(1, nonsense)
    with pytest.raises(UsageError, match="two sensors"):
        plot.pair = ("flow", "gone")
    plot.close()


def test_no_day_and_too_many_sensors_are_refused_in_words():
    with pytest.raises(UsageError, match="no day"):
        l4e.DailyEvents([])
    with pytest.raises(UsageError, match="1 sensors"):
        l4e.CorrelationMatrix(pd.DataFrame({"a": [1.0, 2.0]}))

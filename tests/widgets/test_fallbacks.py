"""Each widget says and draws its data where no widget can be shown, and other data is another picture."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

import l4e_widgets as l4e
from l4e_widgets.widgets.parts.panel import STATIC

pytestmark = pytest.mark.skipif(not STATIC.joinpath("chart.js").is_file(), reason="the front end is not built")
HOSTILE = "<img src=x onerror=alert(1)>"


def table(seed):
    rng = np.random.default_rng(seed)
    index = pd.date_range("2026-01-01", periods=2000, freq="10min")
    return pd.DataFrame({"flow": rng.normal(size=2000), HOSTILE: np.nan}, index=index)


def chart(seed):
    return l4e.TimeSeriesChart(table(seed))


def editor(seed):
    return l4e.LabelEditor(table(3), labels=[(f"2026-01-0{seed + 1}", "2026-01-09")])


def uploader(seed, folder="."):
    return l4e.Uploader(to=f"{folder}/up{seed}")


@pytest.mark.parametrize("make", [chart, editor, uploader])
def test_other_data_is_other_words_and_another_picture(make, no_widget_left, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = []
    for seed in (1, 2):
        widget = make(seed)
        data, _ = widget._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in data
        picture = ElementTree.fromstring(data["image/svg+xml"])  # noqa: S314 made by us
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert not list(picture.iter("{http://www.w3.org/2000/svg}img"))
        told.append((data["text/plain"], data["image/svg+xml"]))
        widget.close()
        widget.layout.close()
    assert told[0][0] != told[1][0]
    assert told[0][1] != told[1][1]


def test_a_sensor_of_1e300_and_one_without_values_are_drawn():
    values = pd.DataFrame({"a": [1e300, -1e300, 5e-324], "b": [np.nan] * 3}, index=pd.date_range("2026", periods=3))
    data, _ = l4e.TimeSeriesChart(values)._repr_mimebundle_()
    assert "nan" not in data["image/svg+xml"]
    assert "b: no values" in data["text/plain"]


@pytest.mark.parametrize("page", [l4e.SensorReview, l4e.Results, l4e.ProjectDashboard])
def test_a_page_says_its_sentence(trained, page, no_widget_left):
    shown = page(trained, project="pump")
    data, _ = shown._repr_mimebundle_()
    assert ElementTree.fromstring(data["image/svg+xml"]).tag.endswith("svg")  # noqa: S314 made by us
    said = shown.model.sentence
    assert (said if isinstance(said, str) else said[0]) in data["text/plain"]
    shown.close()

"""The report is one file that says everything, asks nobody and runs nothing that data could bring in."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from l4e_widgets.core.errors import DataError
from l4e_widgets.figures.report import LARGEST_BYTES, render_report
from l4e_widgets.figures.report_content import ReportContent
from tests.figures.sample_report import HOSTILE, sample_content

STATIC = Path(__file__).resolve().parents[2] / "l4e_widgets" / "static"
pytestmark = pytest.mark.skipif(not STATIC.joinpath("report.js").is_file(), reason="the front end is not built")


class Elements(HTMLParser):
    """Start tags with their attributes, and the text of scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.is_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        self.is_script = tag == "script"
        if self.is_script:
            self.scripts.append("")

    def handle_endtag(self, _: str) -> None:
        """Note the end of a script."""
        self.is_script = False

    def handle_data(self, data: str) -> None:
        """Note the text of a script."""
        if self.is_script:
            self.scripts[-1] += data


def packed(page: str) -> dict[str, object]:
    """The data inside the file."""
    found = re.search(r'<script type="application/json" id="l4e-data">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found.group(1))


@pytest.fixture(scope="module")
def page() -> str:
    """One report."""
    return render_report(sample_content())


def test_the_answer_stands_first_and_every_part_is_there(page: str) -> None:
    order = ["1 event in 62 days.", "It was found in time.", "Sensors by share", "The training is short.", "Data"]
    places = [page.index(text, page.index("<main>")) for text in order]
    assert places == sorted(places)
    for text in (
        "97",
        "trip",
        "1 h",
        "moved for the first time",
        "12 % missing",
        "was read as UTC",
        "1 of 2 labelled faults found",
    ):
        assert text in page


def test_nothing_is_asked_of_a_network(page: str) -> None:
    elements = Elements(page)
    for tag, attributes in elements.tags:
        for name in ("src", "href", "action", "data", "poster"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:")), (tag, value)
    assert "@import" not in page
    assert "url(" not in page


def test_only_our_script_may_run(page: str) -> None:
    policy = next(a["content"] for t, a in Elements(page).tags if t == "meta" and a.get("http-equiv"))
    script = Elements(page).scripts[-1]
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy is not None
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{hashed}';" in policy


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    elements = Elements(render_report(sample_content(2000, name=name)))
    assert not [tag for tag, _ in elements.tags if tag == "img"]
    assert len([tag for tag, _ in elements.tags if tag == "script"]) == 2
    assert not [a for _, attributes in elements.tags for a in attributes if a.startswith("on")]
    names = [panel["name"] for panel in json.loads(elements.scripts[0])["panels"]]
    assert f"{name} 1" in names


def test_inside_events_every_row_is_kept_and_outside_every_extreme(page: str) -> None:
    data = packed(page)
    event = data["events"][0]
    rows = [block for block in data["fine"] if "score" in block["columns"]]
    assert rows[0]["times"]["n"] >= 1200
    assert event["shown"] == ["score", "contribution", "s1", "s2"]
    assert data["shown"] == ["score", "s1", "s2", "s0"]
    assert rows[0]["columns"]["s1"]["expected"]["high"] < 14


def kinds_of_content() -> dict[str, ReportContent]:
    """Two years of 30 sensors with 60 events; small data; no events and no labels."""
    silent = replace(sample_content(3000), events=(), labels=(), accuracy=None, training=None, findings=())
    return {
        "large": sample_content(210_000, 30, n_events=60),
        "small": sample_content(500, 2),
        "nothing found": silent,
    }


@pytest.mark.parametrize("kind", ["large", "small", "nothing found"])
def test_the_file_stays_small(kind: str) -> None:
    content = kinds_of_content()[kind]
    page = render_report(content)
    assert len(page.encode()) <= LARGEST_BYTES
    assert len(packed(page)["events"]) == len(content.events)


def test_a_report_without_scores_rows_or_finite_values_is_still_a_report() -> None:
    content = sample_content(3000)
    bare = replace(content.timeline, score=None, contributions=None, expected=None, half_band=None)
    assert packed(render_report(replace(content, timeline=bare)))["shown"] == ["s1", "s2", "s0", "s3"]
    empty = replace(content.timeline, values=np.full_like(content.timeline.values, np.nan))
    assert packed(render_report(replace(content, timeline=empty, events=())))["events"] == []
    wide = replace(content.timeline, values=content.timeline.values * 1e299)
    assert packed(render_report(replace(content, timeline=wide)))["panels"]


def test_arrays_that_do_not_fit_are_refused() -> None:
    timeline = sample_content(500).timeline
    with pytest.raises(DataError, match="contributions"):
        replace(timeline, contributions=np.zeros((500, 3)))

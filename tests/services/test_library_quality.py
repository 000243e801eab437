"""The quality of a data set shows itself in a notebook and stays the report that it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from l4e_widgets.core.quality import QualityReport
from l4e_widgets.services.library import Workspace


def test_quality_shows_every_grade_with_its_reason_escaped_and_stays_a_report(tmp_path, capsys):
    rng = np.random.default_rng(1)
    index = pd.date_range("2025-01-01", periods=300, freq="10min")
    table = pd.DataFrame({"<b>flow": rng.normal(size=300), "still": np.full(300, 5.0)}, index=index)
    workspace = Workspace(tmp_path)
    quality = workspace.create_project("pump", table).dataset.quality
    capsys.readouterr()
    bundle = quality._repr_mimebundle_()
    lines = bundle["text/plain"].splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["<b>flow", "High:"], ["still", "Low:"]]
    assert "It never moves: every value is 5." in lines[1]
    assert lines[2].startswith("Warning  The data covers 2 d 2 h")
    assert "&lt;b&gt;flow" in bundle["text/html"]
    assert "<b>flow" not in bundle["text/html"]
    assert isinstance(quality, QualityReport)
    assert quality.of("still").grade == "Low"
    assert capsys.readouterr() == ("", "")

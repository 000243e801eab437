"""A run is kept as JSON that any reader takes, with what its figures depend on."""

from __future__ import annotations

import json

from benchmarks.engine.run import Row
from benchmarks.engine.store import circumstances, stored


def test_a_figure_that_means_nothing_is_null_and_the_circumstances_stand_first(tmp_path):
    row = Row(
        "set", "peer", None, 1.23456789, float("nan"), "", {"a": {"far": float("nan")}}, (("bias", (3,), 0.5, 0),)
    )
    stored([row, row], circumstances(quick=True), tmp_path / "runs" / "one.json")
    kept = json.loads((tmp_path / "runs" / "one.json").read_text(encoding="utf-8"))
    assert {"git", "machine", "versions", "seeds", "python"} <= kept["about"].keys()
    assert kept["about"]["versions"]["l4e-widgets"]
    assert len(kept["rows"]) == 2
    assert kept["rows"][0]["seconds"] == 1.235
    assert kept["rows"][0]["megabytes"] is None
    assert kept["rows"][0]["parts"]["a"]["far"] is None
    assert kept["rows"][0]["cases"] == [["bias", [3], 0.5, 0]]

"""The table of sensors: from whatever is at hand, and readable where no widget is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import l4e_widgets as l4e
from l4e_widgets.core.errors import UsageError
from l4e_widgets.widgets.parts.panel import STATIC

pytestmark = pytest.mark.skipif(not STATIC.joinpath("sensor-table.js").is_file(), reason="the front end is not built")
HOSTILE = "<img src=x onerror=alert(1)>"


def rows(seed):
    rng = np.random.default_rng(seed)
    index = pd.date_range("2026-01-01", periods=3000, freq="10min")
    table = pd.DataFrame({"flow": rng.normal(size=3000), HOSTILE: 5.0}, index=index)
    table.iloc[: 100 * seed, 0] = np.nan
    return table


def test_rows_over_time_are_graded(no_widget_left):
    table = l4e.SensorTable(rows(2), selected=["flow", "gone"])
    told = {column["key"]: column for column in table.columns}
    assert told["name"]["values"] == table.keys_of_rows == ["flow", HOSTILE]
    assert told["grade"]["texts"] == ["Medium", "Low"]
    assert told["missing"]["texts"][0] == "6.7 %"
    assert table.selected == ["flow"]
    bundle, again = table._repr_mimebundle_()[0], l4e.SensorTable(rows(5))
    other = again._repr_mimebundle_()[0]
    assert "flow" in bundle["text/plain"]
    assert "<img" not in bundle["image/svg+xml"]
    assert bundle["image/svg+xml"] != other["image/svg+xml"]
    for one in (table, again):
        one.layout.close()
        one.close()


def test_a_plain_table_keeps_its_columns(no_widget_left):
    table = l4e.SensorTable(pd.DataFrame({"sensor": ["a", "b"], "limit": [1.5, np.nan], "note": [None, "=1+1"]}))
    assert table.keys_of_rows == ["a", "b"]
    assert [column["title"] for column in table.columns] == ["sensor", "limit", "note"]
    assert table.columns[1]["values"] == [1.5, None]
    assert table.columns[2]["values"] == [None, "=1+1"]
    table.layout.close()
    table.close()


def test_two_rows_of_one_name_are_refused():
    with pytest.raises(UsageError, match='"a" twice'):
        l4e.SensorTable(pd.DataFrame({"x": [1, 2]}, index=["a", "a"]))

"""The pages that are measured, as one-cell notebooks: our chart, its peers on the same rows, the label editors."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from l4e_widgets.adapters.dashboard import dashboard_notebook
from l4e_widgets.core.times import iso_z
from l4e_widgets.services.context import open_context
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.results import results

__all__ = ["PAGES", "PROJECT", "Page", "make_workspace", "with_event", "write_page"]

PROJECT = "plant"
DAYS = 730
ROWS_TO_LABEL = 3_600_000

BEFORE = """
import os
import numpy as np
from l4e_widgets.services.context import open_context
from l4e_widgets.services.datasets import series_source
{imports}
if "VOILA_PREHEAT" in os.environ:
    from voila.utils import get_query_string
    get_query_string()
rows = series_source(open_context(), "plant")
ids = [sensor.id for sensor in rows.sensors[:10]]
span = rows.span
"""

CHART = """
TimeSeriesChart([ChartPanel(source=rows, sensors=(one,)) for one in ids])
"""

BQPLOT = """
def drawn(start, end):
    part = rows.window(ids, int(start * 3.6e12), int(end * 3.6e12), 1600)
    values = (part.values - middle) / width + np.arange(10)
    return part.timestamps / 3.6e12, np.ascontiguousarray(values.T, dtype=np.float32)

whole = rows.window(ids, span.start, span.end, 1600)
middle, width = np.nanmean(whole.values, axis=0), np.ptp(np.nan_to_num(whole.values), axis=0) + 1e-9
first = span.start / 3.6e12, span.end / 3.6e12
x, y = drawn(*first)
xs, ys = bqplot.LinearScale(min=first[0], max=first[1]), bqplot.LinearScale(min=-1, max=10)
scales = {"x": xs, "y": ys}
lines = bqplot.Lines(x=x, y=y, scales=scales)
pan = bqplot.PanZoom(scales={"x": [xs]})
axes = [bqplot.Axis(scale=xs), bqplot.Axis(scale=ys, orientation="vertical")]
figure = bqplot.Figure(marks=[lines], axes=axes, interaction=pan, layout={"width": "1000px", "height": "600px"})

def seen(_):
    if xs.max > xs.min:
        x, y = drawn(xs.min, xs.max)
        with lines.hold_sync():
            lines.x, lines.y = x, y

xs.observe(seen, names=["min", "max"])
figure
"""

PLOTLY = """
def drawn(start, end):
    part = rows.window(ids, int(start * 3.6e12), int(end * 3.6e12), 1600)
    return part.timestamps / 3.6e12, ((part.values - middle) / width + np.arange(10)).astype(np.float32)

whole = rows.window(ids, span.start, span.end, 1600)
middle, width = np.nanmean(whole.values, axis=0), np.ptp(np.nan_to_num(whole.values), axis=0) + 1e-9
x, y = drawn(span.start / 3.6e12, span.end / 3.6e12)
figure = go.FigureWidget([go.Scatter(x=x, y=y[:, place], mode="lines") for place in range(10)])
figure._config = {"scrollZoom": True}
figure.update_layout(width=1000, height=600, dragmode="pan", yaxis_fixedrange=True)

def seen(_, limits):
    x, y = drawn(*limits)
    with figure.batch_update():
        for place, trace in enumerate(figure.data):
            trace.x, trace.y = x, y[:, place]

figure.layout.xaxis.on_change(seen, "range")
figure
"""

LABELS = """
from ipywidgets import VBox
stored = Panel()
stored.show(element("b#stored", "0"))

def keep(labels):
    save_labels(open_context(), "plant", "{group}", labels)
    stored.show(element("b#stored", str(len(labels))))

{data}
VBox([LabelEditor(rows, on_change=keep), stored])
"""

LONG = f"""
import pandas as pd
n = np.arange({ROWS_TO_LABEL})
noise = np.random.default_rng(1).normal(0, 0.1, (len(n), 3))
waves = np.column_stack([np.sin(n / k) for k in (500, 7000, 90_000)]) + noise
rows = pd.DataFrame(waves, columns=["a", "b", "c"], index=pd.date_range("2023-01-01", periods=len(n), freq="s"))
"""
OUR_CHART = "from l4e_widgets.widgets.parts.chart import ChartPanel, TimeSeriesChart"
OUR_LABELS = """from l4e_widgets.widgets.parts.label_editor import LabelEditor
from l4e_widgets.widgets.parts.markup import element
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.services.labels import save_labels"""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page that is measured.

    Parameters
    ----------
    title : str
        Name of its rows.
    source : str
        Code of its one cell; empty for the dashboard itself.
    ready : str
        JavaScript that is true once all of it is on screen.
    query : str
        Query of its address.
    plot : str
        What the wheel and the drag are used on.
    needs : str
        Package without which it is absent.
    """

    title: str
    source: str
    ready: str
    query: str = ""
    plot: str = ".l4e-tsc"
    needs: str = ""


def _chart(title: str, imports: str, body: str, ready: str, *, plot: str = ".l4e-tsc", needs: str = "") -> Page:
    return Page(title=title, source=BEFORE.format(imports=imports) + body, ready=ready, plot=plot, needs=needs)


_CANVAS = "document.querySelector('.l4e-tsc canvas')"
PAGES = {
    "chart": _chart("bare chart", OUR_CHART, CHART, _CANVAS),
    "results": Page(
        title="results page",
        source="",
        ready=f"{_CANVAS} && document.querySelector('table[aria-label=Events] tbody tr')"
        " && document.querySelector('.l4e-say .big')",
        query="project=plant&page=results",
    ),
    "bqplot": _chart(
        "bqplot Lines",
        "import bqplot",
        BQPLOT,
        "(document.querySelector('.bqplot path.line')?.getAttribute('d') ?? '').length > 1000",
        plot=".bqplot .plotarea_events, .bqplot",
        needs="bqplot",
    ),
    "plotly": _chart(
        "plotly",
        "import plotly.graph_objects as go",
        PLOTLY,
        "(document.querySelector('.scatterlayer path.js-line')?.getAttribute('d') ?? '').length > 1000",
        plot=".nsewdrag",
        needs="plotly",
    ),
    "label": _chart("label editor, 1,051,200 rows × 30", OUR_LABELS, LABELS.format(group="a", data=""), _CANVAS),
    "long": _chart("label editor, 3,600,000 rows × 3", OUR_LABELS, LABELS.format(group="b", data=LONG), _CANVAS),
}


def with_event(page: Page, workspace: str) -> Page:
    """The page of results with its last event open: contributions and expected values are drawn too."""
    event = results(open_context(workspace), PROJECT, "first").events[-1]
    return replace(page, query=f"{page.query}&event={iso_z(event.span.start)}")


def write_page(page: Page, folder: Path) -> Path:
    """Write the notebook of a page; the dashboard's own where the page is the dashboard."""
    if not page.source:
        return dashboard_notebook()
    cell = {"cell_type": "code", "id": "c", "metadata": {}, "execution_count": None, "outputs": []}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    told = {"cells": [{**cell, "source": page.source}], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "page.ipynb"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def make_workspace(folder: Path) -> str:
    """Make the project of 1,051,200 rows × 30 sensors with a model, unless it is there; its folder."""
    from l4e_widgets.core.simulation.pump import simulate_pump

    workspace = Workspace(folder)
    if PROJECT not in [one.name for one in workspace.projects]:
        sys.stderr.write("Making the project of two years at a minute ...\n")
        frame = simulate_pump(start="2023-01-01", days=DAYS, step_s=60, seed=1).frame
        project = workspace.create_project(PROJECT, frame, "Simulated pump")
        project.train("first", sampling_rate="5min").wait()
    return folder.as_posix()

"""Makes the pictures of the widgets in docs/images/: python docs/screenshots.py [NAME ...].

A notebook with one widget a cell is served as the dashboard serves its own; Chromium opens it in both themes, and a
picture counts when two in a row agree.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MOST_BYTES = 120_000
SERVE = """
import sys
from pathlib import Path
import l4e_widgets.adapters.dashboard as dashboard
dashboard.dashboard_notebook = lambda: Path(sys.argv[2])
dashboard.run_dashboard(workspace=Path(sys.argv[1]), port=0, token="pictures",
                        ready=lambda address: sys.stdout.write(address + chr(10)) and sys.stdout.flush())
"""
DATA = """
import numpy as np, pandas as pd
import l4e_widgets as l4e
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.frame import SensorFrame
rng = np.random.default_rng(7)
index = pd.date_range("2026-03-01", periods=4032, freq="5min")
load = np.repeat(rng.choice([0.0, 1.0, 2.0], 168, p=[0.3, 0.3, 0.4]), 24)
heat = np.convolve(load, np.ones(60) / 60, "same")
table = pd.DataFrame({"flow": 150 + 30 * load, "discharge_pressure": 9 + 1.3 * load, "motor_current": 53 + 16 * load,
    "valve_position": 40 + 18 * load, "suction_pressure": 2.4 - 0.2 * load, "bearing_temp": 55 + 6 * heat,
    "winding_temp": 70 + 9 * heat, "tank_level": 3 + 0 * load}, index=index)
table = table + rng.normal(0, [3, 0.12, 1.2, 1.1, 0.03, 0.7, 1.0, 0.2], table.shape)
table.iloc[2300:2420, 5] += 9
units = ["m³/h", "bar", "A", "%", "bar", "°C", "°C", "m"]
sensors = [Sensor(id=name, name=name, unit=unit) for name, unit in zip(table.columns, units)]
frame = SensorFrame.from_dataframe(table, sensors)
"""
WIDGETS = {
    "chart": "l4e.TimeSeriesChart(frame.select(['flow', 'discharge_pressure', 'bearing_temp']))",
    "label-editor": "l4e.LabelEditor(frame, sensors=['flow', 'bearing_temp'], "
    "labels=[('2026-03-08 23:40', '2026-03-09 09:40')])",
    "sensor-table": "l4e.SensorTable(frame, selected=['bearing_temp'])",
    "histogram": "l4e.Histogram({'9 March': table.bearing_temp['2026-03-09'], 'the rest': "
    "table.bearing_temp.drop(table.bearing_temp['2026-03-09'].index)}, name='bearing_temp', unit='°C')",
    "histogram-three": "l4e.Histogram({'training': table.bearing_temp[:2000], 'evaluation': table.bearing_temp[2000:], "
    "'anomalous': table.bearing_temp[2300:2420]}, name='bearing_temp', unit='°C')",
    "contributions": "l4e.ContributionBars({'bearing_temp': 0.61, 'winding_temp': 0.2, 'flow': 0.08, "
    "'discharge_pressure': 0.06, 'motor_current': 0.05})",
    "condition": "l4e.ConditionRing(0.93, 0.05, 0.02)",
    "correlation": "l4e.CorrelationMatrix(table)",
    "daily-events": "l4e.DailyEvents([('2026-03-03 04:00', '2026-03-03 12:00'), ('2026-03-08 23:40', "
    "'2026-03-09 09:40'), ('2026-03-12 18:00', '2026-03-13 20:00')], span=('2026-03-01', '2026-03-15'))",
}
# Marks of bqplot, the canvas of a chart, a row of a table.
DRAWN = ".svg-figure :is(path.line, .bar, .slice, .dot, .element), .l4e-tsc[data-window] canvas, tbody td"
WIDE = {"chart", "label-editor", "sensor-table", "daily-events"}


def notebook(path: Path) -> Path:
    """Write a notebook that shows one widget in a cell, each in a box with its name."""
    cells = [DATA]
    cells.append("import ipywidgets\nfrom IPython.display import display")
    for name, call in WIDGETS.items():
        width = 960 if name in WIDE else 400
        cells.append(
            f"box = ipywidgets.VBox([getattr({call}, 'widget', None) or {call}], "
            f"layout=ipywidgets.Layout(width='{width + 32}px', padding='16px'))\n"
            f"box.add_class('l4e')\nbox.add_class('picture-{name}')\ndisplay(box)"
        )
    code = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": cell}
        for i, cell in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(json.dumps({"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of the served notebook."""
    page = notebook(folder / "page.ipynb")
    command = [sys.executable, "-c", SERVE, str(folder / "workspace"), str(page)]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(  # noqa: S603 our own server
        command, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def settled(place: Locator) -> bytes:
    """Picture of a place, taken when two in a row agree."""
    before = b""
    for _ in range(60):
        now = place.screenshot(animations="disabled")
        if now == before:
            return now
        before = now
        place.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    raise SystemExit("A widget never came to rest.")


def main(names: list[str]) -> None:
    """Make the named pictures, or all of them."""
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        raise SystemExit("Chromium is needed: make chromium")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1100, "height": 3600}, color_scheme=theme)
            page.goto(address)
            for name in names or list(WIDGETS):
                place = page.locator(f".picture-{name}")
                place.locator(DRAWN).first.wait_for(timeout=20_000, state="attached")
                picture = settled(place)
                path = IMAGES / f"{name}{'-dark' if theme == 'dark' else ''}.png"
                path.write_bytes(picture)
                if len(picture) > MOST_BYTES:
                    raise SystemExit(f"{path.name} has {len(picture)} bytes, {MOST_BYTES} are allowed.")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

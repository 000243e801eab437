"""Print the table of the browser and keep it as JSON: ``python -m benchmarks.browser [--runs 5] [--only PAGES]``."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import platform
import shutil
import sys
import tempfile
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError as NoEnd
from playwright.sync_api import sync_playwright

from benchmarks.browser.measures import Foreign, label_times, opened, pan_times, zoom_times
from benchmarks.browser.pages import PAGES, Page, make_workspace, with_event, write_page
from benchmarks.browser.serving import Server, served

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results"
PACKAGES = ("l4e-widgets", "voila", "anywidget", "ipywidgets", "bqplot", "plotly", "jupyter_server", "playwright")
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LABELS = 12
EDITORS = ("label", "long")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description="Benchmarks of the front end.")
    parser.add_argument("--runs", type=int, default=5, help="loads of a page, beside a first one that does not count")
    parser.add_argument("--zooms", type=int, default=20, help="turns of the wheel in each load")
    parser.add_argument("--only", default=",".join(PAGES), help=f"pages, with commas between them: {', '.join(PAGES)}")
    parser.add_argument("--workspace", type=Path, help="keeps the project; made anew in a temporary one if absent")
    parser.add_argument("--out", type=Path, help="the JSON file; default: benchmarks/results/browser-<time>.json")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.only.split(",")) - set(PAGES))
    if unknown:
        parser.error(f"there is no page called {', '.join(unknown)}; there are {', '.join(PAGES)}")
    return chosen


def _browser(library: Any) -> Any:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        sys.exit("No Chromium or Chrome was found: the table of the browser is absent.")
    return library.chromium.launch(executable_path=found, args=OPTIONS)


class Run:
    """Servers of all pages, and what was measured on them.

    Parameters
    ----------
    browser : Browser
        Playwright's browser.
    given : Namespace
        What was asked for.
    """

    def __init__(self, browser: Any, given: argparse.Namespace) -> None:
        self.browser, self.given = browser, given
        self.found: dict[str, dict[str, Any]] = {}

    def of(self, name: str, page: Page, server: Server, *, counts: bool) -> None:
        """Open a page once and measure all of it."""
        too_many = server.settle()
        foreign = Foreign(urlsplit(server.address).netloc)
        kind = "warm" if server.waiting else "cold"
        row = self.found.setdefault(name, {})
        with opened(self.browser, page, server.address, foreign, server.settle) as (tab, painted):
            _add(row, kind, [painted], counts=counts)
            if kind == "warm" and name in ("chart", "bqplot", "plotly"):
                _add(row, "zoom", zoom_times(tab, page, self.given.zooms), counts=counts)
                _add(row, "pan", pan_times(tab, page), counts=counts)
            if name in EDITORS:
                told = label_times(tab, page, LABELS)
                _add(row, "drawn", [one["drawn"] for one in told], counts=counts)
                _add(row, "stored", [one["stored"] for one in told], counts=counts)
            row["kernel_mb"] = max(row.get("kernel_mb", 0.0), server.largest_mb())
            if counts and kind == "warm" and name == "results":
                tab.reload()
                tab.wait_for_function("window.painted")
        too_many += server.settle()
        for what, number in (("foreign", foreign.asked), ("refused", foreign.refused), ("left", too_many)):
            row[what] = row.get(what, 0) + number
        row["refused"] = max(row["refused"], server.refusals())

    def rounds(self, names: list[str], folder: Path, workspace: str, *, is_warm: bool) -> None:
        """Open pages in turn, round after round, so that all of them see the same machine."""
        with contextlib.ExitStack() as stack:
            servers = []
            for name in names:
                page = with_event(PAGES[name], workspace) if name == "results" else PAGES[name]
                if page.needs and importlib.util.find_spec(page.needs) is None:
                    self.found[name] = {"absent": page.needs}
                    continue
                notebook = write_page(page, folder / name)
                server = stack.enter_context(served(notebook, workspace, folder / name, is_warm=is_warm))
                servers.append((name, page, server))
            for turn in range(self.given.runs + 1):
                for name, page, server in servers:
                    try:
                        self.of(name, page, server, counts=turn > 0)
                    except NoEnd:
                        row = self.found.setdefault(name, {})
                        row["failed"] = row.get("failed", 0) + 1
                    sys.stderr.write(".")
                    sys.stderr.flush()
        sys.stderr.write("\n")

    def all_pages(self, folder: Path, workspace: str) -> None:
        """Measure with waiting kernels, with none, and the label editors."""
        names = self.given.only.split(",")
        drawn, edited = ([name for name in names if (name in EDITORS) == is_editor] for is_editor in (False, True))
        for some, is_warm in ((drawn, True), (edited, True), (drawn, False)):
            self.rounds(some, folder, workspace, is_warm=is_warm)
            sys.stderr.write("\n".join(["", *shown(self.found), ""]))


def _add(row: dict[str, Any], what: str, values: list[float], *, counts: bool) -> None:
    row.setdefault(what, [])
    if counts:
        row[what].extend(values)


def p95(values: list[float]) -> float:
    """Value that one in twenty exceeds."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def shown(found: dict[str, dict[str, Any]]) -> list[str]:
    """Lines of the table; times in ms."""
    lines = [
        f"{'page':36} {'warm':>6} {'cold':>6} {'zoom 50':>8} {'95':>5} {'pan 95':>7} {'ratio':>6} {'kernel MB':>10}"
    ]
    bare = found.get("chart", {}).get("warm")
    for name, row in found.items():
        title = PAGES[name].title
        if "absent" in row:
            lines.append(f"{title:36} absent: {row['absent']} is not installed")
            continue
        if not any(row.get(one) for one in ("warm", "cold", "drawn")):
            lines.append(f"{title:36} nothing was measured")
            continue
        cells = [f"{title:36}"]
        cells += [f"{median(row[one]):6.0f}" if row.get(one) else f"{'–':>6}" for one in ("warm", "cold")]
        zoom = row.get("zoom")
        cells += [f"{median(zoom):8.0f} {p95(zoom):5.0f}"] if zoom else [f"{'–':>8} {'–':>5}"]
        cells += [f"{p95(row['pan']):7.0f}" if row.get("pan") else f"{'–':>7}"]
        cells += [f"{median(row['warm']) / median(bare):6.2f}" if bare and row.get("warm") else f"{'–':>6}"]
        lines.append(" ".join([*cells, f"{row.get('kernel_mb', 0):10.0f}"]))
    for name in EDITORS:
        row = found.get(name, {})
        if row.get("drawn"):
            told = [f"{median(row[one]):.0f} / {p95(row[one]):.0f}" for one in ("drawn", "stored")]
            lines.append(f"{PAGES[name].title}: label on screen {told[0]} ms, stored {told[1]} ms (median / p95)")
    rows = [row for row in found.values() if "absent" not in row]
    told = [sum(row.get(what, 0) for row in rows) for what in ("foreign", "refused", "left", "failed")]
    lines.append(
        f"requests outside {told[0]}, answers of 403 {told[1]}, kernels left {told[2]}, loads without an end {told[3]}"
    )
    lines.append("JavaScript shipped, kB: " + shipped())
    return lines


def shipped() -> str:
    """Bytes of our JavaScript, by file and together."""
    sizes = {path.name: path.stat().st_size for path in sorted((ROOT / "l4e_widgets" / "static").glob("*.js"))}
    return (
        ", ".join(f"{name} {size / 1000:.1f}" for name, size in sizes.items())
        + f"; all {sum(sizes.values()) / 1000:.1f}"
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def main() -> None:
    """Measure, print and keep."""
    given = _options()
    started = datetime.now(timezone.utc)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as library:
        workspace = make_workspace(given.workspace or Path(name) / "workspace")
        browser = _browser(library)
        run = Run(browser, given)
        run.all_pages(Path(name), workspace)
        about = {
            "started": started.isoformat(timespec="seconds"),
            "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()},
            "load": [round(one, 2) for one in os.getloadavg()],
            "python": platform.python_version(),
            "browser": browser.version,
            "versions": {one: _version(one) for one in PACKAGES},
        }
        browser.close()
    lines = shown(run.found)
    cores, load = about["machine"]["cores"], about["load"][0]
    print(f"{cores} cores, load {load}, Chromium {about['browser']}, {given.runs} loads of each page")
    print("\n".join(lines))
    out = given.out or RESULTS / f"browser-{started:%Y%m%dT%H%M%S}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(
        json.dumps({"about": about, "found": run.found, "table": lines}, ensure_ascii=False), encoding="utf-8"
    )
    print(f"Kept in {out.name}.")


if __name__ == "__main__":
    main()

"""The label editor in a real browser: by pointer, by keyboard alone, and by typing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.labels import Label, Rating
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import TimeRange, to_ns
from l4e_widgets.widgets.parts.chart import ChartEvent
from l4e_widgets.widgets.parts.label_editor import LabelEditor
from tests.widgets.bare_page import STATIC, BarePage

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not STATIC.joinpath("chart.js").is_file(), reason="the front end is not built"),
]
HOSTILE = "<img src=x onerror=alert(1)>"
MINUTE = 60_000_000_000
START = to_ns("2026-03-09")
N_ROWS = 7 * 1440
LEFT, WIDTH = 48, 1024 - 176 - 48


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[object]:
    """One browser for this file."""
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium_path, args=["--headless", "--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser) -> Iterator[object]:
    """An empty page."""
    context = browser.new_context(viewport={"width": 1024, "height": 900})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def editor(**options) -> LabelEditor:
    """A week of three sensors at a minute."""
    rows = np.arange(N_ROWS)
    rng = np.random.default_rng(3)
    values = np.column_stack(
        [10 - 2 * ((rows > 4800) & (rows < 5400)), 60 + 5 * np.sin(rows / 800), 160 + 3 * np.sin(rows / 900)]
    )
    values = values + rng.normal(0, [0.08, 0.5, 1.5], values.shape)
    sensors = (
        Sensor(id="p", name="Discharge pressure", unit="bar"),
        Sensor(id="v", name="<i>Valve</i> position", unit="%"),
        Sensor(id="f", name="Flow", unit="m³/h"),
    )
    return LabelEditor(SensorFrame(START + rows * MINUTE, values, sensors), **options)


def drag(page, start: float, end: float, y: float = 150) -> None:
    """Drag over the plot, from one share of its width to another."""
    box = page.locator(".l4e-tsc").bounding_box()
    page.mouse.move(box["x"] + LEFT + start * WIDTH, box["y"] + y)
    page.mouse.down()
    page.mouse.move(box["x"] + LEFT + end * WIDTH, box["y"] + y, steps=5)
    page.mouse.up()


def wait_labels(page, number: int) -> None:
    """Wait until the kernel has told of so many labels."""
    page.wait_for_function("(n) => window.models[0].get('editor').labels.length === n", arg=number)


def share(widget: LabelEditor, ns: int) -> float:
    """Place of a moment in the whole range, 0 to 1."""
    return (ns - START) / (widget.model.span.end - START)


def test_a_label_is_drawn_moved_resized_and_taken_back_by_mouse(page) -> None:
    widget = editor()
    bare = BarePage(page, widget)
    drag(page, 0.2, 0.3)
    assert widget.labels == (), "without the label mode a drag moves the window"
    page.get_by_role("button", name="+ Add label").click()
    drag(page, 0.4, 0.5)
    assert page.get_attribute(".l4e-tsc", "data-labels") == "1", "it is on screen before the kernel knows"
    wait_labels(page, 1)
    span = widget.labels[0].span
    assert (span.start - START) % MINUTE == 0
    assert share(widget, span.start) == pytest.approx(0.4, abs=0.003)
    assert page.get_by_label("Start", exact=True).input_value() == str(pd.Timestamp(span.start))[:16]
    drag(page, 0.5, 0.6)
    page.wait_for_function("(ms) => window.models[0].get('editor').labels[0].end > ms", arg=span.end / 1e6)
    assert share(widget, widget.labels[0].span.end) == pytest.approx(0.6, abs=0.003), "an edge is gripped"
    drag(page, 0.55, 0.65)
    page.wait_for_function("(ms) => window.models[0].get('editor').labels[0].start > ms", arg=span.start / 1e6 + 1)
    assert share(widget, widget.labels[0].span.start) == pytest.approx(0.5, abs=0.003), "its body moves"
    drag(page, 0.1, 0.2)
    wait_labels(page, 2)
    drag(page, 0.3, 0.55)
    page.get_by_text("were made one").wait_for()
    assert share(widget, widget.labels[1].span.start) == pytest.approx(0.3, abs=0.003)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("were made one").wait_for(state="hidden")
    assert share(widget, widget.labels[1].span.start) == pytest.approx(0.5, abs=0.003)
    bare.close()
    assert page.evaluate("() => window.left()") == 0
    assert bare.complaints == []


def test_everything_is_done_by_keyboard_alone(page) -> None:
    event = TimeRange(START + 6000 * MINUTE, START + 6200 * MINUTE)
    widget = editor(events=[ChartEvent(span=event)])
    BarePage(page, widget)
    page.focus(".l4e-tsc")
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait_labels(page, 1)
    first = widget.labels[0].span
    step = N_ROWS / 200 * 60
    assert (first.start - START) / 1e9 == pytest.approx(30 * step, abs=120)
    assert first.seconds == pytest.approx(4 * step, abs=120)
    page.keyboard.press("]")
    page.keyboard.press("[")
    page.wait_for_function("() => window.models[0].get('editor').acks && true")
    page.keyboard.press("2")
    page.wait_for_function("() => window.models[0].get('editor').labels[0].rating === 'NO_ANOMALY'")
    assert widget.labels[0].span.seconds == pytest.approx(6 * step, abs=240)
    assert widget.labels[0].rating is Rating.NO_ANOMALY
    page.keyboard.press("n")
    page.keyboard.press("e")
    wait_labels(page, 2)
    assert widget.labels[1].span == event
    page.keyboard.press("p")
    page.keyboard.press("Delete")
    wait_labels(page, 1)
    assert widget.labels[0].span == event
    page.keyboard.press("Control+z")
    wait_labels(page, 2)
    page.keyboard.press("Control+Shift+Z")
    wait_labels(page, 1)
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys of the label editor").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="Keys of the label editor").wait_for(state="hidden")


def test_cells_are_typed_in_and_what_is_refused_is_put_back(page) -> None:
    widget = editor(labels=[("2026-03-12 12:00", "2026-03-12 19:40")])
    BarePage(page, widget)
    end = page.get_by_label("End", exact=True)
    end.fill("2026-03-12 20:15")
    end.press("Enter")
    page.wait_for_function("() => window.models[0].get('editor').labels[0].endText === '2026-03-12 20:15'")
    assert widget.labels[0].span.end == to_ns("2026-03-12 20:15")
    end.fill("soon")
    end.press("Tab")
    page.get_by_role("alert").get_by_text('"soon" is not a time').wait_for()
    assert end.input_value() == "2026-03-12 20:15"
    for name, text in (
        ("Fault code", "<img src=x onerror=alert(1)>"),
        ("Notes", "🔧 stuck at 69 %"),
        ("Equipment", "V-7"),
    ):
        field = page.get_by_label(name, exact=True)
        field.fill(text)
        field.press("Tab")
    page.get_by_label("Rating").select_option("NEUTRAL")
    page.wait_for_function("() => window.models[0].get('editor').labels[0].rating === 'NEUTRAL'")
    label = widget.labels[0]
    assert (label.fault_code, label.notes, label.equipment) == (
        "<img src=x onerror=alert(1)>",
        "🔧 stuck at 69 %",
        "V-7",
    )
    assert page.locator("img").count() == 0
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("() => window.models[0].get('editor').labels[0].rating === 'ANOMALY'")


def test_a_file_is_shown_with_its_bad_lines_and_labels_leave_as_a_file(page, tmp_path: Path) -> None:
    widget = editor()
    BarePage(page, widget)
    file = tmp_path / "<b>old.csv"
    lines = ["2026-03-10 01:00,2026-03-10 02:00", "soon,later", "2026-03-11 01:00,2026-03-11 02:30"]
    file.write_text("\n".join(lines), encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("2 labels, 1 line cannot be read").wait_for()
    page.get_by_text('The start "soon" is not a time.').wait_for()
    assert widget.labels == ()
    page.get_by_role("button", name="Add 2 labels").click()
    wait_labels(page, 2)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export CSV").click()
    waiting.value.save_as(tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert lines == ["2026-03-10 01:00:00,2026-03-10 02:00:00", "2026-03-11 01:00:00,2026-03-11 02:30:00"]


def test_frozen_labels_can_be_looked_at_only(page) -> None:
    label = Label(span=TimeRange.of("2026-03-12 12:00", "2026-03-12 19:40"), fault_code="valve")
    widget = editor(labels=[label], read_only="Model winter keeps these labels.")
    BarePage(page, widget)
    page.get_by_text("Model winter keeps these labels.").wait_for()
    page.focus(".l4e-tsc")
    page.keyboard.press("n")
    page.wait_for_function("() => window.models[0].get('editor').selected.length === 1")
    page.keyboard.press("Delete")
    page.keyboard.press("l")
    drag(page, 0.3, 0.4)
    assert widget.labels == (label,)
    assert page.get_by_label("End", exact=True).is_disabled()
    assert page.locator("button:visible", has_text="Add label").count() == 0


def test_messages_that_mean_nothing_change_nothing() -> None:
    widget = editor(labels=[("2026-03-12 12:00", "2026-03-12 19:40")])
    before = widget.labels
    wrong = [
        {"act": "explode"},
        {"act": "add", "start": "now", "end": 1},
        {"act": "add", "start": 9e15, "end": 9e15},
        {"act": "add", "start": -9e11, "end": -8e11},
        {"act": "resize", "key": 99, "start": 0, "end": 1},
        {"act": "delete", "keys": "all"},
        {"act": "rate", "keys": [1], "rating": "WRONG"},
        {"act": "write", "key": 1, "field": "__class__", "text": "x"},
        {"act": "import", "name": "x.csv"},
        {"act": "save"},
    ]
    for number, message in enumerate(wrong, start=1):
        widget._on_message(widget, {"kind": "edit", "view": "v", "seq": number, **message}, [])
        assert widget.editor["error"], message
        assert widget.editor["acks"] == {"v": number}
    assert widget.labels == before
    widget.close()

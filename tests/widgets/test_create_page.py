"""The page that makes a project: names, files, what was understood, questions, failures, and nothing left behind."""

from __future__ import annotations

import hashlib
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.inspecting import inspect
from l4e_widgets.services.projects import create_project, list_projects, project_summary
from l4e_widgets.services.uploads import BLOCK, close_upload, list_uploads, open_upload, write_chunk
from l4e_widgets.widgets.create import CreateProject, CreateProjectModel
from l4e_widgets.widgets.dashboard import Dashboard
from l4e_widgets.widgets.parts.upload_model import UploadedFile

HOSTILE = "<img src=x onerror=window.hacked=1>.csv"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return open_context(tmp_path / "workspace")


def written(start: datetime, step: timedelta, n_rows: int = 300, *, last: str = "") -> bytes:
    """A German export: semicolons, decimal commas, day before month, a column of words."""
    lines = ["Zeit;Durchfluss [m3/h];Druck;Operator"]
    lines += [f"{start + i * step:%d/%m/%Y %H:%M};{186 + i % 7},5;{9 + i % 3},81;Ha" for i in range(n_rows)]
    return ("\n".join([*lines, *([last] if last else [])]) + "\n").encode()


CLEAR = written(datetime(2026, 4, 1), timedelta(hours=6))
OPEN = written(datetime(2026, 4, 3), timedelta(minutes=1))


def sent(context: Context, name: str, content: bytes) -> UploadedFile:
    """A file that a browser has uploaded."""
    opened = open_upload(context, name=name, size=len(content), fingerprint=name)
    write_chunk(context, opened.id, offset=0, data=content)
    blocks = [hashlib.sha256(content[i : i + BLOCK]).hexdigest() for i in range(0, len(content), BLOCK)]
    done = close_upload(context, opened.id, blocks).upload
    return UploadedFile(id=done.id, name=done.name, path=done.path, size=done.size, sha256=done.sha256)


def ready(context: Context, content: bytes, name: str = "pump 7.csv") -> CreateProjectModel:
    """The page's model with one file read."""
    model = CreateProjectModel(context)
    model.files.uploaded((sent(context, name, content),))
    model.reading.settle()
    return model


def ended(model: CreateProjectModel) -> None:
    """Look until the making has ended."""
    until = time.monotonic() + 60
    while model.look():
        assert time.monotonic() < until, "the project was not made"
        time.sleep(0.05)


def test_a_name_is_suggested_checked_and_must_be_free(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "pump 7.csv"
    path.write_bytes(CLEAR)
    create_project(context, "pump-7", path)
    model = CreateProjectModel(context)
    assert model.sentence == "Create project becomes ready when a file is chosen."
    model.files.add_path(str(path))
    assert model.name == "pump-7-2"
    model.set_name("p7")
    assert "3 to 170 characters" in model.name_refused
    assert model.why_not == "when its name can be used"
    model.set_name("pump-7")
    assert 'There is a project called "pump-7" already. pump-7-2 is free.' in model.name_refused
    model.set_name("")
    assert (model.name, model.name_refused) == ("pump-7-2", "")
    model.set_description("pump, line 2")
    assert "letters, digits, spaces" in model.description_refused
    model.reading.settle()
    assert model.why_not == "when its description can be used"
    model.set_description("")
    assert model.why_not == ""
    model.close()


def test_what_was_understood_is_what_inspect_understands(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "pump.csv"
    path.write_bytes(CLEAR)
    model = CreateProjectModel(context)
    model.files.add_path(str(path))
    model.reading.settle()
    values = {one.title: one.value for one in model.reading.choices}
    assert values["Delimiter"] == "semicolon ;"
    assert values["Decimal mark"] == "comma"
    assert values["Time format"] == "DD/MM/YYYY hh:mm"
    assert values["Sampling"] == "6 h"
    assert values["Numeric"] == "2 columns"
    assert model.reading.look.inspection.to_dict() == inspect(path).to_dict()
    titles = [doubt.title for doubt in model.reading.doubts]
    assert titles == ["The file does not name its zone.", "1 column is set aside."]
    assert "Operator" in model.reading.doubts[1].words
    written_rows = model.reading.look.written
    assert written_rows.names == ("Zeit", "Durchfluss [m3/h]", "Druck", "Operator")
    assert written_rows.first[0] == ("01/04/2026 00:00", "186,5", "9,81", "Ha")
    assert written_rows.last[-1][0] == f"{datetime(2026, 4, 1) + 299 * timedelta(hours=6):%d/%m/%Y %H:%M}"
    model.close()


def test_every_choice_can_be_said_otherwise_and_taken_back(context: Context) -> None:
    model = ready(context, CLEAR)
    reading = model.reading
    reading.change("time_zone", "Europe/Berlin")
    reading.settle()
    assert reading.look.first.understanding.zone == "Europe/Berlin"
    assert [doubt.title for doubt in reading.doubts] == ["1 column is set aside."]
    reading.change("time_zone", "Europe/Nowhere")
    reading.settle()
    assert "Nowhere" in reading.defect
    assert model.why_not == "when the files can be read"
    reading.change("time_zone", "")
    reading.settle()
    assert model.why_not == ""
    reading.change("ignore", "Druck")
    reading.settle()
    assert [sensor.name for sensor in reading.look.inspection.sensors] == ["Durchfluss [m3/h]"]
    assert ("Druck", False) in reading.columns
    reading.change("ignore", "Druck")
    reading.change("decimal", ".")
    reading.settle()
    assert reading.look is not None
    assert reading.look.first.understanding.decimal == "."
    reading.change("decimal", "")
    reading.settle()
    assert {one.title: one.value for one in reading.choices}["Numeric"] == "2 columns"
    model.close()


def test_an_open_question_shows_both_readings_and_its_answer_makes_the_page_ready(context: Context) -> None:
    model = ready(context, OPEN)
    asked = model.reading.question
    assert model.why_not == "when the question is answered"
    assert {tried.value for tried in asked.tried} == {"day-first", "month-first"}
    assert asked.question.cells[0] == "03/04/2026 00:00"
    model.reading.answer("timestamp_format", "yesterday-first")
    assert model.reading.question is not None
    model.reading.answer("timestamp_format", "month-first")
    model.reading.settle()
    assert model.reading.question is None
    assert model.reading.look.first.first.timestamps[0] == 1_772_582_400 * 10**9
    assert model.why_not == ""
    model.close()


def test_the_likelier_answer_comes_last(context: Context) -> None:
    asked = ready(context, written(datetime(2026, 4, 1), timedelta(days=1), 12)).reading.question
    assert [tried.value for tried in asked.tried] == ["month-first", "day-first"]
    assert asked.likeliest == "day-first"
    assert [tried.sentence for tried in asked.tried] == ["one row every 31 d, no gap", "one row every 1 d, no gap"]


def test_a_project_is_made_and_its_upload_leaves_the_inbox(context: Context) -> None:
    model = ready(context, CLEAR)
    model.set_description("Feed water pump")
    model.create()
    model.settle()
    assert model.job is not None
    other = CreateProjectModel(context, model.project)
    assert other.job is not None or other.created == "pump-7"
    ended(model)
    assert model.created == "pump-7"
    summary = project_summary(context, "pump-7")
    assert (summary.n_rows, summary.n_sensors, summary.description) == (300, 2, "Feed water pump")
    assert list_uploads(context) == ()
    ended(other)
    assert other.created == "pump-7"
    model.close()
    other.close()


def test_a_failure_leaves_no_project_keeps_the_upload_and_fills_the_page_in_again(context: Context) -> None:
    model = ready(context, CLEAR)
    model.reading.change("time_zone", "Europe/Berlin")
    model.reading.settle()
    model.set_description("Pump 7")
    late = written(datetime(2026, 4, 1), timedelta(hours=6), last="04/25/2026 10:00;1,5;2,5;Ha")
    source = model.files.sources[0]
    list_uploads(context)[0].path.write_bytes(late)
    model.create()
    model.settle()
    ended(model)
    assert 'pump 7.csv, column "Zeit", row 302: "04/25/2026 10:00" contradicts day/month/year' in model.failure
    assert "--timestamp-format day-first or month-first" in model.failure
    assert "Nothing was stored, and your files are kept" in model.failure
    assert list_projects(context) == ()
    assert (model.name, model.description, model.files.sources) == ("pump-7", "Pump 7", (source,))
    assert model.reading.options.time_zone == "Europe/Berlin"
    model.reading.settle()
    assert model.why_not == "when the question is answered"
    model.reading.answer("timestamp_format", "day-first")
    model.reading.settle()
    assert model.why_not == ""
    model.create()
    model.settle()
    assert model.failure == ""
    ended(model)
    assert model.created == "pump-7"
    model.close()


def test_a_cancelled_loading_is_taken_back_by_whoever_looks_next(context: Context) -> None:
    model = ready(context, CLEAR)
    model.create()
    model.settle()
    model.cancel()
    ended(model)
    assert model.failure.startswith("The loading was cancelled. Nothing was stored")
    assert list_projects(context) == ()
    assert len(list_uploads(context)) == 1
    again = CreateProjectModel(context, "pump-7")
    assert again.job is None
    assert [file.name for file in again.files.earlier] == ["pump 7.csv"]
    model.close()
    again.close()


def test_a_project_that_failed_while_nobody_looked_is_opened_to_be_corrected(context: Context) -> None:
    model = ready(context, OPEN)
    model.close()
    create_project(context, "pump-7", list(model.files.sources), wait=False)
    until = time.monotonic() + 60
    while project_summary(context, "pump-7").status != "failed":
        assert time.monotonic() < until, "it did not fail"
        time.sleep(0.05)
    page = CreateProjectModel(context, "pump-7")
    assert "Day and month cannot be told apart" in page.failure
    page.reading.settle()
    assert page.reading.question is not None
    assert list_projects(context) == ()
    page.close()


def test_an_upload_can_be_used_later_or_removed(context: Context) -> None:
    file = sent(context, "old.csv", CLEAR)
    model = CreateProjectModel(context)
    source = f"inbox:{file.id}"
    assert [one.source for one in model.files.earlier] == [source]
    model.files.add_upload(source)
    assert model.files.sources == (source,)
    assert model.files.earlier == ()
    model.files.leave(source)
    assert model.sentence == "Create project becomes ready when a file is chosen."
    model.files.remove(source)
    assert list_uploads(context) == ()
    model.close()


def test_markup_in_a_file_name_or_column_stays_text_and_nothing_is_left(context: Context, no_widget_left: None) -> None:
    page = CreateProject(context)
    _ = page.parts
    content = CLEAR.replace(b"Druck", b"<script>alert(1)</script>").replace(b"Operator", b"<b>who</b>")
    sent(context, HOSTILE, content)
    page.model.files.refresh()
    page.model.files.add_upload(page.model.files.earlier[0].source)
    page.model.reading.settle()
    page.model.reading.open_change("columns")
    html = "".join(panel.html for panel in panels(page.widget))
    assert "&lt;img src=x" in html
    assert "&lt;script&gt;" in html
    assert not [bad for bad in ("<img", "<script", "<b>who") if bad in html]
    page.close()


def panels(widget: object) -> list[object]:
    """All panels in a widget."""
    inner = [panel for child in getattr(widget, "children", ()) for panel in panels(child)]
    return [*([widget] if hasattr(widget, "html") else []), *inner]


def test_the_page_says_what_it_waits_for_and_a_click_reads_beside_the_kernel(context: Context) -> None:
    page = CreateProject(context)
    head = page.parts[0]
    assert "Create project becomes ready when a file is chosen." in head.html
    threads: list[str] = []
    page.model.reading.observe(lambda _: threads.append(threading.current_thread().name), names=["look"])
    page.model.files.uploaded((sent(context, "pump.csv", CLEAR),))
    page.model.reading.settle()
    assert threads
    assert threading.main_thread().name not in threads
    assert "correct what is wrong, then create the project" in head.html
    page._chosen("name", "x")
    assert 'disabled title="ready when its name can be used"' in head.html
    page.close()


def test_the_dashboard_opens_the_page_by_link_and_shows_the_new_project_in_its_link(context: Context) -> None:
    dashboard = Dashboard(context, query="page=create")
    _ = dashboard.parts
    assert dashboard.model.place.page == "create"
    assert dashboard.model.title == "New project · l4e"
    assert 'data-act="create"' in dashboard.parts[1].html
    page = dashboard._page
    page.model.files.uploaded((sent(context, "pump.csv", CLEAR),))
    page.model.reading.settle()
    page._chosen("create", "")
    until = time.monotonic() + 60
    while dashboard.model.place.page != "overview":
        assert time.monotonic() < until, "the overview did not open"
        assert dashboard.model.place.to_query() in ("page=create", "project=pump&page=create", "")
        time.sleep(0.05)
    assert dashboard.model.place.project == "pump"
    dashboard.close()

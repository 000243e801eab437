"""The page that adds data: stored understanding, counts, failures, the sensor sheet, and nothing left behind."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.datasets import sensors
from l4e_widgets.services.projects import create_project, project_summary
from l4e_widgets.services.uploads import close_upload, list_uploads, open_upload, write_chunk
from l4e_widgets.widgets.add_data import AddData, AddDataModel
from l4e_widgets.widgets.dashboard import Dashboard
from l4e_widgets.widgets.parts.upload_model import UploadedFile

HEAD = "Zeit;Durchfluss;Druck"


def written(start: datetime, n_rows: int, *, add: float = 0.0) -> bytes:
    """Rows of one minute whose days and months nobody can tell apart."""
    rows = [
        f"{start + timedelta(minutes=i):%d/%m/%Y %H:%M};{186 + i % 7 + add:.1f};{9 + i % 3},5" for i in range(n_rows)
    ]
    return ("\n".join([HEAD, *(row.replace(".", ",") for row in rows)]) + "\n").encode()


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A project whose question was answered: day first."""
    context = open_context(tmp_path / "workspace")
    path = tmp_path / "first.csv"
    path.write_bytes(written(datetime(2026, 4, 3), 300))
    create_project(context, "machine", path, options=ReadingOptions(timestamp_format="day-first"))
    return context


def sent(context: Context, name: str, content: bytes) -> UploadedFile:
    """A file that a browser has uploaded."""
    opened = open_upload(context, name=name, size=len(content), fingerprint=name)
    write_chunk(context, opened.id, offset=0, data=content)
    done = close_upload(context, opened.id, [hashlib.sha256(content).hexdigest()]).upload
    return UploadedFile(id=done.id, name=done.name, path=done.path, size=done.size, sha256=done.sha256)


def ended(model: AddDataModel) -> None:
    """Look until the adding has ended."""
    until = time.monotonic() + 60
    while model.look():
        assert time.monotonic() < until, "the data was not added"
        time.sleep(0.05)


def test_the_stored_understanding_answers_the_question_and_repeats_are_counted(context: Context) -> None:
    model = AddDataModel(context, "machine")
    assert model.sentence == "Add data becomes ready when a file is chosen."
    assert model.detail.startswith("machine holds 300 rows from 2026-04-03 00:00 to")
    model.files.uploaded((sent(context, "more.csv", written(datetime(2026, 4, 3, 4), 120, add=1)),))
    model.reading.settle()
    assert model.reading.question is None
    assert model.reading.look.options.timestamp_format == "day-first"
    assert model.why_not == ""
    model.add()
    model.settle()
    other = AddDataModel(context, "machine")
    assert other.job is not None or project_summary(context, "machine").n_rows == 360
    ended(model)
    assert model.failure == ""
    assert model.told[0] == "120 rows added, 60 of them at times that were there already; 60 values replaced."
    assert project_summary(context, "machine").n_rows == 360
    assert list_uploads(context) == ()
    assert model.files.files == ()
    model.close()
    other.close()


def test_a_failure_leaves_data_and_upload_as_they_were(context: Context) -> None:
    model = AddDataModel(context, "machine")
    file = sent(context, "more.csv", written(datetime(2026, 4, 4), 60))
    model.files.uploaded((file,))
    model.reading.settle()
    file.path.write_bytes(b"Zeit;Durchfluss\nnothing;at all\n")
    model.add()
    model.settle()
    ended(model)
    text = model.failure or model.error
    assert "more.csv" in text
    assert project_summary(context, "machine").n_rows == 300
    assert [one.name for one in list_uploads(context)] == ["more.csv"]
    assert model.files.sources == (f"inbox:{file.id}",)
    model.close()


def test_a_sheet_is_applied_and_a_bad_line_is_named(context: Context, tmp_path: Path) -> None:
    model = AddDataModel(context, "machine")
    sheet = model.sheet
    filled = sheet.content().decode().replace("Durchfluss,,,,", "Durchfluss,Flow,,m3/h,")
    sheet.uploaded((sent(context, "sheet.csv", filled.encode()),))
    sheet.settle()
    assert sheet.refused == ""
    assert sheet.told[0] == "1 sensor changed: Durchfluss."
    flow = sensors(context, "machine")[0]
    assert (flow.display_name, flow.unit, flow.kind_told) == ("Flow", "m3/h", False)
    assert list_uploads(context) == ()
    path = tmp_path / "bad.csv"
    path.write_text("name,unit,limit low,limit high\nDurchfluss,m3/h,0,300\nDruck,bar,high,10\n")
    sheet.apply(str(path))
    sheet.settle()
    assert "bad.csv, row 3" in sheet.refused
    assert sensors(context, "machine")[0].limit_high is None
    sheet.apply(str(path.with_name("absent.csv")))
    sheet.settle()
    assert "absent.csv" in sheet.refused
    model.close()


def test_the_page_goes_away_without_a_trace_and_its_link_opens_it(context: Context, no_widget_left: None) -> None:
    page = AddData(context, project="machine")
    head = page.parts[0]
    assert "Add data becomes ready when a file is chosen." in head.html
    page.model.files.uploaded((sent(context, "<img src=x>.csv", written(datetime(2026, 4, 4), 30)),))
    page.model.reading.settle()
    page._chosen("add", "")
    page.model.settle()
    ended(page.model)
    page._ticker.stop()
    assert "30 rows added; 0 values replaced." in head.html
    page.close()
    dashboard = Dashboard(context, query="project=machine&page=add")
    _ = dashboard.parts
    assert dashboard.model.place.to_query() == "project=machine&page=add"
    assert dashboard.model.title == "machine · Add data · l4e"
    dashboard._page._chosen("leave", "")
    assert dashboard.model.place.page == "overview"
    assert "Add data" in dashboard._page.parts[0].html
    dashboard.close()

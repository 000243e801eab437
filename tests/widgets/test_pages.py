"""The pages, driven without a browser: what they say, what they open, and that they leave nothing behind."""

from __future__ import annotations

import csv
import io
import shutil

import pytest

from l4e_widgets.core.times import TimeRange, iso_z, to_ns
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.results import results
from l4e_widgets.widgets.dashboard import Dashboard, DashboardModel
from l4e_widgets.widgets.dashboard.model import Place
from l4e_widgets.widgets.overview import OverviewModel, ProjectDashboard
from l4e_widgets.widgets.parts.panel import STATIC, Panel
from l4e_widgets.widgets.projects import ProjectsModel, Welcome
from l4e_widgets.widgets.results import Results, ResultsModel
from l4e_widgets.widgets.results.events import events_csv
from l4e_widgets.widgets.review import ReviewModel, SensorReview
from tests.widgets.conftest import FAULT, HOSTILE

MOST_WIDGETS = 60
needs_front_end = pytest.mark.skipif(not STATIC.joinpath("panel.js").is_file(), reason="the front end is not built")


def markup(page) -> str:
    """All markup that a page sends to the browser."""
    return "".join(part.html for part in panels(page.parts))


def panels(widgets) -> list[Panel]:
    """Panels among widgets and their children."""
    found = [widget for widget in widgets if isinstance(widget, Panel)]
    for widget in widgets:
        found += panels(getattr(widget, "children", ()))
    return found


def use(panel: Panel, act: str, value: str = "") -> None:
    """What the browser sends when a control is used."""
    panel._handle_custom_msg({"act": act, "value": value}, [])


def test_projects_are_listed_with_what_is_in_them(trained):
    model = ProjectsModel(trained.context)
    assert [(project.name, project.n_sensors, project.models) for project in model.projects] == [
        ("pump", 30, ("first",))
    ]
    assert model.sentence == "1 project, with a trained model."


def test_an_emptied_workspace_empties_the_page(trained, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(trained.context.store.uri.removeprefix("file://"), copy)
    model = ProjectsModel(Workspace(copy).context)
    assert len(model.projects) == 1
    shutil.rmtree(copy)
    copy.mkdir()
    model.refresh()
    assert (model.projects, model.sentence) == ((), "No project yet.")


@needs_front_end
def test_an_empty_page_says_what_to_do(tmp_path, no_widget_left):
    page = Welcome(tmp_path)
    said = markup(page)
    assert "Try it with the sample pump" in said
    assert "l4e.CreateProject()" in said
    assert "A time in the first column, one number per sensor after it." in said
    page.close()


def test_overview_says_what_the_newest_model_found(trained):
    model = OverviewModel(trained.context, "pump")
    assert model.sentence == results(trained.context, "pump", "first").sentence
    assert model.severity in ("warning", "critical")
    assert len(model.rows) == 20
    first = model.rows.timestamps[0]
    model.show_edge("last")
    assert model.rows.timestamps[0] > first


@pytest.mark.parametrize("make", [OverviewModel, ReviewModel, ResultsModel])
def test_a_project_that_is_gone_becomes_a_sentence(tmp_path, make):
    model = make(Workspace(tmp_path).context, "gone")
    assert 'There is no project called "gone".' in model.error


def test_review_finds_filters_and_draws(trained):
    model = ReviewModel(trained.context, "pump")
    assert len(model.rows) == 30 == sum(model.counts[grade] for grade in ("High", "Medium", "Low"))
    assert len(model.drawn) == 2
    model.look_for("SEAL_PRESSURE")
    assert [row.name for row in model.rows] == ["seal_pressure"]
    model.draw("seal_pressure")
    assert model.drawn[-1] == "seal_pressure"
    model.draw("seal_pressure")
    assert "seal_pressure" not in model.drawn
    model.draw("not a sensor")
    for name in [sensor.name for sensor in model.sensors[5:12]]:
        model.draw(name)
    assert model.drawn == tuple(sensor.name for sensor in model.sensors[8:12])


def test_grades_leave_as_a_file_with_every_sensor(trained):
    model = ReviewModel(trained.context, "pump")
    rows = list(csv.DictReader(io.StringIO(model.grades_csv().decode())))
    assert [row["sensor"] for row in rows] == [row.name for row in model.rows]
    assert rows[0]["sensor"] == HOSTILE


def test_an_event_opens_with_the_window_around_it(trained):
    model = ResultsModel(trained.context, "pump")
    assert model.model == "first"
    assert model.window == model.whole
    model.step(1)
    event = model.event
    assert model.chosen == 0
    assert model.window.start < event.span.start < event.span.end < model.window.end
    assert model.window.seconds < model.whole.seconds
    assert model.drawn == tuple(share.sensor.id for share in event.sensors[:2])
    model.zoom("All")
    assert (model.event, model.window) == (None, model.whole)


def test_steps_end_at_the_first_and_the_last_event(trained):
    model = ResultsModel(trained.context, "pump")
    last = len(model.found.events) - 1
    model.step(-1)
    assert model.chosen == last
    model.step(1)
    assert model.chosen == last
    model.choose(0)
    model.step(-1)
    assert model.chosen == 0


def test_the_leak_is_among_the_events_and_opens_by_its_time(trained):
    start, end = (to_ns(moment) for moment in FAULT)
    model = ResultsModel(trained.context, "pump")
    leaks = [event for event in model.found.events if event.span.start < end and start < event.span.end]
    assert leaks
    again = ResultsModel(trained.context, "pump", "first", iso_z(leaks[0].span.start))
    assert again.event == leaks[0]
    assert again.event_link == iso_z(leaks[0].span.start)


@pytest.mark.parametrize(
    ("model", "event", "said"),
    [
        ("gone", "", "no model"),
        ("first", "2001-01-01 00:00", "No event starts at 2001-01-01 00:00."),
        ("first", "yesterday", '"yesterday" is not a time.'),
    ],
)
def test_a_link_to_what_is_gone_says_so(trained, model, event, said):
    assert said in ResultsModel(trained.context, "pump", model, event).error


def test_events_leave_as_a_file(trained):
    found = results(trained.context, "pump", "first")
    rows = list(csv.DictReader(io.StringIO(events_csv(found).decode())))
    assert [row["start"] for row in rows] == [iso_z(event.span.start) for event in found.events]


def test_link_and_place_are_the_same_thing():
    place = Place("results", "pump-7", "winter v2", "2026-11-24T04:10:00Z")
    assert Place.from_query(place.to_query()) == place
    assert Place.from_query("?project=pump-7&page=nonsense&token=x") == Place("overview", "pump-7")
    assert Place.from_query("") == Place()
    assert Place().to_query() == ""


def test_frame_knows_the_way_back_and_on(trained):
    model = DashboardModel(trained.context, "project=pump&page=review")
    before, after = model.neighbours
    assert (before.key, after.key) == ("overview", "label")
    assert model.title == "pump · Review · l4e"
    model.open(Place("results", "pump"))
    assert model.neighbours[1] is None


def test_a_link_to_a_project_that_is_gone_opens_the_list_and_says_so(trained):
    model = DashboardModel(trained.context, "project=gone&page=review")
    assert model.place == Place()
    assert 'There is no project called "gone".' in model.error
    assert [project.name for project in model.projects] == ["pump"]


@needs_front_end
def test_dashboard_goes_through_all_pages_and_leaves_nothing(trained, no_widget_left):
    from ipywidgets.widgets.widget import _instances

    before = len(_instances)
    dashboard = Dashboard(trained, is_page=True)
    assert dashboard.widget is dashboard.widget
    for page in ("overview", "review", "label", "results", "projects", "results"):
        dashboard.go(page, "pump" if page != "projects" else "")
        assert dashboard.model.error == ""
        assert dashboard.model.place.page == page
        assert len(_instances) - before < MOST_WIDGETS
    results_page = dashboard._page
    results_page.model.choose(0)
    assert dashboard._link.query == (
        f"project=pump&page=results&model=first&event={results_page.model.event_link.replace(':', '%3A')}"
    )
    assert dashboard._page is results_page
    use(dashboard._side, "project", "pump")
    assert dashboard.model.place.page == "overview"
    dashboard._came_back("project=pump&page=results&model=first")
    assert dashboard.model.place.page == "results"
    dashboard.close()


@needs_front_end
@pytest.mark.parametrize("page", [ProjectDashboard, SensorReview, Results])
def test_hostile_names_are_text(trained, page, no_widget_left):
    shown = page(trained, project="pump")
    said = markup(shown)
    if isinstance(shown, Results):
        shown.model.choose(0)
        said += markup(shown)
    assert "<img" not in said
    assert not isinstance(shown, ProjectDashboard) or "&lt;img src=x" in said
    shown.close()


@needs_front_end
def test_hostile_description_is_text_in_the_list(trained, no_widget_left):
    page = Welcome(trained, open_project=lambda _: None)
    assert "<img" not in markup(page)
    assert "&lt;img src=x" in markup(page)
    page.close()


@needs_front_end
def test_clicks_drive_the_page(trained, no_widget_left):
    page = Results(trained, project="pump")
    head, chart, table, *_ = page.parts
    use(table, "event", "0")
    assert page.model.chosen == 0
    assert "Event 1 of" in head.html
    assert 'aria-selected="true"' in table.html
    page.settle()
    drawing = chart.children[0].description
    assert drawing["chosen"] == 0
    assert [panel["kind"] for panel in drawing["panels"]] == ["score", "contribution", "sensor", "sensor"]
    use(head, "width", "All")
    assert page.model.chosen == -1
    use(head, "width", "a year")
    assert "the fault is ours" in page.model.error
    use(head, "step", "1")
    assert page.model.error == ""
    page.close()


@needs_front_end
def test_messages_of_another_shape_change_nothing(trained, no_widget_left):
    page = SensorReview(trained, project="pump")
    grade = page.model.grade
    for message in ("text", {"act": 5}, {"act": "grade", "value": {"a": 1}}, {"act": "unknown", "value": ""}, None):
        page.parts[0]._handle_custom_msg(message, [])
    assert (page.model.grade, page.model.error) == (grade, "")
    page.close()


@needs_front_end
def test_the_review_shows_what_stands_there_without_a_sensor(trained, no_widget_left):
    page = SensorReview(trained, project="pump")
    table = page.parts[1]
    assert table.selected == list(page.model.drawn)
    table.selected = []
    assert "Nothing drawn" in markup(page)
    table.query = "seal"
    assert page.model.looked_for == "seal"
    table.selected = ["not a sensor"]
    assert page.model.drawn == ()
    table.selected = [row.name for row in page.model.report.sensors[:6]]
    assert table.selected == list(page.model.drawn) == [row.name for row in page.model.report.sensors[2:6]]
    use(page.parts[0], "grade", "Low")
    assert len(table.keys_of_rows) == page.model.counts["Low"]
    assert len(page.model.drawn) == 4, "a sensor that the grade hides stays drawn"
    page.close()


@needs_front_end
def test_a_chosen_range_is_compared_with_the_rest_and_stays_with_another_sensor(trained, no_widget_left):
    page = SensorReview(trained, project="pump")
    _, table, below = page.parts
    page.settle()
    plots, chart = below.children[1].children, below.children[0].children[0]
    assert [plot.apart for plot in plots[:-1]] == [None, None]
    table.selected = ["seal_pressure"]
    span = TimeRange.of(*FAULT)
    window = [span.start / 1e6 - 1e9, span.end / 1e6 + 1e9]
    chart.window = window
    chart.select(span)
    page.settle()
    (plot, _) = below.children[1].children
    assert plot.name == "Seal pressure"
    assert plot.apart > 0.5, "the leak is unlike the rest"
    assert page.model.compared[0].apart == plot.apart
    assert len(plot.figure.marks) == 2
    assert "2025-02-03" in markup(page) or "3 Feb" in markup(page)
    other = page.model.sensors[7]
    table.selected = ["seal_pressure", other.name]
    page.settle()
    assert chart.window == window
    assert chart.selected == span
    assert [plot.name for plot in below.children[1].children[:-1]] == ["Seal pressure", other.label]
    use(page.parts[0], "clear")
    page.settle()
    assert page.model.selection is None
    assert below.children[1].children[0].apart is None
    page.close()


@needs_front_end
def test_a_page_shows_itself_in_a_notebook(trained, no_widget_left):
    page = Results(trained, project="pump")
    bundle = page._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == page.widget.model_id
    assert {"l4e", "l4e-alone"} <= set(page.widget._dom_classes)
    page.close()

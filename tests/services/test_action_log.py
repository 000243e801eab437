"""Every service call that changes something is one line of the action log, and says who and when."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from l4e_widgets.core.labels import Label
from l4e_widgets.core.times import to_ns
from l4e_widgets.services.adding import add_data
from l4e_widgets.services.archives import export_project, import_project
from l4e_widgets.services.cases import answer_event
from l4e_widgets.services.context import Context
from l4e_widgets.services.jobs import cancel_job, list_jobs, restart_job
from l4e_widgets.services.labels import delete_label_group, import_labels, save_labels
from l4e_widgets.services.models import delete_model, set_alarm_budget
from l4e_widgets.services.projects import delete_project
from l4e_widgets.services.reports import save_report
from l4e_widgets.storage.actions import read_actions
from l4e_widgets.storage.layout import WORKSPACE_ACTIONS, ProjectKeys
from tests.house.sources import PACKAGE, tree
from tests.small import FAULT, MODEL, PROJECT, create_small_project, small_context, small_frame, train_small_model

KEYS = ProjectKeys.of(PROJECT)
# They change nothing of their own: each begins with a service that logs, or is a step inside one.
INSIDE_OTHERS = {
    "claim_project": "a step of create_project and import_project",
    "source_arguments": "a step of create_project and add_data",
    "wait_for_job": "cancels only where it is interrupted, by cancel_job",
    "start_job": "a step of every service that gives work to a job",
    "create_sample_project": "create_project and train",
    "create_or_add": "create_project or add_data",
    "prepare_alike": "makes a cache anew, which changes nothing of the project",
    "start_explain": "makes a cache anew, which changes nothing of the project",
    "start_estimate": "makes an estimate that is kept beside the project and changes nothing of it",
    "mark_inbox": "a mark by which a page finds its server; no project is touched",
    "sees_mark": "takes that mark away again",
}
CHANGES = {
    "put",
    "write",
    "write_if",
    "writing",
    "append",
    "delete",
    "delete_tree",
    "write_request",
    "cancel",
    "ask_again",
}
STARTS = {"start_job"}
OF_A_STORE = re.compile(r"(store|documents|files|JobFiles\(.*\))$", re.IGNORECASE)


def unfinish(context: Context) -> str:
    """Make the last job one that failed; its id."""
    view = list_jobs(context, KEYS)[-1]
    context.store.write(f"{KEYS.job(view.id)}/state.json", b'{"status": "FAILED", "attempt": 1}')
    return view.id


def label_file(folder: Path) -> Path:
    """A file of one label."""
    path = folder / "labels.csv"
    path.write_text("2025-03-03 15:20:00,2025-03-03 22:00:00\n")
    return path


CALLS: dict[str, Callable[[Context, Path], object]] = {
    "create_project": lambda context, _: create_small_project(context),
    "add_data": lambda context, _: add_data(context, PROJECT, small_frame(500)),
    "save_labels": lambda context, _: save_labels(context, PROJECT, "known", [Label(span=FAULT)]),
    "import_labels": lambda context, folder: import_labels(context, PROJECT, "more", label_file(folder)),
    "delete_label_group": lambda context, _: delete_label_group(context, PROJECT, "more"),
    "train": lambda context, _: train_small_model(context),
    "set_alarm_budget": lambda context, _: set_alarm_budget(context, PROJECT, MODEL, 2.0),
    "answer_event": lambda context, _: answer_event(context, PROJECT, FAULT, ("Pressure",), verdict="real"),
    "save_report": lambda context, folder: save_report(context, PROJECT, MODEL, folder / "report.html"),
    "cancel_job": lambda context, _: cancel_job(context, KEYS, list_jobs(context, KEYS)[-1].id),
    "restart_job": lambda context, _: restart_job(context, KEYS, unfinish(context)),
    "delete_model": lambda context, _: delete_model(context, PROJECT, MODEL),
}
LOGGED_AS = {"import_labels": "save_labels", "save_report": "start_report"}


def test_each_changing_call_adds_one_line(tmp_path: Path) -> None:
    context = small_context(tmp_path / "workspace")
    told: list[str] = []
    for name, call in CALLS.items():
        call(context, tmp_path)
        told.append(LOGGED_AS.get(name, name))
        lines = read_actions(context.documents, KEYS.actions)
        assert [line["action"] for line in lines] == told
    assert {line["actor"] for line in lines} == {"ada"}
    assert [line["at"] for line in lines] == sorted((line["at"] for line in lines), key=to_ns)


def test_a_project_that_comes_or_goes_leaves_its_line_where_it_can_be_read(tmp_path: Path) -> None:
    context = small_context(tmp_path / "workspace")
    create_small_project(context)
    archive = export_project(context, PROJECT, tmp_path / "x.zip")
    delete_project(context, PROJECT, confirm_name=PROJECT)
    lines = read_actions(context.documents, WORKSPACE_ACTIONS)
    assert [(line["action"], line["arguments"]["name"]) for line in lines] == [("delete_project", PROJECT)]
    import_project(context, archive)
    assert [line["action"] for line in read_actions(context.documents, KEYS.actions)] == [
        "create_project",
        "import_project",
    ]


def test_a_refused_call_adds_no_line(tmp_path: Path) -> None:
    context = small_context(tmp_path / "workspace")
    create_small_project(context)
    for call in (
        lambda: delete_project(context, PROJECT, confirm_name="other"),
        lambda: set_alarm_budget(context, PROJECT, "none", 1.0),
        lambda: answer_event(context, PROJECT, FAULT, ("Pressure",), verdict="perhaps"),
        lambda: cancel_job(context, KEYS, "none"),
    ):
        with pytest.raises(Exception, match=r"\w"):
            call()
    assert [line["action"] for line in read_actions(context.documents, KEYS.actions)] == ["create_project"]


def services_that_reach(reached: Callable[[ast.FunctionDef], bool]) -> set[str]:
    """Public functions of the services that reach something, themselves or by a function beside them."""
    found: set[str] = set()
    for path in sorted((PACKAGE / "services").glob("*.py")):
        functions = {node.name: node for node in tree(path).body if isinstance(node, ast.FunctionDef)}
        reaching = {name for name, node in functions.items() if reached(node)}
        for _ in functions:
            reaching |= {name for name, node in functions.items() if _names_called(node) & reaching}
        found |= {name for name in reaching if not name.startswith("_")}
    return found


def _names_called(node: ast.FunctionDef) -> set[str]:
    return {call.func.id for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}


def _logs(node: ast.FunctionDef) -> bool:
    return "log_action" in _names_called(node)


def _changes(node: ast.FunctionDef) -> bool:
    if _names_called(node) & STARTS:
        return True
    methods = (
        call.func for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    )
    return any(method.attr in CHANGES and OF_A_STORE.search(ast.unparse(method.value)) for method in methods)


def test_no_changing_service_is_left_out() -> None:
    silent = services_that_reach(_changes) - services_that_reach(_logs) - set(INSIDE_OTHERS)
    assert not silent, f"{sorted(silent)} change something: let each log one line, and call it in CALLS"
    assert {*CALLS, "delete_project", "import_project"} <= services_that_reach(_logs)

"""Imports point downwards only; core touches nothing outside; a page's model holds state and no markup."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys

import pytest

from tests.house.sources import PACKAGE, imported_modules, module_files, module_name, resolved_from, room, shown, tree

MAY_IMPORT = {
    "core": set(),
    "storage": {"core"},
    "figures": {"core"},
    "compute": {"storage", "core"},
    "jobs": {"figures", "storage", "core"},
    "services": {"figures", "compute", "storage", "core"},
    "adapters": {"services", "figures", "core"},
    "widgets": {"services", "figures", "core"},
}
OUTSIDE_WORLD = {
    "boto3", "botocore", "click", "glob", "http", "ipywidgets", "os", "pathlib", "platformdirs", "requests",
    "shutil", "socket", "subprocess", "tempfile", "threading", "time", "urllib",
}  # fmt: skip
CLOCK_AND_FILE_CALLS = {
    "open",
    "now",
    "utcnow",
    "today",
    "scan_csv",
    "read_parquet",
    "read_text",
    "read_bytes",
}


def test_every_folder_of_the_package_is_a_known_room():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders <= set(MAY_IMPORT), f"rooms that design.md does not know: {sorted(folders - set(MAY_IMPORT))}"


INSIDE_ROOMS = [path for path in module_files() if room(module_name(path)) in MAY_IMPORT]


@pytest.mark.parametrize("path", INSIDE_ROOMS, ids=shown)
def test_imports_point_downwards(path):
    here = room(module_name(path))
    ours = {name for name in imported_modules(path) if name == "l4e_widgets" or name.startswith("l4e_widgets.")}
    upward = sorted(name for name in ours if room(name) and room(name) not in MAY_IMPORT[here] | {here})
    assert not upward, f"{shown(path)} lives in {here}/, which may not import {upward}"


@pytest.mark.parametrize("path", INSIDE_ROOMS, ids=shown)
def test_no_room_takes_more_than_the_version_from_the_front_door(path):
    taken = {
        alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and resolved_from(path, node) == "l4e_widgets"
        for alias in node.names
    }
    assert taken <= {"__version__", *MAY_IMPORT}, f"{shown(path)} imports upwards through the package: {sorted(taken)}"


def test_imports_form_no_cycle():
    names = {module_name(path): path for path in module_files()}
    graph = {
        name: {other for other in imported_modules(path, at_module_level=True) if other in names and other != name}
        for name, path in names.items()
    }
    try:
        tuple(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        pytest.fail(f"modules import each other in a circle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("path", [p for p in module_files() if room(module_name(p)) == "core"], ids=shown)
def test_core_opens_no_file_and_reads_no_clock(path):
    touched = sorted({name.split(".")[0] for name in imported_modules(path)} & OUTSIDE_WORLD)
    assert not touched, f"{shown(path)} imports {touched}: core takes arrays and gives arrays"
    calls = sorted(
        f"{name}, line {node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and (name := _called(node.func)) in CLOCK_AND_FILE_CALLS
    )
    assert not calls, f"{shown(path)} opens a file or reads the clock: {calls}"


@pytest.mark.parametrize("path", [p for p in module_files() if p.name == "model.py"], ids=shown)
def test_a_model_holds_no_widget_and_no_markup(path):
    roots = {name.split(".")[0] for name in imported_modules(path)}
    assert not roots & {"ipywidgets", "bqplot", "anywidget", "IPython"}, f"{shown(path)} imports widgets"
    docs = {id(node.body[0].value) for node in ast.walk(tree(path)) if _has_docstring(node)}
    markup = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" in node.value and id(node) not in docs
    ]
    assert not markup, f'{shown(path)} has "<" in a string, lines {markup}: markup belongs to the view'


def test_importing_the_package_loads_nothing_heavy():
    heavy = ("boto3", "sagemaker", "pandas", "numpy", "sklearn", "polars", "ipywidgets", "bqplot")
    program = f"import sys, l4e_widgets; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def _called(function):
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _has_docstring(node):
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, documented) and ast.get_docstring(node) is not None

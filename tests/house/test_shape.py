"""Size and names of files, printing, broad excepts, and paths of one machine in what git tracks."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.sources import ROOT, module_files, module_name, shown, tracked_files, tree

LONGEST_FILE = 600
EMPTY_NAMES = re.compile(r"^(utils?|helpers?|common|managers?|misc|tools)$|(_utils?|_helpers?|_manager|_v2|data2)$")
# The command line's output: answers and errors leave through these two.
MAY_PRINT = {("l4e_widgets/adapters/output.py", "say"), ("l4e_widgets/adapters/output.py", "say_error")}
# The three posts a broad except may stand at, each named in a comment on its own line. Where the handler logs the
# traceback, ruff asks for no noqa, so the name of the post is what counts.
POSTS = re.compile(r"#.*\b(job runner|event entry|request frame|outermost frame)\b")
MACHINE_PATH = re.compile(rb"(?<![\w.~/$}])/(?:work|home|root|tmp|Users|opt|mnt)/[\w.-]+")
TEXT_SUFFIXES = {".py", ".md", ".toml", ".json", ".js", ".mjs", ".css", ".html", ".ipynb", ".txt", ".yaml", ".cfg", ""}


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_files_stay_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{shown(path)} has {lines} lines: which rooms do its halves belong to?"


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_names_say_what_is_inside(path):
    empty = [part for part in module_name(path).split(".") if EMPTY_NAMES.search(part)]
    empty += [
        node.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Utils?)$", node.name)
    ]
    assert not empty, f"{shown(path)}: {empty} could be anything"


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_only_the_output_function_prints(path):
    allowed = [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and (shown(path), node.name) in MAY_PRINT
    ]
    inside = {id(inner) for node in allowed for inner in ast.walk(node)}
    printing = [
        f"line {node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and id(node) not in inside and _writes_to_the_terminal(node.func)
    ]
    assert not printing, f"{shown(path)} prints on {printing}"


def _writes_to_the_terminal(function: ast.expr) -> bool:
    said = ast.unparse(function)
    return said in {"print", "pprint", "click.echo", "click.secho", "echo", "secho", "sys.stdout.write"}


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_broad_excepts_stand_at_marked_posts_only(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    unmarked = [
        handler.lineno
        for handler in ast.walk(tree(path))
        if isinstance(handler, ast.ExceptHandler)
        and _swallows_anything(handler)
        and not POSTS.search(lines[handler.lineno - 1])
    ]
    assert not unmarked, (
        f"{shown(path)}: broad except on lines {unmarked}. It may stand at three posts, named in a comment there: "
        "job runner, event entry, request frame. Elsewhere catch what can be answered."
    )


def _swallows_anything(handler: ast.ExceptHandler) -> bool:
    """Tell a broad except from a clean-up, which ends by raising what it saw again."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def test_no_path_of_one_machine_is_tracked():
    if not tracked_files():
        pytest.skip("not a git clone: there are no tracked files to look at")
    found = [
        f"{shown(path)}: {match.group().decode()}"
        for path in tracked_files()
        if path.suffix in TEXT_SUFFIXES and path.name != "package-lock.json"
        for match in MACHINE_PATH.finditer(path.read_bytes())
        if not _is_an_example(match.group())
    ]
    assert not found, "\n".join(found)


def _is_an_example(path: bytes) -> bool:
    return path.startswith((b"/opt/ml/", b"/opt/ml", b"/home/sagemaker-user"))


def test_no_lock_file_names_a_registry():
    locks = [path for path in (ROOT / "js").glob("*lock*.json") if path.is_file()]
    named = [shown(path) for path in locks if '"resolved": "' in path.read_text(encoding="utf-8")]
    assert not named, (
        f"{named} would fetch from one registry only: npm install --package-lock-only with its address omitted"
    )

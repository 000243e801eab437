"""Every public name carries a numpydoc docstring that names exactly the parameters of its signature."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.house.sources import module_files, shown, tree

SECTION = re.compile(r"^(?P<name>[A-Z][A-Za-z ]+)\n-{3,}\s*$", re.MULTILINE)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# The docstring of a command is its help text, and its options carry theirs.
WITHOUT_OWN_SECTIONS = {"property", "cached_property", "overload", "setter", "command", "group"}


def public_definitions(module: ast.Module) -> list[tuple[str, ast.AST, ast.ClassDef | None]]:
    """List public functions, classes and methods of a module with their dotted names."""
    exported = _exported(module)
    found: list[tuple[str, ast.AST, ast.ClassDef | None]] = []
    for node in module.body:
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        if node.name not in exported and node.name.startswith("_"):
            continue
        found.append((node.name, node, None))
        if isinstance(node, ast.ClassDef):
            found += [
                (f"{node.name}.{inner.name}", inner, node)
                for inner in node.body
                if isinstance(inner, FUNCTIONS) and not inner.name.startswith("_")
            ]
    return found


def _exported(module: ast.Module) -> set[str]:
    for node in module.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return set(ast.literal_eval(node.value))
    return set()


def _decorators(node: ast.AST) -> set[str]:
    names = set()
    for decorator in getattr(node, "decorator_list", []):
        inner = decorator.func if isinstance(decorator, ast.Call) else decorator
        names.add(inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", ""))
    return names


def signature_parameters(node: ast.AST, *, is_method: bool) -> list[str]:
    """Return the parameter names of a function in order, without self, cls and what starts with an underscore."""
    arguments = node.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if is_method and "staticmethod" not in _decorators(node):
        names = names[1:]
    names += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    names += [argument.arg for argument in arguments.kwonlyargs]
    names += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return [name for name in names if not name.lstrip("*").startswith("_")]


def documented_parameters(docstring: str, section: str = "Parameters") -> list[str]:
    """Return the names a numpydoc section lists, in order."""
    starts = list(SECTION.finditer(docstring))
    for number, match in enumerate(starts):
        if match["name"] == section:
            end = starts[number + 1].start() if number + 1 < len(starts) else len(docstring)
            lines = docstring[match.end() : end].splitlines()
            heads = [line for line in lines if line and not line[0].isspace()]
            return [
                name.strip().replace("\\", "")
                for head in heads
                for name in head.split(" :")[0].split(",")
                if name.strip()
            ]
    return []


@cache
def promised() -> frozenset[tuple[str, tuple[str, ...]]]:
    """Return name and parameters of every method that a protocol of the package describes in full.

    A class that keeps such a promise need not repeat it: one sentence on what is its own is enough.
    """
    return frozenset(
        (inner.name, tuple(signature_parameters(inner, is_method=True)))
        for path in module_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)
        for inner in node.body
        if isinstance(inner, FUNCTIONS) and documented_parameters(ast.get_docstring(inner) or "")
    )


def constructor_parameters(node: ast.ClassDef) -> list[str] | None:
    """Return what a class is built from: its `__init__`, or the fields of a dataclass; None where neither is plain."""
    for inner in node.body:
        if isinstance(inner, FUNCTIONS) and inner.name == "__init__":
            return signature_parameters(inner, is_method=True)
    if "dataclass" in _decorators(node) and all(_is_plain_base(base) for base in node.bases):
        return [
            inner.target.id
            for inner in node.body
            if isinstance(inner, ast.AnnAssign)
            and isinstance(inner.target, ast.Name)
            and not inner.target.id.startswith("_")
            and "ClassVar" not in ast.unparse(inner.annotation)
            and "init=False" not in (ast.unparse(inner.value) if inner.value else "")
        ]
    return None


def _is_plain_base(base: ast.expr) -> bool:
    name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", getattr(base, "attr", ""))
    return isinstance(base, ast.Subscript) or name in {"Protocol", "Generic", "object"}


def complaints(path) -> list[str]:
    """List what is missing or wrong in the docstrings of one file."""
    said = [] if ast.get_docstring(tree(path)) else [f"{shown(path)} has no docstring"]
    for name, node, owner in public_definitions(tree(path)):
        place = f"{shown(path)}:{node.lineno} {name}"
        docstring = ast.get_docstring(node)
        if not docstring:
            if "overload" not in _decorators(node):
                said.append(f"{place} has no docstring")
            continue
        if isinstance(node, ast.ClassDef):
            said += _class_complaints(place, node, docstring)
        elif not _decorators(node) & WITHOUT_OWN_SECTIONS:
            said += _function_complaints(place, node, docstring, is_method=owner is not None)
    return said


def _class_complaints(place: str, node: ast.ClassDef, docstring: str) -> list[str]:
    wanted = constructor_parameters(node)
    if not wanted:
        return []
    listed = documented_parameters(docstring) or documented_parameters(docstring, "Attributes")
    return [] if set(listed) == set(wanted) else [f"{place} documents {listed} and is built from {wanted}"]


def _function_complaints(place: str, node: ast.AST, docstring: str, *, is_method: bool) -> list[str]:
    said = []
    wanted = signature_parameters(node, is_method=is_method)
    listed = documented_parameters(docstring)
    if is_method and not listed and (node.name, tuple(wanted)) in promised():
        return []
    if listed != wanted:
        said.append(f"{place} documents {listed} and takes {wanted}")
    returns = node.returns is not None and ast.unparse(node.returns) not in {"None", "Never", "NoReturn"}
    if returns and wanted and not re.search(r"^(Returns|Yields)\n-+", docstring, re.MULTILINE):
        said.append(f"{place} does not say what it returns")
    return said


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_public_names_are_documented(path):
    said = complaints(path)
    assert not said, "\n" + "\n".join(said)


def test_the_reader_of_docstrings_sees_a_wrong_one():
    module = ast.parse(
        'def f(a, *, b=1) -> int:\n    """Say.\n\n    Parameters\n    ----------\n    a : int\n        A.\n    """'
    )
    (name, node, _) = public_definitions(module)[0]
    said = _function_complaints(name, node, ast.get_docstring(node), is_method=False)
    assert said == ["f documents ['a'] and takes ['a', 'b']", "f does not say what it returns"]

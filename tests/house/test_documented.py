"""What a user can do is in docs/: every service, command, option, job kind and error code."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
from functools import cache

import pytest

from tests.house.sources import PACKAGE, ROOT

NOT_A_CAPABILITY = {"__init__", "context"}


@cache
def documentation() -> str:
    """Return all of docs/ and the README as one text."""
    files = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path.is_file())


def in_code(word: str) -> bool:
    """Tell whether the documentation has a word set as code, alone or at the head of a longer piece of code."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", _code_of(documentation())) is not None


@cache
def _code_of(text: str) -> str:
    fenced = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`[^`\n]+`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*fenced, *inline])


def service_modules() -> list[str]:
    """List the public modules of services/."""
    names = [path.stem for path in sorted((PACKAGE / "services").glob("*.py"))]
    return [name for name in names if name not in NOT_A_CAPABILITY and not name.startswith("_")]


def job_kinds() -> list[str]:
    """List the kinds of jobs that the entry point of jobs/ knows."""
    return sorted(importlib.import_module("l4e_widgets.jobs.__main__").KINDS)


def command_line_words() -> list[str]:
    """List every command and option of the command line, with the commands they belong to."""
    if importlib.util.find_spec("l4e_widgets.adapters.cli") is None:
        return []
    import click

    root = importlib.import_module("l4e_widgets.adapters.cli").main
    if not isinstance(root, click.Command):
        root = _command_behind(root)
    words: list[str] = []
    waiting = [("l4e", root)]
    while waiting:
        name, command = waiting.pop()
        words += [] if name == "l4e" else [name]
        if isinstance(command, click.Group):
            waiting += [(f"{name} {inner}", command.commands[inner]) for inner in command.commands]
        words += [option for p in command.params if isinstance(p, click.Option) and not p.hidden for option in p.opts]
    return sorted(set(words))


def _command_behind(function):
    """Find the click command that a plain `main` function runs: the group among its module's names."""
    import click

    module = inspect.getmodule(function)
    groups = [value for value in vars(module).values() if isinstance(value, click.Group)]
    assert groups, f"{module.__name__} has no click group beside its main()"
    return groups[0]


def test_every_service_is_documented():
    missing = [name for name in service_modules() if not in_code(f"services/{name}.py") and not in_code(name)]
    assert not missing, f"docs/ does not mention the services {missing}"


def test_every_command_and_option_is_documented():
    words = command_line_words()
    if not words:
        pytest.skip("there is no command line yet")
    missing = [word for word in words if not in_code(word)]
    assert not missing, f"docs/ does not mention {missing}"


def test_every_job_kind_is_documented():
    missing = [kind for kind in job_kinds() if not in_code(kind)]
    assert not missing, f"docs/ does not mention the job kinds {missing}"


def test_every_error_code_is_documented():
    from l4e_widgets.core import errors

    codes = {
        kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.L4EError)
    }
    missing = sorted(code for code in codes if not in_code(code))
    assert not missing, f"docs/ does not mention the error codes {missing}"


def dependencies() -> list[str]:
    """List the requirements of pyproject.toml; Python 3.10 has no reader of TOML."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert block, "pyproject.toml has no block of dependencies, one a line"
    return re.findall(r'"([^"]+)"', block.group(1))


def test_every_dependency_has_its_decision():
    names = [re.split(r"[<>=!~ \[;]", entry)[0] for entry in dependencies()]
    decisions = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").lower()
    missing = [name for name in names if name.lower() not in decisions]
    assert not missing, f"docs/decisions.md says nothing about {missing}"


def test_the_floor_file_pins_every_dependency_at_its_floor():
    pins = dict(
        line.split("==") for line in (ROOT / "tests" / "floor.txt").read_text(encoding="utf-8").split() if "==" in line
    )
    for entry in dependencies():
        name, floor = entry.split(">=")
        pinned = pins[name].split(".")
        wanted = floor.split(".")
        padded = pinned[: len(wanted)]
        assert padded == wanted, f"{name}: floor {floor} in pyproject.toml, {pins[name]} in tests/floor.txt"
        assert set(pinned[len(wanted) :]) <= {"0"}, (
            f"{name}: {pins[name]} in tests/floor.txt lies above the floor {floor}"
        )

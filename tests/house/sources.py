"""The files of the package and their syntax trees, for the tests that hold the house."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "l4e_widgets"
NOT_OURS = {"static", "notebooks", "node_modules", "__pycache__"}


@cache
def module_files() -> tuple[Path, ...]:
    """List every Python file of the package, sorted."""
    return tuple(
        path for path in sorted(PACKAGE.rglob("*.py")) if not NOT_OURS.intersection(path.relative_to(PACKAGE).parts)
    )


@cache
def tree(path: Path) -> ast.Module:
    """Parse one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """Name a file as a reader of the project would."""
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    """Turn a file below the root into its dotted module name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    """Return the room a module of the package lives in; the package's own `__init__` lives in none."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def resolved_from(path: Path, node: ast.ImportFrom) -> str:
    """Return the absolute name of what a `from … import` statement imports from."""
    if node.level == 0:
        return node.module or ""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    package = package[: len(package) - (node.level - 1)]
    return ".".join([*package, *((node.module or "").split(".") if node.module else [])])


def imported_modules(path: Path, *, at_module_level: bool = False) -> set[str]:
    """Return the absolute names a file imports, also those inside functions unless told otherwise.

    Imports for type checking alone count as well where the whole file is looked at: they are knowledge of a room.
    """
    known = {module_name(file) for file in module_files()}
    nodes = _top_level(tree(path)) if at_module_level else list(ast.walk(tree(path)))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = resolved_from(path, node)
            found.update(
                f"{source}.{alias.name}" if f"{source}.{alias.name}" in known else source for alias in node.names
            )
    return found


def _top_level(module: ast.Module) -> list[ast.stmt]:
    """List the statements that run on import, without those under `if TYPE_CHECKING`."""
    statements: list[ast.stmt] = []
    waiting: list[ast.stmt] = list(module.body)
    while waiting:
        node = waiting.pop()
        statements.append(node)
        if isinstance(node, ast.If):
            if "TYPE_CHECKING" not in ast.dump(node.test):
                waiting += node.body
            waiting += node.orelse
        elif isinstance(node, ast.Try):
            waiting += [*node.body, *node.orelse, *node.finalbody, *(s for h in node.handlers for s in h.body)]
        elif isinstance(node, ast.With):
            waiting += node.body
    return statements


@cache
def tracked_files() -> tuple[Path, ...]:
    """List the files that git tracks; empty outside a clone."""
    try:
        answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    names = answer.stdout.decode().split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())

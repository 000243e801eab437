"""The examples of the documentation run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT


def examples(path: Path) -> str:
    """Return the Python of a page, one block after the other."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("page", ["library.md"])
def test_examples_run(page, tmp_workspace, capsys):
    code = examples(ROOT / "docs" / page)
    assert "create_project" in code
    exec(compile(code, page, "exec"), {"__name__": "example"})  # noqa: S102 the project's own documentation
    assert "events in" in capsys.readouterr().out.lower()
    assert [path.name for path in tmp_workspace.glob("pump-7.*")] != []

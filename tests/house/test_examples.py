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


def test_examples_of_the_widgets_run(tmp_path, monkeypatch, capsys):
    if not (ROOT / "l4e_widgets" / "static" / "chart.js").is_file():
        pytest.skip("the front end is not built")
    monkeypatch.chdir(tmp_path)
    # What shows a finished upload needs a browser that sent one.
    code = examples(ROOT / "docs" / "widgets.md").replace("uploader.files[0].path", "uploader.files")
    told = {"__name__": "example"}
    exec(compile(code, "widgets.md", "exec"), told)  # noqa: S102 the project's own documentation
    assert "100% apart" in capsys.readouterr().out
    assert len(told["editor"].labels) == 1
    assert told["sensors"].selected == ["flow"]


def test_every_picture_of_the_widgets_is_there_in_both_themes_and_small():
    named = re.findall(r"images/([a-z-]+)\.png", (ROOT / "docs" / "widgets.md").read_text(encoding="utf-8"))
    for name in set(named) - {"uploader"}:
        for path in (ROOT / "docs" / "images" / f"{name}.png", ROOT / "docs" / "images" / f"{name}-dark.png"):
            assert 1000 < path.stat().st_size <= 120_000, path.name

"""The reference of the command line is what the commands say."""

from __future__ import annotations

from pathlib import Path

from l4e_widgets.adapters.cli_reference import cli_markdown

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_up_to_date() -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == cli_markdown(), "docs/cli.md is out of date: run make docs"

"""`l4e inspect`: what files hold and how they are understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from l4e_widgets.adapters.options import FILE, reading_of, reading_options
from l4e_widgets.adapters.output import say
from l4e_widgets.services.exports import check_output, save_json
from l4e_widgets.services.inspecting import inspect

__all__ = ["inspect_command"]


@click.command("inspect")
@click.argument("files", nargs=-1, required=True, type=FILE)
@reading_options
@click.option("--json", "json_file", type=FILE, help="Write what was understood as JSON to this file.")
def inspect_command(files: tuple[Path, ...], json_file: Path | None, **options: Any) -> None:
    """Say how FILES are understood, what would be set aside, and what has to be answered.

    Nothing is stored.
    """
    if json_file is not None:
        check_output(json_file, suffixes=(), taken=list(files))
    found = inspect(files, options=reading_of(options))
    for sentence in found.sentences:
        say(sentence)
    if json_file is not None:
        save_json(json_file, found.to_dict())
        say(f"Saved {json_file}")

"""The reference of the command line as Markdown, made from the commands themselves."""

from __future__ import annotations

import click

from l4e_widgets.adapters.cli import cli

__all__ = ["cli_markdown"]

HEAD = """# Command line

Made from the commands themselves by `make docs`; a test fails where it is out of date.

Answers go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 the input (data, names,
states), 2 the usage, 3 a defect of ours (the message says where its details lie), 130 interrupted.
`L4E_WORKSPACE` names the folder of the projects, `L4E_TOKEN` the dashboard's token.

`l4e --version` prints the version, `l4e --help` and `l4e <command> --help` what is below.
"""


def cli_markdown() -> str:
    """Return the reference of every command and option.

    Returns
    -------
    str
        Markdown.
    """
    return "\n".join([HEAD, *(_section(name, command) for name, command in sorted(cli.commands.items()))])


def _section(name: str, command: click.Command) -> str:
    """Return the section of one command."""
    context = click.Context(command, info_name=f"l4e {name}")
    usage = " ".join(command.collect_usage_pieces(context))
    rows = [_row(option) for option in command.params if isinstance(option, click.Option)]
    table = "\n".join(["| option | meaning |", "|---|---|", *rows])
    text = " ".join((command.help or "").split())
    return f"## `l4e {name}`\n\n`l4e {name} {usage}`\n\n{text}\n\n{table}\n"


def _row(option: click.Option) -> str:
    """Return the row of one option."""
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    shown = ""
    if not option.is_flag:
        choices = getattr(option.type, "choices", None)
        words = [f"`{choice}`" for choice in choices] if choices else [option.type.name.split()[0].upper()]
        shown = f" {' or '.join(words)}"
    default = f" Default: `{option.default}`." if option.show_default and option.default is not None else ""
    return f"| {names}{shown} | {option.help or ''}{default} |"

"""`l4e projects` and `l4e report`: what is in the workspace, and a file to send."""

from __future__ import annotations

from pathlib import Path

import click

from l4e_widgets.adapters.output import Progress, say
from l4e_widgets.core.times import range_text
from l4e_widgets.services.context import open_context
from l4e_widgets.services.projects import ProjectSummary, list_projects
from l4e_widgets.services.reports import save_report

__all__ = ["projects_command", "report_command"]

_WORKSPACE = click.option(
    "--workspace", type=click.Path(path_type=Path), help="Folder of the projects; L4E_WORKSPACE or your own if absent."
)


@click.command("projects")
@_WORKSPACE
def projects_command(workspace: Path | None) -> None:
    """List the projects of the workspace."""
    found = list_projects(open_context(workspace))
    for summary in found:
        say(_line(summary))
    if not found:
        say("There is no project yet. l4e demo makes a sample project.")


def _line(summary: ProjectSummary) -> str:
    """Return a project in one line."""
    if summary.span is None:
        return f"{summary.name}: {summary.error or 'its data is being read'}"
    models = ", ".join(summary.models) or "no model yet"
    return (
        f"{summary.name}: {summary.n_sensors} sensors, {summary.n_rows} rows, {range_text(summary.span)} UTC; {models}"
    )


@click.command("report")
@click.argument("project")
@click.argument("model")
@click.argument("file", type=click.Path(path_type=Path))
@_WORKSPACE
def report_command(project: str, model: str, file: Path, workspace: Path | None) -> None:
    """Save the report of MODEL of PROJECT to FILE, one HTML file that works without a network."""
    say(f"Saved {save_report(open_context(workspace), project, model, file, watch=Progress())}")

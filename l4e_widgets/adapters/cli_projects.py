"""`l4e projects`, `data`, `verify`, `export`, `import` and `delete`: projects from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from l4e_widgets.adapters.options import FILE, as_json, reading_of, reading_options, sheet_option, workspace_option
from l4e_widgets.adapters.output import Progress, answer
from l4e_widgets.core.errors import StorageError, UsageError
from l4e_widgets.core.quality import QualityReport
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import range_text
from l4e_widgets.services.adding import create_or_add
from l4e_widgets.services.archives import export_project, import_project
from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.datasets import quality, sensors
from l4e_widgets.services.projects import (
    ProjectSummary,
    create_project,
    delete_project,
    list_projects,
    project_summary,
)
from l4e_widgets.services.sensor_sheets import apply_sensor_sheet
from l4e_widgets.services.verify import verify_project

__all__ = [
    "create_command",
    "data_command",
    "delete_command",
    "export_command",
    "import_command",
    "projects_command",
    "sensors_command",
    "verify_command",
]


@click.command("projects")
@workspace_option
@as_json
def projects_command(workspace: Path | None, *, as_json: bool) -> None:
    """List the projects of the workspace."""
    found = list_projects(open_context(workspace))
    lines = [_line(summary) for summary in found] or ["There is no project yet. l4e demo makes a sample project."]
    answer(lines, [_plain(summary) for summary in found], as_json=as_json)


def _line(summary: ProjectSummary) -> str:
    """Return a project in one line."""
    if summary.span is None:
        return f"{summary.name}: {summary.error or 'its data is being read'}"
    models = ", ".join(summary.models) or "no model yet"
    return (
        f"{summary.name}: {summary.n_sensors} sensors, {summary.n_rows} rows, {range_text(summary.span)} UTC; {models}"
    )


def _plain(summary: ProjectSummary) -> dict[str, Any]:
    """Return a project as plain values."""
    return {
        "name": summary.name,
        "description": summary.description,
        "status": summary.status,
        "error": summary.error,
        "sensors": summary.n_sensors,
        "rows": summary.n_rows,
        "range": summary.span.to_iso() if summary.span else None,
        "sampling_rate_seconds": summary.sampling_rate_s,
        "models": list(summary.models),
        "steps": {step.title: step.state for step in summary.steps},
    }


@click.command("data")
@click.argument("project")
@click.argument("files", nargs=-1, type=FILE)
@click.option("--description", default="", help="What the asset is.")
@sheet_option
@reading_options
@workspace_option
@as_json
def data_command(
    project: str, files: tuple[Path, ...], workspace: Path | None, *, as_json: bool, **options: Any
) -> None:
    """Create PROJECT from FILES, add FILES to one that is there, or show its data and grades."""
    context = open_context(workspace)
    if files:
        create_or_add(
            context,
            project,
            list(files),
            description=options["description"],
            options=reading_of(options),
            sensor_sheet=options["sensor_sheet"],
            watch=Progress(quiet=as_json),
        )
    elif options["sensor_sheet"]:
        raise UsageError("No files were named.", fix=f"Apply a sheet alone with: l4e sensors {project} --sheet FILE")
    _tell_data(context, project, as_json=as_json)


@click.command("create")
@click.argument("project")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--description", default="", help="What the asset is.")
@sheet_option
@reading_options
@workspace_option
@as_json
def create_command(
    project: str, files: tuple[Path, ...], workspace: Path | None, *, as_json: bool, **options: Any
) -> None:
    """Create PROJECT from FILES; a project of that name is left as it is."""
    context = open_context(workspace)
    create_project(
        context,
        project,
        list(files),
        description=options["description"],
        options=reading_of(options),
        sensor_sheet=options["sensor_sheet"],
        watch=Progress(quiet=as_json),
    )
    _tell_data(context, project, as_json=as_json)


@click.command("sensors")
@click.argument("project")
@click.option("--sheet", type=FILE, help="Take units, limits, kinds and names from this CSV, all lines or none.")
@workspace_option
@as_json
def sensors_command(project: str, sheet: Path | None, workspace: Path | None, *, as_json: bool) -> None:
    """Show what is known of the sensors of PROJECT, or take it from a sheet."""
    context = open_context(workspace)
    said: list[str] = []
    if sheet is not None:
        applied = apply_sensor_sheet(context, project, sheet)
        said = [f"{len(applied.changed)} of {len(applied.sensors)} sensors changed.", *applied.notices]
    found = sensors(context, project)
    answer([*said, *map(_sensor_line, found)], [sensor.to_dict() for sensor in found], as_json=as_json)


def _sensor_line(sensor: Sensor) -> str:
    """Return what is known of a sensor in one line."""
    limits = "" if sensor.limit_low is None else f"from {sensor.limit_low:g}"
    limits += "" if sensor.limit_high is None else f" up to {sensor.limit_high:g}"
    known = (sensor.display_name, sensor.unit, sensor.kind.value, sensor.tag and f"tag {sensor.tag}", limits.strip())
    return f"{sensor.name}: {', '.join(word for word in known if word)}"


def _tell_data(context: Context, project: str, *, as_json: bool) -> None:
    """Write what a project's data is and how it is graded."""
    summary = project_summary(context, project)
    grades = quality(context, project)
    answer(
        [*summary.sentences, *_grade_lines(grades), *(f"Warning: {warning}" for warning in grades.warnings)],
        {**_plain(summary), "understood": list(summary.sentences), "quality": grades.to_dict()},
        as_json=as_json,
    )


def _grade_lines(grades: QualityReport) -> list[str]:
    """Return the grade of each sensor in one line."""
    return [f"{sensor.grade:6}  {sensor.name}: {' '.join(sensor.reasons) or 'complete'}" for sensor in grades.sensors]


@click.command("verify")
@click.argument("project")
@workspace_option
@as_json
def verify_command(project: str, workspace: Path | None, *, as_json: bool) -> None:
    """Check that every document, part and model of PROJECT is whole."""
    checked = verify_project(open_context(workspace), project)
    said = f"{checked.n_checked} documents, parts and models looked at: "
    said += "all whole." if not checked.problems else f"{len(checked.problems)} damaged."
    answer(
        [said, *checked.problems], {"checked": checked.n_checked, "problems": list(checked.problems)}, as_json=as_json
    )
    if checked.problems:
        raise StorageError(f'Project "{project}" is damaged.', fix="Restore it from a backup.")


@click.command("export")
@click.argument("project")
@click.argument("file", type=FILE)
@workspace_option
@as_json
def export_command(project: str, file: Path, workspace: Path | None, *, as_json: bool) -> None:
    """Write PROJECT as one zip FILE that any machine takes back."""
    saved = export_project(open_context(workspace), project, file)
    answer([f"Saved {saved}"], {"project": project, "saved": str(saved)}, as_json=as_json)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--name", default="", help="Name to give it; its own if absent.")
@workspace_option
@as_json
def import_command(file: Path, name: str, workspace: Path | None, *, as_json: bool) -> None:
    """Take a project from a FILE that l4e export wrote."""
    project = import_project(open_context(workspace), file, name=name)
    answer([f"Imported {project}"], {"imported": project}, as_json=as_json)


@click.command("delete")
@click.argument("project")
@click.option("--confirm", required=True, help="The name again; nothing is deleted where the two differ.")
@workspace_option
@as_json
def delete_command(project: str, confirm: str, workspace: Path | None, *, as_json: bool) -> None:
    """Delete PROJECT with its data, labels and models."""
    delete_project(open_context(workspace), project, confirm_name=confirm)
    answer([f"Deleted {project}"], {"deleted": project}, as_json=as_json)

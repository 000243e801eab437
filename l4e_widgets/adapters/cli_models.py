"""`l4e labels`, `train`, `results` and `report`: models from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from l4e_widgets.adapters.options import (
    FILE,
    as_json,
    budget_option,
    choice_of,
    listed,
    range_options,
    workspace_option,
)
from l4e_widgets.adapters.output import Progress, answer, say
from l4e_widgets.core.detection.calibration import DEFAULT_BUDGET
from l4e_widgets.core.times import range_text
from l4e_widgets.services.context import open_context
from l4e_widgets.services.exports import save_scores
from l4e_widgets.services.labels import (
    LabelGroup,
    delete_label_group,
    export_labels,
    import_labels,
    label_group,
    label_groups,
)
from l4e_widgets.services.reports import save_report
from l4e_widgets.services.results import Results, results
from l4e_widgets.services.training import propose_training, train

__all__ = ["labels_command", "report_command", "results_command", "train_command"]


@click.command("labels")
@click.argument("project")
@click.argument("group", required=False)
@click.option("--import", "import_file", type=FILE, help="Add the labels of this CSV (start,end without header).")
@click.option("--export", "export_file", type=FILE, help="Write the labels of GROUP to this CSV.")
@click.option("--delete", is_flag=True, help="Delete GROUP, where no model was trained with it.")
@workspace_option
@as_json
def labels_command(
    project: str,
    group: str | None,
    import_file: Path | None,
    export_file: Path | None,
    workspace: Path | None,
    *,
    delete: bool,
    as_json: bool,
) -> None:
    """Show the label groups of PROJECT, or the labels of GROUP; import, export or delete them."""
    context = open_context(workspace)
    if group is None:
        groups = label_groups(context, project)
        answer([_group_line(found) for found in groups], [_group_plain(found) for found in groups], as_json=as_json)
        return
    notices: tuple[str, ...] = ()
    if import_file is not None:
        notices = import_labels(context, project, group, import_file).notices
    if delete:
        delete_label_group(context, project, group)
        say(f"Deleted {group}")
        return
    found = label_group(context, project, group)
    if export_file is not None:
        export_labels(context, project, group, export_file)
    lines = [_group_line(found), *(f"{range_text(label.span)} UTC  {label.rating.value}" for label in found.labels)]
    answer([*lines, *notices], {**_group_plain(found), "notices": list(notices)}, as_json=as_json)


def _group_line(group: LabelGroup) -> str:
    """Return a group in one line."""
    used = f", used by {', '.join(group.used_by)}" if group.used_by else ""
    return f"{group.name}: {len(group.labels)} labels, revision {group.revision} by {group.saved_by}{used}"


def _group_plain(group: LabelGroup) -> dict[str, Any]:
    """Return a group as plain values."""
    return {
        "name": group.name,
        "revision": group.revision,
        "saved_by": group.saved_by,
        "used_by": list(group.used_by),
        "labels": [
            {**label.span.to_iso(), "rating": label.rating.value, "fault_code": label.fault_code}
            for label in group.labels
        ],
    }


@click.command("train")
@click.argument("project")
@click.option("--model", help="Name of the model; a free one if absent.")
@click.option("--sensors", multiple=True, callback=listed, help="Sensors to learn from, separated by commas.")
@range_options
@click.option("--labels", "group", default="", help="Label group with the known faults.")
@budget_option
@workspace_option
@as_json
def train_command(
    project: str,
    model: str | None,
    sensors: tuple[str, ...],
    group: str,
    budget: float | None,
    workspace: Path | None,
    *,
    as_json: bool,
    **options: Any,
) -> None:
    """Train a model of PROJECT; what you do not say is proposed from the data."""
    context = open_context(workspace)
    proposal = propose_training(
        context,
        project,
        model=model,
        sensors=sensors or None,
        choice=choice_of(options),
        label_group=group,
        alarm_budget=DEFAULT_BUDGET if budget is None else budget,
    )
    train(context, project, proposal, wait=True, watch=Progress(quiet=as_json))
    _tell(results(context, project, proposal.request.model), as_json=as_json)


@click.command("results")
@click.argument("project")
@click.argument("model")
@budget_option
@click.option("--scores", type=FILE, help="Write score, prediction and contributions of every row (.csv or .parquet).")
@workspace_option
@as_json
def results_command(
    project: str, model: str, budget: float | None, scores: Path | None, workspace: Path | None, *, as_json: bool
) -> None:
    """Say what MODEL of PROJECT found; another budget recounts it and changes nothing."""
    context = open_context(workspace)
    _tell(results(context, project, model, budget=budget), as_json=as_json)
    if scores is not None:
        save_scores(context, project, model, scores, budget=budget)


def _tell(found: Results, *, as_json: bool) -> None:
    """Write what a model found."""
    warnings = [f"Warning: {warning}" for warning in found.warnings]
    events = [f"  {event.sentence}" for event in found.events]
    findings = [f"  Noticed: {finding.sentence}" for finding in found.findings]
    answer([found.sentence, *events, *findings, found.detail, *warnings], found.to_dict(), as_json=as_json)


@click.command("report")
@click.argument("project")
@click.argument("model")
@click.argument("file", type=FILE)
@workspace_option
def report_command(project: str, model: str, file: Path, workspace: Path | None) -> None:
    """Save the report of MODEL of PROJECT to FILE, one HTML file that works without a network."""
    say(f"Saved {save_report(open_context(workspace), project, model, file, watch=Progress())}")

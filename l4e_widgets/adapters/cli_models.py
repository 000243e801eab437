"""`l4e labels`, `train`, `results`, `budget`, `answer` and `report`: models from the command line."""

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
    off_time_option,
    range_options,
    workspace_option,
)
from l4e_widgets.adapters.output import Progress, answer
from l4e_widgets.core.detection.calibration import DEFAULT_BUDGET
from l4e_widgets.core.detection.recount import CURVE_BUDGETS
from l4e_widgets.core.detection.registry import DEFAULT_DETECTOR
from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.times import range_text
from l4e_widgets.figures.case_words import answer_words
from l4e_widgets.services.budgets import budget_curve, model_past, tune_budget
from l4e_widgets.services.cases import VERDICTS, answer_event
from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.estimates import estimate_of, start_estimate
from l4e_widgets.services.exports import SCORE_SUFFIXES, check_output, save_scores
from l4e_widgets.services.labels import (
    LabelGroup,
    delete_label_group,
    export_labels,
    import_labels,
    label_group,
    label_groups,
)
from l4e_widgets.services.models import set_alarm_budget
from l4e_widgets.services.reports import save_report
from l4e_widgets.services.results import CaseTold, EventRecord, Results, choose_event, explained_results, results
from l4e_widgets.services.training import TrainingProposal, propose_training, train

__all__ = [
    "answer_command",
    "budget_command",
    "labels_command",
    "report_command",
    "results_command",
    "train_command",
]


ESTIMATES_SHOWN = (CURVE_BUDGETS[3], CURVE_BUDGETS[10], CURVE_BUDGETS[13], CURVE_BUDGETS[16], CURVE_BUDGETS[20])


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
    if group is None and (import_file or export_file or delete):
        raise UsageError("No label group was named.", fix="Write its name after that of the project.")
    if delete and (import_file or export_file):
        raise UsageError("A group cannot be deleted and read or written in one call.", fix="Make two calls.")
    if group is None:
        groups = label_groups(context, project)
        answer([_group_line(found) for found in groups], [_group_plain(found) for found in groups], as_json=as_json)
        return
    notices: tuple[str, ...] = ()
    if import_file is not None:
        notices = import_labels(context, project, group, import_file).notices
    if delete:
        delete_label_group(context, project, group)
        answer([f"Deleted {group}"], {"deleted": group}, as_json=as_json)
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
@off_time_option
@click.option("--estimate", is_flag=True, help="Train nothing: estimate what each alarm budget would raise.")
@click.option("--detector", default=DEFAULT_DETECTOR, show_default=True, help="What learns; others by package.")
@budget_option
@workspace_option
@as_json
def train_command(
    project: str,
    model: str | None,
    sensors: tuple[str, ...],
    group: str,
    detector: str,
    off_time: str,
    budget: float | None,
    workspace: Path | None,
    *,
    as_json: bool,
    estimate: bool,
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
        detector=detector,
        off_time=off_time,
    )
    if estimate:
        _tell_estimate(context, project, proposal, as_json=as_json)
        return
    train(context, project, proposal, wait=True, watch=Progress(quiet=as_json))
    _tell(explained_results(context, project, proposal.request.model), as_json=as_json)


def _tell_estimate(context: Context, project: str, proposal: TrainingProposal, *, as_json: bool) -> None:
    """Write what each budget would raise, by estimate."""
    view = start_estimate(context, project, proposal.request, wait=True, watch=Progress(quiet=as_json))
    found = estimate_of(view)
    if found is None:
        return
    shown = [count for count in found.counts if count.budget in ESTIMATES_SHOWN]
    lines = [found.sentence(count.budget) for count in shown] or [found.sentence(1.0)]
    answer(lines, found.to_dict(), as_json=as_json)


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
    if scores is not None:
        check_output(scores, suffixes=SCORE_SUFFIXES)
    watch = Progress(quiet=as_json)
    _tell(explained_results(context, project, model, budget=budget, watch=watch), as_json=as_json)
    if scores is not None:
        save_scores(context, project, model, scores, budget=budget)


def _tell(found: Results, *, as_json: bool) -> None:
    """Write what a model found."""
    warnings = [f"Warning: {warning}" for warning in found.warnings]
    findings = [f"  Noticed: {finding.sentence}" for finding in found.findings]
    answer([found.sentence, *_case_lines(found), *findings, found.detail, *warnings], found.to_dict(), as_json=as_json)


def _case_lines(found: Results) -> list[str]:
    """Return cases, those of several events with the events inside."""
    lines = []
    for case in found.cases:
        events = [(number + 1, found.events[number]) for number in case.events]
        if len(events) == 1:
            lines.append(f"  {events[0][0]}. {case.sentence}{_said(case)}")
        else:
            numbers = ", ".join(str(number) for number, _ in events)
            lines.append(f"  {numbers}. {case.sentence}{_said(case)}")
            lines += [f"      {number}. {event.sentence}" for number, event in events]
        if case.repair:
            lines.append(f"      {case.repair.sentence}")
    if found.cases:
        return lines
    return [f"  {number}. {event.sentence}{_said(event)}" for number, event in enumerate(found.events, start=1)]


def _said(event: EventRecord | CaseTold) -> str:
    """Return what people said of an event or case."""
    words = answer_words(event.verdict, note=event.note) if event.case else ""
    return f" ({words})" if words else ""


@click.command("budget")
@click.argument("project")
@click.argument("model")
@click.argument("alarms", type=float, required=False)
@click.option("--curve", is_flag=True, help="Show what 31 budgets would have raised; without ALARMS nothing changes.")
@workspace_option
@as_json
def budget_command(
    project: str, model: str, alarms: float | None, workspace: Path | None, *, as_json: bool, curve: bool
) -> None:
    """Put an alarm budget of ALARMS a month in force for MODEL of PROJECT; every reader recounts its events."""
    context = open_context(workspace)
    if alarms is None and not curve:
        raise UsageError("No alarm budget was named.", fix="Write false alarms a month, such as 1, or --curve.")
    if alarms is None:
        _tell_curve(context, project, model, as_json=as_json)
        return
    set_alarm_budget(context, project, model, alarms)
    if curve:
        _tell_curve(context, project, model, as_json=as_json)
        return
    _tell(explained_results(context, project, model, watch=Progress(quiet=as_json)), as_json=as_json)


def _tell_curve(context: Context, project: str, model: str, *, as_json: bool) -> None:
    """Write what each budget would have raised, and the one that serves the labels best."""
    past = model_past(context, project, model)
    receipts = budget_curve(past)
    best = tune_budget(past)
    points = [
        {
            "budget": one.count.budget,
            "events": len(one.count.events),
            "events_a_month": one.count.events_a_month,
            "found": one.count.n_found if one.count.accuracy else None,
            "missed": one.count.accuracy.n_missed if one.count.accuracy else None,
            "false": one.count.n_false if one.count.accuracy else None,
            "threshold": one.count.threshold,
        }
        for one in receipts
    ]
    plain = {"model": model, "months": past.months, "curve": points, "best": best.count.budget if best else None}
    lines = [one.sentence for one in receipts]
    answer([*lines, *([f"Serves the labels best: {best.sentence}"] if best else [])], plain, as_json=as_json)


@click.command("answer")
@click.argument("project")
@click.argument("model")
@click.argument("event")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.option("--note", default="", help="What else is to be said, at most 2,560 characters.")
@budget_option
@workspace_option
@as_json
def answer_command(
    project: str,
    model: str,
    event: str,
    verdict: str,
    note: str,
    budget: float | None,
    workspace: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say what an EVENT of MODEL was: its number as l4e results shows it at the same budget, or a time inside it."""
    context = open_context(workspace)
    found = choose_event(results(context, project, model, budget=budget), event)
    case = answer_event(context, project, found.span, found.sensor_ids, verdict=verdict, note=note)
    said = [f"{found.sentence}", f"Answered: {case.verdict}, case {case.id}."]
    answer(said, {**case.span.to_iso(), "case": case.id, "verdict": case.verdict, "note": case.note}, as_json=as_json)


@click.command("report")
@click.argument("project")
@click.argument("model")
@click.argument("file", type=FILE)
@workspace_option
@as_json
def report_command(project: str, model: str, file: Path, workspace: Path | None, *, as_json: bool) -> None:
    """Save the report of MODEL of PROJECT to FILE, one HTML file that works without a network."""
    saved = save_report(open_context(workspace), project, model, file, watch=Progress(quiet=as_json))
    answer([f"Saved {saved}"], {"project": project, "model": model, "saved": str(saved)}, as_json=as_json)

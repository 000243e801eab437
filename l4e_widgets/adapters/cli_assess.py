"""`l4e assess`: CSV in, answer out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from l4e_widgets.adapters.options import (
    FILE,
    budget_option,
    choice_of,
    off_time_option,
    range_options,
    reading_of,
    reading_options,
    sheet_option,
)
from l4e_widgets.adapters.output import Progress, say
from l4e_widgets.core.times import duration_text, range_text
from l4e_widgets.figures.wording import count_text
from l4e_widgets.services.assess import (
    ASSESSED_MODEL,
    ASSESSED_PROJECT,
    Assessment,
    AssessOptions,
    assess,
    temporary_context,
)
from l4e_widgets.services.context import open_context
from l4e_widgets.services.exports import SCORE_SUFFIXES, check_output, save_json, save_scores
from l4e_widgets.services.reports import save_report

__all__ = ["assess_command"]

EVENTS_SHOWN = 10
GRADES_SHOWN = 5


@click.command("assess")
@click.argument("files", nargs=-1, required=True, type=FILE)
@reading_options
@range_options
@click.option("--labels", type=FILE, help="CSV of known faults: start,end without header.")
@off_time_option
@sheet_option
@budget_option
@click.option("--report", type=FILE, help="Write a self-contained HTML report to this file.")
@click.option("--json", "json_file", type=FILE, help="Write the answer as JSON to this file.")
@click.option("--scores", type=FILE, help="Write score, prediction and contributions of every row (.csv or .parquet).")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def assess_command(files: tuple[Path, ...], **options: Any) -> None:
    """Read FILES, learn what is normal, and say what is not.

    Nothing is kept but the files you ask for.
    """
    outputs = {name: options[name] for name in ("report", "json_file", "scores") if options[name]}
    taken = [*files, *(options[name] for name in ("labels", "sensor_sheet") if options[name])]
    for name, path in outputs.items():
        check_output(path, suffixes=SCORE_SUFFIXES if name == "scores" else (), taken=taken)
        taken.append(path)
    watch = Progress(quiet=options["quiet"])
    with temporary_context(open_context()) as context:
        answer = assess(context, files, _options(options), watch=watch)
        if "report" in outputs:
            title = ", ".join(path.name for path in files)
            save_report(context, ASSESSED_PROJECT, ASSESSED_MODEL, outputs["report"], title=title, watch=watch)
        if "scores" in outputs:
            save_scores(context, ASSESSED_PROJECT, ASSESSED_MODEL, outputs["scores"])
        if "json_file" in outputs:
            save_json(outputs["json_file"], answer.to_dict())
    _tell(answer)
    for path in outputs.values():
        say(f"Saved {path}")


def _options(options: dict[str, Any]) -> AssessOptions:
    """Return what was typed as the service takes it."""
    budget = {} if options["budget"] is None else {"alarm_budget": options["budget"]}
    return AssessOptions(
        reading=reading_of(options),
        choice=choice_of(options),
        labels=options["labels"],
        sensor_sheet=options["sensor_sheet"],
        off_time=options["off_time"],
        **budget,
    )


def _tell(answer: Assessment) -> None:
    """Write the answer in sentences."""
    say(answer.results.sentence)
    told = answer.results.cases or answer.results.events
    for case in told[:EVENTS_SHOWN]:
        say(f"  {case.sentence}")
    hidden = len(told) - EVENTS_SHOWN
    if hidden > 0:
        say(f"  … and {hidden} more; --report or --json shows all.")
    for finding in answer.results.findings[:EVENTS_SHOWN]:
        say(f"  Noticed: {finding.sentence}")
    _tell_accuracy(answer)
    say()
    say("What was understood")
    for sentence in (*answer.dataset.sentences, *_grades(answer), *answer.results.reasons):
        say(f"  {sentence}")
    for warning in answer.warnings:
        say(f"  Warning: {warning}")


def _grades(answer: Assessment) -> list[str]:
    """Return how the sensors were graded: the counts, and a few of those below High with their reasons."""
    counts = {
        grade: [sensor for sensor in answer.quality.sensors if sensor.grade == grade]
        for grade in ("High", "Medium", "Low")
    }
    text = ", ".join(f"{len(found)} {grade}" for grade, found in counts.items() if found)
    below = [*counts["Low"], *counts["Medium"]]
    said = [f"{sensor.grade}: {sensor.name}. {' '.join(sensor.reasons)}" for sensor in below[:GRADES_SHOWN]]
    hidden = len(below) - GRADES_SHOWN
    return [f"Sensor grades: {text}.", *said, *([f"… and {hidden} more below High."] if hidden > 0 else [])]


def _tell_accuracy(answer: Assessment) -> None:
    """Write how the events agree with the labels, where there are any."""
    accuracy = answer.results.accuracy
    if accuracy is None:
        return
    say(
        f"Of {count_text(len(accuracy.labels), 'labelled fault')} in the evaluation range {accuracy.n_found} found, "
        f"{accuracy.n_missed} missed; {count_text(len(accuracy.false_events), 'event')} without a label."
    )
    early = [seconds for seconds in accuracy.forewarning_s if seconds > 0]
    if early:
        say("Forewarning: " + ", ".join(duration_text(seconds) for seconds in early) + ".")
    for label, found in zip(accuracy.labels, accuracy.found, strict=True):
        if not found:
            say(f"  Missed: {range_text(label)} UTC.")

"""Cases: what people said of an event, kept by time and sensors, so that it outlives budgets and models."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from l4e_widgets.core.errors import Conflict, DataError, NotFound, UsageError
from l4e_widgets.core.labels import MAX_NOTES
from l4e_widgets.core.times import TimeRange, iso_z, minute_text, range_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, project_keys
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.case_records import SENSORS_OF_A_CASE, case_of, read_cases
from l4e_widgets.storage.records import CaseRecord

__all__ = ["VERDICTS", "answer_event", "case_of", "list_cases"]

VERDICTS = ("real", "false", "open")


def list_cases(context: Context, project: str) -> tuple[CaseRecord, ...]:
    """Return the cases of a project in order of time.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.

    Returns
    -------
    tuple of CaseRecord
        Empty where nothing was answered.

    Raises
    ------
    NotFound
        There is no such project.
    StorageError
        The document of a case is damaged.
    """
    return read_cases(context.documents, project_keys(context, project))


def answer_event(
    context: Context,
    project: str,
    span: TimeRange,
    sensors: Sequence[str],
    *,
    verdict: str,
    note: str = "",
    seen_ns: int | None = None,
) -> CaseRecord:
    """Say what an event was.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    span : TimeRange
        When the event was.
    sensors : sequence of str
        Ids of its sensors, largest share first; the first three are kept.
    verdict : str
        ``real``, ``false`` or ``open``.
    note : str
        What else is to be said.
    seen_ns : int, optional
        When the answer was given that whoever answers now has before their eyes, 0 for none; where absent, whatever
        was answered before is replaced.

    Returns
    -------
    CaseRecord
        The case; an earlier answer to the same trouble is replaced, and both stay in the action log.

    Raises
    ------
    UsageError
        The verdict is none of the three, or no sensor is named.
    DataError
        The event lies outside of the data, or the note is too long.
    NotFound
        There is no such project.
    Conflict
        Someone else answered meanwhile.
    """
    if verdict not in VERDICTS:
        raise UsageError(
            "This verdict is not known.", got=verdict, expected=", ".join(VERDICTS), fix="Choose one of these."
        )
    keys = project_keys(context, project)
    _check_answer(context, project, span, sensors, note)
    named = tuple(sensors)[:SENSORS_OF_A_CASE]
    before = case_of(list_cases(context, project), span, named)
    if seen_ns is not None and seen_ns != (before.answered_ns if before else 0):
        raise _answered_meanwhile(before, verdict)
    case_id = before.id if before else _case_id(span, named)
    try:
        revision = context.documents.get(keys.case(case_id), CaseRecord).revision
    except NotFound:
        revision = 0
    case = CaseRecord(
        id=case_id,
        span=TimeRange(min(before.span.start, span.start), max(before.span.end, span.end)) if before else span,
        sensors=tuple(dict.fromkeys((*(before.sensors if before else ()), *named))),
        verdict=verdict,
        note=note,
        answered_by="" if verdict == "open" else context.actor,
        answered_ns=context.clock(),
    )
    context.documents.put(keys.case(case_id), case, expected_revision=revision)
    log_action(context.documents, keys.actions, "answer_event", {"case": case_id, "verdict": verdict, "note": note})
    return case


def _check_answer(context: Context, project: str, span: TimeRange, sensors: Sequence[str], note: str) -> None:
    """Refuse an answer that can belong to no event of the project."""
    if not sensors:
        raise UsageError("A case needs a sensor, by which it is found again.", fix="Name the event's sensors.")
    data = dataset_record(context, project).span
    if not span.overlaps(data):
        raise DataError(
            f"The event {range_text(span)} UTC lies outside of the data.",
            expected=f"a time inside {range_text(data)} UTC",
            fix="Check the times of the event.",
        )
    if len(note) > MAX_NOTES:
        raise DataError(
            "The note is too long.", got=f"{len(note)} characters", expected=f"at most {MAX_NOTES}", fix="Shorten it."
        )


def _answered_meanwhile(before: CaseRecord | None, verdict: str) -> Conflict:
    """Return the refusal of an answer by somebody who has not seen the newest one."""
    said = {"real": "Real fault", "false": "False alarm", "open": "no answer"}
    newest = f"{said[before.verdict]}, at {minute_text(before.answered_ns)} UTC" if before else "no answer"
    by = f" by {before.answered_by}" if before and before.answered_by else ""
    return Conflict(
        f'This case was answered meanwhile{by}: {newest}. Your answer "{said[verdict]}" was not stored.',
        fix="Look at the other answer; answer again to replace it.",
    )


def _case_id(span: TimeRange, sensors: Sequence[str]) -> str:
    """Return the name of a new case: its start and a hash of its sensors."""
    stamp = iso_z(span.start)[:19].replace(":", "").replace("-", "")
    return f"{stamp}-{hashlib.sha256(' '.join(sorted(sensors)).encode()).hexdigest()[:8]}"

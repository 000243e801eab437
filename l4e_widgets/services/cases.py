"""Cases: what people said of an event, kept by time and sensors, so that it outlives budgets and models."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from l4e_widgets.core.errors import NotFound, UsageError
from l4e_widgets.core.times import TimeRange, iso_z
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.storage.actions import log_action
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
    """
    keys = project_keys(context, project)
    files = context.store.children(keys.cases)
    found = [context.documents.get(f"{keys.cases}/{file}", CaseRecord).value for file in files]
    return tuple(sorted(found, key=lambda case: case.span))


def case_of(cases: Sequence[CaseRecord], span: TimeRange, sensors: Sequence[str]) -> CaseRecord | None:
    """Return the case an event belongs to: they overlap in time and share a sensor.

    Parameters
    ----------
    cases : sequence of CaseRecord
        Cases of the project.
    span : TimeRange
        When the event was.
    sensors : sequence of str
        Ids of the sensors most involved in it.

    Returns
    -------
    CaseRecord or None
        The one that shares most time with the event; None where there is none.
    """
    mine = [case for case in cases if case.span.overlaps(span) and set(case.sensors) & set(sensors)]

    def shared(case: CaseRecord) -> int:
        """Return the time a case and the event share, in nanoseconds."""
        return min(case.span.end, span.end) - max(case.span.start, span.start)

    return max(mine, key=shared, default=None)


def answer_event(
    context: Context, project: str, span: TimeRange, sensors: Sequence[str], *, verdict: str, note: str = ""
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
        Ids of the sensors most involved in it, largest share first.
    verdict : str
        ``real``, ``false`` or ``open``.
    note : str
        What else is to be said.

    Returns
    -------
    CaseRecord
        The case; an earlier answer to the same trouble is replaced, its older revision stays in the action log.

    Raises
    ------
    UsageError
        The verdict is none of the three.
    NotFound
        There is no such project.
    Conflict
        Someone else answered meanwhile.
    """
    if verdict not in VERDICTS:
        raise UsageError("This verdict is not known.", got=verdict, expected=", ".join(VERDICTS))
    keys = project_keys(context, project)
    before = case_of(list_cases(context, project), span, sensors)
    case_id = before.id if before else _case_id(span, sensors)
    try:
        revision = context.documents.get(keys.case(case_id), CaseRecord).revision
    except NotFound:
        revision = 0
    case = CaseRecord(
        id=case_id,
        span=TimeRange(min(before.span.start, span.start), max(before.span.end, span.end)) if before else span,
        sensors=tuple(dict.fromkeys((*before.sensors, *sensors))) if before else tuple(sensors),
        verdict=verdict,
        note=note,
        answered_by="" if verdict == "open" else context.actor,
        answered_ns=context.clock(),
    )
    context.documents.put(keys.case(case_id), case, expected_revision=revision)
    log_action(context.documents, keys.actions, "answer_event", {"case": case_id, "verdict": verdict, "note": note})
    return case


def _case_id(span: TimeRange, sensors: Sequence[str]) -> str:
    """Return the name of a new case: its start and a hash of its sensors."""
    stamp = iso_z(span.start)[:19].replace(":", "").replace("-", "")
    return f"{stamp}-{hashlib.sha256(' '.join(sorted(sensors)).encode()).hexdigest()[:8]}"

"""Answers of people to cases, as they are stored, and which of them belongs to an event."""

from __future__ import annotations

from collections.abc import Sequence

from l4e_widgets.core.errors import StorageError
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.records import CaseRecord

__all__ = ["SENSORS_OF_A_CASE", "case_of", "read_cases"]

SENSORS_OF_A_CASE = 3
"""An event is recognised by this many of its sensors, largest share first; the others carry little of it."""


def read_cases(documents: Documents, keys: ProjectKeys) -> tuple[CaseRecord, ...]:
    """Return the answered cases of a project.

    Parameters
    ----------
    documents : Documents
        Where they lie.
    keys : ProjectKeys
        Keys of the project.

    Returns
    -------
    tuple of CaseRecord
        In order of time; empty where nothing was answered.

    Raises
    ------
    StorageError
        The document of a case is damaged or belongs to another one.
    """
    found = [_case(documents, keys, file) for file in documents.store.children(keys.cases)]
    return tuple(sorted(found, key=lambda case: (case.span, case.id)))


def _case(documents: Documents, keys: ProjectKeys, file: str) -> CaseRecord:
    """Return the case of a document, which must carry the name of its file."""
    key = f"{keys.cases}/{file}"
    case = documents.get(key, CaseRecord).value
    if keys.case(case.id) != key:
        raise StorageError(
            "This document belongs to another case.",
            where=key,
            got=case.id,
            expected=file.removesuffix(".json"),
            fix="Undo changes made by hand, or restore the file from a backup.",
        )
    return case


def case_of(cases: Sequence[CaseRecord], span: TimeRange, sensors: Sequence[str]) -> CaseRecord | None:
    """Return the case an event belongs to: they overlap in time and share a sensor.

    Parameters
    ----------
    cases : sequence of CaseRecord
        Cases of the project.
    span : TimeRange
        When the event was.
    sensors : sequence of str
        Ids of its sensors, largest share first; the first three count.

    Returns
    -------
    CaseRecord or None
        The one that shares most time with the event; None where there is none.
    """
    mine = [case for case in cases if case.span.overlaps(span) and set(case.sensors) & set(sensors[:SENSORS_OF_A_CASE])]

    def shared(case: CaseRecord) -> int:
        """Return the time a case and the event share, in nanoseconds."""
        return min(case.span.end, span.end) - max(case.span.start, span.start)

    return max(mine, key=shared, default=None)

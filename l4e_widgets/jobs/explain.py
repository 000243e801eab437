"""Explain: looks at the rows of every case again and keeps what is to be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.case_facts import case_facts
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.model_reader import ModelReader

__all__ = ["ExplainArguments", "run"]


@dataclass(frozen=True, kw_only=True)
class ExplainArguments:
    """Whose cases.

    Parameters
    ----------
    model : str
        Name of the model.
    budget : float or None
        False alarms a month; the budget in force where None.
    """

    model: str
    budget: float | None = None


def run(work: Work) -> dict[str, Any]:
    """Explain and keep the cases of a model.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are an `ExplainArguments`.

    Returns
    -------
    dict
        Name of the model and how many cases there are.
    """
    arguments = from_plain(work.request.arguments, ExplainArguments)
    work.plan({"Find the sensors of each event": 1, "Explain the cases": 3})
    with work.step("Find the sensors of each event"):
        reader = ModelReader(work.documents, work.project, arguments.model)
        reader.explained(arguments.budget)
    with work.step("Explain the cases"):
        facts = case_facts(work.documents, work.project, reader, arguments.budget, progress=work.advance)
    return {"model": arguments.model, "cases": len(facts)}

"""Signatures: makes what alike stretches are searched in, ahead of the first search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from l4e_widgets.jobs.worker import Work
from l4e_widgets.storage.documents import from_plain
from l4e_widgets.storage.model_past import make_signatures
from l4e_widgets.storage.model_reader import ModelReader

__all__ = ["SignatureArguments", "run"]


@dataclass(frozen=True, kw_only=True)
class SignatureArguments:
    """Whose history.

    Parameters
    ----------
    model : str
        Name of the model.
    """

    model: str


def run(work: Work) -> dict[str, Any]:
    """Make and store the signatures of a model's whole history.

    Parameters
    ----------
    work : Work
        Frame of the job; its arguments are a `SignatureArguments`.

    Returns
    -------
    dict
        Name of the model.
    """
    arguments = from_plain(work.request.arguments, SignatureArguments)
    work.plan({"Look at every row": 1})
    with work.step("Look at every row"):
        reader = ModelReader(work.documents, work.project, arguments.model)
        make_signatures(work.documents, work.project.model(arguments.model, reader.stored.record.version), reader)
    return {"model": arguments.model}

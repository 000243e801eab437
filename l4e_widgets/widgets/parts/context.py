"""Where a page finds its projects, in whichever form the caller names the place."""

from __future__ import annotations

from pathlib import Path

from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.library import Workspace

__all__ = ["Place", "context_of"]

Place = Context | Workspace | str | Path | None


def context_of(place: Place) -> Context:
    """Context of the services for a workspace.

    Parameters
    ----------
    place : Context, Workspace, str, Path or None
        The workspace, its folder, or None for the user's default one.

    Returns
    -------
    Context
        What the services take.
    """
    if isinstance(place, Context):
        return place
    if isinstance(place, Workspace):
        return place.context
    return open_context(place)

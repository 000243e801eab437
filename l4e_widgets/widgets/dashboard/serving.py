"""The dashboard as the page that Voila serves."""

from __future__ import annotations

import os

from l4e_widgets.widgets.dashboard.view import Dashboard

__all__ = ["served_dashboard"]


def served_dashboard() -> Dashboard:
    """Wait in a pre-heated kernel until a browser asks for the page, and open it where its link says.

    Returns
    -------
    Dashboard
        The whole page; in a notebook it opens at once with the list of projects.
    """
    if "VOILA_PREHEAT" not in os.environ:
        return Dashboard()
    from voila.utils import get_query_string

    query = get_query_string() or ""
    return Dashboard(query=query, is_page=True)

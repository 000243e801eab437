"""The one place where whatever fails behind a click becomes a sentence on the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import traitlets

from l4e_widgets.core.errors import L4EError

__all__ = ["PageState", "answered"]

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class PageState(traitlets.HasTraits):
    """What every page knows: the sentence of its last failure, empty where all is well."""

    error = traitlets.Unicode()


def answered(state: PageState, action: Callable[[], Result]) -> Result | None:
    """Do what an event of the page asks for; a failure becomes the page's sentence.

    Parameters
    ----------
    state : PageState
        Takes the sentence, and loses an old one.
    action : callable
        What to do, without arguments.

    Returns
    -------
    object or None
        What the action gave; None where it failed.
    """
    try:
        result = action()
    except L4EError as error:
        state.error = str(error)
        return None
    except Exception:  # noqa: BLE001, RUF100  event entry of the widgets
        log.exception("A page's event failed.")
        state.error = "This did not work, and the fault is ours. Reload the page; the log of the dashboard says more."
        return None
    state.error = ""
    return result

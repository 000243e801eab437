"""The one place where whatever fails behind a click becomes a sentence on the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import traitlets

from l4e_widgets.core.errors import L4EError

__all__ = ["PageState", "answered", "sentence_of"]

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
    result, state.error = sentence_of(action)
    return result


def sentence_of(action: Callable[[], Result]) -> tuple[Result | None, str]:
    """Do what an event of a widget asks for.

    Parameters
    ----------
    action : callable
        What to do, without arguments.

    Returns
    -------
    (object or None, str)
        What the action gave and an empty text, or None and the sentence of its failure.
    """
    try:
        return action(), ""
    except L4EError as error:
        return None, str(error)
    except Exception:  # noqa: BLE001, RUF100  event entry of the widgets
        log.exception("A page's event failed.")
        return None, "This did not work, and the fault is ours. Reload the page; the log of the dashboard says more."

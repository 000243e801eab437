"""The action log: one line per service call that changed something."""

from __future__ import annotations

import json
from typing import Any

from l4e_widgets.core.times import iso_z
from l4e_widgets.storage.documents import Documents

__all__ = ["log_action", "read_actions"]


def log_action(documents: Documents, key: str, action: str, arguments: dict[str, Any]) -> None:
    """Append one line to an action log.

    Parameters
    ----------
    documents : Documents
        Whose store, clock and actor are used.
    key : str
        Key of the log.
    action : str
        Name of the service call.
    arguments : dict
        Plain values it was called with.

    Raises
    ------
    StorageError
        It could not be written.
    """
    line = {"at": iso_z(documents.clock()), "actor": documents.actor, "action": action, "arguments": arguments}
    before = _text(documents, key)
    torn = bool(before) and not before.endswith("\n")
    documents.store.append(key, (("\n" if torn else "") + json.dumps(line, ensure_ascii=False) + "\n").encode())


def read_actions(documents: Documents, key: str) -> tuple[dict[str, Any], ...]:
    """Lines of an action log; one that a dying program or a hand left unreadable is passed over.

    Parameters
    ----------
    documents : Documents
        Where it lies.
    key : str
        Key of the log.

    Returns
    -------
    tuple of dict
        ``at``, ``actor``, ``action`` and ``arguments`` of every call, oldest first.
    """
    found = []
    for line in _text(documents, key).splitlines():
        try:
            parts = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(parts, dict):
            found.append(parts)
    return tuple(found)


def _text(documents: Documents, key: str) -> str:
    """Return the text of a log, empty where there is none."""
    return documents.store.read(key).decode("utf-8", "replace") if documents.store.exists(key) else ""

"""The action log of a project: one line per service call that changed something."""

from __future__ import annotations

import json
from typing import Any

from l4e_widgets.core.times import iso_z
from l4e_widgets.storage.documents import Documents

__all__ = ["log_action"]


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
    """
    line = {"at": iso_z(documents.clock()), "actor": documents.actor, "action": action, "arguments": arguments}
    documents.store.append(key, (json.dumps(line, ensure_ascii=False) + "\n").encode())

"""Names from users become keys: a readable slug and a short hash, never the name itself."""

from __future__ import annotations

import hashlib
import re

__all__ = ["storage_key"]


def storage_key(name: str) -> str:
    """Key of a user's name, safe on any disk and different for names that differ in capitals only.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str
        For example ``pump-1-903e10f0``: at most 40 characters of the name, then 8 of its hash.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].rstrip("-") or "x"
    return f"{slug}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"

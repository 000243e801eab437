"""Names from users become keys: a readable slug and a short hash, never the name itself."""

from __future__ import annotations

import hashlib
import re
import unicodedata

__all__ = ["safe_file_name", "storage_key"]

MOST_CHARACTERS, MOST_BYTES = 120, 200
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")


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


def safe_file_name(name: str) -> str:
    """Name that a file may carry on any disk: no folders, no control characters, nothing reserved.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str
        Close to the name, at most 120 characters.
    """
    known = name.encode("utf-8", "replace").decode()
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", known))[-1]
    kept = "".join(c if c.isprintable() and c not in '<>:"|?*' else "_" for c in last).strip(". ")
    if _RESERVED.match(kept):
        kept = f"_{kept}"
    stem, dot, suffix = kept.rpartition(".")
    if not dot or len(suffix) > 20:
        stem, dot, suffix = kept, "", ""
    stem = stem[: MOST_CHARACTERS - len(suffix)]
    while len(f"{stem}{dot}{suffix}".encode()) > MOST_BYTES:
        stem = stem[:-1]
    return f"{stem}{dot}{suffix}" or "upload"

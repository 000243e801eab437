"""Typed documents: one small JSON file a thing, with a schema version, a revision and who wrote it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import cattrs
from cattrs.errors import BaseValidationError

from l4e_widgets.core.errors import Conflict, StorageError
from l4e_widgets.core.times import TimeRange, iso_z, minute_text, to_ns
from l4e_widgets.storage.objects import ObjectStore

__all__ = ["Documents", "Stored", "from_plain", "to_plain"]

Document = TypeVar("Document")


def _converter() -> cattrs.Converter:
    """Return the converter between dataclasses and plain values; ranges are written as ISO texts."""
    converter = cattrs.Converter(forbid_extra_keys=False)
    converter.register_unstructure_hook(TimeRange, lambda span: span.to_iso())
    converter.register_structure_hook(TimeRange, lambda parts, _: TimeRange.from_iso(parts))
    return converter


_CONVERTER = _converter()


def to_plain(value: object) -> Any:
    """Plain values of a dataclass, ready for JSON.

    Parameters
    ----------
    value : dataclass
        A typed document or a part of one.

    Returns
    -------
    dict
        Only dicts, lists, texts, numbers, booleans and None.
    """
    return _CONVERTER.unstructure(value)


def from_plain(parts: object, kind: type[Document], *, where: str = "") -> Document:
    """Rebuild a dataclass from plain values.

    Parameters
    ----------
    parts : object
        What `to_plain` gave, perhaps edited by hand since.
    kind : type
        The dataclass.
    where : str
        Key or file it came from, for the error.

    Returns
    -------
    dataclass
        An instance of `kind`.

    Raises
    ------
    StorageError
        A field is missing or of another type.
    """
    try:
        return _CONVERTER.structure(parts, kind)
    except (BaseValidationError, ValueError, TypeError, KeyError) as error:
        reasons = cattrs.transform_error(error) if isinstance(error, BaseValidationError) else [str(error)]
        raise StorageError(
            "This document does not hold what it should.",
            where=where,
            got="; ".join(str(reason) for reason in reasons[:3]),
            expected=f"the fields of a {kind.__name__}",
            fix="Undo changes made by hand, or restore the file from a backup.",
        ) from error


@dataclass(frozen=True)
class Stored(Generic[Document]):
    """A document as it lies in the store.

    Parameters
    ----------
    value : dataclass
        The document.
    revision : int
        Counts from 1 with every change.
    actor : str
        Who wrote this revision.
    written_ns : int
        When, in nanoseconds UTC.
    """

    value: Document
    revision: int
    actor: str
    written_ns: int


class Documents:
    """Reads and writes typed documents of one store.

    Parameters
    ----------
    store : ObjectStore
        Where they lie.
    clock : callable
        Returns now, in nanoseconds UTC.
    actor : str
        Who writes.
    """

    def __init__(self, store: ObjectStore, clock: Callable[[], int], actor: str) -> None:
        self.store = store
        self.clock = clock
        self.actor = actor

    def get(self, key: str, kind: type[Document]) -> Stored[Document]:
        """Return the document of a key.

        Parameters
        ----------
        key : str
            Where it lies.
        kind : type
            Its class, which carries `SCHEMA` and `SCHEMA_VERSION`.

        Returns
        -------
        Stored
            The document with its revision, who wrote it and when.

        Raises
        ------
        NotFound
            There is none.
        StorageError
            It is damaged, of another kind, or written by a newer version.
        """
        return _opened(self.store.read(key), kind, key)

    def put(self, key: str, value: object, *, expected_revision: int | None = None) -> int:
        """Write a document and return its new revision.

        Parameters
        ----------
        key : str
            Where it goes.
        value : dataclass
            The document; its class carries `SCHEMA` and `SCHEMA_VERSION`.
        expected_revision : int, optional
            The revision the change started from, 0 for a document that must not exist yet; None writes over
            whatever is there.

        Returns
        -------
        int
            Revision of the document as it is now, counted from 1.

        Raises
        ------
        Conflict
            Someone else changed the document since; the sentence says who and when.
        """
        before = self.store.read(key) if self.store.exists(key) else None
        revision = _opened(before, type(value), key).revision if before is not None else 0
        if expected_revision is not None and revision != expected_revision:
            raise self._conflict(key, value, before, expected_revision)
        data = _closed(value, revision + 1, self.actor, self.clock())
        if not self.store.write_if(key, data, before):
            if expected_revision is None:
                return self.put(key, value)
            found = self.store.read(key) if self.store.exists(key) else None
            raise self._conflict(key, value, found, expected_revision)
        return revision + 1

    def _conflict(self, key: str, value: object, found: bytes | None, expected: int) -> Conflict:
        """Return the error that says who was first."""
        if found is None:
            return Conflict("This was deleted by someone else meanwhile.", where=key, fix="Load the page again.")
        other = _opened(found, type(value), key)
        return Conflict(
            f"Nothing was changed: {other.actor} changed it at {minute_text(other.written_ns)} UTC "
            f"(revision {other.revision}, you started from {expected}).",
            where=key,
            fix="Load it again and apply your change to what is there now.",
        )


def _closed(value: object, revision: int, actor: str, now_ns: int) -> bytes:
    """Return the bytes of a document with its envelope."""
    envelope = {
        "schema": getattr(value, "SCHEMA"),  # noqa: B009
        "schema_version": getattr(value, "SCHEMA_VERSION"),  # noqa: B009
        "revision": revision,
        "actor": actor,
        "written": iso_z(now_ns),
        "content": to_plain(value),
    }
    return (json.dumps(envelope, ensure_ascii=False, indent=1) + "\n").encode()


def _opened(data: bytes, kind: type[Document], key: str) -> Stored[Document]:
    """Check an envelope and return what is in it."""
    schema, version = getattr(kind, "SCHEMA"), getattr(kind, "SCHEMA_VERSION")  # noqa: B009
    try:
        envelope = json.loads(data)
        found, found_version = envelope["schema"], int(envelope["schema_version"])
        revision, actor, written = int(envelope["revision"]), str(envelope["actor"]), to_ns(envelope["written"])
        content = envelope["content"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StorageError(
            "This document is damaged.", where=key, fix="Restore the file from a backup; nothing else is touched."
        ) from error
    if found != schema:
        raise StorageError(
            "This document is of another kind.",
            where=key,
            got=str(found),
            expected=schema,
            fix="Put the file back where it came from, or restore the one that was here from a backup.",
        )
    if found_version > version:
        raise StorageError(
            "This document was written by a newer release.",
            where=key,
            got=f"schema version {found_version}",
            expected=f"at most {version}",
            fix="Update l4e_widgets and open it again.",
        )
    return Stored(from_plain(content, kind, where=key), revision, actor, written)

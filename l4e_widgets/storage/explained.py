"""Explained events kept for a budget: a cache of what is scored again from states, never trusted over the data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

from l4e_widgets.core.errors import L4EError, StorageError
from l4e_widgets.core.results import ExplainedEvent
from l4e_widgets.storage.documents import Documents

__all__ = ["ExplainedEvents", "keep_document", "keep_events", "kept_document", "kept_events"]


@dataclass(frozen=True, kw_only=True)
class ExplainedEvents:
    """Events of one model version at one alarm line.

    Parameters
    ----------
    made_from : str
        Digest of the alarm line, the learned arrays and the stored rows; another digest makes the document stale.
    events : tuple of ExplainedEvent
        In order of time.
    """

    SCHEMA: ClassVar[str] = "explained"
    SCHEMA_VERSION: ClassVar[int] = 1

    made_from: str
    events: tuple[ExplainedEvent, ...]


class Kept(Protocol):
    """A document that tells what it was made from.

    Parameters
    ----------
    made_from : str
        Digest.
    """

    SCHEMA: ClassVar[str]
    SCHEMA_VERSION: ClassVar[int]

    @property
    def made_from(self) -> str:
        """Digest of what it was made from."""


Document = TypeVar("Document", bound=Kept)


def kept_document(documents: Documents, folder: str, parts: tuple[str, ...], kind: type[Document]) -> Document | None:
    """Document that was kept for exactly these parts.

    Parameters
    ----------
    documents : Documents
        Where it lies.
    folder : str
        Folder of the model version.
    parts : tuple of str
        What it is made from, as texts.
    kind : type
        Its dataclass.

    Returns
    -------
    object or None
        None where it has to be made: there is none, or it is damaged or of another make.
    """
    made_from = _digest(parts)
    try:
        kept = documents.get(_key(folder, made_from), kind).value
    except L4EError:
        return None
    return kept if kept.made_from == made_from else None


def keep_document(documents: Documents, folder: str, parts: tuple[str, ...], make: Callable[[str], Kept]) -> None:
    """Keep a document for these parts; a place that cannot be written to is no error, it is only made again.

    Parameters
    ----------
    documents : Documents
        Where it goes.
    folder : str
        Folder of the model version.
    parts : tuple of str
        What it is made from, as texts.
    make : callable
        Gives the document for a digest.
    """
    made_from = _digest(parts)
    try:
        documents.put(_key(folder, made_from), make(made_from))
    except StorageError:
        return


def _key(folder: str, made_from: str) -> str:
    """Return the key of the events made from something."""
    return f"{folder}/explained/{made_from[:16]}.json"


def kept_events(documents: Documents, folder: str, parts: tuple[str, ...]) -> tuple[ExplainedEvent, ...] | None:
    """Events that were kept for exactly these parts.

    Parameters
    ----------
    documents : Documents
        Where they lie.
    folder : str
        Folder of the model version.
    parts : tuple of str
        What they are made from, as texts.

    Returns
    -------
    tuple of ExplainedEvent or None
        None where they have to be made: there are none, or they are damaged or of another make.
    """
    kept = kept_document(documents, folder, parts, ExplainedEvents)
    return kept.events if kept else None


def keep_events(documents: Documents, folder: str, parts: tuple[str, ...], events: tuple[ExplainedEvent, ...]) -> None:
    """Keep events for these parts; a place that cannot be written to is no error, they are only made again.

    Parameters
    ----------
    documents : Documents
        Where they go.
    folder : str
        Folder of the model version.
    parts : tuple of str
        What they are made from, as texts.
    events : tuple of ExplainedEvent
        In order of time.
    """
    keep_document(documents, folder, parts, lambda digest: ExplainedEvents(made_from=digest, events=events))


def _digest(parts: tuple[str, ...]) -> str:
    """Return the digest of some texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

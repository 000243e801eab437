"""Files that were chosen on a page: uploaded now, uploaded earlier, or on the disk of the server."""

from __future__ import annotations

from dataclasses import dataclass

import traitlets

from l4e_widgets.core.errors import L4EError, NotFound
from l4e_widgets.services.context import Context
from l4e_widgets.services.inbox import INBOX_SCHEME
from l4e_widgets.services.sources import existing_files
from l4e_widgets.services.uploads import cancel_upload, list_uploads, upload
from l4e_widgets.widgets.parts.events import PageState
from l4e_widgets.widgets.parts.upload_model import UploadedFile

__all__ = ["ChosenFile", "ChosenFiles"]


@dataclass(frozen=True, kw_only=True)
class ChosenFile:
    """A file to be read.

    Parameters
    ----------
    source : str
        A path, or ``inbox:`` and the id of a finished upload.
    name : str
        Name to show.
    size : int
        Bytes; 0 for a folder.
    is_sent_here : bool
        Whether the uploader of this page shows it itself.
    """

    source: str
    name: str
    size: int
    is_sent_here: bool = False


class ChosenFiles(PageState):
    """Files that a page is to read.

    Parameters
    ----------
    context : Context
        The workspace.
    """

    files: tuple[ChosenFile, ...] = traitlets.Tuple()
    earlier: tuple[ChosenFile, ...] = traitlets.Tuple(help="Finished uploads that nobody has taken yet.")

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context

    @property
    def sources(self) -> tuple[str, ...]:
        """What is to be read."""
        return tuple(file.source for file in self.files)

    def refresh(self) -> None:
        """Look again which finished uploads wait."""
        chosen = set(self.sources)
        waiting = [
            ChosenFile(source=f"{INBOX_SCHEME}{one.id}", name=one.name, size=one.size)
            for one in list_uploads(self.context)
            if one.path is not None
        ]
        self.earlier = tuple(file for file in waiting if file.source not in chosen)

    def uploaded(self, files: tuple[UploadedFile, ...]) -> None:
        """Take the files that the uploader of the page has.

        Parameters
        ----------
        files : tuple of UploadedFile
            All of them.
        """
        sent = {f"{INBOX_SCHEME}{file.id}": file for file in files}
        kept = [file for file in self.files if not file.is_sent_here and file.source not in sent]
        new = [ChosenFile(source=s, name=f.name, size=f.size, is_sent_here=True) for s, f in sent.items()]
        self.files = (*kept, *new)
        self.refresh()

    def add_path(self, path: str) -> None:
        """Take a file or folder of the server's disk.

        Parameters
        ----------
        path : str
            As typed.

        Raises
        ------
        NotFound
            Nothing is there.
        """
        text = path.strip()
        if not text:
            return
        if text.startswith(INBOX_SCHEME):
            raise NotFound("There is no such file.", where=text, fix="Check the path and its spelling.")
        self._add(text)

    def add_upload(self, source: str) -> None:
        """Take an upload that waits in the inbox.

        Parameters
        ----------
        source : str
            ``inbox:`` and its id.

        Raises
        ------
        NotFound
            It is not there any more.
        """
        if any(file.source == source for file in self.earlier):
            self._add(source)

    def add_all(self, sources: tuple[str, ...]) -> None:
        """Take what a project was to be made of; what is gone is left out.

        Parameters
        ----------
        sources : tuple of str
            Paths, or ``inbox:`` and the id of a finished upload.
        """
        for source in sources:
            try:
                self._add(source)
            except L4EError as error:
                self.error = str(error)

    def _add(self, source: str) -> None:
        path = existing_files(self.context, [source])[0]
        name = path.name
        if source.startswith(INBOX_SCHEME):
            name = upload(self.context, source.removeprefix(INBOX_SCHEME)).name
        if source not in self.sources:
            size = path.stat().st_size if path.is_file() else 0
            self.files = (*self.files, ChosenFile(source=source, name=name, size=size))
        self.refresh()

    def leave(self, source: str) -> None:
        """Take a file off the list; it stays where it is.

        Parameters
        ----------
        source : str
            Which.
        """
        self.files = tuple(file for file in self.files if file.source != source)
        self.refresh()

    def remove(self, source: str) -> None:
        """Remove a finished upload that nobody has taken.

        Parameters
        ----------
        source : str
            ``inbox:`` and its id.
        """
        if any(file.source == source for file in self.earlier):
            cancel_upload(self.context, source.removeprefix(INBOX_SCHEME))
        self.refresh()

"""The uploader as a widget: a place to drop files of any size on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from l4e_widgets.core.byte_sizes import size_text
from l4e_widgets.core.errors import L4EError, NotFound
from l4e_widgets.figures.escape import escape
from l4e_widgets.services.context import Context
from l4e_widgets.widgets.parts.events import sentence_of
from l4e_widgets.widgets.parts.fallback import with_fallback
from l4e_widgets.widgets.parts.upload_model import SLOW_VERBS, UploadedFile, UploadModel

__all__ = ["Uploader"]

STATIC = Path(__file__).resolve().parents[2] / "static"


class Uploader(anywidget.AnyWidget):
    """Takes files of any size from a browser: dropped or chosen, resumed after a break, compared at the end.

    Parameters
    ----------
    to : str, Path, Context or Workspace
        A folder that finished files go to, or a workspace in whose inbox they wait for a project.
    title : str
        Name for screen readers.

    Attributes
    ----------
    files : tuple of UploadedFile
        Finished files with their path, size in bytes and sha256; can be observed.

    Raises
    ------
    NotFound
        The front end was not built.
    StorageError
        The inbox of the workspace cannot be written to.
    """

    _esm = STATIC / "uploader.js"
    _css = STATIC / "l4e.css"
    told = traitlets.Dict(help="Finished files, what is allowed, and the mark of the inbox.").tag(sync=True)
    title = traitlets.Unicode("Upload files", help="Name for screen readers.").tag(sync=True)
    files: tuple[UploadedFile, ...] = traitlets.Tuple(help="Finished files.")

    def __init__(self, to: str | Path | Context | Any = ".", *, title: str = "Upload files") -> None:
        if not STATIC.joinpath("uploader.js").is_file():
            raise NotFound(
                "The front end of l4e_widgets is not built.",
                where="static/uploader.js",
                fix='Run "npm ci && npm run build" in js/, or install the package with pip.',
            )
        super().__init__(title=title)
        self.model = UploadModel(getattr(to, "context", to))
        self._tell_files()
        self.model.observe(self._tell_files, names=["files"])
        self.on_msg(self._on_message)

    def _tell_files(self, _: object = None) -> None:
        """Tell the browser and whoever observes `files`."""
        model = self.model
        files = [{"id": one.id, "name": one.name, "size": one.size} for one in model.files]
        self.told = {"files": files, "mark": model.mark, "limit": model.limits.file_bytes}
        self.files = model.files

    def _on_message(self, _: object, message: object, buffers: object) -> None:
        """Answer a question of the browser; what reads or moves a whole file does so beside the kernel's loop."""
        if not isinstance(message, dict) or message.get("kind") != "upload":
            return
        given = buffers if isinstance(buffers, list) else []
        if message.get("verb") in SLOW_VERBS:
            threading.Thread(target=self._answer, args=(message, given), daemon=True).start()
        else:
            self._answer(message, given)

    def _answer(self, message: dict[str, Any], buffers: list[Any]) -> None:
        """Send the answer, or the sentence of why there is none."""
        about = {"kind": "answer", "view": str(message.get("view", ""))[:40], "seq": message.get("seq")}
        answer, defect = sentence_of(lambda: self._answered(message, buffers))
        self.send({**about, **(answer or {"refused": defect})})

    def _answered(self, message: dict[str, Any], buffers: list[Any]) -> dict[str, Any]:
        """What was asked for, or why it was refused and by which kind of error."""
        try:
            return {"answer": self.model.answer(message, buffers)}
        except L4EError as error:
            return {"refused": str(error), "code": error.code}

    def _lines(self) -> list[str]:
        """What has arrived, a line each."""
        where = f"to {self.model.folder}" if self.model.folder else "into the inbox of the workspace"
        lines = [f"Uploader {where}: {len(self.files)} files"]
        return [*lines, *(f"  {file.name}, {size_text(file.size)}, sha256 {file.sha256}" for file in self.files)]

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Bundle of the widget, with the files as text where no widget can be shown."""
        lines = self._lines()
        data, metadata = with_fallback(super()._repr_mimebundle_, options, lines, "")
        return {**data, "text/html": f"<pre>{escape(chr(10).join(lines))}</pre>"}, metadata

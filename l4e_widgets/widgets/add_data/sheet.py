"""State of the sensor sheet: chosen, applied, and what came of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import traitlets

from l4e_widgets.figures.wording import count_text, listed
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import sensors
from l4e_widgets.services.inbox import INBOX_SCHEME, from_inbox
from l4e_widgets.services.sensor_sheets import apply_sensor_sheet
from l4e_widgets.services.uploads import cancel_upload
from l4e_widgets.widgets.parts.events import PageState, sentence_of
from l4e_widgets.widgets.parts.latest import Latest
from l4e_widgets.widgets.parts.upload_model import UploadedFile

__all__ = ["SheetModel"]

HEADS = ("name", "display name", "component", "unit", "tag", "limit low", "limit high", "kind")


class SheetModel(PageState):
    """A sheet of what is known of the sensors of a project.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    is_applying: bool = traitlets.Bool(False)
    refused: str = traitlets.Unicode(help="Which line of the sheet cannot be taken, and why.")
    told: tuple[str, ...] = traitlets.Tuple(help="What became of the sheet.")

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project
        self._source = ""
        self._latest = Latest(self._apply)

    def uploaded(self, files: tuple[UploadedFile, ...]) -> None:
        """Apply the sheet that was just sent, beside the kernel's own thread.

        Parameters
        ----------
        files : tuple of UploadedFile
            What the uploader has; the last one counts.
        """
        if files:
            self.apply(f"{INBOX_SCHEME}{files[-1].id}")

    def apply(self, source: str) -> None:
        """Apply a sheet.

        Parameters
        ----------
        source : str
            A path, or ``inbox:`` and the id of a finished upload.
        """
        self._source, self.refused, self.told, self.is_applying = source, "", (), True
        self._latest.ask()

    def settle(self) -> None:
        """Wait until the sheet is applied, or refused."""
        self._latest.settle()

    def _apply(self) -> None:
        source = self._source
        done, failed = sentence_of(
            lambda: apply_sensor_sheet(self.context, self.project, Path(from_inbox(self.context, source)))
        )
        if source.startswith(INBOX_SCHEME):
            sentence_of(lambda: cancel_upload(self.context, source.removeprefix(INBOX_SCHEME)))
        self.is_applying = False
        if done is None:
            self.refused = failed
            return
        changed = f"{count_text(len(done.changed), 'sensor')} changed: {listed(list(done.changed), 8)}."
        self.told = (changed if done.changed else "Nothing new was in the sheet.", *done.notices)

    def content(self) -> bytes:
        """Return the sheet as it stands, to be filled in.

        Returns
        -------
        bytes
            A CSV in UTF-8, a line for each sensor.

        Raises
        ------
        L4EError
            The project has no data.
        """
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(HEADS)
        for one in sensors(self.context, self.project):
            low, high = ("" if limit is None else f"{limit:g}" for limit in (one.limit_low, one.limit_high))
            shown = one.display_name if one.display_name != one.name else ""
            name = one.name.removeprefix(f"{one.component}\\") if one.component else one.name
            kind = one.kind.value if one.kind_told else ""
            writer.writerow((name, shown, one.component, one.unit, one.tag, low, high, kind))
        return text.getvalue().encode()

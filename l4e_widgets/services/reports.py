"""The report: one HTML file that can be sent to anybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.exports import check_output
from l4e_widgets.services.jobs import JobView, start_job, wait_for_job
from l4e_widgets.storage.models import read_record
from l4e_widgets.storage.objects import told_as_storage_error, write_atomically

__all__ = ["save_report"]


def save_report(
    context: Context,
    project: str,
    model: str,
    path: Path,
    *,
    title: str = "",
    watch: Callable[[JobView], None] | None = None,
) -> Path:
    """Make the report of a model and save it as one self-contained HTML file.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    path : Path
        The file; its folder must exist.
    title : str
        What the report is on; the project's name where empty.
    watch : callable, optional
        Called with the job while it is waited for.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    NotFound
        There is no such project or model.
    StorageError
        The file cannot be written; an older one of that name is untouched.
    """
    check_output(path)
    keys = project_keys(context, project)
    read_record(context.documents, keys, model)
    started = start_job(context, keys, "report", {"model": model, "title": title})
    view = wait_for_job(context, keys, started.id, watch=watch)
    content = context.store.read(view.result["report"])
    with told_as_storage_error(str(path)):
        write_atomically(path, content)
    return path

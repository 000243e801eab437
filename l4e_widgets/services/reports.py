"""The report: one HTML file that can be sent to anybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys
from l4e_widgets.services.exports import check_output
from l4e_widgets.services.jobs import JobView, start_job, wait_for_job
from l4e_widgets.storage.actions import log_action
from l4e_widgets.storage.models import read_record
from l4e_widgets.storage.objects import told_as_storage_error, write_atomically

__all__ = ["report_bytes", "save_report", "start_report"]


def start_report(context: Context, project: str, model: str, *, title: str = "") -> JobView:
    """Start to make the report of a model; it goes on without whoever asked.

    Parameters
    ----------
    context : Context
        The workspace.
    project, model : str
        Names.
    title : str
        What the report is on; the project's name where empty.

    Returns
    -------
    JobView
        The job; `report_bytes` takes it once it has succeeded.

    Raises
    ------
    NotFound
        There is no such project or model.
    """
    keys = project_keys(context, project)
    read_record(context.documents, keys, model)
    log_action(context.documents, keys.actions, "start_report", {"model": model, "title": title})
    return start_job(context, keys, "report", {"model": model, "title": title})


def report_bytes(context: Context, view: JobView) -> bytes:
    """Return the file that a report job made.

    Parameters
    ----------
    context : Context
        The workspace.
    view : JobView
        A report job that has succeeded.

    Returns
    -------
    bytes
        HTML in UTF-8.
    """
    return context.store.read(str(view.result["report"]))


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
    started = start_report(context, project, model, title=title)
    view = wait_for_job(context, project_keys(context, project), started.id, watch=watch)
    content = report_bytes(context, view)
    with told_as_storage_error(str(path)):
        write_atomically(path, content)
    return path

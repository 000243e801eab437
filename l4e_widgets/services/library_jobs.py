"""The library's object of a job."""

from __future__ import annotations

from collections.abc import Sequence

from l4e_widgets.core.errors import L4EError
from l4e_widgets.services import jobs
from l4e_widgets.services.context import Context
from l4e_widgets.services.library_models import Model
from l4e_widgets.services.showing import Shown
from l4e_widgets.services.watching import progress_bar
from l4e_widgets.storage.layout import ProjectKeys

__all__ = ["Job"]


class Job(Shown):
    """Work that goes on in a process of its own.

    Parameters
    ----------
    context : Context
        The workspace.
    project, id : str
        Names of the project and of the job.
    """

    def __init__(self, context: Context, project: str, id: str) -> None:
        self.context = context
        self.project = project
        self.id = id
        self._keys = ProjectKeys.of(project)

    @property
    def view(self) -> jobs.JobView:
        """How it stands now."""
        return jobs.job(self.context, self._keys, self.id)

    @property
    def status(self) -> str:
        """PENDING, IN_PROGRESS, SUCCESS, FAILED or CANCELED."""
        return self.view.status

    def wait(self, timeout_s: float | None = None) -> Job:
        """Wait until it has ended, with a progress bar where it takes long.

        Parameters
        ----------
        timeout_s : float, optional
            Give up waiting after so many seconds; the job goes on.

        Returns
        -------
        Job
            Itself.

        Raises
        ------
        L4EError
            It failed or was cancelled.
        """
        with progress_bar() as watch:
            jobs.wait_for_job(self.context, self._keys, self.id, timeout_s=timeout_s, watch=watch)
        return self

    def cancel(self) -> None:
        """Ask it to stop at the next place where it can."""
        jobs.cancel_job(self.context, self._keys, self.id)

    def restart(self) -> Job:
        """Start it once more, where it failed, was cancelled or is not heard of any more.

        Returns
        -------
        Job
            Itself, at work again.

        Raises
        ------
        Blocked
            It is at work, or has ended well.
        """
        jobs.restart_job(self.context, self._keys, self.id)
        return self

    @property
    def log(self) -> str:
        """What it logged."""
        return jobs.job_log(self.context, self._keys, self.id)

    @property
    def model(self) -> Model:
        """Model that this training made; waits for it."""
        view = self.wait().view
        if "model" not in view.result:
            raise L4EError(
                f"This job makes no model: it is of the kind {view.kind}.",
                fix="Take the job that project.train() gave.",
            )
        return Model(self.context, self.project, view.result["model"])

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        view = self.view
        state = f"{view.status}, {view.progress:.0%}" if view.is_active else view.status
        return (("Job", self.id), ("State", state), ("Doing", str(view.error or view.message)))

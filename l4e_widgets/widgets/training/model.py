"""State of the page that trains a model."""

from __future__ import annotations

import traitlets

from l4e_widgets.core.ranges import RangeChoice
from l4e_widgets.core.times import TimeRange, minute_text, to_ns
from l4e_widgets.figures.answers import budget_text
from l4e_widgets.figures.wording import count_text, duration_text
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import project_keys, sensors, series_source
from l4e_widgets.services.estimates import BudgetEstimate, estimate_of, start_estimate
from l4e_widgets.services.jobs import JobView, cancel_job, job, job_log, list_jobs
from l4e_widgets.services.labels import LabelGroup, label_groups
from l4e_widgets.services.off_times import off_stretches
from l4e_widgets.services.training import Blocker, TrainingProposal, blockers, propose_training, train
from l4e_widgets.widgets.parts.events import PageState, answered

__all__ = ["BUDGETS", "TrainingModel"]

BUDGETS = (0.1, 0.5, 1.0, 2.0, 5.0)
LOG_LINES = 12


class TrainingModel(PageState):
    """A training as it would be started, and the last one as it stands.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Name of the project.
    """

    proposal: TrainingProposal | None = traitlets.Any(None, allow_none=True)
    blockers: tuple[Blocker, ...] = traitlets.Tuple()
    groups: tuple[LabelGroup, ...] = traitlets.Tuple()
    job: JobView | None = traitlets.Any(None, allow_none=True)
    log: str = traitlets.Unicode()
    budget: float = traitlets.Float(1.0)
    group: str = traitlets.Unicode()
    off_text: str = traitlets.Unicode(help="Off-time as typed; empty for none.")
    estimate_job: JobView | None = traitlets.Any(None, allow_none=True)
    estimate: BudgetEstimate | None = traitlets.Any(None, allow_none=True)
    trained: str = traitlets.Unicode(help="Name of the model that the last training made.")

    def __init__(self, context: Context, project: str) -> None:
        super().__init__()
        self.context = context
        self.project = project
        self._name: str | None = None
        self._start: int | None = None
        self._end: int | None = None
        answered(self, self._open)

    def _open(self) -> None:
        """Look for a training that is under way, and propose the next one."""
        keys = project_keys(self.context, self.project)
        running = [view for view in list_jobs(self.context, keys) if view.kind == "train" and view.is_active]
        self.job = running[-1] if running else None
        self.groups = label_groups(self.context, self.project)
        self.propose()

    def propose(self) -> None:
        """Complete what was said to a whole training."""
        proposal = propose_training(
            self.context,
            self.project,
            model=self._name,
            choice=RangeChoice(train_start=self._start, train_end=self._end),
            label_group=self.group,
            alarm_budget=self.budget,
            off_time=self.off_text,
        )
        self.blockers = blockers(self.context, self.project, proposal.request)
        self.proposal = proposal

    def start_estimate(self) -> None:
        """Estimate what budgets would raise with this training; an older estimate that still runs is cancelled."""
        if self.proposal is None or self.blockers or self.job is not None:
            return
        self.estimate_job = start_estimate(self.context, self.project, self.proposal.request)
        self.estimate = estimate_of(self.estimate_job)

    def look_at_estimate(self) -> bool:
        """Look how the estimate stands, and tell whether it goes on."""
        if self.estimate_job is None or not self.estimate_job.is_active:
            return False
        keys = project_keys(self.context, self.project)
        self.estimate_job = job(self.context, keys, self.estimate_job.id)
        self.estimate = estimate_of(self.estimate_job)
        return self.estimate_job.is_active

    def stop_estimate(self) -> None:
        """Cancel an estimate that nobody waits for any more."""
        if self.estimate_job is not None and self.estimate_job.is_active:
            cancel_job(self.context, project_keys(self.context, self.project), self.estimate_job.id)

    @property
    def estimate_words(self) -> str:
        """What the chosen budget would raise, marked as an estimate."""
        if self.estimate is not None:
            return self.estimate.sentence(self.budget)
        view = self.estimate_job
        if view is None or view.status == "CANCELED":
            return ""
        if view.is_active:
            return "Estimate: a quick fit counts what this budget would have raised on the past."
        return f"Estimate: none could be made. {view.error or ''}".strip()

    def set_name(self, name: str) -> None:
        """Name the model; an empty name takes a free one.

        Parameters
        ----------
        name : str
            As typed.
        """
        self._name = name.strip() or None
        self.propose()

    def set_range(self, *, start: str | None = None, end: str | None = None) -> None:
        """Set one or both ends of the training range; an empty text goes back to the proposal.

        Parameters
        ----------
        start, end : str, optional
            Times as typed, UTC; an end that is absent stays as it is.
        """
        if start is not None:
            self._start = to_ns(start) if start.strip() else None
        if end is not None:
            self._end = to_ns(end) if end.strip() else None
        self.propose()

    def set_off_time(self, text: str) -> None:
        """Say when the machine is off; an empty text says that it always runs.

        Parameters
        ----------
        text : str
            For example ``speed<200``.
        """
        self.off_text = text.strip()
        self.propose()

    def set_budget(self, budget: float) -> None:
        """Set the alarm budget.

        Parameters
        ----------
        budget : float
            False alarms a month.
        """
        self.budget = budget
        self.propose()

    def use_group(self, group: str) -> None:
        """Take the labels of a group; none where empty.

        Parameters
        ----------
        group : str
            Name of the group.
        """
        self.group = group
        self.propose()

    def train(self) -> None:
        """Start the training; it goes on without the page."""
        if self.proposal is None:
            return
        self.trained = ""
        self.stop_estimate()
        self.job = train(self.context, self.project, self.proposal, wait=False)

    def look(self) -> bool:
        """Look how the training stands, and tell whether it goes on."""
        if self.job is None:
            return False
        keys = project_keys(self.context, self.project)
        view = job(self.context, keys, self.job.id)
        self.log = "\n".join(job_log(self.context, keys, view.id).splitlines()[-LOG_LINES:])
        self.job = view
        if view.is_active:
            return True
        if view.status == "SUCCESS":
            self.trained = str(view.result.get("model", ""))
        return False

    def cancel(self) -> None:
        """Ask the training to stop."""
        if self.job is not None:
            cancel_job(self.context, project_keys(self.context, self.project), self.job.id)

    def leave(self) -> None:
        """Put the ended training aside and propose the next one."""
        self.job, self._name = None, None
        self.propose()

    @property
    def off_time(self) -> tuple[TimeRange, ...]:
        """When the machine was off, by what was said."""
        if self.proposal is None:
            return ()
        request = self.proposal.request
        return off_stretches(self.context, self.project, request.off_time, request.sampling_rate_s)

    @property
    def source(self) -> tuple[object, str] | None:
        """Rows of the project and the first sensor to draw, None where there is none."""
        if self.proposal is None or not self.proposal.request.sensors:
            return None
        return series_source(self.context, self.project), self.proposal.request.sensors[0]

    @property
    def sentence(self) -> str:
        """What the page says first."""
        if self.job is not None:
            return self._job_sentence(self.job)
        if self.proposal is None:
            return "Nothing can be trained yet."
        request = self.proposal.request
        if self.blockers:
            return f"{count_text(len(self.blockers), 'thing')} must be mended before {request.model} can be trained."
        used = count_text(len(request.sensors), "sensor")
        return f"Ready to learn {request.model} from {duration_text(request.training_range.seconds)} of {used}."

    def _job_sentence(self, view: JobView) -> str:
        """Sentence of a training."""
        if view.status == "SUCCESS":
            return f"{self.trained or 'The model'} is trained."
        if view.status == "CANCELED":
            return "The training was cancelled. No model was made."
        if view.status == "FAILED":
            return str(view.error) if view.error else "The training failed."
        left = f", about {duration_text(view.seconds_left)} left" if view.seconds_left else ""
        return f"{view.message or 'About to start'}{left}."

    @property
    def rest(self) -> tuple[tuple[str, str], ...]:
        """Choices besides range, name and budget, each in words."""
        if self.proposal is None:
            return ()
        request = self.proposal.request
        n_sensors = len(sensors(self.context, self.project))
        evaluation = request.evaluation_range
        labels = f"group {request.label_group}, {len(request.labels)}" if request.label_group else "none"
        return (
            ("Sensors", f"{len(request.sensors)} of {n_sensors}, graded High or Medium"),
            ("Sampling", duration_text(request.sampling_rate_s)),
            ("Looked at", f"{minute_text(evaluation.start)} to {minute_text(evaluation.end)}" if evaluation else "–"),
            ("Labels", labels),
            ("Alarm budget", f"at most {budget_text(request.alarm_budget)} when nothing is wrong"),
            ("Runs on", "this computer, in a process of its own"),
        )

"""A small project of four sensors, made in seconds and in this process: for tests of storage, jobs and services."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from l4e_widgets.compute.runner import job_uri
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.sensors import Sensor
from l4e_widgets.core.times import NS_PER_SECOND, TimeRange, to_ns
from l4e_widgets.jobs.worker import run_job
from l4e_widgets.services.context import Context
from l4e_widgets.services.projects import create_project
from l4e_widgets.services.training import propose_training, train
from l4e_widgets.storage.objects import LocalStore, ObjectStore

START = to_ns("2025-03-01")
STEP_S = 600
N_ROWS = 480
FAULT_ROWS = (380, 420)
FAULT = TimeRange(START + FAULT_ROWS[0] * STEP_S * NS_PER_SECOND, START + FAULT_ROWS[1] * STEP_S * NS_PER_SECOND)
PROJECT, MODEL = "pump-7", "winter"
SENSORS = (
    Sensor(id="Flow", name="Flow", unit="m3/h", component="Pump"),
    Sensor(id="Pressure", name="Pressure", unit="bar", component="Pump"),
    Sensor(id="Current", name="Current", unit="A", component="Motor"),
    Sensor(id="Bearing", name="Bearing", unit="°C", component="Motor"),
)


class SetClock:
    """A clock that stands where it was set and goes on by a millisecond whenever it is looked at.

    Parameters
    ----------
    now : str
        Where it is set to.
    """

    def __init__(self, now: str = "2025-03-05 12:00") -> None:
        self.now_ns = to_ns(now)

    def __call__(self) -> int:
        self.now_ns += 1_000_000
        return self.now_ns

    def advance(self, seconds: float) -> None:
        """Set it forwards, or backwards."""
        self.now_ns += round(seconds * NS_PER_SECOND)


@dataclass(frozen=True)
class HereRunner:
    """Does a job's work in this process before `start` returns.

    Parameters
    ----------
    clock : callable
        Clock of the worker.
    """

    clock: Callable[[], int]

    def start(self, kind: str, store: ObjectStore, key: str) -> None:
        """Do the work."""
        run_job(job_uri(store, key), importlib.import_module(f"l4e_widgets.jobs.{kind}").run, clock=self.clock)

    def has_ended(self, key: str) -> bool | None:
        """Tell nothing: what the files say is all there is."""
        del key

    def stop(self, key: str) -> None:
        """Do nothing: the work is done."""


def small_context(root: Path, clock: SetClock | None = None, actor: str = "ada") -> Context:
    """A workspace whose jobs run in this process."""
    clock = clock or SetClock()
    return Context(LocalStore(root), HereRunner(clock), clock, actor)


def small_frame(n_rows: int = N_ROWS) -> SensorFrame:
    """Four sensors that follow one load, two digits each; late in the record the pressure falls off."""
    rng = np.random.default_rng(7)
    rows = np.arange(n_rows)
    load = 1 + 0.2 * np.sin(rows / 23) + 0.05 * rng.normal(size=n_rows)
    values = np.column_stack([40 * load, 6 * load**2, 11 * load, 30 + 20 * load]) + 0.1 * rng.normal(size=(n_rows, 4))
    values[FAULT_ROWS[0] : FAULT_ROWS[1], 1] -= 2.5
    return SensorFrame((START + rows * STEP_S * NS_PER_SECOND).astype(np.int64), np.round(values, 2), SENSORS)


def create_small_project(context: Context, name: str = PROJECT) -> None:
    """Make the project."""
    create_project(context, name, small_frame(), description="Feed water pump")


def train_small_model(context: Context, name: str = MODEL, project: str = PROJECT) -> None:
    """Train a model on the first part of the project."""
    proposal = propose_training(context, project, model=name, labels=(FAULT,))
    train(context, project, proposal, wait=True)

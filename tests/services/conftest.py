"""A small project with a trained model, made once by the real services and jobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from l4e_widgets.core.simulation.faults import Fault, FaultKind
from l4e_widgets.core.simulation.pump import PumpRecord, simulate_pump
from l4e_widgets.core.times import to_ns
from l4e_widgets.services.context import Context, open_context
from l4e_widgets.services.library import Workspace

DAYS = 40
FAULT = ("2025-02-03 06:00", "2025-02-05 06:00")


@pytest.fixture(scope="session")
def pump() -> PumpRecord:
    """Forty days of the sample pump with one seal leak."""
    fault = Fault(FaultKind.SEAL_LEAK, to_ns(FAULT[0]), to_ns(FAULT[1]), size=2.0)
    return simulate_pump(start="2025-01-01", days=DAYS, step_s=300, seed=5, faults=[fault])


@pytest.fixture(scope="session")
def trained(pump: PumpRecord, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with project `pump` and model `first`; tests only read it."""
    workspace = Workspace(tmp_path_factory.mktemp("trained"))
    project = workspace.create_project("pump", pump.frame, "Small sample pump")
    project.train("first", labels=[FAULT]).wait()
    return workspace


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """An empty workspace."""
    return open_context(tmp_path / "workspace")

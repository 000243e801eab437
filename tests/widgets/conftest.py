"""Projects that the pages are driven with: a small trained pump, and one whose names are hostile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ipywidgets.widgets.widget import _instances

from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.simulation.faults import Fault, FaultKind
from l4e_widgets.core.simulation.pump import simulate_pump
from l4e_widgets.core.times import to_ns
from l4e_widgets.services.library import Workspace
from l4e_widgets.storage.layout import ProjectKeys
from l4e_widgets.storage.records import ProjectRecord

FAULT = ("2025-02-03 06:00", "2025-02-05 06:00")
HOSTILE = "<img src=x onerror=window.hacked=1>"


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Forty days of the pump with a seal leak, a model, and a first sensor with markup for a name; only read."""
    fault = Fault(FaultKind.SEAL_LEAK, to_ns(FAULT[0]), to_ns(FAULT[1]), size=2.0)
    frame = simulate_pump(start="2025-01-01", days=40, step_s=300, seed=5, faults=[fault]).frame
    first, *others = frame.sensors
    sensors = (replace(first, name=HOSTILE, display_name=HOSTILE, unit="<b>m</b>"), *others)
    workspace = Workspace(tmp_path_factory.mktemp("pages"))
    project = workspace.create_project(
        "pump", SensorFrame(frame.timestamps, frame.values, sensors), "Small sample pump"
    )
    project.train("first", labels=[FAULT]).wait()
    # The service refuses markup in a description; a copied or edited folder may hold it all the same.
    documents, key = workspace.context.documents, ProjectKeys.of("pump").project
    stored = documents.get(key, ProjectRecord)
    documents.put(key, replace(stored.value, description=HOSTILE), expected_revision=stored.revision)
    return workspace


@pytest.fixture
def no_widget_left() -> Iterator[None]:
    """Nothing that the test opened stays open."""
    before = set(_instances)
    yield
    left = [repr(_instances[key]) for key in set(_instances) - before]
    assert not left

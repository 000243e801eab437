"""Find anomalies in the sensor data of a machine, see which sensors are behind them, and watch the machine live.

Everything public is loaded on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from l4e_widgets.core.release import VERSION

if TYPE_CHECKING:
    from l4e_widgets.core.detection.estimator import AnomalyDetector as AnomalyDetector
    from l4e_widgets.core.errors import L4EError as L4EError
    from l4e_widgets.core.times import TimeRange as TimeRange
    from l4e_widgets.services.inspecting import inspect as inspect
    from l4e_widgets.services.library import Workspace as Workspace
    from l4e_widgets.widgets.add_data import AddData as AddData
    from l4e_widgets.widgets.create import CreateProject as CreateProject
    from l4e_widgets.widgets.dashboard import Dashboard as Dashboard
    from l4e_widgets.widgets.labeling import Labeling as Labeling
    from l4e_widgets.widgets.overview import ProjectDashboard as ProjectDashboard
    from l4e_widgets.widgets.parts.chart import TimeSeriesChart as TimeSeriesChart
    from l4e_widgets.widgets.parts.correlation_plot import CorrelationMatrix as CorrelationMatrix
    from l4e_widgets.widgets.parts.label_editor import LabelEditor as LabelEditor
    from l4e_widgets.widgets.parts.plots import ConditionRing as ConditionRing
    from l4e_widgets.widgets.parts.plots import ContributionBars as ContributionBars
    from l4e_widgets.widgets.parts.plots import DailyEvents as DailyEvents
    from l4e_widgets.widgets.parts.plots import Histogram as Histogram
    from l4e_widgets.widgets.parts.sensor_table import SensorTable as SensorTable
    from l4e_widgets.widgets.parts.uploader import Uploader as Uploader
    from l4e_widgets.widgets.projects import Welcome as Welcome
    from l4e_widgets.widgets.results import Results as Results
    from l4e_widgets.widgets.review import SensorReview as SensorReview
    from l4e_widgets.widgets.training import Training as Training

__version__ = VERSION

_HOMES = {
    "AddData": "l4e_widgets.widgets.add_data",
    "AnomalyDetector": "l4e_widgets.core.detection.estimator",
    "ConditionRing": "l4e_widgets.widgets.parts.plots",
    "ContributionBars": "l4e_widgets.widgets.parts.plots",
    "CorrelationMatrix": "l4e_widgets.widgets.parts.correlation_plot",
    "CreateProject": "l4e_widgets.widgets.create",
    "DailyEvents": "l4e_widgets.widgets.parts.plots",
    "Dashboard": "l4e_widgets.widgets.dashboard",
    "Histogram": "l4e_widgets.widgets.parts.plots",
    "L4EError": "l4e_widgets.core.errors",
    "LabelEditor": "l4e_widgets.widgets.parts.label_editor",
    "Labeling": "l4e_widgets.widgets.labeling",
    "ProjectDashboard": "l4e_widgets.widgets.overview",
    "Results": "l4e_widgets.widgets.results",
    "SensorReview": "l4e_widgets.widgets.review",
    "SensorTable": "l4e_widgets.widgets.parts.sensor_table",
    "TimeRange": "l4e_widgets.core.times",
    "TimeSeriesChart": "l4e_widgets.widgets.parts.chart",
    "Training": "l4e_widgets.widgets.training",
    "Uploader": "l4e_widgets.widgets.parts.uploader",
    "Welcome": "l4e_widgets.widgets.projects",
    "Workspace": "l4e_widgets.services.library",
    "inspect": "l4e_widgets.services.inspecting",
}

__all__ = [
    "AddData",
    "AnomalyDetector",
    "ConditionRing",
    "ContributionBars",
    "CorrelationMatrix",
    "CreateProject",
    "DailyEvents",
    "Dashboard",
    "Histogram",
    "L4EError",
    "LabelEditor",
    "Labeling",
    "ProjectDashboard",
    "Results",
    "SensorReview",
    "SensorTable",
    "TimeRange",
    "TimeSeriesChart",
    "Training",
    "Uploader",
    "Welcome",
    "Workspace",
    "__version__",
    "inspect",
]


def __getattr__(name: str) -> object:
    """Load a public name from its room when it is first asked for."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'l4e_widgets' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)

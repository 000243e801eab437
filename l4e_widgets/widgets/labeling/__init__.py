"""Known faults of a project: label groups, drawn over the sensors.

May import `services`, `figures` and types of `core`. Imported by the dashboard and by notebooks.
"""

from l4e_widgets.widgets.labeling.model import LabelingModel
from l4e_widgets.widgets.labeling.view import Labeling

__all__ = ["Labeling", "LabelingModel"]

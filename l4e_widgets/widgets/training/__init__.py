"""What will be trained and why, what stands in the way, and the training while it runs.

May import `services`, `figures` and types of `core`. Imported by the dashboard and by notebooks.
"""

from l4e_widgets.widgets.training.model import TrainingModel
from l4e_widgets.widgets.training.view import Training

__all__ = ["Training", "TrainingModel"]

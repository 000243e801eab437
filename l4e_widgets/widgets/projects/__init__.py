"""The list of projects, and the first page of someone who has none.

May import `services`, `figures` and types of `core`. Imported by the dashboard and by notebooks.
"""

from l4e_widgets.widgets.projects.model import ProjectsModel
from l4e_widgets.widgets.projects.sample import SampleModel
from l4e_widgets.widgets.projects.view import Welcome

__all__ = ["ProjectsModel", "SampleModel", "Welcome"]

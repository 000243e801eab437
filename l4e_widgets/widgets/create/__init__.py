"""The page that makes a project of files.

May import `services`, `figures` and types of `core`. Imported by the dashboard and by notebooks.
"""

from l4e_widgets.widgets.create.model import CreateProjectModel
from l4e_widgets.widgets.create.view import CreateProject

__all__ = ["CreateProject", "CreateProjectModel"]

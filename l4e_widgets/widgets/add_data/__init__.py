"""The page that adds data to a project, and what people know of its sensors.

May import `services`, `figures` and types of `core`. Imported by the dashboard and by notebooks.
"""

from l4e_widgets.widgets.add_data.model import AddDataModel
from l4e_widgets.widgets.add_data.view import AddData

__all__ = ["AddData", "AddDataModel"]

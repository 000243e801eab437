"""The frame around the pages: where one is, what is done, what comes next.

May import `services`, `figures` and types of `core`. Imported by notebooks.
"""

from l4e_widgets.widgets.dashboard.model import DashboardModel
from l4e_widgets.widgets.dashboard.view import Dashboard

__all__ = ["Dashboard", "DashboardModel"]

"""One project on a page: what it holds, where it stands, what comes next.

May import `services`, `figures` and types of `core`. Imported by the dashboard and by notebooks.
"""

from l4e_widgets.widgets.overview.model import OverviewModel
from l4e_widgets.widgets.overview.view import ProjectDashboard

__all__ = ["OverviewModel", "ProjectDashboard"]

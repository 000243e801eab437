"""Every sensor with its grade, the reasons for it, and its values over time.

May import `services`, `figures` and types of `core`. Imported by the dashboard and by notebooks.
"""

from l4e_widgets.widgets.review.model import ReviewModel
from l4e_widgets.widgets.review.view import SensorReview

__all__ = ["ReviewModel", "SensorReview"]

"""What a model found: the sentence, the events, and the sensors behind them over time.

May import `services`, `figures` and types of `core`. Imported by the dashboard and by notebooks.
"""

from l4e_widgets.widgets.results.model import ResultsModel
from l4e_widgets.widgets.results.view import Results

__all__ = ["Results", "ResultsModel"]

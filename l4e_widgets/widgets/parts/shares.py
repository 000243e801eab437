"""Small shares as the pages write them."""

from __future__ import annotations

from l4e_widgets.figures.wording import number_text

__all__ = ["missing_text"]


def missing_text(share: float) -> str:
    """Share of missing values, to a tenth of a percent.

    Parameters
    ----------
    share : float
        0 to 1.

    Returns
    -------
    str
        For example ``0.4 %``; ``0 %`` only where nothing is missing.
    """
    if share == 0:
        return "0 %"
    return "under 0.1 %" if share < 0.0005 else f"{number_text(100 * share, 1)} %"

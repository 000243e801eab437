"""Detectors by name: ours, and those that other packages offer by entry point."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from l4e_widgets.core.detection.contract import Detector
from l4e_widgets.core.errors import NotFound

__all__ = ["ENTRY_POINT_GROUP", "detector_factory", "detector_names"]

ENTRY_POINT_GROUP = "l4e_widgets.detectors"


def _relations() -> type[Detector]:
    """Return the class of the relation detector, imported when it is asked for."""
    from l4e_widgets.core.detection.relations import RelationDetector

    return RelationDetector


_OWN: dict[str, Callable[[], type[Detector]]] = {"relations": _relations}


def detector_names() -> tuple[str, ...]:
    """Names of all detectors that can be asked for, ours first.

    Returns
    -------
    tuple of str
        The names.
    """
    foreign = sorted({point.name for point in entry_points(group=ENTRY_POINT_GROUP)} - set(_OWN))
    return (*_OWN, *foreign)


def detector_factory(name: str) -> type[Detector]:
    """Find what makes a detector of the given name.

    Parameters
    ----------
    name : str
        One of `detector_names`; a foreign one is imported now.

    Returns
    -------
    type
        Takes the detector's settings as keywords and returns an unfitted detector; its ``from_arrays`` rebuilds
        a fitted one.

    Raises
    ------
    NotFound
        There is no detector of that name.
    """
    if name in _OWN:
        return _OWN[name]()
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name == name:
            loaded: type[Detector] = point.load()
            return loaded
    raise NotFound(
        f'There is no detector called "{name}".',
        expected=f"one of {', '.join(detector_names())}",
        fix="Check the spelling, or install the package that brings it.",
    )

"""Detectors by name: ours, and those that other packages offer by entry point."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points

from l4e_widgets.core.detection.contract import Detector
from l4e_widgets.core.errors import DataError, NotFound

__all__ = ["DEFAULT_DETECTOR", "ENTRY_POINT_GROUP", "check_detector_name", "detector_factory", "detector_names"]

ENTRY_POINT_GROUP = "l4e_widgets.detectors"
DEFAULT_DETECTOR = "relations"


def _relations() -> type[Detector]:
    """Return the class of the relation detector, imported when it is asked for."""
    from l4e_widgets.core.detection.relations import RelationDetector

    return RelationDetector


_PARTS = ("sensors", "evidence", "fit", "score", "expected", "from_arrays", "to_arrays", "configuration")
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


def check_detector_name(name: str) -> None:
    """Refuse a name that no detector has; none is imported for it.

    Parameters
    ----------
    name : str
        One of `detector_names`.

    Raises
    ------
    NotFound
        There is no detector of that name.
    """
    if name not in detector_names():
        raise NotFound(
            f'There is no detector called "{name}".',
            expected=f"one of {', '.join(detector_names())}",
            fix="Check the spelling, or install the package that brings it.",
        )


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
    DataError
        A foreign one cannot be loaded, or lacks something that every detector has.
    """
    check_detector_name(name)
    if name in _OWN:
        return _OWN[name]()
    return _foreign(next(point for point in entry_points(group=ENTRY_POINT_GROUP) if point.name == name))


def _foreign(point: EntryPoint) -> type[Detector]:
    """Load a detector of another package and look whether it has what every detector has."""
    try:
        loaded: type[Detector] = point.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        raise DataError(
            f'The detector "{point.name}" cannot be loaded.',
            where=point.value,
            got=str(error),
            fix="Install its package again, or ask those who made it.",
        ) from error
    missing = [part for part in _PARTS if not hasattr(loaded, part)]
    if missing:
        raise DataError(
            f'"{point.name}" is no detector.',
            where=point.value,
            got=f"nothing called {', '.join(missing)}",
            expected="a class with everything that docs/detectors.md lists",
            fix="Ask those who made it.",
        )
    return loaded

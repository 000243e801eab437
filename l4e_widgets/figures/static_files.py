"""Finds the built front end inside the package."""

from __future__ import annotations

from importlib.resources import files

from l4e_widgets.core.errors import NotFound

__all__ = ["static_text"]


def static_text(name: str) -> str:
    """Text of a file of the built front end.

    Parameters
    ----------
    name : str
        File name, such as ``report.js``.

    Returns
    -------
    str
        Its content.

    Raises
    ------
    NotFound
        The front end was not built.
    """
    place = files("l4e_widgets") / "static" / name
    if not place.is_file():
        raise NotFound(
            "The front end of l4e_widgets is not built.",
            where=f"static/{name}",
            expected="the files that the build puts there",
            fix='Run "npm ci && npm run build" in js/, or install the package with pip.',
        )
    return place.read_text(encoding="utf-8")

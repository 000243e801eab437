"""How the library's objects show themselves: lines of text, and the same lines as a table in a notebook."""

from __future__ import annotations

from collections.abc import Sequence

from l4e_widgets.core.errors import L4EError
from l4e_widgets.figures.escape import escape

__all__ = ["Shown", "table_of"]


def table_of(lines: Sequence[tuple[str, str]]) -> str:
    """Return named lines as a plain HTML table, every text escaped.

    Parameters
    ----------
    lines : sequence of (str, str)
        Names and values.

    Returns
    -------
    str
        HTML.
    """
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left;font-weight:500;padding:2px 16px 2px 0;vertical-align:top">'
        f'{escape(name)}</th><td style="text-align:left;padding:2px 0">{escape(value)}</td></tr>'
        for name, value in lines
    )
    return f'<table style="border-collapse:collapse"><tbody>{rows}</tbody></table>'


class Shown:
    """An object that shows itself as named lines; it prints nothing by itself."""

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return names and values to show."""
        raise NotImplementedError

    def _safe_lines(self) -> Sequence[tuple[str, str]]:
        """Return the lines, or the sentence of what kept them from being read."""
        try:
            return self._lines()
        except L4EError as error:
            return ((type(self).__name__, str(error)),)

    def __repr__(self) -> str:
        """Return the lines as text."""
        lines = self._safe_lines()
        width = max((len(name) for name, _ in lines), default=0)
        return "\n".join(f"{name.ljust(width)}  {value}".rstrip() for name, value in lines)

    def _repr_mimebundle_(self, **_options: object) -> dict[str, str]:
        """Return the lines for a notebook."""
        return {"text/plain": repr(self), "text/html": table_of(self._safe_lines())}

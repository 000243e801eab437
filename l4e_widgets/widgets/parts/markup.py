"""Markup from parts, in which every plain text is escaped: a sensor's name can never become a tag."""

from __future__ import annotations

from collections.abc import Iterable

from l4e_widgets.figures.escape import escape

__all__ = ["Html", "Part", "element", "together"]

VOID = {"input", "br", "col"}


class Html(str):
    """Markup that is finished; made by `element` and `together` only."""

    __slots__ = ()


Part = Html | str | int | float | None | Iterable["Part"]


def element(name: str, *parts: Part, **attributes: str | int | bool | None) -> Html:
    """One element with its content.

    Parameters
    ----------
    name : str
        Tag, with its classes after dots, for example ``td.l4e-num``.
    *parts : str, number, Html, None or iterable of these
        Content: `Html` as it is, everything else escaped, None left out.
    **attributes : str, int, bool or None
        Attributes; ``_`` stands for ``-``, True for an attribute without value, None and False leave it out.

    Returns
    -------
    Html
        The element.
    """
    tag, *classes = name.split(".")
    if attributes.get("class_"):
        classes.append(str(attributes["class_"]))
    heads = [tag]
    if classes:
        heads.append(f'class="{escape(" ".join(classes))}"')
    for key, value in attributes.items():
        if key == "class_" or value is None or value is False:
            continue
        label = key.strip("_").replace("_", "-")
        heads.append(label if value is True else f'{label}="{escape(str(value))}"')
    head = f"<{' '.join(heads)}>"
    return Html(head if tag in VOID else f"{head}{together(*parts)}</{tag}>")


def together(*parts: Part) -> Html:
    """Several parts after each other.

    Parameters
    ----------
    *parts : str, number, Html, None or iterable of these
        `Html` as it is, everything else escaped, None left out.

    Returns
    -------
    Html
        All of them as one.
    """
    done = []
    for part in parts:
        if part is None:
            continue
        if isinstance(part, Html):
            done.append(str(part))
        elif isinstance(part, (str, int, float)):
            done.append(escape(str(part)))
        else:
            done.append(str(together(*part)))
    return Html("".join(done))

"""What every page is made of: its head, its sentence, banners, empty places, buttons, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from l4e_widgets.widgets.parts.glyphs import glyph
from l4e_widgets.widgets.parts.markup import Html, Part, element, together

__all__ = ["Column", "banner", "button", "choice", "empty_place", "fact", "head", "sentence", "table"]

TONES = {"critical": "anomaly", "warning": "warn", "normal": "normal", "ready": "accent", "blocked": "warn"}


@dataclass(frozen=True)
class Column:
    """Head of one column of a table.

    Parameters
    ----------
    title : str
        Words of the head.
    classes : str
        ``l4e-num`` for numbers, ``flex`` for the one that may be shortened.
    """

    title: str
    classes: str = ""


def button(words: str, act: str, value: str = "", *, kind: str = "", off: str = "", icon: str = "") -> Html:
    """Button that sends an action.

    Parameters
    ----------
    words : str
        A verb and its object; read out instead of the sign where `icon` is given.
    act, value : str
        What is sent.
    kind : str
        primary, quiet, small, icon, or several of them with spaces.
    off : str
        Why it cannot be used now; empty where it can.
    icon : str
        Sign to show instead of the words.

    Returns
    -------
    Html
        The button.
    """
    return element(
        "button.l4e-btn",
        glyph(icon) if icon else words,
        class_=kind,
        type="button",
        data_act=act,
        data_value=value,
        disabled=bool(off),
        title=off or (words if icon else None),
        aria_label=words if icon else None,
    )


def choice(act: str, options: Iterable[tuple[str, str]], chosen: str, *, label: str) -> Html:
    """A few options side by side, one of them chosen.

    Parameters
    ----------
    act : str
        Action that is sent with the value of the option.
    options : iterable of (value, words)
        The options.
    chosen : str
        Value of the chosen one.
    label : str
        What is chosen, for screen readers.

    Returns
    -------
    Html
        The control.
    """
    return element(
        "span.l4e-seg",
        [
            element(
                "button",
                words,
                type="button",
                class_="on" if value == chosen else "",
                data_act=act,
                data_value=value,
                aria_pressed="true" if value == chosen else "false",
            )
            for value, words in options
        ],
        role="group",
        aria_label=label,
    )


def head(title: str, *beside: Part, actions: Sequence[Html] = ()) -> Html:
    """Title of a page with what stands beside it.

    Parameters
    ----------
    title : str
        The title.
    *beside : Html or str
        Badge and facts.
    actions : sequence of Html
        Buttons on the right.

    Returns
    -------
    Html
        The head.
    """
    return element("div.l4e-head", element("h1", title), beside, element("div.acts", actions) if actions else None)


def sentence(big: str, more: str = "", *, sign: str = "normal", actions: Sequence[Html] = ()) -> Html:
    """The sentence that answers the page.

    Parameters
    ----------
    big : str
        What a shift leader can repeat aloud.
    more : str
        One line of detail.
    sign : str
        normal, warning, critical, ready or blocked.
    actions : sequence of Html
        Small buttons beside the detail.

    Returns
    -------
    Html
        The sentence.
    """
    return element(
        "div.l4e-say",
        element("span.g", glyph(sign, tone=TONES.get(sign, "normal"))),
        element("div.l4e-say-words", element("p.big", big), element("p.more", more) if more else None),
        element("div.l4e-row", actions) if actions else None,
        role="status",
    )


def banner(words: str, *, kind: str = "crit") -> Html:
    """Message over the page.

    Parameters
    ----------
    words : str
        What is the case and what to do; empty for no banner.
    kind : str
        crit, warn or info.

    Returns
    -------
    Html
        The banner, or nothing.
    """
    if not words:
        return together()
    first, _, rest = words.partition(". ")
    sign = {"crit": "blocked", "warn": "warning"}.get(kind, "info")
    body = element("div", element("b", f"{first}." if rest else first), f" {rest}" if rest else None)
    return element(f"div.l4e-ban.{kind}", element("span.g", glyph(sign)), body, role="alert")


def empty_place(title: str, *lines: Part) -> Html:
    """Place where something will be.

    Parameters
    ----------
    title : str
        What is missing.
    *lines : Html or str
        What to do next.

    Returns
    -------
    Html
        The place.
    """
    return element("div.l4e-empty", element("b", title), lines)


def fact(name: str, value: str) -> Html:
    """One number of a row of facts.

    Parameters
    ----------
    name : str
        What it is.
    value : str
        The number with its unit.

    Returns
    -------
    Html
        The fact.
    """
    return element("div", element("div.k", name), element("div.v", value))


def table(columns: Sequence[Column], rows: Iterable[Html], *, label: str, classes: str = "") -> Html:
    """Table with a head.

    Parameters
    ----------
    columns : sequence of Column
        Its columns.
    rows : iterable of Html
        Its ``tr`` elements.
    label : str
        What it holds, for screen readers.
    classes : str
        Further classes of the table.

    Returns
    -------
    Html
        The table.
    """
    heads = [element("th", column.title, class_=column.classes, scope="col") for column in columns]
    return element(
        "table.l4e-t",
        element("thead", element("tr", heads)),
        element("tbody", list(rows)),
        class_=classes,
        aria_label=label,
    )

"""The rules for names, each with its sentence."""

from __future__ import annotations

import re

from l4e_widgets.core.errors import NameRefused

__all__ = ["check_description", "check_label_group_name", "check_model_name", "check_project_name"]

_PROJECT = re.compile(r"[a-zA-Z0-9_-]{3,170}")
_MODEL = re.compile(r"[a-zA-Z0-9_-]{1,200}")
_DESCRIPTION = re.compile(r"[\w _.:/=+@-]{3,128}")


def check_project_name(name: str) -> None:
    """Refuse a project name that breaks its rule.

    Parameters
    ----------
    name : str
        3 to 170 letters, digits, `_` and `-`.

    Raises
    ------
    NameRefused
        It breaks the rule.
    """
    if not _PROJECT.fullmatch(name):
        raise NameRefused(
            "This project name cannot be used.",
            got=_shown(name),
            expected="3 to 170 characters out of a-z, A-Z, 0-9, _ and -",
            fix="Choose another name, for example pump-7.",
        )


def check_model_name(name: str) -> None:
    """Refuse a model name that breaks its rule.

    Parameters
    ----------
    name : str
        1 to 200 letters, digits, `_` and `-`.

    Raises
    ------
    NameRefused
        It breaks the rule.
    """
    if not _MODEL.fullmatch(name):
        raise NameRefused(
            "This model name cannot be used.",
            got=_shown(name),
            expected="1 to 200 characters out of a-z, A-Z, 0-9, _ and -",
            fix="Choose another name, for example winter-v2.",
        )


def check_label_group_name(name: str) -> None:
    """Refuse a label group name that breaks its rule.

    Parameters
    ----------
    name : str
        1 to 200 letters, digits, `_` and `-`.

    Raises
    ------
    NameRefused
        It breaks the rule.
    """
    if not _MODEL.fullmatch(name):
        raise NameRefused(
            "This label group name cannot be used.",
            got=_shown(name),
            expected="1 to 200 characters out of a-z, A-Z, 0-9, _ and -",
            fix="Choose another name, for example known-faults.",
        )


def check_description(description: str) -> None:
    """Refuse an asset description that breaks its rule; an empty one is none.

    Parameters
    ----------
    description : str
        Empty, or 3 to 128 letters, digits, spaces and `_.:/=+-@`.

    Raises
    ------
    NameRefused
        It breaks the rule.
    """
    if description and not _DESCRIPTION.fullmatch(description):
        raise NameRefused(
            "This asset description cannot be used.",
            got=_shown(description),
            expected="3 to 128 letters, digits, spaces and _ . : / = + - @",
            fix="Shorten it or leave out other characters, for example: Feed water pump, line 2 without the comma.",
        )


def _shown(text: str) -> str:
    """Return a text as it may be shown in a sentence: short, control characters visible."""
    shown = repr(text)
    return shown if len(shown) <= 60 else f"{shown[:57]}… ({len(text)} characters)"

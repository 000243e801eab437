"""Where the command line writes: answers to standard output, progress and errors to standard error."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

from l4e_widgets.services.jobs import JobView

__all__ = ["Progress", "answer", "say", "say_error"]

WIDTH = 100
BAR_WIDTH = 24


def say(text: str = "", *, wrap: bool = True) -> None:
    """Write an answer, wrapped to a readable width.

    Parameters
    ----------
    text : str
        A sentence or a line.
    wrap : bool
        Break it into lines; not for what a program reads.
    """
    print("\n".join(_wrapped(text)) if wrap else text, flush=True)  # noqa: T201 the command line's output function


def answer(lines: Sequence[str], parts: Any, *, as_json: bool) -> None:
    """Write an answer as lines for people, or as JSON.

    Parameters
    ----------
    lines : sequence of str
        What a person reads.
    parts : object
        The same as plain values.
    as_json : bool
        Write the second.
    """
    if as_json:
        lines = json.dumps(parts, ensure_ascii=False, indent=1, allow_nan=False).splitlines()
    for line in lines:
        say(line, wrap=not as_json)


def say_error(text: str) -> None:
    """Write an error or a line of progress.

    Parameters
    ----------
    text : str
        A sentence.
    """
    print(text, file=sys.stderr, flush=True)  # noqa: T201 the command line's output function


def _wrapped(text: str) -> list[str]:
    """Return the lines of a text; lines that go on are indented like their first."""
    indent = " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(
        text, WIDTH, initial_indent="", subsequent_indent=indent, drop_whitespace=True, break_long_words=False
    ) or [""]


class Progress:
    """Shows how jobs stand: a bar that moves on a terminal, one line a step elsewhere.

    Parameters
    ----------
    quiet : bool
        Show nothing.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._moving = sys.stderr.isatty()
        self._told: set[tuple[str, str]] = set()

    def __call__(self, view: JobView) -> None:
        """Show a job as it stands."""
        if self._quiet:
            return
        if self._moving:
            self._move(view)
        else:
            self._tell(view)

    def _move(self, view: JobView) -> None:
        """Draw the bar over the last one."""
        filled = round(BAR_WIDTH * view.progress)
        bar = "█" * filled + "·" * (BAR_WIDTH - filled)
        left = f", about {view.seconds_left:.0f} s left" if view.seconds_left and view.seconds_left >= 2 else ""
        line = f"\r\x1b[2K{bar} {view.progress:4.0%}  {view.message or 'starting'}{left}"
        sys.stderr.write(line if view.is_active else "\r\x1b[2K")
        sys.stderr.flush()

    def _tell(self, view: JobView) -> None:
        """Write each step once it is done."""
        for step in view.steps:
            if step.state == "done" and (view.id, step.name) not in self._told:
                self._told.add((view.id, step.name))
                say_error(f"  {step.name}: {step.seconds:.1f} s")

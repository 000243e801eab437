"""Where the command `l4e` begins: Ctrl-C ends it in words from the first moment, while libraries are still loading."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

__all__ = ["main"]

EXIT_INTERRUPTED = 130


def main() -> None:
    """Load the command line and run it."""
    signal.signal(signal.SIGINT, _leave)
    from l4e_widgets.adapters.cli import main as run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End at once: nothing was begun, and a library that is half loaded might answer with an error of its own."""
    sys.stderr.write("l4e: Interrupted. Nothing half-made was kept.\n")
    sys.stderr.flush()
    os._exit(EXIT_INTERRUPTED)

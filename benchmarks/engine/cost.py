"""What a piece of work costs: seconds and the highest memory above what was in use before it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "Meter"]

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass
class Cost:
    """Seconds, and megabytes at the highest; NaN where the system does not tell."""

    seconds: float = 0.0
    megabytes: float = float("nan")


class Meter:
    """Measures one block of work; `cost` is filled in when the block ends."""

    def __init__(self) -> None:
        self.cost = Cost()

    def __enter__(self) -> Meter:
        """Remember what is in use, and begin."""
        self._told = _forget_the_highest()
        self._before = _megabytes("VmRSS")
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        """Note what the work took."""
        seconds = time.perf_counter() - self._began
        highest = _megabytes("VmHWM") - self._before if self._told else float("nan")
        self.cost = Cost(seconds, max(highest, 0.0) if highest == highest else highest)


def _forget_the_highest() -> bool:
    """Tell Linux to begin its record of the highest memory anew; other systems cannot."""
    try:
        _RESET.write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _megabytes(name: str) -> float:
    try:
        found = re.search(rf"^{name}:\s+(\d+) kB", _STATUS.read_text(encoding="ascii"), re.MULTILINE)
    except OSError:
        return float("nan")
    return int(found.group(1)) / 1024 if found else float("nan")

"""Rows that are set aside while a file is read, counted by reason with three examples each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.reading.report import Example, SetAside

__all__ = ["RowLog"]

Int64Array = npt.NDArray[np.int64]


@dataclass
class RowLog:
    """Rows that are set aside while a file is read, by reason.

    Parameters
    ----------
    file : str
        Name of the file.
    counts : dict of str to int
        How many, by reason.
    examples : dict of str to list of Example
        The first three, by reason.
    """

    file: str
    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[Example]] = field(default_factory=dict)

    def add(self, reason: str, row: int, text: str) -> None:
        """Count one row and keep it as an example while there are few.

        Parameters
        ----------
        reason : str
            Why it is set aside.
        row : int
            Line in the file.
        text : str
            What stands there.
        """
        self.counts[reason] = self.counts.get(reason, 0) + 1
        found = self.examples.setdefault(reason, [])
        if len(found) < 3:
            found.append(Example(self.file, int(row), text[:80]))

    def add_many(self, reason: str, rows: Int64Array, texts: Sequence[str]) -> None:
        """Count several rows.

        Parameters
        ----------
        reason : str
            Why they are set aside.
        rows : (n_rows,) int64
            Lines in the file.
        texts : sequence of str
            What stands in the first three of them.
        """
        for row, text in zip(rows[:3].tolist(), texts, strict=False):
            self.add(reason, row, text)
        rest = len(rows) - min(3, len(texts), len(rows))
        if rest:
            self.counts[reason] = self.counts.get(reason, 0) + rest

    def entries(self) -> tuple[SetAside, ...]:
        """Return what was counted."""
        return tuple(SetAside(r, count, tuple(self.examples.get(r, ()))) for r, count in self.counts.items())

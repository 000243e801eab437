"""A question that data leaves open, with its readings: a page asks it, an option answers it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

__all__ = ["Question", "Reading"]


@dataclass(frozen=True)
class Reading:
    """One of the ways in which some cells can be read.

    Parameters
    ----------
    value : str
        What the option takes to mean this reading, for example ``day-first``.
    meanings : tuple of str
        What each cell shown would mean, in the order of the cells.
    """

    value: str
    meanings: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What cannot be told from the data.

    Parameters
    ----------
    about : str
        What has to be decided, in one sentence.
    option : str
        Field of the reading options that answers it, for example ``timestamp_format``.
    cells : tuple of str
        At most three cells as they stand in the file.
    readings : tuple of Reading
        The possible answers, two or more.
    where : str
        File and column.
    """

    about: str
    option: str
    cells: tuple[str, ...]
    readings: tuple[Reading, ...]
    where: str = ""

    @property
    def argument(self) -> str:
        """Name of the option on the command line."""
        return "--" + self.option.replace("_", "-")

    @property
    def shown(self) -> str:
        """Every cell with all its readings, for a sentence."""
        return "; ".join(
            f'"{cell}" is ' + " or ".join(f"{reading.meanings[place]} ({reading.value})" for reading in self.readings)
            for place, cell in enumerate(self.cells)
        )

    def to_json(self) -> str:
        """Return the question as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Question:
        """Rebuild a question.

        Parameters
        ----------
        text : str
            What `to_json` gave.

        Returns
        -------
        Question
            The same question.
        """
        parts = json.loads(text)
        readings = tuple(Reading(reading["value"], tuple(reading["meanings"])) for reading in parts["readings"])
        return cls(parts["about"], parts["option"], tuple(parts["cells"]), readings, parts.get("where", ""))

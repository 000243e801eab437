"""State of what was understood of files: every choice of the reader with its change, and the questions left open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import traitlets

from l4e_widgets.core.errors import UsageError
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.understanding import IGNORED, Understanding
from l4e_widgets.core.times import duration_text
from l4e_widgets.figures.wording import count_text, listed
from l4e_widgets.services.context import Context
from l4e_widgets.services.looking import Asked, SourceLook, look_at_sources
from l4e_widgets.widgets.parts.events import PageState, sentence_of
from l4e_widgets.widgets.parts.latest import Latest
from l4e_widgets.widgets.parts.shares import missing_text

__all__ = ["FIELDS", "Choice", "Doubt", "ReadingModel"]

MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space", ".": "point"}
LETTERS = {
    "year (two digits)": "YY",
    "year": "YYYY",
    "month name": "Mon",
    "month": "MM",
    "day": "DD",
    "hour": "hh",
    "minute": "mm",
    "second": "ss",
    "fraction": "f",
}
FORMATS = (
    "day-first",
    "month-first",
    "year-first",
    "epoch_s",
    "epoch_ms",
    "epoch_us",
    "epoch_ns",
    "excel",
)
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "delimiter": ("Delimiter", ("comma", "semicolon", "tab", "pipe")),
    "decimal": ("Decimal mark", (".", ",")),
    "timestamp_format": ("Time format", FORMATS),
    "time_zone": ("Time zone", ()),
    "columns": ("Numeric", ()),
    "missing_words": ("Missing", ()),
    "timestamp_column": ("Time column", ()),
    "time_column": ("Time of day in", ()),
    "header_row": ("Names in line", ()),
    "encoding": ("Encoding", ()),
    "thousands": ("Thousands", (",", ".", "'")),
    "sensor_column": ("Sensor column", ()),
    "value_column": ("Value column", ()),
}
"""Options of the reader that a page can change: their words, and what can be chosen; typed where nothing is listed."""

NO_DELIMITER = ("columns", "missing_words", "timestamp_format", "time_zone", "timestamp_column")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that was understood.

    Parameters
    ----------
    field : str
        A key of `FIELDS`; empty where nothing can be changed.
    title, value : str
        What it is, and how it was understood.
    said : str
        What the user said of it; empty where it was found out.
    is_doubtful : bool
        Whether it is worth a look.
    more : str
        The same at more length; empty where there is none.
    """

    field: str
    title: str
    value: str
    said: str = ""
    is_doubtful: bool = False
    more: str = ""


@dataclass(frozen=True)
class Doubt:
    """What is worth a look before it is stored.

    Parameters
    ----------
    title, words : str
        What is the case, and what was made of it.
    """

    title: str
    words: str


class ReadingModel(PageState):
    """Files as they are understood; reading happens beside the kernel's own thread.

    Parameters
    ----------
    context : Context
        The workspace.
    project : str
        Project that the files are to be added to; empty for a new one.
    """

    sources: tuple[str, ...] = traitlets.Tuple()
    look: SourceLook | None = traitlets.Any(None, allow_none=True)
    defect: str = traitlets.Unicode(help="Why the files cannot be read; empty where they can.")
    is_reading: bool = traitlets.Bool(False)
    changing: str = traitlets.Unicode(help="Field whose change is open.")
    shown: str = traitlets.Enum(("file", "understood"), default_value="file")

    def __init__(self, context: Context, project: str = "") -> None:
        super().__init__()
        self.context = context
        self.project = project
        self.options = ReadingOptions()
        self.typed = ""
        self._look_of: tuple[str, ...] = ()
        self._latest = Latest(self._read)

    def set_sources(self, sources: tuple[str, ...], options: ReadingOptions | None = None) -> None:
        """Read other files, perhaps with what was said of them before.

        Parameters
        ----------
        sources : tuple of str
            Paths, or ``inbox:`` and the id of a finished upload; none forgets what was understood.
        options : ReadingOptions, optional
            What is known of them; what was said on this page where absent.
        """
        if options is not None:
            self.options = options
        elif sources == self.sources:
            return
        self.sources = sources
        self._read_again()

    def settle(self) -> None:
        """Wait until everything asked for was read."""
        self._latest.settle()

    def close(self) -> None:
        """Read no more."""
        self._latest.stop()

    def _read_again(self) -> None:
        self.is_reading = bool(self.sources)
        if self.sources:
            self._latest.ask()
        else:
            self.look, self.defect = None, ""

    def _read(self) -> None:
        """Read what is wanted now; an answer to an older wish is not shown."""
        sources, options = self.sources, self.options
        if not sources:
            return
        found, defect = sentence_of(
            lambda: look_at_sources(self.context, sources, options=options, project=self.project)
        )
        if (sources, options) != (self.sources, self.options):
            return
        if found is not None or sources != self._look_of:
            self.look, self._look_of = found, sources
        self.defect, self.is_reading = defect, False

    @property
    def is_ready(self) -> bool:
        """Whether the files can be stored as they are understood."""
        return not self.why_not

    @property
    def why_not(self) -> str:
        """Why the files cannot be stored yet; empty where they can."""
        if not self.sources:
            return "when a file is chosen"
        if self.is_reading:
            return "when the files are read"
        if self.defect or self.look is None:
            return "when the files can be read"
        return "when the question is answered" if self.look.asked else ""

    @property
    def understood(self) -> Understanding | None:
        """How the first file is read."""
        return self.look.first.understanding if self.look else None

    def open_change(self, field: str) -> None:
        """Open the change of a field, or close it again.

        Parameters
        ----------
        field : str
            A key of `FIELDS`; an unknown one closes what is open.
        """
        self.typed = ""
        self.changing = field if field in FIELDS and field != self.changing else ""

    def change(self, field: str, value: str) -> None:
        """Say how a thing is to be understood, and read again.

        Parameters
        ----------
        field : str
            A key of `FIELDS`, or ``ignore`` for one column.
        value : str
            As chosen or typed; empty to have it found out.

        Raises
        ------
        UsageError
            It cannot be meant.
        """
        said: dict[str, Any] = {field: _meant(field, value)}
        if field == "ignore":
            known = self.options.ignore
            said["ignore"] = tuple(n for n in known if n != value) if value in known else (*known, value)
        elif field not in ReadingOptions.__dataclass_fields__:
            return
        self.options = replace(self.options, **said)
        self.changing = self.changing if field == "ignore" else ""
        self._read_again()

    def answer(self, option: str, value: str) -> None:
        """Answer a question of the reader.

        Parameters
        ----------
        option : str
            The field it asks for.
        value : str
            The reading that is right.
        """
        asked = self.look.asked if self.look else ()
        known = {(one.question.option, tried.value) for one in asked for tried in one.tried}
        if (option, value) in known:
            self.change(option, value)

    @property
    def question(self) -> Asked | None:
        """The first open question."""
        return self.look.asked[0] if self.look and self.look.asked else None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What was understood, the most important first."""
        if self.look is None or self.understood is None:
            said = [
                Choice(field=f, title=title, value=_said(self.options, f) or "–") for f, (title, _) in FIELDS.items()
            ]
            return tuple(said) if self.defect else ()
        has_text = bool(self.understood.delimiter)
        found = _values(self.look, self.understood)
        made = [
            Choice(
                field=field,
                title=FIELDS[field][0],
                value=value,
                said=_said(self.options, field),
                more=self.understood.timestamp_words if field == "timestamp_format" else "",
                is_doubtful=(field == "time_zone" and self._has_no_zone) or (field == "columns" and bool(self.aside)),
            )
            for field, value in found.items()
            if has_text or field in NO_DELIMITER
        ]
        step = self.look.inspection.sampling_rate_s
        sampling = Choice(field="", title="Sampling", value=duration_text(step) if step else "one row")
        return (*made[:4], sampling, *made[4:])

    @property
    def aside(self) -> tuple[tuple[str, str], ...]:
        """Columns that are no sensors, each with its reason."""
        if self.look is None:
            return ()
        files = self.look.inspection.report.files
        return tuple({c.name: c.reason for file in files for c in file.understanding.columns_set_aside}.items())

    @property
    def columns(self) -> tuple[tuple[str, bool], ...]:
        """Columns that can be left out or taken back, each with whether it is taken."""
        if self.look is None:
            return ()
        ignored = [(name, False) for name, reason in self.aside if reason == IGNORED]
        return (*((sensor.name, True) for sensor in self.look.inspection.sensors), *ignored)

    @property
    def _has_no_zone(self) -> bool:
        """Whether the times of the file name no zone and nobody said it."""
        known = self.understood
        if known is None or self.options.time_zone or not known.timestamp_format:
            return False
        return "%" in known.timestamp_format and "z" not in known.timestamp_format and known.zone == "UTC"

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What is worth a look before it is stored."""
        if self.look is None:
            return ()
        report = self.look.inspection.report
        found: list[Doubt] = []
        if self._has_no_zone:
            found.append(Doubt("The file does not name its zone.", "Its times are taken as UTC."))
        if self.aside:
            words = ". ".join(f"{name}: {reason}" for name, reason in self.aside[:4])
            more = f" And {len(self.aside) - 4} more." if len(self.aside) > 4 else ""
            title = f"{count_text(len(self.aside), 'column is', 'columns are')} set aside."
            found.append(Doubt(title, f"{words}.{more}"))
        if report.cells_lost:
            cells = sum(loss.count for loss in report.cells_lost)
            example = next((e for loss in report.cells_lost for e in loss.examples), None)
            first = f' The first is "{example.text}" in row {example.row}.' if example else ""
            names = listed([loss.sensor for loss in report.cells_lost])
            found.append(
                Doubt(f"{count_text(cells, 'cell')} became missing.", f"No number was read in {names}.{first}")
            )
        lost = report.rows_read - report.rows_kept
        if lost:
            words = " ".join(sentence for sentence in report.sentences() if "row" in sentence.lower())
            found.append(Doubt(f"{count_text(lost, 'row')} set aside.", words[:400]))
        found += [Doubt("Not found.", words) for words in report.warnings]
        if self.look.inspection.counted_over:
            over = self.look.inspection.counted_over
            found.append(Doubt("These are the first rows only.", f"Counts are over {over}; all rows are stored."))
        return tuple(found)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything the reader has to tell."""
        return self.look.inspection.report.sentences() if self.look else ()


def _meant(field: str, value: str) -> object:
    """Return what the user means by a typed value."""
    text = value.strip()
    if field == "missing_words":
        return tuple(word.strip() for word in text.split(",") if word.strip())
    if not text:
        return None
    if field == "header_row":
        if not text.isdigit():
            raise UsageError(
                f'"{text}" is no line of the file.', expected="a number from 1, or 0 for no names", fix="Correct it."
            )
        return int(text)
    return text


def _said(options: ReadingOptions, field: str) -> str:
    """Return what the user said of a field, as it would be typed."""
    value = getattr(options, field, None)
    if value is None or value == ():
        return ""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _values(look: SourceLook, known: Understanding) -> dict[str, str]:
    """Return how each field was understood, in words."""
    inspection = look.inspection
    gap = inspection.longest_gap_s
    rate = inspection.sampling_rate_s or 0
    gap_words = f", longest gap {duration_text(gap)}" if gap > 1.5 * rate > 0 else ""
    main = {
        "delimiter": f"{MARKS.get(known.delimiter, 'mark')} {known.delimiter}".replace("\t", "").strip(),
        "decimal": MARKS.get(known.decimal, known.decimal),
        "timestamp_format": _short_format(known),
        "time_zone": known.zone,
        "columns": count_text(len(inspection.sensors), "column"),
        "missing_words": f"{missing_text(inspection.missing_share)} of values{gap_words}",
    }
    return {
        **main,
        "timestamp_column": known.timestamp_column or "the first",
        "time_column": known.time_column or "–",
        "header_row": str(known.header_row) if known.header else "none",
        "encoding": known.encoding,
        "thousands": known.thousands or "none",
        "sensor_column": known.sensor_column or "–",
        "value_column": known.value_column or "–",
    }


def _short_format(known: Understanding) -> str:
    """Return the format of the times in letters, for example ``DD/MM/YYYY hh:mm``."""
    if "%" not in known.timestamp_format:
        return known.timestamp_words
    text = known.timestamp_words
    for word, letters in LETTERS.items():
        text = text.replace(word, letters)
    return text

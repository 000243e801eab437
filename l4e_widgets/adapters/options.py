"""Options that several commands share, and the types of what is typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from l4e_widgets.core.ranges import RangeChoice
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.times import to_ns

__all__ = [
    "FILE",
    "Moment",
    "as_json",
    "budget_option",
    "choice_of",
    "listed",
    "off_time_option",
    "range_options",
    "reading_of",
    "reading_options",
    "sheet_option",
    "workspace_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)

workspace_option = click.option(
    "--workspace", type=FILE, help="Folder of the projects; L4E_WORKSPACE or your own if absent."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Write the answer as JSON.")
budget_option = click.option(
    "--budget", type=click.FloatRange(min=0, min_open=True), help="False alarms a month you can live with."
)


off_time_option = click.option(
    "--off-time", default="", help='When the machine is off, such as "speed<200": neither learned from nor judged.'
)
sheet_option = click.option(
    "--sensor-sheet", type=FILE, help="CSV of what is known of the sensors: name, unit, limits, kind."
)


class Moment(click.ParamType):
    """A time on the command line, as nanoseconds UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ARG002
        """Return the nanoseconds of a text.

        Parameters
        ----------
        value : object
            What was typed.
        param, ctx : object
            Where it was typed.

        Returns
        -------
        int
            Nanoseconds since 1970-01-01 UTC.

        Raises
        ------
        DataError
            It is no time.
        """
        return to_ns(value)


def listed(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split names at commas, so that an option can be given once or often.

    Parameters
    ----------
    values : tuple of str
        What was typed.

    Returns
    -------
    tuple of str
        The names.
    """
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def _together(options: list[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    """Return one decorator that adds several options, shown in this order."""

    def decorate(command: Command) -> Command:
        """Add them."""
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


reading_options = _together(
    [
        click.option("--ignore", multiple=True, callback=listed, help="Columns to set aside, separated by commas."),
        click.option("--encoding", help="Text encoding, such as utf-8 or cp1252."),
        click.option("--delimiter", help="Character between cells, or comma, semicolon, tab, pipe."),
        click.option("--decimal", type=click.Choice([".", ","]), help="Decimal mark."),
        click.option("--thousands", help="Mark between groups of three digits; empty for none."),
        click.option("--header-row", type=click.IntRange(min=0), help="Line of the names, from 1; 0 for none."),
        click.option("--timestamp-column", help="Column that holds the time."),
        click.option("--time-column", help="Column that holds the time of day, where the date stands alone."),
        click.option(
            "--timestamp-format", help="day-first, month-first, epoch_s, excel, or a pattern: %d.%m.%Y %H:%M."
        ),
        click.option("--time-zone", help="Time zone of times without one, such as Europe/Paris; UTC if absent."),
        click.option("--sensor-column", help="Column that names the sensor, in a table of one value a row."),
        click.option("--value-column", help="Column that holds the value, in a table of one value a row."),
        click.option("--missing-words", multiple=True, callback=listed, help="More words that mean a missing value."),
    ]
)
range_options = _together(
    [
        click.option("--train-start", type=Moment(), help="Start of the training range, UTC."),
        click.option("--train-end", type=Moment(), help="End of the training range, UTC, not included."),
        click.option("--train-rows", type=click.IntRange(min=1), help="Learn from the first N rows."),
        click.option(
            "--evaluate-from", type=Moment(), help="Start of the evaluation range; the end of training if absent."
        ),
    ]
)


def reading_of(options: dict[str, Any]) -> ReadingOptions:
    """What was typed of the files.

    Parameters
    ----------
    options : dict
        Values of `reading_options`, among others.

    Returns
    -------
    ReadingOptions
        As the services take it.
    """
    return ReadingOptions(**{name: options[name] for name in ReadingOptions.__dataclass_fields__})


def choice_of(options: dict[str, Any]) -> RangeChoice:
    """What was typed of the ranges.

    Parameters
    ----------
    options : dict
        Values of `range_options`, among others.

    Returns
    -------
    RangeChoice
        As the services take it.
    """
    return RangeChoice(
        train_start=options["train_start"],
        train_end=options["train_end"],
        train_rows=options["train_rows"],
        evaluate_from=options["evaluate_from"],
    )

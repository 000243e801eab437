"""The command line: every command is a thin call of a service, every failure a sentence and an exit code."""

from __future__ import annotations

import logging
import signal
import sys
import tempfile
from collections.abc import Sequence
from types import FrameType

import click

from l4e_widgets.adapters.cli_assess import assess_command
from l4e_widgets.adapters.cli_dashboard import dashboard_command, demo_command
from l4e_widgets.adapters.cli_inspect import inspect_command
from l4e_widgets.adapters.cli_models import (
    answer_command,
    budget_command,
    labels_command,
    report_command,
    results_command,
    train_command,
)
from l4e_widgets.adapters.cli_projects import (
    create_command,
    data_command,
    delete_command,
    export_command,
    import_command,
    projects_command,
    sensors_command,
    verify_command,
)
from l4e_widgets.adapters.output import say_error
from l4e_widgets.core.errors import L4EError
from l4e_widgets.core.release import VERSION

__all__ = ["cli", "main"]

EXIT_USAGE = 2
EXIT_DEFECT = 3
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="l4e", message="%(prog)s %(version)s")
def cli() -> None:
    """Find anomalies in the sensor data of a machine and the sensors behind them."""


for command in (
    inspect_command,
    assess_command,
    demo_command,
    dashboard_command,
    projects_command,
    create_command,
    data_command,
    sensors_command,
    labels_command,
    train_command,
    results_command,
    budget_command,
    answer_command,
    report_command,
    verify_command,
    export_command,
    import_command,
    delete_command,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed; the process's own arguments where absent.
    """
    signal.signal(signal.SIGTERM, _leave)
    sys.exit(_run(arguments))


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End like an interruption would, so that what was begun is put away."""
    sys.exit(EXIT_TERMINATED)


def _run(arguments: Sequence[str] | None) -> int:
    """Run a command; this is the outermost frame of a request, one of the three places that catch everything."""
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="l4e", standalone_mode=False)
    except L4EError as error:
        say_error(f"l4e: {error}")
        return error.exit_code
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        say_error("l4e: Interrupted. Nothing half-made was kept.")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return 0
    except Exception:  # noqa: BLE001 outermost frame of the command line
        say_error(f"l4e: This is a defect of ours. The details are in {_logged()}; send them with a report.")
        return EXIT_DEFECT
    return 0


def _logged() -> str:
    """Write the traceback of the error at hand to a file and return its name."""
    with tempfile.NamedTemporaryFile("w", prefix="l4e-defect-", suffix=".log", delete=False) as file:
        handler = logging.StreamHandler(file)
        logger = logging.getLogger("l4e_widgets.cli")
        logger.addHandler(handler)
        logger.propagate = False
        logger.exception("l4e %s", " ".join(sys.argv[1:]))
        return file.name


if __name__ == "__main__":
    main()

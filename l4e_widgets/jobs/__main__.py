"""The one entry point of the jobs: `python -m l4e_widgets.jobs <kind> <uri>`."""

from __future__ import annotations

import importlib
import logging
import sys

from l4e_widgets.core.errors import L4EError
from l4e_widgets.jobs.worker import run_job

__all__ = ["KINDS", "main"]

KINDS = ("ingest", "append", "train", "report", "sensitivity", "backtest", "signatures", "explain", "estimate")


def main(arguments: list[str]) -> int:
    """Run the job of a kind at an address.

    Parameters
    ----------
    arguments : list of str
        The kind and the address.

    Returns
    -------
    int
        Exit code: 0 done, 1 the input, 2 the usage, 3 a defect of ours, 130 cancelled.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    if len(arguments) != 2 or arguments[0] not in KINDS:
        logging.error("usage: python -m l4e_widgets.jobs %s <uri>", "|".join(KINDS))
        return 2
    kind, uri = arguments
    try:
        return run_job(uri, importlib.import_module(f"l4e_widgets.jobs.{kind}").run)
    except L4EError as error:
        logging.error("%s", error)  # noqa: TRY400, RUF100  the sentence is enough, the traceback is for defects
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

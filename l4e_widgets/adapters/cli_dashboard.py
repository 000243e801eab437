"""`l4e demo` and `l4e dashboard`: the sample project, and the pages in a browser."""

from __future__ import annotations

import time
from pathlib import Path

import click

from l4e_widgets.adapters.dashboard import run_dashboard
from l4e_widgets.adapters.output import Progress, say
from l4e_widgets.services.context import default_workspace, open_context
from l4e_widgets.services.reports import save_report
from l4e_widgets.services.results import results
from l4e_widgets.services.samples import SAMPLE_MODEL, SAMPLE_PROJECT, create_sample_project, sample_project

__all__ = ["dashboard_command", "demo_command"]

_WORKSPACE = click.option(
    "--workspace", type=click.Path(path_type=Path), help="Folder of the projects; L4E_WORKSPACE or your own if absent."
)
_PORT = click.option("--port", type=click.IntRange(0, 65_535), default=8866, show_default=True, help="0: any free.")
REPORT_NAME = "sample-pump-report.html"


@click.command("demo")
@_WORKSPACE
@_PORT
@click.option("--no-serve", is_flag=True, help="Stop before the dashboard is started.")
@click.option("--fresh", is_flag=True, help="Make the sample project anew, where there is one.")
def demo_command(workspace: Path | None, port: int, *, no_serve: bool, fresh: bool) -> None:
    """Make the sample project from simulated data, train on it, save a report and open the dashboard."""
    started = time.monotonic()
    context = open_context(workspace)
    found = sample_project(context)
    if found is not None and found.models and not fresh:
        say(f"The project {SAMPLE_PROJECT} is there already; l4e demo --fresh makes it anew.")
    else:
        say(f"Simulating 180 days of a pump with 30 sensors, as the project {SAMPLE_PROJECT}.")
        create_sample_project(context, watch=Progress())
    answer = results(context, SAMPLE_PROJECT, SAMPLE_MODEL)
    say(answer.sentence)
    for event in answer.events:
        say(f"  {event.sentence}")
    folder = workspace or default_workspace()
    report = save_report(context, SAMPLE_PROJECT, SAMPLE_MODEL, folder / REPORT_NAME, watch=Progress())
    say(f"Report: {report}")
    say(f"Ready after {time.monotonic() - started:.1f} s.")
    if not no_serve:
        _serve(workspace, port)


@click.command("dashboard")
@_WORKSPACE
@_PORT
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; others need a token.")
@click.option("--base-url", default="/", show_default=True, help="Path of the dashboard behind a proxy.")
@click.option("--token", default="", envvar="L4E_TOKEN", help="Secret a visitor must bring; also L4E_TOKEN.")
@click.option("--upload-limit", default="", help="Largest file to upload, such as 20GB; also L4E_UPLOAD_LIMIT.")
@click.option("--open", "open_browser", is_flag=True, help="Open it in your browser.")
def dashboard_command(
    workspace: Path | None, port: int, *, host: str, base_url: str, token: str, upload_limit: str, open_browser: bool
) -> None:
    """Serve the dashboard until Ctrl-C."""
    _serve(
        workspace,
        port,
        host=host,
        base_url=base_url,
        token=token,
        upload_limit=upload_limit,
        open_browser=open_browser,
    )


def _serve(
    workspace: Path | None,
    port: int,
    *,
    host: str = "127.0.0.1",
    base_url: str = "/",
    token: str = "",
    upload_limit: str = "",
    open_browser: bool = False,
) -> None:
    """Serve the dashboard and say where."""
    run_dashboard(
        workspace=workspace or default_workspace(),
        host=host,
        port=port,
        base_url=base_url,
        token=token,
        upload_limit=upload_limit,
        open_browser=open_browser,
        ready=lambda address: say(f"Dashboard: {address}  (Ctrl-C ends it)"),
    )

"""A progress bar for calls that wait; it appears only where the wait is longer than two seconds."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from tqdm.auto import tqdm

from l4e_widgets.services.jobs import JobView

__all__ = ["progress_bar"]

SHOW_AFTER_S = 2.0


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[JobView], None]]:
    """Give a function that draws how a job stands.

    Yields
    ------
    callable
        Takes the view of a job.
    """
    with tqdm(
        total=100, delay=SHOW_AFTER_S, leave=False, bar_format="{desc} {percentage:3.0f} %|{bar}| {elapsed}"
    ) as bar:

        def watch(view: JobView) -> None:
            """Move the bar to where the job stands."""
            bar.set_description_str(view.message or "starting", refresh=False)
            bar.update(round(100 * view.progress) - bar.n)

        yield watch

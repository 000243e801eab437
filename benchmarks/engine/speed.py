"""Learning and scoring on the clock: ours on a million rows, peers on fewer and scaled, each in its own process."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.engine.clock import clocked
from benchmarks.engine.peers import OURS, PEERS
from benchmarks.engine.run import Row

__all__ = ["speed_rows"]

_ROWS, _SENSORS = 1_051_200, 30


def speed_rows(*, quick: bool) -> Iterator[Row]:
    """Rows of the table, ours first; a peer's note says how much slower it is for each row."""
    n_rows = 100_000 if quick else _ROWS
    title = f"speed, {n_rows:,} x {_SENSORS}"
    ours = clocked(OURS, n_rows, _SENSORS)
    growth = " / ".join(f"{value:.1f}" for value in ours["microseconds_per_row"].values())
    note = (
        f"fit {ours['fit_x_floor']:.1f} + score {ours['score_x_floor']:.1f} x floor of {ours['floor']:.2f} s; with "
        f"contributions {ours['explained_x_floor']:.1f} x; memory {ours['memory_x_data']:.1f} x the data; one live row "
        f"{ours['live_row_ms']:.2f} ms; µs a row at 10^4 / 10^5 / all: {growth}"
    )
    yield Row(title, OURS, None, ours["seconds"], ours["megabytes"], note, {"all": ours})
    for name, entry in PEERS.items():
        if entry.model is None or not entry.here():
            continue
        some = min(entry.clocked_rows, n_rows)
        told = clocked(name, some, _SENSORS)
        seconds = told["seconds"] * n_rows / some
        scaled = "" if some == n_rows else f", scaled from {some:,} rows (MB is of those)"
        note = f"{seconds / ours['seconds']:.1f} x our time{scaled}"
        yield Row(title, name, None, seconds, told["megabytes"], note, {"all": told})

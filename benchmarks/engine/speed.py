"""Learning and scoring on the clock: ours on a million rows, peers on fewer and scaled, each in its own process."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.engine.clock import GROWTH, clocked
from benchmarks.engine.peers import OURS, PEERS
from benchmarks.engine.run import Row

__all__ = ["speed_rows"]

_ROWS, _SENSORS = 1_051_200, 30
_GROWING_ROWS, _FEW_SENSORS = (10_000, 100_000, 1_000_000, 10_000_000), 10
_GROWING_SENSORS, _FEW_ROWS = (10, 30, 100, 300), 50_000


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
    yield from _growth_rows(quick=quick)
    for name, entry in PEERS.items():
        if entry.model is None or not entry.here():
            continue
        some = min(entry.clocked_rows, n_rows)
        told = clocked(name, some, _SENSORS)
        seconds = told["seconds"] * n_rows / some
        scaled = "" if some == n_rows else f", scaled from {some:,} rows (MB is of those)"
        note = f"{seconds / ours['seconds']:.1f} x our time{scaled}"
        yield Row(title, name, None, seconds, told["megabytes"], note, {"all": told})


def _growth_rows(*, quick: bool) -> Iterator[Row]:
    """Time a row as rows become more, and as sensors do: flat is what the first ought to be."""
    counts = _GROWING_ROWS[: 2 if quick else None]
    yield _growing([(n_rows, _FEW_SENSORS) for n_rows in counts], f"growth, {_FEW_SENSORS} sensors", "rows", 0)
    sensors = _GROWING_SENSORS[: 2 if quick else None]
    yield _growing([(_FEW_ROWS, count) for count in sensors], f"growth, {_FEW_ROWS:,} rows", "sensors", 1)


def _growing(sizes: list[tuple[int, int]], title: str, word: str, axis: int) -> Row:
    """One row of the table: microseconds a row at each size, and memory in multiples of the data at the largest."""
    told = [clocked(GROWTH, *size) for size in sizes]
    each = [f"{1e6 * one['seconds'] / size[0]:.1f}" for one, size in zip(told, sizes, strict=True)]
    at = " / ".join(f"{size[axis]:,}" for size in sizes)
    last = told[-1]
    note = (
        f"fit and score, µs a row at {at} {word}: {' / '.join(each)}; memory at the largest "
        f"{1 + last['megabytes'] / last['data']:.1f} x the data of {last['data']:.0f} MB"
    )
    parts = {f"{n_rows} x {count}": one for (n_rows, count), one in zip(sizes, told, strict=True)}
    return Row(title, OURS, None, last["seconds"], last["megabytes"], note, parts)

"""The file that is read: sensors of a plant with rhythms, noise and few digits, written block by block.

``python -m benchmarks.reading.files PATH SENSORS ROWS GIGABYTES``, where one of the two last is 0.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

__all__ = ["SEED", "write_csv"]

SEED = 6
_BLOCK = 65_536
_STEP_S = 60
_START_S = 1_640_995_200


def _block(start: int, stop: int, n_sensors: int, rng: np.random.Generator) -> pl.DataFrame:
    """Rows of a minute each: three rhythms a sensor and noise, to two to four decimals; one cell in 500 is empty."""
    at = np.arange(start, stop)
    columns: dict[str, object] = {"timestamp": pl.Series((_START_S + at * _STEP_S) * 1000).cast(pl.Datetime("ms"))}
    for place in range(n_sensors):
        decimals = 2 + place % 3
        level = 10.0 ** (5 - decimals) * (2 + place % 7)
        rhythm = sum(np.sin(at / period + place) for period in (1440.0, 10_080.0, 97.0 + place))
        values = level * (1 + 0.05 * rhythm + 0.01 * rng.standard_normal(len(at)))
        column = pl.Series(values).round(decimals)
        empty = pl.Series(rng.random(len(at)) < 0.002)
        columns[f"sensor_{place + 1:03d}"] = pl.select(pl.when(~empty).then(column)).to_series()
    return pl.DataFrame(columns)


def write_csv(path: Path, n_sensors: int, *, n_rows: int = 0, gigabytes: float = 0.0) -> int:
    """Write a file of so many rows, or of at least so many gigabytes; how many rows it has."""
    rng = np.random.default_rng(SEED)
    written = 0
    with path.open("wb") as file:
        while written < n_rows if n_rows else file.tell() < gigabytes * 1e9:
            stop = min(written + _BLOCK, n_rows) if n_rows else written + _BLOCK
            block = _block(written, stop, n_sensors, rng)
            file.write(block.write_csv(include_header=not written, datetime_format="%Y-%m-%d %H:%M:%S").encode())
            written = stop
    return written


if __name__ == "__main__":
    print(write_csv(Path(sys.argv[1]), int(sys.argv[2]), n_rows=int(sys.argv[3]), gigabytes=float(sys.argv[4])))

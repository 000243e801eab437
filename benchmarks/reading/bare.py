"""Bare streams of a CSV to Parquet: read as text, cast leniently, write. Nothing is looked at, sorted or counted."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

__all__ = ["BARE", "PANDAS", "missing"]

_FORMAT = "%Y-%m-%d %H:%M:%S"
PANDAS = "pandas, read_csv and to_parquet"


def _polars(source: Path, target: Path) -> None:
    import polars as pl

    rows = pl.scan_csv(source, infer_schema=False)
    time, *sensors = rows.collect_schema().names()
    cast = rows.with_columns(
        pl.col(time).str.to_datetime(_FORMAT, strict=False), pl.col(sensors).cast(pl.Float64, strict=False)
    )
    cast.sink_parquet(target, compression="zstd")


def _pyarrow(source: Path, target: Path) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    with source.open(encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    number = r"^[+-]?\d*\.?\d+([eE][+-]?\d+)?$"

    def lenient(column: pa.Array) -> pa.Array:
        try:
            return column.cast(pa.float64())
        except pa.ArrowInvalid:
            fits = pc.match_substring_regex(column, number)
            return pc.if_else(fits, column, pa.scalar(None, pa.string())).cast(pa.float64())

    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    schema = pa.schema([(names[0], pa.timestamp("s")), *((name, pa.float64()) for name in names[1:])])
    options = csv.ReadOptions(block_size=16 << 20)
    with (
        csv.open_csv(source, read_options=options, convert_options=convert) as reader,
        pq.ParquetWriter(target, schema, compression="zstd") as writer,
    ):
        for batch in reader:
            times = pc.strptime(batch.column(0), format=_FORMAT, unit="s", error_is_null=True)
            writer.write_batch(pa.record_batch([times, *map(lenient, batch.columns[1:])], schema=schema))


def _duckdb(source: Path, target: Path) -> None:
    import duckdb

    connection = duckdb.connect()
    rows = connection.read_csv(str(source), all_varchar=True, header=True)
    time, *sensors = rows.columns
    cast = ", ".join(f'TRY_CAST("{name}" AS DOUBLE) AS "{name}"' for name in sensors)
    chosen = f'TRY_STRPTIME("{time}", \'{_FORMAT}\') AS "{time}", {cast}'
    rows.project(chosen).write_parquet(str(target), compression="zstd")


def _pandas(source: Path, target: Path) -> None:
    import pandas as pd

    pd.read_csv(source, parse_dates=[0]).to_parquet(target, compression="zstd")


BARE: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    "polars": ("polars", _polars),
    "pyarrow": ("pyarrow", _pyarrow),
    "duckdb": ("duckdb", _duckdb),
    PANDAS: ("pandas pyarrow", _pandas),
}
"""Name, the modules that have to be installed, and the stream from a CSV to a Parquet file."""


def missing(name: str) -> bool:
    """Tell whether what a stream needs is not installed."""
    return any(find_spec(needed) is None for needed in BARE[name][0].split())

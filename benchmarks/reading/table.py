"""The figures of a run as lines to print, each target beside what was reached."""

from __future__ import annotations

from benchmarks.reading.bare import PANDAS
from benchmarks.reading.clock import OURS

__all__ = ["streams", "targets"]

_MB = 1e6


def streams(told: dict[str, dict | None], csv_bytes: int) -> list[str]:
    """Lines of the table of streams: seconds, times the fastest bare one, memory, and bytes on disk."""
    bare = [one["seconds"] for name, one in told.items() if one and name not in (OURS, PANDAS)]
    fastest = min(bare) if bare else float("nan")
    lines = [f"{'':<32}{'s':>8}{'x fastest':>11}{'MB/s':>8}{'peak MB':>9}{'on disk, % of the CSV':>23}"]
    for name, one in told.items():
        if one is None:
            lines.append(f"{name:<32}  absent: it is not installed")
            continue
        disk = 100 * (one["parts_bytes"] + one.get("detail_bytes", 0)) / csv_bytes
        lines.append(
            f"{name:<32}{one['seconds']:>8.1f}{one['seconds'] / fastest:>11.2f}"
            f"{csv_bytes / _MB / one['seconds']:>8.1f}{one['megabytes']:>9.0f}{disk:>23.1f}"
        )
    return lines


def _line(what: str, figure: float, unit: str, most: float | None) -> str:
    if most is None:
        return f"{what:<58}{figure:>10.4g} {unit}"
    verdict = "reached" if figure <= most else "MISSED"
    return f"{what:<58}{figure:>10.4g} {unit:<4} at most {most:g}: {verdict}"


def targets(run: dict) -> list[str]:
    """Lines of what was aimed at; a figure that was not measured has no line."""
    told, csv_bytes = run["streams"], run["csv_bytes"]
    ours = told[OURS]
    bare = [one["seconds"] for name, one in told.items() if one and name not in (OURS, PANDAS)]
    most_mb = 1500.0 if run["gigabytes"] else 1000.0
    lines = []
    if bare:
        lines.append(_line("ours, times the fastest bare stream", ours["seconds"] / min(bare), "x", 2.5))
    lines.append(_line("highest memory of one process", ours["megabytes"], "MB", most_mb))
    lines.append(_line("parts of the series, share of the CSV", 100 * ours["parts_bytes"] / csv_bytes, "%", None))
    lines.append(_line("level of detail, share of the CSV", 100 * ours["detail_bytes"] / csv_bytes, "%", None))
    both = ours["parts_bytes"] + ours["detail_bytes"]
    lines.append(_line("both", 100 * both / csv_bytes, "%", 45.0))
    look = run["look"]
    lines += [
        _line("first screen of a sensor, warm, median", look["warm_ms_median"], "ms", 10.0),
        _line("first screen of a sensor, warm, slowest", look["warm_ms_most"], "ms", 10.0),
        _line("first screen of a sensor, cold, median", look["cold_ms_median"], "ms", 100.0),
        _line("first screen of a sensor, cold, slowest", look["cold_ms_most"], "ms", 100.0),
        _line("first screen of ten sensors, cold", look["ten_cold_ms"], "ms", 150.0),
    ]
    lines += [
        _line(f"whole year of {run['sensors']} sensors, {name.replace('_', ' ')}", value / _MB, "MB", 5.0)
        for name, value in look["year_bytes"].items()
    ]
    if "export" in run:
        lines += [
            _line("export as one zip", run["export"]["export_seconds"], "s", None),
            _line("size of the zip, share of the CSV", 100 * run["export"]["zip_bytes"] / csv_bytes, "%", None),
            _line("import of it", run["export"]["import_seconds"], "s", None),
        ]
    return lines

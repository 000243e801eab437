"""Reads a sensor sheet: what people know of the sensors beyond their values, one sensor a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.naming import sensor_ids
from l4e_widgets.core.reading.text import detect_encoding, refuse_binary
from l4e_widgets.core.sensors import Sensor, SensorKind
from l4e_widgets.storage.source_bytes import head_of, open_source

__all__ = ["read_sensor_sheet"]

_MOST_BYTES = 20_000_000
_DELIMITERS = (",", ";", "\t", "|")
_FIELDS = {
    "name": "name sensor sensorname",
    "display_name": "displayname label title",
    "component": "component group asset",
    "unit": "unit units uom",
    "tag": "tag historiantag tagname",
    "limit_low": "limitlow lowlimit lowerlimit low min minimum limitmin",
    "limit_high": "limithigh highlimit upperlimit high max maximum limitmax",
    "kind": "kind type",
    "": "description comment remark remarks note notes id",
}
_FIELD_OF = {word: field for field, words in _FIELDS.items() for word in words.split()}
_COLUMNS = "name, display name, component, unit, tag, limit low, limit high, kind"


def read_sensor_sheet(path: Path) -> tuple[Sensor, ...]:
    r"""Sensors of a sheet.

    Parameters
    ----------
    path : Path
        A CSV whose first line names its columns: name (needed), display name, component, unit, tag, limit low,
        limit high, kind; a column of descriptions or notes is passed over.

    Returns
    -------
    tuple of Sensor
        In the order of the sheet; one with a component is called ``component\sensor``, as in a folder of components.

    Raises
    ------
    NotFound
        There is no such file.
    DataError
        A column is unknown or missing, a name is empty or there twice, a limit is no number or not below the other,
        or a kind is unknown.
    """
    rows = _rows(path)
    fields = _fields(rows[0], path.name)
    records = _records(rows[1:], fields, path.name)
    if not records:
        raise DataError(
            "The sheet names no sensor.", where=path.name, expected="a line for each sensor", fix="Fill it."
        )
    names = [str(record["name"]) for record in records]
    seen: dict[str, int] = {}
    for (line, _), name in zip(rows[1:], names, strict=True):
        if name in seen:
            raise DataError(
                f'Sensor "{name}" is there twice.',
                where=f"{path.name}, row {line}",
                got=f"the same name in row {seen[name]}",
                fix="Remove one of the lines.",
            )
        seen[name] = line
    return tuple(
        Sensor(id=key, **record)  # type: ignore[arg-type]
        for key, record in zip(sensor_ids(names), records, strict=True)
    )


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    with open_source(path) as content:
        data = head_of(content, _MOST_BYTES)
    refuse_binary(data, where=path.name)
    text = data.decode(detect_encoding(data), "replace").replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.split("\n") if line.strip(" ,;|\t")), "")
    if not first:
        raise DataError("The sheet is empty.", where=path.name, expected=f"columns such as {_COLUMNS}", fix="Fill it.")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    rows = [(reader.line_num, [cell.strip(" \t\ufeff\u00a0") for cell in row]) for row in reader]
    return [(line, cells) for line, cells in rows if any(cells)]


def _fields(head: tuple[int, Sequence[str]], file: str) -> list[str]:
    line, cells = head
    found = []
    for place, cell in enumerate(cells, start=1):
        bare = "".join(letter for letter in cell.lower() if letter.isalnum())
        if cell and bare not in _FIELD_OF:
            raise DataError(
                f'The sheet has a column "{cell[:60]}" that is not known.',
                where=f"{file}, row {line}, column {place}",
                expected=_COLUMNS,
                fix="Rename the column, or remove it.",
            )
        found.append(_FIELD_OF.get(bare, ""))
    twice = next((field for field in found if field and found.count(field) > 1), None)
    if twice:
        raise DataError(
            f"Two columns of the sheet hold the {twice.replace('_', ' ')}.",
            where=f"{file}, row {line}",
            got=", ".join(cell for cell, field in zip(cells, found, strict=True) if field == twice),
            fix="Remove one of them.",
        )
    if "name" not in found:
        raise DataError(
            "The sheet has no column of names.",
            where=f"{file}, row {line}",
            got=", ".join(cells),
            expected='a column called "name" with the names as in the data',
            fix="Add it.",
        )
    return found


def _records(rows: Sequence[tuple[int, list[str]]], fields: Sequence[str], file: str) -> list[dict[str, object]]:
    """Return what every line says, or refuse the sheet with its first bad lines."""
    records, bad = [], []
    for line, cells in rows:
        try:
            records.append(_record(line, cells, fields, file))
        except DataError as error:
            bad.append((line, error))
    if len(bad) == 1:
        raise bad[0][1]
    if bad:
        more = f"; and {len(bad) - 3} more" if len(bad) > 3 else ""
        raise DataError(
            f"{len(bad)} lines of the sheet cannot be taken, so nothing of it was.",
            where=file,
            got="; ".join(f"row {line}: {error.what}" for line, error in bad[:3]) + more,
            expected=_COLUMNS,
            fix="Correct these lines.",
        ) from bad[0][1]
    return records


def _record(line: int, cells: Sequence[str], fields: Sequence[str], file: str) -> dict[str, object]:
    where = f"{file}, row {line}"
    if len(cells) != len(fields):
        raise DataError(
            "The line has the wrong number of cells.",
            where=where,
            got=f"{len(cells)} cells",
            expected=f"{len(fields)}",
            fix="Put cells that hold the delimiter in quotes.",
        )
    told = {field: cell for field, cell in zip(fields, cells, strict=True) if field}
    if not told["name"]:
        raise DataError("The line names no sensor.", where=where, expected="a name", fix="Fill it, or remove the line.")
    low, high = (_limit(told, field, where) for field in ("limit_low", "limit_high"))
    if low is not None and high is not None and low >= high:
        raise DataError(
            "The lower limit is not below the upper limit.",
            where=where,
            got=f"{low:g} and {high:g}",
            fix="Exchange or correct them.",
        )
    component, name = told.get("component", ""), " ".join(told["name"].split())
    return {
        **{field: told.get(field, "") for field in ("display_name", "unit", "tag")},
        "name": f"{component}\\{name}" if component and not name.startswith(f"{component}\\") else name,
        "component": component,
        "kind": _kind(told.get("kind", ""), where),
        "kind_told": bool(told.get("kind", "")),
        "limit_low": low,
        "limit_high": high,
    }


def _limit(told: Mapping[str, str], field: str, where: str) -> float | None:
    cell = told.get(field, "")
    if not cell:
        return None
    try:
        value = float(cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell)
        if value - value == 0:
            return value
    except ValueError:
        pass
    raise DataError(
        f'The {"lower" if field == "limit_low" else "upper"} limit "{cell[:40]}" is not a number.',
        where=f"{where}, column {field.replace('_', ' ')}",
        got=cell[:40],
        expected="a number, or empty for no limit",
        fix="Correct the cell or leave it empty.",
    )


def _kind(cell: str, where: str) -> SensorKind:
    if not cell:
        return SensorKind.NUMERIC
    wanted = "-".join(cell.lower().replace("_", " ").replace("-", " ").split())
    kinds = {kind.value: kind for kind in SensorKind} | {"binary": SensorKind.TWO_VALUED, "number": SensorKind.NUMERIC}
    if wanted not in kinds:
        raise DataError(
            f'"{cell[:40]}" is no kind of sensor.',
            where=f"{where}, column kind",
            got=cell[:40],
            expected=", ".join(kind.value for kind in SensorKind) + ", or empty",
            fix="Correct the cell or leave it empty.",
        )
    return kinds[wanted]
